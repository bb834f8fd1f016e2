"""Tables on a slide: as many rows as fit, a word for the others, and the total of all of them."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import polars as pl
from pptx.slide import Slide
from pptx.util import Emu

from dashboard.exports.chart_xml import Element, e, text
from dashboard.exports.fitting import cut, height, width
from dashboard.exports.forms import Cell, Grid
from dashboard.exports.shapes import DARK, INSET, described
from dashboard.exports.template import Box
from dashboard.exports.words import heading, name, written
from dashboard.formats import NOT_AVAILABLE, count_of

_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's table without colours and lines: ours are in the cells."""
_SHADE, _WHITE, _RULE = "E9ECF1", "FFFFFF", "C3C8CF"
_SHARES: Final = (
    "share",
    "rate",
    "nrr",
    "grr",
    "probability",
    "propensity",
    "progress",
    "coverage",
)
ELSEWHERE: Final = "on the page and in its workbook"
Texts = list[str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell as it is drawn: lines of text, their colour and weight, the field behind them."""

    lines: tuple[str, ...] = ()
    ink: str | None = None
    is_bold: bool | None = False
    """``None``: the first of several lines is."""
    align: str = "l"
    fill: str | None = None
    rule: str | None = None
    span: int = 1


def cell_text(value: object, column: str = "") -> str:
    """A value of a table as a person reads it; money to the cent, negative in brackets."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 -- no number
        return NOT_AVAILABLE if isinstance(value, float) else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"({abs(value):,.2f})" if value < 0 else f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        is_share = any(column == each or column.endswith(f"_{each}") for each in _SHARES)
        return f"{100 * value:z.1f}%" if is_share else f"{value:z,.2f}"
    if isinstance(value, datetime | date):
        return f"{value.day} {value:%b} {value.year:04d}"
    if isinstance(value, list | pl.Series):
        return ", ".join(cell_text(each) for each in value)
    return " ".join(written(value, 200).split())


def totals(frame: pl.DataFrame) -> dict[str, Decimal]:
    """The sum of every column of money over all rows, to the cent."""
    return {
        column: sum((value for value in frame[column] if value is not None), Decimal(0))
        for column, dtype in frame.schema.items()
        if isinstance(dtype, pl.Decimal)
    }


def listed(slide: Slide, frame: pl.DataFrame, box: Box, *, title: str, alt: str) -> list[str]:
    """Write a frame as a table; what did not fit, in words."""
    size = 10.0
    tall = height(1, size) + 2 * INSET
    columns, dropped = _columns(frame, box.width, size)
    sums = {column: value for column, value in totals(frame).items() if column in columns}
    most = max(1, box.height // tall - 1 - bool(sums))
    fits = len(frame) <= most
    shown = frame.head(most if fits else max(1, most - 1))
    texts: list[Texts] = [[name(heading(column)) for column in columns]]
    texts += [
        [cell_text(row[column], column) for column in columns]
        for row in shown.iter_rows(named=True)
    ]
    remarks = []
    if not fits:
        rest = f"{len(frame) - len(shown):,} more of {len(frame):,} rows are {ELSEWHERE}"
        texts.append([rest, *[""] * (len(columns) - 1)])
        remarks.append(f"{rest}.")
    if sums:
        label = f"Total of all {count_of(len(frame), 'row')}"
        firsts = [cell_text(sums[column]) if column in sums else "" for column in columns]
        if columns[0] not in sums:
            firsts[0] = label
        texts.append(firsts)
    if dropped:
        names = ", ".join(heading(column) for column in dropped)
        remarks.append(f"{count_of(len(dropped), 'column')} {ELSEWHERE}: {names}.")
    spans = {len(shown) + 1: len(columns)} if not fits else {}
    if sums:
        spans[len(texts) - 1] = next(n for n, column in enumerate(columns) if column in sums) or 1
    widths = _widths(texts, box.width, size, spans)
    right = [frame.schema[column].is_numeric() for column in columns]
    was_cut = False
    lines: list[list[Drawn]] = []
    for row, line in enumerate(texts):
        strong = row == 0 or (bool(sums) and row == len(texts) - 1)
        cells = []
        for place, text in enumerate(line):
            span = spans.get(row, 1) if place == 0 else 1
            words = cut(text, size, sum(widths[place : place + span]) - 2 * INSET, bold=strong)
            was_cut = was_cut or words != text
            align = "r" if right[place] and span == 1 else "l"
            cells.append(
                Drawn((words,), DARK, strong, align, _SHADE if strong else _WHITE, _RULE, span)
            )
        lines.append(cells)
    _table(
        slide, lines, widths, [tall] * len(lines), (box.left, box.top), size, title=title, alt=alt
    )
    if was_cut:
        remarks.append("Text that ends in … is longer than its column.")
    return remarks


def _columns(frame: pl.DataFrame, room: int, size: float) -> tuple[Texts, Texts]:
    """The columns that fit beside each other, and those that do not; ids last."""
    names = set(frame.columns)
    ids = [
        c for c in frame.columns if c.endswith("_id") and f"{c.removesuffix('_id')}_name" in names
    ]
    money = [column for column, dtype in frame.schema.items() if isinstance(dtype, pl.Decimal)]
    wanted = [column for column in frame.columns if column not in ids]
    # Money before the last words of a row: a table without its amounts says little.
    ranked = [*wanted[:2], *(c for c in money if c not in wanted[:2]), *wanted[2:], *ids]
    kept: set[str] = set()
    used = 0
    for column in dict.fromkeys(ranked):
        least = _least(frame, column, size)
        if used + least > room and kept:
            continue
        kept.add(column)
        used += least
    chosen = [column for column in frame.columns if column in kept]
    return chosen, [column for column in frame.columns if column not in kept]


def _least(frame: pl.DataFrame, column: str, size: float) -> int:
    words = [cell_text(value, column) for value in frame[column].head(40)]
    if isinstance(frame.schema[column], pl.Decimal):
        words.append(cell_text(sum((v for v in frame[column] if v is not None), Decimal(0))))
    longest = max((width(word, size, bold=True) for word in words), default=0)
    cap = width("m" * 14, size) if not frame.schema[column].is_numeric() else longest
    return max(min(longest, cap), width(name(heading(column)), size, bold=True)) + 3 * INSET


def _widths(texts: Sequence[Texts], room: int, size: float, spans: Mapping[int, int]) -> list[int]:
    wanted = [
        max(
            (
                width(line[place], size, bold=True)
                for row, line in enumerate(texts)
                if place >= spans.get(row, 0)
            ),
            default=0,
        )
        + 3 * INSET
        for place in range(len(texts[0]))
    ]
    return shared(wanted, room)


def shared(wanted: Sequence[int], room: int) -> list[int]:
    """A room divided among columns: the narrow ones get what they want, the wide ones share the rest."""
    given = [0] * len(wanted)
    left, open_ = room, sorted(range(len(wanted)), key=lambda place: wanted[place])
    while open_:
        place = open_[0]
        fair = left // len(open_)
        if wanted[place] > fair:
            for each in open_:
                given[each] = fair
            break
        given[place] = wanted[place]
        left -= wanted[place]
        open_.pop(0)
    spare = room - sum(given)
    return [each + spare // len(given) for each in given]


def gridded(slide: Slide, grid: Grid, box: Box, *, title: str, alt: str) -> list[str]:
    """Write a grid as a table of coloured cells; what did not fit, in words."""
    most = max((len(cell.lines) for cell in grid.cells.values()), default=1)
    size = next((s for s in (14, 12, 11, 10, 9, 8) if _fits(grid, box, s, most)), 7)
    header = height(1, size) + 2 * INSET
    least = height(max(1, most), size) + 2 * INSET
    places = max(1, int((box.height - header) // least))
    cut_off = len(grid.rows) > places
    rows = range(places - 1 if cut_off and places > 1 else min(places, len(grid.rows)))
    spare = (box.height - header) // max(len(rows) + cut_off, 1)
    tall = max(least, min(spare, round(least * 2.2)))
    first = _first_column(grid, box, size)
    widths = [first, *[(box.width - first) // max(len(grid.columns), 1)] * len(grid.columns)]
    inner = widths[-1] - 2 * INSET
    lines = [
        [
            Drawn(
                (cut(words, size, widths[place] - 2 * INSET, bold=True),),
                None,
                True,
                "ctr" if place else "l",
            )
            for place, words in enumerate((grid.corner, *grid.columns))
        ]
    ]
    for row in rows:
        cells = [Drawn((cut(grid.rows[row], size, first - 2 * INSET),))]
        for column in range(len(grid.columns)):
            cell = grid.cells.get((row, column), Cell())
            words = tuple(cut(line, size, inner, bold=n == 0) for n, line in enumerate(cell.lines))
            fill = (cell.fill or "").lstrip("#") or None
            ink = (cell.ink or f"#{DARK}").lstrip("#") if fill else None
            cells.append(Drawn(words, ink, None, "ctr", fill, _WHITE if fill else _RULE))
        lines.append(cells)
    heights = [header, *[tall] * len(rows)]
    remarks = []
    if cut_off:
        rest = f"{len(grid.rows) - len(rows):,} more of {len(grid.rows):,} rows are {ELSEWHERE}"
        lines.append([Drawn((rest,), span=len(widths)), *[Drawn()] * len(grid.columns)])
        heights.append(header)
        remarks.append(f"{rest}.")
    _table(slide, lines, widths, heights, (box.left, box.top), size, title=title, alt=alt)
    return remarks


def _fits(grid: Grid, box: Box, size: float, most: int) -> bool:
    room = (box.width - _first_column(grid, box, size)) // max(len(grid.columns), 1) - 2 * INSET
    lines = [line for cell in grid.cells.values() for line in cell.lines]
    widest = max((width(text, size, bold=True) for text in (*lines, *grid.columns)), default=0)
    tall = height(max(1, most), size) + 2 * INSET
    return widest <= room and tall * len(grid.rows) + height(1, size) + 2 * INSET <= box.height


def _first_column(grid: Grid, box: Box, size: float) -> int:
    widest = max((width(words, size, bold=True) for words in (*grid.rows, grid.corner)), default=0)
    return min(widest + 3 * INSET, box.width // 3)


def _table(
    slide: Slide,
    lines: Sequence[Sequence[Drawn]],
    widths: Sequence[int],
    heights: Sequence[int],
    corner: tuple[int, int],
    size: float,
    *,
    title: str,
    alt: str,
) -> None:
    """A native table, written cell by cell: setting each through python-pptx takes ten times as long."""
    frame = slide.shapes.add_table(1, 1, *(Emu(at) for at in (*corner, sum(widths), sum(heights))))
    frame.name = name(title)
    described(frame, alt)
    table = frame._element.graphic.graphicData.tbl  # noqa: SLF001 -- the table's own element
    for old in list(table):
        table.remove(old)
    table.append(e("a:tblPr", text("a:tableStyleId", _NO_STYLE), firstRow=1))
    table.append(e("a:tblGrid", *(e("a:gridCol", w=wide) for wide in widths)))
    for line, tall in zip(lines, heights, strict=True):
        covered = 0
        cells = []
        for cell in line:
            cells.append(_cell(cell, size, is_covered=covered > 0))
            covered = max(covered - 1, cell.span - 1)
        table.append(e("a:tr", *cells, h=tall))


def _cell(cell: Drawn, size: float, *, is_covered: bool) -> Element:
    ink = e("a:schemeClr", val="tx1") if cell.ink is None else e("a:srgbClr", val=cell.ink)
    paragraphs = []
    for number, words in enumerate(cell.lines or ("",)):
        bold = cell.is_bold if cell.is_bold is not None else number == 0 and len(cell.lines) > 1
        look = {"lang": "en-US", "sz": round(size * 100), "b": int(bold)}
        run = (
            e("a:r", e("a:rPr", e("a:solidFill", deepcopy(ink)), **look), text("a:t", words))
            if words
            else None
        )
        end = None if words else e("a:endParaRPr", **look)
        paragraphs.append(e("a:p", e("a:pPr", algn=cell.align), run, end))
    edges = [
        e(f"a:{side}", e("a:solidFill", e("a:srgbClr", val=cell.rule)), w=9525)
        for side in ("lnL", "lnR", "lnT", "lnB")
        if cell.rule
    ]
    fill = e("a:noFill") if cell.fill is None else e("a:solidFill", e("a:srgbClr", val=cell.fill))
    margins = {
        "marL": INSET,
        "marR": INSET,
        "marT": INSET // 2,
        "marB": INSET // 2,
        "anchor": "ctr",
    }
    merged = {"gridSpan": cell.span} if cell.span > 1 else {"hMerge": 1} if is_covered else {}
    body = e("a:txBody", e("a:bodyPr"), e("a:lstStyle"), *paragraphs)
    return e("a:tc", body, e("a:tcPr", *edges, fill, **margins), **merged)
