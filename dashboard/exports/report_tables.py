"""Tables on paper: all rows, columns as wide as their words need, the total to the cent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any, Final

import polars as pl

from dashboard.exports.adding import added, totals
from dashboard.exports.fitting import width
from dashboard.exports.paper_font import drawable
from dashboard.exports.slide_tables import cell_text
from dashboard.exports.words import heading, name, written
from dashboard.formats import count_of

PORTRAIT: Final = 510.0
LANDSCAPE: Final = 756.0
"""Points between the margins of a sheet."""
CELL_LIMIT: Final = 1_000
"""Letters of a cell; a longer text is cut, and says so."""
_SIZES: Final = (8.0, 7.5, 7.0)
_INSET: Final = 6.5
_NATURAL: Final = 190.0
"""Points that a column of words gets at most before it wraps."""
_LEAST: Final = 12
"""Letters of a word that is not broken."""
_SHORT: Final = 5.5
"""Sizes of the font that words take on one line, whatever the others get."""
_SLACK: Final = 0.86
"""Liberation Sans is narrower than the widest font a slide may take."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as it reads: its rows, what its columns are called and which are shares."""

    frame: pl.DataFrame
    headings: Mapping[str, str]
    shares: frozenset[str] = frozenset()


def laid(rows: Rows) -> tuple[bool, list[dict[str, Any]]]:
    """Whether a table needs a sheet on its side, and its parts: columns that fit beside each other.

    Every row and every column is in it. Where the columns are too many for one sheet they come in
    parts below each other, each with the first column.
    """
    texts = {column: _texts(rows, column) for column in rows.frame.columns}
    for is_wide, room in ((False, PORTRAIT), (True, LANDSCAPE)):
        for size in _SIZES:
            least = [_least(rows, column, texts[column], size) for column in texts]
            if sum(least) <= room:
                return is_wide, [_part(rows, texts, list(texts), size, room)]
    size = _SIZES[-1]
    groups: list[list[str]] = []
    for column, said in texts.items():
        wide = _least(rows, column, said, size)
        used = sum(_least(rows, each, texts[each], size) for each in groups[-1]) if groups else 0.0
        if groups and used + wide <= LANDSCAPE:
            groups[-1].append(column)
        else:
            groups.append([next(iter(texts)), column] if groups else [column])
    parts = []
    for number, columns in enumerate(groups, start=1):
        part = _part(rows, texts, columns, size, LANDSCAPE)
        part["said"] = f"Columns, part {number} of {len(groups)}"
        parts.append(part)
    return True, parts


def _texts(rows: Rows, column: str) -> list[str]:
    kind = "share" if column in rows.shares else ""
    return [
        drawable(
            " ".join(written(value, CELL_LIMIT).split())
            if isinstance(value, str)
            else cell_text(value, kind)
        )
        for value in rows.frame[column]
    ]


def _heading(rows: Rows, column: str) -> str:
    return drawable(name(rows.headings.get(column) or heading(column)))


def _part(
    rows: Rows, texts: Mapping[str, list[str]], columns: list[str], size: float, room: float
) -> dict[str, Any]:
    widths = _widths(rows, texts, columns, size, room)
    inner = [each - _INSET for each in widths]
    shown = [
        [broken(text, size, wide) for text in texts[column]]
        for column, wide in zip(columns, inner, strict=True)
    ]
    return {
        "said": "",
        "size": size,
        "widths": widths,
        "right": [rows.frame.schema[column].is_numeric() for column in columns],
        "headings": [
            broken(_heading(rows, column), size, wide, bold=True)
            for column, wide in zip(columns, inner, strict=True)
        ],
        "rows": [list(each) for each in zip(*shown, strict=True)],
        "total": _total(rows.frame, columns),
    }


def _total(frame: pl.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The last row: the sums over all rows, where there is something that adds up."""
    sums = {each: value for each, value in added(frame).items() if each in columns}
    if not sums or len(frame) < 2:  # noqa: PLR2004 -- one row is its own total
        return []
    before = next(place for place, column in enumerate(columns) if column in sums)
    label = f"Total of all {count_of(len(frame), 'row')}"
    cells = [{"text": label, "span": before, "right": False}] if before else []
    return cells + [
        {"text": cell_text(sums[column]) if column in sums else "", "span": 1, "right": True}
        for column in columns[before:]
    ]


def _widths(
    rows: Rows, texts: Mapping[str, list[str]], columns: list[str], size: float, room: float
) -> list[float]:
    """What each column needs, then towards what it wants, until the sheet is full."""
    least = [_least(rows, column, texts[column], size) for column in columns]
    wanted = [
        max(low, min(_NATURAL, _widest(texts[column], size) + _INSET))
        for column, low in zip(columns, least, strict=True)
    ]
    spare, wish = room - sum(least), sum(wanted) - sum(least)
    share = min(1.0, spare / wish) if wish > 0 else 0.0
    given = [low + share * (high - low) for low, high in zip(least, wanted, strict=True)]
    rest = max(0.0, room - sum(given)) / sum(given)
    return [round(each * (1 + rest), 2) for each in given]


def _least(rows: Rows, column: str, texts: Sequence[str], size: float) -> float:
    title = _heading(rows, column)
    headed = max(_across(word[:_LEAST], size, bold=True) for word in title.split())
    if rows.frame.schema[column].is_numeric():
        sums = totals(rows.frame.select(column))
        return max(headed, _widest([*texts, *map(cell_text, sums.values())], size, bold=True)) + (
            _INSET
        )
    whole = _widest(texts, size)
    if rows.frame.schema[column].is_temporal() or whole <= _SHORT * size:
        return max(headed, whole) + _INSET
    words = (word[:_LEAST] for text in _longest(texts) for word in text.split())
    return max(headed, _widest(words, size)) + _INSET


def _longest(texts: Iterable[str]) -> list[str]:
    return nlargest(60, dict.fromkeys(texts), key=len)


def _widest(texts: Iterable[str], size: float, *, bold: bool = False) -> float:
    return max((_across(text, size, bold=bold) for text in _longest(texts)), default=0.0)


def _across(text: str, size: float, *, bold: bool = False) -> float:
    """Points that a text takes on one line."""
    return _SLACK * width(text, size, bold=bold) / 12_700


def broken(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Text that may be broken inside of words that are wider than their column."""
    if _across(text, size, bold=bold) <= room:
        return text
    words = []
    for word in text.split(" "):
        wide = _across(word, size, bold=bold)
        if wide <= room:
            words.append(word)
            continue
        fits = max(1, int(len(word) * room / wide * 0.8))
        words.append("\u200b".join(word[at : at + fits] for at in range(0, len(word), fits)))
    return " ".join(words)
