"""Satisfaction: ratings of surveys and of support cases, kept apart."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import columns
from dashboard.warehouse.base import Warehouse

BY_MONTH = columns(
    source=pl.String,
    month=pl.Date,
    priority=pl.String,
    ratings=pl.Int64,
    satisfied=pl.Int64,
    rating_sum=pl.Int64,
    rating_squares=pl.Int64,
    out_of_range=pl.Int64,
)


def by_month(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Satisfaction ratings by the month they were given.

    Grain
    -----
    Source x month x priority.

    Columns
    -------
    source : String
        `survey` or `support case`.
    month : Date
        First day of the month of the answer, or of the closing of the case; null where
        unknown.
    priority : String
        Priority of the case in the company's words; null of surveys and where unknown.
    ratings : Int64
        Ratings of 1 to 5.
    satisfied : Int64
        Ratings of 4 or 5.
    rating_sum : Int64
        Sum of the ratings.
    rating_squares : Int64
        Sum of their squares.
    out_of_range : Int64
        Ratings that are not 1 to 5; in none of the other columns.

    Source
    ------
    ``sql/csat/by_month.sql`` over survey_responses, support_cases.
    """
    return warehouse.fetch("csat/by_month", schema=BY_MONTH, scope=scope, filters=filters)


RATINGS = columns(
    source=pl.String,
    rating_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    priority=pl.String,
    rated_on=pl.Date,
    month=pl.Date,
    rating=pl.Int64,
)


def ratings(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Satisfaction ratings, the latest first.

    Grain
    -----
    One row per rating of 1 to 5.

    Columns
    -------
    source : String
        `survey` or `support case`.
    rating_id : String
        The company's id of the answer or the case.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    priority : String
        Priority of the case; null of surveys.
    rated_on : Date
        Day of the answer, or of the closing of the case.
    month : Date
        First day of that month.
    rating : Int64
        1 to 5.

    Source
    ------
    ``sql/csat/ratings.sql`` over survey_responses, support_cases.
    """
    return warehouse.fetch("csat/ratings", schema=RATINGS, scope=scope, filters=filters)
