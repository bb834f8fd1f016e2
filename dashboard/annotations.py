"""Notes pinned to a day or an account: read, kept, withdrawn and restored for whoever looks.

A note of an account is for those who may see the account; one of no account for everybody who may
see any. Whoever may see a note may change it: every version stays in the store with its author.
"""

import uuid
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard import session, writes
from dashboard.filters import Filters
from dashboard.queries.account import facts
from dashboard.session import StoreError
from dashboard.store.base import SavedAnnotation
from dashboard.store.values import LONGEST_NOTE

__all__ = ["LONGEST_NOTE", "SavedAnnotation"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says: a new note, or a change of the version that was looked at."""

    note: str
    pinned_on: date
    account_id: str | None
    name: str | None = None
    version: int | None = None


def notes_on(account_id: str | None, as_of: date) -> tuple[SavedAnnotation, ...] | None:
    """Notes of the company and of one account up to a day, in the order of their days.

    ``None`` where the store is away. The caller has found that the viewer may see the account.
    """
    if not session.scope().sees_accounts:
        return ()
    saved = _saved()
    if saved is None:
        return None
    kept = (
        each for each in saved if each.account_id in {None, account_id} and each.pinned_on <= as_of
    )
    return tuple(sorted(kept, key=lambda each: (each.pinned_on, each.saved_at, each.name)))


def author_of(note: SavedAnnotation) -> str:
    """Who saved the latest version, by name where the team has one."""
    return writes.author(note.saved_by)


def keep(draft: Draft, *, token: str) -> SavedAnnotation:
    """Save a new note, or the next version of one.

    Raises
    ------
    StoreError
        The viewer may not see what it is pinned to, somebody changed it meanwhile, the text
        cannot be kept, or the store is away.
    """
    _allowed(draft.account_id)
    if draft.name is not None:
        _allowed(session.store().annotation(draft.name).account_id)
    with writes.listed_anew(_saved):
        return session.store().save_annotation(
            # The token stays while the same is to be saved: a click that is repeated is one note.
            draft.name or uuid.uuid5(uuid.NAMESPACE_OID, token).hex,
            draft.note,
            draft.pinned_on,
            draft.account_id,
            on_top_of=draft.version,
            **writes.signed(token),
        )


def withdraw(name: str, version: int, *, token: str) -> None:
    """Take a note off the charts and lists; it can be restored.

    Raises
    ------
    StoreError
        As of ``keep``.
    """
    _allowed(session.store().annotation(name, version).account_id)
    writes.withdraw("annotation", name, version, token=token, listed=_saved)


def restore(name: str, version: int, *, token: str) -> None:
    """Put a note back that was withdrawn.

    Raises
    ------
    StoreError
        As of ``keep``.
    """
    _allowed(session.store().annotation(name, version).account_id)
    writes.restore("annotation", name, version, token=token, listed=_saved)


def _allowed(account_id: str | None) -> None:
    """The rule of reading, asked again before every write."""
    if not session.scope().sees_accounts:
        raise StoreError("You may not pin notes here.")
    if account_id is not None:
        seen = session.load(facts, Filters(session.as_of()), account_id=account_id)
        if seen.is_empty():
            raise StoreError("There is no account with this id that you may see.")


@st.cache_data(ttl="10s", max_entries=1, show_spinner=False)
def _saved() -> tuple[SavedAnnotation, ...] | None:
    # That the store is away is remembered too: each chart of a page would wait for it again.
    try:
        return session.store().annotations()
    except StoreError:
        return None
