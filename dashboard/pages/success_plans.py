"""Success plans: objectives on track, at risk and attained, and who has none."""

import streamlit as st

from dashboard.components.plans import attention_view, progress_view
from dashboard.components.views import chosen_view

VIEWS = {"Progress": progress_view, "Attention": attention_view}

st.title("Success plans")

VIEWS[chosen_view(list(VIEWS))]()
