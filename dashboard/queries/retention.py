"""Retention: ARR on a day, what became of it period by period, and the movements in between."""

from datetime import date
from typing import Literal

import polars as pl

from dashboard.access import Scope
from dashboard.calendar import months_before
from dashboard.filters import Filters
from dashboard.queries.periods import Basis, rules, windowed
from dashboard.queries.types import MONEY, columns
from dashboard.retention_policy import Period, RetentionPolicy
from dashboard.warehouse.base import Warehouse

ARR_ON = columns(on=pl.Date, arr=MONEY, accounts=pl.Int64)


def arr_on(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    on: date | None = None,
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """ARR and customers on a day, the as-of date where no other is named.

    Grain
    -----
    One row.

    Columns
    -------
    on : Date
        The day.
    arr : Decimal
        ARR of every contract line live on it (`starts_on <= day < ends_on`), reporting currency.
    accounts : Int64
        Customers: those with ARR, by the policy's level of a logo.

    Source
    ------
    ``sql/retention/arr_on.sql`` over subscriptions, arr_movements, accounts.
    """
    day = on or filters.as_of
    if day > filters.as_of:
        raise ValueError(f"ARR on {day} is not known on {filters.as_of}.")
    chosen = warehouse.policy.retention(policy)
    # ``on`` is a word of SQL's own: the column gets its name here.
    return warehouse.fetch(
        "retention/arr_on",
        schema=pl.Schema({"on_day" if name == "on" else name: t for name, t in ARR_ON.items()}),
        scope=scope,
        filters=filters,
        on_day=day,
        **rules(chosen, filters, basis=basis, period="month"),
    ).rename({"on_day": "on"})


BY_PERIOD = columns(
    period_start_on=pl.Date,
    period_end_on=pl.Date,
    opening_arr=MONEY,
    closing_arr=MONEY,
    nrr=pl.Float64,
    grr=pl.Float64,
    logo_retention=pl.Float64,
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
    """Retention period by period, of the periods that lie in the window and have ended.

    Grain
    -----
    One row per period. `ttm` has a year that ends with each fiscal month and one that ends on the
    as-of date; `custom` is the one period from the first to the last day of the window.

    Columns
    -------
    period_start_on : Date
        Day on which the opening ARR is looked at, changes of that day included.
    period_end_on : Date
        Day on which the closing ARR is looked at, likewise; the first day after a fiscal period.
    opening_arr : Decimal
        ARR of the cohort: the customers of the first day, reporting currency.
    closing_arr : Decimal
        ARR of every customer of the last day, those won meanwhile too, at the same rates.
    nrr : Float64
        Net retained ARR by opening ARR; null where nothing was opened with.
    grr : Float64
        Gross retained ARR by opening ARR.
    logo_retention : Float64
        Share of the opening customers that are customers at the end.
    accounts : Int64
        Customers of the first day.

    Source
    ------
    ``sql/retention/by_period.sql`` over subscriptions, arr_movements, accounts; CSE p. 47.
    """
    chosen = warehouse.policy.retention(policy)
    return warehouse.fetch(
        "retention/by_period",
        schema=BY_PERIOD,
        scope=scope,
        filters=filters,
        **rules(chosen, filters, period=period, basis=basis),
    )


MOVEMENTS_BY_MONTH = columns(
    month=pl.Date,
    movement=pl.String,
    accounts=pl.Int64,
    amount=MONEY,
)


def movements_by_month(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """Movements of ARR by the fiscal month they took effect in; the window is on that day.

    Grain
    -----
    Month x movement; movements that did not happen are absent.

    Columns
    -------
    month : Date
        First day of the fiscal month.
    movement : String
        `new`, `reactivation`, `expansion`, `contraction` or `churn`, by what a customer had before
        and after the day: a second product is expansion, a price rise too.
    accounts : Int64
        Customers that moved.
    amount : Decimal
        Signed change of ARR, reporting currency.

    Source
    ------
    ``sql/retention/movements_by_month.sql`` over subscriptions, arr_movements, accounts.
    """
    chosen = warehouse.policy.retention(policy)
    return warehouse.fetch(
        "retention/movements_by_month",
        schema=MOVEMENTS_BY_MONTH,
        scope=scope,
        filters=filters,
        **rules(chosen, filters, basis=basis, period="month"),
    )


MOVEMENTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    effective_on=pl.Date,
    movement=pl.String,
    amount=MONEY,
)


def movements(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """Movements behind ``movements_by_month``, the earliest first.

    Grain
    -----
    One row per customer of the policy's level and day its ARR changed on.

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
    effective_on : Date
        Day from which the ARR is different.
    movement : String
        As in ``movements_by_month``.
    amount : Decimal
        Signed change of ARR, reporting currency; null without an exchange rate.

    Source
    ------
    ``sql/retention/movements.sql`` over subscriptions, arr_movements, accounts.
    """
    chosen = warehouse.policy.retention(policy)
    return warehouse.fetch(
        "retention/movements",
        schema=MOVEMENTS,
        scope=scope,
        filters=filters,
        **rules(chosen, filters, basis=basis, period="month"),
    )


By = Literal["segment", "region", "csm", "industry", "product", "cohort"]
PARTS: tuple[By, ...] = ("segment", "region", "csm", "industry", "product", "cohort")

BY_PART = columns(
    period_start_on=pl.Date,
    period_end_on=pl.Date,
    part=pl.String,
    label=pl.String,
    opening_arr=MONEY,
    closing_arr=MONEY,
    net_retained_arr=MONEY,
    gross_retained_arr=MONEY,
    nrr=pl.Float64,
    grr=pl.Float64,
    logo_retention=pl.Float64,
    accounts=pl.Int64,
    kept=pl.Int64,
)


def by_part(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    by: By = "segment",
    policy: RetentionPolicy | str | None = None,
    period: Period | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """Retention period by period of each part of the book; the parts add up to ``by_period``.

    Grain
    -----
    Period x part. By product a customer is a product of an account, whatever the policy's level;
    then the parts add up to the ARR, and who changes product leaves one part for another.

    Columns
    -------
    period_start_on : Date
        First day, as in ``by_period``.
    period_end_on : Date
        Last day.
    part : String
        Segment, region, CSM's member id, industry, product id or first year as a customer, on the
        period's first day; null where unknown.
    label : String
        The same as people read it.
    opening_arr : Decimal
        ARR of the part's cohort, reporting currency.
    closing_arr : Decimal
        ARR at the end of every customer that stood in the part at the start or came later.
    net_retained_arr : Decimal
        Numerator of NRR.
    gross_retained_arr : Decimal
        Numerator of GRR.
    nrr : Float64
        As in ``by_period``.
    grr : Float64
        As in ``by_period``.
    logo_retention : Float64
        As in ``by_period``.
    accounts : Int64
        Customers of the first day.
    kept : Int64
        Those that are customers at the end.

    Source
    ------
    ``sql/retention/by_part.sql`` over subscriptions, arr_movements, account_history, accounts.
    """
    if by not in PARTS:
        raise ValueError(f"There is no part {by!r}. There are: {', '.join(PARTS)}.")
    chosen = _levelled(warehouse.policy.retention(policy), by)
    return warehouse.fetch(
        "retention/by_part",
        schema=BY_PART,
        scope=scope,
        filters=filters,
        split_by=by,
        **rules(chosen, filters, period=period, basis=basis),
    )


def _levelled(policy: RetentionPolicy, by: By) -> RetentionPolicy:
    """A product is kept or lost as such; a logo is then an account's product as well."""
    return policy.model_copy(update={"level": "product"}) if by == "product" else policy


ACCOUNTS = columns(
    level=pl.String,
    unit_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    part=pl.String,
    opening_arr=MONEY,
    new=MONEY,
    reactivation=MONEY,
    expansion=MONEY,
    price=MONEY,
    fx=MONEY,
    contraction=MONEY,
    churn=MONEY,
    closing_arr=MONEY,
    cohort_arr=MONEY,
    net_retained_arr=MONEY,
    gross_retained_arr=MONEY,
    logos=pl.Int64,
    kept_logos=pl.Int64,
)


def accounts(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    by: By = "segment",
    part: str | None = None,
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """Customers behind one period of ``by_period``, from the first to the last day of the window.

    Without a window it is the twelve months up to the as-of date. The largest change comes first.
    With ``part`` only those of one part of ``by_part``; `unknown` is the one without a name.

    Grain
    -----
    One row per customer of the policy's level that had, gained or lost ARR in the window; where
    logos are counted on another level they have rows of their own, without amounts.

    Columns
    -------
    level : String
        `account`, `parent` or `product`.
    unit_id : String
        The account's id, that of the first of a parent's accounts, or account and product.
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
    part : String
        Part of the book on the first day, as in ``by_part``.
    opening_arr : Decimal
        ARR on the first day, reporting currency.
    new : Decimal
        First ARR ever.
    reactivation : Decimal
        ARR of a return.
    expansion : Decimal
        More seats, products and the like.
    price : Decimal
        Price rises.
    fx : Decimal
        Exchange rates.
    contraction : Decimal
        Less ARR, below zero.
    churn : Decimal
        All ARR lost, below zero.
    closing_arr : Decimal
        ARR on the last day: the sum of the columns before.
    cohort_arr : Decimal
        Opening ARR that the policy counts; sums to the denominator of NRR and GRR.
    net_retained_arr : Decimal
        Sums to the numerator of NRR.
    gross_retained_arr : Decimal
        Sums to the numerator of GRR.
    logos : Int64
        1 where the customer counts as an opening logo.
    kept_logos : Int64
        1 where it is kept.

    Source
    ------
    ``sql/retention/accounts.sql`` over subscriptions, arr_movements, accounts.
    """
    if by not in PARTS:
        raise ValueError(f"There is no part {by!r}. There are: {', '.join(PARTS)}.")
    chosen = _levelled(warehouse.policy.retention(policy), by)
    window = windowed(filters)
    return warehouse.fetch(
        "retention/accounts",
        schema=ACCOUNTS,
        scope=scope,
        filters=window,
        split_by=by,
        part=part,
        all_parts=part is None,
        **rules(chosen, window, period="custom", basis=basis),
    )


MOVED_PARTS = columns(
    part=pl.String,
    label=pl.String,
    before_opening_arr=MONEY,
    before_net_retained_arr=MONEY,
    before_gross_retained_arr=MONEY,
    before_accounts=pl.Int64,
    opening_arr=MONEY,
    net_retained_arr=MONEY,
    gross_retained_arr=MONEY,
    accounts=pl.Int64,
)


def moved_parts(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    compared_since: date | None = None,
    compared_until: date | None = None,
    by: By = "segment",
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """What each part opened with and retained in two periods: the rows of a rate-and-mix split.

    Without a window it is the twelve months up to the as-of date; without a period to compare with,
    the same a quarter earlier.

    Grain
    -----
    One row per part, and one, `changed`, of the customers of both periods that stood in another
    part at the start of the second.

    Columns
    -------
    part : String
        As in ``by_part``; `changed` for those that moved.
    label : String
        The same as people read it.
    before_opening_arr : Decimal
        ARR of the cohort of the period compared with, reporting currency.
    before_net_retained_arr : Decimal
        Numerator of its NRR.
    before_gross_retained_arr : Decimal
        Numerator of its GRR.
    before_accounts : Int64
        Its customers.
    opening_arr : Decimal
        ARR of the cohort of the window.
    net_retained_arr : Decimal
        Numerator of its NRR.
    gross_retained_arr : Decimal
        Numerator of its GRR.
    accounts : Int64
        Its customers.

    Source
    ------
    ``sql/retention/moved_parts.sql`` over subscriptions, arr_movements, account_history, accounts.
    """
    if by not in PARTS:
        raise ValueError(f"There is no part {by!r}. There are: {', '.join(PARTS)}.")
    chosen = _levelled(warehouse.policy.retention(policy), by)
    window = windowed(filters)
    compared = (
        compared_since or months_before(window.since or window.as_of, 3),
        compared_until or months_before(window.until or window.as_of, 3),
    )
    return warehouse.fetch(
        "retention/moved_parts",
        schema=MOVED_PARTS,
        scope=scope,
        filters=window,
        split_by=by,
        **rules(chosen, window, period="custom", basis=basis, compared=compared),
    )


TARGETS = columns(
    period_start_on=pl.Date,
    period_end_on=pl.Date,
    metric=pl.String,
    scope=pl.String,
    target=pl.Float64,
)


def targets(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Targets of retention, for viewers of the whole company.

    Grain
    -----
    One row per period, metric and scope.

    Columns
    -------
    period_start_on : Date
        First day of the period the target is for.
    period_end_on : Date
        First day after it.
    metric : String
        `nrr`, `grr`, `logo_retention` or `renewal_rate`.
    scope : String
        `company`, or a segment, region or member id.
    target : Float64
        Share, 1 is 100 %.

    Source
    ------
    ``sql/retention/targets.sql`` over targets.
    """
    return warehouse.fetch("retention/targets", schema=TARGETS, scope=scope, filters=filters)
