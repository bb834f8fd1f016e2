"""Talent: performance and promotability of the people below the viewer."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import talent as charts
from dashboard.components import talent as views
from dashboard.components.cards import exhibit_card, kpi, kpi_note, kpi_row
from dashboard.components.states import empty
from dashboard.components.views import chosen_view
from dashboard.exhibit import Drill, Exhibit, Source
from dashboard.findings import talent as findings
from dashboard.metrics import talent as metrics
from dashboard.queries import talent as queries
from dashboard.session import filters, load, scope, theme

st.title("Talent")
st.info(
    f"Personal data. {scope().reason} Everybody may ask what is held on them. Ratings are "
    "judgements of managers; no number of a book enters them.",
    icon=":material/visibility:",
)

among = filters().unfiltered()
LEVELS, REVIEWS = "Levels and skills", "Reviews"
view = chosen_view(["9-block", "Raters", LEVELS, REVIEWS])
if view == REVIEWS:
    views.reviews(among)
    st.stop()

cycles = load(queries.cycles, among)
if cycles.is_empty() and view == LEVELS:
    views.levels_and_skills(None, among)
    st.stop()
if cycles.is_empty():
    empty("Nobody you may see has been rated.", scope().reason)
    st.stop()

cycle = st.selectbox("Review cycle", cycles["cycle"].to_list(), key="cycle", bind="query-params")
if view == LEVELS:
    views.levels_and_skills(cycle, among)
    st.stop()
if view == "Raters":
    views.raters(cycle, among)
    st.stop()

people, blocks, plans = together(
    asked(queries.people, among, cycle=cycle),
    asked(queries.nine_block, among, cycle=cycle),
    asked(queries.action_plans, among, cycle=cycle),
)
with kpi_row():
    for metric in (
        metrics.rated,
        metrics.ready,
        metrics.calibrated,
        metrics.without_plan,
    ):
        kpi(metric, people)
kpi_note(f"Cycle {cycle}, ratings after calibration, as of {among.as_of:%-d %b %Y}.")

exhibit_card(
    Exhibit(
        key="nine_block",
        title=findings.nine_block(blocks, str(cycle)),
        definition=(
            "People by performance against the expected skills of their level, and by readiness "
            "for the next one. 1A: promote within a year; 2B: at least a year away."
        ),
        frame=people,
        source=Source("talent/nine_block", {"cycle": cycle}),
        chart=charts.nine_block(theme()),
        drawn=charts.grid(blocks),
        drill=Drill(
            keys=("block",),
            rows=lambda mark: people.filter(pl.col("block") == mark["block"]),
            source=Source("talent/people", {"cycle": cycle}),
            noun="person",
            label=lambda mark: f"Block {mark['block']}",
        ),
    ),
    among,
)
views.movement(people, plans, cycle, among)
