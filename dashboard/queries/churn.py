"""Churn: who left or pays less, why, how long it was to be seen, and where the flags are wrong."""

from typing import Literal

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.periods import Basis, rules
from dashboard.queries.types import MONEY, columns
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.base import Warehouse

By = Literal["segment", "tenure", "product", "csm", "region", "industry"]
PARTS: tuple[By, ...] = ("segment", "tenure", "product", "csm", "region", "industry")

LOST = columns(
    unit_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    lost_on=pl.Date,
    movement=pl.String,
    part=pl.String,
    label=pl.String,
    arr_lost=MONEY,
    reason=pl.String,
    control=pl.String,
    segment=pl.String,
    region=pl.String,
    industry=pl.String,
    csm_name=pl.String,
    tenure_days=pl.Int64,
    tenure=pl.String,
    product_name=pl.String,
    products=pl.Int64,
    best_band=pl.String,
    first_red_on=pl.Date,
    days_from_red=pl.Int64,
    returned_on=pl.Date,
)


def lost(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    by: By = "segment",
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """Customers that left or pay less, the largest loss first; the window is on the day.

    Who left and came back is in, with the day of the return. The amounts are those of the
    movements of ``retention/movements_by_month``.

    Grain
    -----
    One row per loss: a customer of the policy's level and a day. By product, one per loss and
    product that lost ARR in it; their amounts add up to the loss.

    Columns
    -------
    unit_id : String
        The account's id, that of the first of a parent's accounts, or account and product: the
        policy's level.
    account_id : String
        The company's id; of a parent the first of its accounts.
    account_name : String
        Name.
    lost_on : Date
        First day without the ARR.
    movement : String
        `churn`: nothing is left; `contraction`: some is.
    part : String
        Value of what the answer is split by; null where unknown.
    label : String
        The same as people read it.
    arr_lost : Decimal
        ARR lost, above zero, reporting currency.
    reason : String
        Of churn that of the renewal lost that day (due or closed on it), else of the churn event
        of that day; of contraction that of the movement. `no reason given` where there is none.
    control : String
        `controllable`, `not controllable` or `unknown`, from where the reason is from.
    segment : String
        Segment on the day before.
    region : String
        Region on the day before.
    industry : String
        Industry; null where unknown.
    csm_name : String
        CSM on the day before; null where unassigned.
    tenure_days : Int64
        Days since the first as a customer, by the account or by its ARR, whichever is earlier.
    tenure : String
        The same as a band: `under 1 year`, `1 to 2 years`, `2 to 3 years`, `3 to 5 years` or
        `5 years and more`.
    product_name : String
        Product that lost most of it; by product, the row's product.
    products : Int64
        Products that lost ARR in the loss.
    best_band : String
        Best health band of the weeks measured in the 90 days before, `green` making it a surprise;
        null where none was scored.
    first_red_on : Date
        First measurement at red in the 365 days before, in the customer's last stay.
    days_from_red : Int64
        Days from there to the loss.
    returned_on : Date
        Day of the first return after it, by the as-of date; null where there was none.

    Source
    ------
    ``sql/churn/lost.sql`` over subscriptions, arr_movements, renewals, churn_events,
    health_scores, account_history, accounts; HB ch. 12, CSE p. 50.
    """
    return warehouse.fetch(
        "churn/lost",
        schema=LOST,
        scope=scope,
        filters=filters,
        split_by=_part(by),
        **rules(warehouse.policy.retention(policy), filters, basis=basis, period="month"),
    )


BY_REASON = columns(
    movement=pl.String,
    reason=pl.String,
    control=pl.String,
    losses=pl.Int64,
    accounts=pl.Int64,
    arr_lost=MONEY,
    arr_share=pl.Float64,
)


def by_reason(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """ARR and customers lost by reason; the window is on the day of the loss.

    Grain
    -----
    Movement x reason x control.

    Columns
    -------
    movement : String
        `churn` or `contraction`.
    reason : String
        As in ``lost``, with `no reason given`: that row is what the reasons do not cover.
    control : String
        As in ``lost``.
    losses : Int64
        Rows of ``lost``.
    accounts : Int64
        Customers among them; who left twice counts once.
    arr_lost : Decimal
        ARR lost, reporting currency.
    arr_share : Float64
        Share of all the ARR the movement lost.

    Source
    ------
    ``sql/churn/by_reason.sql`` over subscriptions, arr_movements, renewals, churn_events, accounts.
    """
    return warehouse.fetch(
        "churn/by_reason",
        schema=BY_REASON,
        scope=scope,
        filters=filters,
        **rules(warehouse.policy.retention(policy), filters, basis=basis, period="month"),
    )


BY_PART = columns(
    movement=pl.String,
    part=pl.String,
    label=pl.String,
    losses=pl.Int64,
    accounts=pl.Int64,
    arr_lost=MONEY,
    arr_controllable=MONEY,
    arr_unknown=MONEY,
)


def by_part(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    by: By = "segment",
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """ARR and customers lost by segment, tenure, product, CSM, region or industry.

    The parts add up to the movements, by product too: a loss of several products is shared out by
    what each of them lost that day.

    Grain
    -----
    Movement x part.

    Columns
    -------
    movement : String
        `churn` or `contraction`.
    part : String
        Segment, tenure, product id, CSM's member id, region or industry, on the day before the
        loss; null where unknown.
    label : String
        The same as people read it.
    losses : Int64
        Rows of ``lost`` by the same part.
    accounts : Int64
        Customers among them.
    arr_lost : Decimal
        ARR lost, reporting currency.
    arr_controllable : Decimal
        Of it what could have been prevented.
    arr_unknown : Decimal
        Of it what nobody said that of, or the contrary.

    Source
    ------
    ``sql/churn/by_part.sql`` over subscriptions, arr_movements, renewals, churn_events,
    account_history, accounts.
    """
    return warehouse.fetch(
        "churn/by_part",
        schema=BY_PART,
        scope=scope,
        filters=filters,
        split_by=_part(by),
        **rules(warehouse.policy.retention(policy), filters, basis=basis, period="month"),
    )


BY_QUARTER = columns(
    quarter=pl.Date,
    movement=pl.String,
    control=pl.String,
    losses=pl.Int64,
    accounts=pl.Int64,
    arr_lost=MONEY,
)


def by_quarter(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    basis: Basis = "reported",
) -> pl.DataFrame:
    """ARR and customers lost by the fiscal quarter of the day; the window is on that day.

    Grain
    -----
    Quarter x movement x control; what did not happen is absent.

    Columns
    -------
    quarter : Date
        First day of the fiscal quarter.
    movement : String
        `churn` or `contraction`.
    control : String
        As in ``lost``.
    losses : Int64
        Rows of ``lost``.
    accounts : Int64
        Customers among them.
    arr_lost : Decimal
        ARR lost, reporting currency.

    Source
    ------
    ``sql/churn/by_quarter.sql`` over subscriptions, arr_movements, renewals, churn_events,
    fiscal_periods, accounts.
    """
    return warehouse.fetch(
        "churn/by_quarter",
        schema=BY_QUARTER,
        scope=scope,
        filters=filters,
        **rules(warehouse.policy.retention(policy), filters, basis=basis, period="month"),
    )


FLAGS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    disagreement=pl.String,
    churned_on=pl.Date,
    lifecycle_stage=pl.String,
    arr=MONEY,
    left_on=pl.Date,
    arr_lost=MONEY,
)


def flags(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Accounts whose churn flag disagrees with what they pay on the as-of date.

    The subscriptions are believed: who still pays is a customer on every page.

    Grain
    -----
    One row per account, the largest ARR of each kind first.

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
    disagreement : String
        `flagged, still pays`, or `pays nothing, not flagged` for who once had ARR.
    churned_on : Date
        Day of churn by the account, where it is not after the as-of date.
    lifecycle_stage : String
        Stage on the as-of date; `Churned` is a flag as well.
    arr : Decimal
        ARR on the as-of date, reporting currency.
    left_on : Date
        Last day on which the ARR came to nothing; null where it never did.
    arr_lost : Decimal
        ARR before that day; that of an account in several currencies at the rates of the load.

    Source
    ------
    ``sql/churn/flags.sql`` over subscriptions, arr_movements, account_history, accounts.
    """
    return warehouse.fetch("churn/flags", schema=FLAGS, scope=scope, filters=filters)


def _part(by: By) -> By:
    if by not in PARTS:
        raise ValueError(f"There is no part {by!r}. There are: {', '.join(PARTS)}.")
    return by
