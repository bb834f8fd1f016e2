"""From what a page shows to slides: one of its numbers, one for each exhibit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dashboard import session, visitor
from dashboard.components.annotations import pinned_to
from dashboard.components.cards import policy_sentence
from dashboard.components.staleness import stale
from dashboard.exhibit import Exhibit
from dashboard.exports.deck import Slide, TemplateError, deck
from dashboard.filters import Filters
from dashboard.formats import count_of
from dashboard.session import sentence
from dashboard.shown import Shown

TITLE: Final = "Customer success"
"""Title of a deck that was given none."""


def slides_of(shown: Shown) -> list[Slide]:
    """Slides of a page, its numbers first; call it inside the run that showed them."""
    found = [numbers(shown)] if shown.figures else []
    return found + [slide_of(shown, *each) for each in shown.exhibits]


def numbers(shown: Shown, title: str | None = None) -> Slide:
    """The cards of a page on one slide."""
    said = [each for each in shown.figures if each.value]
    defined = tuple((each.label, each.definition) for each in said)
    return Slide(
        title=title or headline(shown),
        subtitle=shown.reading,
        notes=(*defined, *beside(shown)),
        numbers=tuple(said),
        stale=shown.stale,
    )


def headline(shown: Shown) -> str:
    """A sentence of the first numbers of a page."""
    first, *more = [each for each in shown.figures if each.value][:3] or shown.figures[:1]
    return ", ".join(
        [f"{first.label} is {first.value}", *(f"{each.label} {each.value}" for each in more)]
    )


def slide_of(shown: Shown, exhibit: Exhibit, among: Filters) -> Slide:
    """An exhibit on a slide, with everything that a reader may ask about it in the notes."""
    pinned = pinned_to(exhibit, among)
    notes = [
        ("Definition", exhibit.definition),
        ("Policy", policy_sentence(exhibit)),
        ("Filters", f"{sentence(among)}."),
        ("Rows", f"{count_of(len(exhibit.frame), 'row')} of {exhibit.source.question}"),
        *(("Note", each) for each in (*exhibit.notes, *pinned.pinned)),
        *beside(shown),
    ]
    return Slide(
        title=exhibit.title,
        subtitle=shown.reading,
        notes=tuple(notes),
        exhibit=pinned,
        stale=shown.stale,
    )


def beside(shown: Shown) -> tuple[tuple[str, str], ...]:
    """What the page says beside its exhibits: of what they are, and what was left out."""
    return tuple(("On the page", each) for each in shown.remarks)


def whole(slides: Sequence[Slide], *, title: str = "", template: Path | None = None) -> bytes:
    """Slides as a deck in the company's template, stamped where the data are old.

    Parameters
    ----------
    slides
        What is shown, in order.
    title
        Words of the first slide.
    template
        Wins over the template of the settings.

    Raises
    ------
    TemplateError
        The template cannot be used, or is not there; the message says why.
    """
    return deck(
        slides,
        title=title or TITLE,
        subtitle=next((each.subtitle for each in slides if each.subtitle), ""),
        template=_template(template or visitor.settings().exports.template),
        currency=session.policy().reporting_currency,
        stale=next((each.stale for each in slides if each.stale), None) or stale(),
    )


def _template(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        return file.read_bytes()
    except OSError as error:
        raise TemplateError(f"The template {file.name} cannot be read.") from error
