"""A plot as DrawingML: the chart that PowerPoint draws, with references into its own workbook."""

from collections.abc import Sequence
from typing import Any, Final

from lxml import etree

from dashboard.charts.palette import KINDS, SURFACE
from dashboard.exports.chart_book import Sheet
from dashboard.exports.forms import Axis, Plot, Series, Value, spans_of
from dashboard.exports.points import serial

C: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES: Final = {"c": C, "a": A, "r": R}
_FAINT: Final = "#6B7280"
_GRID: Final = "#E1E5EA"
ACCENTS: Final = {
    colour.upper(): f"accent{number}"
    for number, colour in enumerate((k for k in KINDS["light"] if k != _FAINT), start=1)
}
"""Colours without a meaning of their own: a template's accents take their place."""
SIZE: Final = 1100
"""Text of a chart, in hundredths of a point."""
Element = Any


def e(tag: str, *inside: Element | None, **attributes: object) -> Element:
    """An element ``c:name`` or ``a:name`` with what is in it."""
    space, local = tag.split(":")
    made = etree.Element(f"{{{_SPACES[space]}}}{local}", nsmap=None)
    for key, value in attributes.items():
        made.set(key, str(value))
    made.extend(each for each in inside if each is not None)
    return made


def text(tag: str, content: str) -> Element:
    """An element that holds text."""
    made = e(tag)
    made.text = content
    return made


def colour(value: str | None, *, pale: bool = False) -> Element:
    """A colour: the theme's accent where it has no meaning of its own, else what it is."""
    accent = ACCENTS.get((value or "").upper())
    lighter = (e("a:lumMod", val=60000), e("a:lumOff", val=40000)) if pale else ()
    if accent:
        return e("a:schemeClr", *lighter, val=accent)
    return e("a:srgbClr", *lighter, val=(value or _FAINT).lstrip("#").upper())


def fill(value: str | None, *, pale: bool = False) -> Element:
    """A solid fill."""
    return e("a:solidFill", colour(value, pale=pale))


def line(
    value: str | None, width: float = 0.75, *, dashed: bool = False, pale: bool = False
) -> Element:
    """A line of a width in points; none where it has no colour."""
    if value is None:
        return e("a:ln", e("a:noFill"))
    dash = e("a:prstDash", val="dash") if dashed else None
    return e("a:ln", fill(value, pale=pale), dash, e("a:round"), w=round(width * 12700))


def _ink() -> Element:
    """The theme's own colour of text: dark on a light template, light on a dark one."""
    return e("a:solidFill", e("a:schemeClr", val="tx1"))


def letters(size: int = SIZE, *, turned: int | None = None) -> Element:
    """How text of a part of the chart looks: the theme's font."""
    body = e("a:bodyPr") if turned is None else e("a:bodyPr", rot=turned, vert="horz")
    properties = e("a:defRPr", _ink(), e("a:latin", typeface="+mn-lt"), sz=size, b=0)
    return e(
        "c:txPr",
        body,
        e("a:lstStyle"),
        e("a:p", e("a:pPr", properties), e("a:endParaRPr", lang="en-US")),
    )


def rich(words: str, size: int = SIZE, *, turned: int | None = None) -> Element:
    """Text of our own in a chart."""
    body = e("a:bodyPr") if turned is None else e("a:bodyPr", rot=turned, vert="horz")
    look = e("a:rPr", _ink(), e("a:latin", typeface="+mn-lt"), lang="en-US", sz=size, b=0)
    return e(
        "c:tx", e("c:rich", body, e("a:lstStyle"), e("a:p", e("a:r", look, text("a:t", words))))
    )


def chart_xml(plot: Plot, sheet: Sheet) -> bytes:
    """The chart part of a plot, with every value cached beside its cell in ``sheet``."""
    numbered = list(enumerate(plot.series))
    if plot.categories:
        groups = _groups_of_categories(plot, sheet, numbered)
        axes = _axes_of_categories(plot)
    else:
        groups = [
            _bubbles(plot, sheet, numbered) if plot.is_bubble else _scatter(plot, sheet, numbered)
        ]
        axes = [
            _number_axis(plot.category_axis, 1, 2, "b"),
            _number_axis(plot.value_axis, 2, 1, "l"),
        ]
    bare = e("c:spPr", e("a:noFill"), e("a:ln", e("a:noFill")))
    hidden = [number for number, each in numbered if not each.in_legend]
    legend = (
        e(
            "c:legend",
            e("c:legendPos", val="t"),
            *(e("c:legendEntry", e("c:idx", val=n), e("c:delete", val=1)) for n in hidden),
            e("c:overlay", val=0),
            letters(),
        )
        if len(numbered) - len(hidden) > 1
        else None
    )
    root = etree.Element(f"{{{C}}}chartSpace", nsmap=_SPACES)
    root.extend(
        [
            e("c:date1904", val=0),
            e("c:roundedCorners", val=0),
            e(
                "c:chart",
                e("c:autoTitleDeleted", val=1),
                e("c:plotArea", e("c:layout"), *groups, *axes, bare),
                legend,
                e("c:plotVisOnly", val=1),
                e("c:dispBlanksAs", val="gap"),
            ),
            e("c:spPr", e("a:noFill"), e("a:ln", e("a:noFill"))),
            letters(),
        ]
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _groups_of_categories(
    plot: Plot, sheet: Sheet, numbered: Sequence[tuple[int, Series]]
) -> list[Element]:
    def of(*kinds: str) -> list[tuple[int, Series]]:
        return [(number, each) for number, each in numbered if each.kind in kinds]

    ids = [e("c:axId", val=1), e("c:axId", val=2)]
    made = []
    if areas := of("area"):
        inside = [_series(plot, sheet, number, each) for number, each in areas]
        made.append(
            e(
                "c:areaChart",
                e("c:grouping", val="standard"),
                e("c:varyColors", val=0),
                *inside,
                *ids,
            )
        )
    if bars := of("bar", "base"):
        inside = [_series(plot, sheet, number, each) for number, each in bars]
        clustered = plot.grouping in {"clustered", "overlaid"}
        overlap = 0 if plot.grouping == "clustered" else 100
        made.append(
            e(
                "c:barChart",
                e("c:barDir", val="bar" if plot.is_lying else "col"),
                e("c:grouping", val="clustered" if clustered else plot.grouping),
                e("c:varyColors", val=0),
                *inside,
                e("c:gapWidth", val=60),
                e("c:overlap", val=overlap),
                *[e("c:axId", val=1), e("c:axId", val=2)],
            )
        )
    if lines := of("line", "marks", "range", "labels"):
        inside = [_series(plot, sheet, number, each) for number, each in lines]
        made.append(
            e(
                "c:lineChart",
                e("c:grouping", val="standard"),
                e("c:varyColors", val=0),
                *inside,
                e("c:marker", val=1),
                *[e("c:axId", val=1), e("c:axId", val=2)],
            )
        )
    return made


def _series(plot: Plot, sheet: Sheet, number: int, series: Series) -> Element:
    """One series of a chart along categories."""
    is_bar = series.kind in {"bar", "base"}
    looks = _looks(series)
    marks = None if is_bar or series.kind == "area" else _marker(series)
    return e(
        "c:ser",
        e("c:idx", val=number),
        e("c:order", val=number),
        e("c:tx", _strings(sheet.name_of[number], [series.name])),
        e("c:spPr", *looks),
        e("c:invertIfNegative", val=0) if is_bar else None,
        marks,
        *_hollow(series),
        _labels(plot, series),
        _range(series, sheet, number),
        e("c:cat", _category_values(plot, sheet)),
        e("c:val", _numbers(sheet.values_of[number], series.values)),
        e("c:smooth", val=0) if not is_bar and series.kind != "area" else None,
    )


def _looks(series: Series) -> list[Element]:
    if series.kind == "base":
        return [e("a:noFill"), line(None)]
    if series.kind == "bar":
        if series.outlined:
            return [e("a:noFill"), line(series.colour, 1.25)]
        edge = line(_FAINT, 0.75) if series.colour == SURFACE["light"] else line("#FFFFFF", 0.5)
        return [fill(series.colour, pale=series.pale), edge]
    if series.kind == "area":
        return [fill(series.colour, pale=True), line(series.colour, 1)]
    if series.kind == "line":
        return [line(series.colour, series.width + 0.5, dashed=series.dashed)]
    return [line(None)]


def _marker(series: Series) -> Element:
    if series.marker is None:
        return e("c:marker", e("c:symbol", val="none"))
    size = {"dash": 14, "circle": 7}.get(series.marker, 8)
    return e(
        "c:marker",
        e("c:symbol", val=series.marker),
        e("c:size", val=size),
        e(
            "c:spPr",
            fill(series.colour),
            line(series.colour if series.marker in {"dash", "x"} else "#FFFFFF", 0.5),
        ),
    )


def _hollow(series: Series) -> list[Element]:
    return [
        e(
            "c:dPt",
            e("c:idx", val=place),
            e(
                "c:marker",
                e("c:symbol", val="circle"),
                e("c:size", val=8),
                e("c:spPr", fill("#FFFFFF"), line(series.colour, 1.5)),
            ),
            e("c:bubble3D", val=0),
        )
        for place in sorted(series.hollow)
        if series.values[place] is not None
    ]


def _labels(plot: Plot, series: Series) -> Element | None:
    """The words at the points of a series: its own, not its numbers."""
    if not any(series.labels):
        return None
    is_bar = series.kind == "bar"
    beside = any(each.kind == "range" for each in plot.series)
    position = "outEnd" if is_bar else "r" if beside else "t"
    shown = [
        ("c:showLegendKey", 0),
        ("c:showVal", 1),
        ("c:showCatName", 0),
        ("c:showSerName", 0),
        ("c:showPercent", 0),
        ("c:showBubbleSize", 0),
    ]
    size = 1000 if len(series.values) <= 16 else 800  # noqa: PLR2004 -- labels side by side
    each = [
        e(
            "c:dLbl",
            e("c:idx", val=place),
            rich(f"   {words}" if position == "r" else words, size),
            e("c:dLblPos", val=position),
            *(e(tag, val=value) for tag, value in shown),
        )
        for place, words in enumerate(series.labels)
        if words and series.values[place] is not None
    ]
    return e("c:dLbls", *each, *(e(tag, val=0) for tag, _ in shown))


def _range(series: Series, sheet: Sheet, number: int) -> Element | None:
    """The span of a range, from its values up."""
    if series.kind != "range":
        return None
    return e(
        "c:errBars",
        e("c:errDir", val="y"),
        e("c:errBarType", val="plus"),
        e("c:errValType", val="cust"),
        e("c:noEndCap", val=1),
        e("c:plus", _numbers(sheet.span_of[number], spans_of(series)[0][1])),
        e("c:spPr", line(series.colour, series.width, pale=series.pale)),
    )


def _scatter(plot: Plot, sheet: Sheet, numbered: Sequence[tuple[int, Series]]) -> Element:
    inside = []
    # LibreOffice loses points of a series that stands before a longer one; c:order keeps the order.
    for number, series in sorted(numbered, key=lambda each: -len(each[1].values)):
        looks = (
            line(series.colour, series.width, dashed=series.dashed)
            if series.kind == "line"
            else line(None)
        )
        sized = _sized(series)
        inside.append(
            e(
                "c:ser",
                e("c:idx", val=number),
                e("c:order", val=number),
                e("c:tx", _strings(sheet.name_of[number], [series.name])),
                e("c:spPr", looks),
                _marker(series),
                *sized,
                _labels(plot, series),
                e("c:xVal", _numbers(sheet.x_of[number], series.x)),
                e("c:yVal", _numbers(sheet.values_of[number], series.values)),
                e("c:smooth", val=0),
            )
        )
    return e(
        "c:scatterChart",
        e("c:scatterStyle", val="lineMarker"),
        e("c:varyColors", val=0),
        *inside,
        e("c:axId", val=1),
        e("c:axId", val=2),
    )


def _sized(series: Series) -> list[Element]:
    """Points as large as their sizes say, by area."""
    most = max((float(size) for size in series.sizes if size is not None), default=0.0)
    if not most:
        return []
    return [
        e(
            "c:dPt",
            e("c:idx", val=place),
            e(
                "c:marker",
                e("c:symbol", val="circle"),
                e("c:size", val=max(4, round(20 * (float(size) / most) ** 0.5))),
                e("c:spPr", fill(series.colour), line("#FFFFFF", 0.5)),
            ),
            e("c:bubble3D", val=0),
        )
        for place, size in enumerate(series.sizes)
        if size is not None and size > 0
    ]


def _bubbles(plot: Plot, sheet: Sheet, numbered: Sequence[tuple[int, Series]]) -> Element:
    inside = [
        e(
            "c:ser",
            e("c:idx", val=number),
            e("c:order", val=number),
            e("c:tx", _strings(sheet.name_of[number], [series.name])),
            e("c:spPr", fill(series.colour), line("#FFFFFF", 0.5)),
            e("c:invertIfNegative", val=0),
            e("c:xVal", _numbers(sheet.x_of[number], series.x)),
            e("c:yVal", _numbers(sheet.values_of[number], series.values)),
            e("c:bubbleSize", _numbers(sheet.size_of[number], series.sizes)),
            e("c:bubble3D", val=0),
        )
        for number, series in numbered
    ]
    return e(
        "c:bubbleChart",
        e("c:varyColors", val=0),
        *inside,
        e("c:bubbleScale", val=30),
        e("c:showNegBubbles", val=0),
        e("c:axId", val=1),
        e("c:axId", val=2),
    )


def _axes_of_categories(plot: Plot) -> list[Element]:
    lying = plot.is_lying
    longest = max((len(str(slot[-1])) for slot in plot.categories), default=0)
    room = 110 / max(len(plot.categories), 1)
    turned = (
        None if lying or plot.category_axis.is_days else 0 if longest <= room * 2.2 else -2700000
    )
    names = [
        e("c:axId", val=1),
        e("c:scaling", e("c:orientation", val="maxMin" if lying else "minMax")),
        e("c:delete", val=0),
        e("c:axPos", val="l" if lying else "b"),
        _title(plot.category_axis.title, -5400000 if lying else None),
        e(
            "c:numFmt",
            formatCode="mmm yyyy" if plot.category_axis.is_days else "General",
            sourceLinked=0,
        ),
        e("c:majorTickMark", val="none"),
        e("c:minorTickMark", val="none"),
        e("c:tickLblPos", val="low"),
        e("c:spPr", line(_FAINT, 0.75)),
        letters(SIZE if len(plot.categories) <= 20 else 900, turned=turned),  # noqa: PLR2004 -- names side by side
        e("c:crossAx", val=2),
        e("c:crosses", val="autoZero"),
    ]
    if plot.category_axis.is_days:
        axis = e(
            "c:dateAx",
            *names,
            e("c:auto", val=0),
            e("c:lblOffset", val=100),
            e("c:baseTimeUnit", val="days"),
            *_months(plot),
        )
    else:
        axis = e(
            "c:catAx",
            *names,
            e("c:auto", val=0),
            e("c:lblAlgn", val="ctr"),
            e("c:lblOffset", val=100),
            e("c:noMultiLvlLbl", val=0),
        )
    return [axis, _number_axis(plot.value_axis, 2, 1, "b" if lying else "l", is_far=lying)]


def _months(plot: Plot) -> list[Element]:
    """About ten names along an axis of days."""
    days = [slot[-1] for slot in plot.categories if slot[-1] is not None]
    months = max(1, round((max(days) - min(days)).days / 300)) if days else 1
    return [e("c:majorUnit", val=months), e("c:majorTimeUnit", val="months")]


def _title(words: str | None, turned: int | None) -> Element | None:
    if not words:
        return None
    return e("c:title", rich(words, SIZE, turned=turned), e("c:overlay", val=0))


def _number_axis(axis: Axis, own: int, other: int, side: str, *, is_far: bool = False) -> Element:
    scaling = [
        e("c:logBase", val=10) if axis.is_log else None,
        e("c:orientation", val="minMax"),
        e("c:max", val=axis.high) if axis.high is not None else None,
        e("c:min", val=axis.low) if axis.low is not None else None,
    ]
    return e(
        "c:valAx",
        e("c:axId", val=own),
        e("c:scaling", *scaling),
        e("c:delete", val=0),
        e("c:axPos", val=side),
        e("c:majorGridlines", e("c:spPr", line(_GRID, 0.5))),
        _title(axis.title, -5400000 if side == "l" else None),
        e("c:numFmt", formatCode=axis.format, sourceLinked=0),
        e("c:majorTickMark", val="none"),
        e("c:minorTickMark", val="none"),
        e("c:tickLblPos", val="none" if axis.is_named else "nextTo" if is_far else "low"),
        e("c:spPr", line(None)),
        letters(),
        e("c:crossAx", val=other),
        # Names run downwards in a lying chart: its numbers stand at the far end, below.
        e(
            "c:crosses",
            val="max" if is_far else "min" if axis.is_log or axis.is_days else "autoZero",
        ),
        e("c:crossBetween", val="midCat" if own == 1 or axis.is_log else "between"),
        e("c:majorUnit", val=axis.step) if axis.step else None,
    )


def _category_values(plot: Plot, sheet: Sheet) -> Element:
    if plot.category_axis.is_days:
        return _numbers(
            sheet.categories, [serial(slot[-1]) for slot in plot.categories], "yyyy-mm-dd"
        )
    if len(plot.categories[0]) == 1:
        return _strings(sheet.categories, [str(slot[0]) for slot in plot.categories])
    depth = len(plot.categories[0])
    levels = []
    for level in range(depth - 1, -1, -1):
        names = [str(slot[level]) for slot in plot.categories]
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


def _strings(reference: str, values: Sequence[str]) -> Element:
    found = (e("c:pt", text("c:v", value), idx=place) for place, value in enumerate(values))
    return e(
        "c:strRef", text("c:f", reference), e("c:strCache", e("c:ptCount", val=len(values)), *found)
    )


def _numbers(reference: str, values: Sequence[Value], code: str = "General") -> Element:
    found = (
        e("c:pt", text("c:v", str(value)), idx=place)
        for place, value in enumerate(values)
        if value is not None
    )
    return e(
        "c:numRef",
        text("c:f", reference),
        e("c:numCache", text("c:formatCode", code), e("c:ptCount", val=len(values)), *found),
    )
