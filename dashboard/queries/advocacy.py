"""Advocacy: who spoke for the company, who may be asked, and what it influenced."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BY_QUARTER = columns(
    quarter_on=pl.Date,
    qualifies_as=pl.String,
    kind=pl.String,
    events=pl.Int64,
    accounts=pl.Int64,
    influenced_arr=MONEY,
    without_amount=pl.Int64,
)


def by_quarter(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Advocacy events by fiscal quarter; the window is on the day of the event.

    Grain
    -----
    Quarter x qualification x kind; what did not happen is absent.

    Columns
    -------
    quarter_on : Date
        First day of the fiscal quarter.
    qualifies_as : String
        `csqa` (customer-success qualified advocate), `csql` (lead) or `neither`.
    kind : String
        Kind of event, in the company's words.
    events : Int64
        Events.
    accounts : Int64
        Accounts among them.
    influenced_arr : Decimal
        ARR of the sales they helped, as recorded, reporting currency.
    without_amount : Int64
        Events without a known amount.

    Source
    ------
    ``sql/advocacy/by_quarter.sql`` over advocacy_events, accounts; HB table 12.5, CSE p. 61.
    """
    return warehouse.fetch("advocacy/by_quarter", schema=BY_QUARTER, scope=scope, filters=filters)


BY_CSM = columns(
    member_id=pl.String,
    member_name=pl.String,
    qualifies_as=pl.String,
    events=pl.Int64,
    accounts=pl.Int64,
    influenced_arr=MONEY,
    without_amount=pl.Int64,
)


def by_csm(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Advocacy events by who arranged them; the window is on the day of the event.

    Grain
    -----
    Member x qualification.

    Columns
    -------
    member_id : String
        Who arranged them; null where nobody is named.
    member_name : String
        Name; null where unknown.
    qualifies_as : String
        As in ``by_quarter``.
    events : Int64
        Events.
    accounts : Int64
        Accounts among them.
    influenced_arr : Decimal
        ARR of the sales they helped, as recorded, reporting currency.
    without_amount : Int64
        Events without a known amount.

    Source
    ------
    ``sql/advocacy/by_csm.sql`` over advocacy_events, team_members, accounts; HB table 12.5.
    """
    return warehouse.fetch("advocacy/by_csm", schema=BY_CSM, scope=scope, filters=filters)


EVENTS = columns(
    event_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    kind=pl.String,
    qualifies_as=pl.String,
    happened_on=pl.Date,
    quarter_on=pl.Date,
    member_id=pl.String,
    arranged_by=pl.String,
    influenced_arr=MONEY,
)


def events(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Advocacy events; the window is on their day.

    Grain
    -----
    One row per event, the latest first.

    Columns
    -------
    event_id : String
        The company's id for the event.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager of the account on the as-of date; null where unassigned.
    kind : String
        Kind of event, in the company's words.
    qualifies_as : String
        As in ``by_quarter``.
    happened_on : Date
        Day.
    quarter_on : Date
        First day of its fiscal quarter.
    member_id : String
        Who arranged it; null where nobody is named.
    arranged_by : String
        Name; null where unknown.
    influenced_arr : Decimal
        ARR of the sales it helped, reporting currency; null where not recorded or without a rate.

    Source
    ------
    ``sql/advocacy/events.sql`` over advocacy_events, team_members, accounts.
    """
    return warehouse.fetch("advocacy/events", schema=EVENTS, scope=scope, filters=filters)


TARGETS = columns(
    period_start_on=pl.Date,
    period_end_on=pl.Date,
    metric=pl.String,
    target=pl.Float64,
)


def targets(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Targets of qualified advocates and leads, for who sees every account.

    Grain
    -----
    Period x metric.

    Columns
    -------
    period_start_on : Date
        First day.
    period_end_on : Date
        First day after.
    metric : String
        `csqa` or `csql`.
    target : Float64
        Events that were promised for the company.

    Source
    ------
    ``sql/advocacy/targets.sql`` over targets; CSE p. 61.
    """
    return warehouse.fetch("advocacy/targets", schema=TARGETS, scope=scope, filters=filters)


REFERENCES = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    health_band=pl.String,
    why=pl.String,
    asked=pl.Int64,
    is_asked_too_often=pl.Boolean,
    last_asked_on=pl.Date,
    promoters=pl.Int64,
    last_promoter_on=pl.Date,
)


def references(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers who may be asked to speak for the company, and how often they were.

    Grain
    -----
    One row per referenceable customer: the fewest events first, among equals who was never asked,
    then whose last event is the longest ago, then the largest ARR.

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
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    why : String
        `promoter`, `advocate` (an event) or `promoter and advocate`.
    asked : Int64
        Advocacy events in the days of the policy: each counts as having been asked.
    is_asked_too_often : Boolean
        Whether these are more than the policy allows.
    last_asked_on : Date
        Day of the last event, however long ago.
    promoters : Int64
        Promoters' NPS answers in the days of the policy.
    last_promoter_on : Date
        Day of the last of them.

    Source
    ------
    ``sql/advocacy/references.sql`` over advocacy_events, survey_responses, health_scores,
    subscriptions, accounts; HB table 12.5.
    """
    return warehouse.fetch("advocacy/references", schema=REFERENCES, scope=scope, filters=filters)
