"""Customer lifecycle: who stands in which stage, who is stuck, and what comes after a stage."""

import streamlit as st

from dashboard.components.lifecycle import conversion_view, lengths_view, stages_view
from dashboard.components.onboarding import value_view
from dashboard.components.views import chosen_view

VIEWS = {
    "Stages": stages_view,
    "Days in stage": lengths_view,
    "Conversion": conversion_view,
    "Time to value": value_view,
}

st.title("Customer lifecycle")

VIEWS[chosen_view(list(VIEWS))]()
