"""One file, or one sheet of a workbook, opened: its header, its types, and SQL that reads it.

A source names its columns ``c0``, ``c1`` and so on, so that no name from outside is ever part of a
statement; a column is matched with the contract by its trimmed lower-case name.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboard.contract import Table
from dashboard.ingest import casts

FORMATS: Final = {".csv": "CSV", ".parquet": "Parquet", ".xlsx": "Excel"}

_DELIMITERS: Final = (",", ";", "\t")
_LONGEST_ROW: Final = 32 * 1024 * 1024
"""Bytes of the longest CSV record: room for a cell of ten million characters."""

_SIGNS: Final = {
    "unterminated quote": "a quote that is not closed",
    "not utf-8": "the text is not UTF-8",
    "invalid unicode": "the text is not UTF-8",
    "invalid string encoding": "the text is not UTF-8",
    "maximum line size": f"a row of more than {_LONGEST_ROW:,} bytes",
    "out of memory": "there is not enough memory to read it",
}
"""Words of the engine that say what is wrong with a file."""

_CSV: Final = (
    "read_csv('{path}', auto_detect = false, header = true, columns = {{{columns}}},"
    " delim = '{delimiter}', quote = '\"', escape = '\"', nullstr = '', strict_mode = true,"
    f" max_line_size = {_LONGEST_ROW}, buffer_size = {2 * _LONGEST_ROW}, encoding = 'utf-8',"
    " hive_partitioning = false)"
)
_PARQUET: Final = "(select {columns} from read_parquet('{path}', hive_partitioning = false))"
_PARQUET_HEADER: Final = "describe select * from read_parquet('{path}', hive_partitioning = false)"


class UnreadableFileError(Exception):
    """The file is not what its name says; the message names the file and why."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")


@dataclass(frozen=True, slots=True)
class Source:
    """What fills one contract table.

    Attributes
    ----------
    relation
        SQL that yields columns ``c0`` to ``cn``; for Excel empty, ``frame`` holds the rows.
    first_row
        Number of the first data row: 2 where a header is a row of its own, 1 in Parquet.
    """

    file: str
    path: Path
    table: Table
    header: tuple[str, ...]
    types: tuple[str, ...]
    first_row: int
    relation: str = ""
    frame: pl.DataFrame | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Column names as the contract writes them."""
        return tuple(name.strip().lower() for name in self.header)

    @property
    def ignored_columns(self) -> tuple[str, ...]:
        """Columns of the file that the contract does not know, as the file writes them."""
        return tuple(
            name or f"(column {number})"
            for number, name in enumerate(self.header, start=1)
            if not self.table.has(name.strip().lower())
        )

    def refusals(self) -> Iterator[str]:
        """Why the header alone makes the file unfit, if it does."""
        known = [name for name in self.names if self.table.has(name)]
        for name in sorted({name for name in known if known.count(name) > 1}):
            yield f"{self.file}: the column {name} is there twice"
        missing = [name for name in self.table.required if name not in known]
        if missing:
            plural = "columns" if len(missing) > 1 else "column"
            yield f"{self.file}: the required {plural} {', '.join(missing)} missing"
        for name, source_type in zip(self.names, self.types, strict=True):
            if self.table.has(name) and not casts.is_readable(source_type):
                yield f"{self.file}: the column {name} holds {source_type}, which no column can be"


def opened(path: Path, table: Table) -> Source:
    """A CSV or Parquet file as the source of a table.

    Raises
    ------
    UnreadableFileError
        The file is empty, cut off or of another kind.
    """
    if not path.stat().st_size:
        raise UnreadableFileError(path.name, "the file is empty")
    return _csv(path, table) if path.suffix.lower() == ".csv" else _parquet(path, table)


def why(error: duckdb.Error) -> str:
    """What the engine says of a file, in one line and without its path."""
    said = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", said)
    where = f"line {line[1]}: " if line else ""
    if found := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", said):
        return f"{where}{found[2]} columns where the header has {found[1]}"
    for sign, reason in _SIGNS.items():
        if sign in said.lower():
            return f"{where}{reason}"
    if line:
        return f"{where}the row is malformed"
    first = re.sub(r"[^\s'\"]*/", "", said.splitlines()[0])
    return f"the file is cut off or damaged ({first})"


def _csv(path: Path, table: Table) -> Source:
    header, delimiter = csv_header(path, table.has)
    return Source(
        file=path.name,
        path=path,
        table=table,
        header=header,
        types=("VARCHAR",) * len(header),
        first_row=2,
        relation=csv_relation(path, len(header), delimiter),
    )


def csv_relation(path: Path, columns: int, delimiter: str) -> str:
    """SQL that reads a CSV file as text, its columns named ``c0``, ``c1`` and so on."""
    named = ", ".join(f"c{number}: 'VARCHAR'" for number in range(columns))
    return _CSV.format(path=literal(path), columns=named, delimiter=delimiter)


def csv_header(path: Path, is_known: Callable[[str], bool]) -> tuple[tuple[str, ...], str]:
    """The first record and the delimiter under which it holds most names that are known.

    Raises
    ------
    UnreadableFileError
        There is no header, or it is malformed.
    """
    best: tuple[tuple[str, ...], str] = ((), ",")
    most = -1
    try:
        for delimiter in _DELIMITERS:
            # What is not UTF-8 further down is found, with its line, when the rows are read.
            with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
                header = tuple(next(csv.reader(text, delimiter=delimiter), ()))
            known = sum(is_known(name.strip().lower()) for name in header)
            if known > most:
                best, most = (header, delimiter), known
        "".join(best[0]).encode()
    except UnicodeError as error:
        raise UnreadableFileError(path.name, "the text is not UTF-8") from error
    except csv.Error as error:
        raise UnreadableFileError(path.name, "the header is malformed") from error
    if not best[0]:
        raise UnreadableFileError(path.name, "the file has no header")
    return best


def _parquet(path: Path, table: Table) -> Source:
    try:
        with duckdb.connect() as engine:
            described = engine.execute(_PARQUET_HEADER.format(path=literal(path))).fetchall()
    except duckdb.Error as error:
        raise UnreadableFileError(path.name, why(error)) from error
    header = tuple(str(row[0]) for row in described)
    quoted = (name.replace('"', '""') for name in header)
    columns = ", ".join(f'"{name}" as c{number}' for number, name in enumerate(quoted))
    return Source(
        file=path.name,
        path=path,
        table=table,
        header=header,
        types=tuple(str(row[1]) for row in described),
        first_row=1,
        relation=_PARQUET.format(columns=columns, path=literal(path)),
    )


def literal(path: Path) -> str:
    """A path as the inside of an SQL string that the engine does not read as a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path.resolve())).replace("'", "''")
