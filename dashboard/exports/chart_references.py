"""References of a chart into its workbook, with the values cached beside each."""

from collections.abc import Sequence

from dashboard.exports.chart_book import Sheet
from dashboard.exports.drawing import Element, e, text
from dashboard.exports.forms import Plot, Value
from dashboard.exports.points import serial


def category_values(plot: Plot, sheet: Sheet) -> Element:
    """The names or days along the axis."""
    if plot.category_axis.is_days:
        return numbers(
            sheet.categories, [serial(slot[-1]) for slot in plot.categories], code="yyyy-mm-dd"
        )
    depth = len(plot.categories[0])
    if depth == 1:
        most = 40 if plot.is_lying else max(24, 120 // len(plot.categories))
        return strings(sheet.categories, [_short(slot[0], most) for slot in plot.categories])
    levels = []
    for level in range(depth - 1, -1, -1):
        most = max(5, 110 // len(plot.categories)) if level == depth - 1 else 24
        names = [_short(slot[level], most) for slot in plot.categories]
        outer = [slot[: level + 1] for slot in plot.categories]
        first = [place == 0 or outer[place] != outer[place - 1] for place in range(len(names))]
        kept = [
            (place, words)
            for place, words in enumerate(names)
            if level == depth - 1 or first[place]
        ]
        levels.append(
            e("c:lvl", *(e("c:pt", text("c:v", words), idx=place) for place, words in kept))
        )
    return e(
        "c:multiLvlStrRef",
        text("c:f", sheet.categories),
        e("c:multiLvlStrCache", e("c:ptCount", val=len(plot.categories)), *levels),
    )


def _short(words: str, most: int) -> str:
    """A name that leaves room for the chart; the workbook has the whole one."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def strings(reference: str, values: Sequence[str]) -> Element:
    """Cells of text."""
    found = (e("c:pt", text("c:v", value), idx=place) for place, value in enumerate(values))
    return e(
        "c:strRef", text("c:f", reference), e("c:strCache", e("c:ptCount", val=len(values)), *found)
    )


def numbers(
    reference: str, values: Sequence[Value], number: int | None = None, *, code: str = "General"
) -> Element:
    """Cells of numbers, as many as ``number``; an empty one has no point."""
    found = (
        e("c:pt", text("c:v", str(value)), idx=place)
        for place, value in enumerate(values)
        if value is not None
    )
    count = e("c:ptCount", val=len(values) if number is None else number)
    cache = e("c:numCache", text("c:formatCode", code), count, *found)
    return e("c:numRef", text("c:f", reference), cache)
