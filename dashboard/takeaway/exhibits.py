"""One exhibit as a file: its rows as CSV, Excel or Parquet, its chart as SVG or PNG."""

from typing import Final

from dashboard.components.annotations import pinned_to
from dashboard.components.cards import about
from dashboard.components.staleness import stale
from dashboard.exhibit import Exhibit
from dashboard.exports import files, images
from dashboard.filters import Filters
from dashboard.shown import Shown

KINDS: Final = ("csv", "xlsx", "parquet", "svg", "png")
"""What an exhibit can be taken away as."""


class UnknownExhibitError(Exception):
    """A page shows no exhibit of a key; the message names those it shows."""


def pinned(shown: Shown, key: str) -> tuple[Exhibit, Filters]:
    """An exhibit of a page with the notes pinned to it, and its filters; inside its run.

    Raises
    ------
    UnknownExhibitError
        The page shows no exhibit of that key.
    """
    for exhibit, among in shown.exhibits:
        if exhibit.key == key:
            return pinned_to(exhibit, among), among
    keys = ", ".join(exhibit.key for exhibit, _ in shown.exhibits) or "none"
    why = " ".join(shown.remarks) if not shown.exhibits else ""
    raise UnknownExhibitError(
        f"{shown.title} shows no exhibit {key}. It shows: {keys}. {why}".rstrip()
    )


def made(exhibit: Exhibit, among: Filters, kind: str, *, reading: str) -> bytes:
    """An exhibit as a file of a kind; ``reading`` says on a picture what it is of.

    Raises
    ------
    images.NoChartError
        A picture is asked for of a table.
    """
    match kind:
        case "csv":
            return files.csv(exhibit.frame)
        case "xlsx":
            return files.excel(exhibit.frame, sheet=exhibit.key, notes=about(exhibit, among))
        case "parquet":
            return files.parquet(exhibit.frame, age=stale())
        case "svg":
            return images.svg(exhibit, [reading])
        case "png":
            return images.png(exhibit, [reading])
    raise ValueError(f"{kind} is no kind of file; there are {', '.join(KINDS)}")
