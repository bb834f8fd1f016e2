from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.findings import renewals as findings
from dashboard.queries.accounts import CUSTOMERS
from dashboard.queries.renewals import DUE_BY_QUARTER


def due(*cells: tuple[int, int, int, int | None]) -> pl.DataFrame:
    """Renewals, ARR due, open renewals and their ARR."""
    names = ("renewals", "arr_due", "open", "arr_open")
    return pl.DataFrame(
        [
            dict.fromkeys(DUE_BY_QUARTER)
            | {"due_quarter": date(2026, 10, 1)}
            | dict(zip(names, cell, strict=True))
            for cell in cells
        ],
        schema=DUE_BY_QUARTER,
    )


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([], "No renewals fall due in FY26 Q4"),
        ([(1, 500, 0, 0)], "All 1 renewal of FY26 Q4 ($500) are closed"),
        ([(2, 500, 0, 0), (1, 1000, 0, 0)], "All 3 renewals of FY26 Q4 ($1.5K) are closed"),
        (
            [(2, 2_000_000, 1, 1_500_000), (1200, 500_000, 1100, 10_000)],
            "$1.5M of the $2.5M due in FY26 Q4 is still open, 1,101 of 1,202 renewals",
        ),
    ],
)
def test_due_by_quarter_says_how_much_is_still_open(cells, sentence):
    assert findings.due_by_quarter(due(*cells), "FY26 Q4", currency="USD") == sentence


def cells(*rows: tuple[str, str, int, int | None]) -> pl.DataFrame:
    """Segment, band, open renewals and their ARR."""
    return pl.DataFrame(
        [(*row[:3], None if row[3] is None else Decimal(row[3])) for row in rows],
        schema={
            "segment": pl.String,
            "band": pl.String,
            "open": pl.Int64,
            "arr_open": pl.Decimal(38, 2),
        },
        orient="row",
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No renewal of Q4 is open"),
        ([("A", "red", 0, 0)], "No renewal of Q4 is open"),
        ([("A", "red", 0, 0), ("A", "green", 1, 5)], "No open renewal of Q4 is red"),
        (
            [("A", "red", 1, 500), ("B", "red", 0, 0), ("B", "green", 9, 9000)],
            "Worst case for Q4: $500 open at red, all of it in A",
        ),
        (
            [("A", "red", 1, 500), ("B", "red", 2, 600)],
            "Worst case for Q4: $1.1K open at red, most of it in B",
        ),
        (
            [("A", "red", 1, 400), ("B", "red", 2, 350), ("C", "red", 1, 250)],
            "Worst case for Q4: $1.0K open at red, the largest part of it in A",
        ),
        (
            [("A", "red", 1, None), ("B", "red", 2, 600)],
            "Worst case for Q4: $600 open at red, most of it in B",
        ),
    ],
)
def test_worst_case_says_what_is_open_at_red_and_where(rows, sentence):
    assert findings.worst_case(cells(*rows), "Q4", currency="USD") == sentence


def customers(*rows: tuple[str, str | None, int | None]) -> pl.DataFrame:
    names = ("account_name", "health_band", "arr")
    return pl.DataFrame(
        [dict.fromkeys(CUSTOMERS) | dict(zip(names, row, strict=True)) for row in rows],
        schema=CUSTOMERS,
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No customer of €100.0K or more is red"),
        (
            [("Small", "red", 99_999), ("Scored", "green", 900_000), ("No ARR", "red", None)],
            "No customer of €100.0K or more is red",
        ),
        (
            [("Small", "red", 99_999), ("Acme", "red", 100_000)],
            "1 customer of €100.0K or more is red: Acme, €100.0K",
        ),
        (
            [("Acme", "red", 100_000), ("Bolt", "red", 250_000)],
            "2 customers of €100.0K or more are red: €350.0K together",
        ),
    ],
)
def test_high_risk_names_the_one_or_counts_the_many(rows, sentence):
    said = findings.high_risk(customers(*rows), Decimal(100_000), currency="EUR")
    assert said == sentence
