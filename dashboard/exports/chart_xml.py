"""A plot as DrawingML: the chart that PowerPoint draws, with references into its own workbook."""

from collections.abc import Sequence

from lxml import etree

from dashboard.exports.chart_axes import axes_of_categories, number_axis
from dashboard.exports.chart_book import Sheet
from dashboard.exports.chart_looks import hollow, looks_of, marker, sized
from dashboard.exports.chart_references import category_values, numbers, strings
from dashboard.exports.drawing import SPACES, C, Element, e, fill, letters, line, rich
from dashboard.exports.forms import Plot, Series, spans_of


def chart_xml(plot: Plot, sheet: Sheet) -> bytes:
    """The chart part of a plot, with every value cached beside its cell in ``sheet``."""
    numbered = list(enumerate(plot.series))
    if plot.categories:
        groups = _groups_of_categories(plot, sheet, numbered)
        axes = axes_of_categories(plot)
    else:
        groups = [_bubbles(sheet, numbered) if plot.is_bubble else _scatter(plot, sheet, numbered)]
        axes = [
            number_axis(plot.category_axis, 1, 2, "b"),
            number_axis(plot.value_axis, 2, 1, "l"),
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
    root = etree.Element(f"{{{C}}}chartSpace", nsmap=SPACES)
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
    looks = looks_of(series)
    marks = None if is_bar or series.kind == "area" else marker(series)
    return e(
        "c:ser",
        e("c:idx", val=number),
        e("c:order", val=number),
        e("c:tx", strings(sheet.name_of[number], [series.name])),
        e("c:spPr", *looks),
        e("c:invertIfNegative", val=0) if is_bar else None,
        marks,
        *hollow(series),
        _labels(plot, series),
        _range(series, sheet, number),
        e("c:cat", category_values(plot, sheet)),
        e("c:val", numbers(sheet.values_of[number], series.values)),
        e("c:smooth", val=0) if not is_bar and series.kind != "area" else None,
    )


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
        e("c:plus", numbers(sheet.span_of[number], spans_of(series)[0][1])),
        e("c:spPr", line(series.colour, series.width, pale=series.pale)),
    )


def _scatter(plot: Plot, sheet: Sheet, numbered: Sequence[tuple[int, Series]]) -> Element:
    inside = []
    # LibreOffice loses the points of a series that stands before a longer one: all are as long.
    longest = max(len(series.values) for _, series in numbered)
    for number, series in numbered:
        looks = (
            line(series.colour, series.width, dashed=series.dashed)
            if series.kind == "line"
            else line(None)
        )
        large = sized(series)
        inside.append(
            e(
                "c:ser",
                e("c:idx", val=number),
                e("c:order", val=number),
                e("c:tx", strings(sheet.name_of[number], [series.name])),
                e("c:spPr", looks),
                marker(series),
                *large,
                _labels(plot, series),
                e("c:xVal", numbers(sheet.x_of[number], series.x, longest)),
                e("c:yVal", numbers(sheet.values_of[number], series.values, longest)),
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


def _bubbles(sheet: Sheet, numbered: Sequence[tuple[int, Series]]) -> Element:
    inside = [
        e(
            "c:ser",
            e("c:idx", val=number),
            e("c:order", val=number),
            e("c:tx", strings(sheet.name_of[number], [series.name])),
            e("c:spPr", fill(series.colour), line("#FFFFFF", 0.5)),
            e("c:invertIfNegative", val=0),
            e("c:xVal", numbers(sheet.x_of[number], series.x)),
            e("c:yVal", numbers(sheet.values_of[number], series.values)),
            e("c:bubbleSize", numbers(sheet.size_of[number], series.sizes)),
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
