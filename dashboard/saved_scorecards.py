"""Scorecards that people saved: listed, looked at and kept for whoever looks."""

import streamlit as st

from dashboard import session, writes
from dashboard.policy import Definition
from dashboard.scorecards import NamedScorecard, read, saved_scorecards, written


def scorecards_on_offer() -> dict[str, NamedScorecard]:
    """Latest version of each saved scorecard by name.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    return _saved()


def scorecard_version(name: str, version: int) -> NamedScorecard:
    """A version of a saved scorecard.

    Raises
    ------
    StoreError
        There is none, it cannot be read, or the store does not answer.
    """
    return read(session.store().scorecard(name, version), session.policy())


def save_scorecard(
    name: str, card: str, definition: Definition, *, on_top_of: int | None, token: str
) -> NamedScorecard:
    """Save a scorecard for everybody, as the next version of its name.

    Raises
    ------
    StoreError
        Somebody saved it meanwhile, the name cannot be kept, or the store is away.
    """
    with writes.listed_anew(_saved):
        saved = session.store().save_scorecard(
            name, written(card, definition), on_top_of=on_top_of, **writes.signed(token)
        )
    return read(saved, session.policy())


@st.cache_data(ttl="10s", max_entries=1, show_spinner=False)
def _saved() -> dict[str, NamedScorecard]:
    return saved_scorecards(session.store(), session.policy())
