"""Expansion: opportunities to sell more to customers."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.policy import packed
from dashboard.queries.types import MOMENT, MONEY, columns
from dashboard.warehouse.base import Warehouse

StageWeights = Mapping[str, float]
"""Probability of winning by stage, 0 to 1."""


PIPELINE_BY_MONTH = columns(
    month=pl.Date,
    forecast_category=pl.String,
    opportunities=pl.Int64,
    amount=MONEY,
    weighted_amount=MONEY,
    without_amount=pl.Int64,
)


def pipeline_by_month(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    stage_weights: StageWeights | None = None,
) -> pl.DataFrame:
    """Open opportunities by month of expected close; undated ones keep a null month.

    Grain
    -----
    Month x forecast category.

    Columns
    -------
    month : Date
        First day of the month; null without an expected close date.
    forecast_category : String
        `pipeline`, `best_case`, `commit`, `omitted` or what else was loaded.
    opportunities : Int64
        Number of open opportunities.
    amount : Decimal
        ARR they would add, reporting currency; those without an amount add nothing.
    weighted_amount : Decimal
        Amount x probability, or x the stage's weight where it has none.
    without_amount : Int64
        Opportunities without an amount.

    Source
    ------
    ``sql/expansion/pipeline_by_month.sql`` over opportunities; HB tables 12.2 to 12.4.
    """
    return warehouse.fetch(
        "expansion/pipeline_by_month",
        schema=PIPELINE_BY_MONTH,
        scope=scope,
        filters=filters,
        **weights(stage_weights),
    )


OPEN_OPPORTUNITIES = columns(
    opportunity_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    kind=pl.String,
    stage=pl.String,
    forecast_category=pl.String,
    expected_close_on=pl.Date,
    month=pl.Date,
    amount=MONEY,
    weight=pl.Float64,
    weighted_amount=MONEY,
    note=pl.String,
    url=pl.String,
)


def open_opportunities(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    stage_weights: StageWeights | None = None,
) -> pl.DataFrame:
    """Opportunities behind ``pipeline_by_month``, the soonest to close first.

    Grain
    -----
    One row per opportunity open on the as-of date.

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
    stage : String
        Sales stage.
    forecast_category : String
        Forecast category.
    expected_close_on : Date
        Expected close; null where unknown.
    month : Date
        First day of that month.
    amount : Decimal
        ARR it would add, reporting currency; null where unknown.
    weight : Float64
        Probability used; null where the stage has no weight.
    weighted_amount : Decimal
        Amount x weight.
    note : String
        Latest note on the account's timeline.
    url : String
        Where the note lies.

    Source
    ------
    ``sql/expansion/open_opportunities.sql`` over opportunities, timeline_entries.
    """
    return warehouse.fetch(
        "expansion/open_opportunities",
        schema=OPEN_OPPORTUNITIES,
        scope=scope,
        filters=filters,
        **weights(stage_weights),
    )


CATEGORY_CHANGES = columns(
    opportunity_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    amount=MONEY,
    expected_close_on=pl.Date,
    changed_at=MOMENT,
    category_before=pl.String,
    category_after=pl.String,
)


def category_changes(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, days: int = 7
) -> pl.DataFrame:
    """Changes of forecast category within the last days, the latest first.

    Grain
    -----
    One row per change.

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
    amount : Decimal
        ARR it would add, reporting currency.
    expected_close_on : Date
        Expected close.
    changed_at : Datetime
        Moment of the change, UTC.
    category_before : String
        Before.
    category_after : String
        After.

    Source
    ------
    ``sql/expansion/category_changes.sql`` over opportunity_history, opportunities.
    """
    return warehouse.fetch(
        "expansion/category_changes",
        schema=CATEGORY_CHANGES,
        scope=scope,
        filters=filters,
        changed_since=filters.as_of - timedelta(days=days - 1),
    )


def weights(stage_weights: StageWeights | None) -> dict[str, str]:
    """Bind parameter of stage weights that stand in for the policy's; nothing where none do."""
    return {} if stage_weights is None else {"stage_weights": packed(stage_weights)}
