"""What a slide shows: a sentence, and an exhibit or numbers below it."""

from dataclasses import dataclass

from dashboard.exhibit import Exhibit, Figure


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
    stale: str = ""
    """A stamp where what is shown is older than it should be."""
