"""What stands on a slide: text, a chart, a number on a card; with words for who cannot see it."""

from collections.abc import Sequence
from typing import Any, Final

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Emu, Pt

from dashboard.charts.palette import FAINT, HEALTH, INK
from dashboard.exports.chart_book import chart_book
from dashboard.exports.chart_xml import chart_xml
from dashboard.exports.fitting import fitted
from dashboard.exports.forms import Plot
from dashboard.exports.template import A, Box, P
from dashboard.exports.words import written

INSET: Final = 45_720
ALT_LIMIT: Final = 600
_FIELD: Final = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
TONES: Final = {
    "good": "1F7A6F",
    "bad": HEALTH["light"]["red"].lstrip("#"),
    "neutral": FAINT["light"].lstrip("#"),
}
"""Colours of a change; dark enough to be read, and never without its sign."""


def described(shape: Any, words: str) -> None:
    """Give a shape its alternative text."""
    properties = next(shape._element.iter(f"{P}cNvPr"))  # noqa: SLF001 -- python-pptx has no alt text
    properties.set("descr", written(words, ALT_LIMIT))


def put(place: Any, box: Box) -> None:
    """Move a placeholder to a box."""
    place.left, place.top = Emu(box.left), Emu(box.top)
    place.width, place.height = Emu(box.width), Emu(box.height)


def filled(place: Any, words: str, sizes: Sequence[float], *, bold: bool = False) -> None:
    """Write text into a placeholder in its own font, as large as it fits."""
    room, tall = int(place.width) - 4 * INSET, int(place.height) - 2 * INSET
    text, size = fitted(words, sizes, room, tall, bold=bold)
    frame = place.text_frame
    frame.auto_size, frame.word_wrap = MSO_AUTO_SIZE.NONE, True
    frame.margin_left = frame.margin_right = Emu(2 * INSET)
    frame.margin_top = frame.margin_bottom = Emu(INSET)
    frame.text = text
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(size)


def titled(slide: Slide, words: str, box: Box) -> None:
    """The title in the layout's own font, as large as it fits."""
    place: Any = slide.shapes.title
    put(place, box)
    filled(place, written(words, 400), (24, 22, 20, 18, 16, 14, 12), bold=True)


def said(
    slide: Slide,
    words: str,
    box: Box,
    *,
    sizes: Sequence[float] = (12, 11, 10, 9, 8),
    name: str = "Text",
    colour: str | None = None,
) -> None:
    """Plain text in a box of its own, in the theme's font."""
    text, size = fitted(written(words), sizes, box.width - 4 * INSET, box.height)
    shape = slide.shapes.add_textbox(Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height))
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = (
        True,
        MSO_AUTO_SIZE.NONE,
        MSO_ANCHOR.TOP,
    )
    frame.margin_left = frame.margin_right = Emu(2 * INSET)
    frame.margin_top = frame.margin_bottom = Emu(0)
    frame.text = text
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        inked(paragraph.font, size, colour)
        for run in paragraph.runs:
            inked(run.font, size, colour)


def inked(font: Any, size: float, colour: str | None, *, bold: bool = False) -> None:
    """Size and colour of text: the theme's colour of text where none is given."""
    font.size, font.bold = Pt(size), bold
    if colour is None:
        font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    else:
        font.color.rgb = RGBColor.from_string(colour)


class _Data:
    """A plot in the form that python-pptx takes a chart's data in."""

    def __init__(self, plot: Plot) -> None:
        self.xlsx_blob, sheet = chart_book(plot)
        self._xml = chart_xml(plot, sheet)

    def xml_bytes(self, chart_type: object) -> bytes:
        """The chart part; its type is the plot's own."""
        del chart_type
        return self._xml


def charted(slide: Slide, plot: Plot, box: Box, *, name: str, alt: str) -> None:
    """A native chart with its workbook."""
    shapes: Any = slide.shapes
    frame = shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED,
        Emu(box.left),
        Emu(box.top),
        Emu(box.width),
        Emu(box.height),
        _Data(plot),
    )
    frame.name = name
    described(frame, alt)


def card(
    slide: Slide, box: Box, lines: Sequence[tuple[str, float, str, bool]], *, name: str, alt: str
) -> None:
    """A number on a card: lines of text with size, colour and weight, each fitted to it."""
    shape = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height)
    )
    shape.name = name
    described(shape, alt)
    shape.shadow.inherit = False
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor(255, 255, 255)
    shape.line.color.rgb = RGBColor.from_string("C3C8CF")
    shape.line.width = Pt(0.75)
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = (
        True,
        MSO_AUTO_SIZE.NONE,
        MSO_ANCHOR.MIDDLE,
    )
    frame.margin_left = frame.margin_right = Emu(2 * INSET)
    frame.margin_top = frame.margin_bottom = Emu(INSET)
    # The last line says most: it may take two.
    share = [
        1.35 * size * (2.2 if n == len(lines) - 1 and n > 1 else 1)
        for n, (_, size, *_) in enumerate(lines)
    ]
    for number, (words, size, colour, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        tall = round((box.height - 2 * INSET) * share[number] / sum(share))
        sizes = [s for s in (32, 28, 24, 20, 18, 16, 14, 12, 11, 10, 9, 8) if s <= size] or [8]
        text, fits = fitted(written(words, 300), sizes, box.width - 4 * INSET, tall, bold=bold)
        run = paragraph.add_run()
        run.text = text
        inked(run.font, fits, colour, bold=bold)


def numbered(slide: Slide, box: Box, number: int) -> None:
    """The number of the page, where the layout has a place for it."""
    shape = slide.shapes.add_textbox(Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height))
    shape.name = "Page number"
    frame = shape.text_frame
    frame.auto_size, frame.word_wrap = MSO_AUTO_SIZE.NONE, True
    frame.margin_top = frame.margin_bottom = Emu(0)
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    line = paragraph._p  # noqa: SLF001 -- python-pptx has no fields
    found = etree.SubElement(line, f"{A}fld", id=_FIELD, type="slidenum")
    look = etree.SubElement(found, f"{A}rPr", lang="en-US", sz="900")
    etree.SubElement(etree.SubElement(look, f"{A}solidFill"), f"{A}schemeClr", val="tx1")
    etree.SubElement(found, f"{A}t").text = str(number)


DARK: Final = INK["light"].lstrip("#")
