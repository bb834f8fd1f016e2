"""What a digest holds, whatever it is rendered as: text that is safe on one line, and addresses."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from dashboard.digest.rules import Rule
from dashboard.formats import count_of, visible

CHANGED: Final = "What changed"
"""Heading of the part that a digest is named after."""


def one_line(text: str | None, *, longest: int = 300) -> str:
    """Text from outside on one line, without what nobody sees: no header or line can be made."""
    said = " ".join(visible(text or "").split())
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Item:
    """One line: the account, what it is worth, what is said of it, and what is to be done."""

    account: str
    worth: str
    said: str
    rule: Rule
    href: str | None
    """The account's page; none where it has none."""


@dataclass(frozen=True, slots=True)
class Part:
    """The answer of one question: the finding, the first lines, and what all the rows sum to."""

    key: str
    heading: str
    title: str
    definition: str
    href: str
    page: str
    items: tuple[Item, ...] = ()
    total: str = ""
    more: str = ""
    rows: int = 0
    amount: Decimal | None = None
    """Of all rows, to the cent."""
    to_do: int = 0
    """Rows that ask for something, those not told included."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A part that could not be asked, and why."""

    heading: str
    why: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told."""

    email: str
    name: str
    seen: str
    """Whose accounts are in it, in words."""
    since: date
    as_of: date
    filters: str
    home: str
    parts: tuple[Part, ...]
    unanswered: tuple[Unanswered, ...]
    foot: tuple[str, ...]
    loaded_at: datetime
    stale_days: int = 0
    """Whole days since the data were loaded, where they are older than a day."""
    nothing_changed: bool = False

    @property
    def to_do(self) -> int:
        """Things that wait to be done, over all parts."""
        return sum(part.to_do for part in self.parts)

    @property
    def headline(self) -> str:
        """The digest in one line."""
        day = f"{self.since:%-d %b %Y}"
        if self.nothing_changed:
            waits = count_of(self.to_do, "thing still waits", "things still wait")
            if not self.to_do:
                waits = "nothing waits"
            return f"Nothing changed after {day}; {waits} to be done"
        told = [part.title for part in self.parts if part.heading == CHANGED]
        return told[0] if told else f"What changed after {day} could not be told"

    @property
    def stamp(self) -> str:
        """What is said above everything where the data are old."""
        if not self.stale_days:
            return ""
        return (
            f"Stale data: loaded {self.loaded_at:%-d %b %Y}, {count_of(self.stale_days, 'day')} "
            "before this was written. What happened since is not in it."
        )

    @property
    def subject(self) -> str:
        """Subject of the mail."""
        old = f"[data {count_of(self.stale_days, 'day')} old] " if self.stale_days else ""
        return one_line(f"{old}{self.as_of:%-d %b %Y}: {self.headline}", longest=150)

    @property
    def fingerprint(self) -> str:
        """The same for the same content: whom it is for, its days and filters, and all it says.

        How old the data are is left out: the same news is no other news a day later.
        """
        said = [
            *(self.email.lower(), str(self.since), str(self.as_of), self.filters, self.headline),
            *[[p.key, p.title, p.total, p.more, p.rows, str(p.amount), p.to_do, p.notes,
               [[i.account, i.worth, i.said, i.rule.name] for i in p.items]] for p in self.parts],
            *[[each.heading, each.why] for each in self.unanswered],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()
