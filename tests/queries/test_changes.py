"""What changed since a day, kind by kind, by hand."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.charts.bridge import MOVEMENTS
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import bridge
from dashboard.queries.overview import BY_ACCOUNT, changes
from tests.factories import (
    AS_OF,
    SINCE,
    account,
    answer,
    cells,
    change,
    churned,
    measured,
    member,
    moment,
    movement,
    opportunity,
    rate,
    renewal,
    renewed,
    scored,
    subscription,
    was,
)

COMPARED = date(2026, 10, 1)
TODAY = Filters(as_of=AS_OF)
DAY = timedelta(days=1)


def call(category, day, renewal_id="r1", amount=Decimal(100), **fields):
    usual = {
        "call_id": f"{renewal_id} {category} {day}",
        "renewal_id": renewal_id,
        "called_by": "m1",
        "called_at": datetime.combine(day, time(12)),
        "source": "csm",
        "forecast_category": category,
        "amount": amount,
    }
    return usual | fields


def risk(risk_id="k1", **fields):
    usual = {
        "account_id": "a1",
        "category": "Adoption",
        "source": "manual",
        "severity": "high",
        "opened_on": date(2026, 9, 1),
    }
    return {"risk_id": risk_id} | usual | fields


def since(warehouse, day=COMPARED, *, scope=EVERYTHING, filters=TODAY):
    return changes(warehouse, scope, filters, compared_on=day)


PAYS = {"accounts": [account()], "subscriptions": [subscription(100)]}
KINDS = {
    "new": (
        lambda day: {"accounts": [account()], "subscriptions": [subscription(100, starts_on=day)]},
        (100, 0, 100, None, None, None, None),
    ),
    "reactivation": (
        lambda day: {
            "accounts": [account()],
            "subscriptions": [
                subscription(80, ends_on=date(2026, 1, 1)),
                subscription(100, starts_on=day),
            ],
        },
        (100, 0, 100, None, None, None, None),
    ),
    "expansion": (
        lambda day: PAYS | {"subscriptions": [subscription(100), subscription(50, starts_on=day)]},
        (50, 100, 150, None, None, None, None),
    ),
    "contraction": (
        lambda day: PAYS | {"subscriptions": [subscription(100), subscription(50, ends_on=day)]},
        (-50, 150, 100, None, None, None, None),
    ),
    "churn": (
        lambda day: PAYS | {"subscriptions": [subscription(100, ends_on=day)]},
        (-100, 100, 0, None, None, None, None),
    ),
    "renewed": (
        lambda day: PAYS | {"renewals": [renewed("r1", day, 90, arr_due=100)]},
        (90, 100, 90, None, "renewed", None, "r1"),
    ),
    "renewal lost": (
        lambda day: PAYS | {"renewals": [churned("r1", day, arr_due=100, churn_reason=" price ")]},
        (-100, 100, 0, None, "churned", "price", "r1"),
    ),
    "became red": (
        lambda day: PAYS | {"health_scores": [*scored(80, date(2026, 9, 21)), *scored(20, day)]},
        (-100, None, None, "green", "red", None, None),
    ),
    "became green": (
        lambda day: PAYS | {"health_scores": [*scored(50, date(2026, 9, 21)), *scored(70, day)]},
        (100, None, None, "amber", "green", None, None),
    ),
    "left red": (
        lambda day: PAYS | {"health_scores": [*scored(39, date(2026, 9, 21)), *scored(40, day)]},
        (100, None, None, "red", "amber", None, None),
    ),
    "renewal forecast": (
        lambda day: (
            PAYS
            | {
                "renewals": [renewal(arr_due=70)],
                "forecast_calls": [call("commit", date(2026, 9, 1)), call("at_risk", day)],
            }
        ),
        (-70, None, None, "commit", "at_risk", None, "r1"),
    ),
    "opportunity forecast": (
        lambda day: (
            PAYS
            | {
                "opportunities": [opportunity(amount=Decimal(30), forecast_category="commit")],
                "opportunity_history": [
                    change(
                        "forecast_category",
                        "pipeline",
                        "commit",
                        moment(day.year, day.month, day.day, 23, 59),
                    )
                ],
            }
        ),
        (30, None, None, "pipeline", "commit", "upsell", "o1"),
    ),
    "risk opened": (
        lambda day: PAYS | {"risks": [risk(opened_on=day)]},
        (-100, None, None, None, "high", "Adoption", "k1"),
    ),
    "risk escalated": (
        lambda day: PAYS | {"risks": [risk(escalated_on=day)]},
        (-100, None, None, "open", "escalated", "Adoption", "k1"),
    ),
    "risk resolved": (
        lambda day: PAYS | {"risks": [risk(resolved_on=day)]},
        (100, None, None, "open", "resolved", "Adoption", "k1"),
    ),
    "detractor": (
        lambda day: PAYS | {"survey_responses": [answer(6, responded_on=day, response_id="s1")]},
        (-100, None, None, None, "6", "end_user", "s1"),
    ),
}
TOLD = ("arr", "arr_before", "arr_after", "before", "after", "detail", "source_id")


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("day", "is_told"),
    [
        (COMPARED, False),
        (COMPARED + DAY, True),
        (AS_OF, True),
        (AS_OF + DAY, False),
    ],
    ids=["compared day", "day after", "as-of day", "day after it"],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_change_counts_after_the_compared_day_up_to_the_as_of_date(
    warehouse_of, kind, day, is_told
):
    tables, told = KINDS[kind]

    rows = since(warehouse_of(team_members=[member()], **tables(day)))

    expected = [(kind, "a1", "A1", "Enterprise", "M1", day, *told)] if is_told else []
    assert [tuple(row) for row in rows.rows()] == expected


@pytest.mark.sampled(3)
@pytest.mark.parametrize("kind", KINDS)
def test_who_may_not_see_the_account_sees_no_change_of_it(warehouse_of, kind):
    warehouse = warehouse_of(**KINDS[kind][0](AS_OF))

    assert len(since(warehouse)) == 1
    assert since(warehouse, scope=Scope()).is_empty()
    assert since(warehouse, scope=Scope(member_ids=("m2",))).is_empty()
    assert since(warehouse, filters=Filters(AS_OF, segments=("Mid-Market",))).is_empty()


# ------------------------------------------------------------------ ARR
def test_changes_of_one_day_are_one_movement(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[
            subscription(100, ends_on=date(2026, 10, 15)),
            subscription(30, starts_on=date(2026, 10, 15)),
            subscription(60, starts_on=date(2026, 10, 15)),
        ],
    )

    assert cells(since(warehouse), "kind", "arr", "arr_before", "arr_after") == [
        ("contraction", Decimal(-10), Decimal(100), Decimal(90))
    ]


def test_arr_is_at_the_rate_of_the_as_of_date_and_unknown_without_one(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(currency="EUR"), account("a2", currency="XXX")],
        subscriptions=[
            subscription("10.05"),
            subscription("0.03", starts_on=AS_OF),
            subscription(5, account_id="a2", starts_on=AS_OF),
        ],
        fx_rates=[rate("EUR", 9), rate("EUR", 1.5, date(2026, 10, 20))],
    )

    assert cells(since(warehouse), "account_id", "arr", "arr_before", "arr_after") == [
        ("a1", Decimal("0.04"), Decimal("15.08"), Decimal("15.12")),
        ("a2", None, None, None),
    ]


def test_a_movement_booked_after_the_as_of_date_has_not_happened(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription(100), subscription(20, starts_on=date(2026, 10, 15))],
        arr_movements=[
            movement(100, "new", SINCE),
            movement(20, "expansion", date(2026, 10, 15), recorded_at=moment(2026, 11, 1)),
        ],
    )

    assert since(warehouse).is_empty()
    assert len(since(warehouse, filters=Filters(as_of=date(2026, 11, 1)))) == 1


def test_movements_are_the_bridge_between_the_two_days(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", currency="EUR"), account("a3"), account("a4")],
        subscriptions=[
            subscription("100.01"),
            subscription("20.50", starts_on=COMPARED),
            subscription("7.77", starts_on=COMPARED + DAY),
            subscription("33.33", account_id="a2", ends_on=AS_OF),
            subscription("11.11", account_id="a2", starts_on=AS_OF),
            subscription(5, account_id="a3", starts_on=AS_OF, ends_on=AS_OF + DAY),
            subscription(900, account_id="a4", ends_on=date(2026, 10, 20)),
        ],
        fx_rates=[rate("EUR", 1.0333)],
    )
    window = TODAY.window(COMPARED, AS_OF)
    steps = bridge.by_period(warehouse, EVERYTHING, window, policy=BY_ACCOUNT, period="custom")
    amounts = dict(steps.select("step", "amount").iter_rows())
    moved = since(warehouse).filter(pl.col("kind").is_in(MOVEMENTS))

    assert moved["arr"].sum() == amounts["closing"] - amounts["opening"] != 0
    for kind in ("new", "expansion", "contraction", "churn"):
        assert moved.filter(kind=kind)["arr"].sum() == amounts[kind]


# ------------------------------------------------------------------ renewals
def test_a_renewal_closed_on_no_known_day_did_not_change(warehouse_of):
    warehouse = warehouse_of(**PAYS, renewals=[renewed("r1", None, 90)])

    assert since(warehouse).is_empty()


def test_renewals_in_other_currencies(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        renewals=[
            renewed("euros", AS_OF, 90, arr_due=100, currency="EUR"),
            churned("unknown", AS_OF, currency="XXX"),
        ],
        fx_rates=[rate("EUR", 2)],
    )

    assert cells(since(warehouse), "kind", "arr", "arr_before", "arr_after") == [
        ("renewed", 180, 200, 180),
        ("renewal lost", None, None, None),
    ]


# ------------------------------------------------------------------ health
@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (69, 39, [("became red", "amber", -100)]),
        (39, 70, [("became green", "red", 100)]),
        (39, 69, [("left red", "red", 100)]),
        (70, 69, []),
        (39, 20, []),
    ],
)
def test_health_is_told_where_it_became_or_left_red_or_became_green(
    warehouse_of, before, now, told
):
    warehouse = warehouse_of(
        **PAYS,
        health_scores=[*scored(before, date(2026, 9, 21)), *scored(now, date(2026, 10, 26))],
    )

    assert cells(since(warehouse), "kind", "before", "arr") == told


def test_a_band_changed_in_the_first_week_measured_at_it(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        health_scores=[
            *scored(80, date(2026, 9, 21)),
            *scored(20, date(2026, 10, 5)),
            *scored(80, date(2026, 10, 12)),
            *scored(20, date(2026, 10, 19)),
            *scored(10, date(2026, 10, 26)),
        ],
    )

    assert cells(since(warehouse), "kind", "changed_on") == [("became red", date(2026, 10, 19))]


def test_a_measure_that_went_stale_changes_a_band_on_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        health_scores=[
            *measured(date(2026, 9, 1), deployment=100, engagement=100, adoption=100, roi=100),
            *measured(date(2026, 9, 28), nps=20, support=20, sentiment=20),
        ],
    )

    assert since(warehouse).is_empty()
    rows = since(warehouse, filters=Filters(as_of=date(2026, 11, 2)))
    assert cells(rows, "kind", "before", "after", "changed_on") == [
        ("became red", "amber", "red", date(2026, 11, 2))
    ]


def test_who_was_not_scored_may_become_red_and_who_left_does_not(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        subscriptions=[
            subscription(100),
            subscription(50, account_id="a2", ends_on=date(2026, 10, 10)),
        ],
        health_scores=[
            *measured(date(2026, 9, 21), nps=90),
            *scored(20, date(2026, 10, 26)),
            *scored(80, date(2026, 9, 21), "a2"),
            *scored(20, date(2026, 10, 26), "a2"),
        ],
    )

    assert cells(since(warehouse), "account_id", "kind", "before") == [
        ("a1", "became red", "not scored"),
        ("a2", "churn", None),
    ]


# ------------------------------------------------------------------ forecasts
def test_a_call_repeated_does_not_move_the_day_of_the_change(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        renewals=[renewal()],
        forecast_calls=[
            call("commit", date(2026, 9, 1)),
            call("best_case", date(2026, 10, 5)),
            call("at_risk", date(2026, 10, 8)),
            call("at_risk", date(2026, 10, 20)),
        ],
    )

    assert cells(since(warehouse), "before", "after", "changed_on") == [
        ("commit", "at_risk", date(2026, 10, 8))
    ]


@pytest.mark.parametrize(
    ("renewals", "calls"),
    [
        ([renewal()], [call("commit", COMPARED), call("at_risk", AS_OF), call("commit", AS_OF)]),
        ([renewal()], [call("commit", AS_OF)]),
        ([renewal()], [call("commit", COMPARED), call("at_risk", AS_OF, source="manager")]),
        ([renewal()], [call("commit", COMPARED), call("at_risk", AS_OF, amount=None)]),
        (
            [renewal(due_on=AS_OF - DAY)],
            [call("commit", COMPARED), call("at_risk", AS_OF)],
        ),
        (
            [renewed("r1", COMPARED, 1)],
            [call("commit", date(2026, 9, 1)), call("at_risk", AS_OF)],
        ),
    ],
    ids=[
        "there and back",
        "no call before",
        "somebody else's",
        "without an amount",
        "past due",
        "closed",
    ],
)
def test_what_is_no_change_of_a_renewals_forecast(warehouse_of, renewals, calls):
    for place, each in enumerate(calls):
        each["called_at"] += timedelta(minutes=place)
        each["call_id"] = str(place)
    warehouse = warehouse_of(**PAYS, renewals=renewals, forecast_calls=calls)

    assert since(warehouse).is_empty()


def test_a_category_nobody_expected_has_no_direction(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        renewals=[renewal()],
        forecast_calls=[call("commit", COMPARED), call("shrug", AS_OF)],
    )

    assert cells(since(warehouse), "after", "arr") == [("shrug", None)]


def moved(*steps, **fields):
    """Changes of an opportunity's forecast category, one after the other on the as-of date."""
    return [
        change(
            "forecast_category",
            old,
            new,
            moment(AS_OF.year, AS_OF.month, AS_OF.day, hour),
            **fields,
        )
        for hour, (old, new) in enumerate(steps)
    ]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([("pipeline", "best_case"), ("best_case", "commit")], [("pipeline", "commit", 100)]),
        ([("commit", "best_case"), ("best_case", "omitted")], [("commit", "omitted", -100)]),
        ([("pipeline", "commit"), ("commit", "pipeline")], []),
        ([(None, "pipeline")], [(None, "pipeline", None)]),
    ],
)
def test_an_opportunitys_forecast_is_that_of_the_two_days(warehouse_of, steps, told):
    warehouse = warehouse_of(
        **PAYS, opportunities=[opportunity()], opportunity_history=moved(*steps)
    )

    assert cells(since(warehouse), "before", "after", "arr") == told


def test_an_opportunity_is_told_while_it_is_open_at_its_amount_of_the_as_of_date(warehouse_of):
    up = ("pipeline", "commit")
    warehouse = warehouse_of(
        **PAYS,
        opportunities=[
            opportunity("o1", amount=Decimal(999)),
            opportunity("closed", closed_on=AS_OF, won=True),
            opportunity("closed later", closed_on=AS_OF + DAY, won=True),
            opportunity("without a day", won=False),
            opportunity("without amount", amount=None),
        ],
        opportunity_history=[
            *moved(up),
            change("amount", 40, 999, moment(2026, 11, 3)),
            *(
                each
                for name in ("closed", "closed later", "without a day", "without amount")
                for each in moved(up, opportunity_id=name)
            ),
        ],
    )

    assert cells(since(warehouse), "source_id", "arr") == [
        ("closed later", 100),
        ("o1", 40),
        ("without amount", None),
    ]


def test_an_opportunity_without_an_account_is_told_to_who_sees_everything_and_its_csm(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member()],
        accounts=[account()],
        opportunities=[opportunity(account_id=None)],
        opportunity_history=moved(("pipeline", "commit")),
    )

    names = ("kind", "account_id", "account_name", "csm_name", "arr")
    told = [("opportunity forecast", None, None, "M1", Decimal(100))]
    assert cells(since(warehouse), *names) == told
    assert cells(since(warehouse, scope=Scope(member_ids=("m1",))), *names) == told
    assert since(warehouse, scope=Scope(member_ids=("m2",))).is_empty()


# ------------------------------------------------------------------ risks and answers
def test_a_risk_opened_escalated_and_resolved_since_is_three_changes(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        risks=[
            risk(
                opened_on=date(2026, 10, 5),
                escalated_on=date(2026, 10, 6),
                resolved_on=date(2026, 10, 7),
            )
        ],
    )

    assert cells(since(warehouse), "kind", "before", "after", "arr") == [
        ("risk opened", None, "high", -100),
        ("risk escalated", "open", "escalated", -100),
        ("risk resolved", "escalated", "resolved", 100),
    ]


def test_a_risk_of_who_pays_nothing_has_nothing_at_stake(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", currency="XXX")],
        subscriptions=[
            subscription(100, ends_on=date(2026, 1, 1)),
            subscription(5, account_id="a2"),
        ],
        risks=[risk("k1", opened_on=AS_OF), risk("k2", account_id="a2", opened_on=AS_OF)],
    )

    assert cells(since(warehouse), "source_id", "arr") == [("k1", 0), ("k2", None)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (answer(7), 0),
        (answer(0), 1),
        (answer(None), 0),
        (answer(3, survey="csat"), 0),
        (answer(3, responded_on=None), 0),
        (answer(3, persona=None), 1),
    ],
)
def test_a_detractor_answered_0_to_6_to_the_nps_question(warehouse_of, given, told):
    assert len(since(warehouse_of(**PAYS, survey_responses=[given]))) == told


# ------------------------------------------------------------------ the whole
def test_the_largest_amount_comes_first_and_the_unknown_last(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2"), account("a3"), account("a4", currency="XXX")],
        subscriptions=[
            subscription(100),
            subscription(30, starts_on=AS_OF),
            subscription(200, account_id="a2", ends_on=AS_OF),
            subscription(50, account_id="a3", starts_on=AS_OF),
            subscription(1, account_id="a4", starts_on=AS_OF),
        ],
        risks=[risk(resolved_on=AS_OF)],
    )

    assert cells(since(warehouse), "account_id", "kind", "arr") == [
        ("a2", "churn", -200),
        ("a1", "risk resolved", 130),
        ("a3", "new", 50),
        ("a1", "expansion", 30),
        ("a4", "new", None),
    ]


def test_a_window_keeps_the_changes_of_its_days(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        risks=[risk("k1", opened_on=date(2026, 10, 5)), risk("k2", opened_on=date(2026, 10, 6))],
    )

    window = TODAY.window(date(2026, 10, 5), date(2026, 10, 6))
    assert since(warehouse, filters=window)["source_id"].to_list() == ["k1"]


def test_segment_and_csm_are_those_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member(), member("m2")],
        accounts=[account()],
        account_history=[
            was("segment", "Mid-Market", SINCE, date(2026, 10, 20)),
            was("segment", "Enterprise", date(2026, 10, 20), None),
        ],
        subscriptions=[subscription(100, starts_on=date(2026, 10, 5))],
    )

    assert cells(since(warehouse), "segment", "csm_name") == [("Enterprise", "M1")]


@pytest.mark.parametrize(
    ("as_of", "compared"),
    [
        (AS_OF, date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 7, 1)),
        (date(2026, 10, 2), date(2026, 10, 1)),
    ],
)
def test_without_a_day_it_is_compared_with_the_end_of_the_last_fiscal_quarter(
    warehouse_of, as_of, compared
):
    warehouse = warehouse_of(
        **PAYS, risks=[risk("on it", opened_on=compared), risk("after", opened_on=compared + DAY)]
    )

    rows = changes(warehouse, EVERYTHING, Filters(as_of))

    assert rows["source_id"].to_list() == ["after"]


def test_fiscal_quarters_of_weeks_end_on_their_own_day(warehouse_of):
    policy = Policy(fiscal_pattern="4-4-5", fiscal_year_ends="nearest")
    start = policy.calendar.period_of(AS_OF, "quarter").start_on
    assert start != COMPARED
    warehouse = warehouse_of(
        policy=policy,
        **PAYS,
        risks=[risk("on it", opened_on=start), risk("after", opened_on=start + DAY)],
    )

    assert changes(warehouse, EVERYTHING, TODAY)["source_id"].to_list() == ["after"]


@pytest.mark.parametrize("day", [AS_OF, AS_OF + DAY])
def test_nothing_can_change_since_a_day_that_is_not_before(warehouse_of, day):
    with pytest.raises(ValueError, match="nothing can have changed"):
        since(warehouse_of(**PAYS), day)
