"""What is held on a person in reviews, taking it out, and taking out what is too old."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from dashboard import access, session, writes
from dashboard.filters import Filters
from dashboard.queries import talent
from dashboard.session import MissingTableError, StoreError
from dashboard.store.base import Kind
from dashboard.store.personal import HeldRow


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of the app's own database, and how many rows of the company's tables name a person."""

    stored: tuple[HeldRow, ...]
    loaded: Mapping[str, int]


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
    return Held(session.store().held_on(member_id), _loaded(member_id))


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


def _loaded(member_id: str) -> dict[str, int]:
    # Whatever day it bears: what is dated ahead is held, too.
    among = Filters(as_of=date.max)
    found: dict[str, int] = {}
    try:
        ratings = session.load(talent.ratings, among)
        found["talent_reviews, rated"] = _rows(ratings, "member_id", member_id)
        found["talent_reviews, as reviewer"] = _rows(ratings, "reviewer_id", member_id)
    except MissingTableError:
        found["talent_reviews"] = 0
    try:
        skills = session.load(talent.skill_levels, among)
        found["skill_assessments"] = _rows(skills, "member_id", member_id)
    except MissingTableError:
        found["skill_assessments"] = 0
    return found


def _rows(frame: pl.DataFrame, name: str, member_id: str) -> int:
    return frame.filter(pl.col(name) == member_id).height
