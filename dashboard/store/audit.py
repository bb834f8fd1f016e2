"""The audit log: it only grows, and every line is chained to the one before it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from dashboard.store.base import AuditCheck, AuditEntry, AuditLine
from dashboard.store.connections import reading, writing
from dashboard.store.shelf import Shelf
from dashboard.store.tables import AUDIT_LOG
from dashboard.store.values import moment

START: Final = "0" * 64
"""What the first line follows."""
AT_ONCE: Final = 5_000
"""Lines read at a time: a log of years does not fit in memory."""


class Audit(Shelf):
    """The audit log in the store."""

    def record(self, entries: Sequence[AuditEntry]) -> None:
        """Add lines, all or none, in their order."""
        if not entries:
            return
        with self._transaction(writing) as connection:
            number, previous = _head(connection)
            rows = []
            for each in entries:
                number += 1
                values = _values(each)
                digest = digest_of(number, values, previous)
                rows.append({"number": number, **values, "previous": previous, "digest": digest})
                previous = digest
            connection.execute(sa.insert(AUDIT_LOG), rows)

    def audit_lines(
        self, *, since: datetime | None = None, who: str | None = None, page: str | None = None
    ) -> Iterator[AuditLine]:
        """Lines from a moment on, of one person or page where named, the oldest first."""
        wanted = sa.select(AUDIT_LOG)
        if since is not None:
            wanted = wanted.where(AUDIT_LOG.c.at >= moment(since))
        if who is not None:
            wanted = wanted.where(AUDIT_LOG.c.who == who)
        if page is not None:
            wanted = wanted.where(AUDIT_LOG.c.page == page)
        for row in self._pages(wanted):
            yield _line(row)

    def check_audit(self, *, head: tuple[int, str] | None = None) -> AuditCheck:
        """Look over the whole log.

        Parameters
        ----------
        head
            Number and hash of a line that were kept elsewhere: the log must have it still.
        """
        number, previous = 0, START
        broken: str | None = None
        is_there = head is None or head == (0, START)
        for row in self._pages(sa.select(AUDIT_LOG)):
            number += 1
            broken = broken or _wrong(row, number, previous)
            previous = row.digest
            is_there = is_there or (row.number, row.digest) == head
        if broken is None and not is_there and head is not None:
            broken = f"Line {head[0]} is not the one that was kept elsewhere, or it is gone."
        return AuditCheck(number, previous, broken)

    def _pages(self, wanted: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
        after = 0
        while True:
            with self._transaction(reading) as connection:
                rows = connection.execute(
                    wanted.where(AUDIT_LOG.c.number > after)
                    .order_by(AUDIT_LOG.c.number)
                    .limit(AT_ONCE)
                ).all()
            yield from rows
            if len(rows) < AT_ONCE:
                return
            after = rows[-1].number


def digest_of(number: int, values: dict[str, Any], previous: str) -> str:
    """The hash of a line: of its number, everything it says, and the hash before it."""
    at = values["at"].isoformat(timespec="microseconds")
    said = [number, at, *(values[name] for name in _SAID), previous]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


_SAID: Final = ("who", "role", "page", "action", "subject", "filters", "rows")


def _values(entry: AuditEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in _SAID}
    # A database keeps no null character; the log is not to fail over a name that has one.
    kept = {
        name: value.replace("\0", "\ufffd").encode(errors="replace").decode()
        if isinstance(value, str)
        else value
        for name, value in values.items()
    }
    return {"at": moment(entry.at), **kept}


def _head(connection: sa.Connection) -> tuple[int, str]:
    last = connection.execute(
        sa.select(AUDIT_LOG.c.number, AUDIT_LOG.c.digest)
        .order_by(AUDIT_LOG.c.number.desc())
        .limit(1)
    ).one_or_none()
    return (0, START) if last is None else (last.number, last.digest)


def _line(row: sa.Row[Any]) -> AuditLine:
    entry = AuditEntry(at=row.at, **{name: getattr(row, name) for name in _SAID})
    return AuditLine(row.number, entry, row.previous, row.digest)


def _wrong(row: sa.Row[Any], number: int, previous: str) -> str | None:
    if row.number != number:
        return f"Line {number} is gone: line {row.number} stands in its place."
    if row.previous != previous:
        return f"Line {number} does not follow the line before it."
    values = {"at": row.at, **{name: getattr(row, name) for name in _SAID}}
    if digest_of(number, values, previous) != row.digest:
        return f"Line {number} was changed after it was written."
    return None
