"""What the expansion pipeline says."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total

SOON: Final = 30
"""Days that the title looks ahead."""


def pipeline(rows: pl.DataFrame, *, currency: str) -> str:
    """Weighted value of what is open; over the columns of ``PIPELINE_BY_MONTH``."""
    number = int(rows["opportunities"].sum())
    if not number:
        return "No expansion opportunity is open"
    amount = Unit.MONEY.text(total(rows["amount"]), currency=currency)
    weighted = Unit.MONEY.text(total(rows["weighted_amount"]), currency=currency)
    what = count_of(number, "open opportunity")
    return f"{what} worth {amount}, {weighted} weighted"


def open_opportunities(rows: pl.DataFrame, as_of: date, *, currency: str) -> str:
    """What closes soon and what is late; over the columns of ``OPEN_OPPORTUNITIES``."""
    dated = rows.filter(pl.col("expected_close_on").is_not_null())
    if dated.is_empty():
        return f"{count_of(len(rows), 'open opportunity', 'open opportunities')}"
    soon = dated.filter(pl.col("expected_close_on").is_between(as_of, as_of + timedelta(days=SOON)))
    late = dated.filter(pl.col("expected_close_on") < as_of)
    said = (
        f"{len(soon):,} of {count_of(len(rows), 'open opportunity')} to close in {SOON} days, "
        f"worth {Unit.MONEY.text(total(soon['amount']), currency=currency)}"
    )
    if late.is_empty():
        return said
    return (
        f"{said}; {len(late)} worth {Unit.MONEY.text(total(late['amount']), currency=currency)} "
        f"{'is' if len(late) == 1 else 'are'} past the expected day"
    )


def category_changes(rows: pl.DataFrame, days: int) -> str:
    """How many forecasts moved; over the columns of ``CATEGORY_CHANGES``."""
    if rows.is_empty():
        return f"No forecast category changed in the last {days} days"
    order = {"omitted": 0, "pipeline": 1, "best_case": 2, "commit": 3}
    before = pl.col("category_before").replace_strict(order, default=None, return_dtype=pl.Int64)
    after = pl.col("category_after").replace_strict(order, default=None, return_dtype=pl.Int64)
    up, down = len(rows.filter(after > before)), len(rows.filter(after < before))
    closed = len(rows.filter(pl.col("category_after") == "closed"))
    return (
        f"{count_of(len(rows), 'forecast')} changed in the last {days} days: "
        f"{up} up, {down} down, {closed} closed"
    )
