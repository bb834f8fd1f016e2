"""Charts along categories or days: bars, lines and marks beside each other, of one axis of numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, Literal

from dashboard.charts.palette import SURFACE
from dashboard.exports.expressions import expression
from dashboard.exports.forms import Axis, Kind, Plot, Series, Value, axis_of, reaching
from dashboard.exports.layers import (
    DISCRETE,
    NEUTRAL,
    Layer,
    Row,
    apart,
    colours_of,
    label_of,
    number,
    ordered,
    said_name,
    total,
)
from dashboard.exports.words import name

POINTS: Final = frozenset({"point", "circle", "square"})
_MARKERS: Final = {
    "diamond": "diamond",
    "square": "square",
    "cross": "x",
    "triangle-down": "triangle",
}
Slot = tuple[Any, ...]


def along_categories(layers: Sequence[Layer], channel: str) -> Plot:
    """A plot of the categories (or days) of ``channel``, ``x`` or ``y``."""
    return _Reading(layers, channel).plot()


class _Reading:
    """What the layers of one chart say, gathered series by series."""

    def __init__(self, layers: Sequence[Layer], channel: str) -> None:
        self.layers = [layer for layer in layers if layer.is_seen]
        self.channel = channel
        self.value = "y" if channel == "x" else "x"
        self.offset = f"{channel}Offset"
        overlays = [layer for layer in self.layers if layer.mark not in {"bar", "text"}]
        beside = [layer for layer in self.layers if layer.field(self.offset)]
        # A line runs from category to category: places of its own within each would tear it.
        self.by_slot = not any(layer.mark in {"line", "area"} for layer in beside) and (
            any(layer in overlays for layer in beside)
            or any(
                self._group(layer) != layer.field(self.offset)
                for layer in beside
                if layer.mark == "bar"
            )
        )
        if len(ordered(beside, self.offset)) < 2:  # noqa: PLR2004 -- nothing beside another
            self.by_slot = False
        self.outer = next(
            (c for c in ("row", "column", "facet") if any(layer.field(c) for layer in layers)), None
        )
        self.is_days = any(layer.kind(channel) == "temporal" for layer in layers)
        self.slots = self._slots()
        self.remarks: list[str] = []
        self.found: list[tuple[Layer, str, Any, Series]] = []
        """Layer, column, group and series of everything drawn."""
        self.is_stacked = False

    def plot(self) -> Plot:
        for layer in self.layers:
            if layer.mark in {"bar", "rule", "area", "line", "tick"} or layer.mark in POINTS:
                self._read(layer)
            elif layer.mark != "text":
                self.remarks.append(f"Marks of the kind {layer.mark} are on the page.")
        for layer in self.layers:
            if layer.mark == "text":
                self._labels(layer)
        series = [each for *_, each in self.found]
        if not series:
            series = [
                Series(said_name(self.layers, self._any_field()), "bar", (None,) * len(self.slots))
            ]
        bars = [each for each in series if each.kind in {"bar", "base"}]
        is_lying = self.channel == "y" and len(bars) == len(series)
        values = [value for each in series for value in (*each.values, *each.high)]
        reach = self._reach(series) + values
        axis = axis_of(self.layers, self.value, reach)
        scales = [layer.encoding.get(self.value, {}).get("scale") or {} for layer in self.layers]
        from_zero = bool(bars) or any(scale.get("zero") for scale in scales)
        return Plot(
            series=tuple(sorted(series, key=lambda each: each.kind not in {"bar", "base", "area"})),
            value_axis=reaching(axis, reach, from_zero=from_zero),
            category_axis=Axis(
                title=next((t for layer in self.layers if (t := layer.title(self.channel))), None),
                format="d mmm yyyy" if self.is_days else "General",
                is_days=self.is_days,
            ),
            categories=self._shown_slots(),
            grouping=self._grouping(bars),
            is_lying=is_lying,
            remarks=tuple(dict.fromkeys(self.remarks)),
        )

    def _reach(self, series: Sequence[Series]) -> list[Value]:
        """The ends of what is piled up, above zero and below it."""
        bars = [each for each in series if each.kind in {"bar", "base"}] if self.is_stacked else []
        piles = list(zip(*(each.values for each in bars), strict=True))
        ups = [total(v for v in pile if v is not None and v > 0) for pile in piles]
        return ups + [total(v for v in pile if v is not None and v < 0) for pile in piles]

    def _grouping(
        self, bars: Sequence[Series]
    ) -> Literal["clustered", "stacked", "percentStacked", "overlaid"]:
        if any(
            layer.encoding.get(self.value, {}).get("stack") == "normalize" for layer in self.layers
        ):
            return "percentStacked"
        if self.is_stacked:
            return "stacked"
        layers_of_bars = {id(layer) for layer, *_, s in self.found if s.kind == "bar"}
        return (
            "overlaid"
            if len(bars) > 1 and (self.by_slot or len(layers_of_bars) > 1)
            else "clustered"
        )

    def _any_field(self) -> str:
        return next((f for layer in self.layers if (f := layer.field(self.value))), "value")

    def _group(self, layer: Layer) -> str | None:
        fields = (layer.field(channel) for channel in ("color", "fill", "shape", "detail"))
        return next(
            (f for f in fields if f is not None and layer.kind("color") != "quantitative"), None
        )

    def _slots(self) -> list[Slot]:
        parts = [p for p in (self.outer, self.channel, self.offset if self.by_slot else None) if p]
        if len(parts) == 1:
            return [(value,) for value in ordered(self.layers, self.channel)]
        orders = {part: {v: i for i, v in enumerate(ordered(self.layers, part))} for part in parts}
        seen = {
            self._slot_of(layer, row)
            for layer in self.layers
            for row in layer.rows
            if layer.field(self.channel)
        }
        known = [slot for slot in seen if slot is not None]
        return sorted(
            known,
            key=lambda slot: [
                orders[part].get(v, len(orders[part])) for part, v in zip(parts, slot, strict=True)
            ],
        )

    def _slot_of(self, layer: Layer, row: Row) -> Slot | None:
        parts = [self.outer, self.channel, self.offset if self.by_slot else None]
        fields = [layer.field(part) for part in parts if part]
        if any(field is None for field in fields):
            return None
        return tuple(row.get(field) for field in fields if field)

    def _shown_slots(self) -> tuple[tuple[Any, ...], ...]:
        if self.is_days:
            return tuple((_day(slot[-1]),) for slot in self.slots)
        axis = next(
            (
                layer.encoding[self.channel].get("axis") or {}
                for layer in self.layers
                if layer.encoding.get(self.channel, {}).get("axis")
            ),
            {},
        )
        place = 1 if self.outer else 0
        # Names within a category are in the legend too: beside many others they are short.
        most = max(5, 110 // max(len(self.slots), 1)) if self.by_slot else 0

        def said(level: int, value: Any) -> str:
            if level == place:
                return label_of({"axis": axis}, "axis", value)
            words = name(value)
            return (
                words if level < place or len(words) <= most else f"{words[: most - 1].rstrip()}…"
            )

        return tuple(
            tuple(said(level, value) for level, value in enumerate(slot)) for slot in self.slots
        )

    def _cells(self, layer: Layer, rows: Iterable[Row], field: str) -> tuple[Value, ...]:
        gathered: dict[Slot, list[object]] = {}
        for row in rows:
            slot = self._slot_of(layer, row)
            if slot is not None:
                gathered.setdefault(slot, []).append(row.get(field))
        adds = layer.mark == "bar" and layer.kind(f"{self.value}2") is None
        return tuple(
            None
            if slot not in gathered
            else total(gathered[slot])
            if adds
            else _last(gathered[slot])
            for slot in self.slots
        )

    def _groups(self, layer: Layer) -> list[tuple[Any, list[Row], str | None]]:
        """The rows of each group of a layer, in the order they are stacked, with their colour."""
        field = self._group(layer)
        if field is None:
            return [(None, list(layer.rows), layer.colour)]
        channel = next(c for c in ("color", "fill", "shape", "detail") if layer.field(c) == field)
        alike = [each for each in self.layers if each.field(channel) == field] or [layer]
        colours = colours_of(alike, channel) if channel in {"color", "fill"} else {}
        groups: dict[Any, list[Row]] = {value: [] for value in ordered(alike, channel)}
        for row in layer.rows:
            groups.setdefault(row.get(field), []).append(row)
        order = layer.encoding.get("order", {})
        values = [value for value, rows in groups.items() if rows]
        if "field" in order:
            ranks = {
                v: total([row.get(order["field"]) for row in groups[v][:1]]) or 0 for v in values
            }
            values.sort(key=lambda v: ranks[v], reverse=order.get("sort") == "descending")
        return [(value, groups[value], colours.get(value, layer.colour)) for value in values]

    def _name(self, layer: Layer, group: Any, field: str) -> str:
        if self._group(layer) is None:
            return said_name(self.layers, field)
        channel = next(c for c in ("color", "fill", "shape", "detail") if layer.field(c))
        encoding = layer.encoding[channel]
        legend = encoding if encoding.get("legend") else {"legend": encoding.get("axis")}
        said = label_of(legend, "legend", group)
        taken = {series.name for other, *_, series in self.found if other is not layer}
        if said in taken and layer.mark != "bar":
            return f"{said}: {said_name(self.layers, field)}"
        return said

    def _read(self, layer: Layer) -> None:
        field, other = layer.field(self.value), layer.field(f"{self.value}2")
        if layer.field(self.channel) is None or (
            field is None and layer.datum(self.value) is not None
        ):
            self._constant(layer, field)
        elif field is None:
            self.remarks.append("Lines at a category are on the page.")
        elif other is not None:
            self._between(layer, field, other)
        elif layer.mark == "tick" and layer.look.get("bandSize") == 0:
            return
        else:
            self._plain(layer, field)

    def _constant(self, layer: Layer, field: str | None) -> None:
        found = number(layer.datum(self.value))
        if found is None and field and layer.rows:
            found = number(layer.rows[0].get(field))
        if found is None or not layer.rows:
            self.remarks.append("Lines at a category are on the page.")
        elif found != 0:
            text = f"{float(found):g}" if found != 1 or field is None else "whole"
            line = Series(
                text, "line", (found,) * len(self.slots), layer.colour or NEUTRAL, dashed=True
            )
            self.found.append((layer, field or "", None, line))

    def _plain(self, layer: Layer, field: str) -> None:
        kind: Kind = {"bar": "bar", "line": "line", "area": "area"}.get(layer.mark, "marks")  # type: ignore[assignment]
        channel_stack = layer.encoding.get(self.value, {}).get("stack", "zero")
        groups = self._groups(layer)
        if kind == "bar" and self._group(layer) and not layer.field(self.offset) and channel_stack:
            self.is_stacked = True
        outline = layer.look.get("fill") == "transparent"
        if outline and kind == "bar" and any(self._is_stack(other) for other in self.layers):
            kind = "marks"
        for group, rows, colour in groups:
            same = self._same(field, group, kind)
            hollow = self._hollow(layer, rows)
            if same is not None:
                if kind == "marks" and self.found[same][3].kind == "marks":
                    self.found[same] = (
                        *self.found[same][:3],
                        replace(self.found[same][3], colour=colour),
                    )
                elif kind == "marks" and self.found[same][3].kind == "line":
                    merged = replace(self.found[same][3], marker="circle", hollow=hollow)
                    self.found[same] = (*self.found[same][:3], merged)
                continue
            if kind == "line":
                self.found = [
                    each
                    for each in self.found
                    if not (each[3].kind == "area" and each[1:3] == (field, group))
                ]
            self.found.append(
                (
                    layer,
                    field,
                    group,
                    Series(
                        self._name(layer, group, field),
                        kind,
                        self._cells(layer, rows, field),
                        (layer.look.get("stroke") or NEUTRAL) if outline else colour,
                        marker="dash"
                        if outline
                        else self._marker(layer, group)
                        if kind == "marks"
                        else "circle"
                        if layer.look.get("point")
                        else None,
                        hollow=hollow,
                        dashed="strokeDash" in layer.look and kind == "line",
                        outlined=outline,
                        pale=float(layer.look.get("fillOpacity", 1)) < 1,
                    ),
                )
            )

    def _is_stack(self, layer: Layer) -> bool:
        return layer.mark == "bar" and (
            layer.field(f"{self.value}2") is not None
            or (self._group(layer) is not None and layer.field(self.offset) is None)
        )

    def _same(self, field: str, group: Any, kind: Kind) -> int | None:
        """The place of a series that says the same: marks on a line, a bar under a bar's outline."""
        alike = {"marks": {"marks", "line"}, "area": {"line", "area"}}.get(kind, set())
        for place, (_, other, of, series) in enumerate(self.found):
            if other == field and of == group and series.kind in alike:
                return place
        return None

    def _hollow(self, layer: Layer, rows: Sequence[Row]) -> frozenset[int]:
        fill = layer.encoding.get("fill", {})
        condition = fill.get("condition", {})
        if fill.get("value") != "transparent" or "test" not in condition:
            return frozenset()
        test = expression(condition["test"])
        empty = {self._slot_of(layer, row) for row in rows if not test(row)}
        if empty:
            self.remarks.append("Points drawn as an outline are not complete yet.")
        return frozenset(place for place, slot in enumerate(self.slots) if slot in empty)

    def _marker(self, layer: Layer, group: Any) -> str:
        if layer.mark == "tick":
            return "dash"
        shape = layer.encoding.get("shape", {})
        scale = shape.get("scale", {})
        given = dict(zip(scale.get("domain", []), scale.get("range", []), strict=False))
        wanted = given.get(group, layer.look.get("shape", "circle"))
        return _MARKERS.get(str(wanted), "triangle" if str(wanted).startswith("tri") else "circle")

    def _between(self, layer: Layer, field: str, other: str) -> None:
        """Bars, rules and areas from one column to another."""
        if layer.mark == "bar" and self._is_chain(layer, field, other):
            self._floating(layer, field, other)
            return
        ends = _span(
            said_name(self.layers, field, of_axis=False),
            said_name(self.layers, other, of_axis=False),
        )
        many = len(self._groups(layer)) > 1
        for group, rows, colour in self._groups(layer):
            low, high = self._cells(layer, rows, field), self._cells(layer, rows, other)
            if layer.mark == "area":
                for part, values in ((field, low), (other, high)):
                    line = Series(
                        said_name(self.layers, part, of_axis=False),
                        "line",
                        values,
                        colour,
                        dashed=True,
                        width=1,
                    )
                    self.found.append((layer, part, group, line))
                continue
            said = self._name(layer, group, field) if many else ends
            # A quiet field behind bars would not be seen in front of them.
            colour = NEUTRAL if colour == SURFACE["light"] else colour
            width = 7.0 if layer.mark == "bar" else float(layer.look.get("strokeWidth", 1)) * 0.9
            span = Series(
                f"{said}, {ends[0].lower()}{ends[1:]}" if many else said,
                "range",
                low,
                colour or NEUTRAL,
                high=high,
                pale=layer.mark == "bar",
                width=width,
                in_legend=False,
            )
            self.remarks.append(f"Spans show {ends}.")
            self.found.append((layer, field, group, span))

    def _is_chain(self, layer: Layer, field: str, other: str) -> bool:
        """Whether each bar starts at zero or where another ends: steps of a bridge, parts of a pile."""
        ends = [total([row.get(other)]) for row in layer.rows]
        known = {round(float(end), 2) for end in ends if end is not None} | {0.0}
        starts = [total([row.get(field)]) for row in layer.rows]
        return any(start == 0 for start in starts) and all(
            start is None or round(float(start), 2) in known for start in starts
        )

    def _floating(self, layer: Layer, field: str, other: str) -> None:
        """Stacked parts over an invisible base: what is above zero and below it apart."""
        self.is_stacked = True
        base: list[Value] = [None] * len(self.slots)
        parts: list[tuple[Any, Series]] = []
        for group, rows, colour in self._groups(layer):
            start, end = self._cells(layer, rows, field), self._cells(layer, rows, other)
            above: list[Value] = [None] * len(self.slots)
            below: list[Value] = [None] * len(self.slots)
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
            said = self._name(layer, group, other)
            if any(value is not None for value in above) or all(value is None for value in below):
                parts.append((group, Series(said, "bar", tuple(above), colour)))
            if any(value is not None for value in below):
                parts.append((group, Series(f"{said}, below zero", "bar", tuple(below), colour)))
        if any(value for value in base):
            floor = Series("up to the bar (not drawn)", "base", tuple(base), in_legend=False)
            self.found.append((layer, field, None, floor))
        self.found += [(layer, other, group, series) for group, series in parts]

    def _labels(self, layer: Layer) -> None:
        """Words at the marks: on the series they belong to, else on one that is not drawn."""
        words = layer.field("text")
        field = layer.field(self.value)
        if words is None or layer.field(self.channel) is None:
            self.remarks.append("Words on the chart without a value are on the page.")
            return
        if field is None:
            self.remarks.append(
                f"{said_name(self.layers, words)}: on the page and in the table behind the chart."
            )
            return
        by_group: dict[Any, dict[Slot, str]] = {}
        group_field = self._group(layer) or (None if self.by_slot else layer.field(self.offset))
        for row in layer.rows:
            slot, text = self._slot_of(layer, row), row.get(words)
            if slot is not None and text is not None:
                shown = name(text) if isinstance(text, str) else f"{text:,}"
                by_group.setdefault(row.get(group_field) if group_field else None, {})[slot] = shown
        for group, texts in by_group.items():
            labels = tuple(texts.get(slot) for slot in self.slots)
            place = next(
                (
                    i
                    for i, (_, f, g, s) in enumerate(self.found)
                    if f == field and g == group and s.kind != "range"
                ),
                None,
            )
            if place is not None and not (self.is_stacked and self.found[place][3].kind == "bar"):
                series = self.found[place][3]
                merged = tuple(
                    a or b
                    for a, b in zip(labels, series.labels or (None,) * len(labels), strict=True)
                )
                self.found[place] = (*self.found[place][:3], replace(series, labels=merged))
            else:
                values = self._cells(layer, layer.rows, field)
                said = f"labels at {said_name(self.layers, field)}"
                bare = Series(said, "labels", values, labels=labels, in_legend=False)
                self.found.append((layer, field, group, bare))


def _span(low: str, high: str) -> str:
    """What lies between two columns, from the names of both."""
    if low.endswith(" from"):
        return low.removesuffix(" from")
    return f"{low} to {high}"


def _last(values: Sequence[object]) -> Value:
    """The one value of a place; where rows repeat it, the last that is a number."""
    return next((found for each in reversed(values) if (found := number(each)) is not None), None)


def _day(value: Any) -> Any:
    return (
        value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
    )


def is_discrete(layers: Sequence[Layer], channel: str) -> bool:
    """Whether a channel of any layer holds names and no numbers."""
    return any(layer.kind(channel) in DISCRETE for layer in layers)
