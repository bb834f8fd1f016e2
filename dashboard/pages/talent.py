"""Talent: cycles, ratings and calibration of the people below the viewer, and what is held."""

import streamlit as st

from dashboard import personal_data, reviews
from dashboard.components import (
    calibration,
    held_data,
    nine_block,
    rating,
    review_cycles,
    talent,
)
from dashboard.components.book_context import book_context
from dashboard.components.states import empty, missing_tables
from dashboard.components.views import chosen_view
from dashboard.hidden_names import KEY
from dashboard.ratings.tables import cycles
from dashboard.session import filters, scope

OF_A_CYCLE = {
    "9-block": nine_block.view,
    "Calibration": calibration.view,
    "Raters": talent.raters,
}
RATE, LEVELS, REVIEWS = "Rate", "Levels and skills", "Reviews"
CYCLES, HELD = "Cycles", "Personal data"

st.title("Talent")
personal_data.expire()
among = filters().unfiltered()
st.toggle(
    "Hide names, to show this to others",
    key=KEY,
    bind="query-params",
    help="Neutral labels stand in place of names in charts, tables, choices and files.",
)
view = chosen_view(["9-block", RATE, *list(OF_A_CYCLE)[1:], LEVELS, REVIEWS, CYCLES, HELD])
if view == HELD:
    held_data.view()
    st.stop()

reviewed = reviews.read(among)
held_data.notice(reviewed)
if reviewed.is_away:
    st.warning(
        "The app's own database does not answer: below are the loaded ratings alone, and nothing "
        "can be rated or moved.",
        icon=":material/cloud_off:",
    )
if view == CYCLES:
    review_cycles.view(reviewed, among)
    st.stop()
if view == REVIEWS:
    talent.due(reviewed, among)
    st.stop()
if view == RATE:
    person = rating.view(reviewed, among)
    if person is not None:
        book_context(person, among)
    st.stop()

found = cycles(reviewed.ratings)["cycle"].to_list()
if not found and view == LEVELS:
    talent.levels_and_skills(reviewed, None, among)
    st.stop()
if not found and reviewed.missing:
    missing_tables(reviewed.missing)
    st.stop()
if not found:
    empty("Nobody you may see has been rated.", scope().reason)
    st.stop()
cycle = st.selectbox("Review cycle", found, key="cycle", bind="query-params")
if view == LEVELS:
    talent.levels_and_skills(reviewed, cycle, among)
else:
    OF_A_CYCLE[view](reviewed, cycle, among)
