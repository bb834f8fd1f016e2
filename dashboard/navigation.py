"""Every page of the dashboard: its section, file, title, icon and who may open it."""

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

    def may_open(self, viewer: Viewer | None) -> bool:
        """Whether the page exists for a viewer; the operator opens everything."""
        if viewer is None:
            return True
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
)


def entry_of(title: str) -> Entry:
    """The entry of a page by its title."""
    return next(entry for entry in ENTRIES if entry.title == title)


def entry_at(file: str) -> Entry:
    """The entry of a page by its file, which is its address."""
    return next(entry for entry in ENTRIES if entry.file == file)


def sections(viewer: Viewer | None) -> dict[str, list[st.Page]]:
    """Pages by section, only those that exist for this viewer; the first one opens at ``/``."""
    found: dict[str, list[st.Page]] = {}
    for entry in ENTRIES:
        if entry.may_open(viewer):
            found.setdefault(entry.section, []).append(
                st.Page(
                    PAGES / f"{entry.file}.py",
                    title=entry.title,
                    icon=entry.icon,
                    url_path=entry.file,
                    default=not found,
                )
            )
    return found
