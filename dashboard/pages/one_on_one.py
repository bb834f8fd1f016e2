"""One-on-one: the book of one CSM, as the weekly meeting reads it."""

import streamlit as st

from dashboard.components import one_on_one as views
from dashboard.components.one_on_one_agenda import agenda
from dashboard.components.one_on_one_lines import notes
from dashboard.components.one_on_one_trend import trend
from dashboard.components.states import empty
from dashboard.components.views import chosen_view
from dashboard.queries import coverage
from dashboard.session import filters, load, narrowed

VIEWS = {
    "Agenda": agenda,
    "Notes": notes,
    "What changed": views.what_changed,
    "Book": views.book,
    "Trend": trend,
}

st.title("One-on-one")

among = filters()
names = views.members(load(coverage.by_csm, among))
if not names:
    empty(
        f"There is no CSM whose book you may see as of {among.as_of:%-d %b %Y}.",
        "Take away a filter, choose another as-of date, or ask who keeps the list of team members.",
    )
    st.stop()

member_id = views.chosen_member(names)
view = chosen_view(list(VIEWS))
VIEWS[view](views.Opened(member_id, names[member_id], narrowed(among, csm_ids=member_id)))
