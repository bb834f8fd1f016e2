"""From what a page shows to slides: one of its numbers, one for each exhibit."""

from dashboard.components.annotations import pinned_to
from dashboard.components.cards import policy_sentence
from dashboard.exhibit import Exhibit
from dashboard.exports.deck import Slide
from dashboard.filters import Filters
from dashboard.formats import count_of
from dashboard.session import sentence
from dashboard.shown import Shown


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
    )


def headline(shown: Shown) -> str:
    """A sentence of the first numbers of a page."""
    first = [f"{each.label} {each.value}" for each in shown.figures[:3]]
    return f"{shown.title}: {', '.join(first)}"


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
    return Slide(title=exhibit.title, subtitle=shown.reading, notes=tuple(notes), exhibit=pinned)


def beside(shown: Shown) -> tuple[tuple[str, str], ...]:
    """What the page says beside its exhibits: of what they are, and what was left out."""
    return tuple(("On the page", each) for each in shown.remarks)
