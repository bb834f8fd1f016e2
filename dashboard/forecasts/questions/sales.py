"""What expansion will bring, and where that leaves the fiscal year."""

from datetime import date
from typing import Final

import polars as pl

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.forecasts import expansion
from dashboard.forecasts import year_end as years
from dashboard.forecasts.company import forecast_ahead, of_today, renewals_of_customers_before
from dashboard.forecasts.history import QUARTERS
from dashboard.forecasts.questions.ahead import renewed_shares
from dashboard.forecasts.simulation import Dispersion
from dashboard.queries.forecast import (
    IN_TERM_CHANGES,
    OPPORTUNITIES_SEEN,
    in_term_changes,
    opportunities_seen,
    year_cohort,
)
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import MissingTableError, Warehouse

_SALES: Final = ("forecast/opportunities_seen", "forecast/in_term_changes")
ASKS: Final = {
    "expansion_weights": ("forecast/opportunities_seen",),
    "expansion_by_quarter": _SALES,
    "year_end": (
        "forecast/year_cohort",
        "forecast/renewals_seen",
        "forecast/short_terms",
        *_SALES,
    ),
}

EXPANSION_WEIGHTS = columns(
    stage=pl.String,
    forecast_category=pl.String,
    closed=pl.Float64,
    won=pl.Float64,
    policy_weight=pl.Float64,
    weight=pl.Float64,
)


def expansion_weights(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Probability of winning by stage and forecast category, fitted to what became of earlier ones.

    Grain
    -----
    Stage x forecast category among closed opportunities of the whole company; a null category
    stands for all of a stage. None where the viewer has no open opportunity.

    Columns
    -------
    stage : String
        Sales stage, in small letters.
    forecast_category : String
        Forecast category; null for the stage alone.
    closed : Float64
        Opportunities closed since; one that was seen in several stages counts in parts.
    won : Float64
        Those of them that were won.
    policy_weight : Float64
        Weight of the stage in the policy.
    weight : Float64
        Probability used: the share won, shrunk to the stage's and so to the policy's.

    Source
    ------
    Computed from ``sql/forecast/opportunities_seen.sql``.
    """
    if of_today(opportunities_seen, warehouse, scope, filters).is_empty():
        return EXPANSION_WEIGHTS.to_frame()
    whole = opportunities_seen(warehouse, EVERYTHING, Filters(filters.as_of))
    found = expansion.fit_weights(whole, filters.as_of, warehouse.policy.stage_weights)
    return found.table.select(EXPANSION_WEIGHTS.names())


EXPANSION_BY_QUARTER = columns(
    close_quarter=pl.Date,
    opportunities=pl.Int64,
    amount=MONEY,
    expected=MONEY,
    low_50=MONEY,
    high_50=MONEY,
    low_80=MONEY,
    high_80=MONEY,
    outside_share=pl.Float64,
    losses_share=pl.Float64,
    spread_share=pl.Float64,
)


def expansion_by_quarter(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Expansion expected of open opportunities in the current fiscal quarter and the next three.

    Grain
    -----
    One row per fiscal quarter; none where no opportunity is open.

    Columns
    -------
    close_quarter : Date
        First day of the fiscal quarter.
    opportunities : Int64
        Open opportunities expected to close in it; overdue ones in the current quarter.
    amount : Decimal
        ARR they would add, reporting currency.
    expected : Decimal
        ARR expected to be won in it, by fitted weights and by how far closes usually slip.
    low_50 : Decimal
        Lower end of the range that holds half of all outcomes.
    high_50 : Decimal
        Its upper end.
    low_80 : Decimal
        Lower end of the range that holds eight outcomes in ten.
    high_80 : Decimal
        Its upper end.
    outside_share : Float64
        Expansion / ARR in such a quarter that is in no opportunity yet, in the whole company.
    losses_share : Float64
        Losses outside renewals / ARR in a quarter, below zero, in the whole company.
    spread_share : Float64
        Standard deviation over past quarters of changes outside renewals / ARR.

    Source
    ------
    Computed from ``sql/forecast/opportunities_seen.sql`` and
    ``sql/forecast/in_term_changes.sql``.
    """
    return _expansion(warehouse, scope, filters, since=None)


YEAR_END = columns(
    period_start_on=pl.Date,
    period_end_on=pl.Date,
    accounts=pl.Int64,
    opening_arr=MONEY,
    arr=MONEY,
    renewals_due=MONEY,
    renewals_expected=MONEY,
    pipeline_expected=MONEY,
    outside_pipeline_expected=MONEY,
    losses_expected=MONEY,
    closing_expected=MONEY,
    nrr_expected=pl.Float64,
    nrr_low_50=pl.Float64,
    nrr_high_50=pl.Float64,
    nrr_low_80=pl.Float64,
    nrr_high_80=pl.Float64,
)


def year_end(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Net revenue retention expected at the end of the running fiscal year, with ranges.

    Grain
    -----
    One row; none where nobody was a customer at the start of the year.

    Columns
    -------
    period_start_on : Date
        First day of the fiscal year.
    period_end_on : Date
        First day after it.
    accounts : Int64
        Accounts with ARR on the day before it began.
    opening_arr : Decimal
        Their ARR on that day, reporting currency.
    arr : Decimal
        Their ARR on the as-of date.
    renewals_due : Decimal
        ARR of their renewals open on the as-of date and due until the end of the year.
    renewals_expected : Decimal
        ARR expected to renew of that.
    pipeline_expected : Decimal
        Expansion expected of their open opportunities until the end of the year.
    outside_pipeline_expected : Decimal
        Expansion usual until then that is in no opportunity yet.
    losses_expected : Decimal
        Losses outside renewals usual until then, below zero.
    closing_expected : Decimal
        ARR expected at the end of the year.
    nrr_expected : Float64
        That / opening ARR.
    nrr_low_50 : Float64
        Lower end of the range that holds half of all outcomes.
    nrr_high_50 : Float64
        Its upper end.
    nrr_low_80 : Float64
        Lower end of the range that holds eight outcomes in ten.
    nrr_high_80 : Float64
        Its upper end.

    Source
    ------
    Without opportunities or movements nothing is expected of them. Computed from
    ``sql/forecast/year_cohort.sql``, ``sql/forecast/renewals_seen.sql``,
    ``sql/forecast/short_terms.sql``, ``sql/forecast/opportunities_seen.sql`` and
    ``sql/forecast/in_term_changes.sql``.
    """
    cohort = year_cohort(warehouse, scope, filters)
    if cohort.is_empty():
        return YEAR_END.to_frame()
    start_on = cohort["period_start_on"][0]
    ahead, method = forecast_ahead(warehouse, scope, filters)
    renewals = ahead.filter(
        pl.col("renewal_id").is_in(
            renewals_of_customers_before(warehouse, scope, filters, start_on).implode()
        )
    )
    row = years.year_end(
        cohort,
        renewals,
        renewed_shares(warehouse, scope, filters),
        method.dispersion if method else Dispersion(),
        _expansion(warehouse, scope, filters, since=start_on),
        day=filters.as_of,
    )
    money = [name for name, dtype in YEAR_END.items() if dtype == MONEY]
    return row.with_columns(pl.col(money).round(2).cast(MONEY), pl.col("^nrr_.*$").round(6)).select(
        YEAR_END.names()
    )


def _expansion(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, since: date | None
) -> pl.DataFrame:
    """``expansion_by_quarter``, of those who were customers before a day where one is given."""
    day = filters.as_of
    try:
        own = of_today(opportunities_seen, warehouse, scope, filters)
        whole = opportunities_seen(warehouse, EVERYTHING, Filters(day))
    except MissingTableError:
        if since is None:
            raise
        # A year may end without a pipeline.
        own = whole = OPPORTUNITIES_SEEN.to_frame()
    if since is not None:
        own = own.filter(pl.col("customer_since") < since)
    elif own.is_empty():
        return EXPANSION_BY_QUARTER.to_frame()
    weights = expansion.fit_weights(whole, day, warehouse.policy.stage_weights)
    try:
        changes = in_term_changes(warehouse, EVERYTHING, Filters(day))
    except MissingTableError:
        changes = IN_TERM_CHANGES.to_frame()
    quarters = _quarters(warehouse, whole.filter(pl.col("snapshot_on") == day), day)
    rows = expansion.expected(own, weights)
    counted = rows.group_by("horizon").agg(
        opportunities=pl.len().cast(pl.Int64), amount=pl.col("amount").sum()
    )
    usual = expansion.usual(whole, changes, day)
    return (
        expansion.by_quarter(rows, quarters)
        .with_columns(horizon=pl.int_range(pl.len(), dtype=pl.Int64))
        .join(counted, on="horizon", how="left", maintain_order="left")
        .join(usual, on="horizon", how="left", maintain_order="left")
        .with_columns(
            pl.col("opportunities").fill_null(0),
            pl.col("amount").fill_null(pl.lit(0).cast(MONEY)),
            pl.col("expected", "low_50", "high_50", "low_80", "high_80").round(2).cast(MONEY),
        )
        .select(EXPANSION_BY_QUARTER.names())
    )


def _quarters(warehouse: Warehouse, seen: pl.DataFrame, day: date) -> tuple[date, ...]:
    """Starts of the four quarters: of the company's own periods where something closes in them."""
    ahead = warehouse.policy.calendar.periods_from(day, "quarter", QUARTERS)
    starts = {place: period.start_on for place, period in enumerate(ahead)}
    starts |= dict(seen.select("horizon", "close_quarter").drop_nulls().unique().iter_rows())
    return tuple(starts[place] for place in range(QUARTERS))
