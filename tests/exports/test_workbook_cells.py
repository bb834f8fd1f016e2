"""Cells made a column at a time are those that xlsxwriter makes one by one."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import fastexcel
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from dashboard.exports import files
from dashboard.exports.workbook import cells
from dashboard.exports.workbook.cells import FIRST_DAY, FIRST_SAFE, NOT_KNOWN, Rows, filled
from tests.exports.spreadsheets import read

PART = "xl/worksheets/sheet1.xml"
SCHEMA = {
    "text": pl.String,
    "amount": pl.Decimal(38, 2),
    "share": pl.Float64,
    "count": pl.Int64,
    "day": pl.Date,
    "nothing": pl.Null,
    "entry": pl.Null,
    "double": pl.Decimal(38, 2),
    "said": pl.String,
}
FORMULAS = {"double": 'IF(B#<"<&>",B#+B#,0)', "said": "A#&A#"}
ROWS = st.lists(
    st.tuples(
        st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        st.none() | st.decimals(-(10**12), 10**12, places=2),
        st.none() | st.floats(-1e300, 1e300) | st.sampled_from([float("nan"), float("inf")]),
        st.none() | st.integers(-(10**9), 10**9),
        st.none() | st.dates(),
    ),
    min_size=1,
    max_size=5,
)


def frame_of(rows):
    data = [(*row, None, None, row[1], "a < b & c") for row in rows]
    return pl.DataFrame(data, schema=SCHEMA, orient="row")


def by_the_column(frame):
    buffer = BytesIO()
    with Workbook(buffer, files.OPTIONS) as book:
        book.set_properties({"created": files.CREATED})  # Else two are two seconds' work.
        page, style = book.add_worksheet(), book.add_format({"bold": True})
        page.write_string(0, 0, "Head")
        for column in range(frame.width):
            for row in {1, len(frame)}:
                page.write_blank(row, column, None, style)
    return filled(buffer, {PART: Rows(frame, 2, FORMULAS, {"entry"})})


def one_by_one(frame):
    buffer = BytesIO()
    with Workbook(buffer, files.OPTIONS) as book:
        page, style = book.add_worksheet(), book.add_format({"bold": True})
        page.write_string(0, 0, "Head")
        for row, values in enumerate(frame.iter_rows(), 1):
            for column, (key, value) in enumerate(zip(frame.columns, values, strict=True)):
                write_one(page, (row, column), key, shown(value), style)
    return buffer.getvalue()


def shown(value):
    if isinstance(value, date):
        return value.isoformat() if value < FIRST_SAFE else (value - FIRST_DAY).days
    if value is None or (isinstance(value, float) and not abs(value) < float("inf")):
        return NOT_KNOWN
    return float(value) if isinstance(value, Decimal) else value


def write_one(page, place, key, value, style):
    if key == "entry":
        page.write_blank(*place, None, style)
    elif key in FORMULAS:
        formula = FORMULAS[key].replace("#", str(place[0] + 1))
        page.write_formula(*place, f"={formula}", style, value)
    elif isinstance(value, str):
        page.write_string(*place, value, style)
    else:
        page.write_number(*place, value, style)


def near(cell):
    # xlsxwriter keeps 16 digits of a number, and a share has up to 17.
    is_number = isinstance(cell.value, float)
    return pytest.approx(cell.value, rel=1e-15, abs=0) if is_number else cell.value


@settings(max_examples=25, deadline=None)
@given(ROWS)
@example([("=cmd|'/c calc'!A0", Decimal("-0.10"), float("nan"), 0, date(1900, 2, 28))])
@example([("<img src=x onerror=alert(1)> & \x00\x1f\r_x0041_\ufffe", None, 0.1 + 0.2, None, None)])
@example([(" \n", Decimal("1000.00"), 1e300, 10, date(1900, 3, 1)), ("", None, 1e-7, 100, None)])
@example([("\U0001f600", Decimal("0.00"), float("inf"), -1, None)] * 3)
def test_every_kind_of_value_reads_as_if_it_were_written_by_itself(rows):
    frame = frame_of(rows)

    ours, theirs = read(by_the_column(frame))["Sheet1"], read(one_by_one(frame))["Sheet1"]

    assert ours.keys() == theirs.keys()
    for place, cell in theirs.items():
        assert ours[place].formula == cell.formula
        assert ours[place].value == near(cell), place


def test_rows_made_in_several_parts_are_all_there(monkeypatch):
    monkeypatch.setattr(cells, "_AT_ONCE", 7)
    names = [f"Customer {number}" for number in range(50)]
    frame = frame_of([(name, None, None, number, None) for number, name in enumerate(names)])

    book = by_the_column(frame)

    sheet = fastexcel.read_excel(book).load_sheet(0).to_polars()
    assert sheet["Head"].to_list() == names
    assert by_the_column(frame) == book
