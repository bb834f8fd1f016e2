"""The workbook inside a chart: the numbers that *Edit data* shows, and nothing that runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from dashboard.exports.forms import Plot, Value, spans_of
from dashboard.exports.words import name

_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
SHEET: Final = "Sheet1"


@dataclass(slots=True)
class Sheet:
    """Where each series stands in the workbook, by its number."""

    categories: str = ""
    name_of: dict[int, str] = field(default_factory=dict)
    values_of: dict[int, str] = field(default_factory=dict)
    x_of: dict[int, str] = field(default_factory=dict)
    size_of: dict[int, str] = field(default_factory=dict)
    span_of: dict[int, str] = field(default_factory=dict)


def chart_book(plot: Plot) -> tuple[bytes, Sheet]:
    """The workbook of a plot, and where its series stand in it."""
    buffer = BytesIO()
    sheet = Sheet()
    with Workbook(buffer, dict(_OPTIONS)) as book:
        # A fixed moment: the same chart gives the same bytes.
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 -- as xlsx stores it
        page = _Page(book)
        if plot.categories:
            _along(plot, page, sheet)
        else:
            _apart(plot, page, sheet)
    return buffer.getvalue(), sheet


class _Page:
    """Columns side by side; every cell is written as what it is."""

    def __init__(self, book: Workbook) -> None:
        self.sheet = book.add_worksheet(SHEET)
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.next = 0

    def column(
        self, heading: str, values: Sequence[Any], number: int | None = None
    ) -> tuple[str, str]:
        """Write a column; where its heading and its values stand."""
        at, letter = self.next, xl_col_to_name(self.next)
        self.next += 1
        self.sheet.write_string(0, at, heading)
        self.sheet.set_column(at, at, min(max(len(heading), 10), 40))
        for row, value in enumerate(values, start=1):
            if value is None:
                continue
            if isinstance(value, str):
                self.sheet.write_string(row, at, value)
            elif isinstance(value, date):
                self.sheet.write_datetime(row, at, value, self.day)
            else:
                self.sheet.write_number(row, at, value)
        last = max(len(values) if number is None else number, 1) + 1
        return f"{SHEET}!${letter}$1", f"{SHEET}!${letter}$2:${letter}${last}"


def _along(plot: Plot, page: _Page, sheet: Sheet) -> None:
    depth = len(plot.categories[0])
    columns = []
    for level in range(depth):
        values = [slot[level] for slot in plot.categories]
        if level < depth - 1:
            outer = [slot[: level + 1] for slot in plot.categories]
            values = [
                v if not i or outer[i] != outer[i - 1] else None for i, v in enumerate(values)
            ]
        columns.append(
            page.column(name(plot.category_axis.title or "Category") if not level else "", values)[
                1
            ]
        )
    first, last = columns[0].split(":")[0], columns[-1].split(":")[1]
    sheet.categories = f"{first}:{last}"
    for number, series in enumerate(plot.series):
        sheet.name_of[number], sheet.values_of[number] = page.column(series.name, series.values)
    for number, series in enumerate(plot.series):
        _spans(page, sheet, number, spans_of(series))


def _apart(plot: Plot, page: _Page, sheet: Sheet) -> None:
    longest = max(len(series.values) for series in plot.series)
    for number, series in enumerate(plot.series):
        if series.names:
            page.column("Of", series.names)
        sheet.x_of[number] = page.column(
            name(plot.category_axis.title or "Across"), series.x, longest
        )[1]
        sheet.name_of[number], sheet.values_of[number] = page.column(
            series.name, series.values, longest
        )
        if series.sizes:
            sheet.size_of[number] = page.column("Size", series.sizes)[1]
        _spans(page, sheet, number, spans_of(series))


def _spans(
    page: _Page, sheet: Sheet, number: int, columns: Sequence[tuple[str, Sequence[Value]]]
) -> None:
    written = [page.column(heading, values)[1] for heading, values in columns]
    if written:
        sheet.span_of[number] = written[0]
