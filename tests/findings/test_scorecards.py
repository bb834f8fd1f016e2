from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts import scorecards as charts
from dashboard.charts.score_change import steps
from dashboard.findings import health, outcome_check, quadrants, scorecards
from dashboard.metrics import scorecards as metrics
from dashboard.queries import outcome_check as check_queries
from dashboard.queries import quadrants as quadrant_queries
from dashboard.queries import scorecards as queries
from dashboard.queries.health import SCORE_CHANGE
from dashboard.scorecard_policy import CARDS


def frame(schema: pl.Schema, *rows: dict) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def quadrant(name: str, accounts: int, arr: int | None) -> dict:
    return {
        "quadrant": name,
        "accounts": accounts,
        "arr": None if arr is None else Decimal(arr),
    }


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No customer has both an outcomes and an experience score"),
        (
            [quadrant("not placed", 2, 9)],
            "No customer has both an outcomes and an experience score",
        ),
        ([quadrant("both good", 2, 9)], "No false green among 2 customers"),
        (
            [quadrant("both good", 2, 9), quadrant("false green", 1, 500)],
            "1 of 3 customers ($500) looks well and is not: false green",
        ),
        (
            [quadrant("false green", 2, None), quadrant("not placed", 7, 9)],
            "2 of 2 customers (n/a) look well and are not: false green",
        ),
    ],
)
def test_quadrants_name_the_false_greens(rows, sentence):
    assert quadrants.totals(frame(quadrant_queries.TOTALS, *rows), currency="USD") == sentence


def test_the_largest_false_green_is_named():
    rows = frame(
        quadrant_queries.CUSTOMERS,
        {
            "account_name": "Acme",
            "arr": Decimal(2000),
            "experience": 81.0,
            "outcomes": 40.4,
            "quadrant": "false green",
        },
        {"account_name": "B", "quadrant": "both good"},
    )
    assert quadrants.false_greens(rows, currency="USD") == (
        "Acme ($2.0K) is the largest false green: experience 81, outcomes 40"
    )
    assert quadrants.false_greens(rows.clear(), currency="USD") == "No customer is a false green"
    assert quadrants.places(rows) == "Outcomes and experience disagree for 1 of 2 customers"
    assert quadrants.places(rows.clear()).startswith("No customer")


def band(scorecard: str, name: str | None, accounts: int, segment: str = "A") -> dict:
    return {
        "scorecard": scorecard,
        "segment": segment,
        "health_band": name,
        "accounts": accounts,
        "arr": Decimal(accounts),
    }


def test_the_weakest_scorecard_and_segment_are_named():
    rows = frame(
        queries.BANDS,
        band("health", "red", 1),
        band("health", "green", 9),
        band("vendor", "red", 1),
        band("vendor", "green", 1, "B"),
        band("vendor", None, 90),
    )
    assert scorecards.cards(rows, CARDS) == (
        "Vendor outcomes is weakest: 1 of 2 scored customers red"
    )
    assert scorecards.by_segment(rows.filter(scorecard="vendor"), "Vendor") == (
        "Vendor: 100% of A is red (1 of 1 customer)"
    )
    unscored = rows.filter(pl.col("health_band").is_null())
    assert scorecards.cards(unscored, CARDS) == "No customer is scored"
    assert scorecards.by_segment(unscored, "Vendor") == "Vendor: 0 customers scored"


def test_the_lowest_customer_is_named():
    rows = frame(
        queries.CUSTOMERS,
        {"account_name": "Acme", "score": 7.6, "arr": Decimal(900)},
        {"account_name": "B", "score": 40.0},
        {"account_name": "C"},
    )
    assert scorecards.customers(rows, "Maturity", currency="USD") == (
        "Acme ($900) is lowest of 2 scored customers: 8 of 100"
    )
    assert scorecards.customers(rows.tail(1), "Maturity", currency="USD") == (
        "Maturity: 0 of 1 customer scored"
    )


def test_the_measure_that_fewest_have_fresh_is_named():
    rows = frame(
        queries.MEASURE_STATES,
        {"measure": "nps", "state": "fresh", "accounts": 3, "arr": Decimal(1)},
        {"measure": "nps", "state": "stale", "accounts": 1, "arr": Decimal(1)},
        {"measure": "roi", "state": "fresh", "accounts": 4, "arr": Decimal(1)},
    )
    drawn = charts.states(rows)
    assert drawn["customer_share"].to_list() == [0.75, 0.25, 1.0]
    assert scorecards.states(drawn) == "NPS score counts for the fewest customers: 75% are fresh"
    assert scorecards.states(drawn.clear()) == "No customer has a measure"


def move(now: str | None, then: str | None, accounts: int) -> dict:
    return {"band_now": now, "band_then": then, "accounts": accounts, "arr": Decimal(1)}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [move("red", "red", 2), move(None, None, 1)],
            "X would leave all 3 customers in their bands",
        ),
        (
            [move("green", "red", 2), move("red", "amber", 1), move("amber", "amber", 4)],
            "X would move 3 of 7 customers: 2 to a lower band, 1 to a higher one",
        ),
        (
            [move("green", None, 2), move("red", "red", 1)],
            "X would move 2 of 3 customers: 0 to a lower band, 0 to a higher one, "
            "2 would no longer be scored",
        ),
    ],
)
def test_moves_count_who_rises_and_falls(rows, sentence):
    assert scorecards.moves(pl.DataFrame(rows, schema_overrides={"band_then": pl.String}), "X") == (
        sentence
    )


def test_thresholds_in_use_are_counted():
    rows = frame(
        queries.THRESHOLDS,
        {"proposal": "chosen", "band_then": "red", "accounts": 2},
        {"proposal": "chosen", "accounts": 9},
        {"proposal": "tertiles", "band_then": "green", "accounts": 2},
    )
    assert scorecards.thresholds(rows) == "The thresholds in use make 2 red, 0 amber and 0 green"
    assert scorecards.thresholds(rows.tail(2)).startswith("No customer is scored")


def test_customers_side_by_side_sum_to_the_moves():
    schema = queries.CUSTOMERS
    now = frame(
        schema,
        {"account_id": "a", "score": 10.0, "health_band": "red", "arr": Decimal("1.10")},
        {"account_id": "b", "score": 20.0, "health_band": "red", "arr": Decimal("2.20")},
        {"account_id": "c", "arr": Decimal(3)},
    )
    then = frame(
        schema,
        {"account_id": "c"},
        {"account_id": "b", "score": 80.0, "health_band": "green"},
        {"account_id": "a", "score": 10.0, "health_band": "red"},
    )

    both = metrics.side_by_side(now, then)

    assert both.select("account_id", "band_now", "band_then", "score_then").rows() == [
        ("a", "red", "red", 10.0),
        ("b", "red", "green", 80.0),
        ("c", None, None, None),
    ]
    assert metrics.moves(both).rows() == [
        ("red", "green", 1, Decimal("2.20")),
        ("red", "red", 1, Decimal("1.10")),
        (None, None, 1, Decimal(3)),
    ]
    assert metrics.from_band_to_band(both, None, None)["account_id"].to_list() == ["c"]
    assert metrics.from_band_to_band(both, "red", "green")["account_id"].to_list() == ["b"]


def checked(measure: str, name: str, renewals: int, rate: float | None, **more: object) -> dict:
    low, high = (None, None) if rate is None else (max(0, rate - 0.1), min(1, rate + 0.1))
    return {
        "measure": measure,
        "health_band": name,
        "renewals": renewals,
        "renewed": None if rate is None else round(renewals * rate),
        "renewal_rate": rate,
        "low_rate": low,
        "high_rate": high,
        "all_rate": 0.8,
        **more,
    }


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [checked("overall", "green", 50, 0.9), checked("overall", "red", 50, 0.5)],
            "Of those green 90 days before 90% renewed, of those red 50%",
        ),
        (
            [checked("overall", "green", 50, 0.8), checked("overall", "red", 50, 0.7)],
            "No detectable difference between green and red 90 days before: "
            "80% against 70% renewed",
        ),
        (
            [checked("overall", "green", 50, 0.8), checked("overall", "red", 4, None)],
            "54 renewals with a known end: too few green or red 90 days before to compare",
        ),
    ],
)
def test_the_outcome_check_says_whether_green_renewed_more(rows, sentence):
    assert outcome_check.overall(frame(check_queries.BY_BAND, *rows), 90) == sentence


def test_the_measure_that_tells_most_is_named():
    rows = frame(
        check_queries.BY_BAND,
        checked("overall", "red", 9, 0.1, lift=0.1, is_detectable=True),
        checked("nps", "red", 9, 0.5, lift=0.6, is_detectable=True),
        checked("roi", "red", 9, 0.4, lift=0.5, is_detectable=False),
    )
    assert outcome_check.measures(rows) == (
        "NPS score tells most: 50% of 9 renewals that were red on it renewed, 80% of all"
    )
    assert outcome_check.measures(rows.filter(measure="roi")) == (
        "No detectable difference for any of 1 measure at red"
    )


def part(measure: str, before: float, now: float, by_score: float, **more: object) -> dict:
    return {
        "measure": measure,
        "contribution_before": before,
        "contribution_now": now,
        "change": now - before,
        "by_score": by_score,
        "by_weight": now - before - by_score,
        "overall_before": 50.0,
        "overall_now": 45.5,
    } | more


def test_a_changed_score_names_what_moved_it_most():
    change = frame(
        SCORE_CHANGE,
        part("roi", 25, 18, -6.0),
        part("nps", 25, 27.5, 0.5),
        part("support", 0, 0, 0),
    )
    assert health.score_change(change, "Acme", "1 Oct 2026") == (
        "Acme fell 4.5 points to 46 since 1 Oct 2026, most by ROI (-6.0)"
    )
    drawn = steps(change)
    assert drawn.select("step", "amount", "text").rows() == [
        ("before", Decimal("50.00"), "50.0"),
        ("roi", Decimal("-6.00"), "-6.0"),
        ("nps", Decimal("0.50"), "+0.5"),
        ("weights", Decimal("1.00"), "+1.0"),
        ("now", Decimal("45.50"), "45.5"),
    ]
    same = change.with_columns(overall_now=pl.lit(50.0))
    assert health.score_change(same, "Acme", "1 Oct 2026") == "Acme scores 50, as on 1 Oct 2026"
    unscored = change.with_columns(overall_before=pl.lit(None, pl.Float64))
    assert health.score_change(unscored, "Acme", "1 Oct 2026").startswith(
        "Acme was not scored on 1 Oct 2026"
    )
    assert health.score_change(change.clear(), "Acme", "1 Oct 2026") == (
        "Acme has 0 measurements to compare"
    )
