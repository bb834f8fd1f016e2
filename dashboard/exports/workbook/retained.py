"""The sheets *Bridge* and *Retention*: whole and by segment, of each period."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from dashboard.exports.workbook.blocks import STEPS
from dashboard.exports.workbook.cells import NOT_KNOWN
from dashboard.exports.workbook.checks import SAME_SHARE
from dashboard.exports.workbook.data import Block
from dashboard.exports.workbook.frames import POINTS, Window, WorkbookFrames
from dashboard.exports.workbook.page import Page
from dashboard.exports.workbook.sheets import (
    Cell,
    Kind,
    Sheet,
    Value,
    exact,
    ratio,
    ratio_of,
)

WHOLE: Final = "Whole book"
_APP: Final = "As the app says"
_COUNTED: Final = {
    1: "cohort_arr", 2: "net_retained_arr", 3: "gross_retained_arr", 6: "logos", 7: "kept_logos",
}  # fmt: skip
"""Columns of a customer that retention sums, by the column they stand in."""
_RATES: Final = ("nrr", "grr", "logo_retention")
_TREND: Final[Sequence[tuple[str, str, Kind]]] = (
    ("period_start_on", "From", "date"),
    ("period_end_on", "To", "date"),
    ("opening_arr", "Opening ARR", "money"),
    ("closing_arr", "Closing ARR", "money"),
    ("nrr", "NRR", "share"),
    ("grr", "GRR", "share"),
    ("logo_retention", "Logo retention", "share"),
    ("accounts", "Opening customers", "count"),
)


def write_bridge(page: Page) -> None:
    """A table for each period: one row per segment, one column per step."""
    sheet, frames = page.sheet, page.frames
    sheet.title(
        "ARR bridge",
        f"In {frames.currency}. Opening ARR and every movement add up to closing ARR, to the cent.",
    )
    sheet.page.set_column(0, 0, 30)
    sheet.page.set_column(1, len(STEPS) + 1, 16)
    sheet.page.freeze_panes(2, 1)
    row = 3
    if not frames.windows:
        sheet.text(row, 0, "No period has ended for these customers.")
    for window in frames.windows:
        row = _bridge_of(page, row, window) + 2


def _bridge_of(page: Page, row: int, window: Window) -> int:
    sheet, frames, block = page.sheet, page.frames, page.block
    end = _period(sheet, row, window)
    sheet.headings(
        row + 2,
        ["Segment at the start", *STEPS.values(), "Opening and movements less closing"],
        height=46,
    )
    first = row + 3
    segments = _segments(block, window)
    for place, segment in enumerate([*segments, None], first):
        look = "total" if segment is None else "formula"
        name = sheet.text(
            place, 0, WHOLE if segment is None else segment, "total" if segment is None else "label"
        )
        where: dict[str, tuple[str, Value]] = {"period_end_on": (end.here, window.end_on)}
        if segment is not None:
            where["segment_then"] = (name.here, segment)
        cells = _sums(page, place, look, dict(enumerate(STEPS, 1)), where)
        _closes(sheet, place, cells, look)
    last = first + len(segments)
    steps = dict(
        frames.bridge.filter(pl.col("period_end_on") == window.end_on)
        .select("step", "amount")
        .iter_rows()
    )
    sheet.text(last + 1, 0, _APP)
    for column, key in enumerate(STEPS, 1):
        sheet.given(last + 1, column, steps.get(key.removesuffix("_arr")), "money")
    _check_bridge(page, window, (first, last), steps)
    return last + 1


def _closes(sheet: Sheet, row: int, cells: list[Cell], look: str) -> None:
    *before, closing = cells
    difference = sum((each.number for each in before), exact(0)) - closing.number
    sheet.live(
        row, len(cells) + 1, f"SUM({before[0].here}:{before[-1].here})-{closing.here}",
        difference, "money", look=look,
    )  # fmt: skip


def _check_bridge(
    page: Page, window: Window, between: tuple[int, int], steps: dict[str, Value]
) -> None:
    sheet, checks, block = page.sheet, page.checks, page.block
    first, last = between
    ours, app = (f"'{sheet.name}'!$B${row + 1}:$J${row + 1}" for row in (last, last + 1))
    rows = block.rows.filter(pl.col("period_end_on") == window.end_on)
    apart = sum(
        (abs(exact(rows[key].sum()) - exact(steps.get(key.removesuffix("_arr")))) for key in STEPS),
        exact(0),
    )
    checks.nothing(
        f"Bridge, {window.label}: every step is the app's", f"SUMPRODUCT(ABS({ours}-{app}))", apart
    )
    gaps = f"'{sheet.name}'!$K${first + 1}:$K${last + 1}"
    checks.nothing(
        f"Bridge, {window.label}: opening and movements are closing, whole and by segment",
        f"SUMPRODUCT(ABS({gaps}))",
        0,
    )
    if last > first:
        parts = f"'{sheet.name}'!$B${first + 1}:$J${last}"
        checks.nothing(
            f"Bridge, {window.label}: segments add up to the whole",
            f"SUM({parts})-SUM({ours})",
            0,
        )


def write_retention(page: Page) -> None:
    """A table for each period: one row per segment; then the trend."""
    sheet, frames = page.sheet, page.frames
    sheet.title("Retention", frames.policy.sentence())
    sheet.page.set_column(0, 0, 30)
    sheet.page.set_column(1, 11, 15)
    sheet.page.freeze_panes(2, 1)
    row = 3
    if not frames.windows:
        sheet.text(row, 0, "No period has ended for these customers.")
    for window in frames.windows:
        row = _retention_of(page, row, window) + 2
    if frames.periods.is_empty():
        return
    sheet.section(row, "Periods as the app says, without account rows in this file")
    sheet.headings(row + 1, [heading for _, heading, _ in _TREND])
    for place, each in enumerate(frames.periods.tail(POINTS).iter_rows(named=True), row + 2):
        for column, (key, _, kind) in enumerate(_TREND):
            sheet.given(place, column, each[key], kind)


def _retention_of(page: Page, row: int, window: Window) -> int:
    sheet, frames, block, checks = page.sheet, page.frames, page.block, page.checks
    end = _period(sheet, row, window)
    sheet.headings(
        row + 2,
        [
            "Segment at the start", "ARR of the cohort", "Net retained", "Gross retained", "NRR",
            "GRR", "Opening customers", "Customers kept", "Logo retention", "NRR, app", "GRR, app",
            "Logo retention, app",
        ],
    )  # fmt: skip
    segments = _segments(block, window)
    app = _rates_of(frames, window)
    for place, segment in enumerate([*segments, None], row + 3):
        look = "total" if segment is None else "formula"
        name = sheet.text(
            place, 0, WHOLE if segment is None else segment, "total" if segment is None else "label"
        )
        where: dict[str, tuple[str, Value]] = {"period_end_on": (end.here, window.end_on)}
        if segment is not None:
            where["segment_then"] = (name.here, segment)
        opening, net, gross, logos, kept = _sums(page, place, look, _COUNTED, where)
        ours = [
            _rate(page, part, whole, column, look)
            for column, part, whole in ((4, net, opening), (5, gross, opening), (8, kept, logos))
        ]
        said = [
            sheet.given(place, column, rate, "share", look="input")
            for column, rate in enumerate(app.get(segment, (None, None, None)), 9)
        ]
        for rate, mine, theirs in zip(("NRR", "GRR", "Logo retention"), ours, said, strict=True):
            checks.same_rate(f"{rate}, {window.label}, {segment or WHOLE}: the app's", mine, theirs)
        _check_order(page, f"{window.label}, {segment or WHOLE}", ours[0], ours[1])
    return row + 3 + len(segments)


def _check_order(page: Page, of: str, nrr: Cell, grr: Cell) -> None:
    known = not isinstance(grr.value, str)
    page.checks.true(
        f"GRR, {of}: at most 100 %",
        f"IF(ISNUMBER({grr.there}),{grr.there}<=1+share_tolerance,TRUE)",
        holds=not known or float(grr.number) <= 1 + SAME_SHARE,
    )
    # Where losses are summed, GRR leaves out what NRR counts, and may be above it.
    if page.frames.policy.grr == "lower_of_then_and_now" and page.frames.policy.nrr == "cohort":
        page.checks.true(
            f"GRR, {of}: at most NRR",
            f"IF(ISNUMBER({grr.there}),{grr.there}<={nrr.there}+share_tolerance,TRUE)",
            holds=not known or float(grr.number) <= float(nrr.number) + SAME_SHARE,
        )


def _rate(page: Page, part: Cell, whole: Cell, column: int, look: str) -> Cell:
    formula, value = ratio_of(part.here, whole.here), ratio(part.value, whole.value)
    if page.frames.kind == "quarter_annualised":
        share = f"{part.here}/{whole.here}"
        annual = f'IF({share}<0,"{NOT_KNOWN}",({share})^annual_quarters)'
        formula = f'IF({whole.here}=0,"{NOT_KNOWN}",{annual})'
        if not isinstance(value, str):
            value = NOT_KNOWN if float(exact(value)) < 0 else float(exact(value)) ** 4
    return page.sheet.live(part.row, column, formula, value, "share", look=look)


def _rates_of(frames: WorkbookFrames, window: Window) -> dict[str | None, tuple[Value, ...]]:
    """The app's rates by segment; of the whole by no name."""
    end = pl.col("period_end_on") == window.end_on
    parts = frames.parts.filter(end).with_columns(pl.col("part").fill_null(NOT_KNOWN))
    found: dict[str | None, tuple[Value, ...]] = {
        row[0]: row[1:] for row in parts.select("part", *_RATES).iter_rows()
    }
    whole = frames.periods.filter(end).select(_RATES)
    return found | ({None: whole.row(0)} if len(whole) else {})


def _segments(block: Block, window: Window) -> list[str]:
    rows = block.rows.filter(pl.col("period_end_on") == window.end_on)
    return sorted(rows["segment_then"].unique())


def _period(sheet: Sheet, row: int, window: Window) -> Cell:
    sheet.section(row, window.label)
    sheet.text(row + 1, 0, "From and to")
    sheet.given(row + 1, 1, window.start_on, "date")
    return sheet.given(row + 1, 2, window.end_on, "date")


def _sums(
    page: Page, row: int, look: str, places: dict[int, str], where: dict[str, tuple[str, Value]]
) -> list[Cell]:
    """Sums of columns of the data in one row, each in its place."""
    cells = []
    for column, key in places.items():
        found, kind = page.block.sum(key, **where), page.block.kind_of(key)
        cells.append(page.sheet.live(row, column, found.formula, found.value, kind, look=look))
    return cells
