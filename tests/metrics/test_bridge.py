from datetime import date
from decimal import Decimal

import polars as pl

from dashboard.metrics import bridge as metrics
from dashboard.queries.bridge import BY_PERIOD

STEPS = {
    "opening": 1000,
    "new": 200,
    "reactivation": 30,
    "expansion": 100,
    "price": 20,
    "fx": 5,
    "contraction": -40,
    "churn": -115,
    "closing": 1200,
}


def test_every_step_of_the_bridge_is_on_one_card():
    steps = pl.DataFrame(
        [
            (date(2025, 1, 1), date(2026, 1, 1), step, Decimal(amount), 1)
            for step, amount in STEPS.items()
        ],
        schema=BY_PERIOD,
        orient="row",
    )

    assert metrics.opening(steps) == 1000
    assert metrics.new(steps) == 200
    assert metrics.expansion(steps) == 150
    assert metrics.contraction(steps) == -40
    assert metrics.churn(steps) == -115
    assert metrics.closing(steps) == 1200
