"""What changed, told: since which day, and the largest changes account by account."""

import html
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import streamlit as st

from dashboard.components.links import link
from dashboard.findings.overview import Story, Told
from dashboard.formats import plain, visible
from dashboard.session import as_of, policy

QUARTER_END: Final = "last quarter's end"
FOUR_WEEKS: Final = "28 days ago"
A_DAY: Final = "a day"
FIRST_DAY: Final = date(1990, 1, 1)
TITLES: Final = {
    "bridge": "ARR bridge",
    "churn": "Churn",
    "expansion": "Expansion",
    "forecast": "Forecast",
    "health": "Health",
    "nps": "Voice of the customer",
    "renewals": "Renewals",
    "risks": "Risks",
}
"""Pages that a change leads to, by their files."""


def last_quarter_end(day: date) -> date:
    """End of the last fiscal quarter that was over before a day: the first day after it."""
    calendar = policy().calendar
    quarter = calendar.period_of(day, "quarter")
    if quarter.start_on == day:
        quarter = calendar.earlier(day, "quarter", 1)
    return quarter.start_on


def compared_day() -> date:
    """The day that the as-of date is compared with, from the control; always before it."""
    today = as_of()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    picked = left.segmented_control(
        "What changed since",
        [QUARTER_END, FOUR_WEEKS, A_DAY],
        default=QUARTER_END,
        required=True,
        key="compared",
        bind="query-params",
    )
    if picked == FOUR_WEEKS:
        return today - timedelta(days=28)
    if picked == QUARTER_END:
        return last_quarter_end(today)
    latest = today - timedelta(days=1)
    chosen = st.session_state.get("compared_on")
    if isinstance(chosen, date) and not FIRST_DAY <= chosen <= latest:
        st.session_state["compared_on"] = latest
    day = right.date_input(
        "Day",
        value=min(last_quarter_end(today), latest),
        min_value=FIRST_DAY,
        max_value=latest,
        key="compared_on",
        bind="query-params",
    )
    return day if isinstance(day, date) else latest


def told_card(title: str, told: Told, note: str) -> None:
    """The changes worth a sentence, each with its account and the page of its subject."""
    with st.container(border=True, key="card_told"):
        st.html(f'<h3 class="finding">{html.escape(visible(title))}</h3>')
        left, right = st.columns(2, gap="medium")
        with left:
            _stories("ARR that moved most", told.moved, "No ARR moved.")
        with right:
            _stories("Where most is at stake", told.at_stake, "Nothing else changed.")
        st.caption(plain(note))


def _stories(heading: str, stories: Sequence[Story], nothing: str) -> None:
    st.markdown(f"**{heading}**")
    if not stories:
        st.caption(nothing)
    for story in stories:
        with st.container(gap=None):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if story.account_id is None:
                    st.markdown(f"**{plain(story.account_name)}**", width="content")
                else:
                    link("account", story.account_name, account=story.account_id)
                link(story.page, TITLES[story.page], icon=":material/arrow_forward:")
            st.markdown(f"{plain(story.text[:1].upper() + story.text[1:])}.")
