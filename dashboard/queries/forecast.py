"""What the forecast is made from: renewals as they were known on past days."""

from datetime import timedelta
from typing import Final

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

QUARTERS_BACK: Final = 16
"""How many quarters a forecast looks back for what came of renewals."""

MOST: Final = 20_000
"""Renewals of each past day that a forecast learns from; a larger company is sampled."""

_DAYS_A_QUARTER: Final = 92

RENEWALS_SEEN = columns(
    snapshot_on=pl.Date,
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_id=pl.String,
    due_on=pl.Date,
    due_quarter=pl.Date,
    due_quarter_end=pl.Date,
    due_year=pl.Date,
    horizon=pl.Int64,
    days_to_due=pl.Int64,
    arr_due=MONEY,
    term_months=pl.Int64,
    is_short_term=pl.Boolean,
    uplift_share=pl.Float64,
    tenure_days=pl.Int64,
    health_band=pl.String,
    overall_score=pl.Float64,
    overall_change=pl.Float64,
    outcomes=pl.Float64,
    experience=pl.Float64,
    nps=pl.Float64,
    adoption=pl.Float64,
    deployment=pl.Float64,
    engagement=pl.Float64,
    csm_likelihood=pl.Float64,
    csm_category=pl.String,
    csm_amount=MONEY,
    manager_likelihood=pl.Float64,
    manager_category=pl.String,
    open_risks=pl.Int64,
    days_since_executive=pl.Int64,
    status=pl.String,
    closed_on=pl.Date,
    arr_renewed=MONEY,
    renewed_share=pl.Float64,
)


def renewals_seen(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    quarters: int = QUARTERS_BACK,
    most: int = MOST,
) -> pl.DataFrame:
    """Renewals as they were known on past days: what forecasts learn from and are tested on.

    Grain
    -----
    Snapshot day x renewal that was open on it and due from 92 days before it to 15 months after
    it. Snapshot days are the starts of fiscal quarters since health is measured, and the as-of
    date.

    Columns
    -------
    snapshot_on : Date
        The day the row speaks for.
    renewal_id : String
        The company's id.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment on the snapshot day.
    csm_id : String
        Member id of the customer success manager on the snapshot day; null where unassigned.
    due_on : Date
        Day the term ends.
    due_quarter : Date
        First day of the fiscal quarter it is due in.
    due_quarter_end : Date
        First day after that quarter.
    due_year : Date
        First day of the fiscal year it is due in.
    horizon : Int64
        Fiscal quarters from that of the snapshot day to that of the due day.
    days_to_due : Int64
        Days from the snapshot day to the due day; below zero when overdue.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    term_months : Int64
        Length of the term that ends; null where unknown.
    is_short_term : Boolean
        Whether that is less than six months: month to month.
    uplift_share : Float64
        Price rise agreed for the next term.
    tenure_days : Int64
        Days since the account became a customer.
    health_band : String
        `red`, `amber`, `green` at the end of the last week before the day; null where not scored.
    overall_score : Float64
        Overall health score of that week.
    overall_change : Float64
        Its change over the 13 weeks before.
    outcomes : Float64
        Outcomes score of that week.
    experience : Float64
        Experience score of that week.
    nps : Float64
        NPS measure of that week.
    adoption : Float64
        Adoption measure of that week.
    deployment : Float64
        Deployment measure of that week.
    engagement : Float64
        Engagement measure of that week.
    csm_likelihood : Float64
        Probability in the CSM's latest call before the day, of the half year before it.
    csm_category : String
        Category in that call.
    csm_amount : Decimal
        ARR expected to renew in that call, reporting currency.
    manager_likelihood : Float64
        Probability in the manager's latest call.
    manager_category : String
        Category in that call.
    open_risks : Int64
        Risks of the account open on the day.
    days_since_executive : Int64
        Days since an executive of the customer was last met; null where never.
    status : String
        `open`, `renewed` or `churned` as known on the as-of date.
    closed_on : Date
        Day of the outcome; null while open.
    arr_renewed : Decimal
        ARR that replaced what was due, reporting currency; 0 when churned, null while open.
    renewed_share : Float64
        ARR renewed / ARR due, may exceed 1; 0 when churned, null while open.

    Source
    ------
    ``sql/forecast/renewals_seen.sql`` over renewals, accounts, subscriptions, health_scores,
    forecast_calls, risks, timeline_entries. Of past days at most ``most`` renewals, chosen by
    the digest of their id; of the as-of date all.
    """
    return warehouse.fetch(
        "forecast/renewals_seen",
        schema=RENEWALS_SEEN,
        scope=scope,
        filters=filters,
        seen_since=filters.as_of - timedelta(days=quarters * _DAYS_A_QUARTER),
        most=most,
    )


SHORT_TERMS = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    segment=pl.String,
    term_months=pl.Int64,
    due_on=pl.Date,
    term_number=pl.Int64,
    status=pl.String,
    closed_on=pl.Date,
)


def short_terms(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Terms of less than six months that came to their end: what the survival curve is fitted to.

    Grain
    -----
    One row per renewal, in the order they were due.

    Columns
    -------
    renewal_id : String
        The company's id.
    account_id : String
        The company's id for the account.
    segment : String
        Customer segment.
    term_months : Int64
        Length of the term, 1 to 5.
    due_on : Date
        Day the term ended.
    term_number : Int64
        Terms of that length since the first day as a customer, the first being 1.
    status : String
        `open`, `renewed` or `churned` as known on the as-of date.
    closed_on : Date
        Day of the outcome; null while open.

    Source
    ------
    ``sql/forecast/short_terms.sql`` over renewals, subscriptions, accounts.
    """
    return warehouse.fetch("forecast/short_terms", schema=SHORT_TERMS, scope=scope, filters=filters)
