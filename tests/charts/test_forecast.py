"""Rows that the forecast's charts draw."""

from datetime import date
from decimal import Decimal

import polars as pl

from dashboard.charts import forecast, record, scenarios
from dashboard.forecasts.questions.ahead import RENEWALS_BY_QUARTER, RENEWALS_BY_SEGMENT
from dashboard.forecasts.questions.record import BACKTEST

Q4, Q1 = date(2026, 10, 1), date(2027, 1, 1)


def label_of(day: date) -> str:
    return {Q4: "FY26 Q4", Q1: "FY27 Q1"}[day]


def frame(schema: pl.Schema, *rows: dict[str, object]) -> pl.DataFrame:
    money = [name for name, dtype in schema.items() if dtype == pl.Decimal(38, 2)]
    return pl.DataFrame(
        [dict.fromkeys(schema) | dict.fromkeys(money, Decimal(0)) | row for row in rows],
        schema=schema,
    )


def test_calls_are_stacked_by_how_sure_they_are_beside_what_is_expected():
    quarters = frame(
        RENEWALS_BY_QUARTER,
        {"due_quarter": Q4, "arr_due": Decimal(100), "expected": Decimal(90)},
        {"due_quarter": Q1, "arr_due": Decimal(50), "expected": Decimal("45.50")},
    )
    called = pl.DataFrame(
        [
            (Q4, "at risk", Decimal(5)),
            (Q4, "commit", Decimal("60.25")),
            (Q4, "best case", Decimal(0)),
            (Q4, "other", Decimal(7)),
        ],
        schema={
            "due_quarter": pl.Date,
            "category": pl.String,
            "amount": pl.Decimal(38, 2),
        },
        orient="row",
    )

    drawn = forecast.outlook(quarters, called, label_of=label_of, targets={Q1: 0.9})

    assert drawn.select("quarter", "bar", "slot", "start", "end").rows() == [
        ("FY26 Q4", "ARR due", "expected", 0.0, 100.0),
        ("FY26 Q4", "expected", "expected", 0.0, 90.0),
        ("FY26 Q4", "called commit", "called", 0.0, 60.25),
        ("FY26 Q4", "called at risk", "called", 60.25, 65.25),
        ("FY26 Q4", "called other", "called", 65.25, 72.25),
        ("FY27 Q1", "ARR due", "expected", 0.0, 50.0),
        ("FY27 Q1", "expected", "expected", 0.0, 45.5),
    ]
    assert drawn.drop_nulls("target").select("quarter", "bar", "target").rows() == [
        ("FY27 Q1", "expected", 45.0)
    ]


def test_a_category_nobody_expected_and_a_call_without_one_are_drawn_as_other():
    words = pl.DataFrame({"said": ["commit", "Best_Case", "at_risk", "upside", None]})

    assert words.select(forecast.category_of("said")).to_series().to_list() == [
        *("commit", "best case", "at risk", "other", "other")
    ]


def test_the_segments_with_the_most_arr_due_are_drawn():
    rows = frame(
        RENEWALS_BY_SEGMENT,
        *(
            {"due_quarter": quarter, "segment": name, "arr_due": Decimal(due)}
            for quarter, name, due in (
                *((Q4, "small", 10), (Q4, "large", 10), (Q1, "large", 90)),
                *((Q1, "middle", 50), (Q1, "small", 5)),
            )
        ),
    )

    drawn = forecast.by_segment(rows, label_of=label_of, most=2)

    assert drawn.select("quarter", "segment").rows() == [
        ("FY26 Q4", "large"),
        ("FY27 Q1", "large"),
        ("FY27 Q1", "middle"),
    ]


def test_a_scenario_is_drawn_beside_the_forecast_without_the_sum_of_all():
    sums = frame(RENEWALS_BY_QUARTER, {"due_quarter": Q4}, {"due_quarter": None})

    drawn = scenarios.scenario(sums, sums, label_of=label_of)

    assert drawn.select("quarter", "forecast").rows() == [
        ("FY26 Q4", "forecast"),
        ("FY26 Q4", "scenario"),
    ]


def test_the_record_is_a_share_of_the_arr_due_and_says_whether_the_range_held():
    usual = {"due_quarter": Q4, "arr_due": Decimal(200), "expected": Decimal(180)}
    usual |= {"low_80": Decimal(160), "high_80": Decimal(190)}
    rows = frame(
        BACKTEST,
        usual | {"segment": "a", "actual": Decimal(160)},
        usual | {"segment": "b", "actual": Decimal("190.01")},
        {"due_quarter": Q4, "segment": "nothing due"},
    )

    drawn = record.record(rows, label_of=label_of, most=6)

    assert drawn.select(
        "segment", "expected_share", "low_80_share", "actual_share", "came"
    ).rows() == [
        ("a", 0.9, 0.8, 0.8, record.HELD),
        ("b", 0.9, 0.8, 0.95005, record.MISSED),
    ]
