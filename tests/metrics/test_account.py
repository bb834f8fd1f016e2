from decimal import Decimal

import polars as pl
import pytest

from dashboard.metrics import account as metrics
from dashboard.queries.account import FACTS, WEEKS


def test_metrics_read_the_one_row_of_facts():
    row = {
        "arr": Decimal("10.50"),
        "overall_score": 55.5,
        "arr_due": Decimal(7),
        "active_users": 3,
        "licensed_seats": 4,
        "nps_score": 9,
        "open_risks": 2,
    }
    facts = pl.DataFrame([dict.fromkeys(FACTS) | row], schema=FACTS)
    assert metrics.arr(facts) == Decimal("10.50")
    assert metrics.score(facts) == 55.5
    assert metrics.arr_due(facts) == Decimal(7)
    assert metrics.seats_used(facts) == 0.75
    assert metrics.last_answer(facts) == 9
    assert metrics.open_risks(facts) == 2


@pytest.mark.parametrize("facts", [FACTS.to_frame(), WEEKS.to_frame()])
def test_what_is_not_known_is_not_available(facts):
    for each in (metrics.arr, metrics.score, metrics.arr_due, metrics.seats_used):
        assert each(facts) is None


def test_a_share_of_no_seats_is_not_available():
    facts = pl.DataFrame(
        [dict.fromkeys(FACTS) | {"active_users": 3, "licensed_seats": 0}], schema=FACTS
    )
    assert metrics.seats_used(facts) is None
