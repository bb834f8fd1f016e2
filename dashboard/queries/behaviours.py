"""Key behaviours: what customers did early, and what followed."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import columns
from dashboard.warehouse.base import Warehouse

BY_COHORT = columns(
    behaviour=pl.String,
    cohort_on=pl.Date,
    renewal_early=pl.Int64,
    renewal_early_renewed=pl.Int64,
    renewal_rest=pl.Int64,
    renewal_rest_renewed=pl.Int64,
    expansion_early=pl.Int64,
    expansion_early_expanded=pl.Int64,
    expansion_rest=pl.Int64,
    expansion_rest_expanded=pl.Int64,
)


def by_cohort(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Early behaviours and what followed, by year of becoming a customer.

    Grain
    -----
    Behaviour x calendar year.

    Columns
    -------
    behaviour : String
        What was done.
    cohort_on : Date
        First day of the calendar year in which the account became a customer.
    renewal_early : Int64
        Accounts with a decided first renewal that did it early.
    renewal_early_renewed : Int64
        Of these, those that renewed.
    renewal_rest : Int64
        Accounts with a decided first renewal that did not do it early.
    renewal_rest_renewed : Int64
        Of these, those that renewed.
    expansion_early : Int64
        Accounts old enough for an expansion that did it early.
    expansion_early_expanded : Int64
        Of these, those that expanded after the early days.
    expansion_rest : Int64
        Accounts old enough for an expansion that did not do it early.
    expansion_rest_expanded : Int64
        Of these, those that expanded after the early days.

    Source
    ------
    ``sql/behaviours/by_cohort.sql`` over usage_events, accounts, renewals, arr_movements.
    """
    return warehouse.fetch("behaviours/by_cohort", schema=BY_COHORT, scope=scope, filters=filters)


COHORTS = columns(
    cohort_on=pl.Date,
    accounts=pl.Int64,
    too_young=pl.Int64,
    left_before=pl.Int64,
    without_behaviour=pl.Int64,
    renewal_counted=pl.Int64,
    renewal_not_decided=pl.Int64,
    renewal_due_before=pl.Int64,
    without_renewal=pl.Int64,
    expansion_counted=pl.Int64,
    expansion_too_young=pl.Int64,
)


def cohorts(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Who is looked at for key behaviours and who is not.

    Grain
    -----
    Calendar year of becoming a customer.

    Columns
    -------
    cohort_on : Date
        First day of the year.
    accounts : Int64
        Accounts that became customers in it.
    too_young : Int64
        Customers for less than the days in which a behaviour is early.
    left_before : Int64
        Left within these days.
    without_behaviour : Int64
        Looked at, and never seen doing anything; they count as not early.
    renewal_counted : Int64
        Looked at, with a first renewal that is due and decided.
    renewal_not_decided : Int64
        Looked at, with a first renewal that is open or whose day has not come.
    renewal_due_before : Int64
        Looked at, with a first renewal due within the early days.
    without_renewal : Int64
        Looked at, without a renewal.
    expansion_counted : Int64
        Looked at, and old enough for an expansion.
    expansion_too_young : Int64
        Looked at, and not old enough for one.

    Source
    ------
    ``sql/behaviours/cohorts.sql`` over usage_events, accounts, renewals.
    """
    return warehouse.fetch("behaviours/cohorts", schema=COHORTS, scope=scope, filters=filters)


ACCOUNTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    customer_since=pl.Date,
    cohort_on=pl.Date,
    first_done_on=pl.Date,
    days_to_behaviour=pl.Int64,
    is_early=pl.Boolean,
    first_renewal=pl.String,
    expansion=pl.String,
)


def accounts(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, behaviour: str
) -> pl.DataFrame:
    """Accounts looked at for one behaviour and what followed, the latest customer first.

    Grain
    -----
    One row per account that is old enough and was a customer when the early days were over.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    customer_since : Date
        Day it became a customer.
    cohort_on : Date
        First day of that calendar year.
    first_done_on : Date
        Day of the behaviour; null where it was never seen.
    days_to_behaviour : Int64
        Days from the one to the other.
    is_early : Boolean
        Whether it came early.
    first_renewal : String
        `renewed`, `churned`, or `not decided`, `due before`, `no renewal` where it does not
        count.
    expansion : String
        `expanded`, `not expanded`, or `too young` where it does not count.

    Source
    ------
    ``sql/behaviours/accounts.sql`` over usage_events, accounts, renewals, arr_movements.
    """
    return warehouse.fetch(
        "behaviours/accounts", schema=ACCOUNTS, scope=scope, filters=filters, behaviour=behaviour
    )
