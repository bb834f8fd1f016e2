from decimal import Decimal

import polars as pl

from dashboard.metrics import risks as metrics
from dashboard.queries.risks import BY_CATEGORY


def by_category(*rows: tuple) -> pl.DataFrame:
    """Category, escalated or not, risks, accounts, ARR and risks without an owner."""
    names = ("category", "is_escalated", "risks", "accounts_in_all", "arr_in_all", "without_owner")
    return pl.DataFrame(
        [dict.fromkeys(BY_CATEGORY) | dict(zip(names, row, strict=True)) for row in rows],
        schema=BY_CATEGORY,
    )


ROWS = by_category(
    ("ROI", True, 2, 2, Decimal("10.50"), 1),
    ("ROI", False, 5, 3, Decimal(7), 0),
    ("unmapped: Legal", False, 1, 0, None, 1),
)


def test_an_account_counts_once_and_every_risk():
    assert metrics.open_risks(ROWS) == 8
    assert metrics.accounts_at_risk(ROWS) == 5
    assert metrics.arr_at_risk(ROWS) == Decimal("17.50")
    assert metrics.escalated(ROWS) == 2
    assert metrics.without_owner(ROWS) == 2


def test_no_risk_is_nothing():
    none = by_category()
    assert metrics.open_risks(none) == metrics.accounts_at_risk(none) == 0
    assert metrics.arr_at_risk(none) == 0
    assert metrics.escalated(none) == metrics.without_owner(none) == 0
