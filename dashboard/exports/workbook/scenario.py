"""The sheet *Scenario inputs*: what the reader may change, and the constants of the formulas."""

from collections.abc import Sequence
from typing import Final

from dashboard.exports.workbook.checks import SAME_SHARE, SHARE_DIGITS
from dashboard.exports.workbook.data import Block, only_from_to
from dashboard.exports.workbook.frames import WorkbookFrames
from dashboard.exports.workbook.sheets import Kind, Sheet, Value

FIVE_ROUNDED: Final = 0.03
"""What five amounts, each rounded to the cent, may be apart by, and half a cent."""
CONSTANTS: Final[Sequence[tuple[str, Value, Kind, str]]] = (
    ("money_digits", 2, "count", "Digits that an amount has after the point"),
    ("share_digits", SHARE_DIGITS, "count", "Digits in which equal shares agree"),
    ("share_tolerance", SAME_SHARE, "text", "Most that two equal shares may be apart by"),
    (
        "year_rounding",
        FIVE_ROUNDED,
        "text",
        "Most that a sum of amounts, each to the cent, may be apart by",
    ),
    ("annual_quarters", 4, "count", "Quarters a quarterly rate is compounded over"),
)


def write_inputs(sheet: Sheet, frames: WorkbookFrames, block: Block) -> None:
    """Cells that the reader may change, then the constants of the formulas."""
    sheet.title(
        "Scenario inputs",
        "Yellow cells may be changed: points added to the renewal probability of a part of the "
        "book, such as -5%. Single renewals: the yellow column of Data forecast.",
    )
    sheet.page.set_column(0, 0, 34)
    sheet.page.set_column(1, 1, 18)
    sheet.page.set_column(2, 2, 70)
    row = 3
    for name, key, heading in (
        ("segment", "segment", "Segment"),
        ("band", "health_band", "Health band"),
    ):
        parts = sorted(block.rows[key].unique()) or [""]
        sheet.headings(row, [heading, "Points added to the probability"])
        for place, part in enumerate(parts, row + 1):
            sheet.text(place, 0, part)
            sheet.given(place, 1, 0, "share", look="entry")
        only_from_to(sheet, (row + 1, 1, row + len(parts), 1), -1, 1)
        cells = f"'{sheet.name}'!${{0}}${row + 2}:${{0}}${row + 1 + len(parts)}"
        sheet.book.define(f"scenario_{name}s", cells.format("A"))
        sheet.book.define(f"scenario_{name}_shifts", cells.format("B"))
        row += len(parts) + 3
    sheet.headings(row, ["Constants of the formulas", "", ""], height=18)
    minimum: tuple[str, Value, Kind, str] = (
        "minimum_arr",
        frames.policy.minimum_arr,
        "money",
        "Customers with less ARR at the period's start are in no cohort",
    )
    for name, value, kind, said in (*CONSTANTS, minimum):
        row += 1
        sheet.text(row, 0, name)
        sheet.given(row, 1, value, kind, name=name)
        sheet.text(row, 2, said)
    for status in ("open", "renewed", "churned"):
        row += 1
        sheet.text(row, 0, f"status_{status}")
        sheet.given(row, 1, status, "text", name=f"status_{status}")
        sheet.text(row, 2, "Word for a renewal's status on Data renewals")
