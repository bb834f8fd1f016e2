"""Cycles of reviews: how far each is, and the form that opens one or changes its days."""

from datetime import date, timedelta
from functools import partial
from typing import Final

import polars as pl
import streamlit as st

from dashboard import reviews
from dashboard.components.cards import exhibit_card, heading
from dashboard.components.nine_block import SOURCE
from dashboard.components.states import empty
from dashboard.components.talent import unsaid_params
from dashboard.components.writing import how_it_went, write_and_say
from dashboard.exhibit import Exhibit
from dashboard.filters import Filters
from dashboard.findings import talent as findings
from dashboard.formats import visible
from dashboard.ratings import tables
from dashboard.reviewing import CycleDraft, keep_cycle, may_open_cycles
from dashboard.reviews import Reviewed, state_of
from dashboard.session import scope, today

FORM: Final = "cycle"
NEW: Final = "A new cycle"
_WEEKS_TO_RATE: Final = 3
_WEEKS_TO_CLOSE: Final = 5


def view(reviewed: Reviewed, among: Filters) -> None:
    """Every cycle with its days and state, progress by manager, and the form."""
    how_it_went(FORM)
    team = reviews.team(among)
    cycles = _cycles(reviewed)
    exhibit_card(
        Exhibit(
            key="cycles",
            title=findings.cycles(cycles),
            definition=(
                "A cycle runs twice a year, with a lighter refresh in the quarters between. "
                "People are rated and moved from the day it opens to the day it closes; after "
                "the day ratings are due they still count, and are late. A closed cycle can be "
                "read only; changing its days opens it again. Loaded cycles bear no days here."
            ),
            frame=cycles,
            source=SOURCE,
            unsaid=unsaid_params(),
        ),
        among,
    )
    if team.is_empty():
        empty("Nobody you may see works on the as-of date.", scope().reason)
    elif not cycles.is_empty():
        cycle = st.selectbox("Progress of", cycles["cycle"].to_list(), key="progress_cycle")
        progress = tables.progress(team, reviewed.ratings, cycle)
        exhibit_card(
            Exhibit(
                key="progress",
                title=findings.progress(progress, cycle),
                definition=(
                    "People rated by anybody above them, of those who work on the as-of date, by "
                    "the manager they report to."
                ),
                frame=progress,
                source=SOURCE,
                added=reviews.added(reviewed.ratings, cycle),
                unsaid=unsaid_params(),
            ),
            among,
        )
    if may_open_cycles():
        _form()
    else:
        st.caption("Executives and people partners open cycles and change their days.")


def _cycles(reviewed: Reviewed) -> pl.DataFrame:
    """Cycles of both sources, the latest first."""
    rated = dict(tables.cycles(reviewed.ratings).select("cycle", "people").iter_rows())
    opened = reviews.cycles()
    rows = [
        (
            name,
            state_of(found := opened.get(name), today()),
            None if found is None else "Refresh" if found.is_refresh else "Full",
            found and found.opens_on,
            found and found.rate_by_on,
            found and found.closes_on,
            rated.get(name, 0),
        )
        for name in sorted({*rated, *opened}, reverse=True)
    ]
    return pl.DataFrame(
        rows,
        schema={
            "cycle": pl.String,
            "cycle_state": pl.String,
            "cycle_kind": pl.String,
            "opens_on": pl.Date,
            "rate_by_on": pl.Date,
            "closes_on": pl.Date,
            "people_rated": pl.Int64,
        },
        orient="row",
    )


def _form() -> None:
    opened = reviews.cycles()
    chosen = st.selectbox("Open or change", [NEW, *opened], format_func=visible, key="cycle_form")
    before = opened.get(chosen)
    count = st.session_state.get(f"{FORM}_count", 0)
    key = f"{FORM}_{chosen}_{before.version if before else count}"
    first = before.opens_on if before else today()
    with st.form(key, border=True):
        heading(f"Days of {before.name}" if before else "Open a cycle")
        name = before.name if before else _name(key)
        left, middle, right = st.columns(3)
        opens = left.date_input("Opens", first, key=f"{key}_opens")
        rate_by = middle.date_input(
            "Rate by",
            before.rate_by_on if before else first + timedelta(weeks=_WEEKS_TO_RATE),
            key=f"{key}_rate_by",
        )
        closes = right.date_input(
            "Closes",
            before.closes_on if before else first + timedelta(weeks=_WEEKS_TO_CLOSE),
            key=f"{key}_closes",
        )
        refresh = st.checkbox(
            "The lighter refresh of a quarter",
            value=before.is_refresh if before else False,
            key=f"{key}_refresh",
        )
        pressed = st.form_submit_button("Change the days" if before else "Open the cycle")
    if pressed and all(isinstance(day, date) for day in (opens, rate_by, closes)):
        draft = CycleDraft(
            name, opens, rate_by, closes, refresh, before.version if before else None
        )
        if write_and_say(FORM, f"{draft}", partial(_keep, draft), f"{visible(name)} is kept."):
            st.session_state[f"{FORM}_count"] = count + 1
        st.rerun()


def _name(key: str) -> str:
    half = "H1" if today().month <= 6 else "H2"  # noqa: PLR2004 -- the first half of a year
    name = f"{today().year}-{half}"
    return st.text_input(
        "Name",
        f"{name} refresh" if name in reviews.cycles() else name,
        max_chars=80,
        key=f"{key}_name",
        help="Cycles are in the order of their names: 2026-H2, then 2026-H2 refresh.",
    )


def _keep(draft: CycleDraft, token: str) -> None:
    keep_cycle(draft, token=token)
