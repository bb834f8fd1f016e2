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

MOST: Final = 2_500
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


OPPORTUNITIES_SEEN = columns(
    snapshot_on=pl.Date,
    opportunity_id=pl.String,
    account_id=pl.String,
    segment=pl.String,
    customer_since=pl.Date,
    kind=pl.String,
    stage=pl.String,
    forecast_category=pl.String,
    amount=MONEY,
    expected_close_on=pl.Date,
    close_quarter=pl.Date,
    horizon=pl.Int64,
    status=pl.String,
    closed_on=pl.Date,
    closed_horizon=pl.Int64,
)


def opportunities_seen(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    quarters: int = QUARTERS_BACK,
    most: int = MOST,
) -> pl.DataFrame:
    """Expansion opportunities as they were on past days: what their weights are fitted to.

    Grain
    -----
    Snapshot day x opportunity open on it. Snapshot days are the starts of fiscal quarters, and
    the as-of date.

    Columns
    -------
    snapshot_on : Date
        The day the row speaks for.
    opportunity_id : String
        The company's id.
    account_id : String
        Account; null where unknown.
    segment : String
        Customer segment on the as-of date.
    customer_since : Date
        First day of the account as a customer.
    kind : String
        `upsell` or `cross_sell`.
    stage : String
        Sales stage on the snapshot day; null where it closed since and has no history of it.
    forecast_category : String
        Forecast category on the snapshot day.
    amount : Decimal
        ARR it would add as known on the snapshot day, reporting currency.
    expected_close_on : Date
        Expected close as known on the snapshot day.
    close_quarter : Date
        First day of the fiscal quarter of that; the snapshot day's where it is overdue.
    horizon : Int64
        Fiscal quarters from that of the snapshot day to it.
    status : String
        `open`, `won` or `lost` as known on the as-of date.
    closed_on : Date
        Day it closed; null while open.
    closed_horizon : Int64
        Fiscal quarters from that of the snapshot day to that of the close.

    Source
    ------
    ``sql/forecast/opportunities_seen.sql`` over opportunities, opportunity_history, accounts. Of
    past days at most ``most`` opportunities, chosen by the digest of their id.
    """
    return warehouse.fetch(
        "forecast/opportunities_seen",
        schema=OPPORTUNITIES_SEEN,
        scope=scope,
        filters=filters,
        seen_since=filters.as_of - timedelta(days=quarters * _DAYS_A_QUARTER),
        most=most,
    )


IN_TERM_CHANGES = columns(
    period_start_on=pl.Date,
    opening_arr=MONEY,
    expansion=MONEY,
    losses=MONEY,
)


def in_term_changes(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, quarters: int = QUARTERS_BACK
) -> pl.DataFrame:
    """Changes of ARR outside renewals, by fiscal quarter that was over on the as-of date.

    Grain
    -----
    One row per fiscal quarter.

    Columns
    -------
    period_start_on : Date
        First day of the fiscal quarter.
    opening_arr : Decimal
        ARR on the day before it, reporting currency.
    expansion : Decimal
        Expansion on days on which no renewal of the account was due or closed.
    losses : Decimal
        Contraction and churn on such days, below zero.

    Source
    ------
    ``sql/forecast/in_term_changes.sql`` over arr_movements, renewals, accounts.
    """
    return warehouse.fetch(
        "forecast/in_term_changes",
        schema=IN_TERM_CHANGES,
        scope=scope,
        filters=filters,
        seen_since=filters.as_of - timedelta(days=quarters * _DAYS_A_QUARTER),
    )


YEAR_COHORT = columns(
    segment=pl.String,
    period_start_on=pl.Date,
    period_end_on=pl.Date,
    accounts=pl.Int64,
    opening_arr=MONEY,
    arr=MONEY,
    kept_arr=MONEY,
)


def year_cohort(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers at the start of the running fiscal year, with their ARR then and now.

    Grain
    -----
    One row per segment of the as-of date.

    Columns
    -------
    segment : String
        Customer segment on the as-of date.
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
    kept_arr : Decimal
        The smaller of the two, account by account.

    Source
    ------
    ``sql/forecast/year_cohort.sql`` over subscriptions or arr_movements, accounts.
    """
    return warehouse.fetch("forecast/year_cohort", schema=YEAR_COHORT, scope=scope, filters=filters)
