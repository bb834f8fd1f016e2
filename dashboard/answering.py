"""Answers from cache, from the warehouse, or the last good ones where it cannot be reached."""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import polars as pl
import pyarrow as pa
import streamlit as st

from dashboard import behind, visitor
from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.memory import Memory
from dashboard.once import once_a_run
from dashboard.questions import questions
from dashboard.store.base import StoreError
from dashboard.warehouse.base import UnreachableError, Warehouse
from dashboard.warehouse.remembering import Params, Remembering, told_apart
from dashboard.warehouse.stand_in import MOMENTS, of_moment

Made = TypeVar("Made")
Dated = tuple[pl.DataFrame, datetime]
"""An answer, and when the oldest of what it was made of was asked for."""
LASTS: Final = timedelta(minutes=15)
"""Age after which an answer is asked for anew, of a warehouse that may change unsaid."""
LASTS_FOR_A_VERSION: Final = timedelta(hours=12)
"""The same where the version says it: a file that is written once and swapped in whole."""
_LENGTH: Final = 8
"""Bytes in front of a kept answer: how long it is when it is unpacked."""


def answer(
    query: Callable[..., pl.DataFrame],
    question: str,
    allowed: Scope,
    among: Filters,
    params: Params,
) -> pl.DataFrame:
    """The answer, from cache where the same scope asked it before.

    Where the warehouse cannot be reached it is the last good one, and the run is behind.

    Raises
    ------
    UnreachableError
        It cannot be reached, and this scope was never answered that.
    """
    asked = (question, _told_apart_by(allowed), among, params)
    try:
        frame, asked_at = _load(query, *asked)
    except UnreachableError as error:
        since = visitor.away_since() or datetime.now(UTC)
        try:
            frame, asked_at = _last_good(query, *asked, since)
        except UnreachableError as none:
            if visitor.kept() is None:
                raise error from none
            raise UnreachableError(f"{error} No earlier answer to this is kept.") from none
        behind.answered(asked_at, since=since)
    else:
        if away := visitor.away_since():
            behind.answered(asked_at, since=away)
    return frame


def is_at_hand(question: str, allowed: Scope, among: Filters, params: Params) -> bool:
    """Whether the answer is here already, and nothing is asked for it."""
    version = visitor.freshness().version
    key = (question, _told_apart_by(allowed), among, told_apart(params), version)
    return _answers().holds(key)


def forget() -> None:
    """Ask everything anew; nothing is forgotten of who may see what."""
    st.cache_data.clear()
    for memory in (_answers(), _fetched()):
        memory.clear()


def forget_last() -> None:
    """Delete what is kept for when the warehouse cannot be reached.

    Raises
    ------
    StoreError
        Not all of it could be deleted.
    """
    try:
        if (kept := visitor.kept()) is not None:
            kept.forget()
    except OSError as error:
        raise StoreError("The kept answers could not be deleted.") from error
    finally:
        _last_good.clear()


def dated(answer: Callable[[], Made]) -> tuple[Made, datetime]:
    """What is made of answers, and when the oldest of them was asked for; new ones are of now."""
    now, moments = datetime.now(UTC), list[datetime]()
    token = MOMENTS.set(moments)
    try:
        return answer(), min(moments, default=now)
    finally:
        MOMENTS.reset(token)


def _told_apart_by(allowed: Scope) -> Scope:
    """What tells answers apart: the rights, and the person where the warehouse decides again."""
    return allowed if visitor.warehouse().source.decides_again else allowed.rights


def _load(
    query: Callable[..., pl.DataFrame],
    question: str,
    allowed: Scope,
    among: Filters,
    params: Params,
) -> Dated:
    key = (question, allowed, among, told_apart(params), visitor.freshness().version)

    def asked() -> Dated:
        of = _remembering() if questions()[question].computed else visitor.warehouse()
        return dated(lambda: query(of, allowed, among, **dict(params)))

    return _answers().answer(key, asked)


@once_a_run
@st.cache_resource(show_spinner=False)
def _answers() -> Memory[Dated]:
    """Answers of questions, for all sessions: the rights are part of what tells them apart."""
    return _memory(20_000, 40_000_000)


@st.cache_resource(show_spinner=False)
def _fetched() -> Memory[Dated]:
    """What computed questions were computed from."""
    return _memory(2_000, 20_000_000)


def _memory(at_most: int, at_most_bytes: int) -> Memory[Dated]:
    says = visitor.warehouse().source.says_when_it_changes
    return Memory(
        lasts=LASTS_FOR_A_VERSION if says else LASTS,
        at_most=at_most,
        at_most_bytes=at_most_bytes,
        packed=packed,
        unpacked=unpacked,
    )


def packed(answer: Dated) -> bytes:
    """An answer as it is kept.

    Not by ``write_ipc_stream`` into a buffer: it holds on to the frame while it waits for Python's
    lock, and whoever asks the same frame for its height at that moment waits for it with the lock
    in hand. The whole server stands still.
    """
    rows = pickle.dumps(answer)
    compressed: bytes = pa.compress(rows, codec="lz4", asbytes=True)
    return len(rows).to_bytes(_LENGTH) + compressed


def unpacked(kept: bytes) -> Dated:
    """An answer as it was: a tenth of a millisecond, 33 for 100,000 rows of eleven columns."""
    length, compressed = kept[:_LENGTH], memoryview(kept)[_LENGTH:]
    rows = pa.decompress(compressed, int.from_bytes(length), codec="lz4")
    answer: Dated = pickle.loads(rows)  # noqa: S301 -- of this process's own memory
    return answer


@st.cache_data(ttl="15m", max_entries=1000, show_spinner=False)
def _last_good(
    _query: Callable[..., pl.DataFrame],
    question: str,
    scope: Scope,
    among: Filters,
    params: Params,
    since: datetime,
) -> Dated:
    del question
    kept = _kept_answers(since)
    if kept is None:
        raise UnreachableError("No last answers are kept.")
    return dated(lambda: _query(kept, scope, among, **dict(params)))


@st.cache_resource(max_entries=1, show_spinner=False)
def _kept_answers(since: datetime) -> Warehouse | None:
    """What answers while the warehouse is away: anew each time, for methods are kept for each."""
    del since
    return visitor.stand_in().answers()


@once_a_run
@st.cache_resource(show_spinner=False)
def _remembering() -> Warehouse:
    """What computed questions ask: one for all, for methods are kept for each warehouse."""

    def answered(
        schema: pl.Schema, question: str, scope: Scope, among: Filters, params: Params
    ) -> pl.DataFrame:
        def asked() -> Dated:
            now = datetime.now(UTC)
            frame = visitor.warehouse().fetch(
                question, schema=schema, scope=scope, filters=among, **dict(params)
            )
            return frame, now

        # A question has one schema: its name is key enough.
        key = (question, scope, among, told_apart(params), visitor.freshness().version)
        frame, asked_at = _fetched().answer(key, asked)
        of_moment(asked_at)
        return frame

    return Remembering(visitor.warehouse(), answered)
