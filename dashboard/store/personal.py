"""What is held on a person in the app's own database, and taking it out for good."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from dashboard.store.base import AuditEntry, Kind
from dashboard.store.chain import add_lines
from dashboard.store.connections import reading, writing
from dashboard.store.shelf import Shelf
from dashboard.store.tables import SAVED
from dashboard.store.values import id_of

ABOUT_PEOPLE: Final[tuple[Kind, ...]] = ("meeting_entry", "rating", "calibration")
"""Kinds that are about a person: each has a ``member_id``."""
TALENT: Final[dict[Kind, str]] = {"rating": "reviewed_on", "calibration": "calibrated_on"}
"""Kinds that are talent data, with the day they are as old as."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A version of something held on a person, as it lies in the database."""

    kind: Kind
    values: dict[str, Any]


class Personal(Shelf):
    """Personal data in the store: told whole, and taken out for good."""

    def held_on(self, member_id: str) -> tuple[HeldRow, ...]:
        """Every version of everything about a person, withdrawn or not, the oldest first."""
        member_id = id_of(member_id, what="team member")
        found: list[HeldRow] = []
        with self._transaction(reading) as connection:
            for kind in ABOUT_PEOPLE:
                saved = SAVED[kind]
                about = saved.c.member_id == member_id
                if kind == "rating":
                    about = about | (saved.c.reviewer_id == member_id)
                rows = connection.execute(
                    sa.select(saved).where(about).order_by(saved.c.saved_at, saved.c.version)
                )
                found += [HeldRow(kind, dict(row._mapping)) for row in rows]  # noqa: SLF001 -- public
        return tuple(found)

    def erase(self, member_id: str) -> dict[Kind, int]:
        """Take out every version of everything about a person; how many rows of each kind.

        Nothing brings it back but a backup. What the person wrote about others stays, and so do
        the notes of writes: the names in them were drawn and tell nothing.
        """
        member_id = id_of(member_id, what="team member")
        gone: dict[Kind, int] = {}
        with self._transaction(writing) as connection:
            for kind in ABOUT_PEOPLE:
                saved = SAVED[kind]
                done = connection.execute(sa.delete(saved).where(saved.c.member_id == member_id))
                gone[kind] = done.rowcount
            add_lines(connection, [self._taken_out(f"everything about {member_id}", gone)])
        return gone

    def expire_talent(self, before: date) -> dict[Kind, int]:
        """Take out ratings and calibrations of before a day; how many rows of each kind."""
        gone: dict[Kind, int] = {}
        with self._transaction(writing) as connection:
            for kind, day in TALENT.items():
                saved = SAVED[kind]
                done = connection.execute(sa.delete(saved).where(saved.c[day] < before))
                gone[kind] = done.rowcount
            add_lines(connection, [self._taken_out(f"talent of before {before}", gone)])
        return gone

    def _taken_out(self, what: str, gone: Mapping[Kind, int]) -> AuditEntry:
        return AuditEntry(
            at=datetime.now(UTC),
            **self.place()._asdict(),
            action="write",
            subject=f"taken out: {what}",
            filters=json.dumps(gone),
            rows=sum(gone.values()),
        )
