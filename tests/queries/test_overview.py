"""The overview's days and the renewals at risk, by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries.overview import at_risk, by_day
from tests.factories import (
    AS_OF,
    SINCE,
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
    scored,
    subscription,
    was,
)

TODAY = Filters(as_of=AS_OF)
OCTOBER = date(2026, 10, 1)


def on(warehouse, day, *names, filters=TODAY, scope=EVERYTHING, **own):
    """Some columns of one day."""
    rows = by_day(warehouse, scope, filters, **own)
    return rows.filter(on_day=day).select(names).row(0)


def test_the_days_are_the_as_of_date_and_fourteen_ends_of_months(warehouse_of):
    days = by_day(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)["on_day"].to_list()

    assert len(days) == 15
    assert days[-3:] == [date(2026, 9, 1), OCTOBER, AS_OF]
    assert days[0] == date(2025, 9, 1)


def test_an_as_of_date_that_ends_a_month_is_one_day_and_not_two(warehouse_of):
    warehouse = warehouse_of(accounts=[account()])

    days = by_day(warehouse, EVERYTHING, Filters(as_of=OCTOBER))["on_day"].to_list()

    assert days[-2:] == [date(2026, 9, 1), OCTOBER]
    assert len(set(days)) == len(days) == 15


def test_months_are_the_fiscal_ones(warehouse_of):
    policy = Policy(fiscal_pattern="4-4-5", fiscal_year_ends="nearest")
    warehouse = warehouse_of(policy=policy, accounts=[account()])

    days = by_day(warehouse, EVERYTHING, TODAY)["on_day"].to_list()

    starts = [policy.calendar.earlier(AS_OF, "month", back).start_on for back in range(13, -1, -1)]
    assert days == [*starts, AS_OF]


def test_arr_is_that_of_the_day_at_the_rates_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", currency="EUR"), account("a3", currency="XXX")],
        subscriptions=[
            subscription(100, ends_on=OCTOBER),
            subscription(40, starts_on=OCTOBER),
            subscription("10.05", account_id="a2", starts_on=date(2026, 10, 2)),
            subscription(7, account_id="a3"),
        ],
        fx_rates=[rate("EUR", 3), rate("EUR", 2, date(2026, 10, 15))],
    )

    assert on(warehouse, date(2026, 9, 1), "arr", "customers") == (Decimal("100.00"), 2)
    assert on(warehouse, OCTOBER, "arr", "customers") == (Decimal("40.00"), 2)
    assert on(warehouse, AS_OF, "arr", "customers") == (Decimal("60.10"), 3)


def test_arr_without_any_rate_is_not_known_and_none_is_nothing(warehouse_of):
    unknown = warehouse_of(
        accounts=[account(currency="XXX")], subscriptions=[subscription(7, starts_on=OCTOBER)]
    )

    assert on(unknown, AS_OF, "arr") == (None,)
    assert on(unknown, date(2026, 9, 1), "arr") == (Decimal(0),)


def test_what_is_booked_later_is_not_in_it_on_any_day(warehouse_of):
    late = moment(2026, 11, 2)
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription(100), subscription(20, starts_on=date(2026, 9, 1))],
        arr_movements=[
            movement(100, "new", SINCE),
            movement(20, "expansion", date(2026, 9, 1), recorded_at=late),
        ],
    )

    assert on(warehouse, AS_OF, "arr") == (Decimal(100),)
    later = Filters(as_of=date(2026, 11, 2))
    assert on(warehouse, OCTOBER, "arr", filters=later) == (Decimal(120),)


def test_health_is_that_of_each_day_with_what_was_not_stale_on_it(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2"), account("a3")],
        subscriptions=[
            subscription(100),
            subscription(30, account_id="a2"),
            subscription(5, account_id="a3"),
        ],
        health_scores=[
            *scored(80, date(2026, 8, 24)),
            *scored(20, date(2026, 10, 28)),
            *scored(69, date(2026, 8, 2), "a2"),
        ],
    )
    bands = ("green_arr", "amber_arr", "red_arr", "scored_arr")

    assert on(warehouse, date(2026, 9, 1), *bands) == (100, 30, 0, 130)
    assert on(warehouse, OCTOBER, *bands) == (100, 30, 0, 130), "60 days are not stale"
    assert on(warehouse, AS_OF, *bands) == (0, 0, 100, 100)
    assert on(warehouse, date(2026, 8, 1), *bands) == (0, 0, 0, 0)


def test_red_arr_without_a_rate_is_not_known(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(currency="XXX")],
        subscriptions=[subscription(7)],
        health_scores=scored(20, date(2026, 10, 28)),
    )

    assert on(warehouse, AS_OF, "red_arr", "green_arr", "scored_arr") == (None, 0, None)


def test_nps_is_of_the_twelve_months_that_end_with_the_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        survey_responses=[
            answer(9, responded_on=date(2025, 10, 1)),
            answer(8, responded_on=date(2025, 10, 2)),
            answer(6, responded_on=date(2025, 10, 31)),
            answer(10, responded_on=date(2025, 11, 1)),
            answer(7, responded_on=OCTOBER),
            answer(0, responded_on=AS_OF),
            answer(10, responded_on=AS_OF + timedelta(days=1)),
            answer(10, responded_on=None),
            answer(None),
            answer(5, survey="csat"),
        ],
    )
    names = ("responses", "promoters", "passives", "detractors")

    assert on(warehouse, OCTOBER, *names) == (4, 1, 2, 1)
    assert on(warehouse, AS_OF, *names) == (3, 1, 1, 1)


def test_at_risk_is_open_and_red_on_the_day_and_due_in_its_quarter(warehouse_of):
    due = {"due_on": date(2026, 10, 20)}
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        renewals=[
            renewal("open", arr_due=100, **due),
            renewed("closed since", date(2026, 10, 2), 50, arr_due=40, **due),
            churned("closed on the day", OCTOBER, arr_due=7, **due),
            renewed("closed on no day", None, 1, arr_due=3, **due),
            renewal("last day", arr_due=20, due_on=date(2026, 12, 31)),
            renewal("next quarter", arr_due=900, due_on=date(2027, 1, 1)),
            renewal("overdue", arr_due=800, due_on=date(2026, 9, 30)),
            renewal("amber", account_id="a2", arr_due=600, **due),
        ],
        health_scores=[
            *scored(20, date(2026, 9, 28)),
            *scored(20, date(2026, 10, 26)),
            *scored(50, date(2026, 9, 28), "a2"),
        ],
    )
    names = ("renewals_at_risk", "arr_at_risk")

    assert on(warehouse, OCTOBER, *names) == (3, Decimal(160))
    assert on(warehouse, AS_OF, *names) == (2, Decimal(120))
    assert on(warehouse, date(2026, 9, 1), *names) == (0, 0), "not scored yet"


def test_expansion_is_as_it_was_on_each_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        opportunities=[
            opportunity("o1", amount=Decimal(200), stage="Contract sent"),
            opportunity("new", amount=Decimal(10), created_on=date(2026, 10, 2), probability=0.5),
            opportunity(
                "won",
                amount=Decimal(1000),
                stage="Closed won",
                closed_on=date(2026, 10, 2),
                won=True,
            ),
            opportunity("without amount", amount=None),
            opportunity("over", closed_on=OCTOBER, won=False),
        ],
        opportunity_history=[
            change("stage", "Discussion", "Contract sent", moment(2026, 10, 2)),
            change("amount", 100, 200, moment(2026, 10, 1, 23, 59)),
            change(
                "stage",
                "Verbal commit",
                "Closed won",
                moment(2026, 10, 2),
                opportunity_id="won",
            ),
        ],
    )
    names = ("opportunities", "amount", "weighted_amount")

    assert on(warehouse, OCTOBER, *names) == (3, Decimal(1200), Decimal(840))
    assert on(warehouse, AS_OF, *names) == (3, Decimal(210), Decimal(105))
    assert on(warehouse, date(2026, 9, 1), *names) == (4, Decimal(1200), Decimal(820))


def target(metric, value, start, end, scope="company"):
    return {
        "period_start_on": start,
        "period_end_on": end,
        "metric": metric,
        "scope": scope,
        "value": Decimal(value),
    }


def test_targets_are_those_of_the_longest_period_that_holds_the_day(warehouse_of):
    year, next_year = date(2026, 1, 1), date(2027, 1, 1)
    warehouse = warehouse_of(
        accounts=[account()],
        targets=[
            target("nrr", "1.06", year, next_year),
            target("nrr", "1.05", year, date(2026, 4, 1)),
            target("nrr", "1.04", date(2026, 10, 1), next_year),
            target("nrr", "1.02", date(2025, 1, 1), year),
            target("nrr", "1.09", year, next_year, "Enterprise"),
            target("nps", "30", year, next_year, None),
        ],
    )
    names = ("nrr_target", "nps_target", "arr_target")

    assert on(warehouse, AS_OF, *names, target_scope="company") == (1.06, 30, None)
    assert on(warehouse, date(2026, 2, 1), *names, target_scope="company") == (1.06, 30, None)
    assert on(warehouse, year, *names, target_scope="company") == (1.02, None, None)
    assert on(warehouse, AS_OF, *names, target_scope="Enterprise") == (1.09, None, None)
    assert on(warehouse, AS_OF, *names) == (None, None, None)
    own = Scope(member_ids=("m1",))
    assert on(warehouse, AS_OF, *names, scope=own, target_scope="company") == (None,) * 3


def test_every_day_is_by_the_segment_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", segment="Mid-Market")],
        account_history=[
            was("segment", "Mid-Market", SINCE, date(2026, 10, 5)),
            was("segment", "Enterprise", date(2026, 10, 5), None),
        ],
        subscriptions=[subscription(100), subscription(30, account_id="a2")],
    )
    enterprise = Filters(as_of=AS_OF, segments=("Enterprise",))

    assert on(warehouse, OCTOBER, "arr", filters=enterprise) == (Decimal(100),)


def test_who_sees_no_account_gets_no_day(warehouse_of):
    warehouse = warehouse_of(accounts=[account()], subscriptions=[subscription()])

    assert by_day(warehouse, Scope(), TODAY).is_empty()
    assert len(by_day(warehouse, Scope(member_ids=("m1",)), TODAY)) == 15


def test_without_tables_the_numbers_are_nothing(warehouse_of):
    row = by_day(warehouse_of(accounts=[account()]), EVERYTHING, TODAY).row(-1, named=True)

    assert row["arr"] == 0
    assert row["responses"] == row["renewals_at_risk"] == row["opportunities"] == 0
    assert row["nrr_target"] is None


# ------------------------------------------------------------------ renewals at risk
def test_at_risk_lists_open_renewals_of_red_customers_the_largest_first(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member()],
        accounts=[account("a1"), account("a2", currency="EUR"), account("a3")],
        renewals=[
            renewal("due", arr_due=100),
            renewal("overdue", arr_due=300, due_on=date(2026, 10, 30)),
            renewal("euros", account_id="a2", arr_due=100, forecast_category="commit"),
            renewal("green", account_id="a3"),
            renewed("closed", date(2026, 10, 20), 1),
            renewed("closed later", date(2026, 11, 1), 1, arr_due=5),
            renewal("beyond", due_on=date(2027, 10, 1)),
        ],
        fx_rates=[rate("EUR", 2)],
        health_scores=[
            *scored(20, date(2026, 10, 26)),
            *scored(39, date(2026, 10, 26), "a2"),
            *scored(90, date(2026, 10, 26), "a3"),
        ],
        risks=[
            risk("open"),
            risk("resolved on the day", resolved_on=AS_OF),
            risk("resolved later", resolved_on=AS_OF + timedelta(days=1)),
            risk("opened later", opened_on=AS_OF + timedelta(days=1)),
        ],
    )

    rows = at_risk(warehouse, EVERYTHING, TODAY.window(None, date(2027, 10, 1)))

    names = ("renewal_id", "arr_due", "days_left", "overall_score", "open_risks", "csm_name")
    assert cells(rows, *names) == [
        ("overdue", Decimal(300), -1, 20.0, 2, "M1"),
        ("euros", Decimal(200), 15, 39.0, 0, "M1"),
        ("due", Decimal(100), 15, 20.0, 2, "M1"),
        ("closed later", Decimal(5), 15, 20.0, 2, "M1"),
    ]
    assert at_risk(warehouse, Scope(), TODAY).is_empty()


def risk(risk_id, **fields):
    usual = {
        "account_id": "a1",
        "category": "Adoption",
        "source": "manual",
        "opened_on": date(2026, 9, 1),
    }
    return {"risk_id": risk_id} | usual | fields


@pytest.mark.parametrize("day", [AS_OF, OCTOBER, date(2025, 12, 1)])
def test_a_day_alone_is_what_the_line_shows_of_it(warehouse_of, day):
    """Asked as of an earlier date, the answer is the line's row where rates and parts agree."""
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        subscriptions=[
            subscription(100),
            subscription(30, account_id="a2", starts_on=date(2025, 11, 15)),
            subscription(8, starts_on=date(2026, 9, 15)),
        ],
        health_scores=[*scored(20, date(2025, 11, 24)), *scored(80, date(2026, 9, 28))],
        renewals=[renewal(due_on=date(2025, 12, 20), status="renewed", closed_on=OCTOBER)],
        survey_responses=[answer(9), answer(2, responded_on=date(2025, 6, 1))],
        opportunities=[opportunity(), opportunity("o2", closed_on=OCTOBER, won=True)],
    )

    alone = by_day(warehouse, EVERYTHING, Filters(as_of=day)).tail(1)

    assert alone.row(0) == by_day(warehouse, EVERYTHING, TODAY).filter(on_day=day).row(0)
