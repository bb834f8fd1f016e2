"""Metrics of white space, over the columns of ``queries.white_space``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share


@metric("Net potential", unit=Unit.MONEY, better="higher")
def net_potential(rows: pl.DataFrame) -> Decimal:
    """ARR that products not owned could bring, less what open opportunities for the same customer
    and product ask for already; never below zero for any of them.
    """
    return Decimal(rows["net_potential"].sum() or 0)


@metric("Potential", unit=Unit.MONEY, better="higher")
def potential(rows: pl.DataFrame) -> Decimal:
    """ARR that products not owned on the as-of date could bring, before anything is taken off."""
    return Decimal(rows["potential_arr"].sum() or 0)


@metric("In open pipeline", unit=Unit.MONEY, better="neither")
def in_pipeline(rows: pl.DataFrame) -> Decimal:
    """The part of the potential that open opportunities for the same customer and product ask for
    already, each at most its potential.
    """
    return Decimal(rows["in_pipeline"].sum() or 0)


@metric("Expected value", unit=Unit.MONEY, better="higher")
def expected_value(rows: pl.DataFrame) -> Decimal:
    """Propensity x net potential of every customer and product that has both."""
    return Decimal(rows["expected_value"].sum() or 0)


@metric("Room to sell", unit=Unit.COUNT, better="higher")
def candidates(rows: pl.DataFrame) -> int:
    """Customers and products not owned with potential left. Takes the columns of
    ``queries.white_space.BY_PRODUCT``.
    """
    return int(rows["candidates"].sum())


@metric("Owned", unit=Unit.SHARE, better="higher")
def owned_share(rows: pl.DataFrame) -> float | None:
    """Products owned by all that the customers could own: every customer x every product. Takes
    the columns of ``queries.white_space.BY_PRODUCT``.
    """
    return share(int(rows["owners"].sum()), int(rows["customers"].sum()))


@metric("Likely and large", unit=Unit.MONEY, better="higher")
def likely_and_large(quadrants: pl.DataFrame) -> Decimal:
    """Net potential at or above both middles: the median propensity and the median net potential.
    Takes the columns of ``queries.white_space.QUADRANTS``.
    """
    found = quadrants.filter(pl.col("quadrant") == "likely and large")
    return Decimal(found["net_potential"].sum() or 0)


@metric("Without propensity", unit=Unit.COUNT, better="lower")
def without_propensity(quadrants: pl.DataFrame) -> int:
    """Customers and products with net potential and no propensity, which stand in no quadrant.
    Takes the columns of ``queries.white_space.QUADRANTS``.
    """
    return int(quadrants.filter(pl.col("quadrant") == "no propensity")["pairs"].sum())
