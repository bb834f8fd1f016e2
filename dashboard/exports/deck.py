"""A deck for a board: exhibits and numbers in a PowerPoint file that can be edited."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.presentation import Presentation

from dashboard.exports import shapes
from dashboard.exports.sheets import Sheet
from dashboard.exports.slides import Slide
from dashboard.exports.template import TemplateError, cover, cover_of, opened, room_of, title_only
from dashboard.exports.words import NOTE_LIMIT, name, written

__all__ = ["Slide", "TemplateError", "deck"]
CARDS: Final = 12
"""Numbers that one slide holds; more go on another."""
_MOMENT: Final = datetime(2000, 1, 1)  # noqa: DTZ001 -- as the file stores it


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
        A stamp for every slide where the data are older than they should be; that of a slide wins.

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
        remarks = Sheet(page, room, currency, slide.stale or stale).draw(slide)
        if room.page_number is not None:
            shapes.numbered(page, room.page_number, number)
        page.notes_slide.notes_text_frame.text = _notes(slide, remarks)
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
    page: Any = made.slides.add_slide(layout)
    first = cover_of(made, layout)
    shapes.titled(page, title, first.title)
    is_written = False
    for place in list(page.placeholders):
        kind = place.placeholder_format.type
        if kind == PP_PLACEHOLDER.SUBTITLE and not is_written:
            shapes.put(place, first.subtitle)
            shapes.filled(place, written(subtitle, 400), (18, 16, 14, 12, 10, 8))
            is_written = True
        elif kind not in {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}:
            place._element.getparent().remove(place._element)  # noqa: SLF001 -- an empty place
    if not is_written:
        shapes.said(page, subtitle, first.subtitle, sizes=(18, 16, 14, 12, 10), name="Subtitle")
    if stale:
        shapes.said(page, stale, first.stamp, name="Stale", colour=shapes.TONES["bad"])


def _notes(slide: Slide, remarks: Sequence[str]) -> str:
    """What the presenter reads: what was given, and what only the slide knows."""
    lines = list(slide.notes)
    given = {label for label, _ in lines}
    lines += [(each.label, each.definition) for each in slide.numbers if each.label not in given]
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
