"""What a chart is in a presentation: a plot with its series, or a grid of coloured cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from dashboard.exports.expressions import UnknownExpressionError, expression
from dashboard.exports.layers import Layer, Number, apart

Value = Number | None
Kind = Literal["bar", "line", "marks", "area", "range", "step", "base", "labels"]
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
    is_log: bool = False
    is_days: bool = False


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
    if pattern == "~s" and most >= 10_000:  # noqa: PLR2004 -- shorter with a letter
        return magnitude("", most)
    if pattern.startswith("%"):
        return "mmm yyyy"
    return _FORMATS.get(pattern, "0.##%" if pattern.endswith("%") else "#,##0.##" if most < 1 else "General")


def magnitude(symbol: str, most: float) -> str:
    """Number format of amounts up to ``most``, as ``formats.money`` writes them."""
    sign = f'"{symbol}"' if symbol else ""
    for least, commas, letter in ((1e9, ",,,", "B"), (1e6, ",,", "M"), (1e4, ",", "K")):
        if most >= least:
            digits = "#,##0.0" if most < 10 * least and letter != "K" else "#,##0"
            return f'{sign}{digits}{commas}"{letter}";-{sign}{digits}{commas}"{letter}";{sign}0'
    return f"{sign}#,##0;-{sign}#,##0"


def domain_of(layers: Sequence[Layer], channel: str) -> tuple[float | None, float | None, bool]:
    """Lowest and highest value of an axis where the specification sets them, and whether it is logarithmic."""
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
    described = next(
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
    """Columns that go with a series, each with its heading: how far it reaches from its values.

    A range reaches up to its ends. A curve in steps reaches right to the next point, and from there
    down to it.
    """
    if series.kind == "range":
        up = tuple(
            None if low is None or high is None else apart(high, low)
            for low, high in zip(series.values, series.high, strict=True)
        )
        return (f"{series.name}: length", up), (f"{series.name}: upper end", series.high)
    if series.kind != "step":
        return ()
    right: list[Value] = [None] * len(series.x)
    down: list[Value] = [None] * len(series.x)
    for place in range(len(series.x) - 1):
        now, then = series.x[place], series.x[place + 1]
        level, after = series.values[place], series.values[place + 1]
        if now is not None and then is not None and level is not None:
            right[place] = apart(then, now)
        if level is not None and after is not None:
            down[place + 1] = apart(after, level)
    return ("to the next", tuple(right)), ("from the one before", tuple(down))
