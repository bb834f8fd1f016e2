"""The sheets *About* and *Definitions*: what the file is, what it leaves out, what words mean."""

from typing import Final

from dashboard.definitions import definitions
from dashboard.exports.workbook.checks import in_colour
from dashboard.exports.workbook.data import Block
from dashboard.exports.workbook.frames import WorkbookFrames
from dashboard.exports.workbook.rules import limits
from dashboard.exports.workbook.sheets import Cell, Sheet, moment
from dashboard.formats import count_of
from dashboard.retention_policy import LABELS

SUBJECTS: Final = ("bridge", "retention", "renewals", "forecast")
"""Subjects whose metrics the file shows."""
_HOW_TO_READ: Final = (
    "Blue is given, black is computed here, yellow may be changed. Every total is a formula over "
    "the data sheets; Check says whether all of them are the app's own numbers."
)
_ROLES: Final = {
    "executive": "executive", "finance": "finance", "cs_manager": "CS manager", "csm": "CSM",
    "people": "people partner",
}  # fmt: skip


def write_about(sheet: Sheet, frames: WorkbookFrames, blocks: list[Block], whole: Cell) -> None:
    """What the file is, for whom, of which data, and what is not in it."""
    sheet.title(
        "Retention workbook",
        "ARR bridge, retention, renewals and forecast, with the account rows behind them.",
    )
    sheet.page.set_column(0, 0, 22)
    sheet.page.set_column(1, 1, 110)
    lines = [
        ("How to read it", _HOW_TO_READ),
        *_of_what(frames),
        (
            "Customers",
            f"{count_of(frames.customers['account_id'].n_unique(), 'account')} in the periods, "
            f"{count_of(frames.renewals['account_id'].n_unique(), 'account')} in the forecast",
        ),
        *((f"Data {each.name}", _rows_of(each)) for each in blocks),
        *(("Left out", each) for each in left_out(frames)),
        *(("No formula", each) for each in limits(frames.policy)),
    ]
    for row, line in enumerate(lines, 3):
        sheet.wrapped(row, line, (22, 105))
    row = 3 + len(lines)
    sheet.text(row, 0, "Everything holds")
    cell = sheet.live(row, 1, "check_all", whole.value, "check")
    in_colour(sheet, cell.here.replace("$", ""))


def _rows_of(block: Block) -> str:
    sheets = f" on {count_of(block.sheets, 'sheet')}" if block.sheets > 1 else ""
    return f"{block.title}: {count_of(len(block.rows), 'row')}, all of them{sheets}"


def _of_what(frames: WorkbookFrames) -> list[tuple[str, str]]:
    viewer, freshness = frames.viewer, frames.freshness
    who = f"{viewer.name}, {_ROLES[viewer.role]}" if viewer else "The operator of the warehouse"
    age = (frames.filters.as_of - freshness.loaded_at.date()).days
    days = f", {count_of(age, 'day')} before the as-of date" if age > 0 else ""
    # The day has a line of its own.
    _, _, narrowed = frames.filters.sentence(frames.csm_names).partition("; ")
    periods = [
        f"{each.label} ({each.start_on:%-d %b %Y} to {each.end_on:%-d %b %Y})"
        for each in frames.windows
    ]
    return [
        *([("Age", frames.stale)] if frames.stale else []),
        ("As of", f"{frames.filters.as_of:%-d %b %Y}"),
        ("Made for", f"{who}. {frames.scope.reason}"),
        ("Filters", narrowed or "none: every account that may be seen"),
        ("Retention policy", frames.policy.sentence()),
        ("Periods", "; ".join(periods) or "none has ended"),
        ("Currency", f"{frames.currency}, to the cent"),
        (
            "Data",
            f"{freshness.origin}, version {freshness.version}, "
            f"loaded {moment(freshness.loaded_at)}{days}. {freshness.derived_note}".strip(),
        ),
    ]


def left_out(frames: WorkbookFrames) -> list[str]:
    """What the file does not hold, and why, in words."""
    said = [
        f"{question}: needs {' and '.join(tables)}, not loaded"
        for question, tables in sorted(frames.missing.items())
    ]
    said += [
        f"{count_of(amounts, 'amount')} of {table} in {currency}, {amount:,.2f} in all: no "
        "exchange rate on the as-of date"
        for table, currency, amounts, amount in frames.without_rate.iter_rows()
    ]
    if frames.undated:
        said.append(f"{count_of(frames.undated, 'renewal')} without a due date")
    if frames.beyond:
        first, last = frames.quarters[0].label, frames.quarters[-1].label
        said.append(f"{count_of(frames.beyond, 'renewal')} due before {first} or after {last}")
    if unknown := frames.due["arr_due"].null_count():
        said.append(
            f"{count_of(unknown, 'renewal')} with an amount that is not known: n/a in its row, "
            "in no sum"
        )
    return said or ["Nothing"]


def write_definitions(sheet: Sheet, frames: WorkbookFrames) -> None:
    """Every metric of these pages, and every choice of the policy."""
    sheet.title("Definitions", "As the app shows them beside its numbers.")
    widths = (16, 30, 70, 60)
    for column, width in enumerate(widths):
        sheet.page.set_column(column, column, width)
    headings = ["Subject", "Metric or choice", "Definition", "And"]
    sheet.headings(3, headings, height=18, left=range(len(headings)))
    rows = [
        (each.subject, each.label, each.formula, each.edge_cases)
        for each in definitions()
        if each.subject in SUBJECTS
    ]
    rows += [
        ("policy", LABELS.get(name, name), words, "")
        for name, words in frames.policy.choices().items()
    ]
    for row, cells in enumerate(rows, 4):
        sheet.wrapped(row, cells, widths)
    sheet.page.freeze_panes(4, 2)
    sheet.page.repeat_rows(3)
