"""One change inside a transaction: made once for its token, and only on top of what was seen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from dashboard.store.base import (
    Action,
    EditedMeanwhileError,
    Kind,
    NotSavedError,
    TokenReusedError,
    called,
)
from dashboard.store.tables import SAVED, WRITES

_NOBODY: Final[dict[str, object]] = {"withdrawn_by": None, "withdrawn_at": None}


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants done to a saved thing.

    ``seen`` is the latest version as it was looked at, ``None`` where the name was not in use.
    """

    action: Action
    kind: Kind
    name: str
    seen: int | None
    by: str
    at: datetime
    token: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """What the change says, without the moment: a click that is repeated comes later."""
        said = [self.action, self.kind, self.name, self.seen, self.by, dict(self.values)]
        return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def make(connection: sa.Connection, change: Change) -> int:
    """Make the change and note it; the version it was made to, also where it was made before.

    Raises
    ------
    EditedMeanwhileError
        Somebody wrote since the change's version was looked at.
    NotSavedError
        The change is to something that was never saved.
    TokenReusedError
        The token stands for another change.
    """
    before = connection.execute(
        sa.select(WRITES.c.version, WRITES.c.fingerprint).where(WRITES.c.token == change.token)
    ).one_or_none()
    if before is not None:
        if before.fingerprint != change.fingerprint:
            raise TokenReusedError
        return int(before.version)
    version = _save(connection, change) if change.action == "save" else _mark(connection, change)
    connection.execute(
        sa.insert(WRITES).values(
            token=change.token,
            action=change.action,
            kind=change.kind,
            name=change.name,
            version=version,
            fingerprint=change.fingerprint,
            written_by=change.by,
            written_at=change.at,
        )
    )
    return version


def latest(connection: sa.Connection, kind: Kind, name: str) -> sa.Row[Any] | None:
    """Row of the latest version of a name, withdrawn or not."""
    saved = SAVED[kind]
    statement = sa.select(saved).where(saved.c.name == name)
    return connection.execute(statement.order_by(saved.c.version.desc()).limit(1)).one_or_none()


def version_of(
    connection: sa.Connection, kind: Kind, name: str, version: int
) -> sa.Row[Any] | None:
    """Row of one version, withdrawn or not."""
    saved = SAVED[kind]
    return connection.execute(
        sa.select(saved).where(saved.c.name == name, saved.c.version == version)
    ).one_or_none()


def versions(connection: sa.Connection, kind: Kind, name: str) -> list[sa.Row[Any]]:
    """Rows of every version of a name, the first one first, withdrawn or not."""
    saved = SAVED[kind]
    statement = sa.select(saved).where(saved.c.name == name).order_by(saved.c.version)
    return list(connection.execute(statement).all())


def every_version(connection: sa.Connection, kind: Kind) -> list[sa.Row[Any]]:
    """Rows of every version of every name, the versions of a name in their order."""
    saved = SAVED[kind]
    statement = sa.select(saved).order_by(saved.c.name, saved.c.version)
    return list(connection.execute(statement).all())


def latest_of_each(connection: sa.Connection, kind: Kind) -> list[sa.Row[Any]]:
    """Row of the latest version of every name, withdrawn or not."""
    saved = SAVED[kind]
    last = (
        sa.select(saved.c.name, sa.func.max(saved.c.version).label("version"))
        .group_by(saved.c.name)
        .subquery()
    )
    is_last = sa.and_(saved.c.name == last.c.name, saved.c.version == last.c.version)
    rows = connection.execute(sa.select(saved).join(last, is_last)).all()
    # Here, not in SQL: two databases put two alphabets in different orders.
    return sorted(rows, key=lambda row: (row.name.casefold(), row.name))


def _save(connection: sa.Connection, change: Change) -> int:
    """A new version; a name that was withdrawn is free for whoever did not see it."""
    found = latest(connection, change.kind, change.name)
    in_use = found is not None and found.withdrawn_at is None
    if in_use or change.seen is not None:
        _expect(connection, change, found, withdrawn=False)
    version = 1 if found is None else int(found.version) + 1
    connection.execute(
        sa.insert(SAVED[change.kind]).values(
            name=change.name,
            version=version,
            saved_by=change.by,
            saved_at=change.at,
            **change.values,
        )
    )
    return version


def _mark(connection: sa.Connection, change: Change) -> int:
    """Withdraw or restore: a mark on the latest version, which stands for the name."""
    saved = SAVED[change.kind]
    found = latest(connection, change.kind, change.name)
    version = _expect(connection, change, found, withdrawn=change.action == "restore")
    mark = {"withdrawn_by": change.by, "withdrawn_at": change.at}
    connection.execute(
        sa.update(saved)
        .where(saved.c.name == change.name, saved.c.version == version)
        .values(mark if change.action == "withdraw" else _NOBODY)
    )
    return version


def _expect(
    connection: sa.Connection, change: Change, found: sa.Row[Any] | None, *, withdrawn: bool
) -> int:
    """The latest version, where it is the one that was looked at, withdrawn or not as it was."""
    if found is None or (change.seen is not None and change.seen > found.version):
        which = called(change.kind, change.name)
        raise NotSavedError(f"No such version of the {which} is saved.")
    if found.version == change.seen and (found.withdrawn_at is not None) == withdrawn:
        return int(found.version)
    by_number = WRITES.c.number.desc()
    write = connection.execute(
        sa.select(WRITES.c.action, WRITES.c.written_by, WRITES.c.written_at)
        .where(WRITES.c.kind == change.kind, WRITES.c.name == change.name)
        .order_by(by_number)
        .limit(1)
    ).one()
    raise EditedMeanwhileError(
        change.kind,
        change.name,
        version=int(found.version),
        action=write.action,
        by=write.written_by,
        at=write.written_at,
    )
