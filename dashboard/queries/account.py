"""One account: what is known of it, who is around it, and what happened."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.accounts import ALL
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

CHOICES = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    arr=MONEY,
    accounts=pl.Int64,
)


def choices(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, most: int = ALL
) -> pl.DataFrame:
    """Accounts the viewer may open, the largest ARR first.

    Grain
    -----
    One row per account, former customers included.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name; need not be unique.
    segment : String
        Customer segment.
    arr : Decimal
        ARR on the as-of date, reporting currency; null where none was loaded.
    accounts : Int64
        Accounts in all, those beyond ``most`` included.

    Source
    ------
    ``sql/account/choices.sql`` over accounts, subscriptions.
    """
    return warehouse.fetch(
        "account/choices", schema=CHOICES, scope=scope, filters=filters, most=most
    )


FACTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    industry=pl.String,
    csm_id=pl.String,
    held_by=pl.String,
    is_pooled=pl.Boolean,
    csm_name=pl.String,
    manager_name=pl.String,
    touch_model=pl.String,
    lifecycle_stage=pl.String,
    stage_since_on=pl.Date,
    maturity=pl.String,
    customer_since=pl.Date,
    churned_on=pl.Date,
    account_currency=pl.String,
    arr=MONEY,
    health_band=pl.String,
    overall_score=pl.Float64,
    outcomes=pl.Float64,
    experience=pl.Float64,
    coverage=pl.Float64,
    renewal_id=pl.String,
    due_on=pl.Date,
    arr_due=MONEY,
    csm_category=pl.String,
    csm_likelihood=pl.Float64,
    renewal_likelihood=pl.String,
    usage_week_on=pl.Date,
    active_users=pl.Int64,
    licensed_seats=pl.Int64,
    features_used=pl.Int64,
    features_entitled=pl.Int64,
    answered_on=pl.Date,
    nps_score=pl.Int64,
    persona=pl.String,
    last_touch_on=pl.Date,
    open_cases=pl.Int64,
    open_risks=pl.Int64,
)


def facts(warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str) -> pl.DataFrame:
    """What is known of one account on the as-of date.

    Grain
    -----
    One row, or none where the account does not exist or the viewer may not see it.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    region : String
        Sales region.
    industry : String
        Industry; null where unknown.
    csm_id : String
        Customer success manager's id; null where unassigned.
    held_by : String
        The same today, whatever the as-of date: it decides who may see the account.
    is_pooled : Boolean
        Whether a pool serves the account today; null where nobody says how it is served.
    csm_name : String
        The manager's name.
    manager_name : String
        Whom the customer success manager reports to.
    touch_model : String
        `high`, `low`, `tech` or `pooled`.
    lifecycle_stage : String
        Stage of the journey.
    stage_since_on : Date
        Day the stage was entered; null where unknown.
    maturity : String
        How advanced the customer's use is, in the company's words, as of the load.
    customer_since : Date
        First day as a customer.
    churned_on : Date
        First day no longer a customer, by the CRM; null while it is one.
    account_currency : String
        Currency the account is billed in.
    arr : Decimal
        ARR, reporting currency; null where none was loaded or no rate is known.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    overall_score : Float64
        Health, 0 to 100.
    outcomes : Float64
        Mean of the outcome measures.
    experience : Float64
        Mean of the experience measures.
    coverage : Float64
        Share of the weight that is covered, 0 to 1.
    renewal_id : String
        The next open renewal's id; null where none is open.
    due_on : Date
        Its due date; in the past where it is overdue.
    arr_due : Decimal
        Its ARR, reporting currency.
    csm_category : String
        The CSM's latest call of it by the as-of date.
    csm_likelihood : Float64
        Probability the CSM called, 0 to 1.
    renewal_likelihood : String
        The customer's own answer: `not_likely`, `unsure`, `likely`.
    usage_week_on : Date
        Monday of the last week of use that was over; null where it is stale.
    active_users : Int64
        People who used the product in it.
    licensed_seats : Int64
        Seats licensed in it.
    features_used : Int64
        Features used in it.
    features_entitled : Int64
        Features the account may use.
    answered_on : Date
        Day of the last answer to the NPS question.
    nps_score : Int64
        That answer, 0 to 10.
    persona : String
        Who gave it.
    last_touch_on : Date
        Day of the last touch.
    open_cases : Int64
        Support cases open on the as-of date.
    open_risks : Int64
        Risks open on the as-of date.

    Source
    ------
    ``sql/account/facts.sql`` over accounts, account_history, subscriptions, health_scores,
    renewals, forecast_calls, usage_weekly, survey_responses, timeline_entries, support_cases,
    risks.
    """
    return warehouse.fetch(
        "account/facts", schema=FACTS, scope=scope, filters=filters, account_id=account_id
    )


FAMILY = columns(
    relation=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    health_band=pl.String,
    overall_score=pl.Float64,
    arr=MONEY,
)


def family(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """Parent and children of one account that the viewer may see, the parent first.

    Grain
    -----
    One row per related account.

    Columns
    -------
    relation : String
        `parent` or `child`.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    overall_score : Float64
        Health, 0 to 100.
    arr : Decimal
        ARR on the as-of date, reporting currency.

    Source
    ------
    ``sql/account/family.sql`` over accounts, subscriptions, health_scores.
    """
    return warehouse.fetch(
        "account/family", schema=FAMILY, scope=scope, filters=filters, account_id=account_id
    )


WEEKS = columns(
    week_on=pl.Date,
    overall_score=pl.Float64,
    health_band=pl.String,
    outcomes=pl.Float64,
    experience=pl.Float64,
    arr=MONEY,
    active_users=pl.Int64,
    licensed_seats=pl.Int64,
    features_used=pl.Int64,
    features_entitled=pl.Int64,
)


def weeks(warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str) -> pl.DataFrame:
    """Health, ARR and use of one account over time.

    Grain
    -----
    One row per week from ``filters.since`` in which anything was measured.

    Columns
    -------
    week_on : Date
        Monday of the week.
    overall_score : Float64
        Health at the week's last measurement, 0 to 100; null where not scored.
    health_band : String
        `red`, `amber`, `green`.
    outcomes : Float64
        Mean of the outcome measures.
    experience : Float64
        Mean of the experience measures.
    arr : Decimal
        ARR then, at the rates of the as-of date.
    active_users : Int64
        People who used the product in the week, once it was over.
    licensed_seats : Int64
        Seats licensed in it.
    features_used : Int64
        Features used in it.
    features_entitled : Int64
        Features the account may use.

    Source
    ------
    ``sql/account/weeks.sql`` over account_weeks, usage_weekly.
    """
    return warehouse.fetch(
        "account/weeks", schema=WEEKS, scope=scope, filters=filters, account_id=account_id
    )


PEOPLE = columns(
    side=pl.String,
    person=pl.String,
    role=pl.String,
    owns_it=pl.Boolean,
    touches=pl.Int64,
    last_on=pl.Date,
    survey=pl.String,
    score=pl.Int64,
)


def people(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """People around one account: customers who were asked, and our own.

    Grain
    -----
    One row per person.

    Columns
    -------
    side : String
        `our team` or `customer`.
    person : String
        Name of a colleague; of a customer's person the company's id.
    role : String
        Role in the team, or the customer's persona.
    owns_it : Boolean
        Whether the person is the account's CSM on the as-of date.
    touches : Int64
        Touches by a colleague; invitations to surveys of a customer.
    last_on : Date
        Day of the last touch, or of the last answer.
    survey : String
        Question of the last answer: `nps` or `csat`.
    score : Int64
        The last answer.

    Source
    ------
    ``sql/account/people.sql`` over timeline_entries, survey_responses, team_members, accounts.
    """
    return warehouse.fetch(
        "account/people", schema=PEOPLE, scope=scope, filters=filters, account_id=account_id
    )


TIMELINE = columns(
    kind=pl.String,
    happened_on=pl.Date,
    title=pl.String,
    amount=MONEY,
    who=pl.String,
    url=pl.String,
)


def timeline(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """Everything that happened with one account, the latest first.

    Grain
    -----
    One row per event by the as-of date; those without a day are left out.

    Columns
    -------
    kind : String
        `touch`, `support`, `survey`, `renewal`, `arr`, `opportunity`, `risk`, `objective`,
        `advocacy`, `milestone`, `message`, `account` or `health`.
    happened_on : Date
        Day.
    title : String
        What happened, in words.
    amount : Decimal
        ARR that moved with it, reporting currency; null where none.
    who : String
        Colleague, or persona of the customer.
    url : String
        Where the original lies.

    Source
    ------
    ``sql/account/timeline.sql`` over timeline_entries, support_cases, survey_responses, renewals,
    churn_events, subscriptions, opportunities, risks, objectives, advocacy_events, usage_events,
    digital_touches, account_history, health_scores.
    """
    return warehouse.fetch(
        "account/timeline", schema=TIMELINE, scope=scope, filters=filters, account_id=account_id
    )
