"""A native table, written cell by cell."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from pptx.slide import Slide
from pptx.util import Emu

from dashboard.exports.drawing import Element, e, text
from dashboard.exports.shapes import INSET, described
from dashboard.exports.words import name

_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's table without colours and lines: ours are in the cells."""
SHADE, WHITE, RULE = "E9ECF1", "FFFFFF", "C3C8CF"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell as it is drawn: lines of text, their colour and weight, the field behind them."""

    lines: tuple[str, ...] = ()
    ink: str | None = None
    is_bold: bool | None = False
    """``None``: the first of several lines is."""
    align: str = "l"
    fill: str | None = None
    rule: str | None = None
    span: int = 1


def table(
    slide: Slide,
    lines: Sequence[Sequence[Drawn]],
    widths: Sequence[int],
    heights: Sequence[int],
    *,
    corner: tuple[int, int],
    size: float,
    title: str,
    alt: str,
) -> None:
    """Write a table; setting each cell through python-pptx takes ten times as long."""
    frame = slide.shapes.add_table(1, 1, *(Emu(at) for at in (*corner, sum(widths), sum(heights))))
    frame.name = name(title)
    described(frame, alt)
    made: Any = frame._element.graphic.graphicData.tbl  # noqa: SLF001 -- the table's own element
    for old in list(made):
        made.remove(old)
    made.append(e("a:tblPr", text("a:tableStyleId", _NO_STYLE), firstRow=1))
    made.append(e("a:tblGrid", *(e("a:gridCol", w=wide) for wide in widths)))
    for line, tall in zip(lines, heights, strict=True):
        covered = 0
        cells = []
        for cell in line:
            cells.append(_cell(cell, size, is_covered=covered > 0))
            covered = max(covered - 1, cell.span - 1)
        made.append(e("a:tr", *cells, h=tall))


def _cell(cell: Drawn, size: float, *, is_covered: bool) -> Element:
    ink = e("a:schemeClr", val="tx1") if cell.ink is None else e("a:srgbClr", val=cell.ink)
    paragraphs = []
    for number, words in enumerate(cell.lines or ("",)):
        bold = cell.is_bold if cell.is_bold is not None else number == 0 and len(cell.lines) > 1
        look = {"lang": "en-US", "sz": round(size * 100), "b": int(bold)}
        run = (
            e("a:r", e("a:rPr", e("a:solidFill", deepcopy(ink)), **look), text("a:t", words))
            if words
            else None
        )
        end = None if words else e("a:endParaRPr", **look)
        paragraphs.append(e("a:p", e("a:pPr", algn=cell.align), run, end))
    edges = [
        e(f"a:{side}", e("a:solidFill", e("a:srgbClr", val=cell.rule)), w=9525)
        for side in ("lnL", "lnR", "lnT", "lnB")
        if cell.rule
    ]
    fill = e("a:noFill") if cell.fill is None else e("a:solidFill", e("a:srgbClr", val=cell.fill))
    margins = {
        "marL": INSET,
        "marR": INSET,
        "marT": INSET // 2,
        "marB": INSET // 2,
        "anchor": "ctr",
    }
    merged = {"gridSpan": cell.span} if cell.span > 1 else {"hMerge": 1} if is_covered else {}
    body = e("a:txBody", e("a:bodyPr"), e("a:lstStyle"), *paragraphs)
    return e("a:tc", body, e("a:tcPr", *edges, fill, **margins), **merged)
