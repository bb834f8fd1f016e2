"""What the pipeline created says."""

from typing import Final

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total

FEW: Final = 20
"""Closed opportunities below which a win rate is said to rest on few."""


def by_month(rows: pl.DataFrame, span: str, *, currency: str) -> str:
    """What was opened and what became of it; over ``queries.pipeline.CREATED_BY_MONTH``."""
    number = int(rows["opportunities"].sum())
    if not number:
        return f"No opportunity was opened in {span}"
    amount = Unit.MONEY.text(total(rows["amount"]), currency=currency)
    ends = dict(rows.group_by("outcome").agg(pl.col("opportunities").sum()).iter_rows())
    what = count_of(number, "opportunity")
    return (
        f"{what} worth {amount} opened in {span}: {ends.get('won', 0)} won, "
        f"{ends.get('lost', 0)} lost, {ends.get('open', 0)} open"
    )


def by_stage(rows: pl.DataFrame, *, currency: str) -> str:
    """Which kind is more; over ``queries.pipeline.CREATED_BY_MONTH``."""
    kinds = (
        rows.group_by("kind")
        .agg(pl.col("amount").sum(), pl.col("opportunities").sum())
        .sort("amount", "kind", descending=[True, False])
    )
    if kinds.is_empty():
        return "No opportunity was opened"
    said = [
        f"{_word(row['kind'])} {Unit.MONEY.text(row['amount'], currency=currency)} "
        f"in {count_of(row['opportunities'], 'opportunity')}"
        for row in kinds.iter_rows(named=True)
    ]
    return "; ".join(said)


def win_rates(rates: pl.DataFrame) -> str:
    """The win rate of all with its interval; over ``metrics.pipeline.win_rates``."""
    row = rates.row(0, named=True)
    if row["rate"] is None:
        return "No opportunity opened in these months has been won or lost"
    closed = count_of(row["closed"], "closed opportunity")
    verb = "was" if row["closed"] == 1 else "were"
    few = ", from few" if row["closed"] < FEW else ""
    return (
        f"{Unit.SHARE.text(row['rate'])} of {closed} {verb} won: between {row['low']:.0%} and "
        f"{row['high']:.0%}{few}"
    )


def difference(rates: pl.DataFrame) -> str:
    """Whether two kinds differ by more than chance: whether their intervals are apart."""
    known = rates.filter(pl.col("part") != "all").drop_nulls("rate").sort("rate")
    if len(known) < 2:  # noqa: PLR2004 -- two to compare
        return "There are not two to compare."
    low, high = known.row(0, named=True), known.row(-1, named=True)
    if high["low"] > low["high"]:
        return (
            f"{_word(high['part'])} is won more often than {_word(low['part']).lower()}: "
            "their intervals do not meet."
        )
    return "Their intervals meet: no difference can be told."


def _word(part: str) -> str:
    return part.replace("_", "-").capitalize()
