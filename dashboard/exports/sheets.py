"""One slide being written: where its title, its exhibit and the lines around it stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pptx.slide import Slide as Page
from pptx.util import Inches

from dashboard.exhibit import Exhibit, Figure
from dashboard.exports import shapes
from dashboard.exports.fitting import height
from dashboard.exports.forms import Grid, Native, Plot
from dashboard.exports.layers import NoNativeFormError
from dashboard.exports.native import native
from dashboard.exports.slide_grids import gridded
from dashboard.exports.slide_tables import listed
from dashboard.exports.slides import Slide
from dashboard.exports.template import GAP, Box, Room
from dashboard.exports.words import name
from dashboard.formats import count_of

NOTHING: Final = "There is nothing to show: the answer has no rows."


@dataclass(frozen=True, slots=True)
class Sheet:
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
        line = height(1, 12) + shapes.INSET
        sub = Box(body.left, body.top, body.width, line)
        shapes.said(self.page, slide.subtitle, sub, name="Subtitle")
        if self.stale:
            place = sub = Box(body.left, sub.bottom, body.width, line)
            shapes.said(self.page, self.stale, place, name="Stale", colour=shapes.TONES["bad"])
        foot = height(1, 9) + shapes.INSET
        if slide.exhibit is not None:
            exhibit = slide.exhibit
            rows = count_of(len(exhibit.frame), "row")
            words = f"Source: {exhibit.source.question}, {rows}. Definition in the notes."
            shapes.said(
                self.page,
                words,
                Box(body.left, body.bottom - foot, body.width, foot),
                sizes=(9, 8),
                name="Source",
            )
        top = sub.bottom + GAP
        return Box(body.left, top, body.width, body.bottom - foot - GAP - top)

    def _exhibit(self, exhibit: Exhibit, body: Box) -> list[str]:
        alt = f"{exhibit.title}. {exhibit.definition}"
        form, remarks = form_of(exhibit)
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


def form_of(exhibit: Exhibit) -> tuple[Native | None, list[str]]:
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
