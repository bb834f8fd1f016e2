"""Renewals to watch on a page: a quarter's losses, risks and saves, and the renewal calendar."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import renewal_watch as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out, missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import renewal_watch as findings
from dashboard.metrics import Metric, parts
from dashboard.metrics import renewal_watch as metrics
from dashboard.queries import renewal_watch as queries
from dashboard.queries import renewals as renewal_queries
from dashboard.session import (
    around,
    filters,
    freshness,
    policy,
    quarter,
    quarter_before,
    theme,
    years_before,
)

WEEKS_BEFORE: Final = 4
SUMMED: Final[Mapping[str, str]] = {
    "churned": "ARR due of the renewals that were lost by the as-of date.",
    "reduced": "What the renewed ones pay less than was due.",
    "at_risk": "Renewals open on the as-of date whose customer is red on it, with the ARR due.",
}

UNSEEN: Final[Mapping[str, tuple[str, ...]]] = {
    "churned": ("last_red_on",),
    "reduced": ("last_red_on",),
    "at_risk": ("closed_on", "last_red_on"),
}
"""Columns that are empty in a list."""


def stakes_view() -> None:
    """Churned and at risk this quarter: what is lost, what may be, and what was saved."""
    focus, watch = quarter(), policy().renewal_watch
    window = around(focus, back=12, ahead=0)
    year_ago = quarter_before(focus, 4)
    among = filters(window[0].start_on, focus.end_on)
    here = among.window(focus.start_on, focus.end_on)
    then = replace(
        among.window(year_ago.start_on, year_ago.end_on), as_of=years_before(among.as_of, 1)
    )
    quarters, before, rows = together(
        asked(queries.stakes_by_quarter, among),
        asked(queries.stakes_by_quarter, then),
        asked(queries.stakes, here),
    )
    if quarters.is_empty():
        empty(
            f"No renewal due from {window[0].label} to {focus.label} is lost, at risk or saved.",
            "Choose another fiscal quarter, or take away a filter.",
        )
        return
    by_start = parts(quarters, "due_quarter", (each.start_on for each in window))
    now, has_health = by_start[-1], "health_scores" not in freshness().absent
    with kpi_row():
        for metric in (metrics.arr_lost, metrics.churned):
            _versus(metric, now, before, year_ago.label, series=by_start)
        if has_health:
            for metric in (metrics.arr_at_risk, metrics.at_risk):
                _versus(metric, now, before, year_ago.label)
            for metric in (metrics.arr_saved, metrics.saved):
                _versus(metric, now, before, year_ago.label, series=by_start)
    kpi_note(
        f"Renewals due in {focus.label}, as they stood on {among.as_of:%-d %b %Y}; "
        f"{year_ago.label} as it stood on {then.as_of:%-d %b %Y}. Saved is renewed after a week at "
        f"red within {watch.red_within_days} days before it closed. Lines run from "
        f"{window[0].label} to {focus.label}; what was at risk has none, for past quarters have "
        "hardly a renewal open."
    )
    if not has_health:
        missing_part("What is at risk and what was saved", ("health_scores",))
    if not now.is_empty():
        _stakes_card(now, rows, here, focus.label)
    _stakes_lists(rows, here, focus.label, has_health=has_health)
    left_out(
        (
            int(now["without_amount"].sum()),
            "renewal",
            "without an amount in the reporting currency, counted and in no sum",
        )
    )


def _stakes_card(now: pl.DataFrame, rows: pl.DataFrame, here: Filters, quarter_name: str) -> None:
    """The chart: what is lost, at risk and saved by segment."""
    currency, watch = policy().reporting_currency, policy().renewal_watch
    measure = st.segmented_control(
        "Show", ["ARR", "count"], default="ARR", required=True,
        key="stakes_measure", bind="query-params",
    )  # fmt: skip
    drawn = charts.stakes(now)
    amount = "arr_at_stake" if measure == "ARR" else None

    def behind(mark: Mark) -> pl.DataFrame:
        """Renewals of one segment in one state."""
        state = next(key for key, word in charts.STAKES.items() if word == mark["what"])
        return rows.filter(pl.col("segment") == mark["segment"], pl.col("state") == state)

    exhibit_card(
        Exhibit(
            key="stakes",
            title=findings.stakes(now, quarter_name, currency=currency),
            definition=(
                f"Renewals due in {quarter_name} by the customer's segment. Churned: lost, all "
                "that was due. Renewed for less: the difference. At risk: open, and the "
                "customer is red on the as-of date, all that is due. Saved: renewed although "
                f"the customer was red in a week within {watch.red_within_days} days before "
                "the renewal closed, at most what was due. A renewal saved for less is in two "
                "states, each with its own part of the amount."
            ),
            frame=now,
            source=Source("renewal_watch/stakes_by_quarter"),
            chart=charts.stakes_chart(measure, currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("segment", "what"),
                rows=behind,
                source=Source("renewal_watch/stakes"),
                amount=amount,
                noun="renewal",
            ),
        ),
        here,
    )


def _stakes_lists(
    rows: pl.DataFrame, here: Filters, quarter_name: str, *, has_health: bool
) -> None:
    """The lists: a state, a card."""
    currency, watch = policy().reporting_currency, policy().renewal_watch
    saved = (
        f"Renewals of {quarter_name} that renewed although the customer was red within "
        f"{watch.red_within_days} days before: what was kept of what was due."
    )
    for state, definition in {**SUMMED, "saved": saved}.items():
        part = rows.filter(pl.col("state") == state)
        if not has_health and state in {"at_risk", "saved"}:
            continue
        exhibit_card(
            Exhibit(
                key=f"stakes_{state}",
                title=findings.in_state(part, state, quarter_name, currency=currency),
                definition=definition,
                frame=part.drop("state", "due_quarter", *UNSEEN.get(state, ())),
                source=Source("renewal_watch/stakes"),
            ),
            here,
        )


def _versus(
    metric: Metric,
    now: pl.DataFrame,
    before: pl.DataFrame,
    versus: str,
    *,
    series: list[pl.DataFrame] | None = None,
) -> None:
    kpi(
        metric,
        now,
        before=before,
        versus=versus,
        series=[metric(each) for each in series or ()],
    )


def calendar_view() -> None:
    """Renewal calendar: what lacks an answer or a touch, the nearer the due date the worse."""
    currency, watch, among = policy().reporting_currency, policy().renewal_watch, filters()
    longest, shortest = watch.windows[0], watch.windows[-1]
    earlier = replace(among, as_of=among.as_of - timedelta(weeks=WEEKS_BEFORE))
    windows, before, rows, overdue = together(
        asked(queries.calendar_by_window, among),
        asked(queries.calendar_by_window, earlier),
        asked(queries.calendar, among),
        asked(renewal_queries.overdue, among),
    )
    if windows.is_empty():
        empty(
            f"No open renewal is due within {longest} days of {among.as_of:%-d %b %Y}.",
            "Choose another as-of date, or take away a filter.",
        )
        return
    has_touches = "timeline_entries" not in freshness().absent
    with kpi_row():
        for metric in (metrics.arr_ahead, metrics.ahead):
            kpi(metric, windows, before=before, versus=f"{WEEKS_BEFORE} weeks before")
        kpi(metrics.arr_unanswered, windows)
        if has_touches:
            kpi(
                metrics.arr_untouched,
                windows,
                before=before,
                versus=f"{WEEKS_BEFORE} weeks before",
            )
            for metric in (metrics.arr_neither, metrics.neither):
                kpi(metric, windows)
    names = ", ".join(str(days) for days in watch.windows)
    kpi_note(
        f"Open renewals due from {among.as_of:%-d %b %Y} on, inside {names} days. A touch is a "
        "call, meeting, e-mail or executive business review, not a note, in as many days before "
        "the as-of date as the window has. Answers carry no date: what had been answered earlier "
        "is not known, so they have no comparison and no line. The fiscal quarter of the filter "
        "does not count here."
    )
    if not has_touches:
        missing_part("What was touched", ("timeline_entries",))
    measure = st.segmented_control(
        "Show", ["ARR", "count"], default="ARR", required=True,
        key="calendar_measure", bind="query-params",
    )  # fmt: skip
    drawn = charts.calendar(windows, watch.windows)

    def behind(mark: Mark) -> pl.DataFrame:
        """Renewals of one window in one state."""
        days = next(
            days
            for days, name in charts.window_names(watch.windows).items()
            if name == mark["window"]
        )
        return rows.filter(pl.col("window_days") == days, pl.col("state") == mark["state"])

    definition = (
        "Renewals open on the as-of date and due on it or later, each in the shortest window it is "
        "inside of. Answered: the customer's survey answer on the renewal is there. Touched: "
        "somebody called, met or wrote, or held an executive business review, in the last days "
        f"before the as-of date, as many as the window has; a note is no touch. Windows of {names} "
        "days are a setting."
    )
    exhibit_card(
        Exhibit(
            key="renewal_calendar",
            title=findings.calendar(windows, longest, shortest, currency=currency),
            definition=definition,
            frame=windows,
            source=Source("renewal_watch/calendar_by_window"),
            chart=charts.calendar_chart(measure, watch.windows, currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("window", "state"),
                rows=behind,
                source=Source("renewal_watch/calendar"),
                amount="arr_due" if measure == "ARR" else None,
                noun="renewal",
            ),
        ),
        among,
    )
    lacking = rows.filter(pl.col("state") != "answered and touched")
    exhibit_card(
        Exhibit(
            key="renewals_lacking",
            title=findings.soonest(lacking, currency=currency),
            definition=f"{definition} Those that lack an answer, a touch or both, soonest first.",
            frame=lacking,
            source=Source("renewal_watch/calendar"),
        ),
        among,
    )
    left_out(
        (len(overdue), "renewal", "overdue, in the view Due"),
        (
            int(windows["without_amount"].sum()),
            "renewal",
            "without an amount in the reporting currency, counted and in no sum",
        ),
    )
