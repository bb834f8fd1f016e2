"""Charts along categories or days: bars, lines and marks of one axis of numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from dashboard.exports.forms import Axis, Kind, Plot, Series, Value, axis_of, reaching
from dashboard.exports.layers import DISCRETE, NEUTRAL, Layer, label_of, number, said_name, total
from dashboard.exports.slots import Slot, Slots
from dashboard.exports.spans import ends_of, floating, is_chain, ranges
from dashboard.exports.words import name

POINTS: Final = frozenset({"point", "circle", "square"})
_MARKERS: Final = {
    "diamond": "diamond",
    "square": "square",
    "cross": "x",
    "triangle-down": "triangle",
}


def along_categories(layers: Sequence[Layer], channel: str) -> Plot:
    """A plot of the categories (or days) of ``channel``, ``x`` or ``y``."""
    return _Reading(layers, channel).plot()


class _Reading:
    """What the layers of one chart say, gathered series by series."""

    def __init__(self, layers: Sequence[Layer], channel: str) -> None:
        self.layers = [layer for layer in layers if layer.is_seen]
        self.slots = Slots(self.layers, channel)
        self.channel, self.value, self.offset = channel, self.slots.value, self.slots.offset
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
        if self.slots.hidden:
            self.remarks.append(f"{self.slots.hidden:,} values share a place with another.")
        series = [each for *_, each in self.found]
        if not series:
            series = [
                Series(
                    said_name(self.layers, self._any_field()),
                    "bar",
                    (None,) * len(self.slots.slots),
                )
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
                format="d mmm yyyy" if self.slots.is_days else "General",
                is_days=self.slots.is_days,
            ),
            categories=self.slots.shown(),
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
            if len(bars) > 1 and (self.slots.by_slot or len(layers_of_bars) > 1)
            else "clustered"
        )

    def _any_field(self) -> str:
        return next((f for layer in self.layers if (f := layer.field(self.value))), "value")

    def _name(self, layer: Layer, group: Any, field: str) -> str:
        if self.slots.group(layer) is None:
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
                text, "line", (found,) * len(self.slots.slots), layer.colour or NEUTRAL, dashed=True
            )
            self.found.append((layer, field or "", None, line))

    def _plain(self, layer: Layer, field: str) -> None:
        kind: Kind = {"bar": "bar", "line": "line", "area": "area"}.get(layer.mark, "marks")  # type: ignore[assignment]
        channel_stack = layer.encoding.get(self.value, {}).get("stack", "zero")
        groups = self.slots.groups(layer)
        if (
            kind == "bar"
            and self.slots.group(layer)
            and not layer.field(self.offset)
            and channel_stack
        ):
            self.is_stacked = True
        outline = layer.look.get("fill") == "transparent"
        if outline and kind == "bar" and any(self._is_stack(other) for other in self.layers):
            kind = "marks"
        for group, rows, colour in groups:
            same = self._same(field, group, kind)
            hollow = self.slots.hollow(layer, rows)
            if hollow:
                self.remarks.append("Points drawn as an outline are not complete yet.")
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
                        self.slots.cells(layer, rows, field),
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
            or (self.slots.group(layer) is not None and layer.field(self.offset) is None)
        )

    def _same(self, field: str, group: Any, kind: Kind) -> int | None:
        """The place of a series that says the same: marks on a line, a line over an area."""
        alike = {"marks": {"marks", "line"}, "area": {"line", "area"}}.get(kind, set())
        for place, (_, other, of, series) in enumerate(self.found):
            if other == field and of == group and series.kind in alike:
                return place
        return None

    def _marker(self, layer: Layer, group: Any) -> str:
        if layer.mark == "tick":
            return "dash"
        shape = layer.encoding.get("shape", {})
        scale = shape.get("scale", {})
        given = dict(zip(scale.get("domain", []), scale.get("range", []), strict=False))
        wanted = given.get(group, layer.look.get("shape", "circle"))
        return _MARKERS.get(str(wanted), "triangle" if str(wanted).startswith("tri") else "circle")

    def _between(self, layer: Layer, field: str, other: str) -> None:
        if layer.mark == "bar" and is_chain(layer, field, other):
            self.is_stacked = True
            made = floating(self.slots, layer, field, other, self._name)
        else:
            made = list(ranges(self.slots, layer, field, other, self._name))
            if layer.mark != "area":
                self.remarks.append(f"Spans show {ends_of(self.slots, field, other)}.")
        self.found += [(layer, *each) for each in made]

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
        group_field = self.slots.group(layer) or (
            None if self.slots.by_slot else layer.field(self.offset)
        )
        for row in layer.rows:
            slot, text = self.slots.of(layer, row), row.get(words)
            if slot is not None and text is not None:
                shown = name(text) if isinstance(text, str) else f"{text:,}"
                by_group.setdefault(row.get(group_field) if group_field else None, {})[slot] = shown
        for group, texts in by_group.items():
            labels = tuple(texts.get(slot) for slot in self.slots.slots)
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
                values = self.slots.cells(layer, layer.rows, field)
                said = f"labels at {said_name(self.layers, field)}"
                bare = Series(said, "labels", values, labels=labels, in_legend=False)
                self.found.append((layer, field, group, bare))


def is_discrete(layers: Sequence[Layer], channel: str) -> bool:
    """Whether a channel of any layer holds names and no numbers."""
    return any(layer.kind(channel) in DISCRETE for layer in layers)
