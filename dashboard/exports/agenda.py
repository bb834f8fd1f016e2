"""An agenda on one page of A4: the same HTML that is printed and that is taken away as a file.

How much fits is worked out before: each list gets its rows in turn until the page is full, and what
is left is counted under the list. Nothing is cut by the edge of the paper.
"""

import html
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.formats import count_of, visible

PAGE: Final = 78.0
"""Lines of the small type that a page of 80 is filled with."""
ACROSS: Final = 71.8
"""Width of the page in ems of the small type: 190 mm of 7.5 points."""
GAP: Final = 0.76
"""Ems between two columns."""
LONGEST_CELL: Final = 180
"""Letters of a cell; a text that is longer ends in an ellipsis, and the page says where it is."""
CUT: Final = "…"

STYLE: Final = """
.paper { color: #000; background: #fff; font: 7.5pt/1.3 Arial, Helvetica, sans-serif;
  width: 190mm; font-variant-numeric: tabular-nums; }
.paper h1, .paper h2, .paper p, .paper dl { margin: 0; padding: 0; color: #000; }
.paper h1 { font-size: 13pt !important; line-height: 1.25; font-weight: 700; }
.paper h2 { font-size: 8.5pt !important; line-height: 1.25; font-weight: 700; padding-top: 4pt; }
.paper p { font-size: 7.5pt; line-height: 1.3; }
.paper dl { display: flex; gap: 4mm; padding: 3pt 0; border-bottom: .75pt solid #000; }
.paper dl div { flex: 1; }
.paper dt { font-size: 7pt; line-height: 1.2; font-weight: 400; }
.paper dd { margin: 0; font-size: 11pt; line-height: 1.2; font-weight: 700; }
.paper table { width: 100%; border-collapse: collapse; table-layout: fixed; }
.paper th, .paper td { text-align: left; vertical-align: top; padding: 0 2mm 0 0; color: #000;
  border: 0; border-bottom: .25pt solid #999; font-size: 7.5pt; line-height: 1.3;
  overflow-wrap: anywhere; }
.paper th { font-weight: 700; border-bottom: .5pt solid #000; }
.paper .more { font-style: italic; }
@page { size: A4; margin: 10mm; }
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A list of the agenda: a sentence over it, and all of its rows as they read."""

    title: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    """Parts of a hundred that each column takes of the page's width."""
    rows: Sequence[Sequence[str]]
    noun: str
    """What a row is: what is left is counted by it."""
    where: str
    """Where the rows that are left stand."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the page."""

    title: str
    said: tuple[str, ...]
    """Whose book, which day and since when, a sentence each."""
    numbers: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    remarks: tuple[str, ...] = ()
    """What the page does not say, and why."""


def document(paper: Paper) -> bytes:
    """The page as a file of its own, which asks nothing of any server."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        # Nothing in a name or a note may run or be sent for, whatever becomes of the escaping.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(paper.title)}</title><style>body {{ margin: 0; }}{STYLE}"
        "@media screen { body { margin: 10mm auto; width: 190mm; } }</style></head>"
        f"<body>{body(paper)}</body></html>"
    ).encode()


def body(paper: Paper) -> str:
    """The page as a part of another one; every text in it is escaped."""
    numbers = "".join(
        f"<div><dt>{_text(label)}</dt><dd>{_text(value)}</dd></div>"
        for label, value in paper.numbers
    )
    shown = fitted(paper)
    said_cut = cut_of(paper, shown)
    cut = f'<p class="more">{_text(said_cut)}</p>' if said_cut else ""
    sections = "".join(
        _section(section, rows) for section, rows in zip(paper.sections, shown, strict=True)
    )
    said = "".join(f"<p>{_text(short(each))}</p>" for each in (*paper.said, *paper.remarks))
    return (
        f'<div class="paper"><h1>{_text(short(paper.title))}</h1>{said}<dl>{numbers}</dl>'
        f"{sections}{cut}</div>"
    )


def fitted(paper: Paper) -> tuple[int, ...]:
    """How many rows of each list the page holds: a row of each in turn, until it is full."""
    left = (
        PAGE
        - 1.7 * _lines(short(paper.title), 55)
        - 4.5
        - sum(_lines(short(each), 100) for each in (*paper.said, *paper.remarks))
    )
    for section in paper.sections:
        left -= 1.2 * _lines(section.title, 80) + 0.45
        left -= 2.2 if section.rows else 0  # Headings, and the line that counts what is left.
    shown = [0] * len(paper.sections)
    waiting = [place for place, section in enumerate(paper.sections) if section.rows]
    while waiting:
        for place in tuple(waiting):
            section = paper.sections[place]
            row = section.rows[shown[place]]
            height = 0.05 + max(
                _lines(short(cell), width) for cell, width in zip(row, section.widths, strict=True)
            )
            if height <= left:
                left -= height
                shown[place] += 1
            if height > left or shown[place] == len(section.rows):
                waiting.remove(place)
    return tuple(shown)


def _section(section: Section, shown: int) -> str:
    title = f"<h2>{_text(section.title)}</h2>"
    if not section.rows:
        return title
    columns = "".join(f'<col style="width:{width}%">' for width in section.widths)
    heads = "".join(f'<th scope="col">{_text(each)}</th>' for each in section.headings)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_text(short(cell))}</td>' for cell in row)}</tr>"
        for row in section.rows[:shown]
    )
    left = left_of(section, shown)
    more = f'<p class="more">{_text(left)}</p>' if left else ""
    return (
        f"{title}<table><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{more}"
    )


def left_of(section: Section, shown: int) -> str:
    """How many rows of a list are left and where they stand; nothing where it is whole."""
    left = len(section.rows) - shown
    return f"{count_of(left, f'more {section.noun}')}: {section.where}." if left else ""


def cut_of(paper: Paper, shown: Sequence[int]) -> str:
    """The line that says that a text was cut; nothing where all are whole."""
    cells = (
        cell
        for section, rows in zip(paper.sections, shown, strict=True)
        for row in section.rows[:rows]
        for cell in row
    )
    texts = (paper.title, *paper.said, *paper.remarks, *cells)
    is_cut = any(short(text) != _flat(text) for text in texts)
    return f"Texts that end in {CUT} are longer: whole in the dashboard." if is_cut else ""


def _flat(text: str) -> str:
    """A text on one line, without what nobody sees."""
    return " · ".join(" ".join(line.split()) for line in visible(text).splitlines())


def short(text: str) -> str:
    """A text on one line, its end replaced by an ellipsis where it is too long for a cell."""
    flat = _flat(text)
    if len(flat) <= LONGEST_CELL:
        return flat
    return f"{flat[: LONGEST_CELL - 1].rstrip()}{CUT}"


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column, of so many parts of a hundred of the page."""
    across = ACROSS * width / 100 - GAP
    lines, used = 1, 0.0
    for word in _flat(text).split():
        wide = sum(_wide(letter) for letter in word)
        if used and used + SPACE + wide > across:
            lines, used = lines + 1, 0.0
        used += (SPACE if used else 0.0) + wide
        if used > across:  # A word longer than its column is broken in it.
            broken = math.ceil(used / across * 1.05) - 1
            lines, used = lines + broken, min(across, used - broken * across * 0.95)
    return lines


SPACE: Final = 0.33


def _wide(letter: str) -> float:
    """Width of a letter in ems, of the widest sans-serif that a browser may take."""
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > LAST_NARROW:
        return 1.4
    if letter in "MW@%mw&+=<>—…":
        return 1.02
    return 0.8 if letter.isupper() else 0.4 if letter in "fijlrt.,:;'|()" else 0.66


LAST_NARROW: Final = 0x2FFF
"""The scripts after it have square letters, or pictures."""


def _text(text: str) -> str:
    return html.escape(_flat(text))
