"""A chart's specification with its rows: a layer per mark, its encodings, what it draws."""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl

from dashboard.charts.palette import KINDS
from dashboard.exhibit import Specification
from dashboard.exports.expressions import UnknownExpressionError, expression, is_valid
from dashboard.exports.words import heading, name

Row = Mapping[str, Any]
Number = int | float | Decimal
DISCRETE: Final = frozenset({"nominal", "ordinal"})
NEUTRAL: Final = "#6B7280"


class NoNativeFormError(ValueError):
    """A chart that has no native form: a mark or a transform that nothing translates."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One mark of a chart with everything it inherits, and the rows that it draws."""

    mark: str
    look: Mapping[str, Any]
    encoding: Mapping[str, Any]
    rows: Sequence[Row]

    def field(self, channel: str) -> str | None:
        """The column that a channel shows; ``None`` where it shows none."""
        found = self.encoding.get(channel, {})
        if "field" not in found and isinstance(found.get("condition"), Mapping):
            found = found["condition"]
        return found.get("field") if isinstance(found, Mapping) else None

    def kind(self, channel: str) -> str | None:
        """What a channel's column measures: nominal, ordinal, temporal, quantitative."""
        found = self.encoding.get(channel, {})
        return found.get("type") if "field" in found else None

    def datum(self, channel: str) -> Any:
        """A channel's one value that is no column."""
        return self.encoding.get(channel, {}).get("datum")

    def title(self, channel: str) -> str | None:
        """What a channel is called on the screen."""
        found = self.encoding.get(channel, {}).get("title")
        return name(found) if found else None

    @property
    def is_seen(self) -> bool:
        """Whether the mark is there to be seen, not to make room."""
        return self.look.get("opacity") != 0 and self.look.get("size") != 0

    @property
    def colour(self) -> str | None:
        """The one colour of the mark, where its rows do not choose it."""
        given = (self.encoding.get(channel, {}).get("value") for channel in ("fill", "color"))
        looks = (self.look.get(part) for part in ("fill", "color"))
        return next((c for c in (*given, *looks) if isinstance(c, str) and c[0] == "#"), None)


def layers_of(chart: Specification, drawn: pl.DataFrame) -> list[Layer]:
    """Every layer of a chart, outermost first."""
    return list(_layers(chart, {}, drawn.rows(named=True)))


def _layers(
    part: Mapping[str, Any], above: Mapping[str, Any], rows: Sequence[Row]
) -> Iterable[Layer]:
    if unknown := {"hconcat", "vconcat", "concat", "repeat", "spec"} & set(part):
        raise NoNativeFormError(f"a chart made of {', '.join(sorted(unknown))}")
    if "data" in part:
        rows = part["data"].get("values", [])
    rows = transformed(rows, part.get("transform", []))
    encoding = {**above, **part.get("encoding", {})}
    if "layer" in part:
        for each in part["layer"]:
            yield from _layers(each, encoding, rows)
        return
    mark = part["mark"]
    look = mark if isinstance(mark, Mapping) else {"type": mark}
    look = {
        key: expression(value["expr"])({})
        if isinstance(value, Mapping) and "expr" in value
        else value
        for key, value in look.items()
    }
    yield Layer(str(look["type"]), look, encoding, rows)


def transformed(rows: Sequence[Row], steps: Sequence[Mapping[str, Any]]) -> Sequence[Row]:
    """Rows after a layer's own filters and calculations."""
    for step in steps:
        if "filter" in step:
            if not isinstance(step["filter"], str):
                raise NoNativeFormError(f"a filter of {step['filter']}")
            keeps = expression(step["filter"])
            rows = [row for row in rows if keeps(row)]
        elif "calculate" in step:
            value = expression(step["calculate"])
            rows = [{**row, step["as"]: value(row)} for row in rows]
        elif "aggregate" in step and all(each["op"] == "count" for each in step["aggregate"]):
            rows = [{each["as"]: len(rows) for each in step["aggregate"]}]
        else:
            raise NoNativeFormError(f"a transform of {', '.join(step)}")
    return rows


def number(value: object) -> Number | None:
    """A value that a chart can draw; what is missing or no number is an empty point, never 0."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def total(values: Iterable[object]) -> Number | None:
    """Sum of the values that are numbers, to the cent; ``None`` where none is."""
    found = [each for each in map(number, values) if each is not None]
    if not found:
        return None
    if any(isinstance(each, Decimal) for each in found):
        return sum((Decimal(str(each)) for each in found), Decimal(0))
    if any(isinstance(each, float) for each in found):
        return found[0] if len(found) == 1 else math.fsum(found)
    return sum(found)


def apart(high: Number, low: Number) -> Number:
    """Difference of two amounts as written, so that cents stay cents."""
    difference = Decimal(str(high)) - Decimal(str(low))
    return (
        difference if isinstance(high, Decimal) or isinstance(low, Decimal) else float(difference)
    )


def ordered(layers: Sequence[Layer], channel: str) -> list[Any]:
    """The values of a discrete channel in the order the specification gives them."""
    using = [layer for layer in layers if layer.field(channel) is not None]
    found: dict[Hashable, list[Row]] = {}
    for layer in using:
        field = layer.field(channel) or ""
        for row in layer.rows:
            if field in row:
                found.setdefault(row[field], []).append(row)
    encoding: Mapping[str, Any] = next(
        (layer.encoding[channel] for layer in using if "sort" in layer.encoding[channel]),
        using[0].encoding[channel] if using else {},
    )
    domain = next(
        (d for layer in using if (d := layer.encoding[channel].get("scale", {}).get("domain"))),
        None,
    )
    values: list[Any] = list(found)
    sort = encoding.get("sort", "ascending")
    if isinstance(sort, list):
        values = [*sort, *_natural(value for value in values if value not in sort)]
        values = [value for value in values if value in found or (domain and value in domain)]
    elif isinstance(sort, Mapping):
        values = _by_field(found, sort)
    elif sort is not None:
        values = _natural(values)
        if str(sort).startswith("desc"):
            values.reverse()
    if domain and not isinstance(sort, list):
        values = [*domain, *(value for value in values if value not in domain)]
    return values


def _natural(values: Iterable[Any]) -> list[Any]:
    return sorted(values, key=lambda each: (each is None, isinstance(each, str), each))


def _by_field(found: Mapping[Any, list[Row]], sort: Mapping[str, Any]) -> list[Any]:
    reduced = {"max": max, "sum": sum, "mean": lambda v: sum(v) / len(v)}.get(
        sort.get("op", ""), min
    )

    def key(value: Any) -> Any:
        ranks = [r for row in found[value] if is_valid(r := row.get(sort["field"]))]
        return reduced(ranks) if ranks else None  # type: ignore[operator]

    keys = {value: key(value) for value in _natural(found)}
    known = sorted((v for v in keys if keys[v] is not None), key=lambda value: keys[value])
    if str(sort.get("order")).startswith("desc"):
        known.reverse()
    return [*known, *(value for value in keys if keys[value] is None)]


def label_of(encoding: Mapping[str, Any], part: str, value: object) -> str:
    """A category or group as the screen names it."""
    source = (encoding.get(part) or {}).get("labelExpr")
    shown: object = value
    if source and value is not None:
        try:
            shown = expression(source)({"label": str(value), "value": value}) or value
        except (UnknownExpressionError, TypeError, ValueError):
            shown = value
    if isinstance(shown, list):
        shown = " ".join(shown)
    return name(shown.isoformat() if isinstance(shown, date | datetime) else shown)


def colours_of(layers: Sequence[Layer], channel: str) -> dict[Any, str]:
    """The colour of each value of a channel, as its scale gives them."""
    values = ordered(layers, channel)
    for layer in layers:
        scale = layer.encoding.get(channel, {}).get("scale", {})
        if layer.field(channel) and "range" in scale and "domain" in scale:
            given = dict(zip(scale["domain"], scale["range"], strict=False))
            return {value: given.get(value, NEUTRAL) for value in values}
    kinds = KINDS["light"]
    return {value: kinds[place % len(kinds)] for place, value in enumerate(values)}


def said_name(layers: Sequence[Layer], field: str, *, of_axis: bool = True) -> str:
    """What a column is called in the chart: the title of its axis or tooltip, else its own name."""
    for layer in layers if of_axis else ():
        for channel in ("x", "y"):
            if layer.field(channel) == field and (title := layer.title(channel)):
                return title
    for layer in layers:
        tooltips = layer.encoding.get("tooltip", [])
        for each in tooltips if isinstance(tooltips, list) else [tooltips]:
            if each.get("field") == field and each.get("title"):
                return name(each["title"])
    return name(heading(field))
