"""Views of one page: only what the chosen one draws is asked for."""

from collections.abc import Sequence

import streamlit as st

from dashboard.shown import shown


def chosen_view(names: Sequence[str], *, default: str | None = None) -> str:
    """The view of the link; where it names none ``default``, or the first one."""
    kept = shown()
    kept.views = tuple(names)
    kept.view = st.segmented_control(
        "View", names, default=default or names[0], required=True, key="view", bind="query-params"
    )
    return kept.view
