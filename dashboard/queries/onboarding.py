"""Onboarding: how long customers take to reach value, by the quarter in which they began."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

COHORTS = columns(
    cohort_on=pl.Date,
    reading=pl.String,
    accounts=pl.Int64,
    reached=pl.Int64,
    waiting=pl.Int64,
    left_before=pl.Int64,
    not_recorded=pl.Int64,
    median_days=pl.Float64,
    is_complete=pl.Boolean,
)


def cohorts(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Time to value by the fiscal quarter in which onboarding began; the window is on that day.

    Grain
    -----
    Quarter x reading: `out of onboarding` and `first key behaviour`.

    Columns
    -------
    cohort_on : Date
        First day of the fiscal quarter.
    reading : String
        `out of onboarding`: up to the first move out of Onboarding to anything but Churned;
        `first key behaviour`: up to the first of the account's usage events.
    accounts : Int64
        Accounts whose onboarding, or else time as a customer, began in the quarter.
    reached : Int64
        Those that reached it by the as-of date.
    waiting : Int64
        Those that have not reached it yet: followed up to the as-of date.
    left_before : Int64
        Those that left before: followed up to that day.
    not_recorded : Int64
        Those without an Onboarding on record; in no median.
    median_days : Float64
        Median of Kaplan and Meier: the first day on which at most half still wait, by the rates
        among those followed so far. Null where more than half still wait.
    is_complete : Boolean
        Whether the quarter has ended and nobody waits.

    Source
    ------
    ``sql/onboarding/cohorts.sql`` over accounts, account_history, usage_events; HB ch. 7.
    """
    return warehouse.fetch("onboarding/cohorts", schema=COHORTS, scope=scope, filters=filters)


ACCOUNTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    cohort_on=pl.Date,
    began_on=pl.Date,
    onboarded_on=pl.Date,
    onboarding=pl.String,
    onboarding_days=pl.Int64,
    first_done_on=pl.Date,
    behaviour=pl.String,
    behaviour_days=pl.Int64,
)


def accounts(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Accounts behind ``cohorts``, the latest first.

    Grain
    -----
    One row per account that is or was a customer.

    Columns
    -------
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
    arr : Decimal
        ARR on the as-of date, reporting currency; 0 for who is no customer.
    cohort_on : Date
        First day of the fiscal quarter in which onboarding began.
    began_on : Date
        First day in Onboarding; where none is recorded, first day as a customer.
    onboarded_on : Date
        Day it moved out of Onboarding to anything but Churned; null where it has not.
    onboarding : String
        `reached`, `waiting`, `left before` or `not recorded`.
    onboarding_days : Int64
        Days it took, or that it was followed without.
    first_done_on : Date
        Day of the first usage event; null where there was none.
    behaviour : String
        `reached`, `waiting` or `left before`.
    behaviour_days : Int64
        Days it took, none where it came before onboarding began, or days followed without.

    Source
    ------
    ``sql/onboarding/accounts.sql`` over accounts, account_history, usage_events.
    """
    return warehouse.fetch("onboarding/accounts", schema=ACCOUNTS, scope=scope, filters=filters)
