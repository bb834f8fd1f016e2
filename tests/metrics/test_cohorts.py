from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.metrics import cohorts as metrics
from dashboard.queries.cohorts import TRIANGLE


def triangle(*rows: tuple[int, int, int, int, int, int, int, bool]) -> pl.DataFrame:
    """Year of the cohort, age, customers, those left, opening, gross and net ARR, complete."""
    names = ("age", "accounts", "kept", "opening_arr", "gross_arr", "net_arr", "is_complete")
    return pl.DataFrame(
        [
            dict.fromkeys(TRIANGLE)
            | {"cohort_on": date(row[0], 1, 1)}
            | dict(zip(names, row[1:], strict=True))
            for row in rows
        ],
        schema=TRIANGLE,
    )


ROWS = triangle(
    (2023, 0, 2, 2, 100, 100, 100, True),
    (2023, 1, 2, 1, 100, 50, 150, True),
    (2023, 2, 2, 1, 100, 40, 140, True),
    (2024, 0, 8, 8, 900, 900, 900, True),
    (2024, 1, 8, 8, 900, 900, 900, True),
    (2024, 2, 8, 0, 900, 0, 0, False),
    (2025, 0, 5, 5, 70, 70, 70, True),
    (2025, 1, 5, 1, 70, 1, 1, False),
)


def test_shares_are_sums_by_sums_and_no_mean_of_percentages():
    a_year_on = metrics.at_age(ROWS, 1)

    assert metrics.gross_share(a_year_on) == pytest.approx(0.95)
    assert metrics.net_share(a_year_on) == pytest.approx(1.05)
    assert metrics.logo_share(a_year_on) == pytest.approx(0.9)
    assert metrics.customers(a_year_on) == 10


def test_pooled_is_over_the_cohorts_that_have_completed_the_age():
    assert metrics.pooled(ROWS).rows() == [
        (0, 3, 15, 15, Decimal(1070), Decimal(1070), Decimal(1070), 1.0, 1.0, 1.0),
        (1, 2, 10, 9, Decimal(1000), Decimal(950), Decimal(1050), 0.95, 1.05, 0.9),
        (2, 1, 2, 1, Decimal(100), Decimal(40), Decimal(140), 0.4, 1.4, 0.5),
    ]
    assert metrics.pooled(triangle()).is_empty()


def test_nothing_has_no_share():
    nothing = triangle((2023, 1, 0, 0, 0, 0, 0, True))

    for metric in (metrics.gross_share, metrics.net_share, metrics.logo_share):
        assert metric(nothing) is None
        assert metric(triangle()) is None
