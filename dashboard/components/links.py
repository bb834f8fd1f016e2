"""Links to other pages that keep the filters of this one."""

from typing import Final

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from dashboard.formats import plain
from dashboard.session import CURRENT_QUARTER

CARRIED: Final = ("viewer", "as_of", "segment", "region", "csm", "policy")
"""Filters that hold on every page, by their names in the address."""
BY_QUARTER: Final = ("churn", "nps", "renewals")
"""Pages with a fiscal quarter of their own: a link from numbers of today leads to the current."""


def link(file: str, label: str, *, icon: str = "", **more: str) -> None:
    """A link to a page by its file, with the filters of this one and more parameters of its own.

    Where the page does not exist for the viewer, the label stands without a link.
    """
    kept = {name: st.query_params.get_all(name) for name in CARRIED if name in st.query_params}
    try:
        st.page_link(
            f"dashboard/pages/{file}.py",
            label=plain(label),
            icon=icon,
            query_params={**kept, **more},
        )
    except StreamlitPageNotFoundError:
        st.markdown(f"**{plain(label)}**", width="content")


def links(**pages: str) -> None:
    """Where the numbers above are taken apart: links side by side, titles by file."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for file, title in pages.items():
            more = {"quarter": CURRENT_QUARTER} if file in BY_QUARTER else {}
            link(file, title, icon=":material/arrow_forward:", **more)
