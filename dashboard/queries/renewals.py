"""Renewals: what falls due, when, and what became of it."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

DUE_BY_QUARTER = columns(
    due_quarter=pl.Date,
    segment=pl.String,
    health_band=pl.String,
    renewals=pl.Int64,
    arr_due=MONEY,
    renewed=pl.Int64,
    arr_renewed=MONEY,
    arr_renewed_capped=MONEY,
    churned=pl.Int64,
    open=pl.Int64,
    arr_open=MONEY,
)


def due_by_quarter(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals by fiscal quarter of their due date; the window is on the due date.

    Grain
    -----
    Quarter x segment x health band; combinations without a renewal are absent.

    Columns
    -------
    due_quarter : Date
        First day of the fiscal quarter.
    segment : String
        Customer segment on the as-of date.
    health_band : String
        `red`, `amber`, `green`; null where not scored. Of the as-of date while open, of the
        week before closing once closed.
    renewals : Int64
        Number of renewals.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    renewed : Int64
        Renewals won by the as-of date.
    arr_renewed : Decimal
        ARR that replaced what was due.
    arr_renewed_capped : Decimal
        The same, at most what was due, renewal by renewal.
    churned : Int64
        Renewals lost by the as-of date.
    open : Int64
        Renewals not closed on the as-of date, overdue ones included.
    arr_open : Decimal
        ARR due of the open ones.

    Source
    ------
    ``sql/renewals/due_by_quarter.sql`` over renewals, accounts; HB table 13.1, fig. 13.6.
    """
    return warehouse.fetch(
        "renewals/due_by_quarter", schema=DUE_BY_QUARTER, scope=scope, filters=filters
    )


DUE = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    due_on=pl.Date,
    due_quarter=pl.Date,
    status=pl.String,
    closed_on=pl.Date,
    health_band=pl.String,
    overall_score=pl.Float64,
    forecast_category=pl.String,
    renewal_likelihood=pl.String,
    arr_due=MONEY,
    arr_renewed=MONEY,
    arr_renewed_capped=MONEY,
)


def due(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals behind ``due_by_quarter``, the soonest first.

    Grain
    -----
    One row per renewal.

    Columns
    -------
    renewal_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    region : String
        Sales region.
    csm_name : String
        Customer success manager; null where unassigned.
    due_on : Date
        Day the term ends.
    due_quarter : Date
        First day of its fiscal quarter.
    status : String
        `open`, `renewed` or `churned` on the as-of date.
    closed_on : Date
        Day of the outcome; null while open.
    health_band : String
        As in ``due_by_quarter``.
    overall_score : Float64
        Health on the as-of date, 0 to 100; null where not scored.
    forecast_category : String
        CSM's call.
    renewal_likelihood : String
        The customer's own answer.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    arr_renewed : Decimal
        What replaced it; null unless renewed.
    arr_renewed_capped : Decimal
        The same, at most what was due.

    Source
    ------
    ``sql/renewals/due.sql`` over renewals, accounts.
    """
    return warehouse.fetch("renewals/due", schema=DUE, scope=scope, filters=filters)


OVERDUE = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr_due=MONEY,
    due_on=pl.Date,
    days_overdue=pl.Int64,
    health_band=pl.String,
    forecast_category=pl.String,
    renewal_likelihood=pl.String,
)


def overdue(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals past their due date and still open on the as-of date, the oldest first.

    Grain
    -----
    One row per renewal; one due on the as-of date itself is not overdue yet.

    Columns
    -------
    renewal_id : String
        The company's id.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    due_on : Date
        Day the term ended.
    days_overdue : Int64
        Days since.
    health_band : String
        `red`, `amber`, `green` on the as-of date; null where not scored.
    forecast_category : String
        CSM's call.
    renewal_likelihood : String
        The customer's own answer.

    Source
    ------
    ``sql/renewals/overdue.sql`` over renewals, accounts.
    """
    return warehouse.fetch("renewals/overdue", schema=OVERDUE, scope=scope, filters=filters)
