"""Columns in words; and nothing in the app calls Python from inside polars."""

import re
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.settings import ROOT
from dashboard.spelled import spelled

ROWS = pl.DataFrame(
    {
        "due_on": [date(2026, 1, 31), None],
        "arr": pl.Series([Decimal("1200.50"), Decimal(0)], dtype=pl.Decimal(38, 2)),
    }
)


def test_a_function_is_asked_about_each_value():
    assert spelled(ROWS, month=("due_on", "{:%b %Y}".format))["month"].to_list() == [
        "Jan 2026",
        None,
    ]


def test_values_are_those_of_python():
    assert spelled(ROWS, text=("arr", str))["text"].to_list() == ["1200.50", "0.00"]


def test_nulls_are_asked_about_where_they_mean_something():
    said = spelled(ROWS, nulls=True, due=("due_on", lambda day: (day and str(day)) or "no date"))
    assert said["due"].to_list() == ["2026-01-31", "no date"]


def test_several_columns_are_one_question():
    said = spelled(ROWS, both=(("due_on", "arr"), lambda day, arr: f"{arr} by {day}"))
    assert said["both"].to_list() == ["1200.50 by 2026-01-31", "0.00 by None"]


def test_an_empty_frame_has_the_column_too():
    assert spelled(ROWS.clear(), text=("arr", str)).schema["text"] == pl.String


FROM_INSIDE = re.compile(r"\.(map_elements|map_batches|map_groups|map_rows|rolling_map)\(")


@pytest.mark.parametrize("folder", ["dashboard", "benchmarks", "docs"])
def test_polars_calls_no_python_of_ours(folder):
    """Two threads of polars that wait for Python's lock stop the server: see ``spelled``."""
    files = sorted((ROOT / folder).rglob("*.py"))
    assert [
        f"{file.name}: {each}" for file in files for each in FROM_INSIDE.findall(file.read_text())
    ] == []
    assert files
