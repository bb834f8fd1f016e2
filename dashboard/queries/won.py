"""Won: expansion that closed, who found it, how long it took, and what it did to NRR."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.periods import rules, windowed
from dashboard.queries.types import MONEY, columns
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.base import Warehouse

BY_QUARTER = columns(
    quarter=pl.Date,
    source=pl.String,
    sourced_by=pl.String,
    opportunities=pl.Int64,
    amount=MONEY,
    without_amount=pl.Int64,
    timed=pl.Int64,
    median_days=pl.Float64,
)


def by_quarter(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Expansion won by the fiscal quarter it closed in; the window is on the day it closed.

    Grain
    -----
    Quarter x source.

    Columns
    -------
    quarter : Date
        First day of the fiscal quarter; null where it was won on an unknown day.
    source : String
        `csm`, `sales`, `marketing`; `unknown` where nobody is named.
    sourced_by : String
        `csm`, or `other` for the rest.
    opportunities : Int64
        Opportunities won.
    amount : Decimal
        Their ARR, reporting currency; those without an amount add nothing.
    without_amount : Int64
        Opportunities without an amount.
    timed : Int64
        Those with a day of opening not after the one of closing.
    median_days : Float64
        Median days from opening to closing of the timed.

    Source
    ------
    ``sql/won/by_quarter.sql`` over opportunities.
    """
    return warehouse.fetch("won/by_quarter", schema=BY_QUARTER, scope=scope, filters=filters)


BY_SOURCE = columns(
    sourced_by=pl.String,
    opportunities=pl.Int64,
    amount=MONEY,
    without_amount=pl.Int64,
    timed=pl.Int64,
    quick_days=pl.Float64,
    median_days=pl.Float64,
    slow_days=pl.Float64,
)


def by_source(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Expansion won by who found it, over the window; the window is on the day it closed.

    Grain
    -----
    `csm`, and `other` for every other source.

    Columns
    -------
    sourced_by : String
        `csm` or `other`.
    opportunities : Int64
        Opportunities won.
    amount : Decimal
        Their ARR, reporting currency.
    without_amount : Int64
        Opportunities without an amount.
    timed : Int64
        Those with a day of opening not after the one of closing.
    quick_days : Float64
        Days from opening to closing that a quarter of the timed took at most.
    median_days : Float64
        Median of the days.
    slow_days : Float64
        Days that three quarters took at most.

    Source
    ------
    ``sql/won/by_source.sql`` over opportunities.
    """
    return warehouse.fetch("won/by_source", schema=BY_SOURCE, scope=scope, filters=filters)


OPPORTUNITIES = columns(
    opportunity_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    kind=pl.String,
    product_name=pl.String,
    source=pl.String,
    sourced_by=pl.String,
    quarter=pl.Date,
    created_on=pl.Date,
    closed_on=pl.Date,
    days=pl.Int64,
    amount=MONEY,
)


def opportunities(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Opportunities behind ``by_quarter`` and ``by_source``, the latest closed first.

    Grain
    -----
    One row per opportunity won.

    Columns
    -------
    opportunity_id : String
        The company's id.
    account_id : String
        Account; null where unknown.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        CSM who sourced or owns it.
    kind : String
        `upsell` or `cross_sell`.
    product_name : String
        Product; null where unknown.
    source : String
        As in ``by_quarter``.
    sourced_by : String
        As in ``by_quarter``.
    quarter : Date
        First day of the fiscal quarter it closed in.
    created_on : Date
        Day it was opened.
    closed_on : Date
        Day it closed.
    days : Int64
        Days in between.
    amount : Decimal
        ARR it added, reporting currency; null where unknown.

    Source
    ------
    ``sql/won/opportunities.sql`` over opportunities.
    """
    return warehouse.fetch("won/opportunities", schema=OPPORTUNITIES, scope=scope, filters=filters)


IN_RETENTION = columns(
    opening_arr=MONEY,
    net_retained_arr=MONEY,
    expansion_arr=MONEY,
    csm_opportunities=pl.Int64,
    other_opportunities=pl.Int64,
    without_amount=pl.Int64,
    won_csm=MONEY,
    won_other=MONEY,
    csm_found=MONEY,
    other_found=MONEY,
    csm_not_found=MONEY,
    other_not_found=MONEY,
    without_opportunity=MONEY,
    nrr=pl.Float64,
    nrr_without=pl.Float64,
)


def in_retention(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
) -> pl.DataFrame:
    """NRR of the window beside the expansion won in it; the last twelve months without one.

    Opportunities are no movements: what was won is looked for, customer by customer, in the
    expansion that NRR counts, and only what is found there is taken off.

    Grain
    -----
    One row.

    Columns
    -------
    opening_arr : Decimal
        Denominator of NRR, reporting currency.
    net_retained_arr : Decimal
        Numerator of NRR.
    expansion_arr : Decimal
        Expansion by movements, price rises apart, at most what is kept of each customer.
    csm_opportunities : Int64
        Opportunities won in the window that CSMs found.
    other_opportunities : Int64
        Those that others found.
    without_amount : Int64
        Those of both without an amount.
    won_csm : Decimal
        ARR of what CSMs found.
    won_other : Decimal
        ARR of what others found.
    csm_found : Decimal
        The part of it that is in the customer's expansion; shared by amount with the others'.
    other_found : Decimal
        The others' part.
    csm_not_found : Decimal
        What CSMs found and no movement shows: booked later or on another account, or of a
        customer that NRR does not count.
    other_not_found : Decimal
        The others'.
    without_opportunity : Decimal
        Expansion that no opportunity explains.
    nrr : Float64
        Net retained ARR by opening ARR.
    nrr_without : Float64
        The same less what CSMs found and movements show.

    Source
    ------
    ``sql/won/in_retention.sql`` over opportunities, subscriptions, arr_movements, accounts.
    """
    chosen, window = warehouse.policy.retention(policy), windowed(filters)
    return warehouse.fetch(
        "won/in_retention",
        schema=IN_RETENTION,
        scope=scope,
        filters=window,
        **rules(chosen, window, period="custom"),
    )


IN_RETENTION_ACCOUNTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    expansion_arr=MONEY,
    csm_opportunities=pl.Int64,
    other_opportunities=pl.Int64,
    won_csm=MONEY,
    won_other=MONEY,
    csm_found=MONEY,
    other_found=MONEY,
    csm_not_found=MONEY,
    other_not_found=MONEY,
    without_opportunity=MONEY,
)


def in_retention_accounts(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
) -> pl.DataFrame:
    """Customers behind ``in_retention``, what was won by CSMs first.

    Grain
    -----
    One row per customer of the policy's level that grew or was sold to, and one without an
    account for what was won without one.

    Columns
    -------
    account_id : String
        The company's id; of a parent its first account.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    expansion_arr : Decimal
        As in ``in_retention``.
    csm_opportunities : Int64
        As in ``in_retention``.
    other_opportunities : Int64
        As in ``in_retention``.
    won_csm : Decimal
        As in ``in_retention``.
    won_other : Decimal
        As in ``in_retention``.
    csm_found : Decimal
        As in ``in_retention``.
    other_found : Decimal
        As in ``in_retention``.
    csm_not_found : Decimal
        As in ``in_retention``.
    other_not_found : Decimal
        As in ``in_retention``.
    without_opportunity : Decimal
        As in ``in_retention``.

    Source
    ------
    ``sql/won/in_retention_accounts.sql`` over opportunities, subscriptions, arr_movements.
    """
    chosen, window = warehouse.policy.retention(policy), windowed(filters)
    return warehouse.fetch(
        "won/in_retention_accounts",
        schema=IN_RETENTION_ACCOUNTS,
        scope=scope,
        filters=window,
        **rules(chosen, window, period="custom"),
    )
