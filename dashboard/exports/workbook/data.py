"""Rows on sheets of their own: every row, every column with a name that formulas use."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl
from xlsxwriter.utility import xl_col_to_name

from dashboard.exports import files
from dashboard.exports.workbook.cells import Rows
from dashboard.exports.workbook.sheets import Book, Kind, Sheet, Value, exact

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet."""
HEADING: Final = 3
"""Row of the headings, counted from 0; the data begin below it."""
_WIDTHS: Final[dict[Kind, int]] = {
    "text": 20, "money": 16, "share": 11, "count": 10, "date": 12, "check": 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: an input, or a formula over others of its row.

    ``formula`` names other columns in braces; the frame's column of the same key is the value that
    it has as the file is written. ``is_entry`` marks a column that the reader may fill.
    """

    key: str
    heading: str
    kind: Kind
    formula: str = ""
    is_entry: bool = False

    @property
    def look(self) -> tuple[str, Kind]:
        """Look and kind of its cells."""
        if self.formula:
            return "formula", self.kind
        given = "label" if self.kind == "text" else "input"
        return "entry" if self.is_entry else given, self.kind


@dataclass(frozen=True, slots=True)
class Live:
    """A formula and what it amounts to."""

    formula: str
    value: Value


class Block:
    """A table of rows, on as many sheets as it needs."""

    def __init__(
        self, name: str, title: str, note: str, rows: pl.DataFrame, columns: Sequence[Column]
    ) -> None:
        self.name = name
        self.title = title
        self.note = note
        self.rows = rows
        self.columns = tuple(columns)
        self._kinds = {each.key: each.kind for each in columns}
        self.sheets = 1
        """Sheets it is written on."""

    def write(self, book: Book, *, most_rows: int = MOST_ROWS) -> None:
        """Write every row, and give each column its name."""
        space = most_rows - HEADING - 1
        self.sheets = max(1, -(-len(self.rows) // space))
        for part in range(self.sheets):
            rows = self.rows.slice(part * space, space)
            name = f"Data {self.name}{'' if not part else f' {part + 1}'}"
            sheet = Sheet(book, name)
            split = f" Sheet {part + 1} of {self.sheets}." if self.sheets > 1 else ""
            sheet.title(self.title, f"{len(self.rows):,} rows. {self.note}{split}")
            self._write_rows(sheet, rows)
            for place, column in enumerate(self.columns):
                letter = xl_col_to_name(place)
                last = HEADING + max(len(rows), 1) + 1
                book.define(
                    self.range_of(column.key, part),
                    f"'{name}'!${letter}${HEADING + 2}:${letter}${last}",
                )

    def range_of(self, key: str, part: int = 0) -> str:
        """Name of a column's cells."""
        return f"{self.name}_{key}{'' if not part else f'_{part + 1}'}"

    def kind_of(self, key: str) -> Kind:
        """Kind of a column."""
        return self._kinds[key]

    def sum(self, *keys: str, **where: tuple[str, Value]) -> Live:
        """Sum of the product of columns over the rows that fit; their number where none is named.

        Parameters
        ----------
        keys
            Columns; text in them counts nothing.
        where
            By column the address of the cell it must equal, letter by letter, and its value.
        """
        formula = "+".join(
            f"SUMPRODUCT({','.join([*self._tests(where, part), *self._ranges(keys, part)])})"
            for part in range(self.sheets)
        )
        fits = pl.all_horizontal(
            pl.lit(value=True),
            *(pl.col(key).eq_missing(pl.lit(value)) for key, (_, value) in where.items()),
        )
        rows = self.rows.filter(fits)
        if not keys:
            return Live(formula, len(rows))
        if len(keys) == 1:
            return Live(formula, exact(rows[keys[0]].sum()))
        product = rows.select(
            pl.reduce(lambda a, b: a * b, [pl.col(key).cast(pl.Float64) for key in keys])
        )
        return Live(formula, float(product.to_series().sum()))

    def sum_of(self, template: str, value: Value) -> Live:
        """Sum over all rows of a formula of columns, named in braces, and what it amounts to."""
        names = [
            {each.key: self.range_of(each.key, part) for each in self.columns}
            for part in range(self.sheets)
        ]
        return Live("+".join(f"SUMPRODUCT({template.format(**each)})" for each in names), value)

    def _ranges(self, keys: Sequence[str], part: int) -> list[str]:
        return [self.range_of(key, part) for key in keys]

    def _tests(self, where: dict[str, tuple[str, Value]], part: int) -> list[str]:
        # A row has a value in its first column; the one blank row of a table without rows has none.
        counted = [f'--({self.range_of(self.columns[0].key, part)}<>"")']
        return counted + [
            f"--EXACT({self.range_of(key, part)},{cell})"
            if self._kinds[key] == "text"
            else f"--({self.range_of(key, part)}={cell})"
            for key, (cell, _) in where.items()
        ]

    def _write_rows(self, sheet: Sheet, rows: pl.DataFrame) -> None:
        texts = {place for place, each in enumerate(self.columns) if each.kind == "text"}
        names = [each.heading for each in self.columns]
        sheet.headings(HEADING, names, height=62, left=texts)
        first, last = HEADING + 1, HEADING + max(len(rows), 1)
        for place, column in enumerate(self.columns):
            sheet.page.set_column(
                place, place, 28 if column.key == "account_name" else _WIDTHS[column.kind]
            )
            for row in {first, last} if len(rows) else ():
                sheet.page.write_blank(row, place, None, sheet.book.style(*column.look))
            if column.is_entry and len(rows):
                only_from_to(sheet, (first, place, last, place), 0, 1)
        if len(rows):
            sheet.book.fill(sheet.name, self._filling(rows))
        sheet.page.freeze_panes(first, 2)
        sheet.page.repeat_rows(HEADING)
        sheet.page.autofilter(HEADING, 0, last, len(self.columns) - 1)

    def _filling(self, rows: pl.DataFrame) -> Rows:
        letters = {each.key: f"{xl_col_to_name(place)}#" for place, each in enumerate(self.columns)}
        return Rows(
            files.fit_for_cells(rows.select(each.key for each in self.columns)),
            HEADING + 2,
            {each.key: each.formula.format(**letters) for each in self.columns if each.formula},
            {each.key for each in self.columns if each.is_entry},
        )


def only_from_to(sheet: Sheet, cells: tuple[int, int, int, int], low: int, high: int) -> None:
    """Refuse what somebody types into cells unless it is a number between two."""
    sheet.page.data_validation(
        *cells,
        {
            "validate": "decimal",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_title": "Not possible",
            "error_message": f"Type a share from {low:.0%} to {high:.0%}.",
        },
    )


def cents(value: Value) -> Decimal:
    """An amount to the cent, halves away from zero, as a spreadsheet rounds."""
    return exact(value).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
