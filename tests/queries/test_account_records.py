"""Records of one account, small enough to check by hand."""

from datetime import date
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import account_records as queries
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    account,
    answer,
    cells,
    change,
    churned,
    member,
    moment,
    movement,
    opportunity,
    rate,
    renewal,
    renewed,
    subscription,
)

TODAY = Filters(AS_OF)
ALL = (
    queries.arr_history,
    queries.lines,
    queries.renewals,
    queries.opportunities,
    queries.surveys,
    queries.support_cases,
    queries.objectives,
    queries.risks,
)


def ask(warehouse, query, filters=TODAY, **own):
    return query(warehouse, EVERYTHING, filters, account_id="a1", **own)


def test_the_history_of_arr_has_a_row_for_each_day_it_changed(warehouse_of):
    half = date(2025, 1, 1)
    warehouse = warehouse_of(
        accounts=[account()],
        fx_rates=[rate("EUR", 2)],
        subscriptions=[
            subscription(100, ends_on=half, product_id="p"),
            subscription(100, subscription_id="again", starts_on=half, product_id="p"),
            subscription(10, starts_on=date(2025, 6, 1), currency="EUR", product_id="q",
                         ends_on=date(2026, 6, 1)),
            subscription(7, starts_on=date(2026, 11, 1)),
        ],
    )  # fmt: skip
    assert ask(warehouse, queries.arr_history).rows() == [
        (date(2024, 1, 1), 1, Decimal("100.00"), Decimal("100.00")),
        (date(2025, 6, 1), 1, Decimal("20.00"), Decimal("120.00")),
        (date(2026, 6, 1), 1, Decimal("-20.00"), Decimal("100.00")),
    ]


def test_arr_is_unknown_from_the_first_change_without_a_rate(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription(100), subscription(1, starts_on=AS_OF, currency="XXX")],
    )
    assert cells(ask(warehouse, queries.arr_history), "change", "arr") == [
        (Decimal("100.00"), Decimal("100.00")),
        (None, None),
    ]


def test_where_no_subscription_was_loaded_the_history_is_that_of_movements(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        arr_movements=[
            movement(50, "new", date(2025, 1, 1)),
            movement(-20, "contraction", date(2026, 1, 1)),
        ],
    )
    assert cells(ask(warehouse, queries.arr_history), "change", "arr") == [
        (Decimal("50.00"), Decimal("50.00")),
        (Decimal("-20.00"), Decimal("30.00")),
    ]


def test_lines_are_those_signed_by_the_as_of_date_the_live_ones_first(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        fx_rates=[rate("EUR", 2)],
        products=[{"product_id": "p", "product_name": "Core"}],
        subscriptions=[
            subscription(1, subscription_id="over", ends_on=AS_OF, product_id="p"),
            subscription(2, subscription_id="live", currency="EUR", licensed_seats=4),
            subscription(3, subscription_id="signed", starts_on=date(2026, 12, 1),
                         signed_on=date(2026, 10, 1), product_id="unknown"),
            subscription(4, subscription_id="not signed", starts_on=date(2026, 12, 1)),
        ],
    )  # fmt: skip
    rows = ask(warehouse, queries.lines)
    names = ("subscription_id", "product_name", "is_live", "arr", "currency", "billed_arr")
    assert cells(rows, *names) == [
        ("live", None, True, Decimal("4.00"), "EUR", Decimal("2.00")),
        ("signed", "unknown", False, Decimal("3.00"), "USD", Decimal("3.00")),
        ("over", "Core", False, Decimal("1.00"), "USD", Decimal("1.00")),
    ]


def test_renewals_are_as_they_stood_with_the_call_of_then(warehouse_of):
    def call(call_id, called_at, category, likelihood, **fields):
        return {
            "call_id": call_id, "renewal_id": "open", "called_by": "m1", "source": "csm",
            "called_at": called_at, "forecast_category": category, "likelihood": likelihood,
        } | fields  # fmt: skip

    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[
            renewal("open", forecast_category="best_case", renewal_likelihood="unsure"),
            renewed("won later", date(2026, 11, 1), 120, due_on=date(2026, 10, 1)),
            churned("lost", date(2026, 2, 1), due_on=date(2026, 2, 1), churn_reason="Price"),
        ],
        forecast_calls=[
            call("1", moment(2026, 10, 1), "commit", 0.8),
            call("2", moment(2026, 11, 1), "at_risk", 0.2),
            call("3", moment(2026, 10, 30), "closed", 1.0, source="manager"),
        ],
    )
    names = ("renewal_id", "status", "arr_renewed", "csm_category", "csm_likelihood", "reason")
    assert cells(ask(warehouse, queries.renewals), *names) == [
        ("open", "open", None, "commit", 0.8, None),
        ("won later", "open", None, None, None, None),
        ("lost", "churned", None, None, None, "Price"),
    ]


def test_opportunities_are_open_as_they_were_or_closed_as_they_closed(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        fx_rates=[rate("EUR", 2)],
        opportunities=[
            opportunity("open", amount=Decimal(50), currency="EUR", stage="Contract sent"),
            opportunity("won", closed_on=AS_OF, won=True, probability=1.0),
            opportunity("lost", closed_on=date(2026, 1, 1), won=False, expected_close_on=None),
            opportunity("won later", closed_on=date(2026, 11, 1), won=True, stage="Closed won"),
            opportunity("created later", created_on=date(2026, 11, 1)),
        ],
        opportunity_history=[
            change("stage", "Discussion", "Contract sent", moment(2026, 11, 2),
                   opportunity_id="open"),
            change("stage", "Verbal commit", "Closed won", moment(2026, 11, 1),
                   opportunity_id="won later"),
        ],
    )  # fmt: skip
    names = ("opportunity_id", "status", "stage", "amount", "probability", "closed_on")
    rows = ask(warehouse, queries.opportunities)
    assert sorted(cells(rows, *names)[:2]) == [
        ("open", "open", "Discussion", Decimal("100.00"), 0.2, None),
        ("won later", "open", "Verbal commit", Decimal("100.00"), 0.8, None),
    ]
    assert cells(rows, *names)[2:] == [
        ("won", "won", "Discussion", Decimal("100.00"), None, AS_OF),
        ("lost", "lost", "Discussion", Decimal("100.00"), None, date(2026, 1, 1)),
    ]
    own = ask(warehouse, queries.opportunities, stage_weights={"Discussion": 0.5})
    assert own.filter(opportunity_id="open")["probability"].to_list() == [0.5]


def test_an_answer_that_came_later_is_not_there_yet(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        survey_responses=[
            answer(9, response_id="answered", respondent_id="p1", followed_up_on=date(2026, 11, 1)),
            answer(2, response_id="later", responded_on=date(2026, 11, 1), comment="bad"),
            answer(4, response_id="csat", survey="csat", responded_on=date(2026, 10, 2)),
            answer(1, response_id="sent later", sent_on=date(2026, 11, 1), responded_on=None),
            answer(6, response_id="no day", sent_on=None, responded_on=None),
        ],
    )
    names = ("response_id", "responded_on", "score", "answer", "comment", "followed_up_on")
    assert cells(ask(warehouse, queries.surveys), *names) == [
        ("answered", date(2026, 10, 10), 9, "promoter", None, None),
        ("csat", date(2026, 10, 2), 4, None, None, None),
        ("later", None, None, None, None, None),
        ("no day", None, 6, "detractor", None, None),
    ]
    window = Filters(AS_OF, since=date(2026, 10, 2), until=date(2026, 10, 3))
    assert cells(ask(warehouse, queries.surveys, window), "response_id") == [("csat",)]


def test_a_case_closed_later_is_open_and_not_rated(warehouse_of):
    def case(case_id, **fields):
        usual = {"account_id": "a1", "opened_at": moment(2026, 10, 21, 9)}
        return {"case_id": case_id} | usual | fields

    warehouse = warehouse_of(
        accounts=[account()],
        support_cases=[
            case("closed", closed_at=moment(2026, 10, 24), csat=5),
            case("closed later", closed_at=moment(2026, 11, 1), csat=1),
            case("opened later", opened_at=moment(2026, 11, 1)),
        ],
    )
    names = ("case_id", "closed_at", "days_open", "csat")
    assert cells(ask(warehouse, queries.support_cases), *names) == [
        ("closed", moment(2026, 10, 24), 3, 5),
        ("closed later", None, 10, None),
    ]


def test_progress_of_an_objective_is_the_way_from_the_start_to_the_goal(warehouse_of):
    def aim(objective_id, baseline, current, goal, **fields):
        return {
            "objective_id": objective_id, "account_id": "a1", "goal": objective_id,
            "baseline_value": baseline, "current_value": current, "goal_value": goal,
        } | fields  # fmt: skip

    warehouse = warehouse_of(
        accounts=[account()],
        objectives=[
            aim("half", 10.0, 15.0, 20.0, due_on=date(2026, 12, 1), last_validated_on=AS_OF),
            aim("downwards", 10.0, 2.0, 0.0, due_on=date(2026, 11, 1),
                last_validated_on=date(2026, 11, 1)),
            aim("no way to go", 5.0, 5.0, 5.0),
            aim("unknown", 5.0, None, 6.0),
        ],
    )  # fmt: skip
    names = ("objective_id", "progress_share", "last_validated_on")
    assert cells(ask(warehouse, queries.objectives), *names) == [
        ("downwards", 0.8, None),
        ("half", 0.5, AS_OF),
        ("no way to go", None, None),
        ("unknown", None, None),
    ]


def test_a_risk_resolved_later_is_open(warehouse_of):
    def risk(risk_id, opened_on, **fields):
        usual = {"account_id": "a1", "category": "ROI", "source": "auto"}
        return {"risk_id": risk_id, "opened_on": opened_on} | usual | fields

    warehouse = warehouse_of(
        team_members=[member("m1")],
        accounts=[account()],
        risks=[
            risk("resolved", date(2026, 10, 1), resolved_on=date(2026, 10, 11)),
            risk("later", date(2026, 10, 21), resolved_on=date(2026, 11, 1), owner_id="m1",
                 escalated_on=date(2026, 11, 1)),
            risk("opened later", date(2026, 11, 1)),
        ],
    )  # fmt: skip
    names = ("risk_id", "status", "owner_name", "escalated_on", "days_open")
    assert cells(ask(warehouse, queries.risks), *names) == [
        ("later", "open", "M1", None, 10),
        ("resolved", "resolved", None, None, 10),
    ]


@pytest.mark.parametrize("query", ALL, ids=lambda query: query.__name__)
def test_records_of_another_account_and_of_one_not_visible_are_not_there(warehouse_of, query):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", csm_id="m2")],
        subscriptions=[subscription(1, account_id="a2")],
        renewals=[renewal(account_id="a2")],
        opportunities=[opportunity(account_id="a2")],
        survey_responses=[answer(9, account_id="a2")],
        support_cases=[{"case_id": "1", "account_id": "a2", "opened_at": moment(2026, 1, 1)}],
        objectives=[{"objective_id": "1", "account_id": "a2", "goal": "x"}],
        risks=[{"risk_id": "1", "account_id": "a2", "category": "ROI", "source": "auto",
                "opened_on": date(2026, 1, 1)}],
    )  # fmt: skip
    assert len(query(warehouse, EVERYTHING, TODAY, account_id="a2")) == 1
    assert query(warehouse, EVERYTHING, TODAY, account_id="a1").is_empty()
    own = Scope(member_ids=("m1",))
    assert query(warehouse, own, TODAY, account_id="a2").is_empty()


def test_without_its_table_a_record_says_which_is_lacking(warehouse_of):
    warehouse = warehouse_of(accounts=[account()])
    for query in ALL[1:]:
        with pytest.raises(MissingTableError):
            ask(warehouse, query)
    assert ask(warehouse, queries.arr_history).is_empty()
