"""Success plans, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.journey_policy import SuccessPlans
from dashboard.metrics import plans as metrics
from dashboard.policy import Policy
from dashboard.queries import plans as queries
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, account, cells, subscription
from tests.queries.test_drill_downs import CASES, assert_sums_to

TODAY = Filters(as_of=AS_OF)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def objective(objective_id: str, **fields: object):
    usual = {
        "account_id": "a1",
        "goal": "Save time",
        "kind": "Efficiency",
        "baseline_value": 10.0,
        "goal_value": 20.0,
        "current_value": 15.0,
        "due_on": date(2027, 6, 1),
        "status": "on_track",
        "last_validated_on": AS_OF,
    }
    return {"objective_id": objective_id} | usual | fields


@pytest.mark.parametrize(
    ("values", "progress", "band"),
    [
        ((10, 20, 15), 0.5, "50 to 75%"),
        ((20, 10, 15), 0.5, "50 to 75%"),
        ((20, 10, 17.5), 0.25, "25 to 50%"),
        ((10, 20, 10), 0.0, "0 to 25%"),
        ((10, 20, 5), -0.5, "below the baseline"),
        ((20, 10, 25), -0.5, "below the baseline"),
        ((10, 20, 20), 1.0, "at the goal"),
        ((10, 20, 30), 2.0, "beyond the goal"),
        ((20, 10, 0), 2.0, "beyond the goal"),
        ((10, 20, 17.5), 0.75, "75 to 100%"),
        ((10, 10, 10), None, "not measured"),
        ((None, 10, 10), None, "not measured"),
        ((10, None, 10), None, "not measured"),
        ((10, 20, None), None, "not measured"),
    ],
)
def test_progress_is_the_way_from_baseline_to_goal_in_either_direction(
    warehouse_of, values, progress, band
):
    names = ("baseline_value", "goal_value", "current_value")
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription()],
        objectives=[objective("o1", **dict(zip(names, values, strict=True)))],
    )

    found = queries.objectives(warehouse, EVERYTHING, TODAY)

    assert cells(found, "progress", "band") == [(progress, band)]
    parts = queries.by_part(warehouse, EVERYTHING, TODAY)
    capped = None if progress is None else min(max(progress, 0), 1)
    assert metrics.progress(parts) == capped


def test_the_average_counts_each_objective_from_none_to_all(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", churned_on=date(2026, 1, 1))],
        subscriptions=[subscription()],
        objectives=[
            objective("half"),
            objective("far beyond", current_value=1000.0, status="attained"),
            objective("far below", current_value=-1000.0, status="at risk"),
            objective("not measured", current_value=None, status="Missed"),
            objective("own word", status="paused", kind=None),
            objective("no word", status=None),
            objective("no customer's", account_id="a2"),
        ],
    )

    found = queries.by_part(warehouse, EVERYTHING, TODAY)

    named = ("holder", "kind", "status", "band", "objectives", "measured", "progress_sum")
    assert cells(found, *named) == [
        ("customer", "Efficiency", "at risk", "below the baseline", 1, 1, 0.0),
        ("customer", "Efficiency", "attained", "beyond the goal", 1, 1, 1.0),
        ("customer", "Efficiency", "missed", "not measured", 1, 0, None),
        ("customer", "Efficiency", "no status", "50 to 75%", 1, 1, 0.5),
        ("customer", "Efficiency", "on track", "50 to 75%", 1, 1, 0.5),
        ("customer", "no kind", "unmapped: paused", "50 to 75%", 1, 1, 0.5),
        ("no customer", "Efficiency", "on track", "50 to 75%", 1, 1, 0.5),
    ]
    parts = found.filter(holder="customer")
    assert metrics.progress(parts) == 0.5
    assert [each(parts) for each in (metrics.on_track, metrics.at_risk, metrics.missed)] == [1] * 3
    assert queries.by_part(warehouse, Scope(), TODAY).is_empty()


def test_an_open_objective_waits_for_the_customers_word_and_for_its_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription()],
        objectives=[
            objective("90 days", last_validated_on=AS_OF - days(90), due_on=AS_OF - days(1)),
            objective("91 days", last_validated_on=AS_OF - days(91), due_on=AS_OF),
            objective("never", last_validated_on=None, due_on=AS_OF + days(30)),
            objective("tomorrow", last_validated_on=AS_OF + days(1), due_on=AS_OF + days(31)),
            objective("attained", status="attained", last_validated_on=None, due_on=AS_OF),
            objective("missed", status="missed", last_validated_on=None, due_on=AS_OF - days(9)),
            objective("undated", due_on=None),
        ],
    )

    rows = queries.objectives(warehouse, EVERYTHING, TODAY)

    named = ("objective_id", "due", "days_to_due", "validation", "days_since_validated")
    assert cells(rows, *named) == [
        ("missed", "closed", -9, "closed", None),
        ("90 days", "overdue", -1, "validated", 90),
        ("91 days", "due soon", 0, "validated too long ago", 91),
        ("attained", "closed", 0, "closed", None),
        ("never", "due soon", 30, "never validated", None),
        ("tomorrow", "later", 31, "not known", None),
        ("undated", "no date", None, "validated", 0),
    ]
    parts = queries.by_part(warehouse, EVERYTHING, TODAY)
    assert metrics.not_validated(parts) == 2
    assert metrics.due_soon(parts) == 2
    assert metrics.overdue(parts) == 1
    assert parts["validated_later"].sum() == 1
    assert queries.by_due_quarter(warehouse, EVERYTHING, TODAY).rows() == [
        (date(2026, 10, 1), "attained", 1),
        (date(2026, 10, 1), "missed", 1),
        (date(2026, 10, 1), "on track", 4),
        (None, "on track", 1),
    ]
    window = TODAY.window(AS_OF, AS_OF + days(30))
    assert cells(queries.objectives(warehouse, EVERYTHING, window), "objective_id") == [
        ("91 days",),
        ("attained",),
    ]


def test_the_days_are_settings(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(success_plans=SuccessPlans(validated_within_days=10, due_within_days=5)),
        accounts=[account()],
        objectives=[
            objective("a", last_validated_on=AS_OF - days(11), due_on=AS_OF + days(5)),
            objective("b", last_validated_on=AS_OF - days(10), due_on=AS_OF + days(6)),
        ],
    )

    rows = queries.objectives(warehouse, EVERYTHING, TODAY)

    assert cells(rows, "due", "validation") == [
        ("due soon", "validated too long ago"),
        ("later", "validated"),
    ]


def test_customers_by_their_plan(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(name) for name in ("none", "good", "bad", "odd", "former")],
        subscriptions=[
            subscription("100.50", account_id="none"),
            subscription(20, account_id="good"),
            subscription(3, account_id="bad"),
            subscription(4, account_id="odd"),
            subscription(5, account_id="former", ends_on=date(2026, 1, 1)),
        ],
        objectives=[
            objective("1", account_id="good", status="attained"),
            objective("2", account_id="good"),
            objective("3", account_id="bad"),
            objective("4", account_id="bad", status="missed"),
            objective("5", account_id="odd", status="paused"),
            objective("6", account_id="former", status="missed"),
        ],
    )

    found = queries.coverage(warehouse, EVERYTHING, TODAY)

    assert found.rows() == [
        ("Enterprise", "at risk or missed", 1, Decimal(3), 0),
        ("Enterprise", "no objective", 1, Decimal("100.50"), 0),
        ("Enterprise", "on track or attained", 2, Decimal(24), 0),
    ]
    assert (metrics.without(found), metrics.arr_without(found)) == (1, Decimal("100.50"))
    assert metrics.arr_troubled(found) == 3
    rows = queries.customers(warehouse, EVERYTHING, TODAY)
    assert cells(rows, "account_id", "objectives", "open_objectives", "missed") == [
        ("none", 0, 0, 0),
        ("good", 2, 1, 0),
        ("odd", 1, 1, 0),
        ("bad", 2, 1, 1),
    ]
    assert queries.coverage(warehouse, Scope(), TODAY).is_empty()


@pytest.mark.parametrize(
    "question",
    [
        *(queries.by_part, queries.objectives, queries.by_due_quarter),
        *(queries.coverage, queries.customers),
    ],
)
def test_plans_rest_on_objectives(warehouse_of, question):
    with pytest.raises(MissingTableError, match="objectives, which is not loaded"):
        question(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)
    question(warehouse_of(accounts=[account()], loaded=["objectives"]), EVERYTHING, TODAY)


@pytest.mark.parametrize("case", CASES)
def test_the_rows_sum_to_their_marks(demo, case):
    filters = CASES[case]
    rows = queries.objectives(demo, EVERYTHING, filters)
    late = pl.col("validation").is_in(["never validated", "validated too long ago"])
    assert_sums_to(
        rows.group_by("holder", "segment", "kind", "status", "band").agg(
            objectives=pl.len(),
            measured=pl.col("progress").count(),
            progress_sum=pl.when(pl.col("progress").count() > 0).then(
                pl.col("progress").clip(0, 1).sum()
            ),
            not_validated=late.sum(),
            validated_later=(pl.col("validation") == "not known").sum(),
            due_soon=(pl.col("due") == "due soon").sum(),
            overdue=(pl.col("due") == "overdue").sum(),
        ),
        queries.by_part(demo, EVERYTHING, filters),
        *("holder", "segment", "kind", "status", "band"),
    )
    due = queries.by_due_quarter(demo, EVERYTHING, filters)
    held = rows.filter(holder="customer")
    assert due["objectives"].sum() == len(held)
    assert dict(held.group_by("status").len().iter_rows()) == dict(
        due.group_by("status").agg(pl.col("objectives").sum()).iter_rows()
    )
    customers = queries.customers(demo, EVERYTHING, filters)
    assert_sums_to(
        customers.group_by("segment", "plan").agg(
            customers=pl.len(),
            arr=pl.col("arr").sum(),
            without_rate=pl.col("arr").null_count(),
        ),
        queries.coverage(demo, EVERYTHING, filters),
        *("segment", "plan"),
    )
    assert rows["objective_id"].is_unique().all()
    assert customers["account_id"].is_unique().all()
