"""What was measured, as Markdown, and where it stands in ``docs/performance.md``."""

import os
import platform
import statistics
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import against_naive, per_page, per_question
from benchmarks.against_naive import Naive
from benchmarks.per_page import Cold, Pages
from benchmarks.per_question import Company, Timed

BEGIN: Final = "<!-- measured: written by python -m benchmarks -->"
END: Final = "<!-- end of what was measured -->"
SHOWN: Final = 5


def written(path: Path, content: str) -> None:
    """Put what was measured between the two markers of a page.

    Raises
    ------
    ValueError
        The page has no markers.
    """
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path.name} has no place for what was measured")
    path.write_text(f"{before}{BEGIN}\n\n{content}\n{END}{after}", encoding="utf-8")


def machine() -> str:
    """What the numbers were measured on."""
    day = datetime.now(UTC)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return (
        f"{day:%-d %b %Y}, {platform.machine()}, {cores} cores, load {load:.1f} at the end. "
        "Medians; smallest and largest in brackets."
    )


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    lines = [list(header), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def of_questions(companies: list[Company]) -> str:
    """Ratios to plain SQL, the slowest, and how they grow."""
    parts = ["### Questions\n"]
    rows = []
    for each in companies:
        for what, among in (
            ("own statement", each.questions),
            ("SQL by hand", each.by_hand),
        ):
            middle = statistics.median(one.ratio.median for one in among)
            worst = max(among, key=lambda one: one.ratio.median)
            met = middle <= per_question.MEDIAN_BAR and worst.ratio.median <= per_question.WORST_BAR
            rows.append(
                (
                    f"{each.accounts:,}",
                    f"{what}, {len(among)}",
                    f"{middle:.2f}",
                    f"{worst.ratio:.2f} {worst.name}",
                    "met" if met else "**not met**",
                )
            )
    bars = f"bar {per_question.MEDIAN_BAR} / {per_question.WORST_BAR}"
    parts.append(table(("accounts", "beside", "median ratio", "worst ratio", bars), rows))
    parts.append("By hand, milliseconds of the question / of the plain SQL:\n")
    names = [one.name for one in companies[0].by_hand]
    parts.append(
        table(
            ("question", *(f"{each.accounts:,}" for each in companies)),
            ((name, *(_pair(each.by_hand, name) for each in companies)) for name in names),
        )
    )
    first, last = companies[0], companies[-1]
    if first is not last:
        growth = statistics.median(
            two.ours.median / one.ours.median
            for one, two in zip(first.questions, last.questions, strict=True)
        )
        parts.append(
            f"From {first.accounts:,} to {last.accounts:,} accounts a question takes "
            f"{growth:.1f} times as long in the median.\n"
        )
    slow = sorted(last.questions, key=lambda one: -one.ours.median)
    long = [one for one in slow if one.ours.median > 1000 * per_question.SECONDS_BAR]
    parts.append(
        f"At {last.accounts:,} accounts {len(long)} of {len(slow)} take longer than "
        f"{per_question.SECONDS_BAR} s. The slowest, and the furthest from their own statement:\n"
    )
    far = sorted(last.questions, key=lambda one: -one.ratio.median)[:SHOWN]
    listed = list(dict.fromkeys([*slow[: max(SHOWN, len(long))], *far]))
    parts.append(
        table(
            ("question", "rows", "milliseconds", "ratio"),
            ((o.name, f"{o.rows:,}", f"{o.ours:.0f}", f"{o.ratio:.2f}") for o in listed),
        )
    )
    parts.append("Computed questions, asked once: seconds in all, and of their SQL alone:\n")
    parts.append(
        table(
            ("question", *(f"{each.accounts:,}" for each in companies)),
            (
                (one.name, *(_pair(each.computed, one.name, 1000, ".2f") for each in companies))
                for one in first.computed
            ),
        )
    )
    return "\n".join(parts)


def _pair(among: list[Timed], name: str, unit: float = 1, form: str = ".0f") -> str:
    one = next(each for each in among if each.name == name)
    return f"{one.ours.median / unit:{form}} / {one.others.median / unit:{form}}"


def of_pages(companies: list[Pages], cold: Cold) -> str:
    """Ratios of pages to the floor."""
    parts = ["### Pages\n"]
    parts.append(
        f"First page of a fresh server: {cold.ours:.0f} ms; floor {cold.floor:.0f}, tuned floor "
        f"{cold.tuned:.0f}. Ratio {cold.ours.median / cold.floor.median:.2f} "
        f"(bar {per_page.COLD_BAR}).\n"
    )
    rows = []
    for each in companies:
        of_floor = [one.warm.median / each.floor.median for one in each.pages]
        rows.append(
            (
                f"{each.accounts:,}",
                f"{each.floor:.0f}",
                f"{each.tuned:.0f}",
                f"{statistics.median(of_floor):.2f}",
                f"{max(of_floor):.2f}",
                f"{statistics.median(of_floor) * each.floor.median / each.tuned.median:.2f}",
                f"{each.megabytes:.0f} / {each.most_megabytes:.0f}",
            )
        )
    parts.append(
        table(
            (
                "accounts",
                "floor, ms",
                "tuned floor, ms",
                f"warm / floor, median (bar {per_page.WARM_BAR})",
                f"worst (bar {per_page.WORST_BAR})",
                f"warm / tuned, median (bar {per_page.TUNED_BAR})",
                "MB now / at most",
            ),
            rows,
        )
    )
    for each in companies:
        parts.append(f"{each.accounts:,} accounts, milliseconds:\n")
        parts.append(
            table(
                ("page", "opened", "warm", "warm / floor", "new value", "kB"),
                (
                    (
                        one.page,
                        f"{one.opened:.0f}",
                        f"{one.warm:.0f}",
                        f"{one.warm.median / each.floor.median:.2f}",
                        f"{one.new:.0f}",
                        f"{one.kilobytes:.0f}",
                    )
                    for one in each.pages
                ),
            )
        )
    first, last = companies[0], companies[-1]
    known = {one.page: one for one in first.pages}
    growth = [
        one.warm.median / known[one.page].warm.median for one in last.pages if one.page in known
    ]
    if first is not last and growth:
        parts.append(
            f"A page at {last.accounts:,} accounts takes {statistics.median(growth):.2f} times "
            f"what it takes at {first.accounts:,}, warm, in the median "
            f"(bar {per_page.GROWTH_BAR}); {max(growth):.2f} at worst.\n"
        )
    return "\n".join(parts)


def of_naive(found: list[Naive]) -> str:
    """The naive app beside the dashboard."""
    rows = (
        (
            f"{each.accounts:,}",
            f"{each.ours:.0f}",
            f"{each.naive:.0f}" if each.naive else f"none in {against_naive.PATIENCE} s",
            f"{each.ahead:.1f}" if each.ahead else "n/a",
            f"{each.slowest:.0f}",
            f"{each.ahead_of_slowest:.1f}" if each.ahead_of_slowest else "n/a",
            f"{each.megabytes:.0f} / {each.naive_megabytes:.0f}",
        )
        for each in found
    )
    header = (
        "accounts",
        "three pages, ms",
        "naive, ms",
        f"ahead (bar {against_naive.BAR:.0f})",
        "the slowest page, ms",
        "ahead of that",
        "MB at most, ours / naive",
    )
    return f"### The naive app\n\n{table(header, rows)}"
