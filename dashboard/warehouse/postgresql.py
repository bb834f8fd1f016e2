"""PostgreSQL: the same questions in its own words, answered as Arrow.

Every connection is read-only. A question costs one round trip, and one more where another page or
person asked on the connection before. All a question does is read, so that it may be asked again on
a new connection where one was lost; left to do here are a network that swallows everything, numbers
that arrive as texts, and saying what went wrong without an address, a name or a statement in it.
"""

import contextlib
import time
import weakref
from functools import partial
from typing import Any, Final

import adbc_driver_manager
import polars as pl
import pyarrow as pa
import sqlalchemy as sa
import stamina

from dashboard.access import SERVICE
from dashboard.policy import Policy
from dashboard.settings import PostgresqlSettings
from dashboard.warehouse import postgresql_sessions, sql
from dashboard.warehouse.base import (
    ASKED_ON,
    Freshness,
    UnreachableError,
    Warehouse,
    WarehouseError,
)
from dashboard.warehouse.manifest import QUERY, Age
from dashboard.warehouse.patience import OutOfPatienceError, within
from dashboard.warehouse.postgresql_sessions import APPLICATION, pool
from dashboard.warehouse.postgresql_text import in_postgresql

ATTEMPTS: Final = 3
LONGEST_NAME: Final = 63
"""Bytes of an ``application_name`` that PostgreSQL keeps."""
PLACES: Final = 9
"""Decimal places up to which a number stays exact; a mean has more, and becomes a double."""

_INT4: Final = 2**31
_SIGN_IN: Final = ("authentication failed", "no password supplied", "does not exist", "pg_hba.conf")
_CANCELLED: Final = "57014"
_LOST: Final = ("08", "57P")
"""Classes of errors after which the connection is gone: of connections, and of a server's end."""
_ABSENT: Final = frozenset({"3F000", "42501", "42703", "42883", "42P01"})
_FULL: Final = ("53300", "too many", "remaining connection slots")


class _AgainError(UnreachableError):
    """A connection that failed at once or was lost, so that the question may be asked again."""


class PostgresqlWarehouse(Warehouse):
    """Questions to PostgreSQL. Every viewer shares the service's connections."""

    def __init__(self, url: str, settings: PostgresqlSettings, policy: Policy) -> None:
        super().__init__(policy)
        self._settings = settings
        self._pool = pool(url, settings)
        self._age = Age("postgresql")
        self.close = weakref.finalize(self, self._pool.dispose)
        """Close the connections; also called at the end of the process."""

    def text(self, question: sql.Question) -> str:
        """The question in PostgreSQL's words."""
        return in_postgresql(question.text)

    def freshness(self) -> Freshness:
        """Age and completeness of the data, looked up at most every half minute."""
        return self._age.known(lambda: self._run(sa.text(QUERY), tag="freshness"))

    def _run(self, statement: sa.TextClause, *, tag: str, viewer: str = SERVICE) -> pl.DataFrame:
        text, values = sql.bound(_with_nulls(statement))
        asked_by = _application(viewer)
        for attempt in stamina.retry_context(
            on=_AgainError, attempts=ATTEMPTS, wait_initial=0.05, wait_jitter=0.05
        ):
            with attempt:
                try:
                    return _frame(self._answer(text, values, asked_by))
                except adbc_driver_manager.Error as error:
                    # Here, not behind the attempts: each is logged, and the driver says too much.
                    raise _unanswered(error, tag, self._settings) from error
        raise AssertionError("the last attempt returns or raises")

    def _answer(self, text: str, values: list[object], asked_by: str) -> pa.Table:
        connection = self._connection()
        try:
            if connection.info.get("asked_by") != asked_by:
                connection.info.pop("asked_by", None)
                self._within_limit(
                    connection,
                    partial(_asked, _SAY_WHO, [asked_by]),
                    self._settings.request_timeout,
                )
                connection.info["asked_by"] = asked_by
            # The server ends a slow query itself; a moment later it has had time to say so.
            limit = self._settings.query_timeout + 1
            table = self._within_limit(connection, partial(_asked, text, values), limit)
            connection.info["answered_at"] = time.monotonic()
        except adbc_driver_manager.Error as error:
            connection.info.pop("answered_at", None)
            if _is_lost(error):
                connection.invalidate(error)
            raise
        finally:
            if not connection.is_detached:  # Closing what another thread waits on would wait, too.
                connection.close()
        return table

    def _connection(self) -> sa.PoolProxiedConnection:
        """A connection that lives, as far as can be known without asking twice."""
        for _ in range(ATTEMPTS):
            connection = self._connected()
            answered = connection.info.get("answered_at", 0.0)
            if time.monotonic() - answered < postgresql_sessions.TRUSTED_FOR:
                return connection
            try:
                self._within_limit(
                    connection, partial(_asked, "select 1", []), self._settings.request_timeout
                )
            except adbc_driver_manager.Error as error:
                connection.invalidate(error)
                connection.close()
            else:
                connection.info["answered_at"] = time.monotonic()
                return connection
        raise UnreachableError("The connection to PostgreSQL broke.")

    def _connected(self) -> sa.PoolProxiedConnection:
        try:
            return self._pool.connect()
        except sa.exc.TimeoutError as error:
            raise UnreachableError("All connections to PostgreSQL are busy.") from error
        except OutOfPatienceError as error:
            raise UnreachableError("PostgreSQL could not be reached.") from error
        except adbc_driver_manager.Error as error:
            raise _not_connected(error) from error

    def _within_limit(
        self, connection: sa.PoolProxiedConnection, work: partial[pa.Table], seconds: float
    ) -> pa.Table:
        """An answer of a connection; one that stays silent is left to whoever still waits on it."""
        driven: Any = connection.dbapi_connection

        def clear_up() -> None:
            with contextlib.suppress(adbc_driver_manager.Error, RuntimeError):
                driven.close()

        try:
            return within(seconds, lambda: work(driven), late=clear_up)
        except OutOfPatienceError as error:
            connection.detach()
            raise UnreachableError("PostgreSQL does not answer.") from error


_SAY_WHO: Final = "select set_config('application_name', $1, false)"


def _application(viewer: str) -> str:
    """Page and viewer for ``pg_stat_activity`` and the log; cut where PostgreSQL would cut."""
    parts = (APPLICATION, ASKED_ON.get(), viewer)
    told = " ".join(part for part in parts if part).encode()[:LONGEST_NAME]
    return told.decode(errors="ignore")


def _asked(text: str, values: list[object], connection: Any) -> pa.Table:  # noqa: ANN401 -- the driver's
    with connection.cursor() as cursor:
        cursor.execute(text, _row(values) if values else None)
        return cursor.fetch_arrow_table()


def _row(values: list[object]) -> pa.RecordBatch:
    """Values as one row of Arrow, whole numbers as small as they are: a date takes no bigint."""
    columns = [pa.array([value], type=_kind(value)) for value in values]
    return pa.record_batch(columns, names=[str(number) for number in range(1, len(values) + 1)])


def _kind(value: object) -> pa.DataType | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return pa.int32() if -_INT4 <= value < _INT4 else pa.int64()
    return None


def _with_nulls(statement: sa.TextClause) -> sa.TextClause:
    """The statement with ``null`` written where a value is missing: Arrow's null has no type."""
    missing = [name for name, value in statement.compile().params.items() if value is None]
    return statement.bindparams(
        *(sa.bindparam(name, None, literal_execute=True) for name in missing)
    )


def _frame(table: pa.Table) -> pl.DataFrame:
    """The answer, its numbers as numbers: the driver hands ``numeric`` over as text."""
    return pl.DataFrame(
        [
            _numbers(name, column) if _is_numeric(column.type) else pl.Series(name, column)
            for name, column in zip(table.column_names, table.columns, strict=True)
        ]
    )


def _is_numeric(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.OpaqueType) and kind.type_name == "numeric"


def _numbers(name: str, column: pa.ChunkedArray) -> pl.Series:
    texts = pa.chunked_array([part.storage for part in column.chunks], type=pa.string())
    series = pl.Series(name, texts, dtype=pl.String)
    fraction = series.str.extract(r"[.](\d*?)0*$")
    places = fraction.str.len_chars().max() or 0
    odd = series.str.contains("(?i)nan|inf").any()
    if odd or not isinstance(places, int) or places > PLACES:
        return series.cast(pl.Float64)
    return series.str.to_decimal(scale=places)


def _is_lost(error: adbc_driver_manager.Error) -> bool:
    """Whether the connection is gone; a question only reads, so it may be asked on another."""
    if error.sqlstate:
        return error.sqlstate.startswith(_LOST) and error.sqlstate != _CANCELLED
    return error.status_code == adbc_driver_manager.AdbcStatusCode.IO


def _not_connected(error: adbc_driver_manager.Error) -> WarehouseError:
    said = str(error)
    if any(each in said for each in _FULL):
        return UnreachableError("PostgreSQL takes no more connections now.")
    if any(each in said for each in _SIGN_IN):
        return WarehouseError(
            "PostgreSQL refused the sign-in. Check the user, the password and the database."
        )
    return _AgainError("PostgreSQL could not be reached.")


def _unanswered(
    error: adbc_driver_manager.Error, tag: str, settings: PostgresqlSettings
) -> WarehouseError:
    """What happened, in words fit for the screen: nothing of the driver's own text is in them."""
    number = error.sqlstate
    if number == _CANCELLED:
        return UnreachableError(f"PostgreSQL gave no answer in {settings.query_timeout} seconds.")
    if _is_lost(error):
        return _AgainError("The connection to PostgreSQL broke.")
    if number in _ABSENT:
        return WarehouseError(
            f"{tag} needs a table or column that is not there or that the role may not read."
        )
    return WarehouseError(f"PostgreSQL could not answer {tag} (error {number}).")
