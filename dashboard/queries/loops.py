"""Closing the loop: whether somebody came back to detractors, and how soon."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.surveys import asked
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BY_DAYS = columns(
    month=pl.Date,
    state=pl.String,
    days=pl.Int64,
    loops=pl.Int64,
)


def by_days(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Loops with detractors by their length, open ones included.

    Grain
    -----
    Month of the answer x state x number of days.

    Columns
    -------
    month : Date
        First day of the month; null without a day of the answer.
    state : String
        `closed in time`, `closed late`, `closed, days unknown`, `open, in time`, `open,
        overdue`, `open, age unknown`.
    days : Int64
        Days from the answer to the follow-up, of open loops to the as-of date; null where a
        day is unknown or the follow-up lies before the answer.
    loops : Int64
        Answers.

    Source
    ------
    ``sql/loops/by_days.sql`` over survey_responses.
    """
    return warehouse.fetch(
        "loops/by_days", schema=BY_DAYS, scope=scope, filters=filters, **asked(personas)
    )


DETRACTORS = columns(
    response_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    persona=pl.String,
    responded_on=pl.Date,
    month=pl.Date,
    closed_on=pl.Date,
    days=pl.Int64,
    state=pl.String,
    score=pl.Int64,
    comment=pl.String,
)


def detractors(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Detractors' answers with the follow-up, the latest first.

    Grain
    -----
    One row per answer of 0 to 6.

    Columns
    -------
    response_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager.
    persona : String
        Who answered; null where unknown.
    responded_on : Date
        Day of the answer.
    month : Date
        First day of that month.
    closed_on : Date
        Day somebody came back to the respondent, not after the as-of date.
    days : Int64
        Days to the follow-up, or of age on the as-of date; null where a day is unknown or
        the follow-up lies before the answer.
    state : String
        `closed in time`, `closed late`, `closed, days unknown`, `open, in time`, `open,
        overdue`, `open, age unknown`.
    score : Int64
        0 to 6.
    comment : String
        The answer in words.

    Source
    ------
    ``sql/loops/detractors.sql`` over survey_responses.
    """
    return warehouse.fetch(
        "loops/detractors", schema=DETRACTORS, scope=scope, filters=filters, **asked(personas)
    )


UNCLOSED = columns(
    response_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    responded_on=pl.Date,
    days=pl.Int64,
    arr=MONEY,
    state=pl.String,
    persona=pl.String,
    score=pl.Int64,
    comment=pl.String,
)


def unclosed(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Detractors nobody came back to, the oldest first.

    Grain
    -----
    One row per answer of 0 to 6 without a follow-up by the as-of date.

    Columns
    -------
    response_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager.
    responded_on : Date
        Day of the answer.
    days : Int64
        Days from the answer to the as-of date; null without a day of the answer.
    arr : Decimal
        ARR of the whole account, reporting currency; it stands in each of the account's
        rows.
    state : String
        `open, in time`, `open, overdue`, `open, age unknown`.
    persona : String
        Who answered; null where unknown.
    score : Int64
        0 to 6.
    comment : String
        The answer in words.

    Source
    ------
    ``sql/loops/unclosed.sql`` over survey_responses, arr_spans.
    """
    return warehouse.fetch(
        "loops/unclosed", schema=UNCLOSED, scope=scope, filters=filters, **asked(personas)
    )
