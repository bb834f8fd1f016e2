"""How every kind is kept: read in versions, written once, on top of what was seen."""

import json
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

import sqlalchemy as sa

from dashboard.store import changes
from dashboard.store.base import AuditEntry, Kind, NotSavedError, Saved, Withdrawal, called
from dashboard.store.chain import add_lines
from dashboard.store.changes import Change
from dashboard.store.connections import PATIENCE, engine_of, reading, what_happened, writing
from dashboard.store.migration import bring_up_to_date
from dashboard.store.values import LONGEST_PERSON, LONGEST_TOKEN, moment, name_of

LAST_VERSION: Final = 2**31 - 1
"""What the column holds: a version may come from an address that anybody typed."""

NAMED_IN_LOG: Final = ("account_id", "member_id", "cycle")
"""What the audit log repeats of a write: ids, and never what somebody wrote."""

S = TypeVar("S", bound=Saved)


class Place(NamedTuple):
    """Who writes, as what and on which page: what the audit log says of a write."""

    who: str
    role: str
    page: str


class Shelf:
    """The database, and what is done alike to every kind."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._engine = engine_of(url, patience=patience)
        self.place: Callable[[], Place] = lambda: Place("operator", "operator", "command line")
        """Asked at every write, in the thread that writes; the app says who its viewer is."""
        self._is_current = False
        self.close = weakref.finalize(self, self._engine.dispose)
        """Let go of every connection; also called at the end of the process."""

    def withdraw(
        self, kind: Kind, name: str, version: int, *, by: str, at: datetime, token: str
    ) -> None:
        """Take a saved thing out of the lists; its versions stay, and ``restore`` undoes it.

        ``version`` is the latest, the one that was looked at.
        """
        given = said(by, at, token)
        self._write(Change("withdraw", kind, name_of(name), version, **given))

    def restore(
        self, kind: Kind, name: str, version: int, *, by: str, at: datetime, token: str
    ) -> None:
        """Put what was withdrawn back into the lists; ``version`` as for ``withdraw``."""
        given = said(by, at, token)
        self._write(Change("restore", kind, name_of(name), version, **given))

    def _list(self, kind: Kind, saved: type[S], withdrawn: bool) -> tuple[S, ...]:
        with self._transaction(reading) as connection:
            rows = changes.latest_of_each(connection, kind)
        return tuple(
            _read(saved, row) for row in rows if (row.withdrawn_at is not None) == withdrawn
        )

    def _one(self, kind: Kind, saved: type[S], name: str, version: int | None) -> S:
        name = name_of(name)
        with self._transaction(reading) as connection:
            if version is None:
                row = changes.latest(connection, kind, name)
            elif version <= LAST_VERSION:
                row = changes.version_of(connection, kind, name, version)
            else:
                row = None
        which = called(kind, name)
        if row is None:
            of = "The" if version is None else f"Version {version} of the"
            raise NotSavedError(f"{of} {which} is not saved.")
        if version is None and row.withdrawn_at is not None:
            raise NotSavedError(
                f"The {which} was withdrawn by {row.withdrawn_by} on "
                f"{row.withdrawn_at:%Y-%m-%d}. It can be restored."
            )
        return _read(saved, row)

    def _versions(self, kind: Kind, saved: type[S], name: str) -> tuple[S, ...]:
        with self._transaction(reading) as connection:
            rows = changes.versions(connection, kind, name_of(name))
        return tuple(_read(saved, row) for row in rows)

    def _every_version(self, kind: Kind, saved: type[S]) -> tuple[S, ...]:
        with self._transaction(reading) as connection:
            rows = changes.every_version(connection, kind)
        return tuple(_read(saved, row) for row in rows)

    def _save(self, saved: type[S], change: Change) -> S:
        return _read(saved, self._write(change))

    def _write(self, change: Change) -> sa.Row[Any]:
        with self._transaction(writing) as connection:
            version = changes.make(connection, change)
            # In one transaction: nothing is written without its line, and no line without a write.
            add_lines(connection, [_entry(change, version, self.place())])
            row = changes.version_of(connection, change.kind, change.name, version)
        if row is None:
            raise AssertionError(f"{change.kind} {change.name} was written and is not there")
        return row

    @contextmanager
    def _transaction(
        self, kind: Callable[[sa.Engine], AbstractContextManager[sa.Connection]]
    ) -> Iterator[sa.Connection]:
        try:
            if not self._is_current:
                bring_up_to_date(self._engine)
                self._is_current = True
            with kind(self._engine) as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            # Perhaps another database lies there now: it is looked at again before the next call.
            self._is_current = False
            raise what_happened(error) from error


def said(by: str, at: datetime, token: str) -> dict[str, Any]:
    """Who writes, when, and with which token: what every write is given."""
    return {
        "by": name_of(by, what="person", longest=LONGEST_PERSON),
        "at": moment(at),
        "token": name_of(token, what="token", longest=LONGEST_TOKEN),
    }


def _entry(change: Change, version: int, place: Place) -> AuditEntry:
    about = {name: change.values[name] for name in NAMED_IN_LOG if change.values.get(name)}
    return AuditEntry(
        at=change.at,
        who=change.by,
        role=place.role,
        page=place.page,
        action="write",
        subject=f"{change.kind} {change.name}",
        filters=json.dumps({"did": change.action, "version": version, **about}),
        rows=1,
    )


def _read(saved: type[S], row: sa.Row[Any]) -> S:
    values = {
        each.name: getattr(row, each.name) for each in fields(saved) if each.name in row._fields
    }
    withdrawn = row.withdrawn_at and Withdrawal(by=row.withdrawn_by, at=row.withdrawn_at)
    return saved(**values, withdrawn=withdrawn)
