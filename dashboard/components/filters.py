"""Filters that live in the URL, so that a link reopens the same view."""

from collections import Counter
from collections.abc import Callable, Container, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import streamlit as st

from dashboard import session
from dashboard.formats import visible

FIRST_DAY: Final = date(1990, 1, 1)
_LABELS: Final = {"segment": "Segment", "region": "Region", "csm": "CSM"}
_NAMED: Final = {
    "segment": "segment",
    "region": "region",
    "csm": "CSM",
    "as_of": "day",
    "quarter": "fiscal quarter",
    "policy": "retention policy",
}


def global_filters(*, quarter: bool, book: bool, policy: bool) -> list[str]:
    """As-of date, quarter, policy, segment, region and CSM, of which a page shows what it uses.

    Returns which filters of the link this viewer cannot have: it is said, not dropped in silence,
    for a page without its filter shows more than the link meant. What the link names is not
    repeated: a name that is nobody's and one that the viewer may not see are answered alike.
    """
    refused = _refused("as_of", _days())
    st.date_input(
        "As of",
        value=session.today(),
        min_value=FIRST_DAY,
        max_value=session.today(),
        key="as_of",
        bind="query-params",
    )
    if quarter:
        labels = [session.CURRENT_QUARTER, *(period.label for period in session.quarters())]
        refused += _refused("quarter", labels)
        st.selectbox(
            "Fiscal quarter", labels, key="quarter", bind="query-params", persist_state="session"
        )
    if policy:
        offered = list(session.retention_policies())
        refused += _refused("policy", [visible(name) for name in offered])
        st.selectbox(
            "Retention policy",
            offered,
            index=offered.index(session.policy().retention().name),
            format_func=visible,
            key="policy",
            bind="query-params",
            persist_state="session",
        )
    if not book:
        return refused
    for name, label in _LABELS.items():
        names = session.choices(name)
        refused += _refused(name, [visible(each) for each in names.values()])
        st.multiselect(
            label,
            list(names),
            format_func=_label_of(names),
            key=name,
            placeholder="All",
            bind="query-params",
            persist_state="session",
        )
    return refused


def viewer_switch() -> bool:
    """In the demo, look through another person's eyes; whether the link names somebody known."""
    people = session.team().select("email", "name", "role", "left_on").iter_rows()
    labels = _people(tuple(people))
    known = not _refused("viewer", labels.values())
    st.selectbox(
        "Viewer (demo only)",
        list(labels),
        format_func=_label_of(labels),
        key="viewer",
        bind="query-params",
    )
    return known


@lru_cache(maxsize=4)
def _people(team: tuple[tuple[str, str, str, date | None], ...]) -> Mapping[str, str]:
    """Who can be looked through, by address: the CCO first, equal names with their address."""
    names = {
        email: f"{name}, {session.role_in_words(role)}"
        for email, name, role, left_on in team
        if left_on is None
    }
    alike = Counter(names.values())
    names = {
        email: name if alike[name] == 1 else f"{name} ({email})" for email, name in names.items()
    }
    ordered = sorted(names, key=lambda email: (not names[email].endswith(", CCO"), names[email]))
    return MappingProxyType({email: visible(names[email]) for email in ordered})


def _refused(name: str, offered: Container[str]) -> list[str]:
    """The filter in words if the link asks for what is not on offer, before the widget reads it."""
    if name in st.session_state:
        return []
    asked = st.query_params.get_all(name)
    return [_NAMED.get(name, name)] if any(each not in offered for each in asked) else []


class _days:  # noqa: N801 -- a range of days that reads as one
    """Dates the as-of filter takes, as they stand in a link."""

    def __contains__(self, value: object) -> bool:
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            return False
        return FIRST_DAY <= day <= session.today()


def _label_of(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda value: visible(names.get(value, value))
