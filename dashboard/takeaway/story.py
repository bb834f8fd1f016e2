"""The board's quarterly story: which exhibits, in which order, from which pages."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from dashboard.access import Viewer
from dashboard.exports.deck import Slide
from dashboard.navigation import entry_at
from dashboard.session import UnreachableError
from dashboard.shown import Shown
from dashboard.takeaway.offscreen import Chosen, NotOnOfferError, Opened, shown_on
from dashboard.takeaway.slides import numbers, slide_of


@dataclass(frozen=True, slots=True)
class Chapter:
    """One slide: an exhibit of a page and view by its key; without a key the page's numbers."""

    about: str
    file: str
    key: str | None = None
    view: str | None = None


STORY: Final = (
    Chapter("The numbers of the quarter", "overview"),
    Chapter("Retention over time", "retention", "over_time"),
    Chapter("Why customers stay", "health", "outcome_check", "Outcome check"),
    Chapter("Full and partial churn, controllable or not", "churn", "churn_by_quarter"),
    Chapter("Renewals due", "renewals", "due_by_quarter", "Due"),
    Chapter("Renewals at risk", "renewals", "stakes", "This quarter"),
    Chapter("Health", "health", "bands_by_week", "Movement"),
    Chapter("NPS", "nps", "nps_by_month"),
    Chapter("Expansion", "expansion", "pipeline_by_month"),
    Chapter("The forecast with its range", "forecast", "outlook", "Outlook"),
    Chapter("The team", "coverage", "load_index", "Load index"),
)
"""With the cover twelve slides: what a board reads in its half hour."""


def story(chosen: Chosen, *, viewer: Viewer | None) -> list[Slide]:
    """The slides of the story, for a viewer and filters.

    A chapter that this viewer may not open, or whose tables were not loaded, or that has nothing
    to show has no slide; the notes of the first slide say which and why.

    Raises
    ------
    NotOnOfferError
        No chapter is left; the message says why.
    """
    if viewer is not None and not viewer.may_open_accounts:
        raise NotOnOfferError("The story is about accounts, and this viewer may open none.")
    slides: list[Slide] = []
    missing: list[tuple[str, str]] = []
    for chapter in STORY:
        link = {"view": chapter.view} if chapter.view else {}
        opened = Opened(entry_at(chapter.file), chosen, link)
        try:
            made = shown_on(opened, partial(_slide, chapter), viewer=viewer)
        except (NotOnOfferError, UnreachableError) as error:
            made = str(error)
        if isinstance(made, Slide):
            slides.append(made)
        else:
            missing.append(("Not in this deck", f"{chapter.about}: {made}"))
    if not slides:
        why = " ".join(dict.fromkeys(reason.partition(": ")[2] for _, reason in missing))
        raise NotOnOfferError(f"Nothing of the story can be shown. {why}")
    if missing:
        slides[0] = replace(slides[0], notes=(*slides[0].notes, *missing))
    return slides


def _slide(chapter: Chapter, shown: Shown) -> Slide | str:
    """The slide of a chapter, or why there is none."""
    if chapter.key is None and shown.figures:
        return numbers(shown)
    for exhibit, among in shown.exhibits:
        if exhibit.key == chapter.key:
            return slide_of(shown, exhibit, among)
    return " ".join(shown.remarks) or "there is nothing to show."
