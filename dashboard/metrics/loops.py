"""Metrics of closing the loop, over ``queries.loops.BY_DAYS`` and ``UNCLOSED``."""

from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, survival, total

_OPEN: Final = "^open"


@metric("Days to close the loop", unit=Unit.COUNT, better="lower")
def median_days(loops: pl.DataFrame) -> int | None:
    """Days after which half of the detractors had somebody come back to them, by Kaplan and Meier:
    open loops count for as long as they have been open. None where fewer than half were closed.
    """
    return survival.median(_followed(loops))


@metric("Closed in time", unit=Unit.SHARE, better="higher")
def closed_in_time(loops: pl.DataFrame) -> float | None:
    """Share of detractors to whom somebody came back within the target days, by Kaplan and Meier: a
    loop open for less counts for as long as it has been open, one without a day not at all.
    """
    timed = loops.filter(pl.col("days").is_not_null())
    if timed.is_empty():
        return None
    in_time = timed.filter(pl.col("state") == "closed in time")
    if len(in_time):
        curve = closed_by_day(loops)
        return float(curve.filter(pl.col("days") == in_time["days"].max())["closed_share"][0])
    # Nobody came back in time: nothing, unless nobody has had the time yet.
    return None if set(timed["state"]) == {"open, in time"} else 0.0


@metric("Open loops", unit=Unit.COUNT, better="lower")
def open_loops(loops: pl.DataFrame) -> int:
    """Detractors of the window to whom nobody had come back by the as-of date."""
    return _number(loops.filter(pl.col("state").str.contains(_OPEN)))


@metric("Overdue", unit=Unit.COUNT, better="lower")
def overdue(loops: pl.DataFrame) -> int:
    """Detractors of the window to whom nobody had come back after more than the target days."""
    return _number(loops.filter(pl.col("state") == "open, overdue"))


@metric("ARR behind open loops", unit=Unit.MONEY, better="lower")
def arr_behind(unclosed: pl.DataFrame) -> Decimal | None:
    """ARR on the as-of date of the accounts with an open loop, each account once."""
    return total(unclosed.unique("account_id")["arr"])


def closed_by_day(loops: pl.DataFrame) -> pl.DataFrame:
    """Share of loops closed by each number of days: the product limit of Kaplan and Meier.

    A loop still open has been open for its days and counts among those at risk up to them. Loops
    whose days are unknown are left out.

    Returns
    -------
    days, at_risk, closed, still_open, closed_share
    """
    return survival.curve(_followed(loops)).rename(
        {"done": "closed", "waiting": "still_open", "share": "closed_share"}
    )


def _followed(loops: pl.DataFrame) -> pl.DataFrame:
    closed = pl.when(pl.col("state").str.starts_with("closed")).then("loops").otherwise(0)
    return loops.select("days", done=closed, number="loops")


def _number(loops: pl.DataFrame) -> int:
    return int(loops["loops"].sum())
