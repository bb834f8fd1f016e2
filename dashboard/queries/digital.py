"""Digital programmes: who is reached, who acts, and what comes after."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BY_MONTH = columns(
    month=pl.Date,
    program=pl.String,
    channel=pl.String,
    arm=pl.String,
    messages=pl.Int64,
    settled=pl.Int64,
    identified=pl.Int64,
    reached=pl.Int64,
    reached_acted=pl.Int64,
    acted=pl.Int64,
    reached_in_control=pl.Int64,
)


def by_month(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Reach and effect of digital programmes by the month of sending.

    Grain
    -----
    Month x programme x channel x arm.

    Columns
    -------
    month : Date
        First day of the month of sending.
    program : String
        Programme.
    channel : String
        E-mail, in-app and so on.
    arm : String
        `test`, `control`, or `no trial` where none was given.
    messages : Int64
        Messages, of the control arm those withheld.
    settled : Int64
        Those sent so long ago that the days to act are over; the columns below count them
        only.
    identified : Int64
        With a person to write to.
    reached : Int64
        With a person, and seen; never in the control arm.
    reached_acted : Int64
        Reached, and acted within the days.
    acted : Int64
        Acted within the days, reached or not.
    reached_in_control : Int64
        Messages of the control arm that the data call seen; in no other column.

    Source
    ------
    ``sql/digital/by_month.sql`` over digital_touches.
    """
    return warehouse.fetch("digital/by_month", schema=BY_MONTH, scope=scope, filters=filters)


FUNNEL = columns(
    program=pl.String,
    place=pl.Int64,
    step=pl.String,
    messages=pl.Int64,
    accounts=pl.Int64,
    arr=MONEY,
)


def funnel(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """From message to deed, by programme.

    Grain
    -----
    Programme x step, over settled messages outside the control arm.

    Columns
    -------
    program : String
        Programme.
    place : Int64
        Order of the step, from 1 on.
    step : String
        `sent`, `right contact identified`, `reached`, `acted`; who acted was reached.
    messages : Int64
        Messages that came so far.
    accounts : Int64
        Accounts with such a message.
    arr : Decimal
        ARR of these accounts on the as-of date, each once, reporting currency.

    Source
    ------
    ``sql/digital/funnel.sql`` over digital_touches, arr_spans.
    """
    return warehouse.fetch("digital/funnel", schema=FUNNEL, scope=scope, filters=filters)


MESSAGES = columns(
    touch_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    program=pl.String,
    channel=pl.String,
    arm=pl.String,
    sent_on=pl.Date,
    month=pl.Date,
    is_identified=pl.Boolean,
    is_reached=pl.Boolean,
    has_acted=pl.Boolean,
    is_settled=pl.Boolean,
    reached_on=pl.Date,
    acted_on=pl.Date,
)


def messages(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Messages of digital programmes, the latest first.

    Grain
    -----
    One row per message.

    Columns
    -------
    touch_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    program : String
        Programme.
    channel : String
        E-mail, in-app and so on.
    arm : String
        `test`, `control`, or `no trial` where none was given.
    sent_on : Date
        Day it was sent, or withheld.
    month : Date
        First day of that month.
    is_identified : Boolean
        Whether there is a person to write to.
    is_reached : Boolean
        Whether that person saw it; never in the control arm.
    has_acted : Boolean
        Whether what was asked was done within the days that the policy leaves.
    is_settled : Boolean
        Whether these days are over.
    reached_on : Date
        Day it was seen.
    acted_on : Date
        Day of the deed.

    Source
    ------
    ``sql/digital/messages.sql`` over digital_touches.
    """
    return warehouse.fetch("digital/messages", schema=MESSAGES, scope=scope, filters=filters)


EFFECTS = columns(
    program=pl.String,
    arm=pl.String,
    response=pl.String,
    accounts=pl.Int64,
    settled=pl.Int64,
    acted=pl.Int64,
    measured=pl.Int64,
    users_known=pl.Int64,
    users_before=pl.Float64,
    users_after=pl.Float64,
    grown=pl.Int64,
    expanded=pl.Int64,
    expansion_arr=MONEY,
    expansions_without_rate=pl.Int64,
    renewals=pl.Int64,
    renewed=pl.Int64,
)


def effects(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """What came after digital programmes, by arm and response of the account.

    Grain
    -----
    Programme x arm x response.

    Columns
    -------
    program : String
        Programme.
    arm : String
        `test`, `control`, `both arms`, or `no trial`.
    response : String
        `acted`, `reached, not acted`, `not reached`; of the control arm `acted` or `not
        asked`.
    accounts : Int64
        Accounts whose first message of the programme lies in the window.
    settled : Int64
        Of these, those whose days to act are over.
    acted : Int64
        Acted within these days, of the settled.
    measured : Int64
        Of these, those the outcome days have passed for; the columns below count them only.
    users_known : Int64
        With active users known before and after; none after leaving.
    users_before : Float64
        Their weekly active users over the four weeks before, summed.
    users_after : Float64
        The same over the last four weeks of the outcome days.
    grown : Int64
        With more of them after than before.
    expanded : Int64
        With an expansion within the outcome days.
    expansion_arr : Decimal
        ARR of these expansions, reporting currency.
    expansions_without_rate : Int64
        Expansions without an exchange rate, of unknown ARR.
    renewals : Int64
        With a renewal due and decided within the outcome days.
    renewed : Int64
        Of these, those that renewed.

    Source
    ------
    ``sql/digital/effects.sql`` over digital_touches, usage_weekly, arr_movements, renewals.
    """
    return warehouse.fetch("digital/effects", schema=EFFECTS, scope=scope, filters=filters)


PARTICIPANTS = columns(
    program=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    arm=pl.String,
    response=pl.String,
    started_on=pl.Date,
    is_settled=pl.Boolean,
    has_acted=pl.Boolean,
    is_measured=pl.Boolean,
    users_before=pl.Float64,
    users_after=pl.Float64,
    has_grown=pl.Boolean,
    has_expanded=pl.Boolean,
    expansion_arr=MONEY,
    is_renewed=pl.Boolean,
)


def participants(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Accounts in digital programmes and what came after, the latest first.

    Grain
    -----
    Programme x account.

    Columns
    -------
    program : String
        Programme.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    arm : String
        `test`, `control`, `both arms`, or `no trial`.
    response : String
        `acted`, `reached, not acted`, `not reached`; of the control arm `acted` or `not
        asked`.
    started_on : Date
        Day of the account's first message of the programme.
    is_settled : Boolean
        Whether the days to act are over.
    has_acted : Boolean
        Whether somebody acted within them.
    is_measured : Boolean
        Whether the outcome days have passed.
    users_before : Float64
        Weekly active users over the four weeks before; null where unknown.
    users_after : Float64
        The same over the last four weeks of the outcome days; 0 where the account left
        within them.
    has_grown : Boolean
        Whether there are more; null where one is unknown.
    has_expanded : Boolean
        Whether there was an expansion within the outcome days.
    expansion_arr : Decimal
        ARR of these expansions, reporting currency.
    is_renewed : Boolean
        Whether the renewals due and decided within the outcome days renewed; null without
        one.

    Source
    ------
    ``sql/digital/participants.sql`` over digital_touches, usage_weekly, arr_movements,
    renewals.
    """
    return warehouse.fetch(
        "digital/participants", schema=PARTICIPANTS, scope=scope, filters=filters
    )
