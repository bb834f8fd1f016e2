import polars as pl
import pytest

from dashboard.findings import churn as findings
from dashboard.queries.churn import BY_PART, BY_QUARTER, BY_REASON, FLAGS, LOST

NONE = "no reason given"


def framed(schema: pl.Schema, names: str, rows: list[tuple]) -> pl.DataFrame:
    """Rows of some columns; the others are empty."""
    return pl.DataFrame(
        [dict.fromkeys(schema) | dict(zip(names.split(), row, strict=True)) for row in rows],
        schema=schema,
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No customer left or paid less in Q4"),
        (
            [("contraction", "unknown", 500)],
            "No customer left in Q4; $500 was lost to contraction",
        ),
        (
            [("churn", "unknown", 500), ("contraction", "unknown", 5)],
            "Q4 lost $500 to churn and $5 to contraction; nobody said what was controllable",
        ),
        (
            [
                ("churn", "controllable", 300),
                ("churn", "not controllable", 500),
                ("churn", "unknown", 200),
            ],
            "Q4 lost $1.0K to churn and $0 to contraction; 30.0% of the churn was controllable",
        ),
    ],
)
def test_by_quarter_says_what_was_lost_and_what_was_controllable(rows, sentence):
    frame = framed(BY_QUARTER, "movement control arr_lost", rows)
    assert findings.by_quarter(frame, "Q4", currency="USD") == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No customer left in Q4"),
        ([("contraction", "seats", 5)], "No customer left in Q4"),
        (
            [("churn", NONE, 500)],
            "No reason is given for any of the $500 that churned in Q4",
        ),
        (
            [("churn", "Price", 30), ("churn", "Price", 30), ("churn", "Merger", 40)],
            "Price cost most of the ARR that churned in Q4: $60, 60.0%; all of it has a reason",
        ),
        (
            [("churn", "Price", 40), ("churn", NONE, 60), ("contraction", "seats", 900)],
            "Price cost most of the ARR that churned in Q4: $40, 40.0%; $60 has no reason",
        ),
    ],
)
def test_by_reason_says_what_cost_most_and_what_no_reason_covers(rows, sentence):
    frame = framed(BY_REASON, "movement reason arr_lost", rows)
    assert findings.by_reason(frame, "Q4", currency="USD") == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("contraction", "A", 1, 5)], "No customer left in Q4"),
        (
            [("churn", "A", 1, 30), ("churn", "B", 2, 70), ("contraction", "A", 1, 900)],
            "70.0% of the ARR that churned in Q4 was of B: $70, 2 customers",
        ),
        (
            [("churn", None, 1, 70)],
            "100.0% of the ARR that churned in Q4 was of an unknown CSM: $70, 1 customer",
        ),
    ],
)
def test_by_part_names_the_part_that_lost_most_to_churn(rows, sentence):
    frame = framed(BY_PART, "movement label accounts arr_lost", rows)
    assert findings.by_part(frame, "CSM", "Q4", currency="USD") == sentence


def lost(*rows: tuple[str, str, int, str | None, int | None]) -> pl.DataFrame:
    return framed(LOST, "unit_id movement arr_lost best_band days_from_red", list(rows))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No customer left in Q4"),
        ([("a", "contraction", 5, "green", None)], "No customer left in Q4"),
        ([("a", "churn", 5, None, None)], "No customer that left in Q4 had a health score before"),
        (
            [("a", "churn", 5, "red", 9)],
            "No customer that left in Q4 was green in the 90 days before",
        ),
        (
            [
                ("a", "churn", 20, "green", 9),
                ("b", "churn", 60, "red", 9),
                ("c", "churn", 900, None, None),
                ("d", "contraction", 900, "green", None),
            ],
            "1 customer that left in Q4 was green in the 90 days before: $20, "
            "25.0% of the scored churn",
        ),
        (
            [("a", "churn", 20, "green", 9), ("b", "churn", 60, "green", 9)],
            "2 customers that left in Q4 were green in the 90 days before: $80, "
            "100.0% of the scored churn",
        ),
    ],
)
def test_surprise_counts_who_was_green_before(rows, sentence):
    assert findings.surprise(lost(*rows), "Q4", currency="USD") == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No customer left in Q4"),
        (
            [("a", "churn", 5, "green", None)],
            "No customer that left in Q4 was red in the year before",
        ),
        (
            [
                ("a", "churn", 5, "red", 10),
                ("b", "churn", 5, "red", 30),
                ("c", "churn", 5, "green", None),
                ("d", "churn", 5, None, None),
            ],
            "From the first red to leaving it took 20 days (median of 2 losses in Q4); "
            "1 was never red",
        ),
        (
            [("a", "churn", 5, "red", 10)],
            "From the first red to leaving it took 10 days (median of 1 loss in Q4); "
            "0 were never red",
        ),
    ],
)
def test_from_red_tells_the_median_with_its_number(rows, sentence):
    assert findings.from_red(lost(*rows), "Q4") == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No churn flag disagrees with the subscriptions"),
        ([(500, None)], "1 account is flagged as churned and pays $500"),
        (
            [(500, None), (300, 5), (0, 70), (0, 30)],
            "2 accounts are flagged as churned and pay $800; "
            "2 accounts pay nothing and are not flagged, $100 before",
        ),
        ([(0, 70)], "1 account pays nothing and is not flagged, $70 before"),
        ([(None, None)], "1 churn flag on accounts whose ARR has no exchange rate"),
    ],
)
def test_flags_tell_both_ways_with_their_arr(rows, sentence):
    frame = framed(FLAGS, "arr arr_lost", rows)
    assert findings.flags(frame, currency="USD") == sentence
