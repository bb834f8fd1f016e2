"""How a series looks: its fill and line, its marks, points that stand out."""

from dashboard.charts.palette import SURFACE
from dashboard.exports.drawing import FAINT, Element, e, fill, line
from dashboard.exports.forms import Series


def looks_of(series: Series) -> list[Element]:
    """Fill and line of a series."""
    if series.kind == "base":
        return [e("a:noFill"), line(None)]
    if series.kind == "bar":
        if series.outlined:
            return [e("a:noFill"), line(series.colour, 1.25)]
        edge = line(FAINT, 0.75) if series.colour == SURFACE["light"] else line("#FFFFFF", 0.5)
        return [fill(series.colour, pale=series.pale), edge]
    if series.kind == "area":
        return [fill(series.colour, pale=True), line(series.colour, 1)]
    if series.kind == "line":
        return [line(series.colour, series.width + 0.5, dashed=series.dashed)]
    return [line(None)]


def marker(series: Series) -> Element:
    """The mark at each of its points."""
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


def hollow(series: Series) -> list[Element]:
    """Points drawn as an outline."""
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


def sized(series: Series) -> list[Element]:
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
