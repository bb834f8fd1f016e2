"""Whether health came true: renewals by the band their customers had some time before."""

from typing import Final

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.periods import rules
from dashboard.queries.types import MONEY, columns
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.base import Warehouse

DAYS_BEFORE: Final = 90

BY_BAND = columns(
    measure=pl.String,
    health_band=pl.String,
    renewals=pl.Int64,
    renewed=pl.Int64,
    arr_due=MONEY,
    arr_kept=MONEY,
    renewal_rate=pl.Float64,
    low_rate=pl.Float64,
    high_rate=pl.Float64,
    all_renewals=pl.Int64,
    all_rate=pl.Float64,
    lift=pl.Float64,
    difference=pl.Float64,
    difference_low=pl.Float64,
    difference_high=pl.Float64,
    is_detectable=pl.Boolean,
)


def by_band(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    days_before: int = DAYS_BEFORE,
    policy: RetentionPolicy | str | None = None,
) -> pl.DataFrame:
    """Renewal rate by the band that a measure had some days before the due date.

    Grain
    -----
    Measure x band, over renewals that the retention policy counts as decided; the window is on the
    day a renewal counts on. The band is that of the last measured week at most three weeks before
    the day looked at.

    Columns
    -------
    measure : String
        `overall`, its halves `outcomes` and `experience`, or one of the seven measures.
    health_band : String
        `red`, `amber`, `green`; null where it did not count then.
    renewals : Int64
        Decided renewals.
    renewed : Int64
        Those renewed; null of fewer than five, as is every number below it.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    arr_kept : Decimal
        What was renewed of it, each at most what was due.
    renewal_rate : Float64
        Renewed by renewals, 0 to 1.
    low_rate : Float64
        Lower end of Wilson's 95 % interval.
    high_rate : Float64
        Upper end.
    all_renewals : Int64
        Decided renewals of every band.
    all_rate : Float64
        Their renewal rate.
    lift : Float64
        Renewal rate by that of all; 1 is no lift.
    difference : Float64
        Renewal rate less that of all other renewals; null where either has fewer than five.
    difference_low : Float64
        Lower end of Newcombe's 95 % interval of the difference.
    difference_high : Float64
        Upper end.
    is_detectable : Boolean
        Whether that interval leaves out zero.

    Source
    ------
    ``sql/outcome_check/by_band.sql`` over renewals, health_scores, subscriptions, accounts;
    HB ch. 9.
    """
    return warehouse.fetch(
        "outcome_check/by_band",
        schema=BY_BAND,
        scope=scope,
        filters=filters,
        days_before=days_before,
        **_rules(warehouse, filters, policy),
    )


RENEWALS = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    due_on=pl.Date,
    scored_on=pl.Date,
    measure=pl.String,
    score=pl.Float64,
    health_band=pl.String,
    is_renewed=pl.Boolean,
    arr_due=MONEY,
    arr_kept=MONEY,
)


def renewals(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    measure: str = "overall",
    band: str = "red",
    days_before: int = DAYS_BEFORE,
    policy: RetentionPolicy | str | None = None,
) -> pl.DataFrame:
    """Renewals behind one measure and band of ``by_band``, the last due first.

    Grain
    -----
    One row per decided renewal.

    Columns
    -------
    renewal_id : String
        The company's id.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager on the as-of date; null where unassigned.
    due_on : Date
        Day the term ended.
    scored_on : Date
        Last measured day of the week that was looked at; null where there was none.
    measure : String
        The measure.
    score : Float64
        What it was, 0 to 100; null where it did not count.
    health_band : String
        Its band then.
    is_renewed : Boolean
        Whether the renewal counts as renewed.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    arr_kept : Decimal
        What was renewed of it, at most what was due.

    Source
    ------
    ``sql/outcome_check/renewals.sql`` over renewals, health_scores, subscriptions, accounts.
    """
    return warehouse.fetch(
        "outcome_check/renewals",
        schema=RENEWALS,
        scope=scope,
        filters=filters,
        measure=measure,
        band=band,
        days_before=days_before,
        **_rules(warehouse, filters, policy),
    )


def _rules(
    warehouse: Warehouse, filters: Filters, policy: RetentionPolicy | str | None
) -> dict[str, object]:
    """As for renewal rates: a customer is an account, whatever the policy's level."""
    chosen = rules(warehouse.policy.retention(policy), filters, period="year")
    return chosen | {"level": "account", "logo_level": "account"}
