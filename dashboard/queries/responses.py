"""Response to surveys: who was asked, who answered, who may still answer."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import columns
from dashboard.warehouse.base import Warehouse

BY_MONTH = columns(
    survey=pl.String,
    month=pl.Date,
    segment=pl.String,
    persona=pl.String,
    sent=pl.Int64,
    answered=pl.Int64,
    no_answer=pl.Int64,
    still_open=pl.Int64,
    settled=pl.Int64,
    settled_answered=pl.Int64,
)


def by_month(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Survey invitations by the month they were sent, answered, unanswered and still open.

    Grain
    -----
    Survey x month x segment x persona.

    Columns
    -------
    survey : String
        `nps` or `csat`.
    month : Date
        First day of the month of sending; null where unknown.
    segment : String
        Customer segment.
    persona : String
        `decision_maker`, `end_user`, `admin`; null where unknown.
    sent : Int64
        Invitations.
    answered : Int64
        Answered by the as-of date.
    no_answer : Int64
        Not answered, and no longer open.
    still_open : Int64
        Not answered, sent within the last days that the policy leaves for an answer.
    settled : Int64
        Sent before those days, answered or not: what a response rate is of.
    settled_answered : Int64
        Answered among them.

    Source
    ------
    ``sql/responses/by_month.sql`` over survey_responses.
    """
    return warehouse.fetch("responses/by_month", schema=BY_MONTH, scope=scope, filters=filters)


INVITATIONS = columns(
    response_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    survey=pl.String,
    persona=pl.String,
    sent_on=pl.Date,
    month=pl.Date,
    state=pl.String,
    responded_on=pl.Date,
    days_to_answer=pl.Int64,
    is_settled=pl.Boolean,
)


def invitations(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Invitations behind the response rate, the latest first.

    Grain
    -----
    One row per invitation.

    Columns
    -------
    response_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    survey : String
        `nps` or `csat`.
    persona : String
        Who was asked; null where unknown.
    sent_on : Date
        Day of the invitation.
    month : Date
        First day of that month.
    state : String
        `answered`, `no answer` or `still open`.
    responded_on : Date
        Day of the answer.
    days_to_answer : Int64
        Days from the one to the other.
    is_settled : Boolean
        Whether it was sent long enough ago to count in a rate.

    Source
    ------
    ``sql/responses/invitations.sql`` over survey_responses.
    """
    return warehouse.fetch(
        "responses/invitations", schema=INVITATIONS, scope=scope, filters=filters
    )
