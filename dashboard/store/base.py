"""What the store holds, and what can go wrong with it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

Kind = Literal["policy", "scenario", "scorecard", "proposal", "annotation"]
Action = Literal["save", "withdraw", "restore"]

_DID: Final[dict[Action, str]] = {
    "save": "saved version {version} of the {called}",
    "withdraw": "withdrew the {called}",
    "restore": "restored the {called}",
}


def called(kind: Kind, name: str) -> str:
    """What messages call a saved thing; the name of an annotation was drawn and says nothing."""
    return kind if kind == "annotation" else f"{kind} {name}"


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


Saved = SavedPolicy | SavedScenario | SavedScorecard | SavedProposal | SavedAnnotation


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
