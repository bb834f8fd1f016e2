"""Excel workbooks: which sheets are tables, their cells as text, and cells that hold an error.

The reader gives nothing for a cell such as ``#DIV/0!``, as it does for an empty one. An amount
would vanish without a word, so the sheet's own markup is searched for such cells.
"""

import html
import re
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import BadZipFile, ZipFile

import fastexcel
import polars as pl

from dashboard.contract import Table
from dashboard.ingest.sources import Source, UnreadableFileError

_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')
_ERROR_CELL: Final = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*\s)?t="e"[^>]*>')
_PLACE: Final = re.compile(rb'\sr="(\w+)"')
_PIECE: Final = 1024 * 1024


def sheets(path: Path, tables: dict[str, Table]) -> tuple[list[Source], list[str]]:
    """Sources in a workbook, and the names of the sheets that are none.

    A workbook named after a table holds it on its first sheet, unless a sheet bears the table's
    name or several sheets bear names of tables: then each such sheet is the table of its name.

    Raises
    ------
    UnreadableFileError
        The file is no workbook, or a sheet that is wanted is empty or holds an error.
    """
    stem = path.stem.lower()
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        chosen = {name: name.strip().lower() for name in names if name.strip().lower() in tables}
        if stem in tables and stem not in chosen.values() and len(chosen) <= 1:
            chosen = dict.fromkeys(names[:1], stem)
        sources = []
        for name in chosen:
            file = f"{path.name} ({name})" if len(chosen) > 1 else path.name
            if cell := error_cell(path, name):
                raise UnreadableFileError(file, f"the cell {cell} holds an error, not a value")
            cells = workbook.load_sheet(name, header_row=None, dtypes="string").to_polars()
            sources.append(_source(file, path, cells, tables[chosen[name]]))
    except (fastexcel.FastExcelError, BadZipFile, KeyError, OSError) as error:
        raise UnreadableFileError(path.name, "not a workbook that can be read") from error
    return sources, [f"{path.name} ({name})" for name in names if name not in chosen]


def error_cell(path: Path, sheet: str) -> str | None:
    """The first cell of a sheet that holds an error such as ``#REF!``, if there is one."""
    with ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").decode()
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
        targets = {
            tag["Id"]: tag["Target"] for tag in map(_attributes, _RELATION.findall(relations))
        }
        for tag in map(_attributes, _SHEET.findall(book)):
            if tag["name"] == sheet:
                part = str(PurePosixPath("/xl") / targets[tag["r:id"]])[1:]
                return _first_error(archive, part)
    return None


def _attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def _first_error(archive: ZipFile, part: str) -> str | None:
    with archive.open(part) as markup:
        rest = b""
        while piece := markup.read(_PIECE):
            searched = rest + piece
            if found := _ERROR_CELL.search(searched):
                place = _PLACE.search(found[0])
                return place[1].decode() if place else "without a name"
            # A tag may straddle two pieces; no tag of a cell is longer than this.
            rest = searched[-256:]
    return None


def _source(file: str, path: Path, cells: pl.DataFrame, table: Table) -> Source:
    if not cells.height:
        raise UnreadableFileError(file, "the sheet is empty")
    header = tuple(str(cell) if cell is not None else "" for cell in cells.row(0))
    rows = (
        cells.rename({old: f"c{number}" for number, old in enumerate(cells.columns)})
        .with_row_index("row_number", offset=1)
        .slice(1)
        .filter(~pl.all_horizontal(pl.exclude("row_number").is_null()))
    )
    return Source(
        file=file,
        path=path,
        table=table,
        header=header,
        types=("VARCHAR",) * len(header),
        first_row=2,
        frame=rows,
    )
