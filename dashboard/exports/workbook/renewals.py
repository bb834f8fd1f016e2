"""The sheet *Renewals*: due by quarter, by segment and band, and the rates of the policy."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from dashboard.exports.workbook.data import Block
from dashboard.exports.workbook.frames import WorkbookFrames
from dashboard.exports.workbook.page import Page
from dashboard.exports.workbook.sheets import Cell, Kind, Sheet, Value, exact, ratio, ratio_of

_DUE: Final[Sequence[tuple[str, str, Kind, tuple[str, ...], str]]] = (
    ("renewals", "Renewals", "count", (), ""),
    ("arr_due", "ARR due", "money", ("arr_due",), ""),
    ("renewed", "Renewed", "count", (), "renewed"),
    ("arr_renewed", "ARR renewed", "money", ("arr_renewed",), ""),
    (
        "arr_renewed_capped",
        "ARR renewed, at most what was due",
        "money",
        ("arr_renewed_capped",),
        "",
    ),
    ("churned", "Churned", "count", (), "churned"),
    ("open", "Still open", "count", (), "open"),
    ("arr_open", "ARR still open", "money", ("arr_due",), "open"),
)
"""Columns of a quarter: of the answer, heading, what is summed, of renewals in which status."""
_RATED: Final[Sequence[tuple[str, Kind, tuple[str, ...]]]] = (
    ("Renewals covered", "count", ("is_covered",)),
    ("ARR due", "money", ("is_covered", "arr_due")),
    ("Decided", "count", ("is_decided",)),
    ("ARR due that counts", "money", ("is_decided", "counted_arr_due")),
    ("Renewed of it", "money", ("is_decided", "counted_arr_renewed")),
    ("Renewed, at most what was due", "money", ("is_decided", "counted_arr_capped")),
    ("Renewals renewed", "count", ("is_renewed",)),
)
_CROSSED: Final = {
    "ARR due by segment": ("segment", ""),
    "ARR still open by segment": ("segment", "open"),
    "ARR still open by health band": ("health_band", "open"),
}
_RATES: Final = ("gross_renewal_rate", "net_renewal_rate", "logo_renewal_rate")


def write_renewals(page: Page, rates: Block) -> None:
    """Due by quarter, then by segment and by band, then the rates.

    Parameters
    ----------
    page
        Its rows are the renewals by due date.
    rates
        Renewals as the policy counts them.
    """
    sheet, due = page.sheet, page.block
    sheet.title(
        "Renewals", "By the fiscal quarter of the due date, as they stood on the as-of date."
    )
    sheet.page.set_column(0, 0, 26)
    sheet.page.set_column(1, 14, 15)
    sheet.page.freeze_panes(2, 1)
    quarters = due.rows["due_quarter"].unique().sort().to_list()
    if not quarters and rates.rows.is_empty():
        sheet.text(3, 0, "No renewal falls due in the quarters listed.")
        return
    row = _due_by_quarter(page, 3, quarters)
    for title in _CROSSED:
        row = _crossed(page, row + 2, quarters, title)
    _rates(replace(page, block=rates), row + 2)


def label_of(frames: WorkbookFrames, day: date) -> str:
    """Name of the fiscal quarter that begins on a day."""
    names = {each.start_on: each.label for each in frames.quarters}
    return names.get(day, f"from {day:%-d %b %Y}")


def _due_by_quarter(page: Page, row: int, quarters: list[date]) -> int:
    sheet, frames, block, checks = page.sheet, page.frames, page.block, page.checks
    sheet.section(row, "Due by quarter")
    names = ["Quarter", "From", *(each[1] for each in _DUE), "Renewal rate so far"]
    sheet.headings(row + 1, names, height=46)
    last = row + 2 + len(quarters)
    app = frames.due_by_quarter
    for place, day in enumerate([*quarters, None], row + 2):
        look = "formula" if day else "total"
        start = _quarter(sheet, place, frames, day)
        cells: dict[str, Cell] = {}
        for column, (name, _, kind, keys, status) in enumerate(_DUE, 2):
            where: dict[str, tuple[str, Value]] = {"due_quarter": (start.here, day)} if day else {}
            if status:
                where["status"] = (f"status_{status}", status)
            found = block.sum(*keys, **where)
            cells[name] = sheet.live(place, column, found.formula, found.value, kind, look=look)
        capped, due, still = (cells[each] for each in ("arr_renewed_capped", "arr_due", "arr_open"))
        closed = f"({due.here}-{still.here})"
        rate = ratio(capped.value, due.number - still.number)
        sheet.live(place, 10, ratio_of(capped.here, closed), rate, "share", look=look)
    sheet.text(last + 1, 0, "As the app says, all quarters")
    for column, (name, heading, kind, *_) in enumerate(_DUE, 2):
        said = sheet.given(last + 1, column, exact(app[name].sum()), kind)
        ours = cells[name]
        checks.nothing(
            f"Renewals, all quarters: {heading} is the app's",
            f"{ours.there}-{said.there}",
            ours.number - said.number,
        )
    return last + 1


def _quarter(sheet: Sheet, row: int, frames: WorkbookFrames, day: date | None) -> Cell:
    """Name and first day of a quarter; of all of them without a day."""
    if day is None:
        sheet.text(row, 0, "All quarters", "total")
        return sheet.text(row, 1, "", "total")
    sheet.text(row, 0, label_of(frames, day))
    return sheet.given(row, 1, day, "date")


def _crossed(page: Page, row: int, quarters: list[date], title: str) -> int:
    """Amounts by quarter and by a part of the book."""
    sheet, frames, block = page.sheet, page.frames, page.block
    key, status = _CROSSED[title]
    sheet.section(row, title)
    sheet.headings(row + 1, ["", *(label_of(frames, day) for day in quarters), "All quarters"])
    sheet.text(row + 2, 0, "From")
    starts = [sheet.given(row + 2, column, day, "date") for column, day in enumerate(quarters, 1)]
    parts = sorted(block.rows[key].unique())
    for place, part in enumerate([*parts, None], row + 3):
        look = "total" if part is None else "formula"
        name = sheet.text(
            place, 0, "All" if part is None else part, look if look == "total" else "label"
        )
        for column, start in enumerate([*starts, None], 1):
            where: dict[str, tuple[str, Value]] = {}
            if start is not None:
                where["due_quarter"] = (start.here, start.value)
            if part is not None:
                where[key] = (name.here, part)
            if status:
                where["status"] = (f"status_{status}", status)
            found = block.sum("arr_due", **where)
            sheet.live(place, column, found.formula, found.value, "money", look=look)
    return row + 3 + len(parts)


def _rates(page: Page, row: int) -> None:
    sheet, frames, block, checks = page.sheet, page.frames, page.block, page.checks
    policy = frames.policy
    sheet.section(row, f"Renewal rates under {policy.title}, of the quarters that are over")
    sheet.headings(
        row + 1,
        [
            "Quarter", "From", *(name for name, *_ in _RATED), "Gross rate", "Net rate",
            "Logo rate", "Gross rate, app", "Net rate, app", "Logo rate, app",
        ],
        height=46,
    )  # fmt: skip
    for place, said in enumerate(frames.rates.iter_rows(named=True), row + 2):
        start = _quarter(sheet, place, frames, said["due_quarter"])
        where: dict[str, tuple[str, Value]] = {"counted_in": (start.here, start.value)}
        cells = []
        for column, (_, kind, keys) in enumerate(_RATED, 2):
            found = block.sum(*keys, **where)
            cells.append(sheet.live(place, column, found.formula, found.value, kind))
        _, _, decided, due, renewed, capped, kept = cells
        app = [
            sheet.given(place, column, said[key], "share") for column, key in enumerate(_RATES, 12)
        ]
        pairs = ((capped, due), (renewed, due), (kept, decided))
        for column, (part, whole) in enumerate(pairs, 9):
            if policy.renewal_base == "total_arr":
                sheet.text(place, column, "the app's only")
                continue
            ours = sheet.live(
                place,
                column,
                ratio_of(part.here, whole.here),
                ratio(part.value, whole.value),
                "share",
            )
            name = ("Gross", "Net", "Logo")[column - 9]
            quarter = label_of(frames, said["due_quarter"])
            checks.same_rate(f"{name} renewal rate, {quarter}: the app's", ours, app[column - 9])
    if frames.rates.is_empty():
        sheet.text(row + 2, 0, "No renewal counts in a quarter that is over.")
