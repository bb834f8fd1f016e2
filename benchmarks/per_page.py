"""Pages in Chromium beside the floor: first page cold, and again after a choice, warm and new."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from benchmarks.companies import say
from benchmarks.reader import Reader, chromium, reader
from benchmarks.serving import DEFAULTS, FLOOR, TUNED_FLOOR, dashboard, serving
from benchmarks.turns import Spread
from dashboard.navigation import ENTRIES

WARM_BAR: Final = 1.3
WORST_BAR: Final = 2.0
TUNED_BAR: Final = 2.0
GROWTH_BAR: Final = 1.3
COLD_BAR: Final = 1.1
NEW: Final = ("Enterprise", "Mid-Market", "Small Business")
PAGES: Final = tuple(entry for entry in ENTRIES if entry.by_book and not entry.loads_data)
"""Pages with the filter of segments, which is what is changed on each."""


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Milliseconds of one page until it is drawn."""

    page: str
    opened: float
    warm: Spread
    new: Spread
    kilobytes: float


@dataclass(frozen=True, slots=True)
class Pages:
    """Every page of one company, the floors of the same minutes, and memory."""

    accounts: int
    pages: list[PageTimes]
    floor: Spread
    tuned: Spread
    megabytes: float
    most_megabytes: float


@dataclass(frozen=True, slots=True)
class Cold:
    """The first page of a fresh server in a fresh browser context."""

    ours: Spread
    floor: Spread
    tuned: Spread


def measured(path: Path, accounts: int, *, rounds: int, few: int | None = None) -> Pages:
    """Every page, or the first ``few``; both floors take their turn in each round."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        with (
            serving(FLOOR, folder, *DEFAULTS) as floor,
            serving(TUNED_FLOOR, folder) as tuned,
            dashboard(path, folder) as ours,
            reader(browser) as at_floor,
            reader(browser) as at_tuned,
        ):
            floors: tuple[list[float], list[float]] = [], []
            for each, server in ((at_floor, floor), (at_tuned, tuned)):
                each.open(server.url)
                _floor(each)
            found = []
            for entry in PAGES[:few]:
                say(f"{accounts:,} accounts: {entry.title}")
                try:
                    times = _page(
                        browser,
                        f"{ours.url}/{entry.file}",
                        rounds=rounds,
                        floors=floors,
                        at_floor=at_floor,
                        at_tuned=at_tuned,
                    )
                except BrowserError as error:
                    say(f"  not measured: {str(error).splitlines()[0]}")
                else:
                    found.append(PageTimes(entry.title, *times))
            return Pages(
                accounts,
                found,
                Spread.of(floors[0]),
                Spread.of(floors[1]),
                ours.megabytes,
                ours.most_megabytes,
            )


def _page(
    browser: Browser,
    url: str,
    *,
    rounds: int,
    floors: tuple[list[float], list[float]],
    at_floor: Reader,
    at_tuned: Reader,
) -> tuple[float, Spread, Spread, float]:
    warm, new, kilobytes = [], [], []
    with reader(browser) as ours:
        opened = ours.open(url)
        for number in range(rounds + 1):
            for segment in NEW if number == 0 else NEW[:1]:
                seen = ours.press("Segment", "Enter", typed=segment)
                (warm if number else new).append(seen.milliseconds)
                kilobytes.append(seen.kilobytes)
                # Everything was shown when the page was opened: the way back is a second visit.
                warm.append(ours.press("Segment", "Backspace").milliseconds)
            floors[0].extend(_floor(at_floor))
            floors[1].extend(_floor(at_tuned))
    return opened.milliseconds, Spread.of(warm), Spread.of(new), max(kilobytes)


def _floor(at: Reader) -> list[float]:
    return [
        at.press("Segment", "Enter", typed=value).milliseconds for value in ("Enterprise", "All")
    ]


def cold(path: Path, *, rounds: int) -> Cold:
    """Three fresh servers in turns, each looked at once by somebody new."""
    times: dict[str, list[float]] = {"ours": [], "floor": [], "tuned": []}
    with chromium() as browser:
        for number in range(rounds):
            say(f"first pages of fresh servers, round {number + 1} of {rounds}")
            for name, taken in times.items():
                with tempfile.TemporaryDirectory() as place:
                    folder = Path(place)
                    server = (
                        dashboard(path, folder)
                        if name == "ours"
                        else serving(FLOOR, folder, *DEFAULTS)
                        if name == "floor"
                        else serving(TUNED_FLOOR, folder)
                    )
                    with server as served, reader(browser) as newcomer:
                        taken.append(newcomer.open(served.url).milliseconds)
    return Cold(*(Spread.of(taken) for taken in times.values()))
