"""A workbook as its sheets write it: styles, inputs, live formulas with their value, names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final, Literal

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from dashboard.exports import files
from dashboard.exports.workbook.cells import FIRST_DAY, FIRST_SAFE, NOT_KNOWN, Rows, filled

Kind = Literal["text", "money", "share", "count", "date", "check"]
Value = Decimal | float | int | str | date | bool | None

LINE: Final = 15.5
"""Height of a line of text."""
MOST_HIGH: Final = 409
"""Height of a row at most."""
_FORMATS: Final[dict[Kind, str]] = {
    "text": "General",
    "money": "#,##0.00;[Red](#,##0.00)",
    "share": "0.0%;[Red](0.0%)",
    "count": "#,##0;[Red](#,##0)",
    "date": "yyyy-mm-dd",
    "check": "General",
}
_LOOKS: Final[dict[str, dict[str, object]]] = {
    "input": {"font_color": "#0000FF"},
    "entry": {
        "font_color": "#0000FF",
        "bg_color": "#FFF8DC",
        "border": 1,
        "border_color": "#BFBFBF",
    },
    "formula": {"font_color": "#000000"},
    "total": {"font_color": "#000000", "bold": True, "top": 1},
    "label": {},
}

_TEXT: Final[dict[str, object]] = {"align": "left", "indent": 1, "valign": "top"}
_HEADING: Final[dict[str, object]] = {
    "bold": True,
    "text_wrap": True,
    "valign": "bottom",
    "bottom": 1,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A written cell: where it is and what it shows."""

    sheet: str
    row: int
    column: int
    value: Value

    @property
    def here(self) -> str:
        """Its address on its own sheet."""
        return str(xl_rowcol_to_cell(self.row, self.column, row_abs=True, col_abs=True))

    @property
    def there(self) -> str:
        """Its address from another sheet."""
        return f"'{self.sheet}'!{self.here}"

    @property
    def number(self) -> Decimal:
        """Its value as an exact number; nothing where it is not known."""
        return exact(self.value)


def exact(value: Value) -> Decimal:
    """A value as an exact number; nothing where it is text or not known."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int | float):
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return Decimal(0)


def ratio(part: Value, whole: Value) -> Value:
    """Part of a whole as ``ratio_of`` computes it."""
    if isinstance(part, str) or isinstance(whole, str) or not exact(whole):
        return NOT_KNOWN
    return float(exact(part)) / float(exact(whole))


def ratio_of(part: str, whole: str) -> str:
    """Formula of a share of two cells; not known where the whole is nothing."""
    return f'IF({whole}=0,"{NOT_KNOWN}",{part}/{whole})'


class Sheet:
    """One sheet, whose writers return the cells they wrote."""

    def __init__(self, book: "Book", name: str, *, landscape: bool = True) -> None:
        self.book = book
        self.name = name
        self.page = book.file.add_worksheet(name)
        self.page.hide_gridlines(2)
        self.page.set_paper(9)
        if landscape:
            self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.page.set_footer("&L&A&RPage &P of &N")

    def title(self, text: str, note: str = "") -> None:
        """The sheet's name in words, and a line that says how to read it."""
        self.page.set_row(0, 24)
        self.page.write_string(0, 0, text, self.book.format("title"))
        self.page.write_string(1, 0, note, self.book.format("note"))

    def headings(
        self, row: int, names: Sequence[str], *, height: int = 32, left: Collection[int] = (0,)
    ) -> None:
        """A row of headings, wrapped; those over text stand on the left."""
        self.page.set_row(row, height)
        for place, name in enumerate(names):
            self.text(row, place, name, "heading_left" if place in left else "heading")

    def wrapped(self, row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
        """A row of wrapped text, as high as its longest cell needs: not every viewer sees to it."""
        lines = 1
        for column, (text, width) in enumerate(zip(texts, widths, strict=True)):
            shown = self.text(row, column, text, "wrap").value
            lines = max(lines, -(-len(str(shown)) // width))
        self.page.set_row(row, min(LINE * lines, MOST_HIGH))

    def section(self, row: int, text: str) -> None:
        """The name of a table."""
        self.page.write_string(row, 0, text, self.book.format("section"))

    def text(self, row: int, column: int, text: str, look: str = "label") -> Cell:
        """Text, as it is; too much for a cell is cut, and says so."""
        fits = files.fit_for_cells(pl.DataFrame({"text": [text]}))["text"][0]
        self.page.write_string(row, column, fits, self.book.format(look))
        return Cell(self.name, row, column, fits)

    def given(
        self,
        row: int,
        column: int,
        value: Value,
        kind: Kind,
        *,
        look: str = "input",
        name: str = "",
    ) -> Cell:
        """An input: something that is known and not computed here."""
        style = self.book.style(look, kind)
        if value is None or isinstance(value, str):
            self.page.write_string(row, column, NOT_KNOWN if value is None else value, style)
        elif isinstance(value, date):
            if value < FIRST_SAFE:
                self.page.write_string(row, column, value.isoformat(), style)
            else:
                self.page.write_number(row, column, (value - FIRST_DAY).days, style)
        else:
            self.page.write_number(row, column, float(value), style)
        cell = Cell(self.name, row, column, NOT_KNOWN if value is None else value)
        if name:
            self.book.define(name, cell.there)
        return cell

    def live(
        self,
        row: int,
        column: int,
        formula: str,
        value: Value,
        kind: Kind,
        *,
        look: str = "formula",
        name: str = "",
    ) -> Cell:
        """A formula, with the value it has as the file is written."""
        shown = NOT_KNOWN if value is None else value
        stored = float(shown) if isinstance(shown, Decimal) else shown
        self.page.write_formula(row, column, f"={formula}", self.book.style(look, kind), stored)
        cell = Cell(self.name, row, column, shown)
        if name:
            self.book.define(name, cell.there)
        return cell


@dataclass
class Book:
    """The file: its formats, made once each, and its names."""

    buffer: BytesIO = field(default_factory=BytesIO)
    file: Any = field(init=False)
    _formats: dict[str, Any] = field(default_factory=dict)
    _rows: dict[str, Rows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.file = Workbook(self.buffer, files.OPTIONS)
        self.file.set_properties({"created": files.CREATED})
        self.file.set_calc_mode("auto")

    def define(self, name: str, place: str) -> None:
        """Give a cell or a range a name."""
        self.file.define_name(name, f"={place}")

    def fill(self, sheet: str, rows: Rows) -> None:
        """Give a sheet rows in place of the blank first and last of them."""
        self._rows[sheet] = rows

    def style(self, look: str, kind: Kind) -> Any:
        """Format of a look and a kind of value."""
        key = f"{look} {kind}"
        if key not in self._formats:
            side = "left" if kind == "text" else "center" if kind == "check" else "right"
            basis = {"num_format": _FORMATS[kind], "align": side, "valign": "top"}
            # Text beside a number keeps its distance.
            indent = {"indent": 1} if kind == "text" else {}
            self._formats[key] = self.file.add_format(basis | indent | _LOOKS[look])
        return self._formats[key]

    def format(self, look: str) -> Any:
        """Format of text of the sheet itself."""
        looks: dict[str, dict[str, object]] = {
            "title": _TEXT | {"bold": True, "font_size": 16},
            "note": _TEXT | {"italic": True, "font_color": "#595959"},
            "section": _TEXT | {"bold": True, "font_size": 12},
            "heading": _HEADING | {"align": "right"},
            "heading_left": _HEADING | {"align": "left", "indent": 1},
            "wrap": _TEXT | {"text_wrap": True},
            "label": _TEXT,
            "total": _TEXT | {"bold": True, "top": 1},
            "good": {"font_color": "#1B7F4B", "bg_color": "#E3F4EA"},
            "bad": {"font_color": "#9D0208", "bg_color": "#FBE3E4", "bold": True},
        }  # fmt: skip
        if look not in self._formats:
            self._formats[look] = self.file.add_format(looks[look])
        return self._formats[look]

    def written(self) -> bytes:
        """The file's bytes."""
        self.file.close()
        names = [page.get_name() for page in self.file.worksheets()]
        parts = {
            f"xl/worksheets/sheet{number}.xml": self._rows[name]
            for number, name in enumerate(names, 1)
            if name in self._rows
        }
        return filled(self.buffer, parts)


def moment(value: datetime) -> str:
    """A moment in words, UTC."""
    return f"{value:%-d %b %Y %H:%M} UTC"
