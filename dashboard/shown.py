"""What a page shows in one run, kept for whoever takes it away: cards, exhibits, what was left out.

A card draws itself and is added here; a file is made of what was added. So a page that exists can
be exported, and a file never holds what the page did not show.
"""

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from dashboard.exhibit import Exhibit, Figure
from dashboard.exports.agenda import Paper
from dashboard.filters import Filters

_KEY: Final = "shown"


@dataclass(slots=True)
class Shown:
    """What was shown, in its order; nothing is drawn where it is not ``on_screen``."""

    title: str = ""
    reading: str = ""
    """Filters, as-of date and policy, as under the title of the page."""
    stale: str = ""
    """That what was shown is older than it should be, as a file says it."""
    views: tuple[str, ...] = ()
    """Names of the page's views, of which one was shown; none where it has one view only."""
    view: str = ""
    """The one that was shown."""
    figures: list[Figure] = field(default_factory=list)
    exhibits: list[tuple[Exhibit, Filters]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What the page says beside its cards: what they are of, what was left out and why."""
    paper: Paper | None = None
    """The view's own sheet of paper, where it has one."""
    on_screen: bool = True

    @property
    def of_what(self) -> str:
        """The reading, behind the stamp of what is stale."""
        return f"{self.stale} {self.reading}".strip()


def begin(shown: Shown) -> Shown:
    """Keep what this run shows from here on, and forget what the one before it did."""
    st.session_state[_KEY] = shown
    return shown


def shown() -> Shown:
    """What this run has shown so far."""
    kept = st.session_state.get(_KEY)
    return kept if isinstance(kept, Shown) else begin(Shown())


def on_screen() -> bool:
    """Whether somebody looks; else exhibits are kept and not drawn."""
    return shown().on_screen
