"""Charts of two axes of numbers: points, curves in steps, lines at a limit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from dashboard.charts.palette import KINDS
from dashboard.exports.categories import POINTS
from dashboard.exports.expressions import is_valid
from dashboard.exports.forms import Kind, Plot, Series, Value, axis_of, reaching
from dashboard.exports.layers import (
    DISCRETE,
    NEUTRAL,
    Layer,
    Number,
    Row,
    colours_of,
    label_of,
    number,
    ordered,
    said_name,
)
from dashboard.exports.words import name

_FIRST_DAY: Final = date(1899, 12, 30)
"""The day that spreadsheets count from."""


def serial(value: object) -> Value:
    """A number as it is, a day as spreadsheets count it."""
    if isinstance(value, datetime):
        value = value.date()
    return (value - _FIRST_DAY).days if isinstance(value, date) else number(value)


def points(layers: Sequence[Layer]) -> Plot:
    """A plot of points and lines by two numbers, or by a day and a number."""
    seen = [layer for layer in layers if layer.is_seen]
    series: list[tuple[tuple[Any, ...], Series]] = []
    remarks: list[str] = []
    drawn = [
        layer for layer in seen if layer.field("x") and layer.field("y") and layer.mark != "text"
    ]
    lanes = _lanes(drawn)
    for layer in drawn:
        _read(layer, seen, lanes, series, remarks)
    if not series:
        empty = drawn[0] if drawn else seen[0]
        field = empty.field("y") or "value"
        series.append(((), Series(said_name(seen, field), "marks", (), x=())))
    plain = [each for _, each in series]
    xs = [value for each in plain for value in each.x]
    ys = [value for each in plain for value in each.values]
    x_axis, y_axis = axis_of(seen, "x", xs), axis_of(seen, "y", ys)
    xs += [x_axis.low, x_axis.high]
    ys += [y_axis.low, y_axis.high]
    for layer in seen:
        if layer not in drawn:
            plain += _limits(layer, seen, _ends(xs), _ends(ys), remarks)
    sized = [each for each in plain if each.sizes]
    if lanes:
        y_axis = replace(y_axis, low=0.0, high=len(lanes) + 1.0, is_named=True)
    return Plot(
        series=tuple(plain),
        value_axis=reaching(y_axis, ys, from_zero=_from_zero(seen)),
        category_axis=x_axis,
        is_bubble=bool(sized) and len(sized) == len(plain),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _from_zero(layers: Sequence[Layer]) -> bool:
    return any((each.encoding.get("y", {}).get("scale") or {}).get("zero") for each in layers)


def _lanes(layers: Sequence[Layer]) -> dict[Any, int]:
    """Places of names along the vertical axis: the first is uppermost."""
    if not any(layer.kind("y") in DISCRETE for layer in layers):
        return {}
    names = ordered(layers, "y")
    return {value: len(names) - place for place, value in enumerate(names)}


def _read(
    layer: Layer,
    layers: Sequence[Layer],
    lanes: dict[Any, int],
    series: list[tuple[tuple[Any, ...], Series]],
    remarks: list[str],
) -> None:
    x, y = layer.field("x") or "", layer.field("y") or ""
    colour_field = layer.field("color") if layer.kind("color") in DISCRETE else None
    group_field = colour_field or (y if lanes else None)
    alike = [each for each in layers if colour_field and each.field("color") == colour_field]
    colours = colours_of(alike, "color") if alike else {}
    groups: dict[Any, list[Row]] = {value: [] for value in (colours or lanes)}
    for row in layer.rows:
        groups.setdefault(row.get(group_field) if group_field else None, []).append(row)
    steps = str(layer.look.get("interpolate", "")).startswith("step")
    kind: Kind = "line" if layer.mark == "line" and not steps else "marks"
    if layer.mark == "area":
        return
    is_log = any(
        (each.encoding.get("y", {}).get("scale") or {}).get("type") == "log" for each in layers
    )
    size_field = layer.field("size")
    names = _name_field(layer)
    for place, (group, unordered) in enumerate(groups.items()):
        rows = unordered
        if not rows:
            continue
        key = (x, y, group)
        if kind == "marks" and any(k == key for k, _ in series):
            series[:] = [(k, _marked(each) if k == key else each) for k, each in series]
            continue
        if layer.mark == "line":
            rows = sorted(rows, key=lambda row: (not is_valid(row.get(x)), serial(row.get(x)) or 0))
        values = tuple(lanes.get(row.get(y)) if lanes else number(row.get(y)) for row in rows)
        if is_log:
            below = sum(value is not None and value <= 0 for value in values)
            values = tuple(None if value is not None and value <= 0 else value for value in values)
            if below:
                remarks.append(f"{below:,} points at or below zero have no place on this axis.")
        legend = layer.encoding.get("color", {})
        said = label_of(legend, "legend", group) if group_field else said_name(layers, y)
        said = "equal on both axes" if x == y else said
        colour = colours.get(group) or (KINDS["light"][place % 7] if lanes else layer.colour)
        made = Series(
            said,
            kind,
            values,
            colour,
            x=tuple(serial(row.get(x)) for row in rows),
            sizes=tuple(number(row.get(size_field)) for row in rows) if size_field else (),
            names=tuple(name(row.get(names)) for row in rows) if names else (),
            labels=_at_first(said, rows, x) if lanes else (),
            marker=None
            if layer.mark == "line"
            else "dash"
            if layer.mark == "tick" and not lanes
            else "circle",
            dashed="strokeDash" in layer.look,
            in_legend=not steps and not lanes and (bool(group_field) or len(layers) > 1),
        )
        series.append((key, made))
        if steps:
            series.append(
                ((*key, "steps"), _stepped(made, has_legend=bool(group_field) or len(layers) > 1))
            )


def _at_first(said: str, rows: Sequence[Row], x: str) -> tuple[str | None, ...]:
    """The name of a lane at its first point."""
    known = [
        (serial(row.get(x)), place)
        for place, row in enumerate(rows)
        if serial(row.get(x)) is not None
    ]
    first = min(known)[1] if known else None
    return tuple(said if place == first else None for place in range(len(rows)))


def _stepped(series: Series, *, has_legend: bool) -> Series:
    """The line of a curve that keeps its level until the next point, with its corners."""
    x: list[Value] = []
    values: list[Value] = []
    for place, (at, value) in enumerate(zip(series.x, series.values, strict=True)):
        if place:
            x.append(at)
            values.append(series.values[place - 1])
        x.append(at)
        values.append(value)
    return Series(
        f"{series.name}, level until the next",
        "line",
        tuple(values),
        series.colour,
        x=tuple(x),
        dashed=series.dashed,
        width=2,
        in_legend=has_legend,
    )


def _marked(series: Series) -> Series:
    return replace(series, marker="circle")


def _name_field(layer: Layer) -> str | None:
    """The column that says whose a point is: the first one of words in what hovering shows."""
    if layer.mark not in POINTS:
        return None
    tooltips = layer.encoding.get("tooltip", [])
    fields = [
        each.get("field")
        for each in tooltips
        if isinstance(each, dict) and each.get("type") in DISCRETE
    ]
    return next((field for field in fields if field), None)


def _ends(values: Sequence[Value]) -> tuple[Number, Number]:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else (0, 1)


def _limit(layers: Sequence[Layer], channel: str, value: Number) -> str:
    title = next((t for layer in layers if (t := layer.title(channel))), channel)
    return name(f"{title} {value:g}")


def _limits(
    layer: Layer,
    layers: Sequence[Layer],
    xs: tuple[Number, Number],
    ys: tuple[Number, Number],
    remarks: list[str],
) -> list[Series]:
    """A line at a limit, or the outline of a field, as a series of its ends."""
    x, y = number(layer.datum("x")), number(layer.datum("y"))
    if layer.mark == "rule" and y is None and layer.field("y") and layer.rows:
        y = number(layer.rows[0].get(layer.field("y") or ""))
    colour = layer.colour or NEUTRAL
    if layer.mark == "rule" and x is not None:
        return [
            Series(
                _limit(layers, "x", x), "line", ys, colour, x=(x, x), dashed=True, in_legend=False
            )
        ]
    if layer.mark == "rule" and y is not None:
        return (
            [
                Series(
                    _limit(layers, "y", y),
                    "line",
                    (y, y),
                    colour,
                    x=xs,
                    dashed=True,
                    in_legend=False,
                )
            ]
            if y
            else []
        )
    if layer.mark == "rect":
        words = [
            each.encoding.get("text", {}).get("value") for each in layers if each.mark == "text"
        ]
        said = next((name(word) for word in words if word), "marked field")
        right = number(layer.datum("x2"))
        bottom, left = y if y is not None else ys[0], x if x is not None else xs[0]
        right = xs[1] if right is None else right
        return [
            Series(
                said, "line", (ys[1], bottom, bottom), colour, x=(right, right, left), dashed=True
            )
        ]
    if layer.mark != "text":
        remarks.append(f"Marks of the kind {layer.mark} are on the page.")
    elif layer.field("text"):
        remarks.append("Words on the chart are on the page.")
    return []
