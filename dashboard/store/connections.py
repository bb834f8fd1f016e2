"""Reaching SQLite and PostgreSQL in one way: short transactions, writes one after the other."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from dashboard.store.base import StoreError, StoreSettingsError, StoreUnreachableError

PATIENCE: Final = 5.0
"""Seconds to wait for a connection, for another writer, and for an answer."""

_DRIVERS: Final = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_WRITES: Final = "store_writes"
_WRITERS_LOCK: Final = 7_336_250_115
"""Number of the advisory lock that writers of a PostgreSQL database take; any that is ours."""

_BUSY: Final = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "57014"})
_READ_ONLY: Final = frozenset({"SQLITE_READONLY", "25006", "42501"})
_FULL: Final = frozenset({"SQLITE_FULL", "53100"})
_NO_DATABASE: Final = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"})


def engine_of(url: str, *, patience: float = PATIENCE) -> sa.Engine:
    """Engine of a store; nothing is connected yet.

    Raises
    ------
    StoreSettingsError
        The URL is none, names another database, or its driver is not installed. The message does
        not repeat the URL: it may hold a password.
    """
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreSettingsError(_WANTED.format("is not a URL")) from None
    if parsed.drivername not in _DRIVERS:
        raise StoreSettingsError(_WANTED.format("names a database the app cannot use"))
    parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed, patience)
    if parsed.database in {None, "", ":memory:"}:
        raise StoreSettingsError(_WANTED.format("names no file"))
    return _sqlite(parsed, patience)


_WANTED: Final = (
    "The setting store {}. It is a URL such as sqlite:///data/app.sqlite or "
    "postgresql://user:password@host/database."
)


def _sqlite(url: sa.URL, patience: float) -> sa.Engine:
    # A connection for each transaction: one kept in a pool would go on writing to a file that was
    # replaced, and what it wrote would be gone with the process.
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.NullPool,
        connect_args={"timeout": patience},
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "do_connect")
    def make_file(*_: object) -> None:
        _make_file(url)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # The driver would begin late, and not at all before a table is made.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine


def _make_file(url: sa.URL) -> None:
    """Make the file readable by its owner only: notes and ratings will be in it."""
    if url.database is None or url.database.startswith("file:"):
        return
    file = Path(url.database)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
    except OSError as error:
        raise StoreUnreachableError(_UNREACHABLE) from error


def _postgresql(url: sa.URL, patience: float) -> sa.Engine:
    seconds, milliseconds = math.ceil(patience), math.ceil(1000 * patience)
    try:
        engine = sa.create_engine(
            url,
            # A stricter level would read what stood before the wait for other writers.
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            pool_timeout=patience,
            hide_parameters=True,
            connect_args={
                "application_name": "cs-dashboard",
                "client_encoding": "utf8",
                "connect_timeout": seconds,
                "keepalives_idle": 30,
                "tcp_user_timeout": milliseconds,
                "prepare_threshold": None,
            },
        )
    except ModuleNotFoundError as error:
        raise StoreSettingsError(
            "The setting store names PostgreSQL, and its driver is not installed: psycopg[binary]."
        ) from error

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(
            f"set local statement_timeout = {milliseconds};"
            f" set local idle_in_transaction_session_timeout = {2 * milliseconds}"
        )
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({_WRITERS_LOCK})")

    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that no other writer shares; taken back whole where anything fails."""
    with engine.connect() as connection:
        connection = connection.execution_options(**{_WRITES: True})  # noqa: PLW2901 -- the same
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads."""
    with engine.connect() as connection, connection.begin():
        yield connection


def what_happened(error: sa.exc.SQLAlchemyError) -> StoreError:
    """What happened, in words fit for the screen: nothing of the driver's own text is in them."""
    if isinstance(error, sa.exc.TimeoutError):
        return StoreUnreachableError(_IS_BUSY)
    code = _code(error)
    for codes, sentence in _SENTENCES:
        if code in codes:
            return StoreUnreachableError(sentence)
    lost = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
        return StoreUnreachableError(_UNREACHABLE)
    return StoreError("The app's own database could not do this; the log says why.")


_UNREACHABLE: Final = "The app's own database cannot be reached. Try again: nothing is saved twice."
_IS_BUSY: Final = "The app's own database is busy. Try again in a moment."
_SENTENCES: Final = (
    (_BUSY, _IS_BUSY),
    (_READ_ONLY, "The app's own database can only be read: nothing was saved."),
    (_FULL, "The disk of the app's own database is full: nothing was saved."),
    (_NO_DATABASE, "The file of the app's own database is damaged or is no database."),
)


def _code(error: sa.exc.SQLAlchemyError) -> str | None:
    """The driver's own code: SQLite's name without its details, or PostgreSQL's five letters."""
    origin = getattr(error, "orig", None)
    name = getattr(origin, "sqlite_errorname", None)
    if name is not None:
        return "_".join(name.split("_")[:2])
    return getattr(origin, "sqlstate", None)
