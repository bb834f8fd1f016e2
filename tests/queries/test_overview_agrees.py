"""The overview's numbers are those of the pages they come from, and of every day of a line."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.calendar import months_before
from dashboard.charts.bridge import MOVEMENTS
from dashboard.demo import build_demo
from dashboard.filters import Filters
from dashboard.metrics import expansion as expansion_metrics
from dashboard.metrics import health as health_metrics
from dashboard.metrics import overview as metrics
from dashboard.metrics import renewal_watch as watch_metrics
from dashboard.metrics import renewals as renewal_metrics
from dashboard.metrics import surveys as survey_metrics
from dashboard.policy import Policy
from dashboard.queries import (
    bridge,
    calls,
    coverage,
    expansion,
    health,
    overview,
    renewal_watch,
    renewals,
    retention,
    surveys,
)
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.factories import AS_OF

EARLIER = date(2026, 2, 18)
FILTERS = {
    "everything": Filters(AS_OF),
    "an earlier day": Filters(EARLIER),
    "the end of a quarter": Filters(date(2026, 7, 1)),
    "a segment": Filters(AS_OF, segments=("Enterprise",)),
    "two segments and a region": Filters(
        AS_OF, segments=("Mid-Market", "Small Business"), regions=("North America",)
    ),
    "unassigned": Filters(EARLIER, csm_ids=("unassigned",)),
}
DAY = timedelta(days=1)


@pytest.fixture(params=FILTERS)
def filters(request) -> Filters:
    return FILTERS[request.param]


@pytest.fixture(params=["everybody's", "one CSM's"])
def scope(request, demo, filters) -> Scope:
    if request.param == "everybody's":
        return EVERYTHING
    books = coverage.by_csm(demo, EVERYTHING, Filters(AS_OF)).drop_nulls("member_id")
    return Scope(member_ids=(books.sort("arr")["member_id"][-1],))


@pytest.fixture
def today(demo, scope, filters) -> pl.DataFrame:
    """The as-of date's row; skips a book without a customer."""
    rows = overview.by_day(demo, scope, filters).tail(1)
    if rows.is_empty() or not rows["customers"][0]:
        pytest.skip("no customer is in this book")
    return rows


def year_to(day: date) -> tuple[date, date]:
    """The window of the page Voice of the customer in the current quarter."""
    return months_before(day + DAY, 12), day + DAY


def quarter_of(day: date) -> tuple[date, date]:
    period = Policy().calendar.period_of(day, "quarter")
    return period.start_on, period.end_on


def test_arr_is_that_of_retention_and_of_the_accounts(demo, scope, filters, today):
    on = retention.arr_on(demo, scope, filters, policy=overview.BY_ACCOUNT)
    windows = retention.by_period(
        demo,
        scope,
        filters.window(months_before(filters.as_of, 13), None),
        policy=overview.BY_ACCOUNT,
    )

    assert metrics.arr(today) == on["arr"][0] == windows["closing_arr"][-1]
    assert today["customers"][0] == on["accounts"][0]
    if filters.as_of == AS_OF:  # Later bookings are in no answer but those of retention.
        covered = health.coverage(demo, scope, filters)
        assert metrics.arr(today) == covered["arr"].sum()


def test_health_is_that_of_the_page_health(demo, scope, filters, today):
    covered = health.coverage(demo, scope, filters)

    assert metrics.green_share(today) == health_metrics.green_share(covered)
    assert metrics.red_arr(today) == health_metrics.red_arr(covered)
    assert today["amber_arr"][0] == health_metrics.arr_in(covered, "amber")


def test_nps_is_that_of_the_page_voice_of_the_customer(demo, scope, filters, today):
    months = surveys.nps_by_month(demo, scope, filters.window(*year_to(filters.as_of)))

    assert survey_metrics.nps(today) == survey_metrics.nps(months)
    assert survey_metrics.margin_of_error(today) == survey_metrics.margin_of_error(months)


def test_arr_at_risk_is_that_of_the_page_renewals(demo, scope, filters, today):
    window = filters.window(*quarter_of(filters.as_of))
    due = renewals.due_by_quarter(demo, scope, window)
    stakes = renewal_watch.stakes_by_quarter(demo, scope, window)

    assert metrics.arr_at_risk(today) == renewal_metrics.arr_red(due)
    assert metrics.arr_at_risk(today) == watch_metrics.arr_at_risk(stakes)
    assert today["renewals_at_risk"][0] == watch_metrics.at_risk(stakes)


def test_expansion_is_that_of_the_page_expansion(demo, scope, filters, today):
    pipeline = expansion.pipeline_by_month(demo, scope, filters)

    assert expansion_metrics.amount(today) == expansion_metrics.amount(pipeline)
    assert expansion_metrics.weighted_amount(today) == expansion_metrics.weighted_amount(pipeline)
    assert today["opportunities"][0] == expansion_metrics.opportunities(pipeline)


def test_renewals_at_risk_are_the_open_red_ones_of_the_quarters(demo, scope, filters):
    window = filters.window(None, quarter_of(filters.as_of)[1] + timedelta(days=270))
    rows = overview.at_risk(demo, scope, window)
    due = renewals.due_by_quarter(demo, scope, window)
    red = due.filter(pl.col("health_band") == "red")

    assert len(rows) == red["open"].sum()
    assert Decimal(rows["arr_due"].sum() or 0) == Decimal(red["arr_open"].sum() or 0)


@pytest.mark.parametrize("compared_on", [date(2026, 1, 1), date(2026, 2, 1)])
def test_movements_are_the_bridge_between_the_two_days_to_the_cent(
    demo, scope, filters, compared_on
):
    rows = overview.changes(demo, scope, filters, compared_on=compared_on)
    steps = bridge.by_period(
        demo,
        scope,
        filters.window(compared_on, filters.as_of),
        policy=overview.BY_ACCOUNT,
        period="custom",
    )
    amounts = dict(steps.select("step", "amount").iter_rows())
    moved = rows.filter(pl.col("kind").is_in(MOVEMENTS))

    if not amounts:
        assert rows.is_empty()
        return
    assert Decimal(moved["arr"].sum() or 0) == amounts["closing"] - amounts["opening"]
    for kind in ("new", "reactivation", "churn"):
        assert Decimal(moved.filter(kind=kind)["arr"].sum() or 0) == amounts[kind]


def test_movements_are_the_difference_of_two_points_of_the_line(demo, scope, filters):
    days = overview.by_day(demo, scope, filters)
    if days.is_empty():
        pytest.skip("no account is in this book")
    for row in (0, 6, len(days) - 2):
        rows = overview.changes(demo, scope, filters, compared_on=days["on_day"][row])
        moved = rows.filter(pl.col("kind").is_in(MOVEMENTS))
        assert Decimal(moved["arr"].sum() or 0) == days["arr"][-1] - days["arr"][row]


def test_crossings_are_those_of_the_page_health(demo, scope, filters):
    compared_on = filters.as_of - timedelta(days=28)
    crossed = health.crossings(demo, scope, filters, compared_on=compared_on)
    kinds = {"red": "became red", "green": "became green"}
    expected = {
        (row["account_id"], kinds.get(row["band_now"], "left red"), abs(row["arr"]))
        for row in crossed.iter_rows(named=True)
        if row["band_now"] in kinds or (row["band_before"], row["band_now"]) == ("red", "amber")
    }

    rows = overview.changes(demo, scope, filters, compared_on=compared_on)
    told = rows.filter(pl.col("kind").is_in(["became red", "became green", "left red"]))

    assert {(r["account_id"], r["kind"], abs(r["arr"])) for r in told.iter_rows(named=True)} == (
        expected
    )
    assert told["changed_on"].is_between(compared_on + DAY, filters.as_of).all()


def test_renewals_forecast_anew_are_those_of_the_page_forecast(demo, scope, filters):
    compared_on = filters.as_of - timedelta(days=28)
    between = calls.between(demo, scope, filters, compared_on=compared_on, source="csm")
    expected = between.filter(pl.col("change_kind") == "re-classified")

    rows = overview.changes(demo, scope, filters, compared_on=compared_on)
    told = rows.filter(kind="renewal forecast")

    names = ["source_id", "before", "after"]
    assert sorted(told.select(names).rows()) == sorted(
        expected.select("renewal_id", "opening_category", "closing_category").rows()
    )


def test_opportunities_forecast_anew_are_open_ones_of_the_page_expansion(demo, scope, filters):
    days = 28
    compared_on = filters.as_of - timedelta(days=days)
    expected: dict[str, list[str | None]] = {}
    changed = expansion.category_changes(demo, scope, filters, days=days)
    for row in changed.sort("changed_at").iter_rows(named=True):
        if row["changed_at"].date() > compared_on:
            first = expected.get(row["opportunity_id"], [row["category_before"]])[0]
            expected[row["opportunity_id"]] = [first, row["category_after"]]
    still_open = set(expansion.open_opportunities(demo, scope, filters)["opportunity_id"])

    rows = overview.changes(demo, scope, filters, compared_on=compared_on)
    told = rows.filter(kind="opportunity forecast").select("source_id", "before", "after")

    assert {row[0]: list(row[1:]) for row in told.iter_rows()} == {
        name: ends for name, ends in expected.items() if name in still_open and ends[0] != ends[1]
    }


# ------------------------------------------------------------------ every day of the line
@pytest.fixture(scope="module")
def steady(tmp_path_factory) -> EmbeddedWarehouse:
    """The demo company in one currency and without moves between parts.

    There an earlier as-of date asks what the line shows of the day.
    """
    made = tmp_path_factory.mktemp("steady") / "demo.duckdb"
    build_demo(made, policy=Policy(), as_of=AS_OF, accounts=120)
    copied = Path(shutil.copy(made, made.with_name("steady.duckdb")))
    with duckdb.connect(str(copied)) as connection:
        connection.execute("update fx_rates set rate_to_reporting = 1.25")
        connection.execute("update fx_spans set rate = 1.25 where currency <> 'USD'")
    return EmbeddedWarehouse(copied, Policy())


def test_every_day_of_the_line_is_what_the_pages_said_on_it(steady):
    days = overview.by_day(steady, EVERYTHING, Filters(AS_OF))
    assert len(days) == 15

    for row in days.iter_rows(named=True):
        then = Filters(row["on_day"])
        one = pl.DataFrame([row], schema=days.schema)
        covered = health.coverage(steady, EVERYTHING, then)
        pipeline = expansion.pipeline_by_month(steady, EVERYTHING, then)
        months = surveys.nps_by_month(steady, EVERYTHING, then.window(*year_to(then.as_of)))
        due = renewals.due_by_quarter(steady, EVERYTHING, then.window(*quarter_of(then.as_of)))
        on = retention.arr_on(
            steady, EVERYTHING, Filters(AS_OF), on=then.as_of, policy=overview.BY_ACCOUNT
        )

        assert metrics.arr(one) == on["arr"][0]
        assert metrics.green_share(one) == health_metrics.green_share(covered)
        assert metrics.red_arr(one) == health_metrics.red_arr(covered)
        assert survey_metrics.nps(one) == survey_metrics.nps(months)
        assert metrics.arr_at_risk(one) == Decimal(renewal_metrics.arr_red(due) or 0)
        assert expansion_metrics.amount(one) == expansion_metrics.amount(pipeline)
        assert expansion_metrics.weighted_amount(one) == expansion_metrics.weighted_amount(pipeline)


def test_a_filter_changes_the_line(demo):
    whole = overview.by_day(demo, EVERYTHING, Filters(AS_OF))
    part = overview.by_day(demo, EVERYTHING, replace(Filters(AS_OF), segments=("Enterprise",)))

    assert (part["arr"] < whole["arr"]).all()
