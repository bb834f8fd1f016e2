"""Files people open elsewhere: all rows, the same amounts, and nothing that runs."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dashboard.exports import files

PAYLOADS = [
    "=1+1",
    "=cmd|'/c calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "https://example.invalid",
    "plain",
]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(columns)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_no_csv_cell_starts_a_formula(texts):
    written = files.csv(rows(name=texts)).decode()

    for cell in csv.reader(StringIO(written)):
        assert not cell or not cell[0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_negative_amount_stays_a_number_in_csv():
    frame = pl.DataFrame({"arr": [Decimal("-12.50")]}, schema={"arr": pl.Decimal(38, 2)})

    assert files.csv(frame).decode() == "arr\n-12.50\n"


def test_an_excel_file_holds_no_formula_and_no_link():
    book = ZipFile(BytesIO(files.excel(rows(name=PAYLOADS), sheet="Names")))

    sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.findall(f".//{MAIN}f") == []
    assert sheet.findall(f".//{MAIN}hyperlink") == []


def test_text_that_looks_like_runs_of_rich_text_leaves_the_file_whole():
    names = ["<r><b></r>", "<r>\n</r>", "<b>bold</b>"]
    book = files.excel(rows(name=names), sheet="Names", notes={"Filters": "<r><i></r>"})

    read = fastexcel.read_excel(book)
    assert read.load_sheet("Names").to_polars()["name"].str.strip_chars().to_list() == names
    assert read.load_sheet("About", header_row=None).to_polars().row(0) == (
        "Filters",
        "<r><i></r> ",
    )


def test_an_excel_file_holds_every_row_and_the_same_total():
    amounts = [Decimal(number) / 100 for number in range(3000)]
    frame = pl.DataFrame({"arr": amounts}, schema={"arr": pl.Decimal(38, 2)})

    read = fastexcel.read_excel(files.excel(frame, sheet="ARR")).load_sheet("ARR").to_polars()

    assert len(read) == 3000
    assert round(read["arr"].sum(), 2) == float(sum(amounts))


def test_an_excel_file_says_what_its_rows_mean():
    book = files.excel(rows(n=[1]), sheet="Rows", notes={"Definition": "=what it says"})

    about = fastexcel.read_excel(book).load_sheet("About", header_row=None).to_polars()
    assert about.rows() == [("Definition", "=what it says")]


@pytest.mark.parametrize("name", ["a/b:c*d?e[f]g\\h", "x" * 60, "", "'quoted'"])
def test_any_name_makes_a_sheet(name):
    assert fastexcel.read_excel(files.excel(rows(n=[1]), sheet=name)).sheet_names


def test_the_same_rows_give_the_same_bytes():
    frame = rows(name=["a", "b"], on=[date(2026, 1, 1), None])

    assert files.excel(frame, sheet="x") == files.excel(frame, sheet="x")


def test_a_cell_too_long_for_excel_says_that_it_was_cut():
    book = files.excel(rows(note=["x" * 40_000]), sheet="Notes")

    read = fastexcel.read_excel(book).load_sheet("Notes").to_polars()
    assert read["note"][0].endswith("(cut: too long for Excel)")


def test_json_keeps_money_exact_and_dates_iso():
    frame = pl.DataFrame(
        [(date(2026, 2, 28), Decimal("0.10"), 0.5, None, datetime(2026, 1, 1, tzinfo=UTC))],
        schema={
            "on": pl.Date,
            "arr": pl.Decimal(38, 2),
            "share": pl.Float64,
            "name": pl.String,
            "at": pl.Datetime("us", "UTC"),
        },
        orient="row",
    )

    assert json.loads(files.records(frame)) == [
        {
            "on": "2026-02-28",
            "arr": "0.10",
            "share": 0.5,
            "name": None,
            "at": "2026-01-01T00:00:00+00:00",
        }
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_json_has_no_word_for_what_is_no_number(value):
    assert json.loads(files.records(rows(score=[value]))) == [{"score": None}]
