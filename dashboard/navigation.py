"""Every page of the dashboard: its section, file, title, icon and who may open it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard.access import Viewer

PAGES: Final = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu; without a section it stands there by itself."""

    section: str
    file: str
    title: str
    icon: str
    shows_accounts: bool = True
    shows_talent: bool = False
    by_quarter: bool = False
    by_book: bool = True
    by_policy: bool = False
    loads_data: bool = False

    def may_open(self, viewer: Viewer | None) -> bool:
        """Whether the page exists for a viewer; the operator opens everything."""
        if viewer is None:
            return True
        if self.loads_data:
            return viewer.role == "executive"
        if self.shows_talent:
            return viewer.may_open_talent
        return viewer.may_open_accounts or not self.shows_accounts


ENTRIES: Final = (
    Entry("", "overview", "Overview", ":material/dashboard:", by_policy=True),
    Entry("Retention", "renewals", "Renewals", ":material/event_repeat:", by_quarter=True),
    Entry("Retention", "retention", "Retention", ":material/cached:", by_policy=True),
    Entry("Retention", "bridge", "ARR bridge", ":material/waterfall_chart:", by_policy=True),
    Entry("Retention", "cohorts", "Cohorts", ":material/stacked_line_chart:", by_policy=True),
    Entry("Retention", "churn", "Churn", ":material/person_off:", by_quarter=True, by_policy=True),
    Entry("Retention", "forecast", "Forecast", ":material/query_stats:"),
    Entry("Customers", "health", "Health", ":material/monitor_heart:"),
    Entry("Customers", "risks", "Risks", ":material/warning:"),
    Entry("Customers", "account", "Account", ":material/domain:", by_book=False),
    Entry("Customers", "lifecycle", "Customer lifecycle", ":material/route:"),
    Entry("Customers", "success_plans", "Success plans", ":material/flag:"),
    Entry("Customers", "nps", "Voice of the customer", ":material/forum:", by_quarter=True),
    Entry("Growth", "expansion", "Expansion", ":material/trending_up:", by_policy=True),
    Entry("Growth", "advocacy", "Advocacy", ":material/campaign:", by_quarter=True),
    Entry("Growth", "digital", "Digital programmes", ":material/send:", by_quarter=True),
    Entry("Team", "coverage", "Team capacity", ":material/groups:"),
    Entry("Team", "one_on_one", "One-on-one", ":material/handshake:"),
    Entry("Team", "talent", "Talent", ":material/grid_on:", shows_talent=True, by_book=False),
    Entry(
        "Data",
        "data",
        "Definitions and data",
        ":material/database:",
        shows_accounts=False,
        by_book=False,
    ),
    Entry("Data", "load", "Load data", ":material/upload_file:", by_book=False, loads_data=True),
)

SHOWING: Final = tuple(entry for entry in ENTRIES if not entry.loads_data)
"""Pages that show answers, which can be taken away."""

FILES: Final = frozenset(entry.file for entry in ENTRIES)
HOME: Final = "home"
_PAGES: Final = "pages of the menu"
NOT_FOR_YOU: Final = "Not for your role"


def entry_of(title: str) -> Entry | None:
    """The entry of a page by its title; ``None`` for what stands in for a page."""
    return next((entry for entry in ENTRIES if entry.title == title), None)


def entry_at(file: str) -> Entry:
    """The entry of a page by its file, which is its address."""
    return next(entry for entry in ENTRIES if entry.file == file)


def sections(viewer: Viewer | None) -> dict[str, list[st.Page]]:
    """Pages by section, only those that exist for this viewer; the first one opens at ``/``.

    A page that does not exist for the viewer is not registered. At its address a page of no
    content stands in, so that a link there is answered by us and not by Streamlit. The first page
    also answers at its own address, which others have in their links: Streamlit answers at ``/``
    alone.

    A session keeps its pages while the same ones exist for who looks: to make them asks the disk
    for each.
    """
    open_to = tuple(entry.may_open(viewer) for entry in ENTRIES)
    kept = st.session_state.get(_PAGES)
    if kept is None or kept[0] != open_to:
        kept = st.session_state[_PAGES] = (open_to, _sections(open_to))
    made: dict[str, list[st.Page]] = kept[1]
    return made


def _sections(open_to: Iterable[bool]) -> dict[str, list[st.Page]]:
    found: dict[str, list[st.Page]] = {}
    hidden: list[st.Page] = []
    for entry, may_open in zip(ENTRIES, open_to, strict=True):
        if not may_open:
            hidden.append(
                st.Page(_nothing, title=NOT_FOR_YOU, url_path=entry.file, visibility="hidden")
            )
            continue
        file, first = PAGES / f"{entry.file}.py", not found
        if first:
            hidden.append(
                st.Page(file, title=entry.title, url_path=entry.file, visibility="hidden")
            )
        found.setdefault(entry.section, []).append(
            st.Page(
                file,
                title=entry.title,
                icon=entry.icon,
                url_path=HOME if first else entry.file,
                default=first,
            )
        )
    found.setdefault("", []).extend(hidden)
    return found


def everywhere(draw: Callable[[], None]) -> st.Page:
    """One page at every address of ours, and no menu: for whoever is not let in."""
    addresses = [st.Page(draw, title="Customer success", url_path=file) for file in sorted(FILES)]
    home = st.Page(draw, title="Customer success", url_path=HOME, default=True)
    return st.navigation([home, *addresses], position="hidden")


def page_at(address: str, pages: Iterable[st.Page]) -> st.Page:
    """The page at an address of ours; the first one where there is none."""
    pages = list(pages)
    return next((page for page in pages if address and page.url_path == address), pages[0])


def _nothing() -> None:
    """What stands in for a page has no content."""
