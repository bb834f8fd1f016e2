"""Titles about advocacy."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.findings import advocacy
from dashboard.queries.advocacy import BY_CSM, BY_QUARTER, REFERENCES


def framed(schema: pl.Schema, names: str, rows: list[tuple]) -> pl.DataFrame:
    """Rows of some columns; the others are empty."""
    return pl.DataFrame(
        [dict.fromkeys(schema) | dict(zip(names.split(), row, strict=True)) for row in rows],
        schema=schema,
    )


@pytest.mark.parametrize(
    ("events", "target", "whole", "sentence"),
    [
        ([3, 2], 8.0, True, "Q4: 5 qualified advocates, 3 short of the target of 8"),
        ([3, 7], 8.0, True, "Q4: 10 qualified advocates, 2 above the target of 8"),
        ([8], 8.0, True, "Q4: 8 qualified advocates, exactly the target"),
        ([1], None, True, "Q4: 1 qualified advocate, without a target"),
        ([], 8.0, True, "No qualified advocate in Q4, 8 short of the target of 8"),
        ([1], 8.0, False, "Q4: 1 qualified advocate, by these filters; the company's target is 8"),
    ],
)
def test_a_quarter_stands_against_the_companys_target(events, target, whole, sentence):
    rows = framed(BY_QUARTER, "events", [(each,) for each in events])
    assert advocacy.by_quarter(rows, "Q4", "csqa", target, whole=whole) == sentence


def test_who_arranged_most():
    names = "member_id member_name events"
    rows = [("m1", "Ada", 2), ("m2", None, 4), ("m1", "Ada", 3), (None, None, 1)]
    assert advocacy.by_csm(framed(BY_CSM, names, rows), "FY26") == (
        "2 people arranged 10 events in FY26, most of all Ada (5); 1 name nobody"
    )
    assert advocacy.by_csm(framed(BY_CSM, names, rows[1:2]), "FY26") == (
        "1 person arranged 4 events in FY26, most of all m2 (4)"
    )
    assert advocacy.by_csm(framed(BY_CSM, names, rows[3:]), "FY26") == (
        "1 event in FY26, and nobody is named for any"
    )
    assert advocacy.by_csm(framed(BY_CSM, names, []), "FY26") == "No advocacy event in FY26"


def test_who_is_left_to_ask():
    names = "account_name asked is_asked_too_often last_asked_on"
    rows = framed(
        REFERENCES,
        names,
        [("Alder", 0, False, None), ("Birch", 4, True, date(2026, 3, 1)), ("Cedar", 5, True, None)],
    )
    assert advocacy.asked(rows, 3) == (
        "1 of 3 referenceable customers was not asked; 2 were asked more than 3 times"
    )
    assert advocacy.asked(rows.head(1), 1) == (
        "1 of 1 referenceable customer was not asked; nobody more than 1 time"
    )
    assert advocacy.asked(rows.clear(), 3) == "No customer is referenceable"
    assert advocacy.references(rows) == (
        "3 referenceable customers, whom to ask next first: Alder, never asked"
    )
    assert advocacy.references(rows[1:2]).endswith("Birch, last on 1 Mar 2026")
    assert advocacy.references(rows.clear()) == "No customer is referenceable"


def test_the_assumption_stands_beside_the_influenced_arr():
    drawn = pl.DataFrame(
        {
            "recorded": [Decimal(1000), Decimal(500)],
            "credited": [Decimal(400), Decimal(200)],
            "events": [3, 2],
            "without_amount": [1, 1],
        }
    )
    assert advocacy.influenced(drawn, 0.4, "FY26", currency="USD") == (
        "$600 influenced in FY26 if 40% of the $1.5K recorded is credited; "
        "3 of 5 events name an amount"
    )
    none = drawn.with_columns(without_amount=pl.col("events"))
    assert advocacy.influenced(none, 0.4, "FY26", currency="USD") == (
        "No amount is recorded for 5 events in FY26"
    )
