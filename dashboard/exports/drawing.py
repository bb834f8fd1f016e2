"""Pieces of DrawingML: elements, colours, lines and letters of charts and tables."""

from typing import Any, Final

from lxml import etree

from dashboard.charts.palette import KINDS

C: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES: Final = {"c": C, "a": A, "r": R}
FAINT: Final = "#6B7280"
GRID: Final = "#E1E5EA"
ACCENTS: Final = {
    colour.upper(): f"accent{number}"
    for number, colour in enumerate((k for k in KINDS["light"] if k != FAINT), start=1)
}
"""Colours without a meaning of their own: a template's accents take their place."""
SIZE: Final = 1100
"""Text of a chart, in hundredths of a point."""
Element = Any


def e(tag: str, *inside: Element | None, **attributes: object) -> Element:
    """An element ``c:name`` or ``a:name`` with what is in it."""
    space, local = tag.split(":")
    made = etree.Element(f"{{{SPACES[space]}}}{local}", nsmap=None)
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
    return e("a:srgbClr", *lighter, val=(value or FAINT).lstrip("#").upper())


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
