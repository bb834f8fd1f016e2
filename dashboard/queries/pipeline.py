"""Pipeline: opportunities by when they were opened, and what became of them."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

CREATED_BY_MONTH = columns(
    month=pl.Date,
    kind=pl.String,
    source=pl.String,
    stage=pl.String,
    outcome=pl.String,
    opportunities=pl.Int64,
    amount=MONEY,
    without_amount=pl.Int64,
)


def created_by_month(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Opportunities by the month they were opened in, as they stood on the as-of date.

    The window is on the day of opening; without one, those without that day keep a null month.

    Grain
    -----
    Month x kind x source x stage x outcome.

    Columns
    -------
    month : Date
        First day of the calendar month; null where the day of opening is unknown.
    kind : String
        `upsell` or `cross_sell`.
    source : String
        Who found it: `csm`, `sales`, `marketing`; `unknown` where nobody is named.
    stage : String
        Sales stage on the as-of date; null where what closed since kept no history of it.
    outcome : String
        On the as-of date: `won`, `lost`, `open`; `unknown` where it closed without a word on it.
    opportunities : Int64
        Number of opportunities.
    amount : Decimal
        ARR they would add, reporting currency; those without an amount add nothing.
    without_amount : Int64
        Opportunities without an amount.

    Source
    ------
    ``sql/pipeline/created_by_month.sql`` over opportunities, opportunity_history.
    """
    return warehouse.fetch(
        "pipeline/created_by_month", schema=CREATED_BY_MONTH, scope=scope, filters=filters
    )


CREATED = columns(
    opportunity_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    kind=pl.String,
    product_name=pl.String,
    source=pl.String,
    stage=pl.String,
    outcome=pl.String,
    month=pl.Date,
    created_on=pl.Date,
    closed_on=pl.Date,
    amount=MONEY,
)


def created(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Opportunities behind ``created_by_month``, the latest opened first.

    Grain
    -----
    One row per opportunity.

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
        As in ``created_by_month``.
    stage : String
        As in ``created_by_month``.
    outcome : String
        As in ``created_by_month``.
    month : Date
        First day of the month it was opened in.
    created_on : Date
        Day it was opened.
    closed_on : Date
        Day it was closed; null while open.
    amount : Decimal
        ARR it would add, reporting currency; null where unknown.

    Source
    ------
    ``sql/pipeline/created.sql`` over opportunities, opportunity_history.
    """
    return warehouse.fetch("pipeline/created", schema=CREATED, scope=scope, filters=filters)
