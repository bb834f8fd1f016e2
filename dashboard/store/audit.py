"""The audit log: it only grows, and every line is chained to the one before it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from dashboard.store.base import AuditCheck, AuditEntry, AuditLine
from dashboard.store.chain import SAID, START, add_lines, digest_of
from dashboard.store.connections import reading, writing
from dashboard.store.shelf import Shelf
from dashboard.store.tables import AUDIT_LOG
from dashboard.store.values import moment

AT_ONCE: Final = 5_000
"""Lines read at a time: a log of years does not fit in memory."""


class Audit(Shelf):
    """The audit log in the store."""

    def record(self, entries: Sequence[AuditEntry]) -> None:
        """Add lines, all or none, in their order."""
        if not entries:
            return
        with self._transaction(writing) as connection:
            add_lines(connection, entries)

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


def _line(row: sa.Row[Any]) -> AuditLine:
    entry = AuditEntry(at=row.at, **{name: getattr(row, name) for name in SAID})
    return AuditLine(row.number, entry, row.previous, row.digest)


def _wrong(row: sa.Row[Any], number: int, previous: str) -> str | None:
    if row.number != number:
        return f"Line {number} is gone: line {row.number} stands in its place."
    if row.previous != previous:
        return f"Line {number} does not follow the line before it."
    values = {"at": row.at, **{name: getattr(row, name) for name in SAID}}
    if digest_of(number, values, previous) != row.digest:
        return f"Line {number} was changed after it was written."
    return None
