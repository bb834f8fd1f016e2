"""One-on-one: the book of one CSM as a meeting reads it."""

from datetime import date, timedelta

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.overview import BY_ACCOUNT
from dashboard.queries.periods import rules
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

ACCOUNTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    lifecycle_stage=pl.String,
    bucket=pl.String,
    arr=MONEY,
    health_band=pl.String,
    overall_score=pl.Float64,
    last_touch_on=pl.Date,
    days_since_touch=pl.Int64,
    next_renewal_on=pl.Date,
    renewals_due=pl.Int64,
    arr_due=MONEY,
    opportunities=pl.Int64,
    expansion_amount=MONEY,
)


def accounts(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers of a book, each in the one bucket that says why to speak of it.

    Grain
    -----
    One row per customer, the most pressing bucket first and the largest ARR first in it.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    lifecycle_stage : String
        Stage of the journey.
    bucket : String
        The first that holds of `red`: health is red; `silent`: no call, meeting, e-mail or
        business review for more than the days of the settings; `renewing`: an open renewal is due
        within the longest window of the renewal calendar, or overdue; `expansion open`: an
        opportunity is open; else `on course`.
    arr : Decimal
        ARR, reporting currency; null where unknown.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    overall_score : Float64
        Health score, 0 to 100; null where not scored.
    last_touch_on : Date
        Day of the last call, meeting, e-mail or business review; null where there was none.
    days_since_touch : Int64
        Days from it to the as-of date.
    next_renewal_on : Date
        Due day of the first open renewal within the window; past where it is overdue.
    renewals_due : Int64
        Open renewals due within the window, overdue ones included.
    arr_due : Decimal
        ARR due of them, reporting currency; null where none of it is known.
    opportunities : Int64
        Expansion opportunities open on the as-of date.
    expansion_amount : Decimal
        ARR they would add; null where none of it is known.

    Source
    ------
    ``sql/one_on_one/accounts.sql`` over accounts, subscriptions, health_scores, timeline_entries,
    renewals, opportunities, opportunity_history; HB fig. 11.2, 12.4, ch. 3.
    """
    return warehouse.fetch("one_on_one/accounts", schema=ACCOUNTS, scope=scope, filters=filters)


BOOK = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    measure=pl.String,
    score=pl.Float64,
    health_band=pl.String,
    is_stale=pl.Boolean,
    measured_on=pl.Date,
    overall_score=pl.Float64,
    arr=MONEY,
)


def book(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Every health measure of every customer of a book, measured or not.

    Grain
    -----
    Customer x measure, the lowest overall score first and those not scored last; inside a customer
    `overall`, then the measures of outcomes, then those of experience.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    measure : String
        `overall` or one of the seven measures.
    score : Float64
        Score, 0 to 100; null where missing or stale.
    health_band : String
        `red`, `amber`, `green` by the measure's own thresholds; null without a score.
    is_stale : Boolean
        Whether it was measured, too long ago to count.
    measured_on : Date
        Day of the measurement; null where there is none, and for `overall`.
    overall_score : Float64
        The customer's overall score; null where not scored.
    arr : Decimal
        ARR, reporting currency; null where unknown.

    Source
    ------
    ``sql/one_on_one/book.sql`` over accounts, subscriptions, health_scores; HB fig. 11.2.
    """
    return warehouse.fetch("one_on_one/book", schema=BOOK, scope=scope, filters=filters)


WEEKLY = columns(
    week_on=pl.Date,
    measure=pl.String,
    average_score=pl.Float64,
    measured=pl.Int64,
    customers=pl.Int64,
)


def weekly(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Deployment and adoption of today's customers of a book, week by week.

    Grain
    -----
    Week x measure, the earliest first; weeks whose last measurement is in.

    Columns
    -------
    week_on : Date
        Monday of the week.
    measure : String
        `deployment` or `adoption`.
    average_score : Float64
        Mean score of the customers measured in the week, each counting once, 0 to 100; null where
        none was.
    measured : Int64
        Customers measured in the week.
    customers : Int64
        Today's customers of the book that were customers by the week.

    Source
    ------
    ``sql/one_on_one/weekly.sql`` over accounts, subscriptions, health_scores; HB fig. 11.3, 11.4.
    """
    return warehouse.fetch("one_on_one/weekly", schema=WEEKLY, scope=scope, filters=filters)


EXECUTIVES_BY_MONTH = columns(
    month=pl.Date,
    touches=pl.Int64,
    accounts=pl.Int64,
)


def executives_by_month(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Touches with executives of today's customers of a book; the window is on the touch.

    Grain
    -----
    Calendar month with a touch, the earliest first.

    Columns
    -------
    month : Date
        First day of the month.
    touches : Int64
        Calls, meetings, e-mails and business reviews in which an executive took part.
    accounts : Int64
        Customers touched so.

    Source
    ------
    ``sql/one_on_one/executives_by_month.sql`` over accounts, subscriptions, timeline_entries.
    """
    return warehouse.fetch(
        "one_on_one/executives_by_month", schema=EXECUTIVES_BY_MONTH, scope=scope, filters=filters
    )


EXECUTIVES = columns(
    entry_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    happened_on=pl.Date,
    month=pl.Date,
    kind=pl.String,
    persona=pl.String,
    csm_name=pl.String,
)


def executives(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Touches behind ``executives_by_month``, the latest first.

    Grain
    -----
    One row per touch.

    Columns
    -------
    entry_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    happened_on : Date
        Day of the touch.
    month : Date
        First day of its month.
    kind : String
        `ebr`, `call`, `meeting` or `email`.
    persona : String
        Whom it was with; null where not recorded.
    csm_name : String
        Who wrote it; null where unknown.

    Source
    ------
    ``sql/one_on_one/executives.sql`` over accounts, subscriptions, timeline_entries.
    """
    return warehouse.fetch("one_on_one/executives", schema=EXECUTIVES, scope=scope, filters=filters)


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
    measure=pl.String,
    score_before=pl.Float64,
    score_now=pl.Float64,
)


def changes(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, compared_on: date | None = None
) -> pl.DataFrame:
    """What changed in a book after the last one-on-one, up to the as-of date; the largest first.

    The last one-on-one is ``compared_on``, a week before where none is named. A window narrows the
    changes to those of its days.

    Grain
    -----
    One row per change, as in ``overview.changes``; a renewal enters the window once, a customer's
    stage changes on a day, and of an opportunity the stages of the two days are compared.

    Columns
    -------
    kind : String
        Those of ``overview.changes``, and `renewal ahead`: it entered the longest window of the
        renewal calendar; `customer stage`; `opportunity stage`.
    account_id : String
        The company's id; null for an opportunity without an account.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    changed_on : Date
        Day of the change; of a renewal that entered the window that day.
    arr : Decimal
        Signed, reporting currency, as in ``overview.changes``; what is due of a renewal that
        entered the window, the ARR of a customer that changed its stage, the amount of an
        opportunity that did, below zero where it was lost.
    arr_before : Decimal
        ARR before the movement, or due by the renewal; null for the others.
    arr_after : Decimal
        ARR after the movement, or renewed.
    before : String
        What it was: band, category, stage, open or escalated; null where there was nothing.
    after : String
        What it is: band, category, stage, severity, status, the answer; the due day of a renewal
        that entered the window.
    detail : String
        Reason of a lost renewal, kind of an opportunity, category of a risk, persona of an answer.
    source_id : String
        The company's id of the renewal, opportunity, risk or answer; null for the others.
    measure : String
        Of a crossing of health, the measure that moved most: of those that counted on both days
        and moved the way the band did, the one whose move weighs most by the weights of the
        policy. Null where none did: a measure came, went, or went stale.
    score_before : Float64
        Its score on the day of the last one-on-one, 0 to 100.
    score_now : Float64
        Its score on the as-of date.

    Source
    ------
    ``sql/one_on_one/changes.sql`` over subscriptions, arr_movements, accounts, account_history,
    renewals, forecast_calls, health_scores, opportunities, opportunity_history, risks,
    survey_responses; HB ch. 3.
    """
    day = compared_on or filters.as_of - timedelta(days=7)
    if day >= filters.as_of:
        raise ValueError(f"{day} is not before {filters.as_of}: nothing can have changed since.")
    return warehouse.fetch(
        "one_on_one/changes",
        schema=CHANGES,
        scope=scope,
        filters=filters,
        compared_on=day,
        **rules(BY_ACCOUNT, filters, period="month"),
    )
