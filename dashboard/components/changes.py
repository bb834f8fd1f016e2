"""What changed, told: since which day, and the largest changes account by account."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import polars as pl
import streamlit as st

from dashboard.components.cards import exhibit_card
from dashboard.components.links import link
from dashboard.exhibit import Exhibit, Source
from dashboard.filters import Filters
from dashboard.findings import overview as findings
from dashboard.formats import money, plain
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
    "lifecycle": "Customer lifecycle",
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


def told_card(
    changes: pl.DataFrame,
    among: Filters,
    since: date,
    *,
    most: int,
    question: str = "overview/changes",
    more: str = "",
) -> None:
    """The changes worth a sentence, each with its account and its subject; all of them behind.

    Takes the columns of ``queries.overview.CHANGES``, or those and more of another question, whose
    definition ``more`` completes.
    """
    currency, day = policy().reporting_currency, f"{since:%-d %b %Y}"
    told = findings.told(changes, most=most, currency=currency)
    net = Decimal(changes.filter(pl.col("kind").is_in(findings.MOVED))["arr"].sum() or 0)

    def sentences() -> None:
        left, right = st.columns(2, gap="medium")
        with left:
            _stories("moved", "ARR that moved most", told.moved, "No ARR moved.")
        with right:
            _stories("stake", "Where most is at stake", told.at_stake, "Nothing else changed.")
        st.markdown(f"**{plain(findings.more(told, len(changes), day, currency=currency))}.**")
        st.caption(
            plain(
                f"After {day} up to {among.as_of:%-d %b %Y}, an account at a time, the largest "
                "amounts first: on the left by how far its ARR moved, on the right by the ARR of "
                "the customer, renewal or opportunity concerned. The movements of ARR, "
                f"{money(net, currency=currency)} together, are those of the ARR bridge between "
                "the two days."
            )
        )

    exhibit_card(
        Exhibit(
            key="changes",
            title=findings.changed(changes, day, currency=currency),
            definition=(
                "Every change after the day compared with, the largest first. For movements of "
                "ARR the amount is what it moved by; for a renewal what was renewed, or due and "
                "lost; for health, risks and detractors the customer's ARR, for a forecast what "
                "is due or open, above zero where the news is good. What the sentences leave to "
                "the table counts every account once, at its largest change."
                f"{more}"
            ),
            frame=changes,
            source=Source(question, {"compared_on": since}),
            lead=sentences,
        ),
        among,
    )


def _stories(side: str, heading: str, stories: Sequence[findings.Story], nothing: str) -> None:
    st.markdown(f"**{heading}**")
    if not stories:
        st.caption(nothing)
    for place, story in enumerate(stories):
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"told_{side}_{place}"
        ):
            if story.account_id is None:
                st.markdown(f"**{plain(story.account_name)}**", width="content")
            else:
                link("account", story.account_name, strong=True, account=story.account_id)
            link(story.page, TITLES[story.page], icon=":material/arrow_forward:")
            st.markdown(f"{plain(story.text[:1].upper() + story.text[1:])}.")
