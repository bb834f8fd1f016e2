"""The sheet *Forecast*: expected amounts are formulas, the ranges around them are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.exports.workbook.cells import NOT_KNOWN
from dashboard.exports.workbook.checks import SAME_SHARE
from dashboard.exports.workbook.data import Live
from dashboard.exports.workbook.frames import WorkbookFrames
from dashboard.exports.workbook.page import Page
from dashboard.exports.workbook.renewals import label_of
from dashboard.exports.workbook.scenario import FIVE_ROUNDED
from dashboard.exports.workbook.sheets import (
    Cell,
    Kind,
    Sheet,
    Value,
    exact,
    ratio,
    ratio_of,
)
from dashboard.scenarios import By

ENDS: Final = {
    "low_80": "80 % range, from",
    "low_50": "50 % range, from",
    "high_50": "50 % range, to",
    "high_80": "80 % range, to",
}
_COLUMNS: Final = (
    "Renewals", "ARR due", "Expected, app's probabilities", "Expected, scenario",
    "Change by the scenario", "Churn, scenario", "Renewal rate expected, scenario",
    "Expected, as the app says", *ENDS.values(),
)  # fmt: skip
_YEAR_AS_SAID: Final[Sequence[tuple[str, str, Kind]]] = (
    ("closing_expected", "ARR expected on the last day, as the app says", "money"),
    ("nrr_expected", "NRR at the year's end, as the app says", "share"),
    *((f"nrr_{end}", f"NRR, {label}", "share") for end, label in ENDS.items()),
)


def write_forecast(page: Page) -> None:
    """By quarter, by segment, what four quarters of renewals do to ARR, and the year's end."""
    sheet, frames = page.sheet, page.frames
    sheet.title(
        "Forecast",
        f"In {frames.currency}. Expected amounts are formulas over Data forecast; ranges are the "
        "app's simulation of its own probabilities, and no scenario moves them.",
    )
    sheet.page.set_column(0, 0, 44)
    sheet.page.set_column(1, len(_COLUMNS) + 1, 16)
    sheet.page.freeze_panes(2, 1)
    if frames.renewals.is_empty():
        sheet.text(3, 0, "No renewal is open and due in this or the next three fiscal quarters.")
        return
    row, total = _by(page, 3, "due_quarter")
    row, _ = _by(page, row + 2, "segment")
    row = _four_quarters(sheet, row + 2, frames, total)
    if len(frames.year):
        _year_end(page, row + 2)


@dataclass(frozen=True, slots=True)
class _Total:
    """What all open renewals amount to."""

    due: Cell
    expected: Cell


def _by(page: Page, row: int, by: By) -> tuple[int, _Total]:
    """One row for each part, and one of all, which comes last."""
    sheet, is_quarter = page.sheet, by == "due_quarter"
    sheet.section(row, f"By {'quarter' if is_quarter else 'segment'}")
    left = ["Quarter", "From"] if is_quarter else ["Segment", ""]
    sheet.headings(row + 1, [*left, *_COLUMNS], height=46)
    sums = page.frames.sums[by]
    last = row + 1 + len(sums)
    for place, said in enumerate(sums.iter_rows(named=True), row + 2):
        where: dict[str, tuple[str, Value]] = {}
        if place == last:
            name: str = "All"
            sheet.text(place, 0, name, "total")
            sheet.text(place, 1, "", "total")
        elif is_quarter:
            name = label_of(page.frames, said[by])
            sheet.text(place, 0, name)
            where[by] = (sheet.given(place, 1, said[by], "date").here, said[by])
        else:
            name = NOT_KNOWN if said[by] is None else said[by]
            where[by] = (sheet.text(place, 0, name).here, name)
        total = _amounts(page, place, name, where, said)
    if is_quarter:
        _check_churn(page, last + 1)
    return last + 1, total


def _amounts(
    page: Page,
    row: int,
    name: str,
    where: dict[str, tuple[str, Value]],
    said: dict[str, Value],
) -> _Total:
    look = "formula" if where else "total"

    def live(column: int, formula: str, value: Value, kind: Kind = "money") -> Cell:
        return page.sheet.live(row, column, formula, value, kind, look=look)

    def summed(column: int, *keys: str, kind: Kind = "money") -> Cell:
        found = page.block.sum(*keys, **where)
        return live(column, found.formula, found.value, kind)

    summed(2, kind="count")
    due, base, expected = (
        summed(column, key)
        for column, key in ((3, "arr_due"), (4, "base_expected"), (5, "expected"))
    )
    live(6, f"{expected.here}-{base.here}", expected.number - base.number)
    summed(7, "churn")
    live(8, ratio_of(expected.here, due.here), ratio(expected.value, due.value), "share")
    app = page.sheet.given(row, 9, said["expected"], "money")
    for column, end in enumerate(ENDS, 10):
        page.sheet.given(row, column, said[end], "money")
    page.checks.nothing(
        f"Forecast, {name}: expected at the app's probabilities is the app's",
        f"{base.there}-{app.there}",
        base.number - app.number,
    )
    return _Total(due, expected)


def _check_churn(page: Page, row: int) -> None:
    """Churn at the app's probabilities, which no column of the data holds."""
    page.sheet.text(row, 0, "Churn at the app's probabilities, as the app says")
    app = page.sheet.given(row, 7, page.frames.churn["churn"][-1], "money")
    base = page.block.sum_of(
        "ROUND({arr_due}*(1-{probability}),money_digits)", exact(page.block.rows["churn"].sum())
    )
    page.checks.nothing(
        "Forecast: churn at the app's probabilities is the app's",
        f"{base.formula}-{app.there}",
        exact(base.value) - app.number,
    )


def _four_quarters(sheet: Sheet, row: int, frames: WorkbookFrames, total: _Total) -> int:
    """What the renewals alone do to the ARR of the as-of date."""
    sheet.section(row, "Four quarters of renewals, nothing else moving")
    arr = frames.arr["arr"][0] if len(frames.arr) else None
    now = _line(sheet, row + 1, "ARR on the as-of date, at its rates (app)", arr)
    due = _computed(
        sheet, row + 2, "ARR due in four quarters", Live(total.due.here, total.due.value)
    )
    renewed = _computed(
        sheet,
        row + 3,
        "Expected to renew, scenario",
        Live(total.expected.here, total.expected.value),
    )
    after = now.number - due.number + renewed.number
    left = _computed(
        sheet, row + 4, "ARR after four quarters",
        Live(f"{now.here}-{due.here}+{renewed.here}", after), look="total",
    )  # fmt: skip
    _computed(
        sheet, row + 5, "Net retention of four quarters by renewals alone",
        Live(ratio_of(left.here, now.here), ratio(after, now.value)), kind="share",
    )  # fmt: skip
    return row + 5


def _year_end(page: Page, row: int) -> None:
    sheet, frames, block, checks = page.sheet, page.frames, page.block, page.checks
    said = frames.year.row(0, named=True)
    sheet.section(
        row,
        f"NRR of the fiscal year from {said['period_start_on']:%-d %b %Y} to "
        f"{said['period_end_on']:%-d %b %Y}",
    )
    opening = _line(
        sheet, row + 1, "ARR of its customers on the first day (app)", said["opening_arr"]
    )
    arr = _line(sheet, row + 2, "Their ARR on the as-of date (app)", said["arr"])
    due = _computed(
        sheet, row + 3, "Of it due for renewal until the end", block.sum("in_year", "arr_due")
    )
    share = ("in_year", "arr_due", "expected_share")
    renewed = _computed(
        sheet, row + 4, "Expected to renew of that, scenario", block.sum(*share, "used")
    )
    others = [
        _line(sheet, row + 5 + place, f"{label} (app)", said[key])
        for place, (key, label) in enumerate(
            (
                ("pipeline_expected", "Expansion expected of open opportunities"),
                ("outside_pipeline_expected", "Expansion usual outside the pipeline"),
                ("losses_expected", "Losses usual outside renewals"),
            )
        )
    ]
    value = (
        arr.number - due.number + renewed.number + sum((each.number for each in others), exact(0))
    )
    closing = _computed(
        sheet, row + 8, "ARR expected on the last day",
        Live(f"MAX(0,{arr.here}-{due.here}+{renewed.here}+SUM({others[0].here}:{others[-1].here}))",
             max(value, exact(0))),
        look="total",
    )  # fmt: skip
    _computed(
        sheet, row + 9, "NRR at the year's end",
        Live(ratio_of(closing.here, opening.here), ratio(closing.value, opening.value)),
        kind="share", look="total",
    )  # fmt: skip
    for place, (key, label, kind) in enumerate(_YEAR_AS_SAID, row + 10):
        _line(sheet, place, label, said[key], kind)
    if abs(value - exact(said["closing_expected"])) > exact(FIVE_ROUNDED):
        sheet.text(
            row + 16, 0,
            "The app's simulation stops at zero ARR in some of its draws, which no formula over "
            "the renewals can say: its numbers lie above the formula's and are given as they are.",
        )  # fmt: skip
        return
    # Only what renews is moved by a scenario: the rest is the app's in both.
    here = f"'{sheet.name}'!"
    rest = f"{arr.there}-{due.there}+SUM({here}{others[0].here}:{others[-1].here})"
    base = f"({rest}+{block.sum(*share, 'probability').formula})"
    app, nrr = (f"{here}$C${place}" for place in (row + 11, row + 12))
    checks.within(
        "Year's end: ARR expected at the app's probabilities is the app's",
        f"{base}-{app}",
        value - exact(said["closing_expected"]),
        "year_rounding",
        FIVE_ROUNDED,
    )
    checks.true(
        "Year's end: NRR at the app's probabilities is the app's",
        f"ABS({base}-{nrr}*{opening.there})<=year_rounding+share_tolerance*{opening.there}",
        holds=abs(value - exact(said["nrr_expected"]) * opening.number)
        <= exact(FIVE_ROUNDED) + exact(SAME_SHARE) * opening.number,
    )


def _line(sheet: Sheet, row: int, label: str, value: Value, kind: Kind = "money") -> Cell:
    sheet.text(row, 0, label)
    return sheet.given(row, 2, value, kind)


def _computed(
    sheet: Sheet, row: int, label: str, live: Live, *, kind: Kind = "money", look: str = "formula"
) -> Cell:
    sheet.text(row, 0, label, "total" if look == "total" else "label")
    return sheet.live(row, 2, live.formula, live.value, kind, look=look)
