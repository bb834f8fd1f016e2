"""The book of one CSM, counted by hand: buckets, measures, weeks, executives, objectives."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.charts.one_on_one import BUCKETS
from dashboard.filters import Filters
from dashboard.journey_policy import OneOnOne
from dashboard.policy import MEASURES, Policy
from dashboard.queries import coverage, one_on_one
from dashboard.session import narrowed
from tests.factories import (
    AS_OF,
    account,
    cells,
    change,
    measured,
    member,
    moment,
    note,
    opportunity,
    rate,
    renewal,
    renewed,
    scored,
    subscription,
)

TODAY = Filters(as_of=AS_OF)
MONDAY = date(2026, 10, 26)
HELD = ["red", "silent", "new", "untouched", "renewing", "overdue", "far", "offer", "calm"]


def touch(account_id, on, **fields):
    happened = moment(on.year, on.month, on.day, 9)
    return note(account_id, happened, account_id=account_id, kind="call", **fields)


def days_ago(days):
    return AS_OF - timedelta(days=days)


BOOK = {
    "team_members": [member("m1", name="Ada"), member("m2", name="Bo")],
    "accounts": [
        *(account(each) for each in HELD if each not in {"new", "untouched"}),
        account("new", customer_since=days_ago(60)),
        account("untouched", customer_since=days_ago(61)),
        account("left"),
        account("other's", csm_id="m2"),
    ],
    "subscriptions": [
        *(subscription(100, account_id=each) for each in [*HELD, "other's"]),
        subscription(100, account_id="left", ends_on=AS_OF),
    ],
    "health_scores": [
        *scored(39.9, MONDAY, "red"),
        *scored(40, MONDAY, "silent"),
        *scored(90, MONDAY, "calm"),
    ],
    "timeline_entries": [
        touch("silent", days_ago(61)),
        touch("silent", AS_OF + timedelta(days=1)),
        note("a note is no touch", moment(2026, 10, 30), account_id="silent"),
        *(touch(each, days_ago(60)) for each in ("renewing", "overdue", "far", "offer", "calm")),
    ],
    "renewals": [
        renewal("red", account_id="red", due_on=days_ago(-10)),
        renewal("edge", account_id="renewing", due_on=days_ago(-120), arr_due="0.50"),
        renewal("euro", account_id="renewing", currency="EUR", arr_due="0.50"),
        renewal("late", account_id="overdue", due_on=days_ago(300)),
        renewal("beyond", account_id="far", due_on=days_ago(-121)),
        renewed("closed", AS_OF, 100, account_id="calm"),
    ],
    "fx_rates": [rate("EUR", 1.005)],
    "opportunities": [
        opportunity("open", account_id="offer", amount=Decimal(7)),
        opportunity("no amount", account_id="offer", amount=None),
        opportunity("won", account_id="calm", closed_on=AS_OF, won=True),
        opportunity("later", account_id="calm", created_on=AS_OF + timedelta(days=1)),
        opportunity("beside", account_id="renewing", amount=Decimal(3)),
    ],
    "opportunity_history": [
        change("amount", 5, 7, moment(2026, 11, 1), opportunity_id="open"),
    ],
}


@pytest.fixture
def book(warehouse_of):
    return warehouse_of(**BOOK)


def test_every_customer_stands_in_the_first_bucket_that_holds(book):
    rows = one_on_one.accounts(book, EVERYTHING, narrowed(TODAY, csm_ids="m1"))

    # By bucket, then by ARR, which is the same for all, then by id.
    assert cells(rows, "account_id", "bucket") == [
        ("red", "red"),
        ("silent", "silent"),
        ("untouched", "silent"),
        ("overdue", "renewing"),
        ("renewing", "renewing"),
        ("offer", "expansion open"),
        ("calm", "on course"),
        ("far", "on course"),
        ("new", "on course"),
    ]


def test_what_a_bucket_rests_on_stands_beside_it(book):
    rows = one_on_one.accounts(book, EVERYTHING, narrowed(TODAY, csm_ids="m1"))
    of = {row["account_id"]: row for row in rows.rows(named=True)}

    assert [
        (of["renewing"][each])
        for each in ("next_renewal_on", "renewals_due", "arr_due", "expansion_amount")
    ] == [date(2026, 11, 15), 2, Decimal("1.00"), Decimal(3)]
    assert (of["offer"]["opportunities"], of["offer"]["expansion_amount"]) == (2, Decimal(5))
    assert (of["silent"]["last_touch_on"], of["silent"]["days_since_touch"]) == (days_ago(61), 61)
    assert (of["untouched"]["last_touch_on"], of["untouched"]["days_since_touch"]) == (None, None)
    assert (of["far"]["renewals_due"], of["far"]["arr_due"]) == (0, Decimal(0))
    assert (of["calm"]["renewals_due"], of["calm"]["opportunities"]) == (0, 0)
    assert (of["red"]["health_band"], of["red"]["overall_score"]) == ("red", 39.9)
    assert of["new"]["health_band"] is None


def test_where_no_touch_was_loaded_nobody_is_silent(warehouse_of):
    book = warehouse_of(**BOOK | {"timeline_entries": []})
    assert "silent" not in one_on_one.accounts(book, EVERYTHING, TODAY)["bucket"]


def test_days_of_silence_are_a_setting(warehouse_of):
    policy = Policy(one_on_one=OneOnOne(silent_after_days=59))
    rows = one_on_one.accounts(warehouse_of(policy=policy, **BOOK), EVERYTHING, TODAY)
    assert rows.filter(bucket="silent")["account_id"].to_list() == sorted(
        {*HELD, "other's"} - {"red"}
    )


def test_a_viewer_sees_the_own_book_only(book):
    own = Scope(member_ids=("m2",))
    assert one_on_one.accounts(book, own, TODAY)["account_id"].to_list() == ["other's"]
    assert one_on_one.accounts(book, own, narrowed(TODAY, csm_ids="m1")).is_empty()
    for question in (
        one_on_one.accounts,
        one_on_one.book,
        one_on_one.weekly,
        one_on_one.executives,
        one_on_one.executives_by_month,
    ):
        assert question(book, Scope(), TODAY).is_empty(), question.__name__


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 2, 18)])
def test_buckets_of_every_book_sum_to_the_book(demo, as_of):
    everybody = Filters(as_of=as_of)
    books = coverage.by_csm(demo, EVERYTHING, everybody).filter(pl.col("accounts") > 0)
    held = books.group_by("member_id").agg(pl.col("accounts", "arr", "arr_red").sum())
    assert len(held) > 10

    for member_id, customers, arr, arr_red in held.drop_nulls("member_id").rows():
        rows = one_on_one.accounts(demo, EVERYTHING, narrowed(everybody, csm_ids=member_id))
        assert rows["account_id"].is_unique().all()
        assert set(rows["bucket"]) <= set(BUCKETS)
        assert sum(len(rows.filter(bucket=bucket)) for bucket in BUCKETS) == customers
        assert rows["arr"].sum() == arr
        assert rows.filter(bucket="red")["arr"].sum() == arr_red


def test_a_cell_has_its_score_band_and_age(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("low"), account("high"), account("never")],
        subscriptions=[subscription(1, account_id=each) for each in ("low", "high", "never")],
        health_scores=[
            *measured(MONDAY, "low", **dict.fromkeys(MEASURES, 30.0)),
            *measured(MONDAY, "high", **dict.fromkeys(set(MEASURES) - {"support"}, 60.0)),
            *measured(date(2026, 8, 31), "high", support=10),
        ],
    )

    rows = one_on_one.book(warehouse, EVERYTHING, TODAY)

    assert rows["account_id"].unique(maintain_order=True).to_list() == ["low", "high", "never"]
    assert rows["measure"].to_list()[:8] == ["overall", *MEASURES]
    shown = ("measure", "score", "health_band", "is_stale", "measured_on")
    high = rows.filter(account_id="high")
    assert cells(high, *shown)[0] == ("overall", 60.0, "amber", False, None)
    # NPS is green from 60, the others from 70; 61 days are too old to count.
    assert cells(high.filter(measure="nps"), *shown) == [("nps", 60.0, "green", False, MONDAY)]
    assert cells(high.filter(measure="support"), *shown) == [
        ("support", None, None, True, date(2026, 8, 31))
    ]
    low = rows.filter(account_id="low", measure="nps")
    assert cells(low, "score", "health_band") == [(30.0, "amber")]
    assert rows.filter(account_id="never")["score"].null_count() == 8
    assert not rows.filter(account_id="never")["is_stale"].any()


def test_a_week_counts_who_was_measured_in_it(warehouse_of):
    week = date(2026, 10, 12)
    warehouse = warehouse_of(
        accounts=[account("a"), account("b", customer_since=date(2026, 10, 19))],
        subscriptions=[subscription(1, account_id=each) for each in ("a", "b")],
        health_scores=[
            *measured(week, "a", deployment=20, adoption=30),
            *measured(week + timedelta(days=2), "a", deployment=40),
            *measured(week + timedelta(days=7), "a", adoption=50),
            *measured(week + timedelta(days=7), "b", adoption=100),
            *measured(date(2026, 11, 2), "a", adoption=1),
        ],
    )

    weeks = one_on_one.weekly(warehouse, EVERYTHING, replace(TODAY, since=week))

    assert weeks.rows() == [
        (week, "adoption", 30.0, 1, 1),
        (week, "deployment", 40.0, 1, 1),
        (week + timedelta(days=7), "adoption", 75.0, 2, 2),
        (week + timedelta(days=7), "deployment", None, 0, 2),
    ]


def test_executives_are_counted_by_month_and_listed(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1", name="Ada")],
        accounts=[account("a"), account("b"), account("left")],
        subscriptions=[
            *(subscription(1, account_id=each) for each in ("a", "b")),
            subscription(1, account_id="left", ends_on=AS_OF),
        ],
        timeline_entries=[
            touch("a", date(2026, 9, 30), executive=True, member_id="m1"),
            touch("a", date(2026, 10, 1), executive=True),
            touch("a", date(2026, 10, 31), executive=True),
            touch("b", date(2026, 10, 2), executive=True),
            touch("b", date(2026, 10, 3), executive=False),
            touch("b", date(2026, 10, 4)),
            note("n", moment(2026, 10, 5), account_id="b", executive=True),
            touch("b", date(2026, 11, 1), executive=True),
            touch("left", date(2026, 10, 5), executive=True),
        ],
    )
    months = one_on_one.executives_by_month(warehouse, EVERYTHING, TODAY)
    assert months.rows() == [(date(2026, 9, 1), 1, 1), (date(2026, 10, 1), 3, 2)]

    october = TODAY.window(date(2026, 10, 1), date(2026, 11, 1))
    listed = one_on_one.executives(warehouse, EVERYTHING, october)
    assert cells(listed, "account_id", "happened_on") == [
        ("a", date(2026, 10, 31)),
        ("b", date(2026, 10, 2)),
        ("a", date(2026, 10, 1)),
    ]
    every = one_on_one.executives(warehouse, EVERYTHING, TODAY)
    assert cells(every, "kind", "csm_name")[-1] == ("call", "Ada")


def test_touches_sum_to_every_month_of_the_demo(demo):
    months = one_on_one.executives_by_month(demo, EVERYTHING, TODAY)
    rows = one_on_one.executives(demo, EVERYTHING, TODAY)
    by_month = rows.group_by("month").agg(
        touches=pl.len().cast(pl.Int64), accounts=pl.col("account_id").n_unique().cast(pl.Int64)
    )
    assert len(months) > 12
    assert by_month.sort("month").rows() == months.rows()
