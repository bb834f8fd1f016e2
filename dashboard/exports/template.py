"""The presentation a deck is written into: a company's own template, or a plain one made here."""

from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout
from pptx.util import Inches

from dashboard.exports.plain_template import plain

_TITLES: Final = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE})
_FOOT: Final = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER})
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_OF_OLD_SLIDES: Final = frozenset({RT.THUMBNAIL, RT.EXTENDED_PROPERTIES})
"""A picture of the old first slide, and the titles of all of them."""
GAP: Final = Inches(0.08)


class TemplateError(ValueError):
    """A template that cannot be used; the message says why, in words for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """Where it ends below."""
        return self.top + self.height

    @property
    def right(self) -> int:
        """Where it ends on the right."""
        return self.left + self.width


@dataclass(frozen=True, slots=True)
class Room:
    """The parts of a slide: its title, what is below it, and the number of the page."""

    title: Box
    body: Box
    page_number: Box | None


@dataclass(frozen=True, slots=True)
class Cover:
    """The parts of the first slide."""

    title: Box
    subtitle: Box
    stamp: Box


def opened(template: bytes | None) -> Deck:
    """A presentation without slides, with the masters, layouts, fonts and colours of a template."""
    if template is None:
        made = plain()
        _forgotten(made.part.package, _OF_OLD_SLIDES)
        return made
    try:
        deck = Presentation(BytesIO(_as_presentation(template)))
    except (BadZipFile, KeyError, ValueError, PythonPptxError, etree.XMLSyntaxError) as broken:
        if isinstance(broken, TemplateError):
            raise
        raise TemplateError("The template is no PowerPoint file (.pptx or .potx).") from broken
    if not deck.slide_width or not deck.slide_height:
        raise TemplateError("The template does not say how large its slides are.")
    _emptied(deck)
    if not any(_title_of(layout) for layout in deck.slide_layouts):
        raise TemplateError("No layout of the template has a place for a title.")
    return deck


def _as_presentation(template: bytes) -> bytes:
    """A ``.potx`` read as the ``.pptx`` that it becomes; one with macros is refused."""
    with ZipFile(BytesIO(template)) as package:
        types = package.read("[Content_Types].xml")
        if b"macroEnabled" in types:
            raise TemplateError(
                "The template holds macros: save it without them, as .pptx or .potx."
            )
        if b"presentationml.template.main+xml" not in types:
            return template
        buffer = BytesIO()
        with ZipFile(buffer, "w", ZIP_DEFLATED) as made:
            for each in package.infolist():
                content = package.read(each)
                if each.filename == "[Content_Types].xml":
                    content = content.replace(b"template.main+xml", b"presentation.main+xml")
                made.writestr(each.filename, content)
        return buffer.getvalue()


def _emptied(deck: Deck) -> None:
    """Take out the slides, and what lists them by number."""
    root = deck.part._element  # noqa: SLF001 -- python-pptx has no way to remove a slide
    for listed in list(deck.slides._sldIdLst):  # noqa: SLF001 -- as above
        deck.part.drop_rel(listed.rId)
        listed.getparent().remove(listed)
    for found in root.findall(f"{P}custShowLst"):
        root.remove(found)
    for found in root.findall(f"{P}extLst/{P}ext"):
        if any(etree.QName(each).localname == "sectionLst" for each in found):
            found.getparent().remove(found)
    _forgotten(deck.part, {RT.SLIDE, RT.COMMENT_AUTHORS})
    _forgotten(deck.part.package, _OF_OLD_SLIDES)
    properties = deck.core_properties
    properties.subject = properties.comments = properties.keywords = ""


def _forgotten(holder: Any, kinds: Collection[str]) -> None:
    """Let go of parts of a kind: what nothing refers to is not written."""
    for number, relation in list(holder._rels.items()):  # noqa: SLF001 -- a package has no door to it
        if relation.reltype in kinds:
            holder._rels.pop(number)  # noqa: SLF001 -- as above


def places(layout: Any) -> list[Any]:
    """The placeholders of a layout."""
    return list(layout.placeholders)


def _title_of(layout: SlideLayout) -> Any:
    return next((p for p in places(layout) if p.placeholder_format.type in _TITLES), None)


def title_only(deck: Deck) -> SlideLayout:
    """The layout with a title and the least beside it, found by what it holds, not by its name."""

    def beside(layout: SlideLayout) -> tuple[bool, int]:
        kinds = [p.placeholder_format.type for p in places(layout)]
        return PP_PLACEHOLDER.CENTER_TITLE in kinds, sum(k not in _TITLES | _FOOT for k in kinds)

    return min((each for each in deck.slide_layouts if _title_of(each)), key=beside)


def cover(deck: Deck) -> SlideLayout:
    """The layout of a first slide: with a title and a subtitle, else the one of the others."""
    for layout in deck.slide_layouts:
        kinds = {p.placeholder_format.type for p in places(layout)}
        if PP_PLACEHOLDER.SUBTITLE in kinds and kinds & _TITLES:
            return layout
    return title_only(deck)


def room_of(deck: Deck, layout: SlideLayout) -> Room:
    """Where things stand on a slide of a layout."""
    wide, tall = int(deck.slide_width or 0), int(deck.slide_height or 0)
    margin = wide // 24
    title = _box(_title_of(layout), wide, tall)
    if (
        title is None
        or title.width < wide // 2
        or title.bottom > 0.4 * tall
        or title.height < tall // 25
    ):
        title = Box(margin, tall // 20, wide - 2 * margin, tall // 7)
    feet = [
        box
        for place in places(layout)
        if place.placeholder_format.type in _FOOT
        and (box := _box(place, wide, tall))
        and box.top > 0.8 * tall
    ]
    bottom = min([box.top for box in feet], default=tall - tall // 30) - GAP
    number = next(
        (
            _box(place, wide, tall)
            for place in places(layout)
            if place.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER
        ),
        None,
    )
    if number is not None and (number.top < bottom or number.height < tall // 50):
        number = None
    top = title.bottom + GAP
    return Room(title, Box(title.left, top, title.width, bottom - top), number)


def cover_of(deck: Deck, layout: SlideLayout) -> Cover:
    """Where things stand on the first slide: as the layout has them, where they fit the slide."""
    wide, tall = int(deck.slide_width or 0), int(deck.slide_height or 0)
    margin = wide // 24
    found = {
        place.placeholder_format.type: box
        for place in places(layout)
        if (box := _box(place, wide, tall)) is not None
    }
    title = next((found[kind] for kind in _TITLES if kind in found), None)
    subtitle = found.get(PP_PLACEHOLDER.SUBTITLE)
    stamp = Box(margin, tall * 86 // 100, wide - 2 * margin, tall // 20)
    if (
        title is None
        or subtitle is None
        or min(title.height, subtitle.height) < tall // 20
        or title.bottom > subtitle.top
        or subtitle.bottom > stamp.top
    ):
        title = Box(margin, tall * 3 // 10, wide - 2 * margin, tall // 5)
        subtitle = Box(margin, title.bottom + GAP, wide - 2 * margin, tall // 4)
    return Cover(title, subtitle, stamp)


def _box(place: Any, wide: int, tall: int) -> Box | None:
    """Where a placeholder stands, kept inside of the slide."""
    if place is None or None in (place.left, place.top, place.width, place.height):
        return None
    left, top, width, height = (
        int(part) for part in (place.left, place.top, place.width, place.height)
    )
    left, top = min(max(left, 0), wide), min(max(top, 0), tall)
    return Box(left, top, min(width, wide - left), min(height, tall - top))
