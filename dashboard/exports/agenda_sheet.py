"""The agenda of a one-on-one as a PDF of one sheet, with the rows that its page has."""

from typing import Any

from dashboard.exports.agenda import GAP, Paper, cut_of, fitted, left_of, short
from dashboard.exports.paper_font import drawable
from dashboard.exports.report import printed
from dashboard.exports.report_tables import broken

_SIZE = 7.5
_ACROSS = 538.0
"""Points between the margins."""


def agenda_sheet(paper: Paper) -> bytes:
    """The sheet as a PDF; the same agenda gives the same bytes."""
    shown = fitted(paper)
    told: dict[str, Any] = {
        "title": _words(paper.title),
        "said": [_words(each) for each in (*paper.said, *paper.remarks)],
        "numbers": [[_words(label), _words(value)] for label, value in paper.numbers],
        "cut": cut_of(paper, shown),
        "sections": [
            {
                "title": _words(section.title),
                "headings": [_words(each) for each in section.headings],
                "widths": section.widths,
                "rows": [
                    [_words(cell, wide) for cell, wide in zip(row, section.widths, strict=True)]
                    for row in section.rows[:rows]
                ],
                "more": _words(left_of(section, rows)),
            }
            for section, rows in zip(paper.sections, shown, strict=True)
        ],
    }
    return printed("agenda", told)


def _words(text: str, wide: int = 100) -> str:
    room = _ACROSS * wide / 100 - GAP * _SIZE
    return broken(drawable(short(text)), _SIZE, room)
