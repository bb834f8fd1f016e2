"""Metrics of the ARR bridge, over one period's rows of ``queries.bridge.BY_PERIOD``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric


@metric("Opening ARR", unit=Unit.MONEY, better="neither")
def opening(steps: pl.DataFrame) -> Decimal:
    """ARR of every customer on the period's first day."""
    return _amount(steps, "opening")


@metric("New", unit=Unit.MONEY, better="higher")
def new(steps: pl.DataFrame) -> Decimal:
    """ARR of customers on the day they first became one, within the period."""
    return _amount(steps, "new")


@metric("Expansion and price", unit=Unit.MONEY, better="higher")
def expansion(steps: pl.DataFrame) -> Decimal:
    """ARR added by customers that already paid, price rises included, and by those that came
    back.
    """
    return _amount(steps, "expansion", "price", "reactivation")


@metric("Contraction", unit=Unit.MONEY, better="higher")
def contraction(steps: pl.DataFrame) -> Decimal:
    """ARR taken away by customers that go on paying, below zero."""
    return _amount(steps, "contraction")


@metric("Churn", unit=Unit.MONEY, better="higher")
def churn(steps: pl.DataFrame) -> Decimal:
    """ARR of customers that went to nothing, below zero; those that came back are in it too."""
    return _amount(steps, "churn")


@metric("Closing ARR", unit=Unit.MONEY, better="higher")
def closing(steps: pl.DataFrame) -> Decimal:
    """ARR of every customer on the period's last day: opening ARR and all movements after it."""
    return _amount(steps, "closing")


def _amount(steps: pl.DataFrame, *names: str) -> Decimal:
    return Decimal(steps.filter(pl.col("step").is_in(names))["amount"].sum() or 0)
