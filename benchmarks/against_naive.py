"""A filter change of nine charts: three pages of the dashboard, and the naive app.

The dashboard's time is the sum of Overview, Renewals and Retention, each a run of its own; the
naive app draws the same content on one page. Both must say the same ARR before a time is believed.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Error as BrowserError

from benchmarks.asked import answer
from benchmarks.companies import say
from benchmarks.reader import Reader, chromium, reader
from benchmarks.serving import NAIVE, dashboard, serving
from benchmarks.turns import Spread
from dashboard.policy import Policy
from dashboard.questions import questions
from dashboard.warehouse.embedded import EmbeddedWarehouse

BAR: Final = 6.0
PAGES: Final = ("", "renewals", "retention")
PATIENCE: Final = 120
DOLLAR: Final = 1
"""The naive app adds up floats, rounded otherwise than decimals at half a cent."""


@dataclass(frozen=True, slots=True)
class Naive:
    """Milliseconds of a filter change, the naive one ``None`` where it gave no answer in time.

    ``ours`` is all three pages, ``slowest`` the one of them that takes longest: nobody looks at
    more than one.
    """

    accounts: int
    ours: Spread
    slowest: Spread
    naive: Spread | None
    megabytes: float
    naive_megabytes: float

    @property
    def ahead(self) -> float | None:
        """How many times as long as three pages the naive app takes."""
        return self.naive.median / self.ours.median if self.naive else None

    @property
    def ahead_of_slowest(self) -> float | None:
        """How many times as long as the slowest page the naive app takes."""
        return self.naive.median / self.slowest.median if self.naive else None


def measured(path: Path, accounts: int, *, rounds: int) -> Naive:
    """Both in turns; a naive app that takes longer than two minutes for a change is given up."""
    say(f"{accounts:,} accounts: the naive app")
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        environment = {"NAIVE_WAREHOUSE": str(path)}
        with (
            dashboard(path, folder) as ours,
            serving(NAIVE, folder, environment=environment) as naive,
            reader(browser) as first,
            reader(browser) as second,
            reader(browser) as third,
            reader(browser, patience=PATIENCE) as other,
        ):
            pages = (first, second, third)
            for page, file in zip(pages, PAGES, strict=True):
                page.open(f"{ours.url}/{file}")
            gave_up = False
            try:
                other.open(naive.url)
                _compare(other, path)
            except BrowserError as error:
                say(f"  the naive app: {str(error).splitlines()[0]}")
                gave_up = True
            mine: list[list[float]] = []
            theirs: list[float] = []
            for number in range(rounds + 1):
                taken = [_change(page) for page in pages]
                if number:
                    mine.append(taken)
                try:
                    if not gave_up:
                        seconds = _change(other)
                        theirs += [seconds] if number else []
                except BrowserError as error:
                    say(f"  the naive app: {str(error).splitlines()[0]}")
                    gave_up = True
            lost = naive.process.poll() is not None
            return Naive(
                accounts,
                Spread.of(map(sum, mine)),
                Spread.of(map(max, mine)),
                Spread.of(theirs) if theirs and not gave_up else None,
                ours.most_megabytes,
                0.0 if lost else naive.most_megabytes,
            )


def _change(page: Reader) -> float:
    """There and back: the middle of a filter set and taken away."""
    there = page.press("Segment", "Enter", typed="Enterprise")
    back = page.press("Segment", "Backspace")
    return (there.milliseconds + back.milliseconds) / 2


def _compare(other: Reader, path: Path) -> None:
    """Raise where the two disagree about the ARR of everything."""
    heading = other.page.locator("h3").first.inner_text()
    theirs = float(re.sub(r"[^\d.]", "", heading))
    rows = answer(questions()["retention/arr_on"], EmbeddedWarehouse(path, Policy()))
    if abs(theirs - float(rows["arr"][0])) > DOLLAR:
        raise ValueError(f"the naive app says {theirs:,.2f}, the dashboard {rows['arr'][0]:,.2f}")
