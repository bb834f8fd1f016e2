"""Records of one account: contracts, renewals, sales, answers, cases, objectives and risks."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.expansion import StageWeights, weights
from dashboard.queries.types import MOMENT, MONEY, columns
from dashboard.warehouse.base import Warehouse

ARR_HISTORY = columns(
    changed_on=pl.Date,
    products=pl.Int64,
    change=MONEY,
    arr=MONEY,
)


def arr_history(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """Changes of one account's ARR by the as-of date.

    Grain
    -----
    One row per day on which ARR changed.

    Columns
    -------
    changed_on : Date
        Day from which ARR was different.
    products : Int64
        Products whose lines changed that day.
    change : Decimal
        Change, reporting currency at the rates of the as-of date; null without a rate.
    arr : Decimal
        ARR from that day on; null from the first change without a rate on.

    Source
    ------
    ``sql/account_records/arr_history.sql`` over subscriptions, arr_movements.
    """
    return warehouse.fetch(
        "account_records/arr_history",
        schema=ARR_HISTORY,
        scope=scope,
        filters=filters,
        account_id=account_id,
    )


LINES = columns(
    subscription_id=pl.String,
    product_name=pl.String,
    starts_on=pl.Date,
    ends_on=pl.Date,
    is_live=pl.Boolean,
    arr=MONEY,
    currency=pl.String,
    billed_arr=MONEY,
    licensed_seats=pl.Int64,
    term_months=pl.Int64,
    auto_renew=pl.Boolean,
    notice_days=pl.Int64,
)


def lines(warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str) -> pl.DataFrame:
    """Contract lines of one account, those that are live first.

    Grain
    -----
    One row per line signed by the as-of date.

    Columns
    -------
    subscription_id : String
        The company's id for the line.
    product_name : String
        Product.
    starts_on : Date
        First day the line is live.
    ends_on : Date
        First day it is no longer live; null has no end.
    is_live : Boolean
        Whether it is live on the as-of date.
    arr : Decimal
        ARR while it is live, reporting currency.
    currency : String
        Currency it is billed in.
    billed_arr : Decimal
        The same ARR in that currency.
    licensed_seats : Int64
        Seats bought.
    term_months : Int64
        Length of the term.
    auto_renew : Boolean
        Renews unless notice is given.
    notice_days : Int64
        Days of notice.

    Source
    ------
    ``sql/account_records/lines.sql`` over subscriptions, products.
    """
    return warehouse.fetch(
        "account_records/lines", schema=LINES, scope=scope, filters=filters, account_id=account_id
    )


RENEWALS = columns(
    renewal_id=pl.String,
    due_on=pl.Date,
    status=pl.String,
    closed_on=pl.Date,
    arr_due=MONEY,
    arr_renewed=MONEY,
    csm_category=pl.String,
    csm_likelihood=pl.Float64,
    called_on=pl.Date,
    renewal_likelihood=pl.String,
    health_band=pl.String,
    reason=pl.String,
)


def renewals(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """Renewals of one account, the last due first.

    Grain
    -----
    One row per renewal as it stood on the as-of date.

    Columns
    -------
    renewal_id : String
        The company's id.
    due_on : Date
        Day the term ends.
    status : String
        `open`, `renewed` or `churned` on the as-of date.
    closed_on : Date
        Day of the outcome; null while open.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    arr_renewed : Decimal
        ARR that replaced it.
    csm_category : String
        The CSM's latest call by the as-of date.
    csm_likelihood : Float64
        Probability the CSM called, 0 to 1.
    called_on : Date
        Day of that call.
    renewal_likelihood : String
        The customer's own answer: `not_likely`, `unsure`, `likely`.
    health_band : String
        Of the as-of date while open, of the week before closing once closed.
    reason : String
        Why the customer left; null unless churned.

    Source
    ------
    ``sql/account_records/renewals.sql`` over renewals, forecast_calls, accounts.
    """
    return warehouse.fetch(
        "account_records/renewals",
        schema=RENEWALS,
        scope=scope,
        filters=filters,
        account_id=account_id,
    )


OPPORTUNITIES = columns(
    opportunity_id=pl.String,
    status=pl.String,
    kind=pl.String,
    stage=pl.String,
    forecast_category=pl.String,
    created_on=pl.Date,
    expected_close_on=pl.Date,
    closed_on=pl.Date,
    amount=MONEY,
    probability=pl.Float64,
)


def opportunities(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    account_id: str,
    stage_weights: StageWeights | None = None,
) -> pl.DataFrame:
    """Expansion sales of one account, those that are open first.

    Grain
    -----
    One row per opportunity known by the as-of date.

    Columns
    -------
    opportunity_id : String
        The company's id.
    status : String
        `open`, `won`, `lost`, or `closed` where it is not said how.
    kind : String
        `upsell` or `cross_sell`.
    stage : String
        Sales stage; as of the as-of date while open.
    forecast_category : String
        Forecast category.
    created_on : Date
        Day it was opened.
    expected_close_on : Date
        Expected close; null where unknown.
    closed_on : Date
        Day it was closed; null while open.
    amount : Decimal
        ARR it would add, reporting currency; null where unknown.
    probability : Float64
        Its own probability, else its stage's weight, 0 to 1; null once closed.

    Source
    ------
    ``sql/account_records/opportunities.sql`` over opportunities, opportunity_history.
    """
    return warehouse.fetch(
        "account_records/opportunities",
        schema=OPPORTUNITIES,
        scope=scope,
        filters=filters,
        account_id=account_id,
        **weights(stage_weights),
    )


SURVEYS = columns(
    response_id=pl.String,
    survey=pl.String,
    respondent_id=pl.String,
    persona=pl.String,
    sent_on=pl.Date,
    responded_on=pl.Date,
    score=pl.Int64,
    answer=pl.String,
    comment=pl.String,
    followed_up_on=pl.Date,
)


def surveys(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """Invitations of one account to a survey, with their answers, the newest first.

    Grain
    -----
    One row per invitation sent by the as-of date; an answer given later is not there yet.

    Columns
    -------
    response_id : String
        The company's id.
    survey : String
        `nps` or `csat`.
    respondent_id : String
        The company's id for the person.
    persona : String
        Who was asked.
    sent_on : Date
        Day of the invitation.
    responded_on : Date
        Day of the answer; null while there is none.
    score : Int64
        The answer: 0 to 10 for NPS, 1 to 5 for satisfaction.
    answer : String
        `promoter`, `passive` or `detractor`; null for satisfaction.
    comment : String
        The answer in words.
    followed_up_on : Date
        Day somebody came back to the person.

    Source
    ------
    ``sql/account_records/surveys.sql`` over survey_responses.
    """
    return warehouse.fetch(
        "account_records/surveys",
        schema=SURVEYS,
        scope=scope,
        filters=filters,
        account_id=account_id,
    )


SUPPORT_CASES = columns(
    case_id=pl.String,
    priority=pl.String,
    opened_at=MOMENT,
    closed_at=MOMENT,
    days_open=pl.Int64,
    csat=pl.Int64,
)


def support_cases(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """Support cases of one account, the newest first.

    Grain
    -----
    One row per case opened by the as-of date.

    Columns
    -------
    case_id : String
        The company's id.
    priority : String
        Priority in the company's words.
    opened_at : Datetime
        Moment it was opened, UTC.
    closed_at : Datetime
        Moment it was closed; null while open on the as-of date.
    days_open : Int64
        Days from opening to closing, or to the as-of date.
    csat : Int64
        Rating given when it was closed, 1 to 5.

    Source
    ------
    ``sql/account_records/support_cases.sql`` over support_cases.
    """
    return warehouse.fetch(
        "account_records/support_cases",
        schema=SUPPORT_CASES,
        scope=scope,
        filters=filters,
        account_id=account_id,
    )


OBJECTIVES = columns(
    objective_id=pl.String,
    goal=pl.String,
    kind=pl.String,
    status=pl.String,
    baseline_value=pl.Float64,
    current_value=pl.Float64,
    goal_value=pl.Float64,
    progress_share=pl.Float64,
    due_on=pl.Date,
    last_validated_on=pl.Date,
)


def objectives(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """What one customer wants to achieve, the soonest due first.

    Grain
    -----
    One row per objective; values and status are those of the load.

    Columns
    -------
    objective_id : String
        The company's id.
    goal : String
        The objective in words.
    kind : String
        Kind in the company's words.
    status : String
        `on_track`, `at_risk`, `attained`, `missed` and whatever the company uses.
    baseline_value : Float64
        Value at the start.
    current_value : Float64
        Value last seen.
    goal_value : Float64
        Value wanted.
    progress_share : Float64
        Way from the start to the goal; above 1 beyond it, below 0 away from it.
    due_on : Date
        Day it should be reached.
    last_validated_on : Date
        Day the customer last confirmed it, by the as-of date.

    Source
    ------
    ``sql/account_records/objectives.sql`` over objectives.
    """
    return warehouse.fetch(
        "account_records/objectives",
        schema=OBJECTIVES,
        scope=scope,
        filters=filters,
        account_id=account_id,
    )


RISKS = columns(
    risk_id=pl.String,
    status=pl.String,
    category=pl.String,
    severity=pl.String,
    source=pl.String,
    owner_name=pl.String,
    opened_on=pl.Date,
    escalated_on=pl.Date,
    resolved_on=pl.Date,
    days_open=pl.Int64,
    note=pl.String,
)


def risks(warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str) -> pl.DataFrame:
    """Risks of one account, the open ones first.

    Grain
    -----
    One row per risk opened by the as-of date.

    Columns
    -------
    risk_id : String
        The company's id.
    status : String
        `open` or `resolved` on the as-of date.
    category : String
        Deployment, Engagement, Adoption, ROI, Overall, Support, Sentiment or External.
    severity : String
        Severity in the company's words.
    source : String
        `auto` or `manual`.
    owner_name : String
        Who acts on it.
    opened_on : Date
        Day it was opened.
    escalated_on : Date
        Day it was escalated.
    resolved_on : Date
        Day it was resolved.
    days_open : Int64
        Days from opening to resolving, or to the as-of date.
    note : String
        What is known.

    Source
    ------
    ``sql/account_records/risks.sql`` over risks, team_members.
    """
    return warehouse.fetch(
        "account_records/risks", schema=RISKS, scope=scope, filters=filters, account_id=account_id
    )
