"""The ARR bridge: from opening to closing ARR, the movements behind it, and later corrections."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.periods import Basis, rules
from dashboard.queries.types import MOMENT, MONEY, columns
from dashboard.retention_policy import Period, RetentionPolicy
from dashboard.warehouse.base import Warehouse

BY_PERIOD = columns(
    period_start_on=pl.Date,
    period_end_on=pl.Date,
    step=pl.String,
    amount=MONEY,
    accounts=pl.Int64,
)


def by_period(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    period: Period | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """ARR from the opening of each period to its closing, step by step; it adds up to the cent.

    Grain
    -----
    Period x step, in the order of the bridge.

    Columns
    -------
    period_start_on : Date
        Day of the opening ARR, as in ``retention/by_period``.
    period_end_on : Date
        Day of the closing ARR. Movements after the first day up to this one are counted.
    step : String
        `opening`, `new`, `reactivation`, `expansion`, `price`, `fx`, `contraction`, `churn`,
        `closing`. Price rises and exchange rates are apart from expansion and contraction.
    amount : Decimal
        ARR of opening and closing, signed change of the others, reporting currency.
    accounts : Int64
        Customers with an amount other than nothing.

    Source
    ------
    ``sql/bridge/by_period.sql`` over subscriptions, arr_movements, accounts; CSE p. 163.
    """
    chosen = warehouse.policy.retention(policy)
    return warehouse.fetch(
        "bridge/by_period",
        schema=BY_PERIOD,
        scope=scope,
        filters=filters,
        **rules(chosen, filters, period=period, basis=basis),
    )


MOVEMENTS = columns(
    movement_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    effective_on=pl.Date,
    recorded_at=MOMENT,
    days_late=pl.Int64,
    movement=pl.String,
    reason=pl.String,
    product_name=pl.String,
    amount=MONEY,
    booked_amount=MONEY,
    currency=pl.String,
)


def movements(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """Movements as they were booked, the latest first.

    The window is that of the bridge: movements after its first day up to its last.

    Grain
    -----
    One row per movement.

    Columns
    -------
    movement_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    effective_on : Date
        Day from which the ARR is different.
    recorded_at : Datetime
        Moment it was booked, UTC.
    days_late : Int64
        Days from the effective day to the booking; below zero where it was booked ahead.
    movement : String
        Kind as booked.
    reason : String
        Cause.
    product_name : String
        Product; null where none is named.
    amount : Decimal
        Signed change in the reporting currency at the rates of the as-of date; null without one.
    booked_amount : Decimal
        The same in the currency it was booked in.
    currency : String
        That currency.

    Source
    ------
    ``sql/bridge/movements.sql`` over arr_movements, accounts, products.
    """
    known = rules(warehouse.policy.retention(), filters, basis=basis, period="month")["known_on"]
    return warehouse.fetch(
        "bridge/movements", schema=MOVEMENTS, scope=scope, filters=filters, known_on=known
    )


CORRECTIONS = columns(
    movement_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    effective_on=pl.Date,
    recorded_at=MOMENT,
    days_late=pl.Int64,
    movement=pl.String,
    reason=pl.String,
    amount=MONEY,
)


def corrections(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Movements booked after the window that took effect in it or before: what was restated.

    Grain
    -----
    One row per movement that took effect by the last day of the window (without one, by the as-of
    date) and was booked after it, whenever that was; the largest first.

    Columns
    -------
    movement_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    effective_on : Date
        Day from which the ARR is different.
    recorded_at : Datetime
        Moment it was booked, UTC.
    days_late : Int64
        Days from the effective day to the booking.
    movement : String
        Kind as booked.
    reason : String
        Cause.
    amount : Decimal
        Signed change, reporting currency at the rates of the as-of date; null without one.

    Source
    ------
    ``sql/bridge/corrections.sql`` over arr_movements, accounts.
    """
    return warehouse.fetch("bridge/corrections", schema=CORRECTIONS, scope=scope, filters=filters)
