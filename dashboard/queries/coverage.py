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


def _end_of_next_quarter(warehouse: Warehouse, filters: Filters) -> date:
    return warehouse.policy.calendar.periods_from(filters.as_of, "quarter", 2)[-1].end_on
