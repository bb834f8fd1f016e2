"""What is held on a person in reviews, taking it out, and taking out what is too old."""

from datetime import date

import streamlit as st

from dashboard import access, noting, session, writes
from dashboard.filters import Filters
from dashboard.ratings.held import Held, loaded_rows
from dashboard.session import StoreError
from dashboard.store.base import Kind


def may_tell() -> bool:
    """Whether the viewer answers what is held on a person, and erases it."""
    return session.talent_is_on() and access.may_tell_what_is_held(session.viewer())


def held_on(member_id: str) -> Held:
    """Everything that is held on a person, leavers too.

    Raises
    ------
    StoreError
        The viewer may not ask, or the store is away.
    """
    _expect_allowed()
    stored = session.store().held_on(member_id)
    noting.shown(f"held on {member_id}", len(stored), first=True)
    # Whatever day it bears: what is dated ahead is held, too.
    return Held(
        stored, loaded_rows(member_id, lambda query: session.load(query, Filters(as_of=date.max)))
    )


def erase(member_id: str, typed: str) -> dict[Kind, int]:
    """Take everything on a person out of the app's own database; how many rows of each kind.

    Raises
    ------
    StoreError
        The viewer may not, the name that was typed is another, or the store is away.
    """
    _expect_allowed()
    people = session.team()
    name = people.filter(people["member_id"] == member_id)["name"].to_list()
    if not name or typed.strip() != name[0].strip():
        raise StoreError("That is not the person's name: nothing was erased.")
    return writes.erase(member_id)


def expire() -> None:
    """Take out ratings that are too old, at most once a day; where the store is away, later."""
    try:
        _expired(session.policy().talent.kept_since(session.today()))
    except StoreError:
        return  # The page says so where it reads.


@st.cache_resource(max_entries=1, show_spinner=False)
def _expired(before: date) -> dict[Kind, int]:
    return writes.expire_talent(before)


def _expect_allowed() -> None:
    if not may_tell():
        raise StoreError("People partners tell what is held on a person, and erase it.")
