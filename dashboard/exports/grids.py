"""Heat maps, blocks and matrices: a native table with a colour and words in each cell."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dashboard.exports.expressions import expression
from dashboard.exports.forms import Cell, Grid
from dashboard.exports.layers import Layer, Number, Row, label_of, number, ordered
from dashboard.exports.words import name, written


def grid(layers: Sequence[Layer]) -> Grid:
    """The cells of a chart of rectangles, with the words that lie on them."""
    drawn = [
        layer
        for layer in layers
        if layer.mark in {"rect", "text"} and layer.field("x") and layer.field("y")
    ]
    across, down = ordered(drawn, "x"), ordered(drawn, "y")
    places = {
        (x, y): (row, column) for row, y in enumerate(down) for column, x in enumerate(across)
    }
    fields = next((layer.encoding for layer in drawn if layer.mark == "rect"), drawn[0].encoding)
    lines: dict[tuple[int, int], list[str]] = {}
    fills: dict[tuple[int, int], tuple[str | None, bool]] = {}
    inks: dict[tuple[int, int], str] = {}
    texts = [layer for layer in drawn if layer.mark == "text"]
    for layer in sorted(texts, key=lambda each: each.look.get("dy", 0)):
        for row in layer.rows:
            place = _place(layer, row, places)
            words = row.get(layer.field("text") or "")
            if place is None or words in {None, ""}:
                continue
            if not isinstance(words, str) and number(words) is not None:
                words = f"{words:,}"
            lines.setdefault(place, []).extend(written(words, 200).split("\n"))
            inks[place] = _scaled(layer, "color", row)[0] or layer.colour or "#1F2937"
    rects = [layer for layer in drawn if layer.mark == "rect"]
    for layer in rects:
        for row in layer.rows:
            place = _place(layer, row, places)
            if place is not None:
                fills[place] = _scaled(layer, "color", row)
    cells = {
        place: Cell(
            lines=tuple(lines.get(place, ())),
            fill=fills.get(place, (None, True))[0],
            ink=inks.get(place),
            is_complete=fills.get(place, (None, True))[1],
        )
        for place in {*lines, *fills}
    }
    axis_x, axis_y = (fields[channel].get("axis") or {} for channel in ("x", "y"))
    titles = [fields[channel].get("title") for channel in ("y", "x")]
    return Grid(
        columns=tuple(label_of({"axis": axis_x}, "axis", value) for value in across),
        rows=tuple(label_of({"axis": axis_y}, "axis", value) for value in down),
        cells=cells,
        corner=" \\ ".join(name(title) for title in titles if title),
        remarks=("What is not complete is white here and hatched on the page.",)
        if any(not cell.is_complete for cell in cells.values())
        else (),
    )


def _place(layer: Layer, row: Row, places: Mapping[Any, tuple[int, int]]) -> tuple[int, int] | None:
    return places.get((row.get(layer.field("x") or ""), row.get(layer.field("y") or "")))


def _scaled(layer: Layer, channel: str, row: Row) -> tuple[str | None, bool]:
    """A row's colour on the channel's scale, and whether the mark is drawn as complete."""
    encoding = layer.encoding.get(channel, {})
    if isinstance(encoding.get("condition"), Mapping) and "test" in encoding["condition"]:
        if not expression(encoding["condition"]["test"])(row):
            return None, False
        encoding = encoding["condition"]
    if "field" not in encoding:
        return None, True
    value, scale = row.get(encoding["field"]), encoding.get("scale", {})
    shares = scale.get("range", [])
    if encoding.get("type") == "quantitative":
        found = number(value)
        if found is None or not shares:
            return None, True
        domain = scale.get("domain") or _domain(layer, encoding["field"], scale)
        return interpolated(float(found), [float(each) for each in domain], shares), True
    colour = dict(zip(scale.get("domain", []), shares, strict=False)).get(value)
    return (toned(colour, _opacity(layer, row)) if colour else None), True


def _domain(layer: Layer, field: str, scale: Mapping[str, Any]) -> tuple[float, float]:
    values: list[Number] = [v for row in layer.rows if (v := number(row.get(field))) is not None]
    low = scale.get("domainMin", min(values, default=0))
    return float(low), max(float(max(values, default=1)), float(low) + 1e-9)


def _opacity(layer: Layer, row: Row) -> float:
    encoding = layer.encoding.get("fillOpacity", {})
    if "field" in encoding:
        scale = encoding.get("scale", {})
        steps = dict(zip(scale.get("domain", []), scale.get("range", []), strict=False))
        return float(steps.get(row.get(encoding["field"]), 1))
    return float(layer.look.get("fillOpacity", 1))


def toned(colour: str, share: float) -> str:
    """A colour on white at an opacity."""
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


def interpolated(value: float, domain: Sequence[float], colours: Sequence[str]) -> str:
    """The colour of a value between the colours of a scale's ends."""
    if value <= domain[0]:
        return colours[0]
    for (low, high), (one, other) in zip(pairwise(domain), pairwise(colours), strict=False):
        if value <= high:
            share = (value - low) / (high - low)
            pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
            return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)
    return colours[-1]
