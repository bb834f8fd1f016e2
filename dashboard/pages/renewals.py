"""Renewals: what falls due by quarter, how much of it is in doubt, and with whom."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import streamlit as st

from dashboard.charts import renewals as charts
from dashboard.components.cards import exhibit_card, no_exhibit
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.renewal_likelihood import likelihood_view
from dashboard.components.renewal_watch import calendar_view, stakes_view
from dashboard.components.states import empty, left_out
from dashboard.components.views import chosen_view
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import renewals as findings
from dashboard.formats import money
from dashboard.metrics import parts
from dashboard.metrics import renewals as metrics
from dashboard.queries import accounts
from dashboard.queries import renewals as queries
from dashboard.session import (
    around,
    filters,
    load,
    narrowed,
    policy,
    quarter,
    quarter_before,
    theme,
    years_before,
)

VIEWS = {
    "This quarter": stakes_view,
    "Calendar": calendar_view,
    "Likelihood": likelihood_view,
}

st.title("Renewals")

view = chosen_view(["Due", *VIEWS])
if view in VIEWS:
    VIEWS[view]()
    st.stop()

focus, currency = quarter(), policy().reporting_currency
window = around(focus, back=12, ahead=4)
among = filters(window[0].start_on, window[-1].end_on)
due = load(queries.due_by_quarter, among)
if due.is_empty():
    empty(
        f"No renewals fall due from {among.since} up to {among.until}.",
        "Choose another fiscal quarter, or take away a filter.",
    )
    st.stop()


def of(period_start: object) -> pl.DataFrame:
    """Rows of one quarter."""
    return due.filter(pl.col("due_quarter") == period_start)


now, year_ago = of(focus.start_on), quarter_before(focus, 4)
year_before = replace(
    among.window(year_ago.start_on, year_ago.end_on), as_of=years_before(among.as_of, 1)
)
overdue = load(queries.overdue, filters())
past = parts(
    due, "due_quarter", (each.start_on for each in window if each.start_on <= focus.start_on)
)
with kpi_row():
    for metric in (metrics.arr_due, metrics.renewals):
        kpi(
            metric,
            now,
            before=of(year_ago.start_on),
            versus=year_ago.label,
            series=[metric(quarter_rows) for quarter_rows in past],
        )
    kpi(
        metrics.gross_renewal_rate,
        now,
        before=load(queries.due_by_quarter, year_before),
        versus=f"{year_ago.label} on {year_before.as_of:%-d %b %Y}",
        series=[metrics.gross_renewal_rate(quarter_rows) for quarter_rows in past],
    )
    kpi(metrics.arr_open, now)
    kpi(metrics.arr_red, now)
    kpi(metrics.arr_overdue, overdue)
kpi_note(
    f"{focus.label}, {focus.start_on:%-d %b %Y} to {focus.end_on - timedelta(days=1):%-d %b %Y}. "
    f"Lines run from {window[0].label} to {focus.label}."
)

# ------------------------------------------------------------------ due by quarter
left, right = st.columns(2)
by = left.segmented_control(
    "Open renewals by", ["health band", "segment"], default="health band", required=True,
    key="by", bind="query-params",
)  # fmt: skip
measure = right.segmented_control(
    "Show", ["ARR", "count"], default="ARR", required=True, key="measure", bind="query-params"
)
shown = due.filter(pl.col("due_quarter") >= quarter_before(focus, 4).start_on)
states = charts.states_by_quarter(shown, by=by, calendar=policy().calendar)


def behind_state(mark: Mark) -> pl.DataFrame:
    """Renewals of one quarter in one state, with the ARR the bar draws."""
    period = next(each for each in window if each.label == mark["quarter"])
    rows = load(queries.due, among.window(period.start_on, period.end_on))
    return charts.rows_of_state(rows, str(mark["state"]), by=by, shown=shown)


exhibit_card(
    Exhibit(
        key="due_by_quarter",
        title=findings.due_by_quarter(now, focus.label, currency=currency),
        definition=(
            "ARR before the renewal, by the fiscal quarter of its due date. Closed renewals stand "
            "at the base: kept is what was renewed, each capped at what was due; lost is churn and "
            "contraction. Open ones stand above, by today's health band or by segment."
        ),
        frame=shown,
        source=Source("renewals/due_by_quarter"),
        chart=charts.due_by_quarter(
            measure, tuple(charts.states(by, shown)), by, focus.label, currency, theme()
        ),
        drawn=states,
        drill=Drill(
            keys=("quarter", "state"),
            rows=behind_state,
            source=Source("renewals/due"),
            amount="arr_in_bar",
            noun="renewal",
        ),
    ),
    among.window(quarter_before(focus, 4).start_on, among.until),
)

# ------------------------------------------------------------------ overdue
if not overdue.is_empty():
    exhibit_card(
        Exhibit(
            key="overdue",
            title=findings.overdue(overdue, currency=currency),
            definition=(
                "Renewals whose due date lies before the as-of date and that are neither renewed "
                "nor lost on it, of whatever quarter, the oldest first."
            ),
            frame=overdue,
            source=Source("renewals/overdue"),
        ),
        filters(),
    )
else:
    no_exhibit()

# ------------------------------------------------------------------ segment x health
cells = charts.cells(now, currency=currency)


def behind_cell(mark: Mark) -> pl.DataFrame:
    """Open renewals of one segment and band in the quarter."""
    rows = load(
        queries.due,
        narrowed(among.window(focus.start_on, focus.end_on), segments=str(mark["segment"])),
    )
    return rows.filter(
        pl.col("status") == "open",
        pl.col("health_band").fill_null("not scored") == mark["band"],
    )


if cells["open"].sum():
    exhibit_card(
        Exhibit(
            key="renewals_by_health",
            title=findings.worst_case(cells, focus.label, currency=currency),
            definition=(
                f"Open renewals due in {focus.label}: ARR due and their number, by segment and by "
                "health on the as-of date. The red column is the quarter's worst case."
            ),
            frame=now,
            source=Source("renewals/due_by_quarter"),
            chart=charts.by_segment_and_band(theme()),
            drawn=cells.filter(pl.col("open") > 0),
            drill=Drill(
                keys=("segment", "band"),
                rows=behind_cell,
                source=Source("renewals/due"),
                amount="arr_due",
                noun="renewal",
            ),
        ),
        among.window(focus.start_on, focus.end_on),
    )
else:
    no_exhibit()

# ------------------------------------------------------------------ high risk, high revenue
MOST = 400
customers = load(accounts.customers, filters(), most=MOST)
scored = customers.filter(pl.col("overall_score").is_not_null() & (pl.col("arr") > 0))
if not scored.is_empty():
    bands = policy().health.overall
    high_value = charts.high_value(scored)
    total = int(customers["customers"][0])
    exhibit_card(
        Exhibit(
            key="high_risk",
            title=findings.high_risk(scored, high_value, currency=currency),
            definition=(
                "Each bubble is a customer: ARR on a logarithmic scale against the overall health "
                "score. The shaded corner holds red customers in the top quarter by ARR of those "
                "drawn."
            ),
            frame=scored.sort("overall_score").drop("customers"),
            source=Source("accounts/customers", {"most": MOST}),
            chart=charts.value_and_health(bands.red_below, bands.amber_below, currency, theme()),
            drawn=scored.with_columns(
                band=pl.col("health_band"),
                high_value=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(float(high_value))),
            ),
            drill=Drill(
                keys=("account_id",),
                rows=lambda mark: scored.filter(pl.col("account_id") == mark["account_id"]),
                source=Source("accounts/customers"),
                amount="arr",
                label=lambda mark: charts.name_of(scored, mark),
            ),
            notes=(
                f"High revenue is the upper quarter of the customers drawn: "
                f"{money(high_value, currency=currency)} or more.",
            ),
        ),
        filters(),
    )
    left_out(
        (total - len(customers), "customer", f"smaller than the {MOST} largest, not drawn"),
        (len(customers) - len(scored), "customer", "without a health score or ARR, not drawn"),
    )
