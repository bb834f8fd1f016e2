"""Renewals lost, at risk and saved, and the renewal calendar, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.forecasts.questions.likelihood import likelihood
from dashboard.journey_policy import RenewalWatch
from dashboard.metrics import renewal_watch as metrics
from dashboard.policy import Policy
from dashboard.queries import renewal_watch as queries
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    account,
    cells,
    churned,
    member,
    moment,
    note,
    rate,
    renewal,
    renewed,
    scored,
)
from tests.queries.test_drill_downs import CASES, assert_sums_to

TODAY = Filters(as_of=AS_OF)
QUARTER = date(2026, 10, 1)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def test_a_quarter_is_lost_at_risk_and_saved_by_the_state_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("red"), account("green"), account("unscored")],
        health_scores=[
            *scored(39.9, date(2026, 9, 7), "red"),
            *scored(20, date(2026, 10, 26), "red"),
            *scored(90, date(2026, 10, 26), "green"),
        ],
        renewals=[
            renewal("at risk", account_id="red", arr_due=100),
            renewal("next quarter", account_id="red", arr_due=7, due_on=date(2027, 1, 1)),
            renewal("open and green", account_id="green"),
            renewal("open, unscored", account_id="unscored"),
            churned("lost", date(2026, 10, 2), account_id="green", arr_due="40.50"),
            churned("lost tomorrow", AS_OF + days(1), account_id="red", arr_due=3),
            renewed("less", date(2026, 10, 5), 60, account_id="green", arr_due=80),
            renewed("grown", date(2026, 10, 5), 90, account_id="green", arr_due=80),
            renewed("saved for less", date(2026, 10, 6), 5, account_id="red", arr_due=9),
            renewed("saved", date(2026, 10, 6), 30, account_id="red", arr_due=20),
        ],
    )

    found = queries.stakes_by_quarter(warehouse, EVERYTHING, TODAY)

    assert found.rows() == [
        (QUARTER, "Enterprise", "at_risk", 2, Decimal(103), 0),
        (QUARTER, "Enterprise", "churned", 1, Decimal("40.50"), 0),
        (QUARTER, "Enterprise", "reduced", 2, Decimal(24), 0),
        (QUARTER, "Enterprise", "saved", 2, Decimal(25), 0),
        (date(2027, 1, 1), "Enterprise", "at_risk", 1, Decimal(7), 0),
    ]
    rows = queries.stakes(warehouse, EVERYTHING, TODAY)
    named = {row["renewal_id"]: row for row in rows.filter(state="saved").iter_rows(named=True)}
    assert set(named) == {"saved for less", "saved"}
    assert named["saved"]["last_red_on"] == date(2026, 9, 7)
    assert named["saved"]["arr_at_stake"] == Decimal(20)
    assert queries.stakes(warehouse, Scope(), TODAY).is_empty()


@pytest.mark.parametrize(
    ("within", "closed_on", "is_saved"),
    [
        (90, date(2026, 7, 6), False),  # The day it was red itself.
        (90, date(2026, 7, 7), True),
        (90, date(2026, 10, 4), True),  # 90 days on.
        (90, date(2026, 10, 5), False),
        (30, date(2026, 8, 5), True),
        (30, date(2026, 8, 6), False),
    ],
)
def test_saved_was_red_before_the_day_it_closed_and_not_too_long(
    warehouse_of, within, closed_on, is_saved
):
    warehouse = warehouse_of(
        policy=Policy(renewal_watch=RenewalWatch(red_within_days=within)),
        accounts=[account()],
        health_scores=[
            *scored(10, date(2026, 7, 6)),
            *scored(50, date(2026, 7, 13)),
        ],
        renewals=[renewed("r", closed_on, 100, due_on=date(2026, 10, 10))],
    )

    found = queries.stakes(warehouse, EVERYTHING, TODAY)

    assert found["state"].to_list() == (["saved"] if is_saved else [])


def test_a_renewal_without_a_rate_is_counted_and_in_no_sum(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        fx_rates=[rate("EUR", 1.1)],
        renewals=[
            churned("no rate", date(2026, 10, 1), currency="XXX", arr_due=9),
            churned("euro", date(2026, 10, 1), currency="EUR", arr_due="0.10"),
        ],
    )

    found = queries.stakes_by_quarter(warehouse, EVERYTHING, TODAY)

    assert cells(found, "state", "renewals", "arr_at_stake", "without_amount") == [
        ("churned", 2, Decimal("0.11"), 1)
    ]
    assert metrics.arr_lost(found) == Decimal("0.11")


def touch(kind: str, on: date, **fields: object):
    return note(f"{kind} {fields}", moment(on.year, on.month, on.day, 23), kind=kind, **fields)


def test_a_renewal_stands_in_the_shortest_window_it_is_inside_of(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        timeline_entries=[],
        renewals=[
            renewal(f"{ahead}", due_on=AS_OF + days(ahead))
            for ahead in (-1, 0, 30, 31, 60, 61, 90, 91, 120, 121)
        ]
        + [
            renewed("closed", AS_OF, 100, due_on=AS_OF + days(5)),
            renewed("closed tomorrow", AS_OF + days(1), 100, due_on=AS_OF + days(6)),
        ],
    )

    found = queries.calendar(warehouse, EVERYTHING, TODAY)

    assert cells(found, "renewal_id", "days_to_due", "window_days") == [
        ("0", 0, 30),
        ("closed tomorrow", 6, 30),
        ("30", 30, 30),
        ("31", 31, 60),
        ("60", 60, 60),
        ("61", 61, 90),
        ("90", 90, 90),
        ("91", 91, 120),
        ("120", 120, 120),
    ]
    assert set(found["state"]) == {"no answer, no touch"}


def test_a_touch_is_as_recent_as_the_window_is_long_and_a_note_is_none(warehouse_of):
    near, far = AS_OF + days(20), AS_OF + days(50)
    names = {
        "30 days ago": touch("call", AS_OF - days(30), account_id="30 days ago"),
        "31 days ago": touch("meeting", AS_OF - days(31), account_id="31 days ago"),
        "a note": touch("note", AS_OF, account_id="a note"),
        "tomorrow": touch("ebr", AS_OF + days(1), account_id="tomorrow"),
        "answered": touch("email", AS_OF - days(400), account_id="answered"),
        "both": touch("ebr", AS_OF, account_id="both"),
    }
    answers = {"answered": "not_likely", "both": "unsure"}
    warehouse = warehouse_of(
        accounts=[account(name) for name in names],
        timeline_entries=list(names.values()),
        renewals=[
            renewal(name, account_id=name, due_on=near, renewal_likelihood=answers.get(name))
            for name in names
        ]
        + [renewal("31 of 60", account_id="31 days ago", due_on=far)],
    )

    found = queries.calendar(warehouse, EVERYTHING, TODAY)

    assert dict(cells(found, "renewal_id", "state")) == {
        "30 days ago": "no answer",
        "31 days ago": "no answer, no touch",
        "31 of 60": "no answer",
        "a note": "no answer, no touch",
        "tomorrow": "no answer, no touch",
        "answered": "no touch",
        "both": "answered and touched",
    }
    since = dict(cells(found, "renewal_id", "days_since_touch"))
    assert (since["30 days ago"], since["a note"], since["answered"]) == (30, None, 400)
    counted = queries.calendar_by_window(warehouse, EVERYTHING, TODAY)
    assert counted.rows() == [
        (30, "answered and touched", 1, Decimal(100), 0),
        (30, "no answer", 1, Decimal(100), 0),
        (30, "no answer, no touch", 3, Decimal(300), 0),
        (30, "no touch", 1, Decimal(100), 0),
        (60, "no answer", 1, Decimal(100), 0),
    ]
    assert metrics.arr_unanswered(counted) == Decimal(500)
    assert metrics.arr_untouched(counted) == Decimal(400)
    assert (metrics.neither(counted), metrics.arr_neither(counted)) == (3, Decimal(300))
    assert queries.calendar(warehouse, Scope(), TODAY).is_empty()


def test_the_windows_are_a_setting(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(renewal_watch=RenewalWatch(windows=(45, 10))),
        accounts=[account()],
        renewals=[renewal(f"{ahead}", due_on=AS_OF + days(ahead)) for ahead in (10, 11, 45, 46)],
    )

    found = queries.calendar(warehouse, EVERYTHING, TODAY)

    assert cells(found, "renewal_id", "window_days") == [("10", 10), ("11", 45), ("45", 45)]


@pytest.mark.parametrize(
    "question",
    [queries.stakes, queries.stakes_by_quarter, queries.calendar, queries.calendar_by_window],
)
def test_they_rest_on_renewals_alone(warehouse_of, question):
    with pytest.raises(MissingTableError, match="renewals, which is not loaded"):
        question(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)
    assert question(
        warehouse_of(accounts=[account()], loaded=["renewals"]), EVERYTHING, TODAY
    ).is_empty()


def test_answers_stand_beside_the_probability_of_the_same_renewal(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        team_members=[member("m1", name="Ada")],
        renewals=[
            renewal("overdue", due_on=date(2026, 9, 30), renewal_likelihood="unsure"),
            renewal("ahead", due_on=date(2026, 12, 31), renewal_likelihood="likely"),
            renewal("last day", due_on=date(2027, 9, 30)),
            renewal("beyond", due_on=date(2027, 10, 1), renewal_likelihood="likely"),
            renewed("closed", AS_OF, 1, due_on=date(2026, 12, 1), renewal_likelihood="likely"),
        ],
    )

    found = likelihood(warehouse, EVERYTHING, TODAY)

    assert cells(found, "renewal_id", "csm_name", "renewal_likelihood") == [
        ("overdue", "Ada", "unsure"),
        ("ahead", "Ada", "likely"),
        ("last day", "Ada", None),
    ]
    assert [chance is None for chance in found["probability"]] == [True, False, False]
    assert likelihood(warehouse, Scope(), TODAY).is_empty()


@pytest.mark.parametrize("case", CASES)
def test_the_rows_sum_to_their_marks(demo, case):
    filters = CASES[case]
    rows = queries.stakes(demo, EVERYTHING, filters)
    ahead = queries.calendar(demo, EVERYTHING, filters)

    assert_sums_to(
        rows.group_by("due_quarter", "segment", "state").agg(
            renewals=pl.len(),
            arr_at_stake=pl.col("arr_at_stake").sum(),
            without_amount=pl.col("arr_at_stake").null_count(),
        ),
        queries.stakes_by_quarter(demo, EVERYTHING, filters),
        *("due_quarter", "segment", "state"),
    )
    assert_sums_to(
        ahead.group_by("window_days", "state").agg(
            renewals=pl.len(),
            arr_due=pl.col("arr_due").sum(),
            without_amount=pl.col("arr_due").null_count(),
        ),
        queries.calendar_by_window(demo, EVERYTHING, filters),
        *("window_days", "state"),
        may_be_empty=True,
    )
    assert rows.select("renewal_id", "state").is_unique().all()
    assert ahead["renewal_id"].is_unique().all()
