"""The retention workbook against writing the same cells bare with xlsxwriter.

    python -m benchmarks.workbook --accounts 10000

Builds a demo company of that size in a temporary folder (or takes ``--warehouse FILE``), asks for
the answers once, and then writes the workbook and the bare cells in turns, so that a noisy machine
slows both alike. The bare file has the same sheets, texts, numbers and formulas with the values
beside them; it has no format, no name, no width and no check, and nothing was computed for it.
Prints the processor's time of each, best and median, and the ratio of the two medians. The workbook
of 10,000 accounts is to take at most five seconds; what the answers took is said beside it.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from lxml import etree
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_cell_to_rowcol

from dashboard.access import EVERYTHING
from dashboard.demo import build_demo
from dashboard.exports import files
from dashboard.exports.workbook import workbook, workbook_frames
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.warehouse.embedded import EmbeddedWarehouse

AS_OF = date(2026, 10, 31)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cells = list[tuple[int, int, str | None, float | str]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--warehouse", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.warehouse or Path(folder) / "company.duckdb"
        if not given.warehouse:
            build_demo(path, policy=Policy(), as_of=AS_OF, accounts=given.accounts)
        report(path, given.rounds)


def report(path: Path, rounds: int) -> None:
    """Print what both take."""
    began = time.process_time()
    frames = workbook_frames(EmbeddedWarehouse(path, Policy()), EVERYTHING, Filters(AS_OF))
    say(f"the answers took {time.process_time() - began:.2f} s")
    sheets = cells(workbook(frames))
    count = sum(len(each) for each in sheets)
    formulas = sum(formula is not None for each in sheets for _, _, formula, _ in each)
    say(f"{count:,} cells, {formulas:,} of them formulas, on {len(sheets)} sheets")
    ways: dict[str, Callable[[], object]] = {
        "the workbook": lambda: workbook(frames),
        "the same cells bare": lambda: bare(sheets),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.process_time()
            way()
            taken[name].append(time.process_time() - began)
    for name, seconds in taken.items():
        say(f"{name:<20} best {min(seconds):6.2f} s, median {statistics.median(seconds):6.2f} s")
    ours, plain = (statistics.median(seconds) for seconds in taken.values())
    say(f"the workbook takes {ours:.2f} s, {ours / plain:.2f} times the same cells bare")


def cells(book: bytes) -> list[Cells]:
    """Every cell of every sheet: row, column, formula and value."""
    archive = ZipFile(BytesIO(book))
    shared = etree.fromstring(archive.read("xl/sharedStrings.xml"))
    texts = ["".join(each.itertext()) for each in shared]
    sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return [
        [
            (*xl_cell_to_rowcol(cell.get("r")), cell.findtext(f"{MAIN}f"), value(cell, texts))
            for cell in etree.fromstring(archive.read(name)).iter(f"{MAIN}c")
            if len(cell)
        ]
        for name in sheets
    ]


def value(cell: etree._Element, texts: list[str]) -> float | str:
    """What a cell shows."""
    text, kind = cell.findtext(f"{MAIN}v"), cell.get("t")
    if kind == "inlineStr":
        return "".join(each.text or "" for each in cell.iter(f"{MAIN}t"))
    if kind == "s":
        return texts[int(text)]
    return text if kind in {"str", "b"} else float(text)


def bare(sheets: list[Cells]) -> bytes:
    """The cells and nothing else."""
    buffer = BytesIO()
    with Workbook(buffer, files.OPTIONS) as book:
        for each in sheets:
            page = book.add_worksheet()
            for row, column, formula, shown in each:
                if formula is not None:
                    page.write_formula(row, column, f"={formula}", None, shown)
                elif isinstance(shown, str):
                    page.write_string(row, column, shown)
                else:
                    page.write_number(row, column, shown)
    return buffer.getvalue()


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
