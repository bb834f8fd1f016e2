"""Health: where it is weak, how it moves, what it is made of, and whether it came true."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.components.health import Shown, movement, now, one_customer
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.outcome_check import outcome_check
from dashboard.components.quadrants import outcomes_and_experience
from dashboard.components.scorecards import scorecards
from dashboard.components.states import empty
from dashboard.components.thresholds import thresholds
from dashboard.components.views import chosen_view
from dashboard.metrics import health as metrics
from dashboard.queries import health as queries
from dashboard.session import filters, policy

POINTS, EVERY = 13, 4

VIEWS = {
    "Now": now,
    "Outcomes and experience": outcomes_and_experience,
    "Movement": movement,
    "Scorecards": scorecards,
    "Thresholds": thresholds,
    "Outcome check": outcome_check,
    "One customer": one_customer,
}

st.title("Health")

among, currency = filters(), policy().reporting_currency
earlier_on = among.as_of - timedelta(weeks=EVERY)
covered, earlier, weeks = together(
    asked(queries.coverage, among),
    asked(queries.coverage, replace(among, as_of=earlier_on)),
    asked(
        queries.bands_by_week,
        among.window(among.as_of - timedelta(weeks=POINTS * EVERY), None),
    ),
)
if covered.is_empty():
    empty(
        f"No customer to score as of {among.as_of}.",
        "Choose another as-of date, or take away a filter.",
    )
    st.stop()

days = weeks["week_on"].unique().sort(descending=True)[::EVERY][:POINTS].sort()
with kpi_row():
    for metric in (
        metrics.green_share,
        metrics.red_arr,
        metrics.red_accounts,
        metrics.scored_share,
    ):
        kpi(
            metric,
            covered,
            before=earlier,
            versus=f"{EVERY} weeks before",
            series=[metric(weeks.filter(pl.col("week_on") == day)) for day in days],
        )
kpi_note(
    f"Customers as of {among.as_of:%-d %b %Y}; ARR in {currency}. Lines are of every fourth week, "
    "ARR at the rates of the as-of date."
)
if covered["health_band"].null_count() == len(covered):
    empty(
        f"No customer has a health score as of {among.as_of}.",
        "Measurements older than "
        f"{policy().health.stale_after_days} days do not count. Other scorecards may have one.",
    )

VIEWS[chosen_view(list(VIEWS))](Shown(among, currency, covered, weeks))
