"""Which rows of ``queries.forecast.RENEWALS_SEEN`` a day may learn from, and which it forecasts."""

from datetime import date, timedelta
from typing import Final

import polars as pl

GRACE_DAYS: Final = 30
"""Renewals count as decided from so many days after their due day on.

Before, those already closed are not like the rest: notice is given early, signatures come late.
"""

QUARTERS: Final = 4
"""Fiscal quarters a forecast covers, the one of its day included."""


def decided_by(seen: pl.DataFrame, day: date) -> pl.DataFrame:
    """Rows of earlier snapshot days whose outcome was known on a day."""
    return seen.filter(
        pl.col("snapshot_on") < day,
        pl.col("due_on") < day - timedelta(days=GRACE_DAYS),
        pl.col("status") != "open",
        pl.col("closed_on") <= day,
    ).sort("snapshot_on", "renewal_id")


def forecast_on(seen: pl.DataFrame, day: date) -> pl.DataFrame:
    """Renewals that a day forecasts: open on it and due in its quarter or the three after it.

    What closed in the current quarter before the day is no longer forecast; what is overdue from
    an earlier quarter belongs to none of the four; what has no exchange rate has no amount.
    """
    return seen.filter(
        pl.col("snapshot_on") == day,
        pl.col("arr_due").is_not_null(),
        pl.col("horizon").is_between(0, QUARTERS - 1),
    ).sort("due_quarter", "segment", "renewal_id")


def each_once(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per renewal, that of the earliest snapshot day."""
    return rows.sort("renewal_id", "snapshot_on").unique(
        "renewal_id", keep="first", maintain_order=True
    )
