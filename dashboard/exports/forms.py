"""What a chart is in a presentation: a plot with its series, or a grid of coloured cells."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from dashboard.exports.expressions import UnknownExpressionError, expression
from dashboard.exports.layers import Layer, Number, apart

Value = Number | None
Kind = Literal["bar", "line", "marks", "area", "range", "base", "labels"]
"""How a series is drawn: ``range`` from ``values`` up to ``high``, ``base`` not at all."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one name: what the legend says, and what the embedded workbook holds."""

    name: str
    kind: Kind
    values: tuple[Value, ...]
    colour: str | None = None
    x: tuple[Value, ...] = ()
    """Places along the horizontal axis, of a plot of points."""
    high: tuple[Value, ...] = ()
    """Upper ends, of a range."""
    sizes: tuple[Value, ...] = ()
    names: tuple[str, ...] = ()
    """Whose each point is, for the embedded workbook."""
    labels: tuple[str | None, ...] = ()
    marker: str | None = None
    hollow: frozenset[int] = frozenset()
    """Points drawn as an outline: not complete yet."""
    dashed: bool = False
    outlined: bool = False
    pale: bool = False
    """Lighter than its colour: expected, not certain."""
    width: float = 1.5
    in_legend: bool = True


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of numbers or days."""

    title: str | None = None
    format: str = "General"
    low: float | None = None
    high: float | None = None
    step: float | None = None
    is_log: bool = False
    is_days: bool = False
    is_named: bool = False
    """Whether its places are names, said at the points."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart that PowerPoint draws itself, from numbers that can be edited there."""

    series: tuple[Series, ...]
    value_axis: Axis
    category_axis: Axis = field(default_factory=Axis)
    categories: tuple[tuple[Any, ...], ...] = ()
    """Outermost level first; empty for a plot of points."""
    grouping: Literal["clustered", "stacked", "percentStacked", "overlaid"] = "clustered"
    is_lying: bool = False
    is_bubble: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The chart in a word or two: ``column stacked``, ``line``, ``scatter``."""
        if not self.categories:
            return "bubble" if self.is_bubble else "scatter"
        kinds = {series.kind for series in self.series}
        if kinds & {"bar", "base"}:
            return f"{'bar' if self.is_lying else 'column'} {self.grouping}"
        return "area" if "area" in kinds else "line"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid: its lines of text, its colour and the colour of its text."""

    lines: tuple[str, ...] = ()
    fill: str | None = None
    ink: str | None = None
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of coloured cells: a heat map, the nine blocks, health by segment."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: Mapping[tuple[int, int], Cell]
    corner: str = ""
    remarks: tuple[str, ...] = ()
    kind: str = "grid"


Native = Plot | Grid
_FORMATS: Final = {
    ".0%": "0%",
    ".1%": "0.0%",
    "+.0f": "+0;-0;0",
    "+.2~f": "+0.##;-0.##;0",
    "d": "#,##0",
    ",d": "#,##0",
    "~s": "#,##0",
    ".0f": "0",
    ",.0f": "#,##0",
    ",.2f": "#,##0.00",
    ".1f": "0.0",
}


def value_format(encoding: Mapping[str, Any], values: Sequence[Value]) -> str:
    """The number format of an axis: money with its sign and magnitude, shares in per cent."""
    axis = encoding.get("axis") or {}
    most = max((abs(float(value)) for value in values if value is not None), default=0.0)
    if source := axis.get("labelExpr"):
        try:
            symbol = str(expression(source)({"value": 1})).removesuffix("1")
        except (UnknownExpressionError, TypeError, ValueError):
            symbol = ""
        return magnitude(symbol, most)
    pattern = str(axis.get("format", ""))
    if pattern in {"~s", ""} and most >= 10_000:  # noqa: PLR2004 -- shorter with a letter
        return magnitude("", most)
    if pattern.startswith("%"):
        return "mmm yyyy"
    return _FORMATS.get(
        pattern, "0.##%" if pattern.endswith("%") else "#,##0.##" if most < 1 else "General"
    )


def magnitude(symbol: str, most: float) -> str:
    """Number format of amounts up to ``most``, as ``formats.money`` writes them."""
    sign = f'"{symbol}"' if symbol else ""
    for least, commas, letter in (
        (1e12, ",,,,", "T"),
        (1e9, ",,,", "B"),
        (1e6, ",,", "M"),
        (1e4, ",", "K"),
    ):
        if most >= least:
            digits = "#,##0.0" if most < 10 * least and letter != "K" else "#,##0"
            return f'{sign}{digits}{commas}"{letter}";-{sign}{digits}{commas}"{letter}";{sign}0'
    return f"{sign}#,##0;-{sign}#,##0"


def domain_of(layers: Sequence[Layer], channel: str) -> tuple[float | None, float | None, bool]:
    """Ends of an axis where the specification sets them, and whether it is logarithmic."""
    low = high = None
    is_log = False
    for layer in layers:
        scale = layer.encoding.get(channel, {}).get("scale") or {}
        if (domain := scale.get("domain")) and layer.kind(channel) == "quantitative":
            low, high = float(domain[0]), float(domain[-1])
        if "domainMin" in scale:
            low = float(scale["domainMin"])
        is_log = is_log or scale.get("type") == "log"
    return low, high, is_log


def axis_of(layers: Sequence[Layer], channel: str, values: Sequence[Value]) -> Axis:
    """The axis of a channel of numbers or days."""
    described: Mapping[str, Any] = next(
        (
            layer.encoding[channel]
            for layer in layers
            if "axis" in layer.encoding.get(channel, {}) and "field" in layer.encoding[channel]
        ),
        {},
    )
    title = next((t for layer in layers if (t := layer.title(channel))), None)
    low, high, is_log = domain_of(layers, channel)
    is_days = any(layer.kind(channel) == "temporal" for layer in layers)
    return Axis(
        title=title,
        format="mmm yyyy" if is_days else value_format(described, values),
        low=low,
        high=high,
        is_log=is_log,
        is_days=is_days,
    )


def spans_of(series: Series) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """Columns that go with a range, each with its heading: how far it reaches up, and to what."""
    if series.kind != "range":
        return ()
    up = tuple(
        None if low is None or high is None else apart(high, low)
        for low, high in zip(series.values, series.high, strict=True)
    )
    return (f"{series.name}: length", up), (f"{series.name}: upper end", series.high)


def reaching(axis: Axis, values: Sequence[Value], *, from_zero: bool) -> Axis:
    """An axis whose ends are set where they would else be guessed: bars start at zero.

    A program that draws a chart takes no notice of spans when it chooses the ends.
    """
    known = [float(value) for value in values if value is not None]
    if not known or axis.is_log or axis.is_days:
        return _decades(axis, known) if axis.is_log and known else axis
    least, most = min(known), max(known)
    step = _step(most - (min(least, 0.0) if from_zero else least))
    low, high = axis.low, axis.high
    if low is None:
        low = (
            (0.0 if least >= 0 else step * math.floor(least / step))
            if from_zero
            else step * math.floor(least / step)
        )
    if high is None:
        high = (
            0.0
            if from_zero and most <= 0
            else step
            * math.ceil(most / step + (0 if axis.format.endswith("%") and most == 1 else 1e-9))
        )
    if high <= low:
        return axis
    given = axis.low is not None and axis.high is not None
    return replace(axis, low=round(low, 10), high=round(high, 10), step=None if given else step)


def _decades(axis: Axis, known: Sequence[float]) -> Axis:
    positive = [value for value in known if value > 0]
    if not positive:
        return axis
    low, high = (
        10.0 ** math.floor(math.log10(min(positive))),
        10.0 ** math.ceil(math.log10(max(positive))),
    )
    symbol = axis.format.split('"')[1] if axis.format.startswith('"') else ""
    sign = f'"{symbol}"' if symbol else ""
    code = f'[>=1000000]{sign}#,##0,,"M";[>=1000]{sign}#,##0,"K";{sign}0'
    return replace(axis, low=low, high=max(high, low * 10), format=code)


def _step(size: float) -> float:
    """A round step of which about five make a size."""
    if size <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(size / 5))
    return next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= size / 5)
