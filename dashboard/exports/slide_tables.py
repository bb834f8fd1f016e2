"""Tables on a slide: as many rows as fit, a word for the others, and the total of all of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import polars as pl
from pptx.slide import Slide

from dashboard.exports.adding import added
from dashboard.exports.fitting import cut, height, width
from dashboard.exports.shapes import DARK, INSET
from dashboard.exports.tables import RULE, SHADE, WHITE, Drawn, table
from dashboard.exports.template import Box
from dashboard.exports.words import heading, name, written
from dashboard.formats import NOT_AVAILABLE, count_of

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


def cell_text(value: object, column: str = "") -> str:  # noqa: PLR0911 -- a type, a line
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


def listed(slide: Slide, frame: pl.DataFrame, box: Box, *, title: str, alt: str) -> list[str]:
    """Write a frame as a table; what did not fit, in words."""
    size = 10.0
    tall = height(1, size) + 2 * INSET
    columns, dropped = _columns(frame, box.width, size)
    sums = {column: value for column, value in added(frame).items() if column in columns}
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
        for place, said in enumerate(line):
            span = spans.get(row, 1) if place == 0 else 1
            words = cut(said, size, sum(widths[place : place + span]) - 2 * INSET, bold=strong)
            was_cut = was_cut or words != said
            align = "r" if right[place] and span == 1 else "l"
            cells.append(
                Drawn((words,), DARK, strong, align, SHADE if strong else WHITE, RULE, span)
            )
        lines.append(cells)
    table(
        slide,
        lines,
        widths,
        [tall] * len(lines),
        corner=(box.left, box.top),
        size=size,
        title=title,
        alt=alt,
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
    """A room divided among columns: narrow ones get what they want, wide ones share the rest."""
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
