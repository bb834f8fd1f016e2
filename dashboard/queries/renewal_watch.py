"""Renewals to watch: what is lost, at risk and saved, and what lacks an answer or a touch."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

STAKES_BY_QUARTER = columns(
    due_quarter=pl.Date,
    segment=pl.String,
    state=pl.String,
    renewals=pl.Int64,
    arr_at_stake=MONEY,
    without_amount=pl.Int64,
)


def stakes_by_quarter(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals lost, at risk and saved by fiscal quarter; the window is on the due date.

    Grain
    -----
    Quarter x segment x state; combinations without a renewal are absent. A renewal that was saved
    and renewed for less is in two states, with disjoint amounts.

    Columns
    -------
    due_quarter : Date
        First day of the fiscal quarter of the due date.
    segment : String
        Customer segment on the as-of date.
    state : String
        `churned`, `reduced` (renewed for less), `at_risk` (open and red on the as-of date) or
        `saved` (renewed, and red in the days before it closed that the policy names).
    renewals : Int64
        Renewals in the state.
    arr_at_stake : Decimal
        Churned and at risk: ARR due. Reduced: ARR due less ARR renewed. Saved: ARR renewed, at
        most what was due. Reporting currency; null where no amount is known.
    without_amount : Int64
        Renewals without a known amount.

    Source
    ------
    ``sql/renewal_watch/stakes_by_quarter.sql`` over renewals, accounts, health_scores; HB table
    13.1.
    """
    return warehouse.fetch(
        "renewal_watch/stakes_by_quarter", schema=STAKES_BY_QUARTER, scope=scope, filters=filters
    )


STAKES = columns(
    renewal_id=pl.String,
    state=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    arr_at_stake=MONEY,
    arr_due=MONEY,
    due_on=pl.Date,
    due_quarter=pl.Date,
    closed_on=pl.Date,
    health_band=pl.String,
    last_red_on=pl.Date,
    forecast_category=pl.String,
    renewal_likelihood=pl.String,
)


def stakes(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals behind ``stakes_by_quarter``, the largest amount of each state first.

    Grain
    -----
    Renewal x state.

    Columns
    -------
    renewal_id : String
        The company's id.
    state : String
        As in ``stakes_by_quarter``.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment.
    region : String
        Sales region.
    csm_name : String
        Customer success manager; null where unassigned.
    arr_at_stake : Decimal
        What the state counts of it, as in ``stakes_by_quarter``.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    due_on : Date
        Day the term ends.
    due_quarter : Date
        First day of its fiscal quarter.
    closed_on : Date
        Day of the outcome; null while open.
    health_band : String
        Of the as-of date while open, of the week before it closed once closed; null where not
        scored.
    last_red_on : Date
        Last day at red before it was renewed, of those the policy looks at; else null.
    forecast_category : String
        CSM's call.
    renewal_likelihood : String
        The customer's own answer.

    Source
    ------
    ``sql/renewal_watch/stakes.sql`` over renewals, accounts, health_scores.
    """
    return warehouse.fetch("renewal_watch/stakes", schema=STAKES, scope=scope, filters=filters)


CALENDAR_BY_WINDOW = columns(
    window_days=pl.Int64,
    state=pl.String,
    renewals=pl.Int64,
    arr_due=MONEY,
    without_amount=pl.Int64,
)


def calendar_by_window(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Open renewals ahead by window and by what they lack; the window is on the due date.

    Grain
    -----
    Window x state; combinations without a renewal are absent. A renewal stands in the shortest
    window it is inside of.

    Columns
    -------
    window_days : Int64
        Days before the due date at which the window begins.
    state : String
        `no answer, no touch`, `no answer`, `no touch` or `answered and touched`: whether the
        survey has an answer, and whether there was a call, meeting, e-mail or executive business
        review in as many days before the as-of date as the window has.
    renewals : Int64
        Renewals open on the as-of date and not overdue.
    arr_due : Decimal
        ARR before the renewal, reporting currency; null where no amount is known.
    without_amount : Int64
        Renewals without a known amount.

    Source
    ------
    ``sql/renewal_watch/calendar_by_window.sql`` over renewals, accounts, timeline_entries.
    """
    return warehouse.fetch(
        "renewal_watch/calendar_by_window", schema=CALENDAR_BY_WINDOW, scope=scope, filters=filters
    )


CALENDAR = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    arr_due=MONEY,
    due_on=pl.Date,
    days_to_due=pl.Int64,
    window_days=pl.Int64,
    state=pl.String,
    renewal_likelihood=pl.String,
    last_touch_on=pl.Date,
    days_since_touch=pl.Int64,
    health_band=pl.String,
    forecast_category=pl.String,
)


def calendar(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals behind ``calendar_by_window``, the soonest first.

    Grain
    -----
    One row per renewal.

    Columns
    -------
    renewal_id : String
        The company's id.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment.
    region : String
        Sales region.
    csm_name : String
        Customer success manager; null where unassigned.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    due_on : Date
        Day the term ends.
    days_to_due : Int64
        Days from the as-of date to it.
    window_days : Int64
        Window it stands in, as in ``calendar_by_window``.
    state : String
        As in ``calendar_by_window``.
    renewal_likelihood : String
        The customer's own answer; null where there is none.
    last_touch_on : Date
        Day of the last call, meeting, e-mail or executive business review with the account; null
        where there was none.
    days_since_touch : Int64
        Days since.
    health_band : String
        `red`, `amber`, `green` on the as-of date; null where not scored.
    forecast_category : String
        CSM's call.

    Source
    ------
    ``sql/renewal_watch/calendar.sql`` over renewals, accounts, timeline_entries.
    """
    return warehouse.fetch("renewal_watch/calendar", schema=CALENDAR, scope=scope, filters=filters)
