"""Metrics of health, over the columns of ``queries.health.COVERAGE``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total


def arr_in(coverage: pl.DataFrame, *bands: str | None) -> Decimal | None:
    """ARR of the customers in some bands; ``None`` names those not scored."""
    kept = coverage.filter(pl.col("health_band").is_in(bands, nulls_equal=True))
    return total(kept["arr"])


@metric("ARR at green", unit=Unit.SHARE, better="higher")
def green_share(coverage: pl.DataFrame) -> float | None:
    """ARR of customers whose health is green, divided by the ARR of customers with a score."""
    return share(arr_in(coverage, "green"), arr_in(coverage, "red", "amber", "green"))


@metric("ARR at red", unit=Unit.MONEY, better="lower")
def red_arr(coverage: pl.DataFrame) -> Decimal | None:
    """ARR of customers whose health is red on the as-of date."""
    return arr_in(coverage, "red")


@metric("Customers at red", unit=Unit.COUNT, better="lower")
def red_accounts(coverage: pl.DataFrame) -> int:
    """Number of customers whose health is red on the as-of date."""
    return int(coverage.filter(pl.col("health_band") == "red")["accounts"].sum())


@metric("Customers scored", unit=Unit.SHARE, better="higher")
def scored_share(coverage: pl.DataFrame) -> float | None:
    """Customers with enough of the weight of their measures covered by measurements no older than
    the policy allows, divided by all customers. The others are not scored, not green.
    """
    scored = coverage.filter(pl.col("health_band").is_not_null())["accounts"].sum()
    return share(int(scored), int(coverage["accounts"].sum()))
