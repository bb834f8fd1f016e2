"""Metrics of satisfaction, over the columns of ``queries.csat.BY_MONTH``."""

from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share
from dashboard.metrics.proportions import Z_95, Interval, wilson

SURVEY, CASE = "survey", "support case"
_LOWEST, _HIGHEST = 1.0, 5.0
_TWO: Final = 2
"""Ratings without which there is no spread."""


@metric("Satisfied, surveys", unit=Unit.SHARE, better="higher")
def survey_satisfied(ratings: pl.DataFrame) -> float | None:
    """Answers of 4 or 5 divided by all answers of 1 to 5 to satisfaction surveys in the window."""
    return _satisfied(ratings, SURVEY)


@metric("Satisfied, support cases", unit=Unit.SHARE, better="higher")
def case_satisfied(ratings: pl.DataFrame) -> float | None:
    """Ratings of 4 or 5 divided by all ratings of 1 to 5 of support cases closed in the window."""
    return _satisfied(ratings, CASE)


@metric("Mean rating, surveys", unit=Unit.RATING, better="higher")
def survey_mean(ratings: pl.DataFrame) -> float | None:
    """Mean answer, 1 to 5, to satisfaction surveys in the window."""
    return _mean(ratings, SURVEY)


@metric("Mean rating, support cases", unit=Unit.RATING, better="higher")
def case_mean(ratings: pl.DataFrame) -> float | None:
    """Mean rating, 1 to 5, of support cases closed in the window."""
    return _mean(ratings, CASE)


@metric("Survey answers", unit=Unit.COUNT, better="neither")
def survey_ratings(ratings: pl.DataFrame) -> int:
    """Answers of 1 to 5 to satisfaction surveys in the window."""
    return int(_of(ratings, SURVEY)["ratings"].sum())


@metric("Rated cases", unit=Unit.COUNT, better="neither")
def case_ratings(ratings: pl.DataFrame) -> int:
    """Support cases closed in the window with a rating of 1 to 5."""
    return int(_of(ratings, CASE)["ratings"].sum())


def levels(ratings: pl.DataFrame, rule: str, *keys: str) -> pl.DataFrame:
    """Satisfaction by groups with its 95 % interval: value, low, high and ratings (n).

    By the rule ``top_two`` a share with Wilson's interval; by ``mean`` the mean rating with that of
    the normal distribution, inside 1 to 5, none of a single rating.
    """
    sums = (
        ratings.group_by(keys, maintain_order=True)
        .agg(pl.col("ratings", "satisfied", "rating_sum", "rating_squares").sum())
        .filter(pl.col("ratings") > 0)
    )
    level = _top_two if rule == "top_two" else _mean_rating
    found = [level(row) for row in sums.iter_rows(named=True)]
    return sums.with_columns(
        pl.Series(name, [each and getattr(each, name) for each in found], dtype=pl.Float64)
        for name in ("value", "low", "high")
    )


def _top_two(row: dict[str, int]) -> Interval | None:
    return wilson(row["satisfied"], row["ratings"])


def _mean_rating(row: dict[str, int]) -> Interval | None:
    number = row["ratings"]
    mean = row["rating_sum"] / number
    if number < _TWO:
        return Interval(mean, _LOWEST, _HIGHEST)
    variance = max(0.0, (row["rating_squares"] - number * mean**2) / (number - 1))
    half = Z_95 * (variance / number) ** 0.5
    return Interval(mean, max(_LOWEST, mean - half), min(_HIGHEST, mean + half))


def _of(ratings: pl.DataFrame, source: str) -> pl.DataFrame:
    return ratings.filter(pl.col("source") == source)


def _satisfied(ratings: pl.DataFrame, source: str) -> float | None:
    rows = _of(ratings, source)
    return share(rows["satisfied"].sum(), rows["ratings"].sum())


def _mean(ratings: pl.DataFrame, source: str) -> float | None:
    rows = _of(ratings, source)
    return share(rows["rating_sum"].sum(), rows["ratings"].sum())
