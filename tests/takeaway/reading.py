"""Numbers of files as they are read back, and those that the rows of an exhibit have."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from itertools import combinations

import fastexcel
import polars as pl
from pptx import Presentation

from dashboard.exhibit import Exhibit
from dashboard.formats import visible

Numbers = set[Decimal]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def decimal(value: object) -> Decimal | None:
    """A number as it is written, whatever it is kept as; ``None`` of what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.normalize() if exact.is_finite() else None


def numbers_in(values: Iterable[object]) -> Numbers:
    return {found for each in values if (found := decimal(each)) is not None}


def numbers_of(exhibit: Exhibit) -> Numbers:
    """Numbers that an exhibit has: of its rows, of what it draws, and those its chart names."""
    frames = [exhibit.frame, *([] if exhibit.drawn is None else [exhibit.drawn])]
    return set().union(
        *(numbers_in(frame[name]) for frame in frames for name in frame.columns),
        numbers_in(_leaves(exhibit.chart)),
        {Decimal(0)},
    )


def sums_of(exhibit: Exhibit) -> Numbers:
    """Sums of rows that a chart draws in one place: by one or two columns of names or days."""
    if exhibit.drawn is None:
        return set()
    drawn = exhibit.drawn
    amounts = [name for name, dtype in drawn.schema.items() if dtype.is_numeric()]
    places = [name for name in drawn.columns if name not in amounts]
    found: Numbers = set()
    for by in [(each,) for each in places] + list(combinations(places, 2)):
        for rows in drawn.partition_by(*by):
            for name in amounts:
                found.add(sum(filter(None, map(decimal, rows[name])), Decimal(0)).normalize())
    return found


def _leaves(part: object) -> Iterator[object]:
    if isinstance(part, Mapping):
        for each in part.values():
            yield from _leaves(each)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _leaves(each)
    elif isinstance(part, str):
        yield from (Decimal(each) for each in NUMBER.findall(part))
    else:
        yield part


def slides_in(content: bytes) -> list:
    """Slides of a deck without the first one."""
    return list(Presentation(BytesIO(content)).slides)[1:]


def chart_on(page):
    """The chart of a slide, if it has one."""
    return next((shape.chart for shape in page.shapes if shape.has_chart), None)


def table_on(page) -> list[list[str]] | None:
    """The cells of the table of a slide, if it has one."""
    table = next((shape.table for shape in page.shapes if shape.has_table), None)
    return None if table is None else [[cell.text for cell in row.cells] for row in table.rows]


def series_of(chart) -> dict[str, list[Decimal | None]]:
    """Values of a chart's series by its name, as PowerPoint has them without the workbook."""
    return {
        f"{place} {each.name}": [decimal(value) for value in each.values]
        for place, each in enumerate(each for plot in chart.plots for each in plot.series)
    }


def workbook_of(chart) -> pl.DataFrame:
    """What *Edit data* opens."""
    return fastexcel.read_excel(chart.part.chart_workbook.xlsx_part.blob).load_sheet(0).to_polars()


def cell_says(text: str, value: object) -> bool:  # noqa: PLR0911 -- a type, a line
    """Whether a cell is a value of a frame, as exactly as it is written."""
    if value is None:
        return text in {"", "n/a"}
    if isinstance(value, bool):
        return text == ("yes" if value else "no")
    if isinstance(value, float) and value != value:  # noqa: PLR0124 -- not a number
        return text == "n/a"
    if isinstance(value, int | float | Decimal):
        if text.endswith("…"):
            return False
        sign = -1 if text.startswith(("(", "-")) else 1
        said = sign * Decimal(text.strip("()-%").replace(",", ""))
        exact = decimal(value) * (100 if text.endswith("%") else 1)
        places = Decimal(1).scaleb(said.as_tuple().exponent)
        if isinstance(value, Decimal):
            return said == value
        return abs(said - exact) <= places / 2
    if hasattr(value, "isoformat"):
        return text == f"{value.day} {value:%b} {value.year:04d}"
    if isinstance(value, list | pl.Series):
        return text.endswith("…") or len(text.split(", ")) >= len(value)
    whole = " ".join(visible(str(value)).split())
    return text == whole or (text.endswith("…") and whole.startswith(text[:-1].rstrip()))
