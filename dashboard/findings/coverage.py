"""What the books of CSMs say."""

import polars as pl

from dashboard.formats import Unit, count_of


def accounts(books: pl.DataFrame) -> str:
    """Who holds more customers than the band of the segment; over what the chart draws."""
    held = books.filter(pl.col("member_id").is_not_null() & (pl.col("accounts") > 0))
    above = held.filter(pl.col("accounts") > pl.col("accounts_high")).sort(
        pl.col("accounts") / pl.col("accounts_high"), descending=True
    )
    if held.is_empty():
        return "Nobody holds a customer"
    if above.is_empty():
        most = held.sort("accounts", descending=True).row(0, named=True)
        below = held.filter(pl.col("accounts") < pl.col("accounts_low"))
        if not below.is_empty():
            verb = "holds" if len(below) == 1 else "hold"
            return (
                f"{len(below)} of {count_of(len(held), 'book')} {verb} fewer customers than the "
                f"band starts at; {most['csm']} holds most, {most['accounts']}"
            )
        return (
            f"No book holds more customers than its band; {most['csm']} has most, "
            f"{most['accounts']}"
        )
    row = above.row(0, named=True)
    return (
        f"{row['csm']} holds {row['accounts']} customers, above the {row['accounts_high']} of "
        f"{row['segment']}" + (f", as do {len(above) - 1} more" if len(above) > 1 else "")
    )


def arr(books: pl.DataFrame, *, currency: str) -> str:
    """Who holds more ARR than the band of the segment; over what the chart draws."""
    held = books.filter(pl.col("member_id").is_not_null() & (pl.col("accounts") > 0))
    if held.is_empty():
        return "Nobody holds a customer"
    above = held.filter(pl.col("arr") > pl.col("arr_high"))
    most = held.sort("arr", descending=True, nulls_last=True).row(0, named=True)
    amount = Unit.MONEY.text(most["arr"], currency=currency)
    if above.is_empty():
        return f"No book is above its ARR band; {most['csm']} holds most, {amount}"
    return (
        f"{count_of(len(above), 'book')} {'is' if len(above) == 1 else 'are'} above the ARR band "
        f"of the segment; "
        f"{most['csm']} holds most, {amount}"
    )
