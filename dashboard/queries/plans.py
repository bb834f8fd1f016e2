"""Success plans: what customers want to achieve, how far they are, and who has no plan."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BY_PART = columns(
    holder=pl.String,
    segment=pl.String,
    kind=pl.String,
    status=pl.String,
    band=pl.String,
    objectives=pl.Int64,
    measured=pl.Int64,
    progress_sum=pl.Float64,
    not_validated=pl.Int64,
    validated_later=pl.Int64,
    due_soon=pl.Int64,
    overdue=pl.Int64,
)


def by_part(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Objectives by segment, kind, status and progress; the window is on the due day.

    Grain
    -----
    Holder x segment x kind x status x band; combinations without an objective are absent.

    Columns
    -------
    holder : String
        `customer`, or `no customer` where the account is none on the as-of date.
    segment : String
        Customer segment on the as-of date.
    kind : String
        Kind in the company's words; `no kind` where there is none.
    status : String
        `on track`, `at risk`, `attained`, `missed`; any other word as `unmapped: ` and the word,
        `no status` where there is none. As loaded: objectives carry no history.
    band : String
        How far from baseline to goal: `below the baseline`, `0 to 25%` and so on, `at the goal`,
        `beyond the goal`; `not measured` where a value is missing or goal and baseline are equal.
    objectives : Int64
        Objectives.
    measured : Int64
        Those with a progress.
    progress_sum : Float64
        Sum of their progress, each counted from 0 to 1; divided by ``measured`` it is the average.
    not_validated : Int64
        Open ones never confirmed, or longer ago than the policy says.
    validated_later : Int64
        Open ones confirmed after the as-of date: what was known on it is not on record.
    due_soon : Int64
        Open ones due within the days of the policy.
    overdue : Int64
        Open ones due before the as-of date.

    Source
    ------
    ``sql/plans/by_part.sql`` over objectives, accounts, subscriptions; HB ch. 11.
    """
    return warehouse.fetch("plans/by_part", schema=BY_PART, scope=scope, filters=filters)


OBJECTIVES = columns(
    objective_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    holder=pl.String,
    goal=pl.String,
    kind=pl.String,
    status=pl.String,
    progress=pl.Float64,
    band=pl.String,
    baseline_value=pl.Float64,
    goal_value=pl.Float64,
    current_value=pl.Float64,
    due_on=pl.Date,
    days_to_due=pl.Int64,
    due=pl.String,
    last_validated_on=pl.Date,
    days_since_validated=pl.Int64,
    validation=pl.String,
)


def objectives(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Objectives behind ``by_part``, the soonest due first.

    Grain
    -----
    One row per objective.

    Columns
    -------
    objective_id : String
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
        Customer success manager, who owns the plan; null where unassigned.
    arr : Decimal
        ARR of the customer, reporting currency; null where it is none or has no known ARR. A
        customer with several objectives bears it in each.
    holder : String
        As in ``by_part``.
    goal : String
        The objective in words.
    kind : String
        As in ``by_part``.
    status : String
        As in ``by_part``.
    progress : Float64
        Share of the way from baseline to goal: below 0 on the wrong side of the baseline, above 1
        beyond the goal; null where it is not measured.
    band : String
        As in ``by_part``.
    baseline_value : Float64
        Value at the start.
    goal_value : Float64
        Value wanted.
    current_value : Float64
        Value last seen.
    due_on : Date
        Day it should be reached.
    days_to_due : Int64
        Days from the as-of date to it; below zero once past.
    due : String
        `overdue`, `due soon`, `later` or `no date` while open, else `closed`.
    last_validated_on : Date
        Day the customer last confirmed it, up to the as-of date.
    days_since_validated : Int64
        Days since.
    validation : String
        `validated`, `validated too long ago`, `never validated`, `not known` where the last
        confirmation came after the as-of date, or `closed`.

    Source
    ------
    ``sql/plans/objectives.sql`` over objectives, accounts, subscriptions.
    """
    return warehouse.fetch("plans/objectives", schema=OBJECTIVES, scope=scope, filters=filters)


BY_DUE_QUARTER = columns(due_quarter=pl.Date, status=pl.String, objectives=pl.Int64)


def by_due_quarter(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Objectives of customers by the fiscal quarter they are due in; the window is on that day.

    Grain
    -----
    Quarter x status; combinations without an objective are absent.

    Columns
    -------
    due_quarter : Date
        First day of the fiscal quarter; null where no day is set.
    status : String
        As in ``by_part``.
    objectives : Int64
        Objectives of customers.

    Source
    ------
    ``sql/plans/by_due_quarter.sql`` over objectives, accounts, subscriptions, fiscal_periods.
    """
    return warehouse.fetch(
        "plans/by_due_quarter", schema=BY_DUE_QUARTER, scope=scope, filters=filters
    )


COVERAGE = columns(
    segment=pl.String,
    plan=pl.String,
    customers=pl.Int64,
    arr=MONEY,
    without_rate=pl.Int64,
)


def coverage(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers and their ARR by segment and by what their success plan says.

    Grain
    -----
    Segment x plan; combinations without a customer are absent.

    Columns
    -------
    segment : String
        Customer segment on the as-of date.
    plan : String
        `no objective`; `at risk or missed` where at least one objective is; else `on track or
        attained`.
    customers : Int64
        Customers on the as-of date.
    arr : Decimal
        Their ARR, reporting currency; null where none is known.
    without_rate : Int64
        Customers whose ARR has no exchange rate.

    Source
    ------
    ``sql/plans/coverage.sql`` over objectives, accounts, subscriptions.
    """
    return warehouse.fetch("plans/coverage", schema=COVERAGE, scope=scope, filters=filters)


CUSTOMERS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    lifecycle_stage=pl.String,
    arr=MONEY,
    plan=pl.String,
    objectives=pl.Int64,
    open_objectives=pl.Int64,
    at_risk=pl.Int64,
    missed=pl.Int64,
    last_validated_on=pl.Date,
)


def customers(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers behind ``coverage``, the largest ARR first.

    Grain
    -----
    One row per customer.

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
    lifecycle_stage : String
        Stage on the as-of date.
    arr : Decimal
        ARR, reporting currency.
    plan : String
        As in ``coverage``.
    objectives : Int64
        Objectives of whatever status.
    open_objectives : Int64
        Those neither attained nor missed.
    at_risk : Int64
        Those at risk.
    missed : Int64
        Those missed.
    last_validated_on : Date
        Day the customer last confirmed one of them, up to the as-of date.

    Source
    ------
    ``sql/plans/customers.sql`` over objectives, accounts, subscriptions.
    """
    return warehouse.fetch("plans/customers", schema=CUSTOMERS, scope=scope, filters=filters)
