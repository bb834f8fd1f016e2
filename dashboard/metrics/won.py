"""Metrics of won expansion, over the columns of ``queries.won.BY_SOURCE`` and ``IN_RETENTION``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total


def _by(rows: pl.DataFrame, sourced_by: str) -> pl.DataFrame:
    return rows.filter(pl.col("sourced_by") == sourced_by)


@metric("Won, found by CSMs", unit=Unit.MONEY, better="higher")
def by_csms(rows: pl.DataFrame) -> Decimal | None:
    """ARR of expansion opportunities won in the window whose source is a CSM."""
    return total(_by(rows, "csm")["amount"])


@metric("Share found by CSMs", unit=Unit.SHARE, better="higher")
def csm_share(rows: pl.DataFrame) -> float | None:
    """ARR won in the window that CSMs found, by all ARR won in it."""
    return share(Decimal(_by(rows, "csm")["amount"].sum() or 0), rows["amount"].sum())


@metric("Days to win, CSMs", unit=Unit.COUNT, better="lower")
def csm_days(rows: pl.DataFrame) -> float | None:
    """Median days from opening to closing of what CSMs found and was won in the window."""
    return _median(_by(rows, "csm"))


@metric("Days to win, others", unit=Unit.COUNT, better="lower")
def other_days(rows: pl.DataFrame) -> float | None:
    """Median days from opening to closing of what others found and was won in the window."""
    return _median(_by(rows, "other"))


@metric("NRR", unit=Unit.SHARE, better="higher")
def nrr(rows: pl.DataFrame) -> float | None:
    """Net revenue retention of the twelve months as the retention policy counts it. Takes the
    columns of ``queries.won.IN_RETENTION``.
    """
    return None if rows.is_empty() else rows["nrr"][0]


@metric("NRR without it", unit=Unit.SHARE, better="higher")
def nrr_without(rows: pl.DataFrame) -> float | None:
    """NRR less the expansion that CSMs found and that movements of the same customer show. Nobody
    knows what the customer had bought anyway: it is a bound, not an effect. Takes the columns of
    ``queries.won.IN_RETENTION``.
    """
    return None if rows.is_empty() else rows["nrr_without"][0]


def _median(rows: pl.DataFrame) -> float | None:
    return None if rows.is_empty() else rows["median_days"][0]
