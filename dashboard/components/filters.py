"""Filters that live in the URL, so that a link reopens the same view."""

from collections.abc import Callable

import streamlit as st

from dashboard import session
from dashboard.filters import Filters
from dashboard.formats import visible
from dashboard.queries import accounts


def global_filters() -> None:
    """As-of date, fiscal quarter, segment, region and CSM, for every page."""
    st.date_input("As of", value=session.today(), key="as_of", bind="query-params")
    labels = [session.CURRENT_QUARTER, *(period.label for period in session.quarters())]
    st.selectbox("Fiscal quarter", labels, key="quarter", bind="query-params")
    choices = session.load(accounts.filter_choices, Filters(as_of=session.as_of()))
    for name, label in (("segment", "Segment"), ("region", "Region"), ("csm", "CSM")):
        rows = choices.filter(filter=name)
        names = dict(rows.select("value", "label").iter_rows())
        st.multiselect(
            label,
            list(names),
            format_func=_label_of(names),
            key=name,
            placeholder="All",
            bind="query-params",
        )


def viewer_switch() -> None:
    """In the demo, look through another person's eyes."""
    names = {
        row["email"]: f"{row['name']}, {_ROLES.get(row['role'], row['role'])}"
        for row in session.team().sort("role", "name").iter_rows(named=True)
        if row["left_on"] is None
    }
    options = sorted(
        names, key=lambda email: (names[email].rpartition(", ")[2] != "CCO", names[email])
    )
    st.selectbox(
        "Viewer (demo only)",
        options,
        format_func=lambda email: visible(names[email]),
        key="viewer",
        bind="query-params",
    )


def _label_of(names: dict[str, str]) -> Callable[[str], str]:
    return lambda value: visible(names.get(value, value))


_ROLES = {
    "executive": "CCO",
    "finance": "finance",
    "cs_manager": "CS manager",
    "csm": "CSM",
    "people": "people partner",
}
