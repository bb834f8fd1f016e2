"""Renewals: what falls due, when, and what became of it."""

from typing import Literal, get_args

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.periods import rules
from dashboard.queries.types import MONEY, columns
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.base import Warehouse

RatePeriod = Literal["month", "quarter", "year"]

DUE_BY_QUARTER = columns(
    due_quarter=pl.Date,
    segment=pl.String,
    health_band=pl.String,
    renewals=pl.Int64,
    arr_due=MONEY,
    renewed=pl.Int64,
    arr_renewed=MONEY,
    arr_renewed_capped=MONEY,
    churned=pl.Int64,
    open=pl.Int64,
    arr_open=MONEY,
)


def due_by_quarter(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals by fiscal quarter of their due date; the window is on the due date.

    Grain
    -----
    Quarter x segment x health band; combinations without a renewal are absent.

    Columns
    -------
    due_quarter : Date
        First day of the fiscal quarter.
    segment : String
        Customer segment on the as-of date.
    health_band : String
        `red`, `amber`, `green`; null where not scored. Of the as-of date while open, of the
        week before closing once closed.
    renewals : Int64
        Number of renewals.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    renewed : Int64
        Renewals won by the as-of date.
    arr_renewed : Decimal
        ARR that replaced what was due.
    arr_renewed_capped : Decimal
        The same, at most what was due, renewal by renewal.
    churned : Int64
        Renewals lost by the as-of date.
    open : Int64
        Renewals not closed on the as-of date, overdue ones included.
    arr_open : Decimal
        ARR due of the open ones.

    Source
    ------
    ``sql/renewals/due_by_quarter.sql`` over renewals, accounts; HB table 13.1, fig. 13.6.
    """
    return warehouse.fetch(
        "renewals/due_by_quarter", schema=DUE_BY_QUARTER, scope=scope, filters=filters
    )


DUE = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    due_on=pl.Date,
    due_quarter=pl.Date,
    status=pl.String,
    closed_on=pl.Date,
    health_band=pl.String,
    overall_score=pl.Float64,
    forecast_category=pl.String,
    renewal_likelihood=pl.String,
    arr_due=MONEY,
    arr_renewed=MONEY,
    arr_renewed_capped=MONEY,
)


def due(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals behind ``due_by_quarter``, the soonest first.

    Grain
    -----
    One row per renewal.

    Columns
    -------
    renewal_id : String
        The company's id.
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
    due_on : Date
        Day the term ends.
    due_quarter : Date
        First day of its fiscal quarter.
    status : String
        `open`, `renewed` or `churned` on the as-of date.
    closed_on : Date
        Day of the outcome; null while open.
    health_band : String
        As in ``due_by_quarter``.
    overall_score : Float64
        Health on the as-of date, 0 to 100; null where not scored.
    forecast_category : String
        CSM's call.
    renewal_likelihood : String
        The customer's own answer.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    arr_renewed : Decimal
        What replaced it; null unless renewed.
    arr_renewed_capped : Decimal
        The same, at most what was due.

    Source
    ------
    ``sql/renewals/due.sql`` over renewals, accounts.
    """
    return warehouse.fetch("renewals/due", schema=DUE, scope=scope, filters=filters)


OVERDUE = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr_due=MONEY,
    due_on=pl.Date,
    days_overdue=pl.Int64,
    health_band=pl.String,
    forecast_category=pl.String,
    renewal_likelihood=pl.String,
)


def overdue(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Renewals past their due date and still open on the as-of date, the oldest first.

    Grain
    -----
    One row per renewal; one due on the as-of date itself is not overdue yet.

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
    csm_name : String
        Customer success manager; null where unassigned.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    due_on : Date
        Day the term ended.
    days_overdue : Int64
        Days since.
    health_band : String
        `red`, `amber`, `green` on the as-of date; null where not scored.
    forecast_category : String
        CSM's call.
    renewal_likelihood : String
        The customer's own answer.

    Source
    ------
    ``sql/renewals/overdue.sql`` over renewals, accounts.
    """
    return warehouse.fetch("renewals/overdue", schema=OVERDUE, scope=scope, filters=filters)


RATES_BY_QUARTER = columns(
    due_quarter=pl.Date,
    renewals=pl.Int64,
    arr_due=MONEY,
    decided=pl.Int64,
    gross_renewal_rate=pl.Float64,
    net_renewal_rate=pl.Float64,
    logo_renewal_rate=pl.Float64,
)


def rates_by_quarter(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    period: RatePeriod = "quarter",
) -> pl.DataFrame:
    """Renewal rates under a retention policy; the window is on the day a renewal counts on.

    Grain
    -----
    One row per fiscal quarter, or month or year, of the due date; of the day it closed for an early
    one where the policy says so.

    Columns
    -------
    due_quarter : Date
        First day of the fiscal period.
    renewals : Int64
        Renewals that the policy covers, decided or not.
    arr_due : Decimal
        Their ARR before the renewal, reporting currency.
    decided : Int64
        Those that the rates are of: won or lost by the rules of the policy, with a known amount.
    gross_renewal_rate : Float64
        ARR renewed, each renewal capped at what was due, by ARR due of the decided; or one less
        what they lost of the whole book's ARR on the first day. Null where nothing is decided.
    net_renewal_rate : Float64
        The same without the cap.
    logo_renewal_rate : Float64
        Share of the decided that was renewed; or one less the accounts that lost a renewal and
        renewed none, by the customers of the first day.

    Source
    ------
    ``sql/renewals/rates_by_quarter.sql`` over renewals, subscriptions, accounts; HB ch. 13.
    """
    return warehouse.fetch(
        "renewals/rates_by_quarter",
        schema=RATES_BY_QUARTER,
        scope=scope,
        filters=filters,
        **_rate_rules(warehouse, filters, policy, period),
    )


RATED = columns(
    renewal_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    due_on=pl.Date,
    counted_in=pl.Date,
    closed_on=pl.Date,
    arr_due=MONEY,
    arr_renewed=MONEY,
    counted_arr_due=MONEY,
    counted_arr_renewed=MONEY,
    counted_arr_capped=MONEY,
    outcome=pl.String,
    is_decided=pl.Boolean,
)


def rated(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    period: RatePeriod = "quarter",
) -> pl.DataFrame:
    """Renewals behind ``rates_by_quarter`` and what the policy made of each, the soonest first.

    Grain
    -----
    One row per renewal; under a policy that counts anniversaries also one per account and day.

    Columns
    -------
    renewal_id : String
        The company's id; null for an anniversary, which has none.
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
    due_on : Date
        Day the term ends.
    counted_in : Date
        First day of the fiscal period that the renewal counts in.
    closed_on : Date
        Day of the outcome; null while open.
    arr_due : Decimal
        ARR before the renewal, reporting currency.
    arr_renewed : Decimal
        What replaced it; null unless renewed.
    counted_arr_due : Decimal
        The part of ``arr_due`` that the rates are of; null where nothing is decided.
    counted_arr_renewed : Decimal
        What they count as renewed of it: nothing of a renewal that counts as churn.
    counted_arr_capped : Decimal
        The same, at most what was due.
    outcome : String
        `renewed`, `churned`, `open`; `late, within grace` is in no rate, `late, churn` and a
        `windfall`, signed after it had become churn, count as lost; `month to month` and `amount
        unknown` are left out; an `anniversary` counts as renewed.
    is_decided : Boolean
        Whether it is in the rates.

    Source
    ------
    ``sql/renewals/rated.sql`` over renewals, subscriptions, accounts.
    """
    return warehouse.fetch(
        "renewals/rated",
        schema=RATED,
        scope=scope,
        filters=filters,
        **_rate_rules(warehouse, filters, policy, period),
    )


def _rate_rules(
    warehouse: Warehouse, filters: Filters, policy: RetentionPolicy | str | None, period: RatePeriod
) -> dict[str, object]:
    """What the rates are bound with; a customer is an account here, whatever the policy's level."""
    if period not in (known := get_args(RatePeriod)):
        raise ValueError(f"Renewals have no period {period!r}. There are: {', '.join(known)}.")
    chosen = rules(warehouse.policy.retention(policy), filters, period=period)
    return chosen | {"level": "account", "logo_level": "account"}
