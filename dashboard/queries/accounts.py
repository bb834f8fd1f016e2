"""Accounts: customers, and the values the filters offer."""

from typing import Final

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

ALL: Final = 2_147_483_647
"""More rows than anybody asks for."""


CUSTOMERS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_id=pl.String,
    csm_name=pl.String,
    lifecycle_stage=pl.String,
    health_band=pl.String,
    overall_score=pl.Float64,
    outcomes=pl.Float64,
    experience=pl.Float64,
    arr=MONEY,
    next_renewal_on=pl.Date,
    customers=pl.Int64,
)


def customers(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, most: int = ALL
) -> pl.DataFrame:
    """Customers with health and next renewal, the largest ARR first.

    Grain
    -----
    One row per account that is a customer on the as-of date.

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
    csm_id : String
        Customer success manager's id.
    csm_name : String
        The manager's name; null where unassigned.
    lifecycle_stage : String
        Stage of the journey.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    overall_score : Float64
        Health, 0 to 100.
    outcomes : Float64
        Mean of the outcome measures.
    experience : Float64
        Mean of the experience measures.
    arr : Decimal
        ARR on the as-of date, reporting currency; null where none was loaded.
    next_renewal_on : Date
        Due date of the next open renewal.
    customers : Int64
        Customers in all, those beyond ``most`` included.

    Source
    ------
    ``sql/accounts/customers.sql`` over accounts, subscriptions, health_scores, renewals.
    """
    return warehouse.fetch(
        "accounts/customers", schema=CUSTOMERS, scope=scope, filters=filters, most=most
    )


FILTER_CHOICES = columns(
    filter=pl.String,
    value=pl.String,
    label=pl.String,
    accounts=pl.Int64,
)


def filter_choices(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Values the filters offer this viewer.

    Grain
    -----
    One row per filter (`segment`, `region`, `csm`) and value.

    Columns
    -------
    filter : String
        Name of the filter.
    value : String
        Value to filter by; `unassigned` for accounts without a CSM.
    label : String
        How the value reads.
    accounts : Int64
        Visible accounts with the value.

    Source
    ------
    ``sql/accounts/filter_choices.sql`` over accounts.
    """
    return warehouse.fetch(
        "accounts/filter_choices", schema=FILTER_CHOICES, scope=scope, filters=filters
    )


WITHOUT_RATE = columns(
    table_name=pl.String,
    currency=pl.String,
    amounts=pl.Int64,
    amount=MONEY,
)


def without_rate(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Amounts in a currency without an exchange rate on the as-of date; no sum holds them.

    Grain
    -----
    One row per table and currency.

    Columns
    -------
    table_name : String
        Table the amounts are in.
    currency : String
        ISO 4217 code.
    amounts : Int64
        How many.
    amount : Decimal
        Their sum in that currency.

    Source
    ------
    ``sql/accounts/without_rate.sql`` over subscriptions, renewals, opportunities, fx_rates.
    """
    return warehouse.fetch(
        "accounts/without_rate", schema=WITHOUT_RATE, scope=scope, filters=filters
    )


NAMED = columns(
    account_id=pl.String,
    account_name=pl.String,
)


def named(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_ids: tuple[str, ...]
) -> pl.DataFrame:
    """Names of accounts by their ids, of those that the viewer may see.

    Grain
    -----
    One row per account.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name; need not be unique.

    Source
    ------
    ``sql/accounts/named.sql`` over accounts.
    """
    return warehouse.fetch(
        "accounts/named",
        schema=NAMED,
        scope=scope,
        filters=filters,
        account_ids=list(account_ids) or [""],
    )
