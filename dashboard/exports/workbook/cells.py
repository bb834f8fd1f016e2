"""Rows as the cells of a sheet's XML, made a column at a time and not a cell at a time.

xlsxwriter makes everything of a file but these: it writes the first and the last of the rows as
blank cells, so that it knows their styles and how far the sheet reaches, and what it wrote for the
two is then replaced by all of them.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl
from xlsxwriter.utility import xl_col_to_name

NOT_KNOWN: Final = "n/a"
"""Stands where a number is not known or not defined; it is text, and no sum counts it."""
FIRST_DAY: Final = date(1899, 12, 30)
"""Day 0 of a spreadsheet."""
FIRST_SAFE: Final = date(1900, 3, 1)
"""Spreadsheets think that 1900 was a leap year: earlier days are written as text."""
_AT_ONCE: Final = 20_000
"""Rows that are made at a time: a full sheet would take a gigabyte as one text."""
_READ_AS_ESCAPE: Final = r"_(x[0-9a-fA-F]{4})"
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {
    # XML has no place for these; a spreadsheet reads them by their number.
    chr(code): f"_x{code:04X}_"
    for code in (*range(0x20), 0xFFFE, 0xFFFF)
    if chr(code) not in "\t\n"
}
_NUMBER: Final = "#"
"""The row's number, in a formula's template and as a column of the rows."""
_TEXT: Final = ' t="inlineStr"><is><t>'
_SPACED: Final = ' t="inlineStr"><is><t xml:space="preserve">'
_TEXT_END: Final = "</t></is></c>"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a sheet; the frame's columns are the sheet's, in its order."""

    frame: pl.DataFrame
    first: int
    """Number of the first row, counted from 1."""
    formulas: Mapping[str, str] = field(default_factory=dict)
    """By column the formula whose value the frame holds; ``#`` stands for the row's number."""
    blank: Collection[str] = ()
    """Columns that the reader fills."""

    def xml(self, styles: Mapping[str, str]) -> Iterator[bytes]:
        """The rows, in parts; ``styles`` has the number of a style by the letter of a column."""
        row = _joined(['<row r="', pl.col(_NUMBER), '">', *self._cells(styles), "</row>"])
        numbered = self.frame.with_row_index(_NUMBER, self.first).with_columns(
            pl.col(_NUMBER).cast(pl.String)
        )
        for part in numbered.iter_slices(_AT_ONCE):
            yield part.select(row.str.join()).item().encode()

    def _cells(self, styles: Mapping[str, str]) -> Iterator[str | pl.Expr]:
        for place, (key, dtype) in enumerate(self.frame.schema.items()):
            letter = xl_col_to_name(place)
            yield f'<c r="{letter}'
            yield pl.col(_NUMBER)
            yield f'" s="{styles[letter]}"'
            if key in self.blank:
                yield "/>"
            elif key in self.formulas:
                yield from _computed(key, dtype, self.formulas[key])
            else:
                yield _given(key, dtype)


def filled(file: BytesIO, sheets: Mapping[str, Rows]) -> bytes:
    """The bytes of a workbook with its rows, by the name of their sheet's part of the file."""
    whole = BytesIO()
    with ZipFile(file) as written, ZipFile(whole, "w") as copy:
        for part in written.infolist():
            content = written.read(part)
            # With the date it has: the same answers give the same bytes.
            same = ZipInfo(part.filename, part.date_time)
            same.compress_type = ZIP_DEFLATED
            with copy.open(same, "w") as stream:
                rows = sheets.get(part.filename)
                for piece in [content] if rows is None else _with_rows(content.decode(), rows):
                    stream.write(piece)
    return whole.getvalue()


def _with_rows(sheet: str, rows: Rows) -> Iterator[bytes]:
    """A sheet's XML with all rows in place of the first and the last."""
    head, _, below = sheet.partition(f'<row r="{rows.first}"')
    ends, close, foot = below.partition("</sheetData>")
    yield head.encode()
    yield from rows.xml(dict(re.findall(r'<c r="([A-Z]+)\d+" s="(\d+)"/>', ends)))
    yield f"{close}{foot}".encode()


def _given(key: str, dtype: pl.DataType) -> pl.Expr:
    """What follows the style of a cell that holds a value."""
    written = _written(key, dtype)
    if dtype == pl.String:
        # Blanks at an end are kept where they are asked for.
        is_spaced = pl.col(key).str.contains(r"^\s|\s$")
        opened = pl.when(is_spaced).then(pl.lit(_SPACED)).otherwise(pl.lit(_TEXT))
        cell = _joined([opened, written, _TEXT_END])
    else:
        cell = _joined(["><v>", written, "</v></c>"])
    if dtype == pl.Date:
        early = _joined([_TEXT, pl.col(key).cast(pl.String), _TEXT_END])
        cell = pl.when(pl.col(key) < FIRST_SAFE).then(early).otherwise(cell)
    return cell.fill_null(f"{_TEXT}{NOT_KNOWN}{_TEXT_END}")


def _computed(key: str, dtype: pl.DataType, template: str) -> Iterator[str | pl.Expr]:
    """What follows the style of a cell that holds a formula and its value."""
    written = _written(key, dtype)
    is_text = written.is_null() | (dtype == pl.String)
    yield pl.when(is_text).then(pl.lit(' t="str"')).otherwise(pl.lit(""))
    before, *between = escape(template, quote=False).split(_NUMBER)
    yield f"><f>{before}"
    for text in between:
        yield pl.col(_NUMBER)
        yield text
    yield "</f><v>"
    yield written.fill_null(NOT_KNOWN)
    yield "</v></c>"


def _written(key: str, dtype: pl.DataType) -> pl.Expr:
    """A value as it stands between the tags of a cell; null where it is not known."""
    value = pl.col(key)
    if dtype == pl.String:
        return _escaped(value)
    if dtype == pl.Null:
        return value.cast(pl.String)
    if dtype == pl.Date:
        return (value - pl.lit(FIRST_DAY)).dt.total_days().cast(pl.String)
    if dtype.is_integer():
        return value.cast(pl.String)
    if isinstance(dtype, pl.Decimal) and dtype.scale:
        # To the last digit: an amount never passes through a binary fraction.
        return value.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    number = value.cast(pl.Float64)
    return pl.when(number.is_finite()).then(number.cast(pl.String))


def _escaped(text: pl.Expr) -> pl.Expr:
    """Text as XML and a spreadsheet read it back."""
    # A name with _x0041_ in it would be read as A.
    spelt = text.str.replace_all(_READ_AS_ESCAPE, "_x005F_${1}")
    return spelt.str.replace_many(_ESCAPES)


def _joined(pieces: list[str | pl.Expr]) -> pl.Expr:
    """Pieces one after the other; null where one is."""
    return pl.concat_str(pl.lit(each) if isinstance(each, str) else each for each in pieces)
