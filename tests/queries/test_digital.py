"""Digital programmes and key behaviours, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.digital_policy import DigitalPolicy
from dashboard.filters import Filters
from dashboard.metrics import digital as metrics
from dashboard.policy import Policy
from dashboard.queries import behaviours, digital
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    account,
    cells,
    churned,
    moment,
    movement,
    rate,
    renewal,
    renewed,
    subscription,
)

TODAY = Filters(as_of=AS_OF)
SENT = date(2026, 6, 1)


def touch(touch_id="t1", sent_on=SENT, reached=None, acted=None, **fields):
    def at(days, hour):
        if days is None:
            return None
        day = sent_on + timedelta(days=days)
        return moment(day.year, day.month, day.day, hour)

    return {
        "touch_id": touch_id,
        "account_id": "a1",
        "respondent_id": "p1",
        "program": "Welcome",
        "channel": "e-mail",
        "arm": "test",
        "sent_at": at(0, 8),
        "reached_at": at(reached, 11),
        "acted_at": at(acted, 15),
    } | fields


# ------------------------------------------------------------------ reach and effect


def test_reach_and_effect_are_of_settled_messages_outside_the_control_arm(warehouse_of):
    young = AS_OF - timedelta(days=29)
    warehouse = warehouse_of(
        accounts=[account()],
        digital_touches=[
            touch("acted on the last day", reached=1, acted=30),
            touch("acted a day late", reached=1, acted=31),
            touch("acted before it was sent", reached=1, acted=-1),
            touch("nobody to write to", reached=1, acted=2, respondent_id=None),
            touch("acted unreached", acted=2),
            touch("young", sent_on=young, reached=1, acted=1),
            touch("settled today", sent_on=AS_OF - timedelta(days=30), reached=1),
            touch("reached later", sent_on=AS_OF - timedelta(days=30), reached=31),
            touch("control", reached=1, acted=2, arm="control"),
            touch("no arm", reached=1, arm=None),
            touch("later", sent_on=AS_OF + timedelta(days=1)),
        ],
    )

    by_month = digital.by_month(warehouse, EVERYTHING, TODAY)

    where = ("Welcome", "e-mail")
    june, october = date(2026, 6, 1), date(2026, 10, 1)
    assert cells(by_month) == [
        (june, *where, "control", 1, 1, 1, 0, 0, 1, 1),
        (june, *where, "no trial", 1, 1, 1, 1, 0, 0, 0),
        (june, *where, "test", 5, 5, 4, 3, 1, 3, 0),
        (october, *where, "test", 3, 2, 2, 1, 0, 0, 0),
    ]
    assert metrics.messages(by_month) == 9
    assert metrics.identified(by_month) == 7 / 8
    assert metrics.reach(by_month) == 5 / 8
    assert metrics.effect(by_month) == 1 / 5
    flags = digital.messages(warehouse, EVERYTHING, TODAY)
    acted = flags.filter("has_acted")["touch_id"].to_list()
    assert sorted(acted) == [
        "acted on the last day",
        "acted unreached",
        "control",
        "nobody to write to",
        "young",
    ]


def test_the_funnel_counts_an_account_and_its_arr_once_a_step(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(), account("a2"), account("a3")],
        subscriptions=[subscription(100), subscription(30, account_id="a2")],
        digital_touches=[
            touch("1", reached=1, acted=2),
            touch("2", reached=1),
            touch("3", reached=1, account_id="a2"),
            touch("4", account_id="a3", respondent_id=None),
            touch("5", account_id="a3", arm="control", acted=1),
            touch("6", sent_on=AS_OF),
        ],
    )
    assert cells(digital.funnel(warehouse, EVERYTHING, TODAY)) == [
        ("Welcome", 1, "sent", 4, 3, Decimal(130)),
        ("Welcome", 2, "right contact identified", 3, 2, Decimal(130)),
        ("Welcome", 3, "reached", 3, 2, Decimal(130)),
        ("Welcome", 4, "acted", 1, 1, Decimal(100)),
    ]


# ------------------------------------------------------------------ test against control


def test_an_account_counts_in_the_arm_it_was_assigned_to(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(f"a{place}") for place in range(1, 8)],
        digital_touches=[
            touch("1", reached=2, acted=3),
            touch("2", account_id="a2", reached=2),
            touch("3", account_id="a3"),
            touch("4", account_id="a4", arm="control", acted=3),
            touch("5", account_id="a5", arm="control", reached=1),
            touch("6", account_id="a6"),
            touch("7", account_id="a6", arm="control"),
            touch("8", account_id="a7", arm=None, acted=31, reached=31),
            touch("9", account_id="a1", program="Other", arm="control"),
        ],
    )
    rows = digital.participants(warehouse, EVERYTHING, TODAY).sort("program", "account_id")
    assert cells(rows, "program", "account_id", "arm", "response", "has_acted") == [
        ("Other", "a1", "control", "not asked", False),
        ("Welcome", "a1", "test", "acted", True),
        ("Welcome", "a2", "test", "reached, not acted", False),
        ("Welcome", "a3", "test", "not reached", False),
        ("Welcome", "a4", "control", "acted", True),
        ("Welcome", "a5", "control", "not asked", False),
        ("Welcome", "a6", "both arms", "not reached", False),
        ("Welcome", "a7", "no trial", "not reached", False),
    ]


def use(week_on, active_users, account_id="a1"):
    return {"account_id": account_id, "week_on": week_on, "active_users": active_users}


def test_what_came_after_is_looked_at_once_the_days_are_over(warehouse_of):
    """The first message on 1 June, a Monday: 90 days end on 30 August, the last four weeks begin
    on 2 August."""
    warehouse = warehouse_of(
        accounts=[
            account(),
            account("a2", churned_on=date(2026, 8, 30)),
            account("a3", currency="EUR"),
            account("a4"),
        ],
        fx_rates=[rate("EUR", 2)],
        digital_touches=[
            touch("1"),
            touch("1 again", sent_on=date(2026, 6, 9)),
            touch("2", account_id="a2"),
            touch("3", account_id="a3", arm="control"),
            touch("4", account_id="a4", sent_on=AS_OF - timedelta(days=89)),
        ],
        usage_weekly=[
            use(date(2026, 4, 27), 1000),
            use(date(2026, 5, 4), 10),
            use(date(2026, 5, 25), 20),
            use(date(2026, 6, 1), 1000),
            use(date(2026, 7, 27), 1000),
            use(date(2026, 8, 3), 15),
            use(date(2026, 8, 24), 16),
            use(date(2026, 8, 31), 1000),
            use(date(2026, 5, 25), 5, "a2"),
            use(date(2026, 8, 24), 9, "a2"),
            use(date(2026, 5, 25), 5, "a3"),
        ],
        arr_movements=[
            movement(50, "expansion", date(2026, 6, 1)),
            movement(60, "expansion", date(2026, 6, 2)),
            movement(7, "expansion", date(2026, 8, 30)),
            movement(90, "expansion", date(2026, 8, 31)),
            movement(-5, "contraction", date(2026, 7, 1)),
            movement(8, "expansion", date(2026, 7, 2), recorded_at=moment(2026, 11, 1)),
            movement(4, "expansion", date(2026, 7, 1), account_id="a3", movement_id="eur"),
            movement(
                4, "expansion", date(2026, 7, 1), account_id="a2", movement_id="x", currency="XXX"
            ),
        ],
        renewals=[
            renewed("r1", date(2026, 5, 1), 100, due_on=date(2026, 8, 30)),
            churned("r2", date(2026, 8, 30), account_id="a2", due_on=date(2026, 8, 30)),
            renewed("r2b", date(2026, 7, 1), 100, account_id="a2", due_on=date(2026, 7, 1)),
            renewal("r3", account_id="a3", due_on=date(2026, 7, 1)),
            renewed("r4", date(2026, 6, 1), 1, account_id="a3", due_on=date(2026, 6, 1)),
        ],
    )

    rows = digital.participants(warehouse, EVERYTHING, TODAY).sort("account_id")

    names = ("account_id", "is_measured", "users_before", "users_after", "has_grown")
    assert cells(rows, *names, "has_expanded", "expansion_arr", "is_renewed") == [
        ("a1", True, 15.0, 15.5, True, True, Decimal(67), True),
        ("a2", True, 5.0, 0.0, False, True, Decimal(0), False),
        ("a3", True, 5.0, None, None, True, Decimal(8), None),
        ("a4", False, None, None, None, False, Decimal(0), None),
    ]
    assert rows["started_on"][0] == SENT
    effects = digital.effects(warehouse, EVERYTHING, TODAY)
    after = ("arm", "accounts", "measured", "users_known", "grown", "expanded", "expansion_arr")
    assert cells(effects, *after, "expansions_without_rate", "renewals", "renewed") == [
        ("control", 1, 1, 0, 0, 1, Decimal(8), 0, 0, 0),
        ("test", 3, 2, 2, 1, 2, Decimal(67), 1, 2, 1),
    ]
    inside = TODAY.window(date(2026, 6, 2), None)
    assert digital.participants(warehouse, EVERYTHING, inside)["account_id"].to_list() == ["a4"]


def test_the_days_are_choices(warehouse_of):
    policy = Policy(digital=DigitalPolicy(act_within_days=2, outcome_days=28))
    warehouse = warehouse_of(
        policy=policy,
        accounts=[account()],
        digital_touches=[touch(sent_on=AS_OF - timedelta(days=28), reached=1, acted=3)],
    )
    (row,) = digital.participants(warehouse, EVERYTHING, TODAY).iter_rows(named=True)
    assert (row["response"], row["is_measured"]) == ("reached, not acted", True)


# ------------------------------------------------------------------ key behaviours


def did(behaviour, days, account_id="a1", since=SENT):
    return {
        "account_id": account_id,
        "behaviour": behaviour,
        "first_done_on": since + timedelta(days=days),
    }


OLD = date(2025, 1, 1)


def old_and_young(warehouse_of):
    """Eight accounts on both sides of each line."""
    on = OLD + timedelta(days=365)
    return warehouse_of(
        accounts=[
            account("early", customer_since=OLD),
            account("late", customer_since=OLD),
            account("never", customer_since=OLD),
            account("left", customer_since=OLD, churned_on=OLD + timedelta(days=90)),
            account("young", customer_since=AS_OF - timedelta(days=89)),
            account("open", customer_since=AS_OF - timedelta(days=90)),
            account("soon", customer_since=OLD),
            account("future", customer_since=AS_OF + timedelta(days=1)),
        ],
        usage_events=[
            did("API", 90, "early", OLD),
            did("API", 91, "late", OLD),
            did("Report", 0, "open", AS_OF - timedelta(days=90)),
            did("API", 1, "left", OLD),
            did("Unseen", 700, "never", OLD),
        ],
        renewals=[
            renewed("r1", on, 100, account_id="early", due_on=on),
            churned("r1b", on, account_id="early", due_on=on + timedelta(days=90)),
            churned("r2", on, account_id="late", due_on=on),
            renewal("r3", account_id="never", due_on=on),
            renewed("r4", on, 100, account_id="left", due_on=on),
            churned("r5", AS_OF, account_id="open", due_on=AS_OF + timedelta(days=1)),
            renewed("r6", on, 100, account_id="soon", due_on=OLD + timedelta(days=90)),
        ],
        arr_movements=[
            movement(5, "expansion", OLD + timedelta(days=90), account_id="early", movement_id="1"),
            movement(5, "expansion", OLD + timedelta(days=91), account_id="late", movement_id="2"),
            movement(
                5, "expansion", OLD + timedelta(days=365), account_id="never", movement_id="3"
            ),
            movement(5, "expansion", OLD + timedelta(days=366), account_id="soon", movement_id="4"),
        ],
    )


def test_behaviours_are_compared_among_customers_when_the_early_days_are_over(warehouse_of):
    warehouse = old_and_young(warehouse_of)

    found = behaviours.by_cohort(warehouse, EVERYTHING, TODAY)

    first, second = date(2025, 1, 1), date(2026, 1, 1)
    assert cells(found) == [
        ("API", first, 1, 1, 1, 0, 1, 0, 3, 2),
        ("API", second, 0, 0, 0, 0, 0, 0, 0, 0),
        ("Report", first, 0, 0, 2, 1, 0, 0, 4, 2),
        ("Report", second, 0, 0, 0, 0, 0, 0, 0, 0),
    ]
    assert cells(behaviours.cohorts(warehouse, EVERYTHING, TODAY)) == [
        (first, 5, 0, 1, 2, 2, 1, 1, 0, 4, 0),
        (second, 2, 1, 0, 0, 0, 1, 0, 0, 0, 1),
    ]
    rows = behaviours.accounts(warehouse, EVERYTHING, TODAY, behaviour="API")
    assert {
        row[0]: row[1:]
        for row in cells(rows, "account_id", "is_early", "first_renewal", "expansion")
    } == {
        "early": (True, "renewed", "not expanded"),
        "late": (False, "churned", "expanded"),
        "never": (False, "not decided", "expanded"),
        "open": (False, "not decided", "too young"),
        "soon": (False, "due before", "not expanded"),
    }
    assert rows.filter(account_id="late")["days_to_behaviour"].to_list() == [91]


def test_on_an_earlier_day_less_is_known(warehouse_of):
    warehouse = old_and_young(warehouse_of)
    then = Filters(as_of=OLD + timedelta(days=89))
    assert cells(behaviours.cohorts(warehouse, EVERYTHING, then), "accounts", "too_young") == [
        (5, 5)
    ]
    assert set(behaviours.by_cohort(warehouse, EVERYTHING, then)["behaviour"]) == set()


@pytest.mark.parametrize(
    ("question", "table"),
    [
        (digital.by_month, "digital_touches"),
        (digital.funnel, "digital_touches"),
        (digital.messages, "digital_touches"),
        (digital.effects, "digital_touches"),
        (digital.participants, "digital_touches"),
        (behaviours.by_cohort, "usage_events"),
        (behaviours.cohorts, "usage_events"),
    ],
)
def test_nobodys_scope_is_empty_and_a_missing_table_is_named(warehouse_of, question, table):
    asked = warehouse_of(
        accounts=[account()], digital_touches=[touch()], usage_events=[did("API", 1, since=SINCE)]
    )
    assert len(question(asked, EVERYTHING, TODAY)) > 0
    assert question(asked, Scope(member_ids=("m2",)), TODAY).is_empty()
    with pytest.raises(MissingTableError, match=f"{table}, which is not loaded"):
        question(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)


SINCE = date(2024, 1, 1)
