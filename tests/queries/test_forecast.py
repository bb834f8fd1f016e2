"""Renewals and opportunities as they were known on past days, counted by hand."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.forecasts.questions.ahead import open_renewals, renewals_by_quarter
from dashboard.forecasts.questions.record import backtest, method
from dashboard.queries.forecast import (
    in_term_changes,
    opportunities_seen,
    renewals_seen,
    short_terms,
    year_cohort,
)
from tests.factories import (
    AS_OF,
    account,
    cells,
    change,
    churned,
    moment,
    movement,
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
JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)


def call(renewal_id, called_at, likelihood=None, source="csm", **fields):
    return {
        "call_id": f"{renewal_id} {source} {called_at}",
        "renewal_id": renewal_id,
        "called_by": "m1",
        "called_at": called_at,
        "source": source,
        "likelihood": likelihood,
    } | fields


def risk(opened_on, resolved_on=None):
    return {
        "risk_id": f"{opened_on}",
        "account_id": "a1",
        "category": "Support",
        "source": "auto",
        "opened_on": opened_on,
        "resolved_on": resolved_on,
    }


def seen(warehouse, filters=TODAY, **params):
    return renewals_seen(warehouse, EVERYTHING, filters, **params)


def on(frame, day):
    return frame.filter(snapshot_on=day)


def test_a_renewal_is_seen_at_each_quarters_start_while_it_is_open(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[
            renewed("won", date(2026, 8, 3), 90, due_on=date(2026, 8, 10)),
            churned("lost", date(2026, 9, 1), due_on=date(2026, 10, 5)),
            renewal("open", due_on=date(2027, 1, 15)),
        ],
    )
    frame = seen(warehouse, quarters=2)
    assert cells(frame, "snapshot_on", "renewal_id", "horizon", "days_to_due", "status") == [
        (JULY, "won", 0, 40, "renewed"),
        (JULY, "lost", 1, 96, "churned"),
        (JULY, "open", 2, 198, "open"),
        (OCTOBER, "open", 1, 106, "open"),
        (AS_OF, "open", 1, 76, "open"),
    ]
    assert cells(on(frame, JULY), "arr_renewed", "renewed_share") == [
        (90, 0.9),
        (0, 0.0),
        (None, None),
    ]
    assert on(frame, AS_OF)["due_year"].to_list() == [date(2027, 1, 1)]


def test_what_closes_after_the_as_of_date_is_open(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewed("later", date(2026, 11, 2), 90, due_on=date(2026, 11, 10))],
    )
    assert cells(seen(warehouse, quarters=0), "status", "closed_on", "arr_renewed") == [
        ("open", None, None)
    ]


def test_closed_on_the_snapshot_day_is_no_longer_open(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewed("r", OCTOBER, 90, due_on=date(2026, 10, 20))],
    )
    assert on(seen(warehouse, quarters=2), OCTOBER).is_empty()
    assert len(on(seen(warehouse, quarters=2), JULY)) == 1


def test_a_term_that_had_not_begun_was_not_known(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[
            subscription(
                subscription_id="signed early",
                starts_on=date(2026, 10, 1),
                signed_on=date(2026, 6, 30),
                term_months=3,
                uplift_share=0.05,
            ),
            subscription(subscription_id="later", starts_on=date(2026, 10, 2), term_months=3),
        ],
        renewals=[
            renewal("early", subscription_id="signed early", due_on=date(2027, 1, 1)),
            renewal("later", subscription_id="later", due_on=date(2027, 1, 2)),
        ],
    )
    frame = seen(warehouse, quarters=2)
    assert [row[1] for row in cells(frame, "snapshot_on", "renewal_id")] == [
        "early",
        "early",
        "early",
        "later",
    ]
    assert set(cells(frame, "term_months", "is_short_term")) == {(3, True)}
    assert frame["uplift_share"].to_list()[0] == 0.05


def test_health_is_that_of_the_last_week_that_had_ended(warehouse_of):
    """The snapshot day 1 October 2026 is a Thursday; its own week began on 28 September."""
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewal(due_on=date(2026, 12, 1))],
        health_scores=[
            *scored(80, date(2026, 6, 15)),
            *scored(50, date(2026, 9, 22)),
            *scored(10, date(2026, 9, 29)),
        ],
    )
    row = on(seen(warehouse, quarters=2), OCTOBER).row(0, named=True)
    assert (row["overall_score"], row["health_band"], row["nps"]) == (50, "amber", 50)
    assert row["overall_change"] == -30


def test_health_that_is_too_old_is_none(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewal(due_on=date(2026, 12, 1))],
        health_scores=scored(80, date(2026, 3, 2)),
    )
    frame = seen(warehouse, quarters=3)
    assert cells(frame, "snapshot_on", "overall_score") == [
        (date(2026, 4, 1), 80),
        (JULY, None),
        (OCTOBER, None),
        (AS_OF, None),
    ]


def test_snapshot_days_begin_with_the_first_measured_week(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewal(due_on=date(2026, 12, 1))],
        health_scores=scored(80, date(2026, 8, 3)),
    )
    assert seen(warehouse)["snapshot_on"].to_list() == [OCTOBER, AS_OF]


def test_calls_risks_and_executives_are_those_known_on_the_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewal("r", due_on=date(2026, 12, 1), currency="EUR")],
        fx_rates=[rate("EUR", 1.5)],
        forecast_calls=[
            call("r", moment(2026, 9, 1), 0.4, forecast_category="at_risk", amount=50),
            call("r", moment(2026, 9, 30, 23), 0.6, forecast_category="best_case", amount=80),
            call("r", moment(2026, 10, 1), 0.9),
            call("r", moment(2026, 9, 15), 0.5, "manager"),
            call("r", moment(2026, 9, 30), 0.1, "model"),
        ],
        risks=[
            risk(date(2026, 8, 1)),
            risk(date(2026, 8, 2), date(2026, 10, 1)),
            risk(date(2026, 8, 3), date(2026, 10, 2)),
            risk(date(2026, 10, 2)),
        ],
        timeline_entries=[
            note("met", moment(2026, 9, 1), executive=True, kind="meeting"),
            note("without", moment(2026, 9, 20), kind="meeting"),
            note("later", moment(2026, 10, 2), executive=True, kind="meeting"),
        ],
    )
    row = on(seen(warehouse, quarters=2), OCTOBER).row(0, named=True)
    assert (row["csm_likelihood"], row["csm_category"], row["csm_amount"]) == (
        0.6,
        "best_case",
        120,
    )
    assert row["manager_likelihood"] == 0.5
    assert row["open_risks"] == 2
    assert row["days_since_executive"] == 30
    assert row["arr_due"] == 150


def test_the_segment_is_that_of_the_snapshot_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewal(due_on=date(2026, 12, 1))],
        account_history=[was("segment", "Mid-Market", date(2024, 1, 1), date(2026, 8, 1))],
    )
    assert cells(seen(warehouse, quarters=2), "segment") == [
        ("Mid-Market",),
        ("Enterprise",),
        ("Enterprise",),
    ]


def test_past_days_are_sampled_alike_each_day_and_today_never(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewal(f"r{n}", due_on=date(2026, 12, 1)) for n in range(20)],
    )
    frame = seen(warehouse, quarters=2, most=5)
    july = set(on(frame, JULY)["renewal_id"])
    assert len(july) == 5
    assert july == set(on(frame, OCTOBER)["renewal_id"])
    assert len(on(frame, AS_OF)) == 20


def test_short_terms_are_numbered_from_the_first_day(warehouse_of):
    month_by_month = [
        renewed("1", date(2026, 1, 31), 100, due_on=date(2026, 2, 1), subscription_id="s"),
        renewed("2", date(2026, 2, 27), 100, due_on=date(2026, 3, 1), subscription_id="s"),
        churned("3", date(2026, 3, 30), due_on=date(2026, 4, 1), subscription_id="s"),
        renewal("ahead", due_on=date(2026, 12, 1), subscription_id="s"),
        renewed("a year", date(2026, 2, 27), 100, due_on=date(2026, 3, 1), subscription_id="y"),
    ]
    warehouse = warehouse_of(
        accounts=[account(customer_since=date(2026, 1, 1))],
        subscriptions=[
            subscription(subscription_id="s", term_months=1),
            subscription(subscription_id="y", term_months=12),
        ],
        renewals=month_by_month,
    )
    assert cells(
        short_terms(warehouse, EVERYTHING, TODAY), "renewal_id", "term_number", "status"
    ) == [("1", 1, "renewed"), ("2", 2, "renewed"), ("3", 3, "churned")]
    before = short_terms(warehouse, EVERYTHING, Filters(date(2026, 3, 1)))
    assert cells(before, "renewal_id", "status") == [("1", "renewed"), ("2", "renewed")]


def test_an_opportunity_is_seen_as_it_was(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        opportunities=[
            opportunity(
                created_on=date(2026, 6, 1),
                stage="Closed won",
                forecast_category="closed",
                expected_close_on=date(2026, 12, 15),
                closed_on=date(2026, 10, 20),
                won=True,
            ),
            opportunity("o2", created_on=date(2026, 7, 2), expected_close_on=date(2026, 8, 1)),
        ],
        opportunity_history=[
            change("stage", "Discussion", "Verbal commit", moment(2026, 8, 1)),
            change("stage", "Verbal commit", "Closed won", moment(2026, 10, 20)),
            change("forecast_category", "pipeline", "closed", moment(2026, 10, 20)),
            change("expected_close_on", "2026-09-30", "2026-12-15", moment(2026, 9, 1)),
        ],
    )
    frame = opportunities_seen(warehouse, EVERYTHING, TODAY, quarters=2)
    names = ("snapshot_on", "opportunity_id", "stage", "forecast_category", "horizon", "status")
    assert cells(frame, *names, "closed_horizon") == [
        (JULY, "o1", "Discussion", "pipeline", 0, "won", 1),
        (OCTOBER, "o1", "Verbal commit", "pipeline", 0, "won", 0),
        (OCTOBER, "o2", "Discussion", "pipeline", 0, "open", None),
        (AS_OF, "o2", "Discussion", "pipeline", 0, "open", None),
    ]


def test_changes_on_the_day_of_a_renewal_are_not_outside_it(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        arr_movements=[
            movement(1000, "new", date(2026, 1, 5)),
            movement(50, "expansion", date(2026, 7, 10)),
            movement(30, "expansion", date(2026, 8, 10)),
            movement(-20, "contraction", date(2026, 9, 10)),
        ],
        renewals=[renewed("r", date(2026, 8, 1), 1080, due_on=date(2026, 8, 10))],
    )
    frame = in_term_changes(warehouse, EVERYTHING, TODAY, quarters=3)
    assert cells(frame) == [
        (date(2026, 4, 1), 1000, 0, 0),
        (JULY, 1000, 50, -20),
    ]


def test_the_cohort_of_the_year_is_who_paid_before_it_began(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(), account("a2"), account("a3")],
        subscriptions=[
            subscription(100, ends_on=date(2026, 7, 1)),
            subscription(80, starts_on=date(2026, 7, 1)),
            subscription(200, account_id="a2", starts_on=date(2026, 1, 1)),
            subscription(300, account_id="a3", ends_on=date(2026, 1, 1)),
        ],
    )
    assert cells(year_cohort(warehouse, EVERYTHING, TODAY)) == [
        ("Enterprise", date(2026, 1, 1), date(2027, 1, 1), 2, 400, 80, 80)
    ]


HISTORY = {
    "accounts": [account("a1"), account("a2", segment="Mid-Market")],
    "renewals": [
        *(
            renewed(
                f"w{n}",
                date(2026, 2, 1),
                100 + n,
                account_id=("a1", "a2")[n % 2],
                due_on=date(2026, 2, 1) + timedelta(days=n),
            )
            for n in range(30)
        ),
        *(churned(f"l{n}", date(2026, 3, 1), due_on=date(2026, 3, 5)) for n in range(4)),
        *(
            renewal(f"o{n}", due_on=date(2026, 12, 1), account_id=("a1", "a2")[n % 2])
            for n in range(6)
        ),
    ],
    "health_scores": [*scored(70, date(2025, 9, 1)), *scored(60, date(2026, 9, 21))],
}
LATER = st.dates(date(2026, 11, 1), date(2027, 6, 30))


def recorded_later(draw_on, kind, number):
    """Rows of a table that were recorded after the as-of date."""
    at = moment(draw_on.year, draw_on.month, draw_on.day)
    return {
        "call": ("forecast_calls", call(f"o{number % 6}", at, 0.01, amount=1)),
        "risk": ("risks", risk(draw_on)),
        "touch": ("timeline_entries", note("later", at, executive=True)),
        "health": ("health_scores", *scored(1, draw_on)),
        "renewal": (
            "renewals",
            renewal(f"n{number}", subscription_id=f"s{number}", due_on=date(2027, 9, 1)),
        ),
    }[kind]


@pytest.mark.thorough
@given(
    later=st.lists(
        st.tuples(LATER, st.sampled_from(["call", "risk", "touch", "health", "renewal"])),
        min_size=1,
        max_size=6,
        unique_by=lambda pair: pair,
    ),
    closed=st.sets(st.integers(0, 5), max_size=6),
)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_recorded_later_changes_nothing(warehouse_of, later, closed):
    tables = {name: list(rows) for name, rows in HISTORY.items()}
    before = warehouse_of(**tables)
    for number, (day, kind) in enumerate(later):
        table, *rows = recorded_later(day, kind, number)
        kept = tables.setdefault(table, [])
        known = {(row.get("measured_on"), row.get("measure"), row.get("risk_id")) for row in kept}
        kept += [
            row
            for row in rows
            if not any((row.get("measured_on"), row.get("risk_id")))
            or (row.get("measured_on"), row.get("measure"), row.get("risk_id")) not in known
        ]
        if kind == "renewal":
            tables.setdefault("subscriptions", []).append(
                subscription(0, subscription_id=f"s{number}", starts_on=day, term_months=12)
            )
    tables["renewals"] = [
        row | {"status": "churned", "closed_on": date(2026, 11, 1), "arr_renewed": 0}
        if row["renewal_id"] in {f"o{n}" for n in closed}
        else row
        for row in tables["renewals"]
    ]
    after = warehouse_of(**tables)
    for question in (renewals_seen, renewals_by_quarter, open_renewals, backtest):
        assert_frame_equal(question(before, EVERYTHING, TODAY), question(after, EVERYTHING, TODAY))


@pytest.mark.parametrize("day", [date(2025, 10, 1), date(2026, 3, 3)])
def test_the_demos_past_is_the_same_when_its_future_is_cut_off(demo, day):
    """The rows of a past day do not depend on outcomes that came after it."""
    then = renewals_seen(demo, EVERYTHING, Filters(day))
    assert then["closed_on"].max() <= day
    now = renewals_seen(demo, EVERYTHING, TODAY)
    outcome = ["status", "closed_on", "arr_renewed", "renewed_share", "arr_due", "csm_amount"]
    both = sorted(set(then["snapshot_on"]) & set(now["snapshot_on"]))
    assert len(both) > 5
    keys = ["snapshot_on", "renewal_id"]
    assert_frame_equal(
        then.filter(pl.col("snapshot_on").is_in(both)).drop(outcome).sort(keys),
        now.filter(pl.col("snapshot_on").is_in(both)).drop(outcome).sort(keys),
    )


def test_the_demos_record_is_what_the_ranges_promise(demo):
    (row,) = method(demo, EVERYTHING, TODAY).rows(named=True)
    assert row["cells"] > 100
    assert 0.75 <= row["held_80"] <= 0.85
    assert row["brier"] < row["brier_base_rate"]
    assert row["brier_of_called"] < row["brier_calls"]
    assert row["uses_model"]
    past = backtest(demo, EVERYTHING, TODAY)
    held = past.select(pl.col("actual").is_between("low_80", "high_80").mean()).item()
    assert held == pytest.approx(row["held_80"])
    whole = past.filter(horizon=0, due_quarter=date(2026, 7, 1))
    came = renewals_seen(demo, EVERYTHING, TODAY).filter(snapshot_on=date(2026, 7, 1), horizon=0)
    assert whole["actual"].sum() == came["arr_renewed"].sum()
    assert whole["renewals"].sum() == came["arr_renewed"].count()
