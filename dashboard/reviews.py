"""Reviews of the team for whoever looks: what was loaded and what the app keeps, as one answer.

The store knows no viewers: ``stored`` is the one function through which its ratings are read, and
leaves out everybody whose ratings the viewer may not see, and the viewer. Nothing read here is
kept in a cache; the loaded rows are, by scope.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal, TypeVar

import polars as pl
import streamlit as st

from dashboard import hidden_names, noting, session
from dashboard.filters import Filters
from dashboard.queries import talent
from dashboard.ratings import combined as both
from dashboard.ratings import tables
from dashboard.session import MissingTableError, StoreError
from dashboard.store.base import SavedCalibration, SavedRating, SavedReviewCycle

RULE: Final = (
    "A rating given in the app replaces the loaded one of the same reviewer in the same cycle; of "
    "several reviewers the latest rating counts; a calibration made in the app counts over a "
    "loaded one."
)
State = Literal["loaded only", "ahead", "open", "late", "closed"]
S = TypeVar("S", SavedRating, SavedCalibration)
_AWAY: Final = "reviews_store_away_until"
_ASK_AGAIN_AFTER: Final = 10.0


@dataclass(frozen=True, slots=True)
class Stored:
    """Every version of the ratings and calibrations in the store that the viewer may see."""

    ratings: tuple[SavedRating, ...] = ()
    calibrations: tuple[SavedCalibration, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Ratings of both sources, with the columns of ``ratings.combined.RATINGS``.

    ``is_away`` where the store did not answer: then they are the loaded ones alone. ``expired``
    counts loaded rows that are older than ratings are kept; ``missing`` names the tables without
    which none could be loaded.
    """

    ratings: pl.DataFrame
    stored: Stored
    is_away: bool
    expired: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a calibration: from where to where, why, by whom."""

    member_id: str
    name: str
    cycle: str
    version: int
    before: str
    after: str
    reason: str
    by: str
    at: datetime
    is_latest: bool


def stored() -> Stored:
    """What the store holds of the people whose ratings the viewer may see, never of the viewer.

    Raises
    ------
    StoreError
        The store is away; that it is, is remembered for ten seconds.
    """
    scope = session.scope()
    if not (scope.all_talent or scope.talent_ids):
        return Stored()
    if time.monotonic() < st.session_state.get(_AWAY, 0.0):
        raise StoreError("The app's own database does not answer.")
    try:
        store = session.store()
        ratings, calibrations = store.all_ratings(), store.all_calibrations()
    except StoreError:
        st.session_state[_AWAY] = time.monotonic() + _ASK_AGAIN_AFTER
        raise
    seen = Stored(_seen(ratings), _seen(calibrations))
    noting.shown("stored ratings", len(seen.ratings) + len(seen.calibrations), first=True)
    return seen


def sight() -> Callable[[str], bool]:
    """Whose ratings the viewer may see, by member id: nobody sees the own in the making."""
    scope, viewer = session.scope(), session.viewer()
    self_id = None if viewer is None else viewer.member_id
    return lambda member_id: member_id != self_id and scope.sees_ratings_of(member_id)


def _seen(saved: tuple[S, ...]) -> tuple[S, ...]:
    sees = sight()
    return tuple(each for each in saved if sees(each.member_id))


def read(among: Filters, *, as_they_are: bool = False) -> Reviewed:
    """Ratings of both sources; with ``as_they_are`` names stay while they are hidden."""
    try:
        kept, is_away = stored(), False
    except StoreError:
        kept, is_away = Stored(), True
    missing: tuple[str, ...] = ()
    try:
        loaded = _without_viewer(session.load(talent.ratings, among))
    except MissingTableError as error:
        loaded, missing = talent.RATINGS.to_frame(), error.tables
    kept_since = session.policy().talent.kept_since(session.today())
    found = both.combined(
        loaded,
        kept.ratings,
        kept.calibrations,
        names=names(),
        as_of=among.as_of,
        kept_since=kept_since,
    )
    expired = loaded.filter(pl.col("reviewed_on") < kept_since).height
    shown = found if as_they_are else hidden_names.hidden(found)
    return Reviewed(shown, kept, is_away, expired, missing)


def team(among: Filters) -> pl.DataFrame:
    """Whom reviews are about, without the viewer, with the columns of ``queries.talent.TEAM``."""
    return hidden_names.hidden(_team(among))


def _team(among: Filters) -> pl.DataFrame:
    return _without_viewer(session.load(talent.team, among))


def skill_levels(among: Filters, kept: Stored) -> pl.DataFrame:
    """Skills of both sources; none where no assessment was loaded or given in the app."""
    try:
        loaded = _without_viewer(session.load(talent.skill_levels, among))
    except MissingTableError:
        loaded = talent.SKILL_LEVELS.to_frame()
    own = both.as_they_stood(kept.ratings, among.as_of)
    return hidden_names.hidden(tables.with_own_skills(loaded, own, _team(among)))


def expected_levels(among: Filters, kept: Stored) -> pl.DataFrame:
    """What the job of each person expects, skill by skill."""
    return tables.expected_levels(skill_levels(among, kept), team(among))


def _without_viewer(frame: pl.DataFrame) -> pl.DataFrame:
    viewer = session.viewer()
    return frame if viewer is None else frame.filter(pl.col("member_id") != viewer.member_id)


def own_rating(kept: Stored, cycle: str, member_id: str) -> SavedRating | None:
    """How the viewer rated somebody in a cycle; ``None`` where the viewer has not yet."""
    viewer = session.viewer()
    if viewer is None:
        return None
    found = [
        each
        for each in kept.ratings
        if (each.cycle, each.member_id, each.reviewer_id) == (cycle, member_id, viewer.member_id)
    ]
    return found[-1] if found and found[-1].withdrawn is None else None


def cycles() -> dict[str, SavedReviewCycle]:
    """Cycles opened in the app by name, the latest first; none where the store is away."""
    try:
        found = session.store().review_cycles()
    except StoreError:
        return {}
    return {each.name: each for each in sorted(found, key=lambda each: each.name, reverse=True)}


def state_of(cycle: SavedReviewCycle | None, on: date) -> State:
    """Where a cycle stands: ratings and calibrations are taken while it is open or late."""
    if cycle is None:
        return "loaded only"
    if on < cycle.opens_on:
        return "ahead"
    if on > cycle.closes_on:
        return "closed"
    return "late" if on > cycle.rate_by_on else "open"


def is_open(cycle: SavedReviewCycle | None) -> bool:
    """Whether a cycle takes ratings and calibrations today."""
    return state_of(cycle, session.today()) in {"open", "late"}


def moves(reviewed: Reviewed, cycle: str) -> list[Move]:
    """Every step of the calibration of a cycle in the app, the latest first, with real names."""
    known = names()
    counting = both.in_cycle(reviewed.ratings, cycle)
    start: dict[str, str] = dict(counting.select("member_id", "block_without_move").iter_rows())
    found: list[Move] = []
    last: dict[str, Move] = {}
    for each in reviewed.stored.calibrations:
        shown = hidden_names.label_of(each.member_id)
        if each.cycle != cycle or each.withdrawn is not None or shown not in start:
            continue
        before = last[shown].after if shown in last else start[shown]
        name = shown if hidden_names.are_hidden() else known.get(each.member_id, each.member_id)
        after = both.block_of(each.performance, each.promotability)
        step = Move(
            shown, name, cycle, each.version, before, after,
            each.reason, each.saved_by, each.saved_at, is_latest=True,
        )  # fmt: skip
        if shown in last:
            found[-1] = replace(found[-1], is_latest=False)
        found.append(step)
        last[shown] = step
    return sorted(found, key=lambda each: each.at, reverse=True)


def names() -> Mapping[str, str]:
    """Name of everybody on the team by member id, leavers too."""
    return dict(session.team().select("member_id", "name").iter_rows())


def managers() -> Mapping[str, str | None]:
    """Whom everybody reports to, by member id."""
    return dict(session.team().select("member_id", "manager_id").iter_rows())


def added(ratings: pl.DataFrame, cycle: str) -> str:
    """What the app's own database adds to the loaded ratings of a cycle, and by which rule."""
    found = both.sources(ratings, cycle)
    return (
        f"{cycle}: {found['loaded']:,} ratings loaded and {found['app']:,} given in the app; of "
        f"the people, {found['calibrated loaded']:,} with a loaded calibration and "
        f"{found['calibrated app']:,} with one made in the app. {RULE} The command line answers "
        "from the warehouse alone."
    )
