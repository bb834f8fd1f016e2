"""A deck for a board: exhibits and numbers as a PowerPoint file in which everything can be edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Final, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import PP_ALIGN
from pptx.presentation import Presentation
from pptx.slide import Slide as Page
from pptx.util import Inches

from dashboard.exhibit import Exhibit
from dashboard.exports import shapes
from dashboard.exports.fitting import fitted, height
from dashboard.exports.forms import Grid, Native, Plot
from dashboard.exports.layers import NoNativeFormError
from dashboard.exports.native import native
from dashboard.exports.slide_tables import gridded, listed
from dashboard.exports.template import GAP, Box, Room, cover, opened, room_of, title_only
from dashboard.exports.words import NOTE_LIMIT, name, written

Tone = Literal["good", "bad", "neutral"]
CARDS: Final = 12
"""Numbers that one slide holds; more go on another."""
_MOMENT: Final = datetime(2000, 1, 1)  # noqa: DTZ001 -- as the file stores it
NOTHING: Final = "There is nothing to show: the answer has no rows."


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a card shows it, with the words of the page.

    ``said`` is what stands beside the change: the comparison and the target. ``tone`` says whether
    the change is for the better.
    """

    label: str
    value: str
    change: str | None
    said: str
    definition: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: a sentence with a number, what it is of, and an exhibit or numbers below.

    ``notes`` are names and texts for whoever presents: definition, policy, filters, as-of date.
    """

    title: str
    subtitle: str
    notes: tuple[tuple[str, str], ...]
    exhibit: Exhibit | None = None
    numbers: tuple[Figure, ...] = ()


def deck(
    slides: Sequence[Slide],
    *,
    title: str,
    subtitle: str,
    template: bytes | None = None,
    currency: str = "USD",
    stale: str | None = None,
) -> bytes:
    """A PowerPoint file with a first slide and one for each of ``slides``.

    The same slides give the same bytes.

    Parameters
    ----------
    slides
        What is shown, in order; numbers that one slide cannot hold go on the next.
    title, subtitle
        Words of the first slide.
    template
        A company's own ``.pptx`` or ``.potx``: its masters, layouts, fonts and colours; its slides
        are left out. Without one, a plain white template.
    currency
        What amounts are in, for the lines under tables.
    stale
        A stamp for every slide where the data are older than they should be.

    Raises
    ------
    TemplateError
        The template cannot be used; the message says why.
    """
    made = opened(template)
    _cover(made, title, subtitle, stale)
    layout = title_only(made)
    room = room_of(made, layout)
    for number, slide in enumerate(_split(slides), start=2):
        page = made.slides.add_slide(layout)
        for place in list(page.placeholders):
            if place.placeholder_format.type not in {
                PP_PLACEHOLDER.TITLE,
                PP_PLACEHOLDER.CENTER_TITLE,
            }:
                place._element.getparent().remove(place._element)  # noqa: SLF001 -- an empty place
        remarks = _Sheet(page, room, currency, stale).draw(slide)
        if room.page_number is not None:
            shapes.numbered(page, room.page_number, number)
        page.notes_slide.notes_text_frame.text = _notes(slide, remarks)  # type: ignore[union-attr]
    _dated(made, title)
    buffer = BytesIO()
    made.save(buffer)
    return _repeatable(buffer.getvalue())


def _split(slides: Sequence[Slide]) -> list[Slide]:
    """Slides, those with more numbers than fit as several."""
    found = []
    for slide in slides:
        most = CARDS if slide.exhibit is None else 4
        parts = [
            slide.numbers[start : start + most] for start in range(0, len(slide.numbers), most)
        ]
        if len(parts) <= 1:
            found.append(slide)
            continue
        for place, part in enumerate(parts, start=1):
            is_last = place == len(parts)
            said = f"{slide.title} ({place} of {len(parts)})"
            found.append(
                replace(slide, title=said, numbers=part, exhibit=slide.exhibit if is_last else None)
            )
    return found


def _cover(made: Presentation, title: str, subtitle: str, stale: str | None) -> None:
    layout = cover(made)
    page = made.slides.add_slide(layout)
    room = room_of(made, layout)
    boxes = {}
    for place in list(page.placeholders):
        kind = place.placeholder_format.type
        if kind in {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}:
            boxes["title"] = Box(
                int(place.left), int(place.top), int(place.width), int(place.height)
            )
        elif kind == PP_PLACEHOLDER.SUBTITLE:
            boxes["subtitle"] = Box(
                int(place.left), int(place.top), int(place.width), int(place.height)
            )
            text, size = fitted(
                written(subtitle, 400),
                (18, 16, 14, 12, 10),
                int(place.width) - 4 * shapes.INSET,
                int(place.height),
            )
            place.text_frame.text = text
            for paragraph in place.text_frame.paragraphs:
                for run in paragraph.runs:
                    shapes.inked(run.font, size, None)
        else:
            place._element.getparent().remove(place._element)  # noqa: SLF001 -- an empty place
    shapes.titled(page, title, boxes.get("title", room.title))
    if "subtitle" not in boxes:
        below = Box(room.body.left, room.body.top, room.body.width, Inches(1.2))
        shapes.said(page, subtitle, below, sizes=(18, 16, 14, 12), name="Subtitle")
    if stale:
        foot = Box(room.body.left, room.body.bottom - Inches(0.4), room.body.width, Inches(0.3))
        shapes.said(page, stale, foot, name="Stale", colour=shapes.TONES["bad"])


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One slide being written: where things go, and what has to be said of them."""

    page: Page
    room: Room
    currency: str
    stale: str | None

    def draw(self, slide: Slide) -> list[str]:
        """Write everything; what was left out or needs a word, for the notes."""
        shapes.titled(self.page, slide.title, self.room.title)
        body = self._lines(slide)
        remarks: list[str] = []
        if slide.numbers:
            tall = body.height if slide.exhibit is None else body.height // 4
            self._cards(slide.numbers, Box(body.left, body.top, body.width, tall))
            body = Box(body.left, body.top + tall + GAP, body.width, body.height - tall - GAP)
        if slide.exhibit is not None:
            remarks += self._exhibit(slide.exhibit, body)
        return remarks

    def _lines(self, slide: Slide) -> Box:
        """The subtitle, the stamp and the source; what is left for the exhibit."""
        body = self.room.body
        stamp = body.width * 2 // 5 if self.stale else 0
        line = height(1, 12) + shapes.INSET
        sub = Box(body.left, body.top, body.width - stamp, line)
        shapes.said(self.page, slide.subtitle, sub, name="Subtitle")
        if self.stale:
            place = Box(sub.right, body.top, stamp, line)
            shapes.said(
                self.page,
                self.stale,
                place,
                name="Stale",
                colour=shapes.TONES["bad"],
                align=PP_ALIGN.RIGHT,
            )
        foot = height(1, 9) + shapes.INSET
        if slide.exhibit is not None:
            exhibit = slide.exhibit
            words = f"Source: {exhibit.source.question}, {len(exhibit.frame):,} rows. Definition in the notes."
            shapes.said(
                self.page,
                words,
                Box(body.left, body.bottom - foot, body.width, foot),
                sizes=(9, 8),
                name="Source",
            )
        top = body.top + line + GAP
        return Box(body.left, top, body.width, body.bottom - foot - GAP - top)

    def _exhibit(self, exhibit: Exhibit, body: Box) -> list[str]:
        alt = f"{exhibit.title}. {exhibit.definition}"
        form, remarks = _form(exhibit)
        if form is None and exhibit.frame.is_empty():
            shapes.said(
                self.page,
                NOTHING,
                Box(body.left, body.top, body.width, Inches(0.4)),
                name="Nothing",
            )
            return [*remarks, NOTHING]
        if form is None:
            money = any(dtype.is_decimal() for dtype in exhibit.frame.dtypes)
            table = self._remarked(body, [f"Amounts in {self.currency}."] if money else [])
            return [*remarks, *listed(self.page, exhibit.frame, table, title=exhibit.key, alt=alt)]
        if isinstance(form, Grid):
            return [*form.remarks, *gridded(self.page, form, body, title=exhibit.key, alt=alt)]
        spans = [remark for remark in form.remarks if remark.startswith(("Spans", "Points"))]
        shapes.charted(
            self.page, form, self._remarked(body, spans), name=name(exhibit.key), alt=alt
        )
        return [*remarks, *form.remarks]

    def _remarked(self, body: Box, remarks: Sequence[str]) -> Box:
        """A line under the exhibit that says how it is read; what is left above it."""
        if not remarks:
            return body
        line = height(1, 10) + shapes.INSET
        place = Box(body.left, body.bottom - line, body.width, line)
        shapes.said(self.page, " ".join(remarks), place, sizes=(10, 9, 8, 7), name="How to read it")
        return Box(body.left, body.top, body.width, body.height - line - GAP)

    def _cards(self, numbers: Sequence[Figure], box: Box) -> None:
        across = min(4, len(numbers)) if len(numbers) != 5 else 3  # noqa: PLR2004 -- three and two
        down = -(-len(numbers) // across)
        gap = 2 * GAP
        wide = (box.width - gap * (across - 1)) // across
        tall = min((box.height - gap * (down - 1)) // down, Inches(2.2))
        for place, figure in enumerate(numbers):
            row, column = divmod(place, across)
            at = Box(box.left + column * (wide + gap), box.top + row * (tall + gap), wide, tall)
            lines = [
                (name(figure.label), 13.0, shapes.DARK, False),
                (figure.value, 30.0, shapes.DARK, True),
            ]
            if figure.change:
                sign = {"good": " (better)", "bad": " (worse)", "neutral": ""}[figure.tone]
                lines.append((f"{figure.change}{sign}", 13.0, shapes.TONES[figure.tone], True))
            if figure.said:
                lines.append((figure.said, 11.0, shapes.DARK, False))
            alt = f"{figure.label}: {figure.value}. {figure.definition}"
            shapes.card(self.page, at, lines, name=name(figure.label), alt=alt)


def _form(exhibit: Exhibit) -> tuple[Native | None, list[str]]:
    """The native form of an exhibit's chart; ``None`` where its table is shown, and why."""
    if exhibit.chart is None or exhibit.drawn is None or exhibit.drawn.is_empty():
        return None, []
    try:
        form = native(exhibit.chart, exhibit.drawn)
    except NoNativeFormError as without:
        return None, [f"The chart is on the page; here are its rows. It has {without}."]
    if isinstance(form, Plot) and all(
        value is None for each in form.series for value in each.values
    ):
        return None, ["No value of the chart is known; here are its rows."]
    return form, []


def _notes(slide: Slide, remarks: Sequence[str]) -> str:
    """What the presenter reads: what was given, and what only the slide knows."""
    lines = list(slide.notes)
    given = {label for label, _ in lines}
    lines += [(figure.label, figure.definition) for figure in slide.numbers]
    if slide.exhibit is not None:
        exhibit = slide.exhibit
        own = [
            ("Finding", exhibit.title),
            ("Definition", exhibit.definition),
            ("Question", exhibit.source.question),
            ("Rows", f"{len(exhibit.frame):,}"),
            *(("Remark", note) for note in exhibit.notes),
            *((f"Note {number}", note) for number, note in enumerate(exhibit.pinned, start=1)),
        ]
        lines += [(label, text) for label, text in own if label not in given]
    lines += [("On this slide", remark) for remark in dict.fromkeys(remarks)]
    return "\n".join(f"{name(label)}: {written(text, NOTE_LIMIT)}" for label, text in lines)


def _dated(made: Presentation, title: str) -> None:
    properties = made.core_properties
    properties.title = written(title, 200)
    properties.author = properties.last_modified_by = "Customer-success dashboard"
    properties.created = properties.modified = properties.last_printed = _MOMENT
    properties.revision = 1


def _repeatable(package: bytes) -> bytes:
    """The same package with one moment on every file, and its files in one order."""
    buffer = BytesIO()
    with ZipFile(BytesIO(package)) as found, ZipFile(buffer, "w", ZIP_DEFLATED) as made:
        names = sorted(found.namelist(), key=lambda each: (each != "[Content_Types].xml", each))
        for each in names:
            made.writestr(ZipInfo(each), found.read(each), ZIP_DEFLATED)
    return buffer.getvalue()
