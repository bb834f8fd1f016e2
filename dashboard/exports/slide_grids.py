"""A grid on a slide: a table of coloured cells, as large as it fits."""

from pptx.slide import Slide

from dashboard.exports.fitting import cut, height, width
from dashboard.exports.forms import Cell, Grid
from dashboard.exports.shapes import DARK, INSET
from dashboard.exports.slide_tables import ELSEWHERE
from dashboard.exports.tables import RULE, WHITE, Drawn, table
from dashboard.exports.template import Box


def gridded(slide: Slide, grid: Grid, box: Box, *, title: str, alt: str) -> list[str]:
    """Write a grid as a table of coloured cells; what did not fit, in words."""
    most = max((len(cell.lines) for cell in grid.cells.values()), default=1)
    size = next((s for s in (14, 12, 11, 10, 9, 8) if _fits(grid, box, s, most)), 7)
    header = height(1, size) + 2 * INSET
    least = height(max(1, most), size) + 2 * INSET
    places = max(1, int((box.height - header) // least))
    cut_off = len(grid.rows) > places
    rows = range(places - 1 if cut_off and places > 1 else min(places, len(grid.rows)))
    spare = (box.height - header) // max(len(rows) + cut_off, 1)
    tall = max(least, min(spare, round(least * 2.2)))
    first = _first_column(grid, box, size)
    widths = [first, *[(box.width - first) // max(len(grid.columns), 1)] * len(grid.columns)]
    inner = widths[-1] - 2 * INSET
    lines = [
        [
            Drawn(
                (cut(words, size, widths[place] - 2 * INSET, bold=True),),
                None,
                True,
                "ctr" if place else "l",
            )
            for place, words in enumerate((grid.corner, *grid.columns))
        ]
    ]
    for row in rows:
        cells = [Drawn((cut(grid.rows[row], size, first - 2 * INSET),))]
        for column in range(len(grid.columns)):
            cell = grid.cells.get((row, column), Cell())
            words = tuple(cut(line, size, inner, bold=n == 0) for n, line in enumerate(cell.lines))
            fill = (cell.fill or "").lstrip("#") or None
            ink = (cell.ink or f"#{DARK}").lstrip("#") if fill else None
            cells.append(Drawn(words, ink, None, "ctr", fill, WHITE if fill else RULE))
        lines.append(cells)
    heights = [header, *[tall] * len(rows)]
    remarks = []
    if cut_off:
        rest = f"{len(grid.rows) - len(rows):,} more of {len(grid.rows):,} rows are {ELSEWHERE}"
        lines.append([Drawn((rest,), span=len(widths)), *[Drawn()] * len(grid.columns)])
        heights.append(header)
        remarks.append(f"{rest}.")
    table(
        slide, lines, widths, heights, corner=(box.left, box.top), size=size, title=title, alt=alt
    )
    return remarks


def _fits(grid: Grid, box: Box, size: float, most: int) -> bool:
    room = (box.width - _first_column(grid, box, size)) // max(len(grid.columns), 1) - 2 * INSET
    lines = [line for cell in grid.cells.values() for line in cell.lines]
    widest = max((width(text, size, bold=True) for text in (*lines, *grid.columns)), default=0)
    tall = height(max(1, most), size) + 2 * INSET
    return widest <= room and tall * len(grid.rows) + height(1, size) + 2 * INSET <= box.height


def _first_column(grid: Grid, box: Box, size: float) -> int:
    widest = max((width(words, size, bold=True) for words in (*grid.rows, grid.corner)), default=0)
    return min(widest + 3 * INSET, box.width // 3)
