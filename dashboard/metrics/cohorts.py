"""Metrics of cohorts, over rows of ``queries.cohorts.TRIANGLE`` that have completed one age."""

from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total

A_YEAR: Final = {"month": 12, "quarter": 4, "year": 1}
"""Age of a cohort a year after its first period, by the length of the period."""


@metric("Gross ARR left after a year", unit=Unit.SHARE, better="higher")
def gross_share(reached: pl.DataFrame) -> float | None:
    """Of every customer the lower of its ARR a year after its cohort's first period and at that
    period's end, by the ARR at that end: summed over the cohorts that have completed the year, not
    the mean of their percentages.
    """
    return share(total(reached["gross_arr"]), total(reached["opening_arr"]))


@metric("Net ARR left after a year", unit=Unit.SHARE, better="higher")
def net_share(reached: pl.DataFrame) -> float | None:
    """ARR of the cohorts' customers a year after the first period, grown or shrunk, by what they
    had at its end: summed over the cohorts that have completed the year.
    """
    return share(total(reached["net_arr"]), total(reached["opening_arr"]))


@metric("Customers left after a year", unit=Unit.SHARE, better="higher")
def logo_share(reached: pl.DataFrame) -> float | None:
    """Customers of the cohorts that have ARR a year after the first period, by those that had any
    at its end: summed over the cohorts that have completed the year.
    """
    return share(int(reached["kept"].sum()), int(reached["accounts"].sum()))


@metric("Customers behind them", unit=Unit.COUNT, better="neither")
def customers(reached: pl.DataFrame) -> int:
    """Customers of the cohorts that have completed the year."""
    return int(reached["accounts"].sum())


SHARES: Final = {"gross_share": gross_share, "net_share": net_share, "logo_share": logo_share}


def at_age(triangle: pl.DataFrame, age: int) -> pl.DataFrame:
    """Rows of the cohorts that have completed an age."""
    return triangle.filter(pl.col("is_complete"), pl.col("age") == age)


def pooled(triangle: pl.DataFrame) -> pl.DataFrame:
    """All cohorts together, age by age: each age over the cohorts that have completed it."""
    sums = (
        triangle.filter(pl.col("is_complete"))
        .group_by("age")
        .agg(
            pl.len().cast(pl.Int64).alias("cohorts"),
            *(pl.col(name).sum() for name in ("accounts", "kept")),
            *(pl.col(name).sum() for name in ("opening_arr", "gross_arr", "net_arr")),
        )
        .sort("age")
    )
    ages = [at_age(triangle, age) for age in sums["age"]]
    return sums.with_columns(
        pl.Series(name, [each(rows) for rows in ages], dtype=pl.Float64)
        for name, each in SHARES.items()
    )
