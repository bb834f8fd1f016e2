"""Tables on a slide: as many rows as fit, a word for the others, and the total of all of them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl
from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Emu, Pt

from dashboard.exports.fitting import LINE, cut, height, width, wrapped
from dashboard.exports.forms import Cell, Grid
from dashboard.exports.shapes import DARK, INSET, described, inked
from dashboard.exports.template import A, Box
from dashboard.exports.words import heading, name, written
from dashboard.formats import NOT_AVAILABLE, count_of

_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's table without colours and lines: ours are in the cells."""
_SHADE, _WHITE, _RULE = "E9ECF1", "FFFFFF", "C3C8CF"
_SHARES: Final = ("share", "rate", "nrr", "grr", "probability", "propensity", "progress", "coverage")
ELSEWHERE: Final = "on the page and in its workbook"
Texts = list[str]


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
    texts += [[cell_text(row[column], column) for column in columns] for row in shown.iter_rows(named=True)]
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
    widths = _widths(texts, box.width, size, merged=None if fits else len(shown) + 1)
    table = _table(slide, len(texts), len(columns), Box(box.left, box.top, box.width, tall * len(texts)), title, alt)
    for place, wide in enumerate(widths):
        table.columns[place].width = Emu(wide)
    numbers = [frame.schema[column].is_numeric() for column in columns]
    was_cut = False
    for row, line in enumerate(texts):
        table.rows[row].height = Emu(tall)
        is_rest = not fits and row == len(shown) + 1
        is_total = bool(sums) and row == len(texts) - 1
        if is_rest:
            table.cell(row, 0).merge(table.cell(row, len(columns) - 1))
        for place, text in enumerate(line):
            room = sum(widths) if is_rest else widths[place]
            words = cut(text, size, room - 2 * INSET, bold=row == 0 or is_total)
            was_cut = was_cut or words != text
            shade = _SHADE if row == 0 or is_total else _WHITE
            cell = table.cell(row, place)
            _fill(cell, shade, _RULE)
            _say(cell, [words], size, DARK, bold=row == 0 or is_total, right=numbers[place] and not is_rest)
    if was_cut:
        remarks.append("Text that ends in … is longer than its column.")
    return remarks


def _columns(frame: pl.DataFrame, room: int, size: float) -> tuple[Texts, Texts]:
    """The columns that fit beside each other, and those that do not; ids last."""
    names = set(frame.columns)
    ids = [c for c in frame.columns if c.endswith("_id") and f"{c.removesuffix('_id')}_name" in names]
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


def _widths(texts: Sequence[Texts], room: int, size: float, merged: int | None) -> list[int]:
    wanted = [
        max(width(line[place], size, bold=True) for row, line in enumerate(texts) if row != merged) + 3 * INSET
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
    lines = len(rows) + 1 + cut_off
    spare = (box.height - header) // max(lines - 1, 1)
    tall = max(least, min(spare, round(least * 2.2)))
    first = _first_column(grid, box, size)
    widths = [first, *[(box.width - first) // max(len(grid.columns), 1)] * len(grid.columns)]
    table = _table(slide, lines, len(widths), Box(box.left, box.top, box.width, header + tall * (lines - 1)), title, alt)
    for place, wide in enumerate(widths):
        table.columns[place].width = Emu(wide)
    for place, words in enumerate((grid.corner, *grid.columns)):
        _say(table.cell(0, place), [cut(words, size, widths[place] - 2 * INSET, bold=True)], size, None, bold=True, centre=place > 0)
    table.rows[0].height = Emu(header)
    for row in rows:
        table.rows[row + 1].height = Emu(tall)
        _say(table.cell(row + 1, 0), [cut(grid.rows[row], size, first - 2 * INSET)], size, None)
        for column in range(len(grid.columns)):
            cell = grid.cells.get((row, column), Cell())
            words = [cut(line, size, widths[1] - 2 * INSET, bold=n == 0) for n, line in enumerate(cell.lines)]
            shape = table.cell(row + 1, column + 1)
            _fill(shape, (cell.fill or "").lstrip("#") or None, _WHITE if cell.fill else _RULE)
            ink = (cell.ink if cell.fill else None) or f"#{DARK}"
            _say(shape, words or [""], size, ink.lstrip("#") if cell.fill else None, centre=True, first_bold=True)
    if not cut_off:
        return []
    rest = f"{len(grid.rows) - len(rows):,} more of {len(grid.rows):,} rows are {ELSEWHERE}"
    table.cell(lines - 1, 0).merge(table.cell(lines - 1, len(widths) - 1))
    table.rows[lines - 1].height = Emu(header)
    _say(table.cell(lines - 1, 0), [rest], size, None)
    return [f"{rest}."]


def _fits(grid: Grid, box: Box, size: float, most: int) -> bool:
    room = (box.width - _first_column(grid, box, size)) // max(len(grid.columns), 1) - 2 * INSET
    lines = [line for cell in grid.cells.values() for line in cell.lines]
    widest = max((width(text, size, bold=True) for text in (*lines, *grid.columns)), default=0)
    tall = height(max(1, most), size) + 2 * INSET
    return widest <= room and tall * len(grid.rows) + height(1, size) + 2 * INSET <= box.height


def _first_column(grid: Grid, box: Box, size: float) -> int:
    widest = max((width(words, size, bold=True) for words in (*grid.rows, grid.corner)), default=0)
    return min(widest + 3 * INSET, box.width // 3)


def _table(slide: Slide, rows: int, columns: int, box: Box, title: str, alt: str) -> Any:
    frame = slide.shapes.add_table(
        rows, columns, Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height)
    )
    frame.name = name(title)
    described(frame, alt)
    properties = frame._element.graphic.graphicData.tbl.tblPr  # noqa: SLF001 -- the style of a table
    for style in properties.iter(f"{A}tableStyleId"):
        style.text = _NO_STYLE
    frame.table.horz_banding = False
    return frame.table


def _fill(cell: Any, shade: str | None, rule: str) -> None:
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 -- lines of a cell
    for side in ("lnL", "lnR", "lnT", "lnB"):
        edge = etree.SubElement(properties, f"{A}{side}", w="9525")
        etree.SubElement(etree.SubElement(edge, f"{A}solidFill"), f"{A}srgbClr", val=rule)
    if shade is None:
        etree.SubElement(properties, f"{A}noFill")
    else:
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(shade)


def _say(
    cell: Any,
    lines: Sequence[str],
    size: float,
    colour: str | None,
    *,
    bold: bool = False,
    right: bool = False,
    centre: bool = False,
    first_bold: bool = False,
) -> None:
    cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Emu(INSET // 2)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame = cell.text_frame
    frame.word_wrap = True
    for number, words in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.CENTER if centre else PP_ALIGN.LEFT
        if not words:
            paragraph.font.size = Pt(size)
            continue
        run = paragraph.add_run()
        run.text = words
        inked(run.font, size, colour, bold=bold or (first_bold and number == 0 and len(lines) > 1))


_ = (LINE, wrapped)
