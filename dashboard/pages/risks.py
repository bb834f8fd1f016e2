"""Risks: what stands in the register, what the triggers say, who is helped first, and plays."""

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard.answers import asked, together
from dashboard.components import risk_priorities, risk_register, risk_triggers
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import left_out, missing_part
from dashboard.components.views import chosen_view
from dashboard.metrics import risks as metrics
from dashboard.queries import risks as queries
from dashboard.session import MissingTableError, filters

BEFORE = timedelta(weeks=4)
VIEWS = {
    "Register": risk_register.draw,
    "Triggers": risk_triggers.draw,
    "Priorities": risk_priorities.draw,
    "Plays": risk_priorities.draw_plays,
}

st.title("Risks")

among = filters()
earlier = replace(among, as_of=among.as_of - BEFORE)
cards = st.container()
view = chosen_view(list(VIEWS))
try:
    now, before, *months = together(
        asked(queries.by_category, among),
        asked(queries.by_category, earlier),
        # The other views ask for more of their own, and show the same cards without a line.
        *([asked(queries.by_month, among)] if view == "Register" else []),
    )
except MissingTableError as error:
    if error.tables != ("risks",):
        raise
    with cards:
        missing_part("The register", error.tables)
else:
    backlog = [series for each in months for series in risk_register.backlog(each, among.as_of)]
    with cards:
        with kpi_row():
            for metric in (
                metrics.open_risks,
                metrics.accounts_at_risk,
                metrics.arr_at_risk,
                metrics.escalated,
                metrics.without_owner,
            ):
                kpi(
                    metric,
                    now,
                    before=before,
                    versus="4 weeks before",
                    series=backlog if metric is metrics.open_risks else (),
                )
        kpi_note(
            f"The register as of {among.as_of:%-d %b %Y}. An account with several risks counts "
            f"once.{' The line is the ends of 13 months.' if backlog else ''}"
        )
        left_out(
            (int(now["without_arr"].sum()), "account", "with a risk and of unknown ARR"),
        )

VIEWS[view](among)
