"""What the store holds, and what can go wrong with it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

Kind = Literal[
    "policy",
    "scenario",
    "scorecard",
    "proposal",
    "annotation",
    "meeting_entry",
    "review_cycle",
    "rating",
    "calibration",
]
Action = Literal["save", "withdraw", "restore"]
Entry = Literal["note", "decision", "action"]
"""What a line of a one-on-one is."""
Recorded = Literal["view", "export", "write", "sign in", "sign out", "refused"]
"""What a line of the audit log is about."""

_DID: Final[dict[Action, str]] = {
    "save": "saved version {version} of the {called}",
    "withdraw": "withdrew the {called}",
    "restore": "restored the {called}",
}


_DRAWN: Final[dict[Kind, str]] = {
    "annotation": "annotation",
    "meeting_entry": "line of the one-on-one",
    "rating": "rating",
    "calibration": "calibration",
}
"""Kinds whose names were drawn and say nothing, with what messages call one of them."""


def called(kind: Kind, name: str) -> str:
    """What messages call a saved thing."""
    return _DRAWN.get(kind) or f"{kind.replace('_', ' ')} {name}"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who took a saved thing away, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SavedPolicy:
    """One version of a named retention policy; ``definition`` is the JSON that was saved."""

    name: str
    version: int
    definition: str
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class SavedScenario:
    """One version of a named forecast scenario.

    ``definition`` is the JSON of the scenario, ``parameters`` the JSON of what its question was
    asked with, ``as_of`` the day it was made for.
    """

    name: str
    version: int
    definition: str
    parameters: str
    as_of: date
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class SavedScorecard:
    """One version of a named scorecard; ``definition`` is the JSON that was saved."""

    name: str
    version: int
    definition: str
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class SavedProposal:
    """One version of a named proposal; ``as_of`` is the day of the data it was made from."""

    name: str
    version: int
    definition: str
    as_of: date
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class SavedAnnotation:
    """One version of a note that somebody pinned to a day, and perhaps to an account.

    ``name`` was drawn when the note was first saved and is never shown. Whoever reads the notes
    leaves out those of accounts that the viewer may not see: the store knows no viewers.
    """

    name: str
    version: int
    note: str
    pinned_on: date
    account_id: str | None
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class SavedMeetingEntry:
    """One version of a line of a one-on-one: a note, a decision or an action.

    ``name`` was drawn. ``member_id`` is whose book the meeting was about, ``held_on`` its day;
    an action may be ``due_on`` a day and was ``done_on`` another. Whoever reads the lines leaves
    out those of people that the viewer may not see.
    """

    name: str
    version: int
    member_id: str
    held_on: date
    entry: Entry
    text: str
    account_id: str | None
    due_on: date | None
    done_on: date | None
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class SavedReviewCycle:
    """One version of a cycle of reviews.

    Ratings are given from ``opens_on`` to ``rate_by_on`` and calibrated until ``closes_on``;
    ``is_refresh`` marks the lighter round between two cycles.
    """

    name: str
    version: int
    opens_on: date
    rate_by_on: date
    closes_on: date
    is_refresh: bool
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class SavedRating:
    """One version of how a manager rated somebody in a cycle; ``name`` is ``rating_name``'s.

    ``performance`` and ``promotability`` are the contract's words, ``skills`` a JSON object of
    levels assessed by skill. ``reviewed_on`` is the day of the rating.
    """

    name: str
    version: int
    cycle: str
    member_id: str
    reviewer_id: str
    performance: str
    promotability: str
    action_plan: str | None
    skills: str
    reviewed_on: date
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class SavedCalibration:
    """One version of where a calibration put somebody; ``name`` is ``calibration_name``'s."""

    name: str
    version: int
    cycle: str
    member_id: str
    performance: str
    promotability: str
    reason: str
    calibrated_on: date
    saved_by: str
    saved_at: datetime
    withdrawn: Withdrawal | None


Saved = (
    SavedPolicy
    | SavedScenario
    | SavedScorecard
    | SavedProposal
    | SavedAnnotation
    | SavedMeetingEntry
    | SavedReviewCycle
    | SavedRating
    | SavedCalibration
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What is written down of one thing that somebody saw, took away or did.

    ``page`` is the page's file name, or ``command line``; ``subject`` the question, file or saved
    thing; ``filters`` a JSON object; ``rows`` how many were given, ``None`` where none could be.
    """

    at: datetime
    who: str
    role: str
    page: str
    action: Recorded
    subject: str
    filters: str = "{}"
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry in the audit log: chained to the one before it by its hash."""

    number: int
    entry: AuditEntry
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What a look over the whole log found.

    ``broken`` tells the first line that is not what was written, ``None`` where all are;
    ``head`` is the hash of the last line, to be kept elsewhere: a log that was cut or written
    anew as a whole has no line of that number with it.
    """

    lines: int
    head: str
    broken: str | None


class StoreError(Exception):
    """The store could not do what was asked; the message is fit for the screen."""


class StoreSettingsError(StoreError):
    """The setting ``store`` names no database that the store can use."""


class StoreUnreachableError(StoreError):
    """The store does not answer, not in time, or takes no writes. Nothing was changed.

    Where the connection broke while a write was being confirmed, it may have been made: the same
    write with the same token settles it, and is not made twice.
    """


class UnfitValueError(StoreError):
    """A name, a definition or a token that cannot be kept."""


class NotSavedError(StoreError):
    """Nothing is saved under this name, or not this version, or it was withdrawn."""


class TokenReusedError(StoreError):
    """A token came back with another write than its first one."""

    def __init__(self) -> None:
        super().__init__("This form has already saved something else. Open it again.")


class EditedMeanwhileError(StoreError):
    """Somebody else wrote after the version that was to be written on top of.

    ``by``, ``at`` and ``action`` tell the latest write; ``version`` is the latest version.
    """

    def __init__(
        self, kind: Kind, name: str, *, version: int, action: Action, by: str, at: datetime
    ) -> None:
        self.kind = kind
        self.name = name
        self.version = version
        self.action = action
        self.by = by
        self.at = at
        did = _DID[action].format(called=called(kind, name), version=version)
        super().__init__(
            f"{by} {did} on {at.astimezone(UTC):%Y-%m-%d at %H:%M} UTC. "
            "Nothing was changed: look at it as it is now, then decide again."
        )
