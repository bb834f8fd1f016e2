"""Backup and restore: a copy of the store is a SQLite file, and a store itself.

The same file is made of SQLite and of PostgreSQL and goes back into either, so it is also the way
from one to the other.
"""

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from dashboard.store.audit import Audit
from dashboard.store.base import AuditCheck, AuditEntry, StoreError
from dashboard.store.chain import add_lines
from dashboard.store.connections import engine_of, reading, what_happened, writing
from dashboard.store.migration import bring_up_to_date, make_anew
from dashboard.store.tables import ENDED_SESSIONS, METADATA, WRITES
from dashboard.store.values import moment

AT_ONCE: Final = 5_000
"""Rows copied at a time: a log of years does not fit in memory."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds: rows by table, and what a look over its audit log found."""

    rows: dict[str, int]
    log: AuditCheck

    @property
    def head(self) -> str:
        """Number and hash of the last line, as ``audit verify`` takes it."""
        return f"{self.log.lines}:{self.log.head}"


class Copies(Audit):
    """Copies of the whole store."""

    def copy_to(self, file: Path) -> Copied:
        """Write everything to a new file that only its owner can read, as of one moment.

        Raises
        ------
        StoreError
            There is a file already, it cannot be written, or the copy is not sound.
        """
        if file.exists():
            raise StoreError(f"There is {file.name} already: a backup overwrites nothing.")
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        try:
            part.touch(mode=0o600, exist_ok=False)
            self._copy(part)
            copied = _looked_over(part)
            part.replace(file)
        except OSError as error:
            raise StoreError(f"The backup was not written: {error.strerror}.") from error
        except sqlite3.Error as error:
            raise StoreError(
                "The backup was not written: the database or the disk said no."
            ) from error
        finally:
            part.unlink(missing_ok=True)
        return copied

    def restore_from(self, file: Path, *, at: datetime, replace: bool = False) -> Copied:
        """Fill the store with a copy; all or nothing.

        Sign-outs that stand here stay, so that no sign-in comes back to life. A line of the audit
        log says that it was done, and which log it replaced.

        Parameters
        ----------
        file
            What ``copy_to`` wrote, with this version of the dashboard or an older one.
        at
            The moment.
        replace
            Take out what is in the store first.

        Raises
        ------
        StoreError
            The copy is not sound, or something is in the store and ``replace`` was not given.
        """
        with tempfile.TemporaryDirectory() as folder:
            # It may have to be brought up to date first; the file itself stays what it is.
            own = Path(folder) / "copy.sqlite"
            try:
                shutil.copyfile(file, own)
            except OSError as error:
                raise StoreError(f"{file.name} cannot be read: {error.strerror}.") from error
            copied = _looked_over(own)
            if copied.log.broken is not None:
                raise StoreError(f"The audit log of the backup is broken. {copied.log.broken}")
            before = self.check_audit()
            with self._transaction(writing) as connection:
                there = _rows(connection)
                if any(there.values()) and not replace:
                    raise StoreError(
                        f"The app's own database holds {sum(there.values()):,} rows already; "
                        "--replace takes them out first."
                    )
                ended = connection.execute(sa.select(ENDED_SESSIONS)).all()
                make_anew(connection)
                _fill(connection, own)
                _keep(connection, ended)
                add_lines(connection, [self._line(at, copied, before)])
        after = self.check_audit(head=(copied.log.lines, copied.log.head))
        if after.broken is not None:
            raise StoreError(f"What was restored is not what was kept. {after.broken}")
        return copied

    def _line(self, at: datetime, copied: Copied, before: AuditCheck) -> AuditEntry:
        told = {"head": copied.head, "replaced": f"{before.lines}:{before.head}"}
        rows = sum(copied.rows.values())
        return AuditEntry(
            moment(at), *self.place(), "write", "restored a backup", json.dumps(told), rows
        )

    def _copy(self, part: Path) -> None:
        with self._transaction(reading):
            pass  # The tables are brought up to date before they are copied.
        if self._engine.dialect.name == "sqlite":
            with self._transaction(reading) as connection, closing(sqlite3.connect(part)) as copy:
                connection.connection.driver_connection.backup(copy)  # type: ignore[union-attr]
            return
        own = _engine(part)
        bring_up_to_date(own)
        try:
            # Read committed would see what is written between two tables.
            with (
                self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as here,
                here.begin(),
                writing(own) as there,
            ):
                _pour(here, there)
        except sa.exc.SQLAlchemyError as error:
            raise what_happened(error) from error
        finally:
            own.dispose()


def _looked_over(file: Path) -> Copied:
    """What a copy holds; it is brought up to date where an older version wrote it."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            (said,) = connection.execute("pragma integrity_check").fetchone()
    except sqlite3.DatabaseError:
        said = "not a database"
    if said != "ok":
        raise StoreError("The backup is damaged, or it is none.")
    copy = Audit(_url(file))
    try:
        log = copy.check_audit()
        with reading(copy._engine) as connection:  # noqa: SLF001 -- its own kind
            return Copied(_rows(connection), log)
    finally:
        copy.close()


def _rows(connection: sa.Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in METADATA.sorted_tables
    }


def _fill(connection: sa.Connection, file: Path) -> None:
    own = _engine(file)
    with reading(own) as copy:
        _pour(copy, connection)
    own.dispose()
    if connection.dialect.name == "postgresql":
        # The numbers were written out, so the sequence does not know of them.
        last = connection.execute(sa.select(sa.func.max(WRITES.c.number))).scalar()
        sequence = sa.func.pg_get_serial_sequence(WRITES.name, WRITES.c.number.name)
        connection.execute(sa.select(sa.func.setval(sequence, last or 1, last is not None)))


def _pour(source: sa.Connection, target: sa.Connection) -> None:
    """Copy every row of every table, in the order of their keys."""
    for table in METADATA.sorted_tables:
        rows = source.execution_options(yield_per=AT_ONCE).execute(
            sa.select(table).order_by(*table.primary_key.columns)
        )
        for some in rows.mappings().partitions():
            target.execute(sa.insert(table), [dict(row) for row in some])


def _keep(connection: sa.Connection, ended: Sequence[sa.Row[Any]]) -> None:
    known = set(connection.execute(sa.select(ENDED_SESSIONS.c.session)).scalars())
    if missing := [dict(row._mapping) for row in ended if row.session not in known]:  # noqa: SLF001
        connection.execute(sa.insert(ENDED_SESSIONS), missing)


def _engine(file: Path) -> sa.Engine:
    return engine_of(_url(file))


def _url(file: Path) -> str:
    return sa.URL.create("sqlite", database=str(file)).render_as_string()
