"""Cohorts: what is left of the customers won in one period, age by age."""

from datetime import date
from typing import Literal

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.periods import Basis, rules
from dashboard.queries.types import MONEY, columns
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.base import Warehouse

Grain = Literal["month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("month", "quarter", "year")

TRIANGLE = columns(
    cohort_on=pl.Date,
    age=pl.Int64,
    looked_on=pl.Date,
    accounts=pl.Int64,
    kept=pl.Int64,
    left_out=pl.Int64,
    opening_arr=MONEY,
    gross_arr=MONEY,
    net_arr=MONEY,
    logo_share=pl.Float64,
    gross_share=pl.Float64,
    net_share=pl.Float64,
    is_complete=pl.Boolean,
)


def triangle(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    period: Grain = "quarter",
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """What is left of each cohort at each age; the window is on the cohort's first day.

    A cohort is the customers whose first ARR ever fell in one fiscal period and that have ARR on
    its last day; age 0 is that day, and all of them. Each later age is the last day of one period
    more, or the as-of date while that period runs.

    Grain
    -----
    Cohort x age, up to the age it has come to.

    Columns
    -------
    cohort_on : Date
        First day of the fiscal month, quarter or year of the first ARR.
    age : Int64
        Periods since.
    looked_on : Date
        Day on which the age is looked at.
    accounts : Int64
        Customers of the cohort, by the policy's level of a logo.
    kept : Int64
        Those that have ARR at the age.
    left_out : Int64
        Customers won in the period that are not in the cohort: gone again by its last day, below
        the policy's minimum ARR, or without an exchange rate.
    opening_arr : Decimal
        ARR of the cohort at age 0, reporting currency.
    gross_arr : Decimal
        Of every customer the lower of its ARR at age 0 and at the age, whatever the policy's GRR.
    net_arr : Decimal
        ARR of the cohort's customers at the age.
    logo_share : Float64
        `kept` by `accounts`; null for a cohort without customers.
    gross_share : Float64
        `gross_arr` by `opening_arr`.
    net_share : Float64
        `net_arr` by `opening_arr`.
    is_complete : Boolean
        Whether the age's last day lies on or before the as-of date.

    Source
    ------
    ``sql/cohorts/triangle.sql`` over subscriptions, arr_movements, fiscal_periods, accounts.
    """
    return warehouse.fetch(
        "cohorts/triangle",
        schema=TRIANGLE,
        scope=scope,
        filters=filters,
        **rules(warehouse.policy.retention(policy), filters, basis=basis, period=_grain(period)),
    )


ACCOUNTS = columns(
    cohort_on=pl.Date,
    age=pl.Int64,
    looked_on=pl.Date,
    level=pl.String,
    unit_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    first_on=pl.Date,
    start_arr=MONEY,
    net_arr=MONEY,
    gross_arr=MONEY,
    logos=pl.Int64,
    kept_logos=pl.Int64,
    is_member=pl.Boolean,
    is_complete=pl.Boolean,
)


def accounts(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    cohort_on: date | None = None,
    age: int | None = None,
    period: Grain = "quarter",
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """Customers behind the cells of ``triangle``: of one cohort or all, at one age or the last.

    Grain
    -----
    One row per customer, the largest loss of each cohort first; where logos are counted on another
    level than ARR they have rows of their own, without amounts.

    Columns
    -------
    cohort_on : Date
        First day of the period of the first ARR.
    age : Int64
        Periods since; the last that the cohort has come to where none is asked for.
    looked_on : Date
        Day on which the age is looked at.
    level : String
        `account`, `parent` or `product`.
    unit_id : String
        The account's id, that of the first of a parent's accounts, or account and product.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    region : String
        Sales region.
    csm_name : String
        Customer success manager; null where unassigned.
    first_on : Date
        Day of the first ARR.
    start_arr : Decimal
        ARR at age 0, reporting currency; zero for who is not in the cohort.
    net_arr : Decimal
        ARR at the age.
    gross_arr : Decimal
        The lower of both.
    logos : Int64
        1 where the customer is one of the cohort.
    kept_logos : Int64
        1 where it has ARR at the age.
    is_member : Boolean
        Whether it is in the cohort: see `left_out` of ``triangle``.
    is_complete : Boolean
        Whether the age's last day lies on or before the as-of date.

    Source
    ------
    ``sql/cohorts/accounts.sql`` over subscriptions, arr_movements, fiscal_periods, accounts.
    """
    return warehouse.fetch(
        "cohorts/accounts",
        schema=ACCOUNTS,
        scope=scope,
        filters=filters,
        cohort_on=cohort_on,
        age=age,
        **rules(warehouse.policy.retention(policy), filters, basis=basis, period=_grain(period)),
    )


def _grain(period: Grain) -> Grain:
    if period not in GRAINS:
        raise ValueError(f"There is no cohort by {period!r}. There are: {', '.join(GRAINS)}.")
    return period
