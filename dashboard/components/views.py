"""Views of one page: only what the chosen one draws is asked for."""

from collections.abc import Sequence

import streamlit as st


def chosen_view(names: Sequence[str]) -> str:
    """The view of the link, the first one where none is named; offered under the cards."""
    return st.segmented_control(
        "View", names, default=names[0], required=True, key="view", bind="query-params"
    )
