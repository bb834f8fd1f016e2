from datetime import date

import polars as pl
import pytest

from dashboard.findings import cohorts as findings
from dashboard.metrics.cohorts import pooled
from dashboard.queries.cohorts import TRIANGLE


def triangle(*rows: tuple[int, int, int, int, int, bool]) -> pl.DataFrame:
    """Year, age, customers at the start and left, gross ARR left of 1,000, complete."""
    return pl.DataFrame(
        [
            dict.fromkeys(TRIANGLE)
            | {
                "cohort_on": date(year, 1, 1),
                "age": age,
                "accounts": accounts,
                "kept": kept,
                "opening_arr": 1000,
                "gross_arr": gross,
                "net_arr": 2 * gross,
                "logo_share": kept / accounts,
                "gross_share": gross / 1000,
                "net_share": gross / 500,
                "is_complete": complete,
            }
            for year, age, accounts, kept, gross, complete in rows
        ],
        schema=TRIANGLE,
    )


FIRST_DRAWN = date(2022, 1, 1)


@pytest.mark.parametrize(
    ("rows", "period", "measure", "sentence"),
    [
        ([], "year", "ARR gross", "No cohort has completed a year after its first"),
        (
            [(2024, 0, 5, 5, 1000, True), (2024, 1, 5, 5, 900, False)],
            "quarter",
            "ARR gross",
            "No cohort has completed a quarter after its first",
        ),
        (
            [(2022, 1, 5, 5, 900, True)],
            "year",
            "ARR gross",
            "After 1 year 90.0% of the gross ARR is left, 1 cohort pooled",
        ),
        # 2021 is not drawn, 2023 has four customers: neither is named, both are pooled.
        (
            [
                (2021, 1, 5, 3, 100, True),
                (2022, 1, 5, 4, 800, True),
                (2023, 1, 4, 1, 0, True),
                (2024, 1, 5, 5, 900, True),
                (2025, 1, 5, 5, 0, False),
            ],
            "year",
            "ARR gross",
            "After 1 year 45.0% of the gross ARR is left, 4 cohorts pooled; 2022 kept least, 80.0%",
        ),
        (
            [(2022, 4, 5, 5, 900, True), (2023, 4, 9, 3, 500, True), (2022, 5, 5, 1, 10, True)],
            "quarter",
            "logos",
            "After 4 quarters 57.1% of the customers are left, 2 cohorts pooled; "
            "2023 kept least, 33.3%",
        ),
        (
            [(2022, 1, 5, 5, 900, True), (2022, 2, 5, 5, 600, True)],
            "quarter",
            "ARR net",
            "After 2 quarters 120.0% of the net ARR is left, 1 cohort pooled",
        ),
    ],
)
def test_triangle_says_what_is_left_after_a_year_and_who_kept_least(
    rows, period, measure, sentence
):
    said = findings.triangle(
        triangle(*rows),
        measure=measure,
        period=period,
        label_of=lambda day: str(day.year),
        drawn_from=FIRST_DRAWN,
    )
    assert said == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([(2022, 0, 5, 5, 1000, True)], "No cohort has completed a year after its first"),
        (
            [(2022, 1, 5, 4, 700, True), (2022, 2, 5, 1, 100, True)],
            "1 year on, 80.0% of the customers are left with 70.0% of their ARR gross and "
            "140.0% net (1 cohort)",
        ),
        # The third year rests on two cohorts only: the second on three.
        (
            [(year, 2, 5, 4, 700, True) for year in (2020, 2021, 2022)]
            + [(year, 3, 5, 0, 0, True) for year in (2020, 2021)],
            "2 years on, 80.0% of the customers are left with 70.0% of their ARR gross and "
            "140.0% net (3 cohorts)",
        ),
    ],
)
def test_pooled_by_age_speaks_of_the_last_age_that_several_cohorts_came_to(rows, sentence):
    assert findings.pooled_by_age(pooled(triangle(*rows)), period="year") == sentence
