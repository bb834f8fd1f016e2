"""The book of a person beside the form of a rating: context, out of which nothing is computed."""

from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard.components.cards import heading
from dashboard.components.kpis import kpi, kpi_row
from dashboard.filters import Filters
from dashboard.formats import plain
from dashboard.metrics import one_on_one as metrics
from dashboard.queries import one_on_one
from dashboard.session import MissingTableError, load, scope

CARDS: Final = (metrics.customers, metrics.arr, metrics.red_arr, metrics.renewals_ahead)


def book_context(member_id: str, among: Filters) -> None:
    """What the person's customers did, for those who may see them; the form does not read it."""
    if not scope().sees_accounts:
        st.caption("The person's book is not shown: you see no customers.")
        return
    try:
        book = load(one_on_one.accounts, replace(among, csm_ids=(member_id,)))
    except MissingTableError:
        return
    with st.container(border=True, key="card_book_context"):
        heading("For context only: the person's book")
        st.caption(
            plain(
                "No rating is computed, proposed or sorted from these numbers. A book says what "
                "customers did; the rating says how the person meets what the level expects."
            )
        )
        if book.is_empty():
            st.caption("The person holds no customers that you may see.")
            return
        with kpi_row():
            for metric in CARDS:
                kpi(metric, book)
