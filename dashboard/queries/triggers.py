"""Triggers: customers that a rule of the risk policy finds at risk, and those it cannot judge.

Every trigger answers the same columns. Medians of a segment are those of the whole company.
"""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

_TRIGGER = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    category=pl.String,
    what=pl.String,
    observed=pl.Float64,
    threshold=pl.Float64,
    observed_on=pl.Date,
    since_on=pl.Date,
)

DEPLOYMENT = _TRIGGER


def deployment(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers whose licence use is far below the median of the segment.

    Grain
    -----
    One row per customer the trigger fires on, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        `Deployment`.
    what : String
        What was found, in words.
    observed : Float64
        Active users per licensed seat in the latest whole week, 0 to 1.
    threshold : Float64
        Use below which it fires: the median of the company's customers of the segment, less the
        share of the policy.
    observed_on : Date
        Monday of the week.
    since_on : Date
        Null: the medians of earlier days are not computed.

    Source
    ------
    ``sql/triggers/deployment.sql`` over usage_weekly, accounts; HB table 12.1.
    """
    return warehouse.fetch("triggers/deployment", schema=DEPLOYMENT, scope=scope, filters=filters)


ENGAGEMENT = _TRIGGER


def engagement(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers of whom no executive took part in anything for months.

    Grain
    -----
    One row per customer the trigger fires on, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        `Engagement`.
    what : String
        What was found, in words.
    observed : Float64
        Whole months since the last entry with an executive; since the first day as a customer
        where there was none.
    threshold : Float64
        Months from which on it fires.
    observed_on : Date
        Day of that entry; null where there was none.
    since_on : Date
        The same day; the first day as a customer where there was none.

    Source
    ------
    ``sql/triggers/engagement.sql`` over timeline_entries, accounts; HB table 12.1.
    """
    return warehouse.fetch("triggers/engagement", schema=ENGAGEMENT, scope=scope, filters=filters)


ADOPTION = _TRIGGER


def adoption(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers whose active users fell against some weeks before.

    Grain
    -----
    One row per customer the trigger fires on, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        `Adoption`.
    what : String
        What was found, in words.
    observed : Float64
        Active users of the latest whole week.
    threshold : Float64
        Active users from which downwards it fires.
    observed_on : Date
        Monday of the week.
    since_on : Date
        Monday of the first of the weeks that fired one after the other.

    Source
    ------
    ``sql/triggers/adoption.sql`` over usage_weekly, accounts; HB table 12.1.
    """
    return warehouse.fetch("triggers/adoption", schema=ADOPTION, scope=scope, filters=filters)


ROI = _TRIGGER


def roi(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers with objectives of which none is on track or attained.

    Grain
    -----
    One row per customer the trigger fires on, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        `ROI`.
    what : String
        What was found, in words.
    observed : Float64
        Objectives that go well: none.
    threshold : Float64
        Objectives below which it fires: one.
    observed_on : Date
        Day the customer last confirmed one of them.
    since_on : Date
        Null: objectives carry no history.

    Source
    ------
    ``sql/triggers/roi.sql`` over objectives, accounts; HB table 12.1.
    """
    return warehouse.fetch("triggers/roi", schema=ROI, scope=scope, filters=filters)


OVERALL = _TRIGGER


def overall(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers whose latest NPS answer is a detractor's or a passive's.

    Grain
    -----
    One row per customer the trigger fires on, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        `Overall`.
    what : String
        What was found, in words.
    observed : Float64
        The answer, 0 to 10; the lowest of a day with several.
    threshold : Float64
        Answer below which it fires.
    observed_on : Date
        Day of the answer.
    since_on : Date
        First of the days whose answers fired one after the other.

    Source
    ------
    ``sql/triggers/overall.sql`` over survey_responses, accounts; HB table 12.1.
    """
    return warehouse.fetch("triggers/overall", schema=OVERALL, scope=scope, filters=filters)


SUPPORT = _TRIGGER


def support(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers with more open support cases than usual.

    Grain
    -----
    One row per customer the trigger fires on, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        `Support`.
    what : String
        What was found, in words.
    observed : Float64
        Cases open on the as-of date.
    threshold : Float64
        Mean of the cases open at the ends of the weeks before, plus so many standard deviations
        as the policy says; it fires above it.
    observed_on : Date
        The as-of date.
    since_on : Date
        Null: the thresholds of earlier days are not computed.

    Source
    ------
    ``sql/triggers/support.sql`` over support_cases, accounts; HB table 12.1.
    """
    return warehouse.fetch("triggers/support", schema=SUPPORT, scope=scope, filters=filters)


SENTIMENT = _TRIGGER


def sentiment(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers whose sentiment is red.

    Grain
    -----
    One row per customer the trigger fires on, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        `Sentiment`.
    what : String
        What was found, in words.
    observed : Float64
        Latest sentiment score, 0 to 100.
    threshold : Float64
        Score below which it fires.
    observed_on : Date
        Day of the score.
    since_on : Date
        First measurement of the weeks that were red one after the other.

    Source
    ------
    ``sql/triggers/sentiment.sql`` over health_scores, accounts; HB table 12.1.
    """
    return warehouse.fetch("triggers/sentiment", schema=SENTIMENT, scope=scope, filters=filters)


FIRED = _TRIGGER


def fired(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """What every trigger fires on, in one answer.

    A trigger whose table is not loaded fires on nobody: ``judged`` counts whom it could not judge.

    Grain
    -----
    One row per category and customer, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        Category of the trigger.
    what : String
        What was found, in words.
    observed : Float64
        As in the question of the category.
    threshold : Float64
        As in the question of the category.
    observed_on : Date
        As in the question of the category.
    since_on : Date
        As in the question of the category; null where it cannot be computed.

    Source
    ------
    ``sql/triggers/fired.sql`` over usage_weekly, timeline_entries, objectives, survey_responses,
    support_cases, health_scores, accounts; HB table 12.1.
    """
    return warehouse.fetch("triggers/fired", schema=FIRED, scope=scope, filters=filters)


JUDGED = columns(
    category=pl.String,
    not_judged=pl.String,
    customers=pl.Int64,
    arr=MONEY,
)


def judged(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """How many customers each trigger could judge, and why not the others.

    Grain
    -----
    Category x reason; every customer is in each category once.

    Columns
    -------
    category : String
        Category of the trigger.
    not_judged : String
        Why the trigger neither fires on the customers nor finds them well; null where it judges.
    customers : Int64
        Customers.
    arr : Decimal
        Their ARR, reporting currency.

    Source
    ------
    ``sql/triggers/judged.sql`` over usage_weekly, timeline_entries, objectives, survey_responses,
    support_cases, health_scores, accounts.
    """
    return warehouse.fetch("triggers/judged", schema=JUDGED, scope=scope, filters=filters)


CUSTOMERS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    category=pl.String,
    finding=pl.String,
    what=pl.String,
    observed=pl.Float64,
    threshold=pl.Float64,
    observed_on=pl.Date,
)


def customers(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """What each trigger makes of every customer.

    Grain
    -----
    Category x customer, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        Category of the trigger.
    finding : String
        `at risk`, `well` or `not judged`.
    what : String
        What was found, or why it is not judged, in words.
    observed : Float64
        As in the question of the category; null where not judged.
    threshold : Float64
        As in the question of the category; null where not judged.
    observed_on : Date
        Day of what was found, a stale one included.

    Source
    ------
    ``sql/triggers/customers.sql`` over the tables of ``fired``.
    """
    return warehouse.fetch("triggers/customers", schema=CUSTOMERS, scope=scope, filters=filters)


NOT_REGISTERED = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    category=pl.String,
    what=pl.String,
    observed_on=pl.Date,
    since_on=pl.Date,
)


def not_registered(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """What a trigger fires on while no risk of the category is open for the customer.

    Grain
    -----
    One row per category and customer, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency.
    category : String
        Category of the trigger.
    what : String
        What was found, in words.
    observed_on : Date
        Day of what was found.
    since_on : Date
        Day it began; null where it cannot be computed.

    Source
    ------
    ``sql/triggers/not_registered.sql`` over risks and the tables of ``fired``.
    """
    return warehouse.fetch(
        "triggers/not_registered", schema=NOT_REGISTERED, scope=scope, filters=filters
    )


NO_LONGER = columns(
    risk_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    category=pl.String,
    why=pl.String,
    opened_on=pl.Date,
    age_days=pl.Int64,
    arr=MONEY,
    arr_counted=MONEY,
)


def no_longer(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Open risks that a rule opened and that no trigger stands behind any more.

    Grain
    -----
    One row per risk, the largest ARR first.

    Columns
    -------
    risk_id : String
        The company's id for the risk.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    category : String
        Category of the risk.
    why : String
        `does not fire`, `no trigger for it` (no customer, or no such category), or why the trigger
        cannot judge the customer.
    opened_on : Date
        Day it was opened.
    age_days : Int64
        Days since.
    arr : Decimal
        ARR of the account, reporting currency.
    arr_counted : Decimal
        The same, once per account.

    Source
    ------
    ``sql/triggers/no_longer.sql`` over risks and the tables of ``fired``.
    """
    return warehouse.fetch("triggers/no_longer", schema=NO_LONGER, scope=scope, filters=filters)
