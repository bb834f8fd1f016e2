"""Customer lifecycle: the stage of every customer, how long it lasts and what comes after it."""

from datetime import date
from typing import Literal

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

Dated = Literal["entered", "left"]

BY_STAGE = columns(
    stage=pl.String,
    reading=pl.String,
    accounts=pl.Int64,
    customers=pl.Int64,
    arr=MONEY,
    without_rate=pl.Int64,
    limit_days=pl.Int64,
)


def by_stage(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Accounts and ARR by stage on the as-of date, and whether they are stuck in it.

    Grain
    -----
    Stage x reading; combinations without an account are absent.

    Columns
    -------
    stage : String
        `Onboarding`, `Adoption`, `Renewal`, `Expansion`, `Churned`; any other word of the company
        as `unmapped: ` and the word.
    reading : String
        `stuck`: in the stage for more days than its limit; `within its limit`; `no limit` where the
        settings name none; `entry not known` where no day of entering is recorded.
    accounts : Int64
        Accounts that are or were customers.
    customers : Int64
        Those of them that are customers on the as-of date.
    arr : Decimal
        Their ARR, reporting currency; null where no account has a known one.
    without_rate : Int64
        Customers whose ARR has no exchange rate.
    limit_days : Int64
        The stage's limit; null where there is none.

    Source
    ------
    ``sql/lifecycle/by_stage.sql`` over accounts, account_history, subscriptions; HB fig. 13.9.
    """
    return warehouse.fetch("lifecycle/by_stage", schema=BY_STAGE, scope=scope, filters=filters)


ACCOUNTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    stage=pl.String,
    arr=MONEY,
    is_customer=pl.Boolean,
    entered_on=pl.Date,
    days_in_stage=pl.Int64,
    limit_days=pl.Int64,
    days_over=pl.Int64,
    reading=pl.String,
)


def accounts(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Accounts behind ``by_stage``, the longest in their stage first.

    Grain
    -----
    One row per account that is or was a customer.

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
    csm_name : String
        Customer success manager; null where unassigned.
    stage : String
        As in ``by_stage``.
    arr : Decimal
        ARR on the as-of date, reporting currency; 0 for who is no customer, null without an
        exchange rate.
    is_customer : Boolean
        Whether it is a customer on the as-of date.
    entered_on : Date
        Day it entered the stage; null where none is recorded.
    days_in_stage : Int64
        Days since.
    limit_days : Int64
        The stage's limit; null where there is none.
    days_over : Int64
        Days beyond the limit; below zero within it.
    reading : String
        As in ``by_stage``.

    Source
    ------
    ``sql/lifecycle/accounts.sql`` over accounts, account_history, subscriptions.
    """
    return warehouse.fetch("lifecycle/accounts", schema=ACCOUNTS, scope=scope, filters=filters)


BY_MONTH = columns(
    day_on=pl.Date,
    stage=pl.String,
    customers=pl.Int64,
    arr=MONEY,
    stuck=pl.Int64,
    arr_stuck=MONEY,
)


def by_month(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers by stage at the end of the last twelve fiscal months and on the as-of date.

    Grain
    -----
    Day x stage; stages without a customer are absent. Filters keep accounts by what they are on the
    as-of date.

    Columns
    -------
    day_on : Date
        Last day of a fiscal month, or the as-of date.
    stage : String
        As in ``by_stage``, of that day; `not recorded` where no history covers it.
    customers : Int64
        Customers of that day.
    arr : Decimal
        Their ARR on that day at the rates of the as-of date; null where none is known.
    stuck : Int64
        Those in the stage for more days than its limit.
    arr_stuck : Decimal
        Their ARR.

    Source
    ------
    ``sql/lifecycle/by_month.sql`` over accounts, account_history, subscriptions, fiscal_periods.
    """
    return warehouse.fetch("lifecycle/by_month", schema=BY_MONTH, scope=scope, filters=filters)


ON_DAY = columns(
    day_on=pl.Date,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    stage=pl.String,
    arr=MONEY,
    entered_on=pl.Date,
    days_in_stage=pl.Int64,
    is_stuck=pl.Boolean,
)


def on_day(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, day_on: date | None = None
) -> pl.DataFrame:
    """Customers behind one day of ``by_month``, the largest ARR first.

    Grain
    -----
    One row per customer of the day; no row on a day that is none of ``by_month``. Without a day the
    as-of date.

    Columns
    -------
    day_on : Date
        The day.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    region : String
        Sales region.
    csm_name : String
        Customer success manager; null where unassigned.
    stage : String
        Stage on the day, as in ``by_month``.
    arr : Decimal
        ARR on the day at the rates of the as-of date.
    entered_on : Date
        Day it entered the stage; null where none is recorded.
    days_in_stage : Int64
        Days up to the day.
    is_stuck : Boolean
        Whether that is more than the stage's limit.

    Source
    ------
    ``sql/lifecycle/on_day.sql`` over accounts, account_history, subscriptions, fiscal_periods.
    """
    return warehouse.fetch(
        "lifecycle/on_day",
        schema=ON_DAY,
        scope=scope,
        filters=filters,
        day_on=day_on or filters.as_of,
    )


DAYS_IN_STAGE = columns(
    stage=pl.String,
    stays=pl.String,
    number=pl.Int64,
    quarter_days=pl.Float64,
    median_days=pl.Float64,
    three_quarter_days=pl.Float64,
    longest_days=pl.Int64,
    limit_days=pl.Int64,
    over_limit=pl.Int64,
)


def days_in_stage(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """How long stays in a stage last; the window is on the day an ended one ended.

    Grain
    -----
    Stage x whether its stays go on or have ended; combinations without a stay are absent.

    Columns
    -------
    stage : String
        As in ``by_stage``.
    stays : String
        `in it now`: of the accounts of ``by_stage``, up to the as-of date; `ended`: of every
        account that left the stage in the window.
    number : Int64
        Stays with a known day of entering.
    quarter_days : Float64
        Days that a quarter of them do not exceed.
    median_days : Float64
        Days that half of them do not exceed.
    three_quarter_days : Float64
        Days that three quarters do not exceed.
    longest_days : Int64
        Days of the longest.
    limit_days : Int64
        The stage's limit; null where there is none.
    over_limit : Int64
        Stays longer than it.

    Source
    ------
    ``sql/lifecycle/days_in_stage.sql`` over accounts, account_history.
    """
    return warehouse.fetch(
        "lifecycle/days_in_stage", schema=DAYS_IN_STAGE, scope=scope, filters=filters
    )


CONVERSIONS = columns(
    stage=pl.String,
    outcome=pl.String,
    stays=pl.Int64,
    entered=pl.Int64,
    outcome_share=pl.Float64,
    median_days=pl.Float64,
)


def conversions(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """What came after a stage by the as-of date; the window is on the day it was entered.

    Grain
    -----
    Stage x outcome; outcomes that did not happen are absent. An account that entered a stage twice
    in the window is two stays.

    Columns
    -------
    stage : String
        Stage entered in the window, as in ``by_stage``.
    outcome : String
        The next stage; `still in it` on the as-of date; `not recorded` where it was left and no
        other was entered.
    stays : Int64
        Stays with that outcome.
    entered : Int64
        All stays of the stage: n.
    outcome_share : Float64
        The one of the other, 0 to 1.
    median_days : Float64
        Median days of the stays with that outcome; null while they go on.

    Source
    ------
    ``sql/lifecycle/conversions.sql`` over accounts, account_history.
    """
    return warehouse.fetch(
        "lifecycle/conversions", schema=CONVERSIONS, scope=scope, filters=filters
    )


STAYS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    stage=pl.String,
    entered_on=pl.Date,
    left_on=pl.Date,
    days=pl.Int64,
    outcome=pl.String,
)


def stays(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, dated: Dated = "entered"
) -> pl.DataFrame:
    """Stays behind ``conversions``, and with ``dated`` left those behind ``days_in_stage``.

    Grain
    -----
    One row per account and uninterrupted stay in a stage, the latest entered first. The window is
    on the day it was entered or left, as ``dated`` says.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    region : String
        Sales region.
    csm_name : String
        Customer success manager; null where unassigned.
    stage : String
        As in ``by_stage``.
    entered_on : Date
        First day in the stage.
    left_on : Date
        First day no longer in it; null while it goes on.
    days : Int64
        Days in the stage, up to the as-of date.
    outcome : String
        As in ``conversions``.

    Source
    ------
    ``sql/lifecycle/stays.sql`` over accounts, account_history.
    """
    return warehouse.fetch(
        "lifecycle/stays", schema=STAYS, scope=scope, filters=filters, dated=dated
    )
