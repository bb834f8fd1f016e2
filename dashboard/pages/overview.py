"""Overview: the numbers a board asks for, what changed, and what is at stake, at risk and ahead."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, asked_if_loaded, together
from dashboard.components import periods as shown
from dashboard.components.ahead import at_risk_card, at_stake_card, growth_card
from dashboard.components.changes import compared_day, last_quarter_end, told_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.links import links
from dashboard.components.states import empty, left_out, missing_part
from dashboard.formats import Number, money
from dashboard.metrics import Metric, parts
from dashboard.metrics import expansion as expansion_metrics
from dashboard.metrics import overview as metrics
from dashboard.metrics import renewals as renewal_metrics
from dashboard.metrics import retention as retention_metrics
from dashboard.metrics import surveys as survey_metrics
from dashboard.queries import expansion as expansion_queries
from dashboard.queries import overview as queries
from dashboard.queries import renewals as renewal_queries
from dashboard.queries import retention as retention_queries
from dashboard.session import (
    around,
    filters,
    freshness,
    policy,
    retention_policy,
    years_before,
)

SENTENCES, QUARTERS = 8, 4

st.title("Overview")

chosen, currency, among = retention_policy(), policy().reporting_currency, filters()
kind = chosen.period
focus = policy().calendar.period_of(among.as_of, "quarter")
window = around(focus, back=12, ahead=4)
quarters = filters(window[0].start_on, window[-1].end_on)
absent = freshness().absent


def target_scope() -> str | None:
    """Whose targets hold for what the filters keep: the company's or one segment's."""
    if among.regions or among.csm_ids or len(among.segments) > 1:
        return None
    return among.segments[0] if among.segments else "company"


days, periods, due = together(
    asked(queries.by_day, among, target_scope=target_scope()),
    asked(
        retention_queries.by_period,
        filters(shown.first_day(kind), None),
        policy=chosen,
        period=kind,
    ),
    asked_if_loaded(renewal_queries.due_by_quarter, quarters),
)
if days.is_empty():
    empty(
        f"No account is yours to see as of {among.as_of:%-d %b %Y}.",
        "Take away a filter, choose a later as-of date, or ask who assigns accounts.",
    )
    st.stop()

# ------------------------------------------------------------------ numbers
line = days.tail(shown.POINTS)
now = days.tail(1)
before = metrics.on_or_before(days.head(-1), last_quarter_end(among.as_of))
year_ago = metrics.on_or_before(days.head(-1), years_before(among.as_of, 1))
windows = periods.tail(shown.POINTS)
last_window = periods.tail(1)
window_before, window_year_ago = shown.period_before(periods, kind), shown.year_before(periods)


def day_of(row: pl.DataFrame) -> str:
    """Day of a row of the book, as a card names it."""
    return "" if row.is_empty() else f"{row['on_day'][-1]:%-d %b %Y}"


def name_of(row: pl.DataFrame) -> str:
    """Name of a period of retention."""
    return "" if row.is_empty() else shown.label(kind, *row.row(0)[:2])


def of(start: object) -> pl.DataFrame:
    """Renewals of one quarter."""
    return due.filter(pl.col("due_quarter") == start)


def target(name: str, row: pl.DataFrame) -> Number | None:
    """Target of the year that a row's day lies in."""
    return None if row.is_empty() else row[f"{name}_target"][-1]


def book(metric: Metric, *, goal: str = "", suffix: str = "", detectable: bool = True) -> None:
    """A number of the book on the as-of date, with its month ends."""
    kpi(
        metric,
        now,
        before=before,
        versus=day_of(before),
        year_ago=year_ago,
        year_ago_name=day_of(year_ago),
        series=[metric(line.slice(row, 1)) for row in range(len(line))],
        target=target(goal, now) if goal else None,
        suffix=suffix,
        detectable=detectable,
    )


margin = survey_metrics.margin_of_error(now)
with kpi_row():
    if not {"subscriptions", "arr_movements"} <= absent:
        book(metrics.arr, goal="arr")
        for rate in (
            retention_metrics.nrr,
            retention_metrics.grr,
            retention_metrics.logo_retention,
        ):
            promised = (
                metrics.on_or_before(days, last_window["period_end_on"][-1])
                if len(last_window) and kind != "quarter"
                else days.clear()
            )
            kpi(
                rate,
                last_window,
                before=window_before,
                versus=name_of(window_before),
                year_ago=window_year_ago,
                year_ago_name=name_of(window_year_ago),
                series=[rate(windows.slice(row, 1)) for row in range(len(windows))],
                target=target(rate.name, promised),
            )
    if "survey_responses" not in absent:
        book(
            survey_metrics.nps,
            goal="nps",
            suffix=f" ± {margin:.0f}" if margin is not None else "",
            detectable=survey_metrics.is_detectable(now, before),
        )
    if "health_scores" not in absent:
        book(metrics.green_share, goal="green_share")
with kpi_row():
    if "health_scores" not in absent:
        book(metrics.red_arr)
    if "renewals" not in absent:
        past = parts(
            due,
            "due_quarter",
            (period.start_on for period in window if period.start_on <= focus.start_on),
        )
        for number in (renewal_metrics.arr_due, renewal_metrics.renewals):
            kpi(
                number,
                of(focus.start_on),
                before=of(window[11].start_on),
                versus=window[11].label,
                year_ago=of(window[8].start_on),
                year_ago_name=window[8].label,
                series=[number(each) for each in past],
            )
        book(metrics.arr_at_risk)
    if "opportunities" not in absent:
        book(expansion_metrics.amount)
        book(expansion_metrics.weighted_amount)

closing, total = retention_metrics.closing_arr(last_window), metrics.arr(now)
otherwise = (
    None not in (closing, total)
    and closing != total
    and last_window["period_end_on"][-1] == among.as_of
)
kpi_note(
    f"As of {among.as_of:%-d %b %Y} and at its exchange rates, NPS of the twelve months to it; "
    "lines are the ends of 12 fiscal months, the day after each, and that day. "
    f"Renewals due and at risk are of {focus.label}; lines of renewals due are quarters. "
    "NRR, GRR and logo retention are of "
    f"{shown.words(kind, *last_window.row(0)[:2]) if len(last_window) else 'no period yet'}, "
    f"policy {chosen.title}."
    + (
        f" By the policy's exchange rates and level ARR is "
        f"{money(closing or 0, currency=currency)}, as on Retention and the ARR bridge."
        if otherwise
        else ""
    )
)
links(
    retention="NRR, GRR, logo retention: Retention",
    bridge="ARR: ARR bridge",
    health="Green and red ARR: Health",
    nps="NPS: Voice of the customer",
    renewals=f"Renewals of {focus.label}: Renewals",
    expansion="Open expansion: Expansion",
)

# ------------------------------------------------------------------ what changed
since = compared_day()
ahead = filters(None, window[11 + QUARTERS].end_on)
changes, at_risk, pipeline = together(
    asked(queries.changes, among, compared_on=since),
    asked_if_loaded(queries.at_risk, ahead),
    asked_if_loaded(expansion_queries.pipeline_by_month, among),
)
if changes.is_empty():
    empty(f"Nothing changed after {since:%-d %b %Y}.", "Choose an earlier day to compare with.")
else:
    told_card(changes, among, since, most=SENTENCES)

# ------------------------------------------------------------------ at stake, growth, at risk
left, right = st.columns(2)
with left:
    at_stake_card(due, window[12 : 12 + QUARTERS])
with right:
    growth_card(pipeline, among)
at_risk_card(at_risk, ahead)

for what, tables in (
    ("ARR, NRR, GRR and logo retention", ("subscriptions", "arr_movements")),
    ("NPS", ("survey_responses",)),
    ("Health", ("health_scores",)),
    ("Renewals due and at risk", ("renewals",)),
    ("Open expansion", ("opportunities",)),
):
    if set(tables) <= absent:
        missing_part(what, tables)
left_out(
    (changes["account_id"].null_count(), "change", "of an opportunity without an account"),
    (changes["arr"].null_count(), "change", "of an amount or direction that is not known"),
    (
        int(pipeline["without_amount"].sum()),
        "opportunity",
        "open without an amount, in no bar",
    ),
)
