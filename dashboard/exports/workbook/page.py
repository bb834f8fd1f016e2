"""What a sheet of tables is written with."""

from dataclasses import dataclass

from dashboard.exports.workbook.checks import Checks
from dashboard.exports.workbook.data import Block
from dashboard.exports.workbook.frames import WorkbookFrames
from dashboard.exports.workbook.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet, the answers and the rows it is written from, and the checks it adds to."""

    sheet: Sheet
    frames: WorkbookFrames
    block: Block
    checks: Checks
