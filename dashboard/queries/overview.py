"""The overview: the book month by month, what changed in it, and the largest renewals at risk."""

from datetime import date

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.periods import rules
from dashboard.queries.types import MONEY, columns
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.base import Warehouse

BY_ACCOUNT = RetentionPolicy(name="Overview", level="account", logo_level="account", fx="as_of")
"""ARR of accounts, every day at the rates of the as-of date, whatever policy a page has chosen."""

BY_DAY = columns(
    on_day=pl.Date,
    arr=MONEY,
    customers=pl.Int64,
    green_arr=MONEY,
    amber_arr=MONEY,
    red_arr=MONEY,
    scored_arr=MONEY,
    responses=pl.Int64,
    promoters=pl.Int64,
    passives=pl.Int64,
    detractors=pl.Int64,
    renewals_at_risk=pl.Int64,
    arr_at_risk=MONEY,
    opportunities=pl.Int64,
    amount=MONEY,
    weighted_amount=MONEY,
    arr_target=pl.Float64,
    nrr_target=pl.Float64,
    grr_target=pl.Float64,
    logo_retention_target=pl.Float64,
    nps_target=pl.Float64,
    green_share_target=pl.Float64,
)


def by_day(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    target_scope: str | None = None,
) -> pl.DataFrame:
    """The book on the as-of date and at the end of each fiscal month before it, the earliest first.

    Grain
    -----
    One row per day, fifteen at most. A month's end is the first day after it, changes of that day
    included, as in the windows of retention. Every day is at the exchange rates of the as-of date,
    and by the segments, regions and CSMs of it; who sees no account gets no day.

    Columns
    -------
    on_day : Date
        The day.
    arr : Decimal
        ARR of every contract line live on it, with what had been booked by the as-of date.
    customers : Int64
        Accounts with ARR.
    green_arr : Decimal
        ARR of customers whose health was green on the day; null where none of it is known.
    amber_arr : Decimal
        The same at amber.
    red_arr : Decimal
        The same at red.
    scored_arr : Decimal
        ARR of customers with a health score on the day.
    responses : Int64
        NPS answers of the twelve months that end with the day.
    promoters : Int64
        Answers of 9 and 10 among them.
    passives : Int64
        Answers of 7 and 8.
    detractors : Int64
        Answers of 0 to 6.
    renewals_at_risk : Int64
        Renewals due in the fiscal quarter of the day, open on it, of customers at red.
    arr_at_risk : Decimal
        ARR due of those renewals.
    opportunities : Int64
        Expansion opportunities open on the day.
    amount : Decimal
        ARR they would add.
    weighted_amount : Decimal
        The same times their probability, or the weight of their stage.
    arr_target : Float64
        Target of ARR for the longest period that holds the day, of ``target_scope``; null where no
        scope is named, and for who does not see every account.
    nrr_target : Float64
        Target of NRR.
    grr_target : Float64
        Target of GRR.
    logo_retention_target : Float64
        Target of logo retention.
    nps_target : Float64
        Target of NPS.
    green_share_target : Float64
        Target of the share of scored ARR that is green.

    Source
    ------
    ``sql/overview/by_day.sql`` over subscriptions, arr_movements, accounts, health_scores,
    survey_responses, renewals, opportunities, opportunity_history, targets.
    """
    return warehouse.fetch(
        "overview/by_day",
        schema=BY_DAY,
        scope=scope,
        filters=filters,
        target_scope=target_scope,
        **rules(BY_ACCOUNT, filters, period="month"),
    )


CHANGES = columns(
    kind=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    changed_on=pl.Date,
    arr=MONEY,
    arr_before=MONEY,
    arr_after=MONEY,
    before=pl.String,
    after=pl.String,
    detail=pl.String,
    source_id=pl.String,
)


def changes(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    compared_on: date | None = None,
) -> pl.DataFrame:
    """What changed at accounts after an earlier day, up to the as-of date; the largest first.

    The earlier day is ``compared_on``, the end of the last fiscal quarter where none is named. A
    window narrows the changes to those of its days.

    Grain
    -----
    One row per change. ARR moves at most once a day and account; health crosses at most once, by
    what it was on the two days; of a forecast the two days' categories are compared, for what is
    open on the as-of date; renewals, risks and answers have one row each, an escalated risk one
    more.

    Columns
    -------
    kind : String
        `new`, `reactivation`, `expansion`, `contraction`, `churn` for ARR; `renewed`,
        `renewal lost`; `became red`, `became green`, `left red`; `renewal forecast`,
        `opportunity forecast`; `risk opened`, `risk escalated`, `risk resolved`; `detractor`.
    account_id : String
        The company's id; null for an opportunity without an account.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    changed_on : Date
        Day of the change; of a health band the first week measured at it.
    arr : Decimal
        Signed, reporting currency at the rates of the as-of date. For ARR what it moved by; for a
        renewal what was renewed, or due and lost; for the others what is at stake, above zero where
        the news is good: the customer's ARR, what is due, or the opportunity's amount. Null where
        the amount or the direction is not known.
    arr_before : Decimal
        ARR before the movement, or due by the renewal; null for the others.
    arr_after : Decimal
        ARR after the movement, or renewed.
    before : String
        What it was: band, category, open or escalated; null where there was nothing.
    after : String
        What it is: band, category, severity, status of the renewal, the answer.
    detail : String
        Reason of a lost renewal, kind of an opportunity, category of a risk, persona of an answer.
    source_id : String
        The company's id of the renewal, opportunity, risk or answer; null for ARR and health.

    Source
    ------
    ``sql/overview/changes.sql`` over subscriptions, arr_movements, accounts, renewals,
    forecast_calls, health_scores, opportunities, opportunity_history, risks, survey_responses.
    """
    day = compared_on or _last_quarter_end(warehouse, filters.as_of)
    if day >= filters.as_of:
        raise ValueError(f"{day} is not before {filters.as_of}: nothing can have changed since.")
    return warehouse.fetch(
        "overview/changes",
        schema=CHANGES,
        scope=scope,
        filters=filters,
        compared_on=day,
        **rules(BY_ACCOUNT, filters, period="month"),
    )


def _last_quarter_end(warehouse: Warehouse, as_of: date) -> date:
    calendar = warehouse.policy.calendar
    quarter = calendar.period_of(as_of, "quarter")
    if quarter.start_on == as_of:
        quarter = calendar.earlier(as_of, "quarter", 1)
    return quarter.start_on


AT_RISK = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr_due=MONEY,
    due_on=pl.Date,
    due_quarter=pl.Date,
    days_left=pl.Int64,
    overall_score=pl.Float64,
    forecast_category=pl.String,
    renewal_likelihood=pl.String,
    open_risks=pl.Int64,
)


def at_risk(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Open renewals of customers whose health is red; the window is on the due date.

    Grain
    -----
    One row per renewal, the largest first; overdue ones too, where the window holds their day.

    Columns
    -------
    renewal_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr_due : Decimal
        ARR before the renewal, reporting currency; null where it is not known.
    due_on : Date
        Day it falls due.
    due_quarter : Date
        First day of the fiscal quarter of that day.
    days_left : Int64
        Days from the as-of date to the due day; below zero where it is overdue.
    overall_score : Float64
        Health score on the as-of date.
    forecast_category : String
        The CSM's call as it stands in the CRM.
    renewal_likelihood : String
        What the customer said in the survey.
    open_risks : Int64
        Risks of the account open on the as-of date.

    Source
    ------
    ``sql/overview/at_risk.sql`` over renewals, accounts, health_scores, risks.
    """
    return warehouse.fetch("overview/at_risk", schema=AT_RISK, scope=scope, filters=filters)
