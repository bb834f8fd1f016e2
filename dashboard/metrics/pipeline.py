"""Metrics of pipeline created, over the columns of ``queries.pipeline.CREATED_BY_MONTH``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total
from dashboard.metrics.proportions import wilson


def _number(rows: pl.DataFrame, outcome: str) -> int:
    return int(rows.filter(pl.col("outcome") == outcome)["opportunities"].sum())


@metric("Created", unit=Unit.MONEY, better="higher")
def created(rows: pl.DataFrame) -> Decimal | None:
    """ARR that the opportunities opened in the months would add or have added; those without an
    amount add nothing and are counted beside.
    """
    return total(rows["amount"])


@metric("Opportunities created", unit=Unit.COUNT, better="higher")
def opportunities(rows: pl.DataFrame) -> int:
    """Opportunities opened in the months, with or without an amount, whatever became of them."""
    return int(rows["opportunities"].sum())


@metric("Won of these", unit=Unit.MONEY, better="higher")
def won(rows: pl.DataFrame) -> Decimal | None:
    """ARR of the opportunities opened in the months and won by the as-of date."""
    return total(rows.filter(pl.col("outcome") == "won")["amount"])


@metric("Win rate", unit=Unit.SHARE, better="higher")
def win_rate(rows: pl.DataFrame) -> float | None:
    """Opportunities won by those won or lost, by number, of the ones opened in the months. Open
    ones are in neither part; the latest months have few closed, and those are the quick ones.
    """
    won = _number(rows, "won")
    return share(won, won + _number(rows, "lost"))


@metric("Without amount", unit=Unit.COUNT, better="lower")
def without_amount(rows: pl.DataFrame) -> int:
    """Opportunities opened in the months whose amount is unknown."""
    return int(rows["without_amount"].sum())


def win_rates(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Win rate of each value of a column and, first, of all, with its interval.

    Returns
    -------
    pl.DataFrame
        part (String, `all` first), won, lost, closed (Int64), rate, low, high (Float64, shares;
        null where nothing closed).
    """
    parts: list[tuple[str, pl.DataFrame]] = [("all", rows)]
    parts += [(str(name), rows.filter(pl.col(by) == name)) for name in _names(rows, by)]
    found = []
    for name, part in parts:
        won, lost = _number(part, "won"), _number(part, "lost")
        rate = wilson(won, won + lost)
        ends = (rate.value, rate.low, rate.high) if rate else (None, None, None)
        found.append((name, won, lost, won + lost, *ends))
    return pl.DataFrame(
        found,
        schema={
            "part": pl.String,
            "won": pl.Int64,
            "lost": pl.Int64,
            "closed": pl.Int64,
            "rate": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
        },
        orient="row",
    )


def _names(rows: pl.DataFrame, by: str) -> list[str]:
    return rows[by].drop_nulls().unique().sort().to_list()
