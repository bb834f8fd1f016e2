"""Scorecards, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pydantic import ValidationError

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import HealthPolicy, Policy, UnknownScorecardError
from dashboard.queries import scorecards
from dashboard.scorecard_policy import (
    Band,
    EngagementScorecard,
    MaturityScorecard,
    Scorecards,
    VendorScorecard,
)
from tests.factories import (
    AS_OF,
    account,
    answer,
    cells,
    measured,
    moment,
    movement,
    note,
    opportunity,
    rate,
    scored,
    subscription,
)

TODAY = Filters(as_of=AS_OF)
MONDAY = date(2026, 10, 26)
A_YEAR_AGO = date(2025, 10, 31)


def of(warehouse, scorecard: str, *columns: str, **own: object) -> dict[str, tuple]:
    """Columns of a scorecard by customer."""
    rows = scorecards.customers(warehouse, EVERYTHING, TODAY, scorecard=scorecard, **own)
    return {row[0]: row[1:] for row in cells(rows, "account_id", *columns)}


def test_retention_is_what_is_left_of_the_arr_of_twelve_months_ago(warehouse_of):
    warehouse = warehouse_of(
        fx_rates=[rate("EUR", "0.5", date(2020, 1, 1)), rate("EUR", 2, AS_OF)],
        accounts=[account(each) for each in ("fell", "grew", "young", "last day", "no rate")],
        subscriptions=[
            subscription(80, account_id="fell", ends_on=date(2026, 3, 1), currency="EUR"),
            subscription(60, account_id="fell", starts_on=date(2026, 3, 1), currency="EUR"),
            subscription(10, account_id="grew"),
            subscription(5, account_id="grew", starts_on=date(2026, 3, 1)),
            subscription(10, account_id="young", starts_on=date(2025, 11, 1)),
            subscription(10, account_id="last day", starts_on=A_YEAR_AGO),
            subscription(10, account_id="no rate", currency="XXX"),
        ],
    )

    assert of(warehouse, "vendor", "retention") == {
        "fell": (75.0,),
        "grew": (100.0,),
        "young": (None,),
        "last day": (100.0,),
        "no rate": (None,),
    }


def test_expansion_is_the_larger_of_movements_and_won_sales_against_the_arr_then(warehouse_of):
    names = ("moved", "won", "both", "early", "late", "nothing", "no amount", "much")
    sale = {"won": True, "closed_on": date(2026, 5, 1), "stage": "Closed won"}
    warehouse = warehouse_of(
        fx_rates=[rate("EUR", 2, AS_OF)],
        accounts=[account(each) for each in names],
        subscriptions=[subscription(100, account_id=each) for each in names],
        arr_movements=[
            movement(10, "expansion", date(2025, 11, 1), account_id="moved", movement_id="m1"),
            movement(3, "reactivation", date(2026, 2, 1), account_id="moved", movement_id="m2"),
            movement(5, "expansion", A_YEAR_AGO, account_id="early", movement_id="m3"),
            movement(5, "expansion", date(2026, 11, 1), account_id="late", movement_id="m4"),
            movement(
                *(5, "expansion", date(2026, 10, 1)),
                account_id="late",
                movement_id="m5",
                recorded_at=moment(2026, 11, 1),
            ),
            movement(6, "expansion", AS_OF, account_id="both", movement_id="m6", currency="EUR"),
            movement(500, "expansion", AS_OF, account_id="much", movement_id="m7"),
        ],
        opportunities=[
            opportunity("o1", account_id="won", amount=Decimal(7), **sale),
            opportunity("o2", account_id="won", amount=Decimal(7), won=False, stage="Closed lost"),
            opportunity("o3", account_id="both", amount=Decimal(7), **sale),
            opportunity("o4", account_id="no amount", amount=None, **sale),
            opportunity("o5", account_id="early", **(sale | {"closed_on": A_YEAR_AGO})),
            opportunity("o6", account_id="late", **(sale | {"closed_on": date(2026, 11, 1)})),
        ],
    )

    assert of(warehouse, "vendor", "expansion") == {
        "moved": (50.0,),
        "won": (pytest.approx(35.0),),
        "both": (pytest.approx(60.0),),
        "early": (0.0,),
        "late": (0.0,),
        "nothing": (0.0,),
        "no amount": (0.0,),
        "much": (100.0,),
    }


def event(event_id: str, happened_on: date, account_id: str = "a1") -> dict:
    return {
        "event_id": event_id,
        "account_id": account_id,
        "kind": "Referral",
        "happened_on": happened_on,
    }


def test_advocacy_counts_the_events_of_twelve_months(warehouse_of):
    accounts = [account("none"), account("one"), account("three")]
    events = [
        event("e1", AS_OF, "one"),
        event("e2", A_YEAR_AGO, "one"),
        event("e3", date(2026, 11, 1), "none"),
        *(event(f"e4{day}", date(2025, 11, day), "three") for day in (1, 2, 3)),
    ]

    with_events = warehouse_of(accounts=accounts, advocacy_events=events)
    assert of(with_events, "vendor", "advocacy", "coverage") == {
        "none": (0.0, pytest.approx(1 / 3)),
        "one": (50.0, pytest.approx(1 / 3)),
        "three": (100.0, pytest.approx(1 / 3)),
    }
    without = warehouse_of(accounts=accounts)
    assert set(of(without, "vendor", "advocacy", "coverage").values()) == {(None, 0.0)}


@pytest.mark.parametrize(
    ("days", "score"), [(0, 100.0), (30, 100.0), (80, 50.0), (129, 1.0), (130, 0.0), (900, 0.0)]
)
def test_an_executive_s_engagement_fades_with_the_days_since(warehouse_of, days, score):
    on = AS_OF - timedelta(days=days)
    warehouse = warehouse_of(
        accounts=[account("a1"), account("never")],
        timeline_entries=[
            note("met", moment(on.year, on.month, on.day, 23), executive=True),
            note("later", moment(2026, 11, 1), executive=True),
            note("no executive", moment(2026, 10, 30), executive=False),
            note("unknown", moment(2026, 10, 30), account_id="never"),
        ],
    )

    assert of(warehouse, "engagement", "executive") == {"a1": (score,), "never": (0.0,)}


def test_touches_are_those_of_the_last_ninety_days(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("seven"), account("none")],
        timeline_entries=[
            note("first day", moment(2026, 8, 3, 0, 1)),
            note("day before", moment(2026, 8, 2, 23, 59)),
            note("today", moment(2026, 10, 31, 23, 59)),
            note("tomorrow", moment(2026, 11, 1)),
            *(note(f"n{day}", moment(2026, 10, day), account_id="seven") for day in range(1, 8)),
        ],
    )

    assert of(warehouse, "engagement", "touches") == {
        "a1": (pytest.approx(100 / 3),),
        "seven": (100.0,),
        "none": (0.0,),
    }
    assert set(of(warehouse_of(accounts=[account()]), "engagement", "touches").values()) == {
        (None,)
    }


def test_a_survey_counts_where_it_was_answered_and_against_where_it_was_not(warehouse_of):
    asked, answered = {"responded_on": None}, {"sent_on": date(2026, 1, 1)}
    warehouse = warehouse_of(
        accounts=[account(each) for each in ("yes", "no", "long ago", "later", "nobody")],
        survey_responses=[
            answer(9, account_id="yes", responded_on=date(2026, 5, 5), **answered),
            answer(None, account_id="yes", **asked),
            answer(None, account_id="no", **asked),
            answer(None, account_id="long ago", sent_on=date(2026, 5, 4), **asked),
            answer(9, account_id="long ago", responded_on=date(2026, 5, 4), **answered),
            answer(9, account_id="later", responded_on=date(2026, 11, 1)),
        ],
    )

    assert of(warehouse, "engagement", "survey") == {
        "yes": (100.0,),
        "no": (0.0,),
        "long ago": (None,),
        "later": (0.0,),
        "nobody": (None,),
    }


def used(week_on: date, features_used: int | None, entitled: int | None, account_id: str) -> dict:
    return {
        "account_id": account_id,
        "week_on": week_on,
        "features_used": features_used,
        "features_entitled": entitled,
    }


def test_maturity_is_the_level_the_features_and_the_objectives(warehouse_of):
    names = ("whole", "stale", "unknown", "capped")
    objective = {"goal": "faster", "last_validated_on": MONDAY}
    warehouse = warehouse_of(
        accounts=[
            account("whole", maturity=" advanced"),
            account("stale", maturity="GROWING"),
            account("unknown", maturity="Guru"),
            account("capped"),
        ],
        usage_weekly=[
            used(MONDAY, 3, 4, "whole"),
            used(date(2026, 11, 2), 4, 4, "whole"),
            used(date(2026, 8, 31), 4, 4, "stale"),
            used(MONDAY, None, 4, "unknown"),
            used(date(2026, 10, 19), 1, 4, "unknown"),
            used(MONDAY, 9, 4, "capped"),
        ],
        objectives=[
            {"objective_id": "1", "account_id": "whole", "status": "Attained"} | objective,
            {"objective_id": "2", "account_id": "whole", "status": "missed"} | objective,
            {"objective_id": "3", "account_id": "whole", "goal": "never confirmed"},
            {"objective_id": "4", "account_id": "whole", "status": "attained"}
            | objective
            | {"last_validated_on": date(2026, 11, 1)},
            {"objective_id": "5", "account_id": "stale", "status": "attained"}
            | objective
            | {"last_validated_on": date(2026, 8, 31)},
            {"objective_id": "6", "account_id": "unknown", "status": "attained", "goal": "x"},
        ],
    )

    columns = ("maturity", "features", "objectives", "coverage", "score", "health_band")
    third = pytest.approx(1 / 3)
    assert of(warehouse, "maturity", *columns) == {
        "whole": (
            *(100.0, 75.0, pytest.approx(100 / 3), 1.0),
            *(pytest.approx((175 + 100 / 3) / 3, abs=1e-6), "amber"),
        ),
        "stale": (50.0, None, None, third, None, None),
        "unknown": (None, 25.0, None, third, None, None),
        "capped": (None, 100.0, None, third, None, None),
    }
    states = scorecards.measure_states(warehouse, EVERYTHING, TODAY)
    assert cells(states.filter(measure="features"), "state", "accounts", "average_age_days") == [
        ("fresh", 3, pytest.approx((5 + 12 + 5) / 3)),
        ("stale", 1, 61.0),
    ]
    assert cells(states.filter(measure="objectives"), "state", "accounts") == [
        ("fresh", 1),
        ("missing", 2),
        ("stale", 1),
    ]
    stale = scorecards.in_state(warehouse, EVERYTHING, TODAY, measure="objectives", state="missing")
    assert stale["account_id"].to_list() == ["capped", "unknown"]
    assert len(names) == len(of(warehouse, "maturity", "score"))


def test_weights_scales_and_thresholds_decide(warehouse_of):
    policy = Policy(
        scorecards=Scorecards(
            engagement=EngagementScorecard(
                weights={"touches": 3, "survey": 1},
                touches_days=10,
                touches_full=4,
                minimum_coverage=0.75,
                overall=Band(red_below=20, amber_below=25),
            )
        )
    )
    warehouse = warehouse_of(
        policy=policy,
        accounts=[account("a1"), account("asked")],
        timeline_entries=[
            note("counts", moment(2026, 10, 22), executive=True),
            note("does not", moment(2026, 10, 21)),
        ],
        survey_responses=[answer(None, account_id="asked", responded_on=None)],
    )

    assert of(warehouse, "engagement", "score", "coverage", "health_band") == {
        "a1": (25.0, 0.75, "green"),
        "asked": (0.0, 1.0, "red"),
    }
    other = EngagementScorecard(
        weights={"touches": 1}, touches_full=1, overall=Band(red_below=99, amber_below=99.5)
    ).model_dump_json()
    assert of(warehouse, "engagement", "score", "health_band", definition=other) == {
        "a1": (100.0, "green"),
        "asked": (0.0, "red"),
    }
    stricter = HealthPolicy(minimum_coverage=0).model_dump_json()
    assert set(of(warehouse, "health", "score", definition=stricter).values()) == {(None,)}


def test_bands_are_counted_for_every_scorecard_and_sum_to_the_customers(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", segment="Mid-Market", maturity="Starting")],
        subscriptions=[subscription(1, account_id="a1"), subscription("2.50", account_id="a2")],
        health_scores=[*scored(69, MONDAY, "a1"), *measured(MONDAY, "a2", nps=100)],
    )

    bands = scorecards.bands(warehouse, EVERYTHING, TODAY)

    a1, a2 = ("Enterprise", 1, Decimal(1)), ("Mid-Market", 1, Decimal("2.50"))
    both = pytest.approx(2 / 3)
    rows = cells(bands, "scorecard", "health_band", "segment", "accounts", "arr")
    assert rows == [
        ("engagement", None, *a1),
        ("engagement", None, *a2),
        ("health", "amber", *a1),
        ("health", None, *a2),
        ("maturity", None, *a1),
        ("maturity", None, *a2),
        ("vendor", "amber", *a1),
        ("vendor", "amber", *a2),
    ]
    assert bands.filter(scorecard="vendor")["average_coverage"].to_list() == [both, both]
    assert scorecards.bands(warehouse, Scope(), TODAY).is_empty()


def test_thresholds_split_the_scored_customers_into_thirds_and_fifths(warehouse_of):
    values = {f"a{number}": 10.0 * number for number in range(1, 7)}
    warehouse = warehouse_of(
        accounts=[account(each) for each in [*values, "unscored"]],
        subscriptions=[subscription(1, account_id=each) for each in [*values, "unscored"]],
        health_scores=[
            row for name, score in values.items() for row in scored(score, MONDAY, name)
        ],
    )

    answered = scorecards.thresholds(warehouse, EVERYTHING, TODAY)

    expected = [
        ("chosen", 40.0, 70.0, "amber", "amber", 3, Decimal(3)),
        ("chosen", 40.0, 70.0, "red", "red", 3, Decimal(3)),
        ("chosen", 40.0, 70.0, None, None, 1, Decimal(1)),
        ("tertiles", 26.7, 43.3, "amber", "amber", 1, Decimal(1)),
        ("tertiles", 26.7, 43.3, "amber", "green", 2, Decimal(2)),
        ("tertiles", 26.7, 43.3, "red", "amber", 1, Decimal(1)),
        ("tertiles", 26.7, 43.3, "red", "red", 2, Decimal(2)),
        ("tertiles", 26.7, 43.3, None, None, 1, Decimal(1)),
        ("quintiles", 20.0, 40.0, "amber", "green", 3, Decimal(3)),
        ("quintiles", 20.0, 40.0, "red", "amber", 2, Decimal(2)),
        ("quintiles", 20.0, 40.0, "red", "red", 1, Decimal(1)),
        ("quintiles", 20.0, 40.0, None, None, 1, Decimal(1)),
    ]
    assert_frame_equal(
        answered, pl.DataFrame(expected, scorecards.THRESHOLDS, orient="row"), abs_tol=1e-9
    )
    own = HealthPolicy(overall=Band(red_below=15, amber_below=60)).model_dump_json()
    chosen = scorecards.thresholds(warehouse, EVERYTHING, TODAY, definition=own)
    assert cells(chosen.filter(proposal="chosen"), "band_then", "accounts") == [
        ("amber", 4),
        ("green", 1),
        ("red", 1),
        (None, 1),
    ]


def test_an_unknown_scorecard_or_definition_is_refused(warehouse_of):
    warehouse = warehouse_of(accounts=[account()])

    with pytest.raises(UnknownScorecardError, match="no scorecard 'mood'"):
        scorecards.customers(warehouse, EVERYTHING, TODAY, scorecard="mood")
    with pytest.raises(ValueError, match="no weight on any of retention"):
        scorecards.customers(
            warehouse,
            EVERYTHING,
            TODAY,
            scorecard="vendor",
            definition='{"weights": {"retention": 0}}',
        )


@pytest.mark.parametrize(
    ("kind", "choice", "complaint"),
    [
        (VendorScorecard, {"weights": {"advocacy": -1.0}}, "a weight below zero"),
        (VendorScorecard, {"weights": {"survey": 1.0}}, "survey"),
        (VendorScorecard, {"expansion_full_share": 0}, "greater than 0"),
        (EngagementScorecard, {"executive_none_days": 30}, "does not lie below"),
        (EngagementScorecard, {"touches_full": 0}, "greater than or equal to 1"),
        (MaturityScorecard, {"levels": {"High": 101}}, "level 'High' is 101"),
        (MaturityScorecard, {"overall": {"red_below": 80}}, "lies above amber_below"),
    ],
)
def test_a_scorecard_that_decides_nothing_is_refused(kind, choice, complaint):
    with pytest.raises(ValidationError, match=complaint):
        kind.model_validate(choice)
