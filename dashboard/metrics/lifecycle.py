"""Metrics of the customer lifecycle, over the columns of ``queries.lifecycle``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total


def _stage(rows: pl.DataFrame, stage: str) -> pl.DataFrame:
    return rows.filter(pl.col("stage") == stage)


@metric("Customers", unit=Unit.COUNT, better="higher")
def customers(month: pl.DataFrame) -> int:
    """Customers of the day, in whatever stage."""
    return int(month["customers"].sum())


@metric("In Onboarding", unit=Unit.COUNT, better="neither")
def onboarding(month: pl.DataFrame) -> int:
    """Customers in the stage Onboarding."""
    return int(_stage(month, "Onboarding")["customers"].sum())


@metric("ARR in Onboarding", unit=Unit.MONEY, better="neither")
def arr_onboarding(month: pl.DataFrame) -> Decimal | None:
    """ARR of the customers in the stage Onboarding."""
    return total(_stage(month, "Onboarding")["arr"])


@metric("ARR in Renewal", unit=Unit.MONEY, better="neither")
def arr_renewal(month: pl.DataFrame) -> Decimal | None:
    """ARR of the customers in the stage Renewal."""
    return total(_stage(month, "Renewal")["arr"])


@metric("Stuck customers", unit=Unit.COUNT, better="lower")
def stuck(month: pl.DataFrame) -> int:
    """Customers in their stage for more days than the stage's limit in the settings. A stage
    without a limit has nobody stuck.
    """
    return int(month["stuck"].sum())


@metric("Stuck ARR", unit=Unit.MONEY, better="lower")
def arr_stuck(month: pl.DataFrame) -> Decimal | None:
    """ARR of the customers in their stage for more days than the stage's limit."""
    return total(month["arr_stuck"])


def _median(rows: pl.DataFrame, stage: str) -> float | None:
    ended = _stage(rows, stage).filter(pl.col("stays") == "ended")
    return None if ended.is_empty() else ended["median_days"][0]


@metric("Median days in Onboarding", unit=Unit.COUNT, better="lower")
def days_onboarding(rows: pl.DataFrame) -> float | None:
    """Median days of the stays in Onboarding that ended in the window."""
    return _median(rows, "Onboarding")


@metric("Median days in Adoption", unit=Unit.COUNT, better="neither")
def days_adoption(rows: pl.DataFrame) -> float | None:
    """Median days of the stays in Adoption that ended in the window."""
    return _median(rows, "Adoption")


@metric("Median days in Renewal", unit=Unit.COUNT, better="lower")
def days_renewal(rows: pl.DataFrame) -> float | None:
    """Median days of the stays in Renewal that ended in the window."""
    return _median(rows, "Renewal")


@metric("Median days in Expansion", unit=Unit.COUNT, better="neither")
def days_expansion(rows: pl.DataFrame) -> float | None:
    """Median days of the stays in Expansion that ended in the window."""
    return _median(rows, "Expansion")


@metric("Ended beyond the limit", unit=Unit.SHARE, better="lower")
def over_limit(rows: pl.DataFrame) -> float | None:
    """Share of the stays that ended in the window, in stages with a limit, that were longer than
    it.
    """
    ended = rows.filter((pl.col("stays") == "ended") & pl.col("limit_days").is_not_null())
    return share(int(ended["over_limit"].sum()), int(ended["number"].sum()))


def _moved(rows: pl.DataFrame, stage: str, *outcomes: str) -> float | None:
    entered = _stage(rows, stage)
    moved = entered.filter(pl.col("outcome").is_in(outcomes))
    return share(int(moved["stays"].sum()), int(entered["stays"].sum()))


@metric("Onboarding to Adoption", unit=Unit.SHARE, better="higher")
def onboarded(rows: pl.DataFrame) -> float | None:
    """Share of the stays in Onboarding entered in the window that Adoption came after by the as-of
    date.
    """
    return _moved(rows, "Onboarding", "Adoption")


@metric("Adoption to Expansion", unit=Unit.SHARE, better="higher")
def expanded(rows: pl.DataFrame) -> float | None:
    """Share of the stays in Adoption entered in the window that Expansion came after by the as-of
    date.
    """
    return _moved(rows, "Adoption", "Expansion")


@metric("Renewal to Adoption", unit=Unit.SHARE, better="higher")
def renewed(rows: pl.DataFrame) -> float | None:
    """Share of the stays in Renewal entered in the window that Adoption or Expansion came after by
    the as-of date.
    """
    return _moved(rows, "Renewal", "Adoption", "Expansion")


@metric("Renewal to Churned", unit=Unit.SHARE, better="lower")
def churned(rows: pl.DataFrame) -> float | None:
    """Share of the stays in Renewal entered in the window that Churned came after by the as-of
    date.
    """
    return _moved(rows, "Renewal", "Churned")


@metric("Still in the stage", unit=Unit.SHARE, better="neither")
def staying(rows: pl.DataFrame) -> float | None:
    """Share of all stays entered in the window, those in Churned left out, that go on on the as-of
    date.
    """
    live = rows.filter(pl.col("stage") != "Churned")
    still = live.filter(pl.col("outcome") == "still in it")
    return share(int(still["stays"].sum()), int(live["stays"].sum()))
