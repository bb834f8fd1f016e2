"""Metrics of the overview, over one day's row of ``queries.overview.BY_DAY``.

Those of retention, surveys, renewals and expansion are the ones of their own pages.
"""

from datetime import date
from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share


@metric("ARR", unit=Unit.MONEY, better="higher")
def arr(day: pl.DataFrame) -> Decimal | None:
    """ARR of every contract line live on the day, in the reporting currency. The exchange rates are
    those of the as-of date, on earlier days too; what had been booked by the as-of date counts.
    """
    return _of(day, "arr")


@metric("ARR at green", unit=Unit.SHARE, better="higher")
def green_share(day: pl.DataFrame) -> float | None:
    """ARR of customers whose health is green, divided by the ARR of customers with a score. Who has
    no score on the day is in neither part.
    """
    return share(_of(day, "green_arr"), _of(day, "scored_arr"))


@metric("ARR at red", unit=Unit.MONEY, better="lower")
def red_arr(day: pl.DataFrame) -> Decimal | None:
    """ARR of customers whose health is red on the day. Who has no score on it is not in it."""
    return _of(day, "red_arr")


@metric("ARR at risk", unit=Unit.MONEY, better="lower")
def arr_at_risk(day: pl.DataFrame) -> Decimal | None:
    """ARR due of the renewals of the day's fiscal quarter that are still open on it and whose
    customer's health is red. It is the open ARR at red of the page Renewals; those overdue from an
    earlier quarter are not in it.
    """
    return _of(day, "arr_at_risk")


def on_or_before(days: pl.DataFrame, day: date) -> pl.DataFrame:
    """The row of a day, else of the last one before it; empty where there is none."""
    return days.filter(pl.col("on_day") <= day).tail(1)


def _of(day: pl.DataFrame, name: str) -> Decimal | None:
    return None if day.is_empty() else day[name][-1]
