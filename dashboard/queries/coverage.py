"""Coverage: who looks after which customers."""

from datetime import date

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BY_CSM = columns(
    member_id=pl.String,
    name=pl.String,
    segment=pl.String,
    accounts=pl.Int64,
    arr=MONEY,
    onboarding=pl.Int64,
    adoption=pl.Int64,
    renewal=pl.Int64,
    expansion=pl.Int64,
    other_stage=pl.Int64,
    red=pl.Int64,
    amber=pl.Int64,
    green=pl.Int64,
    not_scored=pl.Int64,
    arr_red=MONEY,
    renewals_due=pl.Int64,
    arr_due=MONEY,
    ramped_on=pl.Date,
    left_on=pl.Date,
)


def by_csm(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, due_until: date | None = None
) -> pl.DataFrame:
    """Books of customers to hold against the coverage bands; a null CSM holds the unassigned.

    Grain
    -----
    CSM x segment of the accounts; a CSM without customers stands in the segment of her
    focus.

    Columns
    -------
    member_id : String
        Customer success manager; null for unassigned customers.
    name : String
        The manager's name.
    segment : String
        Segment of the accounts.
    accounts : Int64
        Customers held.
    arr : Decimal
        Their ARR, reporting currency.
    onboarding : Int64
        Customers in this stage.
    adoption : Int64
        Customers in this stage.
    renewal : Int64
        Customers in this stage.
    expansion : Int64
        Customers in this stage.
    other_stage : Int64
        Customers in any other stage.
    red : Int64
        Customers in this band.
    amber : Int64
        Customers in this band.
    green : Int64
        Customers in this band.
    not_scored : Int64
        Customers without a score.
    arr_red : Decimal
        ARR of the red ones.
    renewals_due : Int64
        Open renewals due before ``due_until``, overdue ones included.
    arr_due : Decimal
        Their ARR.
    ramped_on : Date
        Day from which a full book is expected of the manager; null where unknown.
    left_on : Date
        First day the manager is no longer employed; may be past, then nobody has the book.

    Source
    ------
    ``sql/coverage/by_csm.sql`` over accounts, subscriptions, health_scores, renewals,
    team_members; HB fig. 13.2 to 13.4, 13.11.
    """
    return warehouse.fetch(
        "coverage/by_csm",
        schema=BY_CSM,
        scope=scope,
        filters=filters,
        due_until=due_until or _end_of_next_quarter(warehouse, filters),
    )


ACCOUNTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_id=pl.String,
    csm_name=pl.String,
    holder=pl.String,
    is_customer=pl.Boolean,
    lifecycle_stage=pl.String,
    health_band=pl.String,
    arr=MONEY,
    renewals_due=pl.Int64,
    arr_due=MONEY,
    next_renewal_on=pl.Date,
)


def accounts(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, due_until: date | None = None
) -> pl.DataFrame:
    """Every account with what it weighs in its CSM's book, the largest first.

    Grain
    -----
    One row per account, customers and others: an account that is no customer weighs nothing.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Segment on the as-of date.
    region : String
        Sales region.
    csm_id : String
        CSM on the as-of date; null where none is named.
    csm_name : String
        Name of the CSM.
    holder : String
        `held`; `nobody`: no CSM is named; `left`: the CSM has left by the as-of date; `unknown`:
        the list of people does not have the CSM.
    is_customer : Boolean
        Whether it is a customer on the as-of date.
    lifecycle_stage : String
        Stage of the journey.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    arr : Decimal
        ARR on the as-of date, reporting currency; null where none was loaded.
    renewals_due : Int64
        Open renewals of a customer due before ``due_until``, overdue ones included.
    arr_due : Decimal
        Their ARR.
    next_renewal_on : Date
        Day the first of them is due.

    Source
    ------
    ``sql/coverage/accounts.sql`` over accounts, subscriptions, health_scores, renewals,
    team_members.
    """
    return warehouse.fetch(
        "coverage/accounts",
        schema=ACCOUNTS,
        scope=scope,
        filters=filters,
        due_until=due_until or _end_of_next_quarter(warehouse, filters),
    )


UNASSIGNED = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    holder=pl.String,
    lifecycle_stage=pl.String,
    health_band=pl.String,
    arr=MONEY,
    renewals_due=pl.Int64,
    arr_due=MONEY,
    next_renewal_on=pl.Date,
)


def unassigned(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, due_until: date | None = None
) -> pl.DataFrame:
    """Customers that nobody looks after on the as-of date, the largest first.

    Grain
    -----
    One row per customer without a CSM, or whose CSM has left or is not in the list of people.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Segment on the as-of date.
    region : String
        Sales region.
    csm_name : String
        Who is still named; null where nobody is.
    holder : String
        `nobody`, `left` or `unknown`, as in ``accounts``.
    lifecycle_stage : String
        Stage of the journey.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    arr : Decimal
        ARR, reporting currency; null where none was loaded.
    renewals_due : Int64
        Open renewals due before ``due_until``, overdue ones included.
    arr_due : Decimal
        Their ARR.
    next_renewal_on : Date
        Day the first of them is due.

    Source
    ------
    ``sql/coverage/unassigned.sql`` over accounts, subscriptions, health_scores, renewals,
    team_members.
    """
    return warehouse.fetch(
        "coverage/unassigned",
        schema=UNASSIGNED,
        scope=scope,
        filters=filters,
        due_until=due_until or _end_of_next_quarter(warehouse, filters),
    )


def _end_of_next_quarter(warehouse: Warehouse, filters: Filters) -> date:
    return warehouse.policy.calendar.periods_from(filters.as_of, "quarter", 2)[-1].end_on
