from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.findings import forecast as findings
from dashboard.forecasts.questions.ahead import OPEN_RENEWALS, RENEWALS_BY_SEGMENT
from dashboard.forecasts.questions.record import BACKTEST, CALIBRATION
from dashboard.forecasts.questions.sales import YEAR_END
from dashboard.queries.calls import BETWEEN

TOTAL = {
    "renewals": 331,
    "arr_due": Decimal(37_800_000),
    "expected": Decimal(34_800_000),
    "low_80": Decimal(33_800_000),
    "high_80": Decimal(36_000_000),
}


def frame(schema: pl.Schema, *rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def test_the_outlook_says_what_is_expected_of_what_and_how_sure_that_is():
    assert findings.outlook(TOTAL, "FY26 Q4 to FY27 Q3", currency="USD") == (
        "$34.8M of the $37.8M due in FY26 Q4 to FY27 Q3 is expected to renew, "
        "$33.8M to $36.0M in eight outcomes of ten"
    )


def test_the_note_names_the_range_and_the_year_s_end_with_its_target():
    year = frame(
        YEAR_END, {"period_end_on": date(2027, 1, 1), "nrr_low_80": 1.071, "nrr_high_80": 1.089}
    )
    start = "331 open renewals due in Q. Eight outcomes in ten bring $33.8M to $36.0M."

    def note(year, target):
        return findings.ranges(TOTAL, year, target, "Q", currency="USD")

    assert note(year, 1.06) == (
        f"{start} NRR of the fiscal year to 31 Dec 2026 ends between 107.1% and 108.9%; "
        "the target is 106.0%."
    )
    assert note(year, None).endswith("between 107.1% and 108.9%.")
    assert note(year.clear(), 1.06) == start


def segment(name, due, expected):
    return {"segment": name, "arr_due": Decimal(due), "expected": Decimal(expected)}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No ARR is due in Q"),
        ([segment("A", 0, 0)], "No ARR is due in Q"),
        ([segment("A", 200, 150)], "A is expected to keep 75.0% of its ARR due in Q"),
        (
            [segment("A", 100, 95), segment("B", 100, 80), segment("B", 100, 90)],
            "B is expected to keep 85.0% of its ARR due in Q, A 95.0%",
        ),
    ],
)
def test_by_segment_names_who_keeps_least_and_most(rows, sentence):
    assert findings.by_segment(frame(RENEWALS_BY_SEGMENT, *rows), "Q") == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No churn is expected of the open renewals"),
        ([("A", 0)], "No churn is expected of the open renewals"),
        ([("A", 5000)], "$5.0K is expected to churn in four quarters, all of it in A"),
        (
            [("A", 5000), ("B", 7000), (None, 12_000)],
            "$12.0K is expected to churn in four quarters, $7.0K of it in B",
        ),
    ],
)
def test_churn_says_how_much_and_where_most(rows, sentence):
    sums = pl.DataFrame(
        [(name, Decimal(amount)) for name, amount in rows],
        schema={"segment": pl.String, "churn": pl.Decimal(38, 2)},
        orient="row",
    )
    assert findings.churn(sums, currency="USD") == sentence


def stake(*rows):
    return pl.DataFrame(
        [(name, Decimal(due), chance, Decimal(lost)) for name, due, chance, lost in rows],
        schema={
            "account_name": pl.String,
            "arr_due": pl.Decimal(38, 2),
            "probability": pl.Float64,
            "arr_at_stake": pl.Decimal(38, 2),
        },
        orient="row",
    )


def test_at_stake_says_how_much_the_first_few_hold():
    many = stake(("Acme", 1_000, 0.5, 500), *(("Other", 100, 0.5, 50) for _ in range(11)))

    assert findings.at_stake(many, currency="USD") == (
        "10 of 12 renewals hold 90.5% of the ARR expected to churn; Acme is first with $1.0K "
        "at 50.0%"
    )
    assert findings.at_stake(many.head(1), currency="USD").startswith("The one open renewal holds")
    assert findings.at_stake(stake(("A", 100, 1.0, 0)), currency="USD") == (
        "No open renewal puts ARR at stake"
    )


def steps(**amounts):
    return [(name.replace("_", " "), Decimal(amount)) for name, amount in amounts.items()]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (steps(opening=0, closing=0), "No call of Q4 stood on either day"),
        (steps(opening=500, closing=500), "The call of Q4 stands at $500 then"),
        (
            steps(opening=500, won=-300, new=100, closing=300),
            "The call of Q4 fell by $200 then to $300; the largest step is won, -$300",
        ),
        (
            steps(opening=0, new=100, closing=100),
            "The call of Q4 rose by $100 then to $100; the largest step is new, $100",
        ),
        (
            steps(opening=500, won=-300, new=300, closing=500),
            "The call of Q4 ended where it began then to $500; the largest step is won, -$300",
        ),
    ],
)
def test_calls_say_how_they_moved_and_by_what_most(steps, sentence):
    assert findings.calls(steps, "Q4", "then", currency="USD") == sentence


def test_what_was_won_is_set_beside_what_was_called_for_it():
    won = {
        "change_kind": "won",
        "opening_amount": Decimal(100),
        "arr_renewed": Decimal(130),
    }
    lost = won | {"change_kind": "lost"}

    assert findings.won(frame(BETWEEN, won, won, lost), currency="USD") == (
        "2 renewals won since, called at $200, brought $260."
    )
    assert findings.won(frame(BETWEEN, lost), currency="USD") == (
        "Nothing that was called has been won since."
    )


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        (33_800_000, "brings $1.0M less over four quarters: $33.8M instead of $34.8M"),
        (35_000_000, "brings $200.0K more over four quarters: $35.0M instead of $34.8M"),
        (34_800_000, "leaves the $34.8M expected over four quarters as they are"),
    ],
)
def test_a_scenario_says_what_it_changes(expected, sentence):
    moved = TOTAL | {"expected": Decimal(expected)}
    assert findings.scenario(TOTAL, moved, currency="USD") == f"The scenario {sentence}"


def past(low, high, actual, expected=100, base=90):
    money = {"low_80": low, "high_80": high, "actual": actual, "expected": expected}
    money |= {"base_rate_expected": base, "arr_due": 120}
    return {name: Decimal(amount) for name, amount in money.items()}


def test_the_record_counts_what_ranges_held_and_how_far_amounts_were_off():
    rows = frame(BACKTEST, past(90, 110, 110), past(90, 110, 90), past(90, 110, 120))

    assert findings.record(rows, "at its start") == (
        "Forecasts made at its start were off by 12.5% of the ARR that renewed, the base rate by "
        "15.6%; 80% ranges held 2 of 3"
    )
    assert findings.record(rows.clear(), "at its start") == (
        "No quarter that was forecast at its start is over yet"
    )


def test_calibration_says_what_became_of_the_lowest_and_which_group_is_furthest_off():
    rows = frame(
        CALIBRATION,
        {"decile": 1, "forecasts": 278, "probability": 0.607, "renewed": 0.612},
        {"decile": 2, "forecasts": 1, "probability": 0.95, "renewed": 0.92},
    )

    assert findings.calibration(rows) == (
        "Of renewals given 60.7% or about, 61.2% renewed; the group furthest off is 3.0 pp away, "
        "of 1 forecast"
    )
    assert findings.calibration(rows.clear()) == "No past forecast is decided yet"


METHOD = {
    "uses_model": True,
    "reason": "Because.",
    "forecasts": 2778,
    "brier": 0.0814,
    "brier_base_rate": 0.0974,
    "cells": 114,
    "held_50": 0.61,
    "held_80": 0.84,
    "arr_error": 0.035,
    "arr_error_base_rate": 0.043,
    "arr_error_of_called": 0.02,
    "arr_error_calls": 0.057,
}


def test_the_model_says_that_it_was_nearer_than_the_base_rate():
    said = findings.made(METHOD)

    assert "a model's" in said
    assert said.endswith(
        "over 2,778 past forecasts its mean squared error (Brier score) is 0.081 against 0.097."
    )


def test_the_base_rate_says_that_the_model_did_not_beat_it():
    reason = "The model's Brier score does not beat the base rate's, so base rates are used."

    assert findings.made(METHOD | {"uses_model": False, "reason": reason}) == (
        f"The forecast is the base rate of each segment. {reason}"
    )


@pytest.mark.parametrize(
    ("held", "said"),
    [(0.75, "as wide as said"), (0.851, "wider than need be"), (0.749, "too narrow")],
)
def test_how_good_it_was_judges_the_width_of_the_ranges(held, said):
    first, second, third = findings.good(METHOD | {"held_80": held})

    assert said in first
    assert second == (
        "Its amounts were off by 3.5% of the ARR that renewed, those of the base rate by 4.3%."
    )
    assert third.endswith("it was off by 2.0%, their calls by 5.7%.")


def test_how_good_it_was_is_not_said_without_a_record_or_calls():
    assert findings.good(METHOD | {"cells": 0}) == (
        "No forecast quarter is over yet, so there is no record to judge it by.",
    )
    assert len(findings.good(METHOD | {"arr_error_calls": None})) == 2


def test_the_calls_stand_beside_what_is_expected_of_the_same():
    called = {"arr_due": Decimal(100), "expected": Decimal(95), "csm_amount": Decimal(80)}
    other = {"arr_due": Decimal(300), "expected": Decimal(200)}

    assert findings.beside(frame(OPEN_RENEWALS, called, other), currency="USD") == (
        "CSMs have called 1 of 2 renewals, 25.0% of the ARR due: $80, where the forecast expects "
        "$95 of the same."
    )
    assert findings.beside(frame(OPEN_RENEWALS, other), currency="USD").startswith("No CSM has")


@pytest.mark.parametrize(
    ("moves", "accounts", "said"),
    [
        (
            0,
            0,
            "No scenario is assumed: what if probabilities moved, or accounts were saved or lost?",
        ),
        (1, 0, "What if: 1 part of the book moved"),
        (0, 2, "What if: 2 accounts saved or lost"),
        (2, 1, "What if: 2 parts of the book moved and 1 account saved or lost"),
    ],
)
def test_a_scenario_says_how_much_it_assumes(moves, accounts, said):
    assert findings.assumed(moves, accounts) == said
