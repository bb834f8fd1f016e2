"""What pages show, as a PDF to print: every exhibit whole, what it is of on every sheet.

Typst lays the sheets out (``report.typ``); all words reach it as data, so none is read as markup.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from dashboard.exhibit import Exhibit, Figure
from dashboard.exports import images
from dashboard.exports.paper_font import FOLDER, MISSING, drawable
from dashboard.exports.report_tables import LANDSCAPE, PORTRAIT, Rows, laid
from dashboard.exports.words import name, written
from dashboard.formats import count_of

WIDTH: Final = 760
"""Width of a chart in points of a screen: its labels do not touch, and can be read on paper."""
TALLEST: Final = {False: 600, True: 370}
"""Points that a chart may be high, on an upright sheet and on one on its side."""
LEGIBLE: Final = 0.5
"""A chart drawn smaller than this has its rows below it, because its letters are too small."""
_RUNNING: Final = 190
"""Letters of the line on top of every sheet; the first one has it whole."""
_MOMENT: Final = 946_684_800
"""1 January 2000: the same pages give the same bytes."""


@dataclass(frozen=True, slots=True)
class Block:
    """A cell of a grid of people: what it is called, who stands in it, how dark it is (0 to 4)."""

    title: str
    people: tuple[str, ...]
    shade: int = 0


@dataclass(frozen=True, slots=True)
class Blocks:
    """A grid of people, row by row from the top, with what its columns and rows are called."""

    across: str
    down: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An exhibit on paper: its rows as they read, and what its numbers mean, line by line."""

    exhibit: Exhibit
    rows: Rows
    about: tuple[tuple[str, str], ...] = ()
    blocks: Blocks | None = None
    """What stands over the rows where the page shows people in blocks."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one page showed."""

    title: str
    reading: str
    """As-of date, filters, policy and viewer."""
    loaded: str
    """When the data were loaded: at the foot of every sheet."""
    figures: tuple[Figure, ...] = ()
    pieces: tuple[Piece, ...] = ()
    remarks: tuple[str, ...] = ()
    view: str = ""


def report(pages: Sequence[Page]) -> bytes:
    """A PDF of pages, each on sheets of its own; the same pages give the same bytes."""
    title = _words(", ".join(page.title for page in pages))
    return printed("report", {"title": title, "pages": [_page(page) for page in pages]})


def printed(template: str, told: dict[str, Any]) -> bytes:
    """A PDF of a template beside this module, of data alone: nothing else can be read by it."""
    made: bytes = typst.compile(  # type: ignore[call-overload]
        # By its name and content: then no other file can be read. The package's types forget it.
        {f"{template}.typ": _template(template)},
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"told": json.dumps(told)},
        timestamp=_MOMENT,
    )
    return made


@cache
def _template(named: str) -> bytes:
    return (Path(__file__).parent / f"{named}.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER]
    )


def _page(page: Page) -> dict[str, Any]:
    runs: list[dict[str, Any]] = []
    for piece in page.pieces:
        is_wide, told = _piece(piece)
        if not runs or runs[-1]["wide"] != is_wide:
            runs.append({"wide": is_wide, "pieces": [], "about": []})
        runs[-1]["pieces"].append(told)
    runs = runs or [{"wide": False, "pieces": [], "about": []}]
    runs[-1]["about"] = _about(page)
    figures = [each for each in page.figures if each.value]
    made: dict[str, Any] = {
        "title": _words(f"{page.title}: {page.view}" if page.view else page.title),
        "reading": _words(page.reading),
        "running": _words(page.reading, _RUNNING),
        "loaded": _words(page.loaded),
        "remarks": [_words(each) for each in page.remarks],
        "across": _across(len(figures), 6 if runs[0]["wide"] else 4),
        "figures": [
            {
                "label": _words(each.label, 100),
                "value": _words(each.value, 100),
                "change": _words(each.change, 100) if each.change else None,
                "said": _words(each.said, 200),
                "tone": each.tone,
            }
            for each in figures
        ],
        "runs": runs,
    }
    if MISSING in json.dumps(made, ensure_ascii=False):
        made["remarks"].append(
            f"Letters that the font of this file has not are boxes ({MISSING}): they are whole on "
            "the page and in its workbook."
        )
    return made


def _across(number: int, most: int) -> int:
    """Cards of a row, so that its rows are about as full as each other."""
    return max(3, math.ceil(number / max(1, math.ceil(number / most))))


def _piece(piece: Piece) -> tuple[bool, dict[str, Any]]:
    """An exhibit as the template draws it, and whether on a sheet on its side."""
    exhibit = piece.exhibit
    drawing, is_wide, is_legible = _drawing(exhibit)
    told: dict[str, Any] = {
        "title": _words(exhibit.title, 400),
        "notes": [_words(each) for each in exhibit.notes],
        "alt": _words(f"{exhibit.title}. {exhibit.definition}"),
        "drawing": drawing,
        "blocks": _blocks(piece.blocks) if piece.blocks else None,
        "tables": [],
        "after": [f"Note: {_words(each)}" for each in exhibit.pinned],
    }
    if drawing is not None and is_legible:
        return is_wide, told
    if piece.rows.frame.is_empty():
        told["after"].insert(0, "No rows.")
        return is_wide, told
    table_is_wide, told["tables"] = laid(piece.rows)
    return is_wide or table_is_wide, told


def _blocks(blocks: Blocks) -> dict[str, Any]:
    return {
        "across": _words(blocks.across),
        "down": _words(blocks.down),
        "columns": [_words(each) for each in blocks.columns],
        "rows": [_words(each) for each in blocks.rows],
        "cells": [
            {
                "title": _words(each.title),
                "people": [_words(person, 80) for person in each.people],
                "shade": each.shade,
            }
            for each in blocks.cells
        ],
    }


def _drawing(exhibit: Exhibit) -> tuple[dict[str, Any] | None, bool, bool]:
    """The chart, whether it needs a sheet on its side, and whether it can be read there."""
    if exhibit.chart is None or exhibit.drawn is None:
        return None, False, False
    svg = _numbered(images.svg(exhibit, width=WIDTH, titled=False).decode())
    size = re.search(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"', svg)
    across, tall = (float(size[1]), float(size[2])) if size else (WIDTH, WIDTH)
    scales = {
        False: min(PORTRAIT / across, TALLEST[False] / tall),
        True: min(LANDSCAPE / across, TALLEST[True] / tall),
    }
    is_wide = scales[False] < LEGIBLE < scales[True]
    told = {"svg": svg, "width": across, "height": tall, "tallest": TALLEST[is_wide]}
    return told, is_wide, scales[is_wide] >= LEGIBLE


def _numbered(svg: str) -> str:
    """A drawing with letters that the font has, and its parts named by their order.

    Vega counts them up for as long as the process lives: the same chart would not be the same.
    """
    names = {each: f"part{place}" for place, each in enumerate(_in_order(svg))}
    return drawable(_NAMED.sub(lambda found: names[found[0]], svg))


_NAMED: Final = re.compile(r"\b(?:clip|gradient_|pattern_?)\d+\b")


def _in_order(svg: str) -> dict[str, None]:
    return dict.fromkeys(found[0] for found in _NAMED.finditer(svg))


def _about(page: Page) -> list[dict[str, Any]]:
    """What the numbers mean: of the cards, then of each exhibit."""
    cards = [(each.label, each.definition) for each in page.figures if each.value]
    groups = [("The cards", cards)] if cards else []
    for piece in page.pieces:
        counted = ("Rows", count_of(len(piece.exhibit.frame), "row"))
        groups.append((piece.exhibit.title, [*piece.about, counted]))
    return [
        {
            "title": _words(title, 400),
            "lines": [(drawable(name(label)), _words(text)) for label, text in lines if text],
        }
        for title, lines in groups
    ]


def _words(text: object, limit: int = 2_000) -> str:
    return drawable(" ".join(written(text, limit).split()))
