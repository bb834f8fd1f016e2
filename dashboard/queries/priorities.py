"""Priorities: who is helped first, and which play is for those who are well."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

CELLS = columns(
    value_class=pl.String,
    health_class=pl.String,
    priority=pl.String,
    customers=pl.Int64,
    arr=MONEY,
)


def cells(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers by value and health, and the priority that follows.

    Grain
    -----
    Value x health.

    Columns
    -------
    value_class : String
        `high` from the threshold of the risk policy on, else `low`; `unknown` without an ARR or a
        threshold.
    health_class : String
        `low` in the bands that the risk policy names, else `not low`; `not scored`.
    priority : String
        `Immediate` (high value, low health), `Fast` (low value, low health), `On schedule`, `Not
        scored`, or `Value unknown` for low health.
    customers : Int64
        Customers.
    arr : Decimal
        Their ARR, reporting currency.

    Source
    ------
    ``sql/priorities/cells.sql`` over subscriptions, health_scores, accounts; HB fig. 13.1.
    """
    return warehouse.fetch("priorities/cells", schema=CELLS, scope=scope, filters=filters)


CUSTOMERS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    priority=pl.String,
    health_band=pl.String,
    overall_score=pl.Float64,
    value_class=pl.String,
    health_class=pl.String,
    high_from=MONEY,
)


def customers(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers with their priority.

    Grain
    -----
    One row per customer, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency; null where unknown.
    priority : String
        As in ``cells``.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    overall_score : Float64
        Health score, 0 to 100.
    value_class : String
        As in ``cells``.
    health_class : String
        As in ``cells``.
    high_from : Decimal
        ARR from which on a customer like this is of high value; a median is that of the company's.

    Source
    ------
    ``sql/priorities/customers.sql`` over subscriptions, health_scores, accounts; HB fig. 13.1.
    """
    return warehouse.fetch("priorities/customers", schema=CUSTOMERS, scope=scope, filters=filters)


PLAYS = columns(
    lifecycle_stage=pl.String,
    maturity=pl.String,
    play=pl.String,
    customers=pl.Int64,
    arr=MONEY,
)


def plays(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Healthy customers by journey and maturity, and the play that is for them.

    Grain
    -----
    Lifecycle stage x maturity.

    Columns
    -------
    lifecycle_stage : String
        Stage on the as-of date.
    maturity : String
        Maturity of today, in the company's words; `Unknown` where there is none.
    play : String
        Play by the risk policy; `no play named` where it names none.
    customers : Int64
        Healthy customers.
    arr : Decimal
        Their ARR, reporting currency.

    Source
    ------
    ``sql/priorities/plays.sql`` over health_scores, account_history, accounts; HB ch. 13.
    """
    return warehouse.fetch("priorities/plays", schema=PLAYS, scope=scope, filters=filters)


HEALTHY = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    lifecycle_stage=pl.String,
    maturity=pl.String,
    play=pl.String,
    overall_score=pl.Float64,
    arr=MONEY,
)


def healthy(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Healthy customers with the play that is for them.

    Grain
    -----
    One row per customer, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    lifecycle_stage : String
        As in ``plays``.
    maturity : String
        As in ``plays``.
    play : String
        As in ``plays``.
    overall_score : Float64
        Health score, 0 to 100.
    arr : Decimal
        ARR, reporting currency.

    Source
    ------
    ``sql/priorities/healthy.sql`` over health_scores, account_history, accounts; HB ch. 13.
    """
    return warehouse.fetch("priorities/healthy", schema=HEALTHY, scope=scope, filters=filters)
