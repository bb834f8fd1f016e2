"""Words in a file: what a company typed stays text, is of a length that fits, and is never code."""

import re
from typing import Final

from dashboard.formats import visible

_ILLEGAL: Final = re.compile("[\ud800-\udfff\ufffe\uffff\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that XML has no way to write."""
_KNOWN: Final = {
    "arr": "ARR",
    "csm": "CSM",
    "csms": "CSMs",
    "grr": "GRR",
    "id": "id",
    "nps": "NPS",
    "nrr": "NRR",
    "roi": "ROI",
}
NAME_LIMIT: Final = 60
"""Longest name of a category or series; a longer one is cut, and says so by its dots."""
NOTE_LIMIT: Final = 2_000


def written(text: object, limit: int = NOTE_LIMIT) -> str:
    """Text as it may stand in a file: what nobody sees and XML forbids is left out.

    What is longer than ``limit`` is cut, and the cut is said.
    """
    # Cut before it is searched: a name of ten megabytes costs what one of a kilobyte does.
    whole = str(text)
    shown = _ILLEGAL.sub("", visible(whole[: 4 * limit]))
    if len(shown) <= limit and len(whole) <= 4 * limit:
        return shown
    said = f" ... (cut: {len(whole):,} characters)" if limit > 2 * NAME_LIMIT else "…"
    return shown[: limit - len(said)].rstrip() + said


def name(text: object) -> str:
    """A name on one line: of a category, a series, a column."""
    return " ".join(written("not known" if text is None else text, NAME_LIMIT).split()) or "(empty)"


def heading(column: str) -> str:
    """A column's name in words: ``arr_due`` is *ARR due*."""
    words = [_KNOWN.get(word, word) for word in column.removesuffix("_on").split("_") if word]
    text = " ".join(words) or column
    return text[:1].upper() + text[1:]
