"""What is seen, taken away and done, on its way from a run to the audit log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import visitor
from dashboard.access import Scope
from dashboard.audit import Recorder
from dashboard.store.base import AuditEntry, Recorded
from dashboard.store.shelf import Place


@st.cache_resource(show_spinner=False, on_release=Recorder.close)
def recorder() -> Recorder:
    """The way to the audit log, for every session."""
    return Recorder(visitor.store())


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


def turned_away(page: str) -> None:
    """Note that a link named a viewer whom nobody knows; what it named is not repeated."""
    recorder().seen(AuditEntry(now(), "nobody", "", page, "refused", "viewer of the link"))


def answered(
    question: str, filters: str, rows: int, *, allowed: Scope, first: bool = False
) -> None:
    """Note an answer that a page is given within a scope; once in 15 minutes.

    Raises
    ------
    StoreError
        With ``first``, where the log cannot be written: then it must not be given.
    """
    running = get_script_run_ctx()
    among = (running.session_id if running else "", allowed)
    recorder().seen(_line("view", question, filters, rows), among=among, first=first)


def shown(subject: str, rows: int, *, filters: str = "{}", first: bool = False) -> None:
    """Note what a page is about to show that is no answer of ``load``; once in 15 minutes.

    Parameters
    ----------
    subject, rows, filters
        As of ``AuditEntry``.
    first
        Whether it must not be shown without its line, as ratings must not.

    Raises
    ------
    StoreError
        With ``first``, where the log cannot be written: then do not show it.
    """
    answered(subject, filters, rows, allowed=visitor.scope(), first=first)


def noted(
    action: Recorded,
    subject: str,
    *,
    filters: str = "{}",
    rows: int | None = None,
    by: str | None = None,
) -> None:
    """Write a line of the audit log now, before what it is about is given or done.

    Parameters
    ----------
    action, subject, filters, rows
        As of ``AuditEntry``; ``filters_of`` makes the JSON.
    by
        Whose line it is where nobody is let in: their address as they claim it.

    Raises
    ------
    StoreError
        The log cannot be written: then do not give or do it.
    """
    place = visitor.place() if by is None else Place(by, "", "")
    recorder().noted(AuditEntry(now(), *place, action, subject, filters, rows))


def taken_away(
    content: Callable[[], bytes], subject: str, *, filters: str, rows: int | None = None
) -> Callable[[], bytes]:
    """What makes a file when it is asked for: noted first, and not made where it cannot be.

    It runs at the click, in no session; in whose name is settled here, and whether whoever asked
    for it is still let in is asked again. ``filters_of(..., file=name)`` makes the filters.
    """
    line, log = _line("export", subject, filters, rows), recorder()

    def noted_first() -> bytes:
        log.noted(replace(line, at=now()))
        return content()

    return visitor.while_admitted(noted_first)


def _line(action: Recorded, subject: str, filters: str, rows: int | None) -> AuditEntry:
    return AuditEntry(now(), *visitor.place(), action, subject, filters, rows)
