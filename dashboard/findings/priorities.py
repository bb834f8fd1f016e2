"""What priorities and plays say."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def cells(rows: pl.DataFrame, *, currency: str) -> str:
    """Who is helped first; over the columns of ``queries.priorities.CELLS``."""
    immediate = rows.filter(pl.col("priority") == "Immediate")
    fast = int(rows.filter(pl.col("priority") == "Fast")["customers"].sum())
    number = int(immediate["customers"].sum())
    if not number:
        return f"No customer of high value has low health; {fast:,} of low value do"
    arr = Unit.MONEY.text(total(immediate["arr"]), currency=currency)
    return (
        f"{count_of(number, 'customer')} of high value with low health "
        f"{'needs' if number == 1 else 'need'} help at once: {arr}; {fast:,} more need it fast"
    )


def first(rows: pl.DataFrame) -> str:
    """The largest customer to help; over the columns of ``queries.priorities.CUSTOMERS``."""
    if rows.is_empty():
        return "No customer has low health"
    largest = rows.row(0, named=True)
    return (
        f"{count_of(len(rows), 'customer')} with low health, the largest first: "
        f"{largest['account_name']}"
    )


def plays(rows: pl.DataFrame, *, currency: str) -> str:
    """Which play is for most; over the columns of ``queries.priorities.PLAYS``."""
    number = int(rows["customers"].sum())
    if not number:
        return "No customer is healthy"
    by_play = (
        rows.group_by("play")
        .agg(pl.col("customers").sum(), pl.col("arr").sum())
        .sort("customers", "play", descending=[True, False])
    )
    said = ", ".join(
        f"{row['play']} for {row['customers']:,} ({Unit.MONEY.text(row['arr'], currency=currency)})"
        for row in by_play.iter_rows(named=True)
    )
    return f"{count_of(number, 'healthy customer')}: {said}"


def healthy(rows: pl.DataFrame) -> str:
    """How many have no play; over the columns of ``queries.priorities.HEALTHY``."""
    without = len(rows.filter(pl.col("play") == "no play named"))
    said = f"{without:,} without a play" if without else "each with a play"
    return f"{count_of(len(rows), 'healthy customer')}, {said}"
