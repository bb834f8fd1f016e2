"""Digital programmes: who is reached, who acts, what comes after, and what goes with staying."""

import streamlit as st

from dashboard.components import digital_reach, digital_trials, key_behaviours
from dashboard.components.views import chosen_view
from dashboard.components.voice import window

VIEWS = {
    "Reach and effect": digital_reach.show,
    "Test against control": digital_trials.show_trials,
    "What came after": digital_trials.show_after,
    "Key behaviours": key_behaviours.show,
}

st.title("Digital programmes")

VIEWS[chosen_view(list(VIEWS))](window())
