"""One account: its facts, its people and its timeline, small enough to check by hand."""

from datetime import date
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import account as queries
from tests.factories import (
    AS_OF,
    account,
    answer,
    cells,
    member,
    moment,
    note,
    opportunity,
    rate,
    renewal,
    renewed,
    scored,
    subscription,
    was,
)

TODAY = Filters(AS_OF)
NOBODY = Scope(member_ids=("nobody",))


def use(week_on, active, **fields):
    return {
        "account_id": "a1",
        "week_on": week_on,
        "active_users": active,
        "licensed_seats": 10,
        "features_used": 3,
        "features_entitled": 5,
    } | fields


def facts_of(warehouse, scope=EVERYTHING, filters=TODAY, account_id="a1"):
    rows = queries.facts(warehouse, scope, filters, account_id=account_id)
    return rows.row(0, named=True) if len(rows) else None


# ------------------------------------------------------------------ choices


def test_choices_are_the_visible_accounts_the_largest_first_and_say_how_many_more(warehouse_of):
    warehouse = warehouse_of(
        accounts=[
            account("a1"),
            account("a2", account_name="A1", churned_on=date(2025, 1, 1)),
            account("a3", csm_id="m2"),
        ],
        subscriptions=[subscription(5), subscription(9, account_id="a3")],
    )
    own = Scope(member_ids=("m1",))
    assert cells(queries.choices(warehouse, own, TODAY), "account_id", "arr", "accounts") == [
        ("a1", Decimal("5.00"), 2),
        ("a2", Decimal("0.00"), 2),
    ]
    first = queries.choices(warehouse, EVERYTHING, TODAY, most=1)
    assert cells(first, "account_id", "accounts") == [("a3", 3)]
    assert queries.choices(warehouse, NOBODY, TODAY).is_empty()


# ------------------------------------------------------------------ facts


def test_facts_are_those_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1", manager_id="m9"), member("m9", name="Boss"), member("m2")],
        accounts=[account(currency="EUR", industry="Media", stage_entered_on=date(2026, 11, 5))],
        account_history=[
            was("csm_id", "m2", date(2026, 11, 2), None),
            was("csm_id", "m1", date(2026, 1, 1), date(2026, 11, 2)),
            was("lifecycle_stage", "Onboarding", date(2026, 1, 1), date(2026, 3, 1)),
            was("lifecycle_stage", "Adoption", date(2026, 3, 1), date(2026, 11, 5)),
            was("lifecycle_stage", "Renewal", date(2026, 11, 5), None),
        ],
        fx_rates=[rate("EUR", 2)],
        subscriptions=[subscription(100, currency="EUR")],
        renewals=[
            renewal("later", due_on=date(2027, 1, 1)),
            renewal("next", due_on=date(2026, 10, 1), arr_due=Decimal(7)),
            renewed("past", date(2026, 9, 1), 5, due_on=date(2026, 9, 1)),
        ],
        forecast_calls=[
            {"call_id": "1", "renewal_id": "next", "called_by": "m1", "source": "csm",
             "called_at": moment(2026, 10, 1), "forecast_category": "commit", "likelihood": 0.9},
            {"call_id": "2", "renewal_id": "next", "called_by": "m1", "source": "csm",
             "called_at": moment(2026, 11, 1), "forecast_category": "at_risk", "likelihood": 0.1},
            {"call_id": "3", "renewal_id": "next", "called_by": "m9", "source": "manager",
             "called_at": moment(2026, 10, 2), "forecast_category": "closed", "likelihood": 1.0},
        ],
        usage_weekly=[
            use(date(2026, 10, 12), 4),
            use(date(2026, 10, 19), 6),
            use(date(2026, 10, 26), 9),  # Ends on 1 November, after the as-of date.
        ],
        survey_responses=[
            answer(9, responded_on=date(2026, 10, 10)),
            answer(3, responded_on=date(2026, 10, 20), persona="admin"),
            answer(5, responded_on=date(2026, 11, 1)),
            answer(4, responded_on=date(2026, 10, 25), survey="csat"),
        ],
        support_cases=[
            {"case_id": "1", "account_id": "a1", "opened_at": moment(2026, 10, 1)},
            {"case_id": "2", "account_id": "a1", "opened_at": moment(2026, 10, 1),
             "closed_at": moment(2026, 11, 1)},
            {"case_id": "3", "account_id": "a1", "opened_at": moment(2026, 11, 1)},
        ],
        risks=[
            {"risk_id": "1", "account_id": "a1", "category": "ROI", "source": "auto",
             "opened_on": date(2026, 10, 31)},
            {"risk_id": "2", "account_id": "a1", "category": "ROI", "source": "auto",
             "opened_on": date(2026, 1, 1), "resolved_on": date(2026, 10, 31)},
        ],
        timeline_entries=[note("x", moment(2026, 10, 31, 23)), note("y", moment(2026, 11, 1))],
        health_scores=scored(80, date(2026, 10, 26)),
    )  # fmt: skip
    row = facts_of(warehouse)
    wanted = {
        "csm_name": "M1",
        "manager_name": "Boss",
        "lifecycle_stage": "Adoption",
        "stage_since_on": date(2026, 3, 1),
        "account_currency": "EUR",
        "arr": Decimal("200.00"),
        "health_band": "green",
        "overall_score": 80.0,
        "coverage": 1.0,
        "renewal_id": "next",
        "due_on": date(2026, 10, 1),
        "arr_due": Decimal("14.00"),
        "csm_category": "commit",
        "csm_likelihood": 0.9,
        "usage_week_on": date(2026, 10, 19),
        "active_users": 6,
        "answered_on": date(2026, 10, 20),
        "nps_score": 3,
        "persona": "admin",
        "last_touch_on": date(2026, 10, 31),
        "open_cases": 2,
        "open_risks": 1,
        "industry": "Media",
        "churned_on": None,
    }
    assert {name: row[name] for name in wanted} == wanted


def test_of_an_account_that_nothing_is_known_of_the_facts_are_empty_and_there(warehouse_of):
    row = facts_of(warehouse_of(accounts=[account(currency=None, churned_on=AS_OF)]))
    assert row["arr"] is None
    assert (row["renewal_id"], row["health_band"], row["usage_week_on"]) == (None, None, None)
    assert (row["open_cases"], row["open_risks"]) == (0, 0)
    assert row["account_currency"] == "USD"
    assert row["churned_on"] == AS_OF


@pytest.mark.parametrize(
    ("week_on", "counts"), [(date(2026, 8, 26), True), (date(2026, 8, 25), False)]
)
def test_use_counts_as_long_as_a_health_measure_does(warehouse_of, week_on, counts):
    warehouse = warehouse_of(accounts=[account()], usage_weekly=[use(week_on, 4)])
    assert (facts_of(warehouse)["active_users"] == 4) is counts


@pytest.mark.parametrize("account_id", ["a1", "no such account", "", "' or 1=1 --"])
def test_whoever_may_not_see_an_account_learns_no_more_than_of_one_that_does_not_exist(
    warehouse_of, account_id
):
    warehouse = warehouse_of(accounts=[account()])
    for query in (queries.facts, queries.weeks, queries.timeline, queries.people, queries.family):
        assert query(warehouse, NOBODY, TODAY, account_id=account_id).is_empty()


# ------------------------------------------------------------------ family


def test_a_family_is_the_parent_and_the_children_that_are_visible(warehouse_of):
    warehouse = warehouse_of(
        accounts=[
            account("a1", parent_account_id="top"),
            account("top", csm_id="m2"),
            account("b", parent_account_id="a1"),
            account("c", parent_account_id="a1", csm_id="m2"),
            account("self", parent_account_id="self"),
        ],
        subscriptions=[subscription(3, account_id="b")],
    )
    everything = queries.family(warehouse, EVERYTHING, TODAY, account_id="a1")
    assert cells(everything, "relation", "account_id", "arr") == [
        ("parent", "top", Decimal("0.00")),
        ("child", "b", Decimal("3.00")),
        ("child", "c", Decimal("0.00")),
    ]
    own = queries.family(warehouse, Scope(member_ids=("m1",)), TODAY, account_id="a1")
    assert cells(own, "relation", "account_id") == [("child", "b")]
    of_others = queries.family(warehouse, Scope(member_ids=("m2",)), TODAY, account_id="a1")
    assert of_others.is_empty()


# ------------------------------------------------------------------ weeks


def test_weeks_join_health_and_use_and_leave_out_the_week_that_runs(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription(50)],
        health_scores=[
            *scored(80, date(2026, 10, 13)),
            *scored(30, date(2026, 10, 20)),
            *scored(90, date(2026, 11, 3)),
        ],
        usage_weekly=[
            use(date(2026, 10, 5), 1),
            use(date(2026, 10, 19), 2),
            use(date(2026, 10, 26), 3),
        ],
    )
    rows = queries.weeks(warehouse, EVERYTHING, TODAY, account_id="a1")
    names = ("week_on", "overall_score", "health_band", "arr", "active_users")
    assert cells(rows, *names) == [
        (date(2026, 10, 5), None, None, None, 1),
        (date(2026, 10, 12), 80.0, "green", Decimal("50.00"), None),
        (date(2026, 10, 19), 30.0, "red", Decimal("50.00"), 2),
    ]
    late = queries.weeks(
        warehouse, EVERYTHING, Filters(AS_OF, since=date(2026, 10, 19)), account_id="a1"
    )
    assert len(late) == 1


# ------------------------------------------------------------------ people


def test_people_are_the_owner_whoever_touched_and_whoever_was_asked(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1"), member("m2", name="Helper", role="cs_manager")],
        accounts=[account()],
        timeline_entries=[
            note("a", moment(2026, 9, 1), member_id="m2"),
            note("b", moment(2026, 10, 1), member_id="m2"),
            note("c", moment(2026, 11, 1), member_id="m2"),
            note("d", moment(2026, 8, 1), member_id="gone"),
            note("nobody's", moment(2026, 10, 1)),
        ],
        survey_responses=[
            answer(9, respondent_id="p1", responded_on=date(2026, 9, 1)),
            answer(2, respondent_id="p1", responded_on=date(2026, 10, 1), survey="csat"),
            answer(1, respondent_id="p1", responded_on=date(2026, 11, 1)),
            answer(None, respondent_id="p2", responded_on=None, persona="admin"),
            answer(5, respondent_id=None),
        ],
    )
    rows = queries.people(warehouse, EVERYTHING, TODAY, account_id="a1")
    assert rows.rows() == [
        ("our team", "M1", "csm", True, 0, None, None, None),
        ("our team", "Helper", "cs_manager", False, 2, date(2026, 10, 1), None, None),
        ("our team", "gone", None, False, 1, date(2026, 8, 1), None, None),
        ("customer", "p1", "end_user", False, 3, date(2026, 10, 1), "csat", 2),
        ("customer", "p2", "admin", False, 1, None, None, None),
    ]


# ------------------------------------------------------------------ timeline


@pytest.fixture
def eventful(warehouse_of):
    return warehouse_of(
        team_members=[member("m1"), member("m2")],
        accounts=[account(), account("a2")],
        fx_rates=[rate("EUR", 2)],
        timeline_entries=[
            note("hello", moment(2026, 10, 30), kind="ebr", executive=True, member_id="m1",
                 url="https://x.example/1"),
            note("later", moment(2026, 11, 1)),
            note("not ours", moment(2026, 10, 30), account_id="a2"),
        ],
        support_cases=[{"case_id": "1", "account_id": "a1", "opened_at": moment(2026, 10, 1),
                        "closed_at": moment(2026, 10, 29), "csat": 4, "priority": "high"}],
        survey_responses=[answer(7, responded_on=date(2026, 10, 28), comment="fine"),
                          answer(8, responded_on=None),
                          answer(3, survey="csat", responded_on=date(2026, 10, 27))],
        renewals=[renewed("r1", date(2026, 10, 26), 30, due_on=date(2026, 10, 31), currency="EUR"),
                  {**renewal("r2", due_on=date(2026, 10, 31)), "status": "churned",
                   "closed_on": date(2026, 10, 25), "churn_reason": "Price"}],
        subscriptions=[subscription(5, starts_on=date(2026, 10, 24), currency="EUR")],
        opportunities=[opportunity(created_on=date(2026, 10, 20), closed_on=date(2026, 10, 23),
                                   won=True, kind="cross_sell")],
        risks=[{"risk_id": "1", "account_id": "a1", "category": "ROI", "source": "auto",
                "opened_on": date(2026, 10, 2), "escalated_on": date(2026, 10, 3),
                "resolved_on": date(2026, 11, 2), "note": "No value yet", "owner_id": "m2"}],
        objectives=[{"objective_id": "1", "account_id": "a1", "goal": "Save time",
                     "last_validated_on": date(2026, 10, 4)}],
        advocacy_events=[{"event_id": "1", "account_id": "a1", "kind": "Reference call",
                          "qualifies_as": "csqa", "happened_on": date(2026, 10, 5),
                          "influenced_arr": Decimal(9), "currency": "EUR"}],
        usage_events=[{"account_id": "a1", "behaviour": "Invited ten",
                       "first_done_on": date(2026, 10, 6)}],
        digital_touches=[
            {"touch_id": "1", "account_id": "a1", "program": "Welcome", "channel": "e-mail",
             "sent_at": moment(2026, 10, 7), "acted_at": moment(2026, 10, 8)},
            {"touch_id": "2", "account_id": "a1", "program": "Welcome", "channel": "e-mail",
             "arm": "control", "sent_at": moment(2026, 10, 7)},
        ],
        account_history=[was("csm_id", "m2", date(2026, 1, 1), date(2026, 10, 9)),
                         was("csm_id", "m1", date(2026, 10, 9), None)],
        churn_events=[{"event_id": "1", "account_id": "a1", "churned_on": date(2026, 10, 10),
                       "reason": "Merged"}],
        health_scores=[*scored(80, date(2026, 9, 8)), *scored(20, date(2026, 9, 15))],
    )  # fmt: skip


EVENTS = [
    ("touch", 30, "Executive business review with an executive: hello", None, "M1",
     "https://x.example/1"),
    ("support", 29, "Support case closed, rated 4 of 5", None, None, None),
    ("survey", 28, "Would recommend: 7 of 10, passive: fine", None, "End user", None),
    ("survey", 27, "Satisfaction: 3 of 5", None, "End user", None),
    ("renewal", 26, "Renewed the term that ends on 2026-10-31", Decimal("60.00"), None, None),
    ("renewal", 25, "Did not renew the term that ends on 2026-10-31: Price", Decimal("-100.00"),
     None, None),
    ("arr", 24, "ARR rose", Decimal("10.00"), None, None),
    ("opportunity", 23, "Cross-sell won", Decimal("100.00"), "M1", None),
    ("opportunity", 20, "Cross-sell opportunity opened", None, "M1", None),
    ("renewal", 10, "Left outside a renewal: Merged", None, None, None),
    ("account", 9, "CSM became M1", None, None, None),
    ("message", 8, "Did what Welcome asked", None, None, None),
    ("message", 7, "Welcome sent by e-mail", None, None, None),
    ("milestone", 6, "For the first time: Invited ten", None, None, None),
    ("advocacy", 5, "Reference call, qualified advocate", Decimal("18.00"), None, None),
    ("objective", 4, "Objective confirmed: Save time", None, None, None),
    ("risk", 3, "Risk escalated: ROI", None, "M2", None),
    ("risk", 2, "Risk opened: ROI. No value yet", None, "M2", None),
    ("support", 1, "Support case opened, priority high", None, None, None),
]  # fmt: skip


def test_the_timeline_tells_each_kind_of_event_once_the_latest_first(eventful):
    rows = queries.timeline(eventful, EVERYTHING, TODAY, account_id="a1").rows()
    october = [(kind, date(2026, 10, day), *rest) for kind, day, *rest in EVENTS]
    assert rows[:-1] == october
    assert rows[-1][:3] == ("health", date(2026, 9, 15), "Health went from green to red")


def test_the_timeline_keeps_to_its_window_and_to_the_as_of_date(eventful):
    def days(filters):
        rows = queries.timeline(eventful, EVERYTHING, filters, account_id="a1")
        return rows["happened_on"].to_list()

    window = days(Filters(AS_OF, since=date(2026, 10, 28), until=date(2026, 10, 30)))
    assert window == [date(2026, 10, 29), date(2026, 10, 28)]
    assert max(days(Filters(date(2026, 10, 9)))) == date(2026, 10, 9)
    assert date(2026, 11, 2) in days(Filters(date(2026, 11, 2)))


def test_who_may_not_see_the_account_sees_no_event(eventful):
    assert queries.timeline(eventful, NOBODY, TODAY, account_id="a1").is_empty()
    assert len(queries.timeline(eventful, EVERYTHING, TODAY, account_id="a2")) == 1
