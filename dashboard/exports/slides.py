"""What a slide shows: a sentence, and an exhibit or numbers below it."""

from dataclasses import dataclass
from typing import Literal

from dashboard.exhibit import Exhibit

Tone = Literal["good", "bad", "neutral"]


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
