from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts import lifecycle as charts
from dashboard.findings import lifecycle as findings
from dashboard.queries.lifecycle import (
    ACCOUNTS,
    BY_MONTH,
    BY_STAGE,
    CONVERSIONS,
    DAYS_IN_STAGE,
)
from dashboard.queries.onboarding import COHORTS


def rows(schema: pl.Schema, *given: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | each for each in given], schema=schema)


def stage(name: str, reading: str, customers: int, arr: int) -> dict[str, object]:
    return {
        "stage": name,
        "reading": reading,
        "accounts": max(customers, 1),
        "customers": customers,
        "arr": Decimal(arr),
    }


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([stage("Churned", "no limit", 0, 0)], "No customer is in any stage"),
        (
            [stage("Adoption", "within its limit", 2, 900)],
            "$900 of ARR is in Adoption; nobody is stuck in a stage, 0 customers",
        ),
        (
            [stage("Adoption", "stuck", 1, 900), stage("unmapped: X", "no limit", 1, 1000)],
            "$1.0K of ARR is in unmapped: X; 1 customer ($900) is stuck in a stage",
        ),
    ],
)
def test_stages_say_where_most_arr_is_and_who_is_stuck(given, sentence):
    assert findings.by_stage(rows(BY_STAGE, *given), currency="USD") == sentence


@pytest.mark.parametrize(
    ("stuck", "sentence"),
    [
        ([5], "Customers by stage"),
        ([5, 5], "5 customers stuck in a stage, as many as on 30 Sep 2026"),
        ([5, 1], "1 customer stuck in a stage, 4 fewer than on 30 Sep 2026"),
        ([0, 2], "2 customers stuck in a stage, 2 more than on 30 Sep 2026"),
    ],
)
def test_months_say_how_the_stuck_moved(stuck, sentence):
    days = [date(2026, 9, 30), date(2026, 10, 31)]
    given = [{"day_on": day, "stuck": number} for day, number in zip(days, stuck, strict=False)]
    assert findings.by_month(rows(BY_MONTH, *given)) == sentence


def test_the_list_names_who_is_stuck_longest():
    given = [
        {"account_name": "A", "stage": "Onboarding", "days_in_stage": 100, "arr": Decimal(5)},
        {"account_name": "B", "stage": "Adoption", "days_in_stage": 99, "arr": Decimal(7)},
    ]
    assert findings.stuck(rows(ACCOUNTS), currency="USD") == (
        "No customer has been in its stage for longer than the limit"
    )
    assert findings.stuck(rows(ACCOUNTS, *given), currency="USD") == (
        "2 customers ($12) are stuck; A has been in Onboarding for 100 days"
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            [("Adoption", "in it now", 9)],
            "No stage has both stays that ended and customers in it now",
        ),
        (
            [("Adoption", "in it now", 9), ("Adoption", "ended", 9)],
            "In none of 1 stage have customers been longer than a stay usually lasts",
        ),
        (
            [
                ("Adoption", "in it now", 30),
                ("Adoption", "ended", 20),
                ("Churned", "in it now", 900),
                ("Churned", "ended", 1),
                ("Onboarding", "in it now", 120),
                ("Onboarding", "ended", 56),
            ],
            "Those in Onboarding have been there 120 days at the median, where a stay that ended "
            "took 56",
        ),
    ],
)
def test_lengths_name_the_stage_furthest_beyond_the_usual(given, sentence):
    named = [{"stage": name, "stays": kind, "median_days": days} for name, kind, days in given]
    assert findings.days_in_stage(rows(DAYS_IN_STAGE, *named)) == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "No customer entered a stage since May"),
        ([("Renewal", "Adoption", 2)], "2 stays began since May, none in Onboarding"),
        (
            [("Onboarding", "Adoption", 3), ("Onboarding", "Churned", 1)],
            "Of 4 customers that entered Onboarding since May, 75.0% moved on to Adoption and "
            "0.0% are still in it",
        ),
    ],
)
def test_conversions_say_what_became_of_onboarding(given, sentence):
    named = [{"stage": name, "outcome": then, "stays": number} for name, then, number in given]
    assert findings.conversions(rows(CONVERSIONS, *named), "May") == sentence


def test_time_to_value_names_the_latest_complete_cohort():
    def cohort(month: int, *, waiting: int, median: float | None) -> dict[str, object]:
        return {
            "cohort_on": date(2026, month, 1),
            "accounts": 10,
            "reached": 10 - waiting,
            "waiting": waiting,
            "left_before": 0,
            "median_days": median,
            "is_complete": not waiting,
        }

    first, second = cohort(1, waiting=0, median=57), cohort(4, waiting=4, median=60)
    assert findings.time_to_value(rows(COHORTS, first, second), "Q1") == (
        "Half of the cohort of Q1 took 57 days or fewer to move out of Onboarding (n 10); "
        "4 customers of 2 cohorts still wait"
    )
    assert findings.time_to_value(rows(COHORTS, second), "") == (
        "No cohort is complete; 4 customers of 1 cohort still wait"
    )
    assert findings.cohort_states(rows(COHORTS, first, second)) == (
        "16 of 20 customers are out of onboarding, 4 still in it, 0 left before"
    )


def test_stages_stand_in_the_order_of_the_journey_and_unmapped_ones_after_them():
    names = ["unmapped: Z", "Churned", "not recorded", "Onboarding", "unmapped: B", "Renewal"]

    assert charts.ordered(names) == (
        *("Onboarding", "Renewal", "Churned", "unmapped: B", "unmapped: Z", "not recorded"),
    )
    months = rows(
        BY_MONTH,
        *(
            {"day_on": date(2026, 10, 31), "stage": name, "customers": 1, "arr": Decimal(2)}
            for name in names
        ),
    )
    drawn = charts.by_month(months)
    assert drawn.select("group", "customers", "arr").rows() == [
        ("Onboarding", 1, 2),
        ("Renewal", 1, 2),
        ("Churned", 1, 2),
        ("unmapped", 2, 4),
        ("not recorded", 1, 2),
    ]
