"""What changed in a book since the last one-on-one, beyond the overview, by hand."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.journey_policy import RenewalWatch
from dashboard.policy import Policy
from dashboard.queries import accounts
from dashboard.queries.one_on_one import changes
from tests.factories import (
    AS_OF,
    account,
    cells,
    change,
    measured,
    member,
    moment,
    opportunity,
    rate,
    renewal,
    renewed,
    scored,
    subscription,
    was,
)

HELD = date(2026, 10, 1)
TODAY = Filters(as_of=AS_OF)
DAY = timedelta(days=1)
BEFORE, NOW = date(2026, 9, 28), date(2026, 10, 26)
PAYS = {"accounts": [account()], "subscriptions": [subscription(100)]}


def since(warehouse, day=HELD, *, scope=EVERYTHING, filters=TODAY):
    return changes(warehouse, scope, filters, compared_on=day)


# ------------------------------------------------------------------ renewals entering the window
@pytest.mark.parametrize(
    ("entered", "is_told"), [(HELD, False), (HELD + DAY, True), (AS_OF, True), (AS_OF + DAY, False)]
)
def test_a_renewal_comes_into_the_window_120_days_before_it_is_due(warehouse_of, entered, is_told):
    due = entered + timedelta(days=120)
    warehouse = warehouse_of(**PAYS, renewals=[renewal("r1", due_on=due, arr_due=70)])
    told = ("kind", "changed_on", "arr", "after", "source_id")
    expected = [("renewal ahead", entered, 70, due.isoformat(), "r1")] if is_told else []
    assert cells(since(warehouse), *told) == expected
    assert since(warehouse, scope=Scope(("m2",))).is_empty()


def test_the_window_is_the_longest_of_the_settings(warehouse_of):
    policy = Policy(renewal_watch=RenewalWatch(windows=(30, 10)))
    due = AS_OF + timedelta(days=30)
    warehouse = warehouse_of(policy=policy, **PAYS, renewals=[renewal("r1", due_on=due)])
    assert cells(since(warehouse), "kind", "changed_on") == [("renewal ahead", AS_OF)]


def test_only_open_renewals_come_into_the_window(warehouse_of):
    due = AS_OF + timedelta(days=120)
    warehouse = warehouse_of(
        **PAYS,
        renewals=[
            renewed("closed", HELD, 100, due_on=due),
            renewed("closed later", AS_OF + DAY, 100, due_on=due),
            renewal("euros", due_on=due, currency="EUR", arr_due=10),
            renewal("unknown", due_on=due, currency="XXX", arr_due=10),
        ],
        fx_rates=[rate("EUR", 2)],
    )
    found = since(warehouse).filter(kind="renewal ahead")
    assert cells(found, "source_id", "arr") == [
        ("closed later", 100), ("euros", 20), ("unknown", None),
    ]  # fmt: skip


# ------------------------------------------------------------------ stages
def test_a_customer_moves_from_stage_to_stage_on_the_day_it_was_entered(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(), account("left")],
        subscriptions=[subscription(100), subscription(5, account_id="left", ends_on=HELD)],
        account_history=[
            was("lifecycle_stage", "Onboarding", date(2026, 1, 1), HELD),
            was("lifecycle_stage", "Adoption", HELD, HELD + DAY),
            was("lifecycle_stage", "Renewal", HELD + DAY, AS_OF + DAY),
            was("lifecycle_stage", "Expansion", AS_OF + DAY, None),
            was("lifecycle_stage", "Adoption", date(2026, 1, 1), AS_OF, account_id="left"),
            was("lifecycle_stage", "Churned", AS_OF, None, account_id="left"),
        ],
    )
    assert cells(since(warehouse), "kind", "before", "after", "changed_on", "arr") == [
        ("customer stage", "Adoption", "Renewal", HELD + DAY, 100)
    ]


def test_an_opportunity_moves_from_its_stage_of_the_last_meeting_to_that_of_now(warehouse_of):
    moves = [
        change("stage", "Discussion", "Contract sent", moment(2026, 10, 1, 9), opportunity_id="o1"),
        change("stage", "Contract sent", "Verbal commit", moment(2026, 10, 5), opportunity_id="o1"),
        change("stage", "Verbal commit", "Closed lost", moment(2026, 10, 9), opportunity_id="o1"),
        change("stage", "Closed lost", "Reopened", moment(2026, 11, 1), opportunity_id="o1"),
        change("stage", "Discussion", "Contract sent", moment(2026, 10, 5), opportunity_id="o2"),
        change("stage", "Contract sent", "Discussion", moment(2026, 10, 6), opportunity_id="o2"),
    ]
    warehouse = warehouse_of(
        **PAYS,
        opportunities=[
            opportunity("o1", amount=Decimal(30), closed_on=date(2026, 10, 9), won=False),
            opportunity("o2", amount=Decimal(40)),
        ],
        opportunity_history=moves,
    )
    found = since(warehouse).filter(kind="opportunity stage")
    assert cells(found, "source_id", "before", "after", "changed_on", "arr", "detail") == [
        ("o1", "Contract sent", "Closed lost", date(2026, 10, 9), -30, "upsell")
    ]


def test_an_opportunity_without_an_account_is_told_to_its_csm(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member()],
        accounts=[account("another")],
        opportunities=[opportunity("o1", account_id=None, csm_id="m1", amount=Decimal(30))],
        opportunity_history=[
            change("stage", "Discussion", "Contract sent", moment(2026, 10, 5), opportunity_id="o1")
        ],
    )
    assert len(since(warehouse, scope=Scope(("m1",)))) == 1
    assert since(warehouse, scope=Scope(("m2",))).is_empty()


# ------------------------------------------------------------------ the measure behind a crossing
def crossing(warehouse):
    (told,) = cells(since(warehouse), "kind", "measure", "score_before", "score_now")
    return told


def test_the_measure_that_moved_most_stands_behind_a_crossing(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        health_scores=[
            *scored(50, BEFORE),
            *measured(NOW, deployment=50, engagement=60, adoption=5, roi=20, nps=20, support=30,
                      sentiment=30),
        ],
    )  # fmt: skip
    assert crossing(warehouse) == ("became red", "adoption", 50.0, 5.0)


def test_a_move_weighs_by_the_policy(warehouse_of):
    # 36 points of adoption are 4.5 of the score, 30 of NPS are 5.
    scores = measured(NOW, deployment=30, engagement=30, adoption=14, roi=30, nps=20, support=30,
                      sentiment=40)  # fmt: skip
    warehouse = warehouse_of(**PAYS, health_scores=[*scored(50, BEFORE), *scores])
    assert crossing(warehouse) == ("became red", "nps", 50.0, 20.0)


def test_a_measure_that_moved_the_other_way_is_not_behind_it(warehouse_of):
    scores = measured(NOW, deployment=100, engagement=20, adoption=20, roi=20, nps=25, support=25,
                      sentiment=40)  # fmt: skip
    warehouse = warehouse_of(**PAYS, health_scores=[*scored(50, BEFORE), *scores])
    assert crossing(warehouse) == ("became red", "nps", 50.0, 25.0)


def test_a_crossing_by_a_measure_that_went_stale_has_none(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        health_scores=[
            *measured(date(2026, 9, 1), deployment=100, engagement=100, adoption=100, roi=100),
            *measured(date(2026, 9, 28), nps=20, support=20, sentiment=20),
        ],
    )
    rows = since(warehouse, filters=Filters(as_of=date(2026, 11, 2)))
    assert cells(rows, "kind", "measure", "score_before", "score_now") == [
        ("became red", None, None, None)
    ]


def test_a_measure_that_was_stale_then_has_not_moved(warehouse_of):
    warehouse = warehouse_of(
        **PAYS,
        health_scores=[
            *measured(date(2026, 7, 1), adoption=90),
            *measured(BEFORE, deployment=50, engagement=50, roi=50, nps=50, support=50),
            *measured(NOW, deployment=30, engagement=50, adoption=1, roi=50, nps=50, support=30),
        ],
    )
    assert crossing(warehouse) == ("became red", "support", 50.0, 30.0)


def test_a_week_is_compared_where_no_meeting_is_named(warehouse_of):
    warehouse = warehouse_of(**PAYS, renewals=[renewal("r1", due_on=AS_OF + timedelta(days=114))])
    assert len(changes(warehouse, EVERYTHING, TODAY)) == 1
    with pytest.raises(ValueError, match="nothing can have changed"):
        since(warehouse, AS_OF)


# ------------------------------------------------------------------ names
def test_names_are_given_of_accounts_that_the_viewer_may_see(warehouse_of):
    warehouse = warehouse_of(accounts=[account("a1"), account("a2", csm_id="m2")])
    wanted = ("a1", "a2", "a3")
    found = accounts.named(warehouse, EVERYTHING, TODAY, account_ids=wanted)
    assert found.rows() == [("a1", "A1"), ("a2", "A2")]
    own = accounts.named(warehouse, Scope(("m2",)), TODAY, account_ids=wanted)
    assert own["account_id"].to_list() == ["a2"]
    assert accounts.named(warehouse, EVERYTHING, TODAY, account_ids=()).is_empty()


def test_renewals_of_the_agenda_are_those_of_the_card(demo):
    from dashboard.metrics import one_on_one as metrics  # noqa: PLC0415
    from dashboard.queries import one_on_one, renewals  # noqa: PLC0415

    ahead = TODAY.window(None, AS_OF + timedelta(days=121))
    due = renewals.due(demo, EVERYTHING, ahead).filter(pl.col("status") == "open")
    book = one_on_one.accounts(demo, EVERYTHING, TODAY)
    customers = due.filter(pl.col("account_id").is_in(book["account_id"].to_list()))
    assert metrics.renewals_ahead(book) == len(customers) > 20
    assert metrics.renewing_arr(book) == customers["arr_due"].sum()
