"""Metrics of expansion, over the columns of ``queries.expansion.PIPELINE_BY_MONTH``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, total


@metric("Open expansion", unit=Unit.MONEY, better="higher")
def amount(pipeline: pl.DataFrame) -> Decimal | None:
    """ARR that the open opportunities would add, omitted ones included; those without an amount
    add nothing and are counted beside.
    """
    return total(pipeline["amount"])


@metric("Weighted", unit=Unit.MONEY, better="higher")
def weighted_amount(pipeline: pl.DataFrame) -> Decimal | None:
    """Amount times probability of every open opportunity; where it has no probability of its own,
    times the weight of its stage.
    """
    return total(pipeline["weighted_amount"])


@metric("Opportunities", unit=Unit.COUNT, better="higher")
def opportunities(pipeline: pl.DataFrame) -> int:
    """Open opportunities, with or without an amount, an account or a close date."""
    return int(pipeline["opportunities"].sum())


@metric("Without amount", unit=Unit.COUNT, better="lower")
def without_amount(pipeline: pl.DataFrame) -> int:
    """Open opportunities whose amount is unknown."""
    return int(pipeline["without_amount"].sum())


@metric("Commit", unit=Unit.MONEY, better="higher")
def committed(pipeline: pl.DataFrame) -> Decimal | None:
    """ARR of the open opportunities in forecast category commit."""
    return amount.compute(pipeline.filter(pl.col("forecast_category") == "commit"))  # type: ignore[return-value]
