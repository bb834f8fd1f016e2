"""Metrics of churn, over the columns of ``queries.churn.LOST``."""

from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total

NO_REASON: Final = "no reason given"
"""What a loss has for its reason where nobody said why."""


def left(lost: pl.DataFrame) -> pl.DataFrame:
    """The losses that left nothing."""
    return lost.filter(pl.col("movement") == "churn")


@metric("Churned ARR", unit=Unit.MONEY, better="lower")
def churned_arr(lost: pl.DataFrame) -> Decimal | None:
    """ARR of the customers whose ARR came to nothing in the window, on the day before; who came
    back is in it. It is the churn of the ARR bridge.
    """
    return total(left(lost)["arr_lost"])


@metric("Churned customers", unit=Unit.COUNT, better="lower")
def churned_logos(lost: pl.DataFrame) -> int:
    """Customers whose ARR came to nothing in the window; who left twice counts once."""
    return int(left(lost)["unit_id"].n_unique())


@metric("Contraction", unit=Unit.MONEY, better="lower")
def contraction(lost: pl.DataFrame) -> Decimal | None:
    """ARR lost in the window by customers that kept some of it."""
    return total(lost.filter(pl.col("movement") == "contraction")["arr_lost"])


@metric("Surprise churn", unit=Unit.SHARE, better="lower")
def surprise_share(lost: pl.DataFrame) -> float | None:
    """Share of the churned ARR that was green in a week measured in the 90 days before leaving. ARR
    of customers without a score in those days is in neither part.
    """
    scored = left(lost).filter(pl.col("best_band").is_not_null())
    green = scored.filter(pl.col("best_band") == "green")
    return share(total(green["arr_lost"]), total(scored["arr_lost"]))


@metric("Churn with a reason", unit=Unit.SHARE, better="higher")
def reason_coverage(lost: pl.DataFrame) -> float | None:
    """Share of the churned ARR that has a reason: that of the renewal lost on the day, or of the
    churn event of that day.
    """
    told = left(lost).filter(pl.col("reason") != NO_REASON)
    return share(total(told["arr_lost"]), total(left(lost)["arr_lost"]))


@metric("Median days from red", unit=Unit.COUNT, better="neither")
def median_days_from_red(lost: pl.DataFrame) -> float | None:
    """Median of the days from the first week at red to leaving, over the customers that left and
    were red in the 365 days before; those that never were, or had no score, are not in it.
    """
    median = left(lost)["days_from_red"].median()
    return None if median is None else float(median)  # type: ignore[arg-type]
