"""Outcomes against experience: who is well, who is not, and who only looks well."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.accounts import ALL
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

TOTALS = columns(
    quadrant=pl.String,
    accounts=pl.Int64,
    arr=MONEY,
    average_outcomes=pl.Float64,
    average_experience=pl.Float64,
)


def totals(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers and ARR by whether outcomes and experience are good.

    Grain
    -----
    One row per quadrant, and one for customers that are `not placed`.

    Columns
    -------
    quadrant : String
        `both good`, `false green` (good experience, poor outcomes), `poor experience` (good
        outcomes), `both poor`; `not placed` where the score or one of its halves is missing. Good
        is from the threshold of green of the overall score.
    accounts : Int64
        Customers.
    arr : Decimal
        Their ARR, reporting currency.
    average_outcomes : Float64
        Mean outcomes score, each customer counting once, 0 to 100.
    average_experience : Float64
        Mean experience score.

    Source
    ------
    ``sql/quadrants/totals.sql`` over health_scores, accounts, subscriptions; HB fig. 2.3.
    """
    return warehouse.fetch("quadrants/totals", schema=TOTALS, scope=scope, filters=filters)


CUSTOMERS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    quadrant=pl.String,
    outcomes=pl.Float64,
    experience=pl.Float64,
    overall_score=pl.Float64,
    health_band=pl.String,
    arr=MONEY,
    customers=pl.Int64,
)


def customers(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    quadrant: str | None = None,
    most: int = ALL,
) -> pl.DataFrame:
    """Customers behind ``totals``, the largest ARR first.

    Grain
    -----
    One row per customer; of one quadrant where it is named.

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
    quadrant : String
        As in ``totals``.
    outcomes : Float64
        Weighted mean of deployment, engagement, adoption and ROI, 0 to 100; null where none counts.
    experience : Float64
        Weighted mean of NPS, support and sentiment, 0 to 100; null where none counts.
    overall_score : Float64
        Health, 0 to 100; null where not scored.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    arr : Decimal
        ARR, reporting currency; null where none was loaded.
    customers : Int64
        Customers in all, those beyond ``most`` included.

    Source
    ------
    ``sql/quadrants/customers.sql`` over health_scores, accounts, subscriptions; HB fig. 2.3.
    """
    return warehouse.fetch(
        "quadrants/customers",
        schema=CUSTOMERS,
        scope=scope,
        filters=filters,
        quadrant=quadrant,
        most=most,
    )
