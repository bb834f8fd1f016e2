"""The chain of the audit log: every line carries a hash of itself and of the line before it."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from dashboard.store.base import AuditEntry
from dashboard.store.tables import AUDIT_LOG
from dashboard.store.values import moment

START: Final = "0" * 64
"""What the first line follows."""
SAID: Final = ("who", "role", "page", "action", "subject", "filters", "rows")
"""What a line says beside its moment."""


def add_lines(connection: sa.Connection, entries: Sequence[AuditEntry]) -> None:
    """Add lines in their order, inside a transaction that no other writer shares."""
    number, previous = _head(connection)
    rows = []
    for each in entries:
        number += 1
        values = _values(each)
        digest = digest_of(number, values, previous)
        rows.append({"number": number, **values, "previous": previous, "digest": digest})
        previous = digest
    if rows:
        connection.execute(sa.insert(AUDIT_LOG), rows)


def digest_of(number: int, values: dict[str, Any], previous: str) -> str:
    """The hash of a line: of its number, everything it says, and the hash before it."""
    at = values["at"].isoformat(timespec="microseconds")
    said = [number, at, *(values[name] for name in SAID), previous]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def _values(entry: AuditEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in SAID}
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
