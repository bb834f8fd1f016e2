"""Metrics of the register of risks, over the columns of ``queries.risks.BY_CATEGORY``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric


@metric("Open risks", unit=Unit.COUNT, better="lower")
def open_risks(by_category: pl.DataFrame) -> int:
    """Risks opened by the as-of date and not resolved on it. An account may have several."""
    return int(by_category["risks"].sum())


@metric("Accounts with a risk", unit=Unit.COUNT, better="lower")
def accounts_at_risk(by_category: pl.DataFrame) -> int:
    """Accounts with at least one open risk, each counted once."""
    return int(by_category["accounts_in_all"].sum())


@metric("ARR behind open risks", unit=Unit.MONEY, better="lower")
def arr_at_risk(by_category: pl.DataFrame) -> Decimal:
    """ARR of the accounts with at least one open risk. An account counts once, however many risks
    it has, so that the categories together are more than this; an unknown ARR adds nothing.
    """
    return Decimal(by_category["arr_in_all"].sum() or 0)


@metric("Escalated", unit=Unit.COUNT, better="neither")
def escalated(by_category: pl.DataFrame) -> int:
    """Open risks that were escalated by the as-of date."""
    return int(by_category.filter("is_escalated")["risks"].sum())


@metric("Without an owner", unit=Unit.COUNT, better="lower")
def without_owner(by_category: pl.DataFrame) -> int:
    """Open risks that nobody owns, or whose owner has left the team by the as-of date."""
    return int(by_category["without_owner"].sum())
