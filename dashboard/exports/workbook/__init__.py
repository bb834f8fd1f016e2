"""The retention workbook: bridge, rates, renewals and forecast as formulas over account rows."""

from dashboard.exports.workbook import blocks
from dashboard.exports.workbook.about import write_about, write_definitions
from dashboard.exports.workbook.checks import Checks
from dashboard.exports.workbook.data import MOST_ROWS
from dashboard.exports.workbook.forecast import write_forecast
from dashboard.exports.workbook.frames import WorkbookFrames, workbook_frames
from dashboard.exports.workbook.page import Page
from dashboard.exports.workbook.renewals import write_renewals
from dashboard.exports.workbook.retained import write_bridge, write_retention
from dashboard.exports.workbook.scenario import write_inputs
from dashboard.exports.workbook.sheets import Book, Sheet

__all__ = ["WorkbookFrames", "workbook", "workbook_frames"]


def workbook(frames: WorkbookFrames, *, most_rows: int = MOST_ROWS) -> bytes:
    """The file: the same answers give the same bytes.

    Parameters
    ----------
    frames
        What ``workbook_frames`` answered.
    most_rows
        Rows that a sheet may have; more are split over several.
    """
    book = Book()
    names = ("About", "Bridge", "Retention", "Renewals", "Forecast", "Scenario inputs", "Check")
    about, bridge, retention, renewals, forecast, inputs, check = (
        Sheet(book, name, landscape=name not in {"Scenario inputs", "Check"}) for name in names
    )
    definitions = Sheet(book, "Definitions")
    customers, due, rates, open_renewals = data = [
        blocks.customers(frames),
        blocks.renewals(frames),
        blocks.rates(frames),
        blocks.forecast(frames),
    ]
    for each in data:
        each.write(book, most_rows=most_rows)
    checks = Checks()
    write_bridge(Page(bridge, frames, customers, checks))
    write_retention(Page(retention, frames, customers, checks))
    write_renewals(Page(renewals, frames, due, checks), rates)
    write_forecast(Page(forecast, frames, open_renewals, checks))
    write_inputs(inputs, frames, open_renewals)
    write_about(about, frames, data, checks.write(check))
    write_definitions(definitions, frames)
    return book.written()
