from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.metrics import pipeline, white_space, won
from dashboard.queries.pipeline import CREATED_BY_MONTH
from dashboard.queries.white_space import BY_PRODUCT, QUADRANTS
from dashboard.queries.won import BY_SOURCE, IN_RETENTION


def frame(schema, *rows):
    """Rows that name some of the columns."""
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema, orient="row")


CREATED = frame(
    CREATED_BY_MONTH,
    *(
        {
            "month": date(2026, 10, 1),
            "kind": kind,
            "outcome": outcome,
            "opportunities": number,
            "amount": Decimal(amount),
            "without_amount": without,
        }
        for kind, outcome, number, amount, without in (
            ("upsell", "won", 3, 30, 0),
            ("upsell", "lost", 1, 5, 1),
            ("upsell", "open", 9, 90, 2),
            ("cross_sell", "lost", 2, 7, 0),
            ("cross_sell", "unknown", 5, 1, 0),
        )
    ),
)


def test_a_win_rate_is_of_the_closed_alone():
    assert pipeline.win_rate(CREATED) == 0.5
    assert pipeline.won(CREATED) == 30
    assert pipeline.created(CREATED) == 133
    assert pipeline.opportunities(CREATED) == 20
    assert pipeline.without_amount(CREATED) == 3
    assert pipeline.win_rate(CREATED.filter(outcome="open")) is None


@pytest.mark.parametrize(
    ("won", "lost", "ends"),
    [
        # Worked example of Brown, Cai and DasGupta's formula: 1 of 10.
        (1, 9, (0.017876, 0.404150)),
        (0, 4, (0, 0.489891)),
        (4, 0, (0.510109, 1)),
        (0, 0, (None, None)),
    ],
)
def test_the_interval_of_a_win_rate_is_wilsons(won, lost, ends):
    closed = [("won", won), ("lost", lost)]
    rows = frame(
        CREATED_BY_MONTH, *({"outcome": each, "opportunities": number} for each, number in closed)
    )
    rates = pipeline.win_rates(rows, "kind")

    assert rates.select("low", "high").row(0) == pytest.approx(ends, abs=1e-5)


def test_win_rates_begin_with_all_and_know_who_has_none():
    rates = pipeline.win_rates(CREATED.filter(pl.col("outcome") != "lost"), "kind")

    assert rates.select("part", "won", "lost", "closed", "rate").rows() == [
        ("all", 3, 0, 3, 1.0),
        ("cross_sell", 0, 0, 0, None),
        ("upsell", 3, 0, 3, 1.0),
    ]
    assert rates["low"][1] is None


def test_white_space_of_products_and_quadrants():
    rows = frame(
        BY_PRODUCT,
        {
            "customers": 4,
            "owners": 1,
            "candidates": 2,
            "potential_arr": Decimal(10),
            "in_pipeline": Decimal(4),
            "net_potential": Decimal(6),
            "expected_value": Decimal(3),
        },
        {"customers": 4, "owners": 2, "candidates": 1, "net_potential": Decimal(1)},
    )
    assert white_space.net_potential(rows) == 7
    assert white_space.potential(rows) == 10
    assert white_space.in_pipeline(rows) == 4
    assert white_space.expected_value(rows) == 3
    assert white_space.candidates(rows) == 3
    assert white_space.owned_share(rows) == 3 / 8
    assert white_space.owned_share(rows.clear()) is None
    fields = frame(
        QUADRANTS,
        {"quadrant": "likely and large", "pairs": 2, "net_potential": Decimal(9)},
        {"quadrant": "unlikely and large", "pairs": 3, "net_potential": Decimal(5)},
        {"quadrant": "no propensity", "pairs": 4, "net_potential": Decimal(1)},
    )
    assert white_space.likely_and_large(fields) == 9
    assert white_space.without_propensity(fields) == 4
    assert white_space.without_propensity(fields.clear()) == 0


def test_won_by_source_and_beside_nrr():
    rows = frame(
        BY_SOURCE,
        {"sourced_by": "csm", "amount": Decimal(60), "median_days": 30.0},
        {"sourced_by": "other", "amount": Decimal(40), "median_days": 50.0},
    )
    assert (won.by_csms(rows), won.csm_share(rows)) == (60, 0.6)
    assert (won.csm_days(rows), won.other_days(rows)) == (30, 50)
    assert won.csm_share(rows.clear()) is None
    assert won.csm_days(rows.clear()) is None
    effect = frame(IN_RETENTION, {"nrr": 1.1, "nrr_without": 1.05})
    assert (won.nrr(effect), won.nrr_without(effect)) == (1.1, 1.05)
    assert won.nrr(effect.clear()) is None
    assert won.nrr_without(effect.clear()) is None
