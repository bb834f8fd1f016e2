"""Lines of one-on-ones as the store keeps them."""

from datetime import date, datetime
from typing import Final, get_args

from dashboard.store.base import Entry, SavedMeetingEntry, UnfitValueError
from dashboard.store.changes import Change
from dashboard.store.shelf import Shelf, said
from dashboard.store.values import LONGEST_ENTRY, id_of, name_of, note_of, one_of

ENTRIES: Final[tuple[Entry, ...]] = get_args(Entry)


class Meetings(Shelf):
    """Notes, decisions and actions of one-on-ones in the store."""

    def meeting_entries(self, *, withdrawn: bool = False) -> tuple[SavedMeetingEntry, ...]:
        """Latest version of each line; with ``withdrawn`` those that were withdrawn."""
        return self._list("meeting_entry", SavedMeetingEntry, withdrawn)

    def meeting_entry(self, name: str, version: int | None = None) -> SavedMeetingEntry:
        """A version of a line, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the line was withdrawn.
        """
        return self._one("meeting_entry", SavedMeetingEntry, name, version)

    def save_meeting_entry(
        self,
        name: str,
        *,
        member_id: str,
        held_on: date,
        entry: Entry,
        text: str,
        account_id: str | None,
        due_on: date | None,
        done_on: date | None,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedMeetingEntry:
        """Save a line as its next version.

        Parameters
        ----------
        name
            Id of the line, drawn by whoever saves it first.
        member_id
            Whose book the meeting is about.
        held_on
            Day of the meeting.
        entry
            What the line is.
        text
            What it says, at most ``LONGEST_ENTRY`` characters.
        account_id
            Account it is about; ``None`` where it is about none.
        due_on, done_on
            Days of an action: when it is due, and when it was done.
        on_top_of
            Version that was looked at; ``None`` for a name that is not in use.
        by, at, token
            See ``Store``.
        """
        if entry != "action" and (due_on or done_on):
            raise UnfitValueError(f"A {entry} is not due on a day; an action is.")
        values: dict[str, object] = {
            "member_id": id_of(member_id, what="team member"),
            "held_on": held_on,
            "entry": one_of(entry, ENTRIES, what="kind of line"),
            "text": note_of(text, what=entry, longest=LONGEST_ENTRY),
            "account_id": None if account_id is None else id_of(account_id, what="account"),
            "due_on": due_on,
            "done_on": done_on,
        }
        who = said(by, at, token)
        change = Change("save", "meeting_entry", name_of(name), on_top_of, **who, values=values)
        return self._save(SavedMeetingEntry, change)
