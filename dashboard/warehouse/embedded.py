"""The embedded warehouse: a DuckDB file, opened read-only and locked down."""

import atexit
import os
import threading
import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import sqlalchemy as sa

from dashboard.access import SERVICE
from dashboard.policy import Policy
from dashboard.warehouse import sql
from dashboard.warehouse.base import Freshness, UnreachableError, Warehouse, WarehouseError
from dashboard.warehouse.sql import bound

HARDENED: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": False,
    "python_enable_replacements": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "lock_configuration": True,
}
"""No file, network, extension or Python variable is within reach of a query, and none can be."""

UNDERIVED: Final = """
    select
        not exists (select 1 from arr_steps where is_converted)
        and not exists (
            select 1
            from arr_movements
            where effective_on <= $1 and cast(recorded_at as date) > $2
        )
"""
"""Whether no account at all is one of ``sql/shared/derived_accounts.sql``."""

SMALL: Final = 64_000_000
"""Bytes of a file whose questions a second thread makes dearer: they are planned, hardly run."""

_TURNS: Final = threading.BoundedSemaphore(os.cpu_count() or 1)
"""As many questions at a time as there are processors, the first first: each of many more would
take as long as all of them, and so would whoever only draws what is at hand."""

# ``_frame`` says why the copy that DuckDB warns of is cheaper.
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)


class EmbeddedWarehouse(Warehouse):
    """Questions to a DuckDB file; follows the file when a new one is swapped in."""

    says_when_it_changes = True
    decides_again = False

    def __init__(self, path: Path, policy: Policy) -> None:
        super().__init__(policy)
        self._path = path
        self._lock = threading.Lock()
        self._identity: tuple[int, int] | None = None
        self._root: duckdb.DuckDBPyConnection | None = None
        self._freshness: Freshness | None = None
        self._underived: dict[tuple[object, ...], bool] = {}

    def freshness(self) -> Freshness:
        """Age and completeness of the file that lies there now."""
        return self._open()[1]

    def derives_nothing(self, question: sql.Question, values: Mapping[str, object]) -> bool:
        """Whether all steps of ARR lie in the file: of accounts, in one currency each, and booked.

        To leave out what derives the others more than halves how long DuckDB plans such a question.
        """
        days = tuple(values.get(name) for name in ("as_of", "known_on"))
        if not {"known_on", "level", "logo_level"} <= question.placeholders or None in days:
            return False
        if {values["level"], values["logo_level"]} != {"account"}:
            return False
        root, freshness = self._open()
        key = (freshness.version, *days)
        if key not in self._underived:
            (answer,) = cursor(root).execute(UNDERIVED, days).fetchone() or (False,)
            self._underived[key] = bool(answer)
        return self._underived[key]

    def _run(self, statement: sa.TextClause, *, tag: str, viewer: str = SERVICE) -> pl.DataFrame:
        del viewer  # One company's file on one's own machine: the scope is in the statement.
        root, _ = self._open()
        text, values = bound(statement)
        try:
            with _TURNS:
                # A cursor per query: threads that share one connection break each other's results.
                frame = _frame(cursor(root).execute(_parsed(text), values))
        except (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException) as error:
            self._identity = None  # Opened anew by whoever asks next.
            raise UnreachableError(f"{self._path.name} cannot be read.") from error
        except duckdb.Error as error:
            raise WarehouseError(f"{tag} could not be answered; the log says why.") from error
        return frame

    def _open(self) -> tuple[duckdb.DuckDBPyConnection, Freshness]:
        try:
            stat = os.stat(self._path)  # noqa: PTH116 -- inode and change time in one call
        except FileNotFoundError:
            raise UnreachableError(
                f"There is no warehouse file {self._path.name}. "
                "Make one with `python -m dashboard demo` or `python -m dashboard import`."
            ) from None
        identity = (stat.st_ino, stat.st_mtime_ns)
        with self._lock:
            if self._root is None or self._freshness is None or identity != self._identity:
                try:
                    root = connected(self._path)
                    self._freshness = _freshness(root)
                except duckdb.Error as error:
                    raise UnreachableError(
                        f"{self._path.name} is not a warehouse this version can read. "
                        "Build it again with `python -m dashboard demo` or `import`."
                    ) from error
                # The old connection is left to the queries that still run on it.
                self._root, self._identity = root, identity
                self._underived = {}
            return self._root, self._freshness


def connected(path: Path) -> duckdb.DuckDBPyConnection:
    """A new connection to the file that lies there now, read-only and locked down.

    The file is attached to an empty database in memory: DuckDB keeps one instance per path and
    process, and would go on answering from the old file after another was swapped in.
    """
    root = duckdb.connect(":memory:")
    quoted = str(path).replace("'", "''")
    root.execute(f"attach '{quoted}' as company (read_only)")
    if path.stat().st_size < SMALL:
        root.execute("set threads = 1")
    for option, value in HARDENED.items():
        root.execute(f"set {option} = {str(value).lower()}")
    return root


@lru_cache(maxsize=512)
def _parsed(text: str) -> duckdb.Statement:
    """A statement that DuckDB need not parse again: a fifth of what a small answer takes."""
    (statement,) = duckdb.extract_statements(text)
    return statement


# At its own end the driver complains of statements that are still held.
atexit.register(_parsed.cache_clear)


def _frame(answered: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The rows of an executed statement.

    ``connection.sql(text).pl()`` needs no copy of the rows, but plans the statement twice: once to
    know its columns and once to run it. The plan is dearer up to a million rows.
    """
    table = answered.to_arrow_table()
    frame = pl.from_arrow(table, rechunk=False)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(type(frame))
    return frame


def cursor(root: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A cursor of one query on the attached file."""
    own = root.cursor()
    own.execute("use company")
    return own


def _freshness(root: duckdb.DuckDBPyConnection) -> Freshness:
    manifest = dict(cursor(root).execute("select entry, value from manifest").fetchall())
    absent = cursor(root).execute("select table_name from loaded_tables where not is_loaded")
    return Freshness(
        version=manifest["version"],
        origin="demo" if manifest["origin"] == "demo" else "import",
        loaded_at=datetime.fromisoformat(manifest["loaded_at"]).astimezone(UTC),
        as_of=date.fromisoformat(manifest["as_of"]),
        absent=frozenset(row[0] for row in absent.fetchall()),
        policy=manifest.get("policy", ""),
        derived=manifest.get("derived", ""),
    )
