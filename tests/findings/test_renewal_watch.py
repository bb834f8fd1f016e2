from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts import renewal_watch as charts
from dashboard.findings import renewal_watch as findings
from dashboard.forecasts.questions.likelihood import LIKELIHOOD
from dashboard.journey_policy import RenewalWatch
from dashboard.metrics import renewal_watch as metrics
from dashboard.queries.renewal_watch import CALENDAR, CALENDAR_BY_WINDOW, STAKES, STAKES_BY_QUARTER


def stakes(**states: tuple[int, int]) -> pl.DataFrame:
    """States of a quarter with their renewals and ARR."""
    return pl.DataFrame(
        [
            (date(2026, 10, 1), "Enterprise", state, renewals, Decimal(arr), 0)
            for state, (renewals, arr) in states.items()
        ],
        schema=STAKES_BY_QUARTER,
        orient="row",
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (stakes(), "No renewal of FY26 Q4 is lost, at risk or saved"),
        (
            stakes(churned=(1, 900), reduced=(1, 100), saved=(2, 2_500_000)),
            "FY26 Q4 has lost $1.0K, has $0 at risk and saved $2.5M",
        ),
    ],
)
def test_stakes_say_what_is_lost_at_risk_and_saved(rows, sentence):
    assert findings.stakes(rows, "FY26 Q4", currency="USD") == sentence


def rows_of(*names_and_arr: tuple[str, int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            dict.fromkeys(STAKES)
            | {"account_name": name, "arr_at_stake": None if arr is None else Decimal(arr)}
            for name, arr in names_and_arr
        ],
        schema=STAKES,
    )


@pytest.mark.parametrize(
    ("rows", "state", "sentence"),
    [
        (rows_of(), "saved", "No renewal of Q4 was saved"),
        (rows_of(("A", 5)), "at_risk", "1 renewal of Q4 is open and red: $5"),
        (rows_of(("A", 5), ("B", 2)), "churned", "2 renewals of Q4 churned: $7, $5 of it A"),
        (rows_of(("A", None), ("B", None)), "saved", "2 renewals of Q4 were saved: n/a"),
    ],
)
def test_a_list_names_its_largest(rows, state, sentence):
    assert findings.in_state(rows, state, "Q4", currency="USD") == sentence


def calendar(*rows: tuple[int, str, int, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(days, state, number, Decimal(arr), 0) for days, state, number, arr in rows],
        schema=CALENDAR_BY_WINDOW,
        orient="row",
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (calendar(), "No open renewal is due within 120 days"),
        (
            calendar((30, "no answer", 1, 10)),
            "Each of the 1 renewal due within 120 days has an answer or a touch",
        ),
        (
            calendar(
                (30, "no answer, no touch", 2, 10),
                (60, "no answer, no touch", 1, 5),
                (60, "no touch", 4, 5),
            ),
            "3 of 7 renewals due within 120 days ($15) have neither an answer nor a touch, "
            "2 of them inside 30 days",
        ),
    ],
)
def test_the_calendar_says_what_has_neither(rows, sentence):
    assert findings.calendar(rows, 120, 30, currency="USD") == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No renewal ahead lacks an answer or a touch"),
        (
            [("A", 0, 10)],
            "1 renewal ($10) lacks an answer or a touch; A is due first, today",
        ),
        (
            [("A", 1, 10), ("B", 3, 5)],
            "2 renewals ($15) lack an answer or a touch; A is due first, in 1 day",
        ),
    ],
)
def test_the_list_names_what_is_due_first(rows, sentence):
    frame = pl.DataFrame(
        [
            dict.fromkeys(CALENDAR)
            | {"account_name": name, "days_to_due": ahead, "arr_due": Decimal(arr)}
            for name, ahead, arr in rows
        ],
        schema=CALENDAR,
    )
    assert findings.soonest(frame, currency="USD") == sentence


def answers(*rows: tuple[str | None, float | None, int]) -> pl.DataFrame:
    frame = pl.DataFrame(
        [
            dict.fromkeys(LIKELIHOOD)
            | {"renewal_likelihood": said, "probability": chance, "arr_due": Decimal(arr)}
            for said, chance, arr in rows
        ],
        schema=LIKELIHOOD,
    )
    return metrics.with_readings(frame, RenewalWatch())


def test_answer_and_model_are_read_at_their_marks():
    rows = answers(
        ("likely", 0.499999, 1),
        ("likely", 0.5, 2),
        ("likely", 0.75, 4),
        ("not_likely", 0.749999, 8),
        ("not_likely", 0.75, 16),
        ("unsure", 0.1, 32),
        (None, 0.1, 64),
        ("likely", None, 128),
    )

    assert rows["model"].to_list() == [
        *("low", "in between", "high", "in between", "high", "low", "low", "no probability"),
    ]
    assert rows["disagreement"].to_list() == [
        *(metrics.HOPEFUL, None, None, None, metrics.PESSIMISTIC, None, None, None),
    ]
    assert metrics.arr_disagreeing(rows) == 17
    assert metrics.arr_not_likely(rows) == 24
    assert metrics.arr_model_low(rows) == 97
    assert metrics.arr_low_unanswered(rows) == 64
    assert metrics.answered_share(rows) == pytest.approx(191 / 255)
    cells = charts.cells(rows, metrics.ANSWERS, metrics.MODEL, currency="USD")
    assert cells.filter(pl.col("is_against")).select("answer", "model", "arr_label").rows() == [
        ("likely", "low", "$1"),
        ("not likely", "high", "$16"),
    ]
    assert cells["answer"].to_list() == [
        *["likely"] * 4,
        "unsure",
        *["not likely"] * 2,
        "no answer",
    ]


@pytest.mark.parametrize(
    ("rows", "whole", "against"),
    [
        (answers(), "No renewal is open", "No answer and probability contradict each other"),
        (
            answers(("likely", 0.9, 30), (None, 0.9, 10)),
            "75.0% of the open ARR has an answer, and the model contradicts none of it",
            "No answer and probability contradict each other",
        ),
        (
            answers(("likely", 0.1, 30), ("likely", 0.2, 30), ("not_likely", 0.9, 40)),
            "100.0% of the open ARR has an answer; the model contradicts 3 answers ($100)",
            "2 customers ($60) answer likely where the model is low; "
            "1 customer ($40) answers not likely where the model is high",
        ),
    ],
)
def test_likelihood_says_how_much_contradicts(rows, whole, against):
    assert findings.likelihood(rows, currency="USD") == whole
    assert findings.disagreements(rows, currency="USD") == against


def test_windows_read_as_spans_of_days():
    assert charts.window_names((120, 90, 60, 30)) == {
        30: "0 to 30",
        60: "31 to 60",
        90: "61 to 90",
        120: "91 to 120",
    }
    assert charts.window_names((45,)) == {45: "0 to 45"}
