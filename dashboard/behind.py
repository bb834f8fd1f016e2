"""How far the answers of a run are behind, where the warehouse cannot be reached."""

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import visitor

_KEY: Final = "_behind"
_lock: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Behind:
    """Since when the warehouse cannot be reached, and when the oldest answer shown was given."""

    since: datetime
    as_of: datetime | None = None

    def sentence(self, *, on: datetime | None = None) -> str:
        """Both in words; a day is named unless it is that of ``on``, the moment it is read."""
        since = f"the warehouse cannot be reached since {_moment(self.since, on)}."
        if self.as_of is None:
            return f"{since[0].upper()}{since[1:]}"
        return f"As of {_moment(self.as_of, on)}; {since}"

    @property
    def age(self) -> timedelta:
        """How old the oldest answer is."""
        return datetime.now(UTC) - (self.as_of or self.since)

    @property
    def is_old(self) -> bool:
        """Whether it is older than data may be before they are said to be old."""
        return self.age > timedelta(hours=visitor.settings().server.stale_after_hours)


def begin() -> None:
    """Forget what the run before was behind."""
    st.session_state.pop(_KEY, None)


def answered(asked_at: datetime, *, since: datetime) -> None:
    """Say when an answer was asked for that this run shows while the warehouse is away."""
    if not _in_a_run():
        return
    # Several questions are answered side by side.
    with _lock:
        known = st.session_state.get(_KEY) or Behind(since)
        oldest = min(asked_at, known.as_of or asked_at)
        st.session_state[_KEY] = replace(known, as_of=oldest)


def present() -> Behind | None:
    """How far what this run has shown so far is behind; ``None`` where the warehouse answers."""
    known = st.session_state.get(_KEY) if _in_a_run() else None
    if isinstance(known, Behind):
        return known
    since = visitor.away_since()
    return Behind(since) if since else None


def _in_a_run() -> bool:
    """Outside of one, as where a file is made at a click, the state would be everybody's."""
    return get_script_run_ctx(suppress_warning=True) is not None


def _moment(moment: datetime, on: datetime | None) -> str:
    if on is not None and moment.date() == on.date():
        return f"{moment:%H:%M} UTC"
    return f"{moment:%-d %b %Y %H:%M} UTC"
