"""Weights of opportunities and the end of the year, by hand."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.forecasts import expansion
from dashboard.forecasts.simulation import Dispersion
from dashboard.forecasts.year_end import year_end
from dashboard.queries.forecast import IN_TERM_CHANGES, YEAR_COHORT
from tests.forecasts.rows import after, quarter_of, sales

DAY = date(2026, 7, 1)
POLICY = {"Discussion": 0.2, "Contract sent": 0.5}
QUARTERS = tuple(after(DAY, count) for count in range(4))


def sale(opportunity_id, snapshot_on=date(2025, 1, 1), **fields):
    expected = fields.get("expected_close_on", snapshot_on)
    close = quarter_of(expected) if expected else None
    return {
        "snapshot_on": snapshot_on,
        "opportunity_id": opportunity_id,
        "stage": "Discussion",
        "forecast_category": "pipeline",
        "amount": Decimal(100),
        "close_quarter": close,
        "horizon": None if close is None else places(snapshot_on, close),
        "status": "open",
    } | fields


def places(start, end):
    return (end.year - start.year) * 4 + (end.month - 1) // 3 - (start.month - 1) // 3


def closed(opportunity_id, status, closed_on=date(2025, 2, 1), **fields):
    snapshot_on = fields.get("snapshot_on", date(2025, 1, 1))
    return sale(
        opportunity_id,
        status=status,
        closed_on=closed_on,
        closed_horizon=places(snapshot_on, quarter_of(closed_on)),
        **fields,
    )


def test_without_history_the_policy_stands():
    weights = expansion.fit_weights(sales([]), DAY, POLICY)
    assert weights.weight("contract_sent", "commit") == 0.5
    assert weights.weight("Unheard of", "pipeline") == expansion.UNKNOWN_STAGE
    assert weights.slips[0] == 1.0


def test_weights_are_shrunk_from_category_to_stage_to_policy():
    rows = [
        *(closed(f"w{n}", "won", forecast_category="commit") for n in range(30)),
        *(closed(f"l{n}", "lost") for n in range(10)),
    ]
    weights = expansion.fit_weights(sales(rows), DAY, POLICY)
    stage = (30 + 10 * 0.2) / (40 + 10)
    assert weights.weight("discussion", "omitted") == pytest.approx(stage)
    assert weights.weight("Discussion", "commit") == pytest.approx((30 + 10 * stage) / 40)
    assert weights.weight("Discussion", "pipeline") == pytest.approx((0 + 10 * stage) / 20)


def test_only_what_was_closed_by_the_day_counts_and_once_each():
    rows = [
        closed("seen twice", "won"),
        closed("seen twice", "won", snapshot_on=date(2025, 4, 1), closed_on=date(2025, 5, 1)),
        closed("after", "won", closed_on=date(2026, 7, 2)),
        closed("no stage", "won", stage=None),
        sale("open"),
    ]
    weights = expansion.fit_weights(sales(rows), DAY, POLICY)
    assert weights.table["closed"].to_list() == [1.0, 1.0]
    assert weights.table["won"].to_list() == [1.0, 1.0]


def test_expected_closes_slip_as_they_used_to():
    """Ten of twenty closed a quarter late; with ten punctual ones assumed, a third slip."""
    rows = [
        *(closed(f"late {n}", "won", closed_on=date(2025, 4, 5)) for n in range(10)),
        *(closed(f"timely {n}", "won") for n in range(10)),
    ]
    weights = expansion.fit_weights(sales(rows), DAY, {"Discussion": 1.0})
    assert weights.slips[1] == pytest.approx(1 / 3)
    ahead = [
        sale("now", DAY),
        sale("last", DAY, expected_close_on=date(2027, 4, 5)),
        sale("never", DAY, expected_close_on=None),
    ]
    found = expansion.expected(sales(ahead), weights).sort("opportunity_id")
    assert found.select("in_0", "in_1", "in_2", "in_3").rows() == [
        (0, 0, 0, pytest.approx(2 / 3)),
        (0, 0, 0, 0),
        (pytest.approx(2 / 3), pytest.approx(1 / 3), 0, 0),
    ]
    summed = expansion.by_quarter(found, QUARTERS)
    assert summed["expected"].to_list() == pytest.approx([66.67, 33.33, 0, 66.67], abs=0.01)
    assert summed["close_quarter"].to_list() == list(QUARTERS)
    assert (summed["low_80"] <= summed["low_50"]).all()


def changes(rows):
    return pl.DataFrame(rows, schema=IN_TERM_CHANGES, orient="row")


def test_what_is_in_no_opportunity_is_what_was_not_won_of_those_open():
    known = changes(
        [
            (date(2026, 1, 1), Decimal(1000), Decimal(50), Decimal(-10)),
            (date(2026, 4, 1), Decimal(1000), Decimal(90), Decimal(-30)),
        ]
    )
    seen = sales(
        [
            closed(
                "a",
                "won",
                snapshot_on=date(2026, 1, 1),
                closed_on=date(2026, 2, 1),
                amount=Decimal(40),
            ),
            closed(
                "b",
                "won",
                snapshot_on=date(2026, 4, 1),
                closed_on=date(2026, 5, 1),
                amount=Decimal(20),
            ),
            closed(
                "b",
                "won",
                snapshot_on=date(2026, 1, 1),
                closed_on=date(2026, 5, 1),
                amount=Decimal(20),
            ),
        ]
    )
    found = expansion.usual(seen, known, DAY)
    assert found["outside_share"].to_list() == pytest.approx([0.04, 0.07, 0.07, 0.07])
    assert found["losses_share"][0] == pytest.approx(-0.02)
    assert found["spread_share"][0] == pytest.approx(0.0141421, abs=1e-6)


def test_the_year_ends_where_renewals_pipeline_and_habit_lead():
    """Half of July to December is left on 1 October: one quarter of two percents."""
    day = date(2026, 10, 1)
    cohort = pl.DataFrame(
        [("s", date(2026, 1, 1), date(2027, 1, 1), 10, Decimal(1000), Decimal(900), Decimal(850))],
        schema=YEAR_COHORT,
        orient="row",
    )
    renewals = pl.DataFrame(
        {
            "renewal_id": ["this year", "next"],
            "due_quarter": [day, date(2027, 1, 1)],
            "due_year": [date(2026, 1, 1), date(2027, 1, 1)],
            "segment": ["s", "s"],
            "arr_due": [Decimal(100), Decimal(500)],
            "probability": [0.5, 0.5],
        }
    )
    shares = pl.DataFrame({"segment": ["s"], "place": [1], "renewed_share": [1.0]})
    ahead = pl.DataFrame(
        {
            "close_quarter": [day, date(2027, 1, 1)],
            "expected": [Decimal(30), Decimal(70)],
            "outside_share": [0.02, 0.05],
            "losses_share": [-0.01, -0.01],
            "spread_share": [0.0, 0.0],
        }
    )
    row = year_end(cohort, renewals, shares, Dispersion(), ahead, day=day).row(0, named=True)
    assert row["renewals_due"] == 100
    left = 92 / (365.25 / 4)
    assert left > 1
    assert row["closing_expected"] == pytest.approx(900 - 50 + 30 + 900 * (0.02 - 0.01), abs=0.01)
    assert row["nrr_expected"] == pytest.approx(row["closing_expected"] / 1000)
    assert row["nrr_low_80"] == pytest.approx((900 - 100 + 30 + 9) / 1000, abs=0.001)
    assert row["nrr_high_80"] == pytest.approx((900 + 30 + 9) / 1000, abs=0.001)
