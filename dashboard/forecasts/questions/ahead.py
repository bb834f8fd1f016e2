"""What renewals will bring: by quarter, by segment and one by one."""

from typing import Final

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.forecasts import scenarios
from dashboard.forecasts.company import forecast_ahead
from dashboard.forecasts.method import Method
from dashboard.forecasts.renewal_model import reasons
from dashboard.queries.types import MONEY, columns
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.base import Warehouse

_BOTH: Final = ("forecast/renewals_seen", "forecast/short_terms")
ASKS: Final = {
    "open_renewals": _BOTH,
    "renewals_by_quarter": _BOTH,
    "renewals_by_segment": _BOTH,
    "renewed_shares": _BOTH,
}

RENEWALS_BY_QUARTER = columns(
    due_quarter=pl.Date,
    arr_due=MONEY,
    expected=MONEY,
    low_50=MONEY,
    high_50=MONEY,
    low_80=MONEY,
    high_80=MONEY,
    base_rate_expected=MONEY,
)


def renewals_by_quarter(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
) -> pl.DataFrame:
    """Renewed ARR expected in the current fiscal quarter and the three after it, with ranges.

    Grain
    -----
    One row per fiscal quarter, four in all; none where no renewal is open. Only renewals open on
    the as-of date count: what closed earlier in the current quarter is known and not forecast,
    what is overdue from an earlier quarter belongs to none of the four.

    Columns
    -------
    due_quarter : Date
        First day of the fiscal quarter the renewals are due in.
    arr_due : Decimal
        ARR before the renewal of those open on the as-of date, reporting currency.
    expected : Decimal
        ARR expected to renew: amount x probability x renewed share expected of the segment.
    low_50 : Decimal
        Lower end of the range that holds half of all outcomes.
    high_50 : Decimal
        Its upper end.
    low_80 : Decimal
        Lower end of the range that holds eight outcomes in ten.
    high_80 : Decimal
        Its upper end.
    base_rate_expected : Decimal
        What the base rates of the segments alone would expect.

    Source
    ------
    Simulated from ``sql/forecast/renewals_seen.sql`` and ``sql/forecast/short_terms.sql``.
    """
    # What is due and what renews does not depend on how a rate is counted: the name is checked.
    warehouse.policy.retention(policy)
    renewals, method = forecast_ahead(warehouse, scope, filters)
    if method is None:
        return RENEWALS_BY_QUARTER.to_frame()
    found = scenarios.by_quarter(renewals, _shares(renewals, method), method.dispersion)
    quarters = pl.DataFrame({"due_quarter": method.quarters}, schema={"due_quarter": pl.Date})
    nothing = pl.lit(0).cast(MONEY)
    return quarters.join(found, on="due_quarter", how="left", maintain_order="left").select(
        "due_quarter", pl.exclude("due_quarter").fill_null(nothing)
    )


RENEWALS_BY_SEGMENT = columns(
    due_quarter=pl.Date,
    segment=pl.String,
    arr_due=MONEY,
    expected=MONEY,
    low_50=MONEY,
    high_50=MONEY,
    low_80=MONEY,
    high_80=MONEY,
    base_rate_expected=MONEY,
)


def renewals_by_segment(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewed ARR expected by fiscal quarter and segment, with ranges.

    Grain
    -----
    Fiscal quarter x segment with a renewal open on the as-of date; the amounts expected of a
    quarter's segments sum to those of the quarter, the ends of ranges do not.

    Columns
    -------
    due_quarter : Date
        First day of the fiscal quarter the renewals are due in.
    segment : String
        Customer segment on the as-of date.
    arr_due : Decimal
        ARR before the renewal of those open on the as-of date, reporting currency.
    expected : Decimal
        ARR expected to renew.
    low_50 : Decimal
        Lower end of the range that holds half of all outcomes.
    high_50 : Decimal
        Its upper end.
    low_80 : Decimal
        Lower end of the range that holds eight outcomes in ten.
    high_80 : Decimal
        Its upper end.
    base_rate_expected : Decimal
        What the base rate of the segment alone would expect.

    Source
    ------
    Simulated from ``sql/forecast/renewals_seen.sql`` and ``sql/forecast/short_terms.sql``.
    """
    renewals, method = forecast_ahead(warehouse, scope, filters)
    if method is None:
        return RENEWALS_BY_SEGMENT.to_frame()
    return scenarios.by_segment(renewals, _shares(renewals, method), method.dispersion)


OPEN_RENEWALS = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_id=pl.String,
    health_band=pl.String,
    due_on=pl.Date,
    due_quarter=pl.Date,
    due_year=pl.Date,
    arr_due=MONEY,
    probability=pl.Float64,
    base_rate=pl.Float64,
    expected_share=pl.Float64,
    expected=MONEY,
    csm_category=pl.String,
    csm_likelihood=pl.Float64,
    csm_amount=MONEY,
    pushed_down=pl.String,
    pushed_up=pl.String,
)


def open_renewals(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals open on the as-of date with their probability, and what pushes it down and up.

    Grain
    -----
    One row per renewal open on the as-of date and due in the current fiscal quarter or the three
    after it, the soonest first.

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
    csm_id : String
        Member id of the customer success manager; null where unassigned.
    health_band : String
        `red`, `amber`, `green` at the end of the last week; null where not scored.
    due_on : Date
        Day the term ends.
    due_quarter : Date
        First day of the fiscal quarter of that day.
    due_year : Date
        First day of the fiscal year of that day.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    probability : Float64
        Probability of renewal that the forecast uses.
    base_rate : Float64
        That of the segment alone; of the survival curve where the term is month to month.
    expected_share : Float64
        ARR renewed / ARR due expected of the segment, given renewal; may exceed 1.
    expected : Decimal
        ARR expected to renew.
    csm_category : String
        Category of the CSM's latest call.
    csm_likelihood : Float64
        Probability of that call.
    csm_amount : Decimal
        ARR expected to renew in that call, reporting currency.
    pushed_down : String
        What lowers the probability most against an average renewal, in words; null where nothing
        does, or where base rates are used.
    pushed_up : String
        What raises it most.

    Source
    ------
    Computed from ``sql/forecast/renewals_seen.sql`` and ``sql/forecast/short_terms.sql``.
    """
    renewals, method = forecast_ahead(warehouse, scope, filters)
    if method is None:
        return OPEN_RENEWALS.to_frame()
    said = reasons(method.model, renewals)
    modelled = pl.lit(method.uses_model) & ~renewals["is_short_term"]
    return (
        renewals.with_columns(
            pl.when(modelled).then(said[name]).alias(name) for name in said.columns
        )
        .with_columns(pl.col("expected").round(2).cast(MONEY))
        .select(OPEN_RENEWALS.names())
        .sort("due_on", "renewal_id")
    )


RENEWED_SHARES = columns(segment=pl.String, place=pl.Int64, renewed_share=pl.Float64)


def renewed_shares(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewed shares given renewal that the simulation draws from, equally likely.

    Grain
    -----
    Segment with a renewal to forecast x quantile.

    Columns
    -------
    segment : String
        Customer segment.
    place : Int64
        Number of the quantile, from 1 on.
    renewed_share : Float64
        ARR renewed / ARR due of renewals that renewed; below 1 is a contraction.

    Source
    ------
    Quantiles over ``sql/forecast/renewals_seen.sql``, of the segment shrunk to the company's;
    the renewals to forecast also by ``sql/forecast/short_terms.sql``.
    """
    renewals, method = forecast_ahead(warehouse, scope, filters)
    if method is None:
        return RENEWED_SHARES.to_frame()
    return _shares(renewals, method)


def _shares(renewals: pl.DataFrame, method: Method) -> pl.DataFrame:
    found = method.model.base.shares_by(renewals["segment"])
    return pl.concat(
        [
            pl.DataFrame(
                {
                    "segment": [segment] * len(shares),
                    "place": range(1, len(shares) + 1),
                    "renewed_share": shares,
                },
                schema=RENEWED_SHARES,
            )
            for segment, shares in found.items()
        ]
    )
