"""Our own template: white, wide, with the colours that charts have on the screen."""

from typing import Any, Final

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.presentation import Presentation as Deck
from pptx.util import Emu, Inches

from dashboard.charts.palette import INK, KINDS

_SIZE: Final = (Inches(13.333), Inches(7.5))
_FONT: Final = "Arial"
_GREY: Final = "6B7280"
_TITLE_SIZE: Final = "2400"
_FIRST, _ONLY = 0, 5
"""The layouts kept of those python-pptx comes with: a first slide, and a title only."""
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MARGIN: Final = Inches(0.55)
_WIDE: Final = _SIZE[0] - 2 * _MARGIN
_FOOT: Final = _SIZE[1] - Inches(0.42)
_PLACES: Final = {
    PP_PLACEHOLDER.TITLE: (_MARGIN, Inches(0.35), _WIDE, Inches(0.85)),
    PP_PLACEHOLDER.BODY: (_MARGIN, Inches(1.4), _WIDE, Inches(5.4)),
    PP_PLACEHOLDER.CENTER_TITLE: (_MARGIN, Inches(2.3), _WIDE, Inches(1.5)),
    PP_PLACEHOLDER.SUBTITLE: (_MARGIN, Inches(3.95), _WIDE, Inches(1.3)),
    PP_PLACEHOLDER.DATE: (_MARGIN, _FOOT, Inches(2.5), Inches(0.3)),
    PP_PLACEHOLDER.FOOTER: (_MARGIN + Inches(3), _FOOT, Inches(6), Inches(0.3)),
    PP_PLACEHOLDER.SLIDE_NUMBER: (_MARGIN + _WIDE - Inches(1), _FOOT, Inches(1), Inches(0.3)),
}


def plain() -> Deck:  # noqa: C901 -- part by part
    """A presentation of two layouts without slides."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = (Emu(side) for side in _SIZE)
    layouts: Any = deck.slide_layouts
    kept = [layouts[_FIRST], layouts[_ONLY]]
    for layout in list(layouts):
        if layout not in kept:
            layouts.remove(layout)
    _themed(deck)
    for holder in (deck.slide_master, *kept):
        for place in holder.placeholders:
            _placed(place)
    for style in deck.slide_master._element.iter(f"{P}titleStyle"):  # noqa: SLF001 -- the master's text
        for level in style.iter(f"{A}lvl1pPr"):
            level.set("algn", "l")
            for run in level.iter(f"{A}defRPr"):
                run.set("sz", _TITLE_SIZE)
                run.set("b", "1")
    for layout in kept:
        for level in layout._element.iter(f"{A}lvl1pPr"):  # noqa: SLF001 -- the layout's text
            if level.get("algn") == "ctr":
                level.set("algn", "l")
    return deck


def _placed(place: Any) -> None:
    """Put a placeholder where the wide slide has it."""
    kind = place.placeholder_format.type
    if kind in _PLACES:
        place.left, place.top, place.width, place.height = (Emu(part) for part in _PLACES[kind])
    if kind in {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.SUBTITLE}:
        for properties in place._element.iter(f"{A}bodyPr"):  # noqa: SLF001 -- anchors of a layout
            properties.set("anchor", "b" if kind == PP_PLACEHOLDER.CENTER_TITLE else "t")


def _themed(deck: Deck) -> None:
    """The theme's colours are those of the charts, its font one that every office has."""
    part = deck.slide_master.part.part_related_by(RT.THEME)
    theme = etree.fromstring(part.blob)
    accents = [colour.lstrip("#") for colour in KINDS["light"] if colour.lstrip("#") != _GREY]
    given = {f"accent{number}": value for number, value in enumerate(accents, start=1)}
    given |= {"dk1": INK["light"].lstrip("#"), "lt1": "FFFFFF", "dk2": "374151", "lt2": "E9ECF1"}
    for scheme in theme.iter(f"{A}clrScheme"):
        for slot in scheme:
            name = etree.QName(slot).localname
            if name in given:
                for old in list(slot):
                    slot.remove(old)
                etree.SubElement(slot, f"{A}srgbClr", val=given[name])
    for fonts in (f"{A}majorFont", f"{A}minorFont"):
        for font in theme.iter(fonts):
            font.find(f"{A}latin").set("typeface", _FONT)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001 -- a part of bytes
