from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts import plans as charts
from dashboard.findings import plans as findings
from dashboard.queries.plans import BY_DUE_QUARTER, BY_PART, COVERAGE, CUSTOMERS, OBJECTIVES


def rows(schema: pl.Schema, *given: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | each for each in given], schema=schema)


def part(kind: str, status: str, objectives: int, progress: float | None = None, **other: object):
    return {
        "kind": kind,
        "status": status,
        "band": "50 to 75%",
        "objectives": objectives,
        "measured": 0 if progress is None else objectives,
        "progress_sum": None if progress is None else progress * objectives,
    } | other


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "No customer has an objective"),
        ([part("A", "attained", 1)], "1 of 1 objective is attained, 0 at risk and 0 missed"),
        (
            [part("A", "paused", 2), part("A", "at risk", 3), part("A", "missed", 1)],
            "0 of 6 objectives are attained, 3 at risk and 1 missed",
        ),
    ],
)
def test_status_says_how_many_are_attained_and_in_trouble(given, sentence):
    assert findings.by_status(rows(BY_PART, *given)) == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            [part("A", "missed", 2)],
            "No objective has a baseline, a goal and a value, 0 measured",
        ),
        (
            [part("A", "missed", 2, 0.5)],
            "Objectives are 50.0% of the way to their goals on average, all in one kind",
        ),
        (
            [part("A", "missed", 3, 0.5), part("B", "missed", 1, 0.1), part("C", "missed", 9)],
            "Objectives are 40.0% of the way to their goals on average; B is furthest from them "
            "at 10.0%",
        ),
    ],
)
def test_progress_names_the_part_that_is_furthest(given, sentence):
    parts = rows(BY_PART, *given)
    assert findings.progress(parts, charts.progress(parts, "kind"), "kind") == sentence


def test_progress_is_drawn_with_what_is_beyond_the_goal():
    parts = rows(
        BY_PART,
        part("A", "attained", 2, 1.0, band="beyond the goal"),
        part("A", "odd word", 2, 0.0),
        part("A", "missed", 1, band="not measured"),
    )

    drawn = charts.progress(parts, "kind")

    named = ("part", "objectives", "measured", "beyond", "average_progress", "label")
    assert drawn.select(named).rows() == [("A", 5, 4, 2, 0.5, "50.0%, n 4")]
    assert charts.by_status(parts, "kind").select("what", "objectives", "whole").rows() == [
        ("attained", 2, 5),
        ("missed", 1, 5),
        ("other status", 2, 5),
    ]
    assert charts.bands(parts).select("band", "what", "objectives").rows() == [
        ("50 to 75%", "other status", 2),
        ("beyond the goal", "attained", 2),
        ("not measured", "missed", 1),
    ]
    assert findings.bands(2, 0) == "2 objectives are beyond the goal, 0 below the baseline"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "No objective is due in Q4"),
        ([("attained", 1)], "1 objective is due in Q4, 0 of them open"),
        ([("missed", 1), ("on track", 3)], "4 objectives are due in Q4, 3 of them open"),
    ],
)
def test_due_says_how_many_are_open(given, sentence):
    named = [{"status": status, "objectives": number} for status, number in given]
    assert findings.due(rows(BY_DUE_QUARTER, *named), "Q4") == sentence


def test_due_quarters_end_with_what_has_no_day():
    given = rows(
        BY_DUE_QUARTER,
        {"due_quarter": None, "status": "x", "objectives": 1},
        {"due_quarter": date(2026, 10, 1), "status": "missed", "objectives": 2},
    )

    drawn = charts.by_due_quarter(given, label_of=lambda day: f"Q {day.month}")

    assert drawn.select("quarter", "what", "objectives").rows() == [
        ("Q 10", "missed", 2),
        ("no due day", "other status", 1),
    ]


def test_lists_say_how_many_and_how_bad():
    waits = [{"days_since_validated": None}, {"days_since_validated": 100}]
    due = [{"due": "overdue"}, {"due": "due soon"}, {"due": "due soon"}]

    assert findings.not_validated(rows(OBJECTIVES), 90) == (
        "No open objective has gone 90 days without the customer's word"
    )
    assert findings.not_validated(rows(OBJECTIVES, *waits), 90) == (
        "2 open objectives have not been validated for 90 days, 1 of them never"
    )
    assert findings.not_validated(rows(OBJECTIVES, waits[1]), 90) == (
        "1 open objective has not been validated for 90 days"
    )
    assert findings.due_soon(rows(OBJECTIVES), 30) == (
        "No open objective is overdue or due within 30 days"
    )
    assert findings.due_soon(rows(OBJECTIVES, *due), 30) == (
        "1 open objective is past the due day, 2 more are due within 30 days"
    )
    assert findings.without(rows(CUSTOMERS)) == "No customer is without an objective"
    assert findings.without(rows(CUSTOMERS, {"account_name": "A"})) == (
        "1 customer without an objective, A first"
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            [("on track or attained", 2, 9), ("at risk or missed", 1, 500)],
            "Each of 3 customers has an objective; $500 of ARR has one at risk or missed",
        ),
        (
            [("on track or attained", 2, 9), ("no objective", 1, 500)],
            "1 of 3 customers ($500) has no objective",
        ),
    ],
)
def test_coverage_says_who_has_no_objective(given, sentence):
    named = [
        {"plan": plan, "customers": number, "arr": Decimal(arr)} for plan, number, arr in given
    ]
    assert findings.coverage(rows(COVERAGE, *named), currency="USD") == sentence
