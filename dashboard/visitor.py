"""Who looks: from a request to a viewer and what the viewer may see, at every run anew.

Everything that decides of it is here: settings, store and warehouse, the list of the team, the
sign-in. Nothing cached here reads who looks: that is an argument or not there at all.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, TypeVar, cast

import polars as pl
import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from dashboard.access import EVERYTHING, Scope, Viewer, without_talent
from dashboard.identity import Identity, NotAdmittedError, identity_of
from dashboard.once import once_a_run
from dashboard.policy import Policy
from dashboard.questions import questions
from dashboard.serving import fault_of, is_from_this_machine
from dashboard.settings import Settings, load_settings
from dashboard.store.base import StoreError
from dashboard.store.opening import open_store
from dashboard.store.shelf import Place
from dashboard.store.store import Store
from dashboard.warehouse.base import Freshness, UnreachableError
from dashboard.warehouse.kept import KeptAnswers
from dashboard.warehouse.opening import open_kept, open_warehouse
from dashboard.warehouse.stand_in import Keeping, StandIn
from dashboard.warehouse.viewers import (
    MEMBERS_ASKED,
    UnknownViewerError,
    members,
    scope_for,
    viewer_by_group,
    viewer_of,
)
from dashboard.warehouse.watched import Watched

T = TypeVar("T")

_PLACE: Final = "_place"
OFFSCREEN: Final = "_offscreen"
"""Key of the session state that holds for whom a page runs where nobody looks: no link sets it."""


@dataclass(frozen=True, slots=True)
class Offscreen:
    """For whom a page runs where nobody looks: a viewer, or the operator (``None``).

    Whoever starts such a run has found that it may be asked for.
    """

    viewer: Viewer | None


@once_a_run
@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The settings, read once a start."""
    return load_settings()


@once_a_run
@st.cache_resource(show_spinner=False, on_release=lambda watched: watched.circuit.end())
def warehouse() -> Watched:
    """One warehouse for every session; each query takes its own cursor."""
    opened, keeps = open_warehouse(settings()), kept()
    return Watched(opened if keeps is None else Keeping(opened, keeps, may_be_kept))


@once_a_run
@st.cache_resource(show_spinner=False, on_release=lambda kept: kept and kept.end())
def kept() -> KeptAnswers | None:
    """Last good answers, for when the warehouse cannot be reached."""
    return open_kept(settings())


def may_be_kept(question: str) -> bool:
    """Whether answers to a SQL file may lie on disk: no ratings of people, and nothing unknown."""
    known = questions().get(question)
    return question == MEMBERS_ASKED if known is None else not known.of_talent


def stand_in() -> StandIn:
    """What is last known where the warehouse cannot be reached."""
    return _stand_in(warehouse())


@lru_cache(maxsize=1)
def _stand_in(watched: Watched) -> StandIn:
    holds = timedelta(hours=settings().kept.team_hours)
    return StandIn(watched, kept(), team_holds=holds)


def away_since() -> datetime | None:
    """Since when the warehouse cannot be reached; ``None`` while it is asked."""
    return warehouse().circuit.since


@once_a_run
@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The app's own database, for what people save."""
    opened = open_store(settings())
    opened.place = place
    return opened


def policy() -> Policy:
    """The company's choices."""
    return settings().policy


@once_a_run
def freshness() -> Freshness:
    """How old the answers are; as last known where the warehouse cannot be reached."""
    return stand_in().freshness()


def data_age() -> timedelta:
    """Time since the data were loaded."""
    return datetime.now(UTC) - freshness().loaded_at


def is_stale() -> bool:
    """Whether the data are older than they should be; the demo's never are."""
    return not is_demo() and data_age() > timedelta(hours=settings().server.stale_after_hours)


def is_demo() -> bool:
    """Whether the warehouse holds the demo company."""
    return freshness().origin == "demo"


@once_a_run
def today() -> date:
    """The day the dashboard speaks for: set, the demo's own, or today.

    Where the warehouse cannot be reached the day on which it last answered: there are no answers
    for a later one.
    """
    if settings().as_of:
        return cast("date", settings().as_of)
    if is_demo():
        return freshness().as_of
    return stand_in().last_good_day() or datetime.now(UTC).date()


@once_a_run
def team() -> pl.DataFrame:
    """Everyone in ``team_members``; decides what a viewer may see, at every run anew.

    Where the warehouse cannot be reached it is the last known list, for as long as that holds.

    Raises
    ------
    UnreachableError
        It is not known who may see what.
    """
    version, on = freshness().version, today()
    try:
        return _team(version, on)
    except UnreachableError:
        people, asked_at = _last_known_team(away_since(), on)
        stand_in().expect_valid(asked_at)
        return people


def with_sign_in() -> bool:
    """Whether people sign in."""
    return settings().sign_in.enabled


def fault() -> str | None:
    """Why the app must not serve with these secrets and options."""
    if not with_sign_in():
        return None
    if st.get_option("server.trustedUserHeaders"):
        return "Sign-in is on, and server.trustedUserHeaders would let a header say who looks."
    try:
        auth = st.secrets.get("auth", {})
    except StreamlitSecretNotFoundError:
        auth = {}
    return fault_of(auth if isinstance(auth, Mapping) else {})


def identity() -> Identity:
    """Whoever is signed in, as long as the sign-in lasts and nobody signed out of it.

    Raises
    ------
    NotAdmittedError
        Nobody, or the reason why not; a sign-in whose end cannot be looked up is not served.
    """
    who = identity_of(st.user.to_dict(), settings().sign_in, datetime.now(UTC))
    _still_in(who)
    return who


@st.cache_resource(show_spinner=False)
def ended_here() -> set[str]:
    """Sign-ins that were signed out of in this process, where the store was away then."""
    return set()


def look_up_again(key: str) -> None:
    """Forget whether a sign-in had ended."""
    _has_ended.clear(key)


def server_address() -> str:
    """Where the server listens."""
    address = st.get_option("server.address") or os.environ.get("STREAMLIT_SERVER_ADDRESS", "")
    return str(address)


def request_headers() -> list[tuple[str, str]]:
    """Headers of the request that opened this session."""
    headers = st.context.headers
    return [(name, value) for name in headers for value in headers.get_all(name)]


def let_in() -> None:
    """Nothing where the request may be answered at all; asks nothing of the warehouse.

    Raises
    ------
    NotAdmittedError
        Nobody is signed in; or, without sign-in, the request did not come from this machine.
    """
    if with_sign_in():
        identity()
    elif not _is_from_this_machine():
        raise NotAdmittedError(
            "refused",
            "Without sign-in the dashboard is served on this machine only, and through no proxy.",
        )


def viewer() -> Viewer | None:
    """Who looks; the operator is ``None``.

    With sign-in whoever signed in. Without, in the demo, whoever the switch names; on a company's
    own data the operator, where the settings say so.

    Raises
    ------
    NotAdmittedError
        Nobody is let in.
    UnknownViewerError
        The address is nobody's.
    """
    if isinstance(offscreen := st.session_state.get(OFFSCREEN), Offscreen):
        return offscreen.viewer
    let_in()
    if with_sign_in():
        who = identity()
        if who.role is None:
            return _viewer_of(who.email, _rights_on())
        return viewer_by_group(team(), who.email, _rights_on(), role=who.role, name=who.name)
    if is_demo():
        email = st.session_state.get("viewer")
        return _viewer_of(str(email), today()) if email else None
    if not settings().operator:
        raise NotAdmittedError(
            "refused", "Without sign-in a company's own data are shown to their operator only."
        )
    return None


def scope() -> Scope:
    """What the viewer may see."""
    who, talent = viewer(), talent_is_on()
    if who is None:
        return EVERYTHING if talent else without_talent(EVERYTHING)
    return _scope_for(who, _rights_on(), talent)


def talent_is_on() -> bool:
    """Whether reviews of the team are shown at all."""
    return policy().talent.is_on(demo=is_demo())


def still_has(rights: Scope) -> bool:
    """Whether whoever looks is let in and may see the same as before."""
    try:
        return scope() == rights
    except (NotAdmittedError, UnknownViewerError):
        return False


def while_admitted(build: Callable[[], T]) -> Callable[[], T]:
    """What is built later, where nobody is known to look, for whoever looks now.

    Raises, when it is built, ``NotAdmittedError`` where this sign-in has ended meanwhile.
    """
    is_offscreen = OFFSCREEN in st.session_state
    who = identity() if with_sign_in() and not is_offscreen else None

    def built() -> T:
        if who is not None:
            _still_in(who)
        return build()

    return built


def who() -> str:
    """Whose name stands under what is saved.

    Raises
    ------
    StoreError
        Nobody is let in any more: nothing is saved in nobody's name.
    """
    try:
        looking = viewer()
    except (NotAdmittedError, UnknownViewerError) as error:
        raise StoreError("Nothing was saved: you are not signed in any more.") from error
    return "operator" if looking is None else looking.email


def open_page(page: str) -> None:
    """Say which page is run: until the next one, everything is noted under it and this viewer."""
    st.session_state[_PLACE] = _place_on(page)


def page() -> str:
    """The page that is run; empty before the door has let anybody in."""
    opened = st.session_state.get(_PLACE)
    return opened.page if isinstance(opened, Place) else ""


def place() -> Place:
    """Who looks, as what and on which page: what the audit log says of this run."""
    return st.session_state.get(_PLACE) or _place_on("")


@once_a_run
def _is_from_this_machine() -> bool:
    return is_from_this_machine(server_address(), request_headers())


@once_a_run
def _viewer_of(email: str, on: date) -> Viewer:
    return viewer_of(team(), email, on)


@once_a_run
def _scope_for(viewer: Viewer, on: date, talent: bool) -> Scope:
    return scope_for(team(), viewer, on, talent=talent)


def _place_on(page: str) -> Place:
    looking = viewer()
    if looking is None:
        return Place("operator", "operator", page)
    return Place(looking.email, looking.role, page)


def _rights_on() -> date:
    """The day of which rights are: somebody who signs in may have left after the day shown."""
    return max(today(), datetime.now(UTC).date()) if with_sign_in() else today()


def _still_in(who: Identity) -> None:
    if who.ends_at <= datetime.now(UTC):
        raise NotAdmittedError("ended", "Your sign-in has ended.")
    if who.key in ended_here() or _has_ended(who.key):
        raise NotAdmittedError("ended", "You have signed out.")


@st.cache_data(ttl="5s", max_entries=2000, show_spinner=False)
def _has_ended(key: str) -> bool:
    try:
        return store().has_ended(key)
    except StoreError as error:
        raise NotAdmittedError(
            "away", "The database that knows who signed out does not answer."
        ) from error


@st.cache_data(ttl="1m", max_entries=4, show_spinner=False)
def _last_known_team(since: datetime | None, on: date) -> tuple[pl.DataFrame, datetime]:
    del since
    return stand_in().team(on)


@st.cache_data(ttl="1m", max_entries=4, show_spinner=False)
def _team(version: str, on: date) -> pl.DataFrame:
    del version
    return members(warehouse(), on)
