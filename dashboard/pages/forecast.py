"""The forecast: what renewals will bring, beside the calls, and how good it has been."""

from datetime import date

import polars as pl
import streamlit as st

from dashboard.answers import asked_if_loaded, together
from dashboard.components.forecast import book_of, call_card, quarters_ahead, sums
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.outlook import outlook_cards
from dashboard.components.record import record_cards
from dashboard.components.scenarios import scenario_card
from dashboard.components.states import empty
from dashboard.components.views import chosen_view
from dashboard.findings import forecast as findings
from dashboard.forecasts.questions import sales
from dashboard.formats import plain
from dashboard.metrics import forecast as metrics
from dashboard.queries import retention as retention_queries
from dashboard.session import filters, policy

st.title("Forecast")

among, currency = filters(), policy().reporting_currency
view = chosen_view(
    ["Outlook", "Calls", "Scenarios", "Record"],
    # A link that names a scenario means to show it.
    default="Scenarios" if "scenario" in st.query_params else None,
)
if view == "Calls":
    call_card(among)
    st.stop()

book = book_of(among)
renewals = book.renewals
if renewals.is_empty():
    empty(
        "No renewal is open and due in this or the next three fiscal quarters.",
        "Choose an earlier as-of date, or take away a filter.",
    )
    st.stop()
if view == "Record":
    record_cards(book)
    st.stop()

(year,) = together(asked_if_loaded(sales.year_end, among))
if view == "Scenarios":
    scenario_card(book, year)
    st.stop()

ahead_of_us = quarters_ahead()
named = f"{ahead_of_us[0].label} to {ahead_of_us[-1].label}"
narrowed = among.segments or among.regions or among.csm_ids
targets = (
    retention_queries.TARGETS.to_frame()
    if narrowed
    else together(asked_if_loaded(retention_queries.targets, among))[0]
)


def target_of(name: str, start_on: date, end_on: date) -> float | None:
    """The company's target of one period; none for a part of the book."""
    found = targets.filter(
        pl.col("metric") == name,
        pl.col("scope").fill_null("company") == "company",
        pl.col("period_start_on") == start_on,
        pl.col("period_end_on") == end_on,
    )
    return None if found.is_empty() else float(found["target"][0])


nrr_target = (
    None
    if year.is_empty()
    else target_of("nrr", year["period_start_on"][0], year["period_end_on"][0])
)
method = book.method.row(0, named=True)
with kpi_row():
    for metric in (
        metrics.expected,
        metrics.arr_due,
        metrics.expected_loss,
        metrics.called,
        metrics.base_rate,
    ):
        kpi(metric, renewals)
    kpi(metrics.year_end_nrr, year)
total = sums(book, "due_quarter").row(-1, named=True)
kpi_note(findings.ranges(total, year, nrr_target, named, currency=currency))
if method["uses_model"]:
    kpi_note(" ".join([findings.made(method), *findings.good(method)]))
else:
    st.info(plain(findings.made(method)), icon=":material/balance:")
    kpi_note(" ".join(findings.good(method)))

outlook_cards(
    book,
    named,
    {
        each.start_on: rate
        for each in ahead_of_us
        if (rate := target_of("renewal_rate", each.start_on, each.end_on)) is not None
    },
)
