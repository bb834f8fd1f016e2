"""Risks: what stands in the register, the ARR behind it, and how soon it is resolved."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

REGISTER = columns(
    risk_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    category=pl.String,
    source=pl.String,
    severity=pl.String,
    owner_name=pl.String,
    owner_state=pl.String,
    opened_on=pl.Date,
    age_days=pl.Int64,
    escalated_on=pl.Date,
    is_escalated=pl.Boolean,
    arr=MONEY,
    arr_in_category=MONEY,
    arr_in_all=MONEY,
    note=pl.String,
)


def register(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Risks open on the as-of date, with whom they are.

    Grain
    -----
    One row per risk, the largest ARR first.

    Columns
    -------
    risk_id : String
        The company's id for the risk.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager on the as-of date; null where unassigned.
    category : String
        Category; one that the register does not know is `unmapped: ` and its name.
    source : String
        `auto`: opened by a rule; `manual`: by hand.
    severity : String
        Severity in the company's words; null where none was given.
    owner_name : String
        Who acts on it; null where nobody is named or known.
    owner_state : String
        `in the team`, `has left` by the as-of date, `not in the team` where nobody of that id is
        known, or `nobody`.
    opened_on : Date
        Day it was opened.
    age_days : Int64
        Days since.
    escalated_on : Date
        Day it was escalated; null where it was not by the as-of date.
    is_escalated : Boolean
        Whether it was.
    arr : Decimal
        ARR of the account, reporting currency; null where unknown.
    arr_in_category : Decimal
        The same on one of the account's risks of the category (the escalated one, else the oldest)
        and nothing on the others: sums to the category.
    arr_in_all : Decimal
        The same on one of all the account's risks: sums to the register.
    note : String
        What is known.

    Source
    ------
    ``sql/risks/register.sql`` over risks, team_members, accounts, subscriptions; HB fig. 12.5.
    """
    return warehouse.fetch("risks/register", schema=REGISTER, scope=scope, filters=filters)


BY_CATEGORY = columns(
    category=pl.String,
    is_escalated=pl.Boolean,
    risks=pl.Int64,
    accounts=pl.Int64,
    arr=MONEY,
    accounts_in_all=pl.Int64,
    arr_in_all=MONEY,
    without_arr=pl.Int64,
    without_owner=pl.Int64,
    oldest_on=pl.Date,
)


def by_category(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Open risks and the ARR behind them by category.

    Grain
    -----
    Category x escalated or not; what has no risk is absent.

    Columns
    -------
    category : String
        As in ``register``.
    is_escalated : Boolean
        Whether the risks are escalated.
    risks : Int64
        Risks.
    accounts : Int64
        Accounts, each once per category: with its escalated risk where it has one.
    arr : Decimal
        Their ARR, reporting currency.
    accounts_in_all : Int64
        Accounts, each once in all the categories.
    arr_in_all : Decimal
        Their ARR: sums to that of the register.
    without_arr : Int64
        Accounts of ``accounts`` whose ARR is not known.
    without_owner : Int64
        Risks that nobody of today's team owns.
    oldest_on : Date
        Day the oldest of them was opened.

    Source
    ------
    ``sql/risks/by_category.sql`` over risks, team_members, accounts, subscriptions; HB fig. 12.6.
    """
    return warehouse.fetch("risks/by_category", schema=BY_CATEGORY, scope=scope, filters=filters)


BY_MONTH = columns(
    month_on=pl.Date,
    opened=pl.Int64,
    resolved=pl.Int64,
    backlog=pl.Int64,
)


def by_month(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Risks opened and resolved by fiscal month, and how many were open at its end.

    Grain
    -----
    One row per month in which a risk was opened or resolved, from the first one on.

    Columns
    -------
    month_on : Date
        First day of the fiscal month.
    opened : Int64
        Risks opened in it.
    resolved : Int64
        Risks resolved in it.
    backlog : Int64
        Risks open at its end; on the as-of date for the month that holds it.

    Source
    ------
    ``sql/risks/by_month.sql`` over risks, fiscal_periods, accounts; HB fig. 12.7.
    """
    return warehouse.fetch("risks/by_month", schema=BY_MONTH, scope=scope, filters=filters)


OF_MONTHS = columns(
    risk_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    category=pl.String,
    what=pl.String,
    source=pl.String,
    severity=pl.String,
    opened_on=pl.Date,
    resolved_on=pl.Date,
)


def of_months(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Risks behind the months of ``by_month``; the window is that of the months.

    Grain
    -----
    One row per risk and what it did in the window, the oldest first.

    Columns
    -------
    risk_id : String
        The company's id for the risk.
    account_id : String
        The company's id for the account.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    category : String
        As in ``register``.
    what : String
        `opened` or `resolved` in the window, or `open at the end` of it.
    source : String
        `auto` or `manual`.
    severity : String
        Severity in the company's words.
    opened_on : Date
        Day it was opened.
    resolved_on : Date
        Day it was resolved; null where it was not by the as-of date.

    Source
    ------
    ``sql/risks/of_months.sql`` over risks, accounts.
    """
    return warehouse.fetch("risks/of_months", schema=OF_MONTHS, scope=scope, filters=filters)


TIME_TO_RESOLVE = columns(
    category=pl.String,
    risks=pl.Int64,
    resolved=pl.Int64,
    still_open=pl.Int64,
    median_days=pl.Int64,
)


def time_to_resolve(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Days until half of the risks are resolved; the window is on the day of opening.

    Grain
    -----
    One row per category, and one named `All categories`.

    Columns
    -------
    category : String
        As in ``register``.
    risks : Int64
        Risks opened in the window.
    resolved : Int64
        Of them resolved by the as-of date.
    still_open : Int64
        Of them still open: counted as open for as long as they have been (censored).
    median_days : Int64
        Median days by Kaplan and Meier; null where less than half is known to be resolved.

    Source
    ------
    ``sql/risks/time_to_resolve.sql`` over risks, accounts.
    """
    return warehouse.fetch(
        "risks/time_to_resolve", schema=TIME_TO_RESOLVE, scope=scope, filters=filters
    )
