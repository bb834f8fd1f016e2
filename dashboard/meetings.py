"""Lines of one-on-ones: read, kept, done, withdrawn and restored for whoever looks.

The one-on-ones of a person are for that person and those above in the reporting line; the rule of
reading is that of writing, and it is asked again before every write. A line about an account is
shown to those who may see the account; to others it is counted and left out.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import streamlit as st

from dashboard import noting, session, writes
from dashboard.filters import Filters
from dashboard.queries import accounts
from dashboard.session import StoreError
from dashboard.store.base import EditedMeanwhileError, Entry, SavedMeetingEntry
from dashboard.store.values import LONGEST_ENTRY

__all__ = ["LONGEST_ENTRY", "EditedMeanwhileError", "Entry", "SavedMeetingEntry"]

NOBODYS: Final = "Notes of a one-on-one are for the CSM and those above in the reporting line."


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says: a new line, or a change of the version that was looked at."""

    member_id: str
    held_on: date
    entry: Entry
    text: str
    account_id: str | None = None
    due_on: date | None = None
    done_on: date | None = None
    name: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one person's meetings up to a day, in the order they were held and last saved."""

    kept: tuple[SavedMeetingEntry, ...]
    names: dict[str, str]
    """Names of the accounts they are about."""
    left_out: int
    """Lines about accounts that the viewer may not see."""
    as_of: date

    @property
    def days(self) -> tuple[date, ...]:
        """Days on which a meeting was held, the latest first."""
        return tuple(sorted({each.held_on for each in self.kept}, reverse=True))

    @property
    def last(self) -> date | None:
        """Day of the last meeting before the as-of date."""
        return next((day for day in self.days if day < self.as_of), None)

    def of(self, day: date, *entries: Entry) -> tuple[SavedMeetingEntry, ...]:
        """Lines of the meeting of a day, all of them or those of some kinds."""
        return tuple(
            each
            for each in self.kept
            if each.held_on == day and (not entries or each.entry in entries)
        )

    def carried_over(self, day: date) -> tuple[SavedMeetingEntry, ...]:
        """Actions of earlier meetings open on a day, the overdue and the soonest due first."""
        found = [
            each
            for each in self.kept
            if each.entry == "action" and each.held_on < day and is_open(each, day)
        ]
        return tuple(
            sorted(found, key=lambda each: (each.due_on or date.max, each.held_on, each.name))
        )

    def done_between(self, since: date, day: date) -> tuple[SavedMeetingEntry, ...]:
        """Actions of earlier meetings that were done after one day up to another."""
        return tuple(
            each
            for each in self.kept
            if each.held_on < day and each.done_on is not None and since < each.done_on <= day
        )


def is_open(line: SavedMeetingEntry, day: date) -> bool:
    """Whether an action is still to be done at the end of a day."""
    return line.entry == "action" and (line.done_on is None or line.done_on > day)


def is_overdue(line: SavedMeetingEntry, day: date) -> bool:
    """Whether an open action should have been done before a day."""
    return is_open(line, day) and line.due_on is not None and line.due_on < day


def may_open(member_id: str) -> bool:
    """Whether the viewer may read and write the one-on-ones of a person."""
    return session.scope().sees_meetings_of(member_id)


def lines_of(member_id: str, as_of: date) -> Lines | None:
    """Lines of a person's meetings held up to a day; ``None`` where the store is away.

    What an action was done after the day is open on it. To whom the meetings are closed there are
    none.
    """
    if not may_open(member_id):
        return Lines((), {}, 0, as_of)
    saved = _saved()
    if saved is None:
        return None
    mine = [each for each in saved if each.member_id == member_id and each.held_on <= as_of]
    names = names_of((each.account_id for each in mine), as_of)
    kept = [each for each in mine if each.account_id is None or each.account_id in names]
    kept.sort(key=lambda each: (each.held_on, each.saved_at, each.name))
    noting.shown(f"one-on-ones of {member_id}", len(kept))
    return Lines(tuple(kept), names, len(mine) - len(kept), as_of)


def names_of(account_ids: Iterable[str | None], as_of: date) -> dict[str, str]:
    """Names of those accounts among some that the viewer may see."""
    wanted = tuple(sorted({each for each in account_ids if each is not None}))
    if not wanted:
        return {}
    return dict(session.load(accounts.named, Filters(as_of), account_ids=wanted).iter_rows())


def keep(draft: Draft, *, token: str) -> SavedMeetingEntry:
    """Save a new line, or the next version of one.

    Raises
    ------
    StoreError
        The viewer may not open the meetings of the person or see the account, somebody changed
        the line meanwhile, the text cannot be kept, or the store is away.
    """
    _allowed(draft.member_id, draft.account_id)
    if draft.name is not None:
        _allowed_line(draft.name)
    with writes.listed_anew(_saved):
        return session.store().save_meeting_entry(
            # The token stays while the same is to be saved: a click that is repeated is one line.
            draft.name or uuid.uuid5(uuid.NAMESPACE_OID, token).hex,
            member_id=draft.member_id,
            held_on=draft.held_on,
            entry=draft.entry,
            text=draft.text,
            account_id=draft.account_id,
            due_on=draft.due_on,
            done_on=draft.done_on,
            on_top_of=draft.version,
            **writes.signed(token),
        )


def draft_of(line: SavedMeetingEntry) -> Draft:
    """A change of a line that changes nothing yet."""
    return Draft(
        line.member_id,
        line.held_on,
        line.entry,
        line.text,
        line.account_id,
        line.due_on,
        line.done_on,
        line.name,
        line.version,
    )


def mark_done(line: SavedMeetingEntry, done_on: date | None, *, token: str) -> SavedMeetingEntry:
    """Save that an action was done on a day, or with ``None`` that it is open again.

    Raises
    ------
    StoreError
        As of ``keep``.
    """
    return keep(replace(draft_of(line), done_on=done_on), token=token)


def latest(name: str) -> SavedMeetingEntry:
    """A line as it is now, for who may open it.

    Raises
    ------
    StoreError
        The viewer may not open it, it was withdrawn, or the store is away.
    """
    _allowed_line(name)
    return session.store().meeting_entry(name)


def withdraw(name: str, version: int, *, token: str) -> None:
    """Take a line out of its meeting; it can be restored.

    Raises
    ------
    StoreError
        As of ``keep``.
    """
    _allowed_line(name, version)
    writes.withdraw("meeting_entry", name, version, token=token, listed=_saved)


def restore(name: str, version: int, *, token: str) -> None:
    """Put a line back that was withdrawn.

    Raises
    ------
    StoreError
        As of ``keep``.
    """
    _allowed_line(name, version)
    writes.restore("meeting_entry", name, version, token=token, listed=_saved)


def author_of(line: SavedMeetingEntry) -> str:
    """Who saved the latest version, by name where the team has one."""
    return writes.author(line.saved_by)


def _allowed_line(name: str, version: int | None = None) -> None:
    line = session.store().meeting_entry(name, version)
    _allowed(line.member_id, line.account_id)


def _allowed(member_id: str, account_id: str | None) -> None:
    """The rule of reading, asked again before every write."""
    if not may_open(member_id):
        raise StoreError(f"{NOBODYS} You may not write here.")
    if account_id is not None and account_id not in names_of([account_id], session.as_of()):
        raise StoreError("There is no account with this id that you may see.")


@st.cache_data(ttl="10s", max_entries=1, show_spinner=False)
def _saved() -> tuple[SavedMeetingEntry, ...] | None:
    # That the store is away is remembered too: each part of a page would wait for it again.
    try:
        return session.store().meeting_entries()
    except StoreError:
        return None
