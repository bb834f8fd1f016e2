"""Metrics of success plans, over ``queries.plans.BY_PART`` of customers and ``COVERAGE``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total


def _count(parts: pl.DataFrame, status: str) -> int:
    return int(parts.filter(pl.col("status") == status)["objectives"].sum())


@metric("On track", unit=Unit.COUNT, better="higher")
def on_track(parts: pl.DataFrame) -> int:
    """Objectives of customers whose status is on track."""
    return _count(parts, "on track")


@metric("At risk", unit=Unit.COUNT, better="lower")
def at_risk(parts: pl.DataFrame) -> int:
    """Objectives of customers whose status is at risk."""
    return _count(parts, "at risk")


@metric("Attained", unit=Unit.COUNT, better="higher")
def attained(parts: pl.DataFrame) -> int:
    """Objectives of customers whose status is attained."""
    return _count(parts, "attained")


@metric("Missed", unit=Unit.COUNT, better="lower")
def missed(parts: pl.DataFrame) -> int:
    """Objectives of customers whose status is missed."""
    return _count(parts, "missed")


@metric("Average progress", unit=Unit.SHARE, better="higher")
def progress(parts: pl.DataFrame) -> float | None:
    """Mean share of the way from baseline to goal over the objectives of customers, each counted
    from none to all of it. A goal below its baseline is reached downwards. Objectives without a
    value, or with a goal equal to the baseline, are in no average.
    """
    return share(float(parts["progress_sum"].sum() or 0), int(parts["measured"].sum()))


@metric("Not validated", unit=Unit.COUNT, better="lower")
def not_validated(parts: pl.DataFrame) -> int:
    """Open objectives of customers that were never confirmed by the customer, or longer ago than
    the settings say. One confirmed after the as-of date is not counted.
    """
    return int(parts["not_validated"].sum())


@metric("Due soon", unit=Unit.COUNT, better="neither")
def due_soon(parts: pl.DataFrame) -> int:
    """Open objectives of customers due from the as-of date on within the days of the settings."""
    return int(parts["due_soon"].sum())


@metric("Overdue objectives", unit=Unit.COUNT, better="lower")
def overdue(parts: pl.DataFrame) -> int:
    """Open objectives of customers whose due day lies before the as-of date."""
    return int(parts["overdue"].sum())


def _plan(coverage: pl.DataFrame, plan: str) -> pl.DataFrame:
    return coverage.filter(pl.col("plan") == plan)


@metric("Customers without an objective", unit=Unit.COUNT, better="lower")
def without(coverage: pl.DataFrame) -> int:
    """Customers on the as-of date that have no objective of whatever status."""
    return int(_plan(coverage, "no objective")["customers"].sum())


@metric("ARR without an objective", unit=Unit.MONEY, better="lower")
def arr_without(coverage: pl.DataFrame) -> Decimal | None:
    """ARR of the customers that have no objective of whatever status."""
    return total(_plan(coverage, "no objective")["arr"])


@metric("ARR with trouble", unit=Unit.MONEY, better="lower")
def arr_troubled(coverage: pl.DataFrame) -> Decimal | None:
    """ARR of the customers with at least one objective at risk or missed."""
    return total(_plan(coverage, "at risk or missed")["arr"])
