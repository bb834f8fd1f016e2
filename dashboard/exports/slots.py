"""The places along a chart's axis of categories: which, in what order, and how named."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from dashboard.exports.expressions import expression
from dashboard.exports.forms import Value
from dashboard.exports.layers import Layer, Row, colours_of, label_of, number, ordered, total
from dashboard.exports.words import name

Slot = tuple[Any, ...]
_GROUPS: Final = ("color", "fill", "shape", "detail")


class Slots:
    """Every place that a chart's rows fall into, and what falls there."""

    def __init__(self, layers: Sequence[Layer], channel: str) -> None:
        self.layers = layers
        self.channel = channel
        self.value = "y" if channel == "x" else "x"
        self.offset = f"{channel}Offset"
        overlays = [layer for layer in self.layers if layer.mark not in {"bar", "text"}]
        beside = [layer for layer in self.layers if layer.field(self.offset)]
        # A line runs from category to category: places of its own within each would tear it.
        self.by_slot = not any(layer.mark in {"line", "area"} for layer in beside) and (
            any(layer in overlays for layer in beside)
            or any(
                self.group(layer) != layer.field(self.offset)
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
        self.hidden = 0
        """Values that share a place with another and are not drawn."""
        self.slots = self._all()

    def group(self, layer: Layer) -> str | None:
        """The column by which a layer's rows are series of their own."""
        fields = (layer.field(channel) for channel in _GROUPS)
        return next(
            (f for f in fields if f is not None and layer.kind("color") != "quantitative"), None
        )

    def _all(self) -> list[Slot]:
        parts = [p for p in (self.outer, self.channel, self.offset if self.by_slot else None) if p]
        if len(parts) == 1:
            return [(value,) for value in ordered(self.layers, self.channel)]
        orders = {part: {v: i for i, v in enumerate(ordered(self.layers, part))} for part in parts}
        seen = {
            self.of(layer, row)
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

    def of(self, layer: Layer, row: Row) -> Slot | None:
        """The place of a row."""
        parts = [self.outer, self.channel, self.offset if self.by_slot else None]
        fields = [layer.field(part) for part in parts if part]
        if any(field is None for field in fields):
            return None
        return tuple(row.get(field) for field in fields if field)

    def shown(self) -> tuple[tuple[Any, ...], ...]:
        """The places as the axis names them, outermost level first."""
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
        return tuple(
            tuple(
                label_of({"axis": axis}, "axis", value) if level == place else name(value)
                for level, value in enumerate(slot)
            )
            for slot in self.slots
        )

    def cells(self, layer: Layer, rows: Iterable[Row], field: str) -> tuple[Value, ...]:
        """A column's value at each place: the sum of bars piled up there, else the last known."""
        gathered: dict[Slot, list[object]] = {}
        for row in rows:
            slot = self.of(layer, row)
            if slot is not None:
                gathered.setdefault(slot, []).append(row.get(field))
        adds = layer.mark == "bar" and layer.field(f"{self.value}2") is None
        if not adds and layer.mark != "text":
            self.hidden += sum(
                max(0, len({found for v in values if (found := number(v)) is not None}) - 1)
                for values in gathered.values()
            )
        return tuple(
            None
            if slot not in gathered
            else total(gathered[slot])
            if adds
            else _last(gathered[slot])
            for slot in self.slots
        )

    def groups(self, layer: Layer) -> list[tuple[Any, list[Row], str | None]]:
        """The rows of each group of a layer, in the order they are stacked, with their colour."""
        field = self.group(layer)
        if field is None:
            return [(None, list(layer.rows), layer.colour)]
        channel = next(c for c in _GROUPS if layer.field(c) == field)
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

    def hollow(self, layer: Layer, rows: Sequence[Row]) -> frozenset[int]:
        """The places of points that are drawn as an outline."""
        fill = layer.encoding.get("fill", {})
        condition = fill.get("condition", {})
        if fill.get("value") != "transparent" or "test" not in condition:
            return frozenset()
        test = expression(condition["test"])
        empty = {self.of(layer, row) for row in rows if not test(row)}
        return frozenset(place for place, slot in enumerate(self.slots) if slot in empty)


def _last(values: Sequence[object]) -> Value:
    """The one value of a place; where rows repeat it, the last that is a number."""
    return next((found for each in reversed(values) if (found := number(each)) is not None), None)


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
