"""Marks from one value to another: piles and bridges as bars that float, ranges as spans."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from dashboard.charts.palette import SURFACE
from dashboard.exports.forms import Series, Value
from dashboard.exports.layers import NEUTRAL, Layer, apart, said_name, total
from dashboard.exports.slots import Slots

Namer = Callable[[Layer, Any, str], str]
Found = tuple[str, Any, Series]
"""The column, the group and the series of something drawn."""


def is_chain(layer: Layer, field: str, other: str) -> bool:
    """Whether each bar starts at zero or where another ends: steps of a bridge, parts of a pile."""
    ends = [total([row.get(other)]) for row in layer.rows]
    known = {round(float(end), 2) for end in ends if end is not None} | {0.0}
    starts = [total([row.get(field)]) for row in layer.rows]
    return any(start == 0 for start in starts) and all(
        start is None or round(float(start), 2) in known for start in starts
    )


def floating(slots: Slots, layer: Layer, field: str, other: str, named: Namer) -> list[Found]:
    """Stacked parts over an invisible base: what is above zero and below it apart."""
    base: list[Value] = [None] * len(slots.slots)
    parts: list[tuple[Any, Series]] = []
    found: list[Found] = []
    for group, rows, colour in slots.groups(layer):
        start, end = slots.cells(layer, rows, field), slots.cells(layer, rows, other)
        above: list[Value] = [None] * len(slots.slots)
        below: list[Value] = [None] * len(slots.slots)
        for place, (a, b) in enumerate(zip(start, end, strict=True)):
            if a is None or b is None:
                continue
            low, high = (a, b) if a <= b else (b, a)
            if low >= 0:
                above[place] = apart(high, low)
                base[place] = low if base[place] is None else min(base[place], low)  # type: ignore[type-var]
            elif high <= 0:
                below[place] = apart(low, high)
                base[place] = high if base[place] is None else max(base[place], high)  # type: ignore[type-var]
            else:
                above[place], below[place] = high, low
        said = named(layer, group, other)
        if any(value is not None for value in above) or all(value is None for value in below):
            parts.append((group, Series(said, "bar", tuple(above), colour)))
        if any(value is not None for value in below):
            parts.append((group, Series(f"{said}, below zero", "bar", tuple(below), colour)))
    if any(value for value in base):
        floor = Series("up to the bar (not drawn)", "base", tuple(base), in_legend=False)
        found.append((field, None, floor))
    return [*found, *((other, group, series) for group, series in parts)]


def ranges(slots: Slots, layer: Layer, field: str, other: str, named: Namer) -> Iterator[Found]:
    """Spans up from one column to another; the two edges of an area as lines."""
    ends = ends_of(slots, field, other)
    groups = slots.groups(layer)
    for group, rows, given in groups:
        low, high = slots.cells(layer, rows, field), slots.cells(layer, rows, other)
        if layer.mark == "area":
            for part, values in ((field, low), (other, high)):
                said = said_name(slots.layers, part, of_axis=False)
                yield part, group, Series(said, "line", values, given, dashed=True, width=1)
            continue
        said = (
            f"{named(layer, group, field)}, {ends[0].lower()}{ends[1:]}"
            if len(groups) > 1
            else ends
        )
        # A quiet field behind bars would not be seen in front of them.
        colour = NEUTRAL if given in {None, SURFACE["light"]} else given
        is_bar = layer.mark == "bar"
        width = 7.0 if is_bar else float(layer.look.get("strokeWidth", 1)) * 0.9
        span = Series(
            said, "range", low, colour, high=high, pale=is_bar, width=width, in_legend=False
        )
        yield field, group, span


def ends_of(slots: Slots, field: str, other: str) -> str:
    """What lies between two columns, from the names of both."""
    if share := re.search(r"^low_(\d\d)(_|$)", field):
        return f"{share.group(1)}% range"
    low, high = (said_name(slots.layers, each, of_axis=False) for each in (field, other))
    if low.endswith(" from"):
        return low.removesuffix(" from")
    return f"{low} {high[:1].lower()}{high[1:]}" if high.startswith("To ") else f"{low} to {high}"
