"""Tables of a source as they come: a folder of files, or a DuckDB file, behind one locked engine.

A folder holds ``TABLE.csv``, ``.parquet`` or ``.xlsx`` for each table, or such a folder for each
source, called after it. Values of CSV and Excel stay text; Parquet and DuckDB keep their types.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb
import fastexcel
import polars as pl

from dashboard.ingest.files import sha256
from dashboard.ingest.sources import (
    UnreadableFileError,
    csv_header,
    csv_relation,
    literal,
    why,
)
from dashboard.ingest.workbooks import error_cell
from dashboard.warehouse.embedded import HARDENED

DATABASES: Final = frozenset({".duckdb", ".db", ".ddb"})
_TABLES: Final = """
select table_schema, table_name from information_schema.tables where table_catalog = 'company'
"""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that tables were read from."""

    file: str
    rows: int
    sha256: str


@dataclass(slots=True)
class Sources:
    """An engine that sees the tables of the sources and nothing else."""

    connection: duckdb.DuckDBPyConnection
    schemas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Where the tables of each source lie."""
    files: list[SourceFile] = field(default_factory=list)

    def frame(self, query: str) -> pl.DataFrame:
        """Rows of a query."""
        frame: pl.DataFrame = self.connection.sql(query).pl()
        return frame


@contextmanager
def opened(place: Path, sources: Iterable[tuple[str, str]]) -> Iterator[Sources]:
    """The tables of some sources, each given by name and schema.

    Raises
    ------
    UnreadableFileError
        A file is not what its name says, or there is none.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = Sources(connection)
        if place.is_dir():
            _from_files(found, place, [name for name, _ in sources])
        else:
            _from_database(found, place, sources)
        connection.execute(
            "create table account_identities"
            " (source varchar, source_id varchar, account_id varchar)"
        )
        for option, value in HARDENED.items():
            connection.execute(f"set {option} = {str(value).lower()}")
        yield found


def sample(path: Path, rows: int = 1000) -> pl.DataFrame:
    """Some rows of a single file as text.

    Raises
    ------
    UnreadableFileError
        The file is not what its name says, or holds no table.
    """
    with duckdb.connect(":memory:") as connection:
        try:
            for _, query in _tables(connection, path):
                frame: pl.DataFrame = connection.sql(f"from ({query}) limit {rows}").pl()
                return frame.cast(pl.String)
        except duckdb.Error as error:
            raise UnreadableFileError(path.name, why(error)) from error
    raise UnreadableFileError(path.name, "no CSV, Parquet or Excel file with a table")


def _from_database(found: Sources, place: Path, sources: Iterable[tuple[str, str]]) -> None:
    if place.suffix.lower() not in DATABASES or not place.is_file():
        raise UnreadableFileError(place.name, "neither a folder of files nor a DuckDB file")
    quoted = str(place.resolve()).replace("'", "''")
    try:
        found.connection.execute(f"attach '{quoted}' as company (read_only)")
    except duckdb.Error as error:
        raise UnreadableFileError(place.name, "not a DuckDB file that can be read") from error
    schemas = {str(schema) for schema, _ in found.connection.execute(_TABLES).fetchall()}
    for name, schema in sources:
        last = schema.rpartition(".")[2]
        own = next((each for each in schemas if each.lower() in {last.lower(), name}), "main")
        found.schemas[name] = ("company", own)
    found.files.append(SourceFile(place.name, 0, sha256(place)))


def _from_files(found: Sources, place: Path, names: list[str]) -> None:
    for name in names:
        folder = place / name if (place / name).is_dir() else place
        found.connection.execute(f'create schema if not exists "{name}"')
        found.schemas[name] = (name,)
        for path in sorted(folder.iterdir()):
            if not path.is_file() or path.name.startswith(("~$", ".")):
                continue
            for table, query in _tables(found.connection, path):
                _stage(found, f"{name}/{path.name}", (name, table), path, query)


def _stage(found: Sources, file: str, place: tuple[str, str], path: Path, query: str) -> None:
    schema, table = (part.replace('"', '""') for part in place)
    try:
        found.connection.execute(f'create table "{schema}"."{table}" as {query}')
    except duckdb.CatalogException as error:
        raise UnreadableFileError(path.name, f"another file already holds {place[1]}") from error
    except duckdb.Error as error:
        raise UnreadableFileError(path.name, why(error)) from error
    rows = len(found.connection.table(f'"{schema}"."{table}"'))
    found.files.append(SourceFile(file, rows, sha256(path)))


def _tables(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[tuple[str, str]]:
    """Tables in a file, each as its name and the query that reads it."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        header, delimiter = csv_header(path, bool)
        names = [name.strip() or f"column_{number}" for number, name in enumerate(header, start=1)]
        lower = [name.lower() for name in names]
        if twice := next((name for name in lower if lower.count(name) > 1), None):
            raise UnreadableFileError(path.name, f"the column {twice} is there twice")
        columns = ", ".join(f"c{number} as {_quoted(name)}" for number, name in enumerate(names))
        yield path.stem, f"select {columns} from {csv_relation(path, len(header), delimiter)}"  # noqa: S608
    elif suffix == ".parquet":
        yield path.stem, f"select * from read_parquet('{literal(path)}', hive_partitioning = false)"  # noqa: S608
    elif suffix == ".xlsx":
        yield from _sheets(connection, path)


def _sheets(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[tuple[str, str]]:
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        for number, name in enumerate(names):
            if cell := error_cell(path, name):
                raise UnreadableFileError(path.name, f"the cell {cell} holds an error, no value")
            frame = workbook.load_sheet(name, dtypes="string").to_polars()
            staged = f"sheet_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}_{number}"
            connection.register(staged, frame.to_arrow())
            yield (path.stem if len(names) == 1 else name.strip()), f"select * from {staged}"  # noqa: S608
    except fastexcel.FastExcelError as error:
        raise UnreadableFileError(path.name, "not a workbook that can be read") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
