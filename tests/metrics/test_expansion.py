from datetime import date
from decimal import Decimal

import polars as pl

from dashboard.metrics import expansion as metrics
from dashboard.queries.expansion import PIPELINE_BY_MONTH

PIPELINE = pl.DataFrame(
    [
        (date(2026, 11, 1), "commit", 2, Decimal("100.50"), Decimal("80.40"), 1),
        (date(2026, 12, 1), "commit", 1, Decimal(9), Decimal(9), 0),
        (None, "omitted", 3, Decimal(40), Decimal(0), 2),
    ],
    schema=PIPELINE_BY_MONTH,
    orient="row",
)


def test_the_pipeline_counts_omitted_and_undated_opportunities():
    assert metrics.amount(PIPELINE) == Decimal("149.50")
    assert metrics.weighted_amount(PIPELINE) == Decimal("89.40")
    assert metrics.opportunities(PIPELINE) == 6
    assert metrics.without_amount(PIPELINE) == 3


def test_committed_is_the_forecast_category_commit():
    assert metrics.committed(PIPELINE) == Decimal("109.50")
    assert metrics.committed(PIPELINE.filter(pl.col("forecast_category") != "commit")) == 0


def test_an_empty_pipeline_is_worth_nothing():
    nothing = PIPELINE.clear()

    for metric in (
        metrics.amount,
        metrics.weighted_amount,
        metrics.opportunities,
        metrics.without_amount,
        metrics.committed,
    ):
        assert metric(nothing) == 0
