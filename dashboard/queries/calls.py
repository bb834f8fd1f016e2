"""Forecast calls: what people said renewals would bring, and what became of it."""

from datetime import date, timedelta
from typing import Literal

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

Caller = Literal["csm", "manager", "model"]

USUAL_DAYS = 28
"""How far the earlier day lies back where none is named."""

BETWEEN = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    due_on=pl.Date,
    due_quarter=pl.Date,
    outcome=pl.String,
    closed_on=pl.Date,
    arr_due=MONEY,
    arr_renewed=MONEY,
    opening_category=pl.String,
    opening_amount=MONEY,
    closing_category=pl.String,
    closing_amount=MONEY,
    change_kind=pl.String,
    change_amount=MONEY,
)


def between(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    compared_on: date | None = None,
    source: Caller = "csm",
) -> pl.DataFrame:
    """What became of the calls of an earlier day by the as-of date; the window is on the due date.

    Grain
    -----
    One row per renewal that was called on either day, the soonest due first. A day's call is the
    latest of the source up to the end of that day, UTC, of a renewal open on it and not past due.
    ``opening_amount`` of all rows plus ``change_amount`` is ``closing_amount``, to the cent. The
    earlier day is ``compared_on``, four weeks before the as-of date where none is named.

    Columns
    -------
    renewal_id : String
        The company's id.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager; null where unassigned.
    due_on : Date
        Day the term ends.
    due_quarter : Date
        First day of its fiscal quarter.
    outcome : String
        `open`, `renewed` or `churned` as known on the as-of date; on the earlier day it was open
        where there is an opening amount.
    closed_on : Date
        Day of the outcome; null while open.
    arr_due : Decimal
        ARR before the renewal, reporting currency at the rates of the as-of date.
    arr_renewed : Decimal
        What replaced it; null unless renewed.
    opening_category : String
        Category called on the earlier day.
    opening_amount : Decimal
        ARR called on the earlier day; null where there was no call.
    closing_category : String
        Category called on the as-of date.
    closing_amount : Decimal
        ARR called on the as-of date; null where the call no longer stands.
    change_kind : String
        `won`, `lost`; `slipped`, signed after its quarter or open past its due date; `withdrawn`,
        still open and called without an amount; `re-classified`, into another category; `amount
        changed`, within one; `new`, called on the as-of date only; `unchanged`.
    change_amount : Decimal
        Closing less opening amount, null counting as nothing.

    Source
    ------
    ``sql/calls/between.sql`` over forecast_calls, renewals, accounts.
    """
    return warehouse.fetch(
        "calls/between",
        schema=BETWEEN,
        scope=scope,
        filters=filters,
        compared_on=compared_on or filters.as_of - timedelta(days=USUAL_DAYS),
        source=source,
    )
