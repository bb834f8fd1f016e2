from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import MEASURES, Band, HealthPolicy, Policy
from dashboard.queries import accounts, health
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    SINCE,
    account,
    cells,
    measured,
    member,
    rate,
    scored,
    subscription,
    was,
)

TODAY = Filters(as_of=AS_OF)
MONDAY = date(2026, 10, 26)
"""The last Monday before the as-of date: health is measured on Mondays."""


def overall(warehouse, as_of: date = AS_OF) -> dict[str, float | None]:
    """Overall score by customer."""
    return dict(
        cells(
            accounts.customers(warehouse, EVERYTHING, Filters(as_of=as_of)),
            *("account_id", "overall_score"),
        )
    )


def bands(warehouse) -> dict[str, str | None]:
    """Health band by customer."""
    customers = accounts.customers(warehouse, EVERYTHING, TODAY)
    return dict(cells(customers, "account_id", "health_band"))


def test_by_segment_averages_each_measure_and_sums_the_arr_at_red(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2"), account("a3", segment="Mid-Market"), account("a4")],
        subscriptions=[
            subscription("0.25", account_id="a1"),
            subscription(20, account_id="a2"),
            subscription(400, account_id="a3"),
        ],
        health_scores=[
            *measured(MONDAY, "a1", deployment=30, engagement=50, adoption=50, roi=90, nps=29),
            *measured(MONDAY, "a2", deployment=60, nps=30),
            *measured(MONDAY, "a3", sentiment=40),
            *scored(10, MONDAY, "a4"),
        ],
    )

    by_segment = health.by_segment(warehouse, EVERYTHING, TODAY)

    quarter, both = Decimal("0.25"), Decimal("20.25")
    expected = [
        ("Enterprise", "adoption", 1, 50.0, quarter, Decimal(0)),
        ("Enterprise", "deployment", 2, 45.0, both, quarter),
        ("Enterprise", "engagement", 1, 50.0, quarter, Decimal(0)),
        ("Enterprise", "nps", 2, 29.5, both, quarter),
        ("Enterprise", "overall", 1, 42.0, quarter, Decimal(0)),
        ("Enterprise", "roi", 1, 90.0, quarter, Decimal(0)),
        ("Mid-Market", "sentiment", 1, 40.0, Decimal(400), Decimal(0)),
    ]
    assert_frame_equal(by_segment, pl.DataFrame(expected, health.BY_SEGMENT, orient="row"))


def test_scores_are_the_customers_behind_a_measure_the_lowest_first(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1", name="Ada")],
        accounts=[account("a1"), account("a2", region=None, csm_id=None), account("a3")],
        subscriptions=[subscription(1, account_id=each) for each in ("a1", "a2")],
        health_scores=[
            *measured(MONDAY, "a1", nps=60),
            *scored(20, date(2026, 9, 28), "a2"),
            *scored(5, MONDAY, "a3"),
        ],
    )

    expected = [
        (
            *("a2", "A2", "Enterprise", "Unknown", None),
            *("nps", 20.0, date(2026, 9, 28), True, Decimal(1)),
        ),
        ("a1", "A1", "Enterprise", "EMEA", "Ada", "nps", 60.0, MONDAY, False, Decimal(1)),
    ]
    assert_frame_equal(
        health.scores(warehouse, EVERYTHING, TODAY, measure="nps"),
        pl.DataFrame(expected, health.SCORES, orient="row"),
    )
    whole = health.scores(warehouse, EVERYTHING, TODAY)
    assert cells(whole, "account_id", "measure", "score", "measured_on") == [
        ("a2", "overall", 20.0, None)
    ]


def test_a_missing_measure_leaves_its_weight_to_the_others_of_its_half(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(name) for name in ("all", "no roi", "no experience", "no outcomes")],
        health_scores=[
            *measured(MONDAY, "all", deployment=10, engagement=20, adoption=30, roi=100),
            *measured(MONDAY, "all", nps=40, support=50, sentiment=90),
            *measured(MONDAY, "no roi", deployment=10, engagement=20, adoption=30),
            *measured(MONDAY, "no roi", nps=40, support=50, sentiment=90),
            *measured(MONDAY, "no experience", deployment=10, engagement=20, adoption=30, roi=100),
            *measured(MONDAY, "no outcomes", nps=40, support=50, sentiment=90),
        ],
    )

    customers = accounts.customers(warehouse, EVERYTHING, TODAY)

    assert cells(customers, "account_id", "outcomes", "experience", "overall_score") == [
        ("all", 40.0, 60.0, 50.0),
        ("no experience", 40.0, None, 40.0),
        ("no outcomes", None, 60.0, 60.0),
        ("no roi", 20.0, 60.0, 40.0),
    ]


def test_an_account_with_less_than_half_of_its_weight_covered_is_not_scored(warehouse_of):
    experience = {"nps": 80, "support": 80, "sentiment": 80}
    warehouse = warehouse_of(
        accounts=[account(name) for name in ("exactly half", "the other half", "less", "none")],
        health_scores=[
            *measured(MONDAY, "exactly half", **experience),
            *measured(MONDAY, "the other half", deployment=9, engagement=9, adoption=9, roi=9),
            *measured(MONDAY, "less", deployment=80, nps=80, support=80),
        ],
    )

    assert overall(warehouse) == {
        "exactly half": 80.0,
        "the other half": 9.0,
        "less": None,
        "none": None,
    }
    coverage = health.coverage(warehouse, EVERYTHING, TODAY)
    expected = [
        ("Enterprise", "green", 1, None, 0.5),
        ("Enterprise", "red", 1, None, 0.5),
        ("Enterprise", None, 2, None, (1 / 8 + 1 / 3) / 2),
    ]
    assert_frame_equal(coverage, pl.DataFrame(expected, health.COVERAGE, orient="row"))


@pytest.mark.parametrize(("age", "counts"), [(60, True), (61, False)])
def test_a_measurement_of_60_days_counts_and_one_of_61_is_stale(warehouse_of, age, counts):
    measured_on = AS_OF - timedelta(days=age)
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        health_scores=[*scored(80, measured_on), *scored(10, MONDAY, "a2")],
    )

    assert overall(warehouse) == {"a1": 80.0 if counts else None, "a2": 10.0}
    scores = health.scores(warehouse, EVERYTHING, TODAY, measure="roi")
    assert scores["account_id"].to_list() == (["a2", "a1"] if counts else ["a2"])
    parts = health.contributions(warehouse, EVERYTHING, TODAY, account_id="a1")
    assert set(cells(parts, "measured_on", "age_days", "is_stale")) == {
        (measured_on, age, not counts)
    }
    assert parts["contribution"].sum() == pytest.approx(80.0 if counts else 0.0)


def test_the_latest_measurement_by_the_as_of_date_counts_for_each_measure(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        health_scores=[
            *scored(20, date(2026, 10, 5)),
            *measured(date(2026, 10, 12), nps=80),
            *measured(date(2026, 10, 13), nps=50),
            *scored(90, date(2026, 11, 2)),
        ],
    )

    def nps(as_of: date) -> list[float]:
        filters = Filters(as_of=as_of)
        return health.scores(warehouse, EVERYTHING, filters, measure="nps")["score"].to_list()

    assert nps(date(2026, 10, 4)) == []
    assert nps(date(2026, 10, 5)) == [20.0]
    assert nps(AS_OF) == [50.0]
    assert nps(date(2026, 11, 2)) == [90.0]
    assert overall(warehouse) == {"a1": 25.0}


def test_a_score_outside_its_range_counts_as_missing(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        health_scores=[
            *scored(80, date(2026, 10, 19)),
            *measured(MONDAY, nps=100.1, support=-0.1, roi=100, adoption=0),
            *scored(101, MONDAY, "a2"),
        ],
    )

    parts = health.contributions(warehouse, EVERYTHING, TODAY, account_id="a1")
    assert parts["score"].to_list() == [80.0, 80.0, 0.0, 100.0, 80.0, 80.0, 80.0]
    assert overall(warehouse)["a2"] is None


def test_bands_begin_at_their_thresholds(warehouse_of):
    scores = {"39.9": 39.9, "40": 40, "69.9": 69.9, "70": 70, "0": 0, "100": 100}
    warehouse = warehouse_of(
        accounts=[account(name) for name in scores],
        health_scores=[
            row for name, value in scores.items() for row in scored(value, MONDAY, name)
        ],
    )

    assert bands(warehouse) == {
        "0": "red",
        "39.9": "red",
        "40": "amber",
        "69.9": "amber",
        "70": "green",
        "100": "green",
    }
    measured_red = health.scores(warehouse, EVERYTHING, TODAY, measure="adoption")
    assert measured_red.filter(pl.col("is_red"))["account_id"].to_list() == ["0", "39.9"]


def test_nps_has_bands_of_its_own(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("29"), account("30")],
        health_scores=[*scored(29, MONDAY, "29"), *scored(30, MONDAY, "30")],
    )

    def red(measure: str) -> list[str]:
        scores = health.scores(warehouse, EVERYTHING, TODAY, measure=measure)
        return scores.filter(pl.col("is_red"))["account_id"].to_list()

    assert red("nps") == ["29"]
    assert red("support") == ["29", "30"]
    assert Policy().health.band("nps") == Band(red_below=30, amber_below=60)


def test_weights_and_thresholds_of_the_policy_decide(warehouse_of):
    policy = Policy(
        health=HealthPolicy(
            weights={"deployment": 3, "roi": 1, "support": 1, "nps": 0},
            outcomes_weight=3,
            experience_weight=1,
            stale_after_days=10,
            minimum_coverage=0.9,
            overall=Band(red_below=10, amber_below=45),
        )
    )
    warehouse = warehouse_of(
        policy=policy,
        accounts=[account("whole"), account("stale roi"), account("unweighed")],
        health_scores=[
            *measured(MONDAY, "whole", deployment=40, roi=80, support=10, nps=100, adoption=100),
            *measured(MONDAY, "stale roi", deployment=40, support=10),
            *measured(date(2026, 10, 20), "stale roi", roi=80),
            *measured(MONDAY, "unweighed", nps=100, adoption=100),
        ],
    )

    assert overall(warehouse) == {"whole": 40.0, "stale roi": None, "unweighed": None}
    assert bands(warehouse)["whole"] == "amber"


@pytest.mark.parametrize(
    ("weights", "scores"),
    [
        pytest.param({}, dict.fromkeys(MEASURES, 55.5), id="all measured"),
        pytest.param({}, {"deployment": 10, "engagement": 20, "roi": 90, "nps": 35}, id="some"),
        pytest.param({}, {"nps": 35, "support": 80, "sentiment": 1}, id="one half"),
        pytest.param({"roi": 5.0, "nps": 0.0}, {"roi": 10, "adoption": 77, "nps": 3}, id="weighed"),
        pytest.param({"nps": 0.0}, {"roi": 10, "adoption": 77, "nps": 3}, id="weight of nothing"),
    ],
)
def test_contributions_sum_to_the_overall_score(warehouse_of, weights, scores):
    policy = Policy(
        health=HealthPolicy(
            weights=dict.fromkeys(MEASURES, 1.0) | weights,
            outcomes_weight=2,
            experience_weight=1,
            minimum_coverage=0.1,
        )
    )
    warehouse = warehouse_of(
        policy=policy, accounts=[account()], health_scores=measured(MONDAY, **scores)
    )

    parts = health.contributions(warehouse, EVERYTHING, TODAY, account_id="a1")

    assert parts["measure"].to_list() == list(MEASURES)
    assert parts["contribution"].sum() == pytest.approx(overall(warehouse)["a1"], abs=1e-6)
    assert parts["weight"].sum() == pytest.approx(1.0)
    assert parts.filter(pl.col("score").is_null())["contribution"].null_count() == 7 - len(scores)


def test_contributions_tell_what_each_measure_weighs(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        health_scores=[
            *measured(MONDAY, deployment=80, engagement=40, nps=90),
            *measured(date(2026, 8, 1), support=10),
        ],
    )

    parts = health.contributions(warehouse, EVERYTHING, TODAY, account_id="a1")

    fresh, old = (MONDAY, 5, False), (date(2026, 8, 1), 91, True)
    none = (None, None, False)
    expected = [
        ("deployment", "outcomes", 80.0, *fresh, 0.25, 20.0),
        ("engagement", "outcomes", 40.0, *fresh, 0.25, 10.0),
        ("adoption", "outcomes", None, *none, None, None),
        ("roi", "outcomes", None, *none, None, None),
        ("nps", "experience", 90.0, *fresh, 0.5, 45.0),
        ("support", "experience", None, *old, None, None),
        ("sentiment", "experience", None, *none, None, None),
    ]
    assert_frame_equal(parts, pl.DataFrame(expected, health.CONTRIBUTIONS, orient="row"))
    assert health.contributions(warehouse, EVERYTHING, TODAY, account_id="a2").is_empty()


def test_bands_by_week_counts_customers_at_the_end_of_each_week(warehouse_of):
    weeks = [date(2026, 10, 5), date(2026, 10, 12), MONDAY]
    warehouse = warehouse_of(
        fx_rates=[rate("EUR", 2, AS_OF)],
        team_members=[member("m1", name="Ada")],
        accounts=[
            account("falls"),
            account("joins", customer_since=date(2026, 10, 12), currency="EUR"),
            account("leaves"),
            account("pays unknown", currency="XXX"),
        ],
        subscriptions=[
            subscription(10, account_id="falls"),
            subscription("0.50", account_id="joins", starts_on=date(2026, 10, 12)),
            subscription(4, account_id="leaves", ends_on=date(2026, 10, 12)),
            subscription(7, account_id="pays unknown"),
        ],
        health_scores=[
            *scored(80, weeks[0], "falls"),
            *scored(80, weeks[0], "leaves"),
            *scored(20, weeks[1], "falls"),
            *scored(50, weeks[2], "joins"),
            *scored(50, date(2026, 11, 2), "falls"),
        ],
    )

    by_week = health.bands_by_week(warehouse, EVERYTHING, TODAY)

    expected = [
        (weeks[0], "green", 2, Decimal(14)),
        (weeks[0], None, 1, None),
        (weeks[1], "red", 1, Decimal(10)),
        (weeks[1], None, 2, Decimal(1)),
        (weeks[2], "amber", 1, Decimal(1)),
        (weeks[2], "red", 1, Decimal(10)),
        (weeks[2], None, 1, None),
    ]
    assert_frame_equal(by_week, pl.DataFrame(expected, health.BANDS_BY_WEEK, orient="row"))
    since = health.bands_by_week(warehouse, EVERYTHING, TODAY.window(weeks[1], None))
    assert since["week_on"].unique().sort().to_list() == weeks[1:]

    unscored = health.in_band(warehouse, EVERYTHING, TODAY, week_on=weeks[1], band="not scored")
    assert cells(unscored, "account_id", "health_band", "arr") == [
        ("pays unknown", None, None),
        ("joins", None, Decimal(1)),
    ]
    red = health.in_band(warehouse, EVERYTHING, TODAY, week_on=weeks[1], band="red")
    expected = [("falls", "FALLS", "Enterprise", "Ada", weeks[1], "red", 20.0, 1.0, Decimal(10))]
    assert_frame_equal(red, pl.DataFrame(expected, health.IN_BAND, orient="row"))
    future = health.in_band(warehouse, EVERYTHING, TODAY, week_on=date(2026, 11, 2), band="amber")
    assert future.is_empty()


def test_bands_by_week_leave_out_who_has_churned_or_not_come_where_no_arr_was_loaded(warehouse_of):
    warehouse = warehouse_of(
        accounts=[
            account("stays"),
            account("leaves", churned_on=date(2026, 10, 19)),
            account("joins", customer_since=date(2026, 10, 20)),
        ],
        health_scores=[
            *scored(80, date(2026, 10, 12), "stays"),
            *scored(80, date(2026, 10, 12), "leaves"),
            *scored(80, date(2026, 10, 19), "stays"),
        ],
    )

    by_week = health.bands_by_week(warehouse, EVERYTHING, TODAY)

    assert cells(by_week) == [
        (date(2026, 10, 12), "green", 2, None),
        (date(2026, 10, 19), "green", 1, None),
    ]
    that_day = health.bands_by_week(warehouse, EVERYTHING, Filters(as_of=date(2026, 10, 19)))
    day_before = health.bands_by_week(warehouse, EVERYTHING, Filters(as_of=date(2026, 10, 18)))
    assert (len(that_day), len(day_before)) == (2, 1)
    last = health.in_band(warehouse, EVERYTHING, TODAY, week_on=date(2026, 10, 19), band="green")
    assert last["account_id"].to_list() == ["stays"]


def test_crossings_are_customers_in_another_band_than_on_the_earlier_day(warehouse_of):
    earlier, later = date(2026, 10, 19), MONDAY
    moves = {"falls": (80, 50), "rises": (30, 90), "stays": (50, 60), "appears": (None, 50)}
    warehouse = warehouse_of(
        team_members=[member("m1", name="Ada")],
        accounts=[*(account(name) for name in moves), account("left"), account("stale")],
        subscriptions=[
            *(subscription(place, account_id=name) for place, name in enumerate(moves, start=1)),
            subscription(9, account_id="left", ends_on=AS_OF),
            subscription(8, account_id="stale"),
        ],
        health_scores=[
            *(
                row
                for name, scores in moves.items()
                for day, score in zip((earlier, later), scores, strict=True)
                if score is not None
                for row in scored(score, day, name)
            ),
            *scored(80, earlier, "left"),
            *scored(10, later, "left"),
            *scored(80, date(2026, 8, 30), "stale"),
        ],
    )

    crossings = health.crossings(warehouse, EVERYTHING, TODAY)

    who = ("Enterprise", "Ada")
    expected = [
        ("stale", "STALE", *who, "green", None, 80.0, None, Decimal(8)),
        ("appears", "APPEARS", *who, None, "amber", None, 50.0, Decimal(4)),
        ("rises", "RISES", *who, "red", "green", 30.0, 90.0, Decimal(2)),
        ("falls", "FALLS", *who, "green", "amber", 80.0, 50.0, Decimal(1)),
    ]
    assert_frame_equal(crossings, pl.DataFrame(expected, health.CROSSINGS, orient="row"))
    same_week = health.crossings(warehouse, EVERYTHING, TODAY, compared_on=MONDAY)
    assert same_week["account_id"].to_list() == ["stale"]
    before_all = health.crossings(warehouse, EVERYTHING, TODAY, compared_on=date(2026, 1, 1))
    assert before_all.is_empty()


def test_health_by_segment_takes_the_segment_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(segment="Mid-Market")],
        account_history=[was("segment", "Enterprise", SINCE, AS_OF)],
        health_scores=[*scored(50, date(2026, 10, 19))],
    )

    def segment(as_of: date) -> set[str]:
        return set(health.by_segment(warehouse, EVERYTHING, Filters(as_of=as_of))["segment"])

    assert segment(date(2026, 10, 30)) == {"Enterprise"}
    assert segment(AS_OF) == {"Mid-Market"}


def test_every_question_about_health_rests_on_the_measurements(warehouse_of):
    without = warehouse_of(accounts=[account()], subscriptions=[subscription()])
    asked = {
        health.by_segment: {},
        health.scores: {},
        health.coverage: {},
        health.bands_by_week: {},
        health.in_band: {"week_on": MONDAY, "band": "red"},
        health.crossings: {},
        health.contributions: {"account_id": "a1"},
    }
    for question, params in asked.items():
        with pytest.raises(MissingTableError, match=r"rests on .*health_scores.*not loaded"):
            question(without, EVERYTHING, TODAY, **params)
    assert overall(without) == {"a1": None}
