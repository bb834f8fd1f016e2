"""One exhibit as a file: its rows as CSV, Excel or Parquet, its chart as SVG or PNG."""

from collections.abc import Callable
from typing import Final

from dashboard.components.annotations import pinned_to
from dashboard.components.cards import policy_sentence
from dashboard.exhibit import Exhibit
from dashboard.exports import files, images
from dashboard.filters import Filters
from dashboard.session import sentence
from dashboard.shown import Shown

MADE: Final[dict[str, Callable[[Exhibit, Filters, str], bytes]]] = {
    "csv": lambda exhibit, among, reading: files.csv(exhibit.frame),
    "parquet": lambda exhibit, among, reading: files.parquet(exhibit.frame),
    "xlsx": lambda exhibit, among, reading: files.excel(
        exhibit.frame, sheet=exhibit.key, notes=about(exhibit, among)
    ),
    "svg": lambda exhibit, among, reading: images.svg(exhibit, [reading]),
    "png": lambda exhibit, among, reading: images.png(exhibit, [reading]),
}
"""A file of each kind, of an exhibit with its notes, its filters and what the page is of."""


def file_of(shown: Shown, key: str, kind: str) -> bytes:
    """An exhibit of a page as a file; call it inside the run that showed it.

    Raises
    ------
    LookupError
        The page shows no exhibit of that key; the message names those it shows.
    images.NoChartError
        A picture is asked for of a table.
    """
    for exhibit, among in shown.exhibits:
        if exhibit.key == key:
            return MADE[kind](pinned_to(exhibit, among), among, shown.reading)
    keys = ", ".join(exhibit.key for exhibit, _ in shown.exhibits) or "none"
    raise LookupError(f"{shown.title} shows no exhibit {key}. It shows: {keys}.")


def about(exhibit: Exhibit, among: Filters) -> dict[str, str]:
    """What an exhibit's numbers mean, line by line."""
    said = {
        "Finding": exhibit.title,
        "Definition": exhibit.definition,
        "Filters": sentence(among),
        "Policy": policy_sentence(exhibit),
        "Question": exhibit.source.question,
    }
    return said | {f"Note {number}": text for number, text in enumerate(exhibit.pinned, start=1)}
