"""What the expansion pipeline says."""

import polars as pl

from dashboard.formats import Unit, count_of


def pipeline(rows: pl.DataFrame, *, currency: str) -> str:
    """Weighted value of what is open; over the columns of ``PIPELINE_BY_MONTH``."""
    number = int(rows["opportunities"].sum())
    if not number:
        return "No expansion opportunity is open"
    amount = Unit.MONEY.text(rows["amount"].sum(), currency=currency)
    weighted = Unit.MONEY.text(rows["weighted_amount"].sum(), currency=currency)
    what = count_of(number, "open opportunity", "open opportunities")
    return f"{what} worth {amount}, {weighted} weighted"


def open_opportunities(rows: pl.DataFrame, *, currency: str) -> str:
    """The next one to close; over the columns of ``OPEN_OPPORTUNITIES``."""
    dated = rows.filter(pl.col("expected_close_on").is_not_null())
    if dated.is_empty():
        return f"{count_of(len(rows), 'open opportunity', 'open opportunities')}"
    first = dated.row(0, named=True)
    name = first["account_name"] or "an unknown account"
    amount = Unit.MONEY.text(first["amount"], currency=currency)
    return f"Next to close: {name}, {amount}, expected {first['expected_close_on']:%-d %b %Y}"


def category_changes(rows: pl.DataFrame, days: int) -> str:
    """How many forecasts moved; over the columns of ``CATEGORY_CHANGES``."""
    if rows.is_empty():
        return f"No forecast category changed in the last {days} days"
    order = {"omitted": 0, "pipeline": 1, "best_case": 2, "commit": 3, "closed": 4}
    before = pl.col("category_before").replace_strict(order, default=None, return_dtype=pl.Int64)
    after = pl.col("category_after").replace_strict(order, default=None, return_dtype=pl.Int64)
    up, down = len(rows.filter(after > before)), len(rows.filter(after < before))
    return (
        f"{count_of(len(rows), 'forecast')} changed in the last {days} days: {up} up, {down} down"
    )
