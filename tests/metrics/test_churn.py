from decimal import Decimal

import polars as pl
import pytest

from dashboard.metrics import churn as metrics
from dashboard.queries.churn import LOST


def lost(*rows: tuple[str, str, int | None, str, str | None, int | None]) -> pl.DataFrame:
    """Customer, movement, ARR, reason, best band before, days from red."""
    names = ("unit_id", "movement", "arr_lost", "reason", "best_band", "days_from_red")
    return pl.DataFrame(
        [dict.fromkeys(LOST) | dict(zip(names, row, strict=True)) for row in rows], schema=LOST
    )


NONE = metrics.NO_REASON
ROWS = lost(
    ("a", "churn", 100, "Price", "green", None),
    ("b", "churn", 300, NONE, "red", 10),
    ("b", "churn", 50, "Price", "amber", 30),
    ("c", "churn", 550, "Merger", None, None),
    ("d", "contraction", 7, "seats", "green", 300),
)


def test_churn_and_contraction_are_apart():
    assert metrics.churned_arr(ROWS) == Decimal(1000)
    assert metrics.churned_logos(ROWS) == 3
    assert metrics.contraction(ROWS) == Decimal(7)


def test_a_surprise_is_a_share_of_the_scored_churn():
    assert metrics.surprise_share(ROWS) == pytest.approx(100 / 450)
    assert metrics.surprise_share(ROWS.filter(pl.col("unit_id") == "c")) is None


def test_coverage_is_the_share_of_the_churned_arr_with_a_reason():
    assert metrics.reason_coverage(ROWS) == pytest.approx(0.7)


def test_the_median_is_over_the_churn_that_was_red():
    assert metrics.median_days_from_red(ROWS) == 20
    assert metrics.median_days_from_red(ROWS.filter(pl.col("unit_id") == "a")) is None


def test_nothing_lost_is_nothing_and_has_no_shares():
    assert metrics.churned_arr(lost()) == 0
    assert metrics.churned_logos(lost()) == 0
    assert metrics.surprise_share(lost()) is None
    assert metrics.reason_coverage(lost()) is None
    assert metrics.median_days_from_red(lost()) is None


def test_unknown_amounts_are_not_nothing():
    assert metrics.churned_arr(lost(("a", "churn", None, "Price", "red", 1))) is None
