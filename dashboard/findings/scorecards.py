"""What scorecards, their thresholds and their measures say."""

import polars as pl

from dashboard.formats import Unit, count_of


def cards(rows: pl.DataFrame, names: dict[str, str]) -> str:
    """The scorecard with the largest red share; over ``queries.scorecards.BANDS``."""
    scored = rows.filter(pl.col("health_band").is_not_null())
    if scored.is_empty():
        return "No customer is scored"
    red = pl.col("accounts").filter(pl.col("health_band") == "red").sum()
    shares = (
        scored.group_by("scorecard", maintain_order=True)
        .agg(red=red, all=pl.col("accounts").sum())
        .with_columns(share=pl.col("red") / pl.col("all"))
        .sort("share", descending=True, maintain_order=True)
    )
    worst = shares.row(0, named=True)
    return (
        f"{names[worst['scorecard']]} is weakest: {worst['red']:,} of "
        f"{count_of(worst['all'], 'scored customer')} red"
    )


def by_segment(rows: pl.DataFrame, name: str) -> str:
    """The segment with the largest red share of one scorecard."""
    scored = rows.filter(pl.col("health_band").is_not_null())
    if scored.is_empty():
        return f"{name}: 0 customers scored"
    red = pl.col("accounts").filter(pl.col("health_band") == "red").sum()
    shares = (
        scored.group_by("segment", maintain_order=True)
        .agg(red=red, all=pl.col("accounts").sum())
        .with_columns(share=pl.col("red") / pl.col("all"))
        .sort("share", "segment", descending=[True, False])
    )
    worst = shares.row(0, named=True)
    return (
        f"{name}: {100 * worst['share']:.0f}% of {worst['segment']} is red "
        f"({worst['red']:,} of {count_of(worst['all'], 'customer')})"
    )


def customers(rows: pl.DataFrame, name: str, *, currency: str) -> str:
    """The lowest score; over the columns of ``queries.scorecards.CUSTOMERS``."""
    scored = rows.filter(pl.col("score").is_not_null())
    if scored.is_empty():
        return f"{name}: 0 of {count_of(len(rows), 'customer')} scored"
    low = scored.row(0, named=True)
    arr = f" ({Unit.MONEY.text(low['arr'], currency=currency)})" if low["arr"] is not None else ""
    return (
        f"{low['account_name']}{arr} is lowest of {count_of(len(scored), 'scored customer')}: "
        f"{low['score']:.0f} of 100"
    )


def states(drawn: pl.DataFrame) -> str:
    """The measure that fewest customers have fresh; over what the chart draws."""
    if drawn.is_empty():
        return "No customer has a measure"
    fresh = (
        drawn.group_by("name", maintain_order=True)
        .agg(share=pl.col("customer_share").filter(pl.col("state") == "fresh").sum())
        .sort("share", maintain_order=True)
    )
    least = fresh.row(0, named=True)
    return f"{least['name']} counts for the fewest customers: {100 * least['share']:.0f}% are fresh"


def thresholds(rows: pl.DataFrame) -> str:
    """What the thresholds in use make of the customers; over ``queries.scorecards.THRESHOLDS``."""
    chosen = rows.filter(proposal="chosen")
    number = dict(chosen.select("band_then", "accounts").iter_rows())
    scored = sum(count for band, count in number.items() if band is not None)
    if not scored:
        return "No customer is scored, so thresholds divide 0 customers"
    red, amber, green = (number.get(band, 0) for band in ("red", "amber", "green"))
    return f"The thresholds in use make {red:,} red, {amber:,} amber and {green:,} green"


def moves(rows: pl.DataFrame, to: str) -> str:
    """How many customers another definition moves; by band now and then."""
    moved = rows.filter(pl.col("band_now").ne_missing(pl.col("band_then")))
    everyone, number = int(rows["accounts"].sum()), int(moved["accounts"].sum())
    order = {"red": 0, "amber": 1, "green": 2}
    place = [
        pl.col(column).replace_strict(order, default=None, return_dtype=pl.Int64)
        for column in ("band_now", "band_then")
    ]
    down = int(moved.filter(place[1] < place[0])["accounts"].sum())
    up = int(moved.filter(place[1] > place[0])["accounts"].sum())
    if not number:
        return f"{to} would leave all {count_of(everyone, 'customer')} in their bands"
    scored = [
        int(moved.filter(pl.col(column).is_null())["accounts"].sum())
        for column in ("band_now", "band_then")
    ]
    also = [
        f"{count:,} would {what}"
        for count, what in zip(scored, ("be scored", "no longer be scored"), strict=True)
        if count
    ]
    said = [f"{down:,} to a lower band", f"{up:,} to a higher one", *also]
    return f"{to} would move {number:,} of {count_of(everyone, 'customer')}: {', '.join(said)}"
