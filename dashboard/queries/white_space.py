"""White space: what customers could buy and do not own yet, net of what is being sold to them."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.accounts import ALL
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BY_PRODUCT = columns(
    segment=pl.String,
    product_id=pl.String,
    product_name=pl.String,
    customers=pl.Int64,
    owners=pl.Int64,
    estimated=pl.Int64,
    not_estimated=pl.Int64,
    owned_already=pl.Int64,
    without_potential=pl.Int64,
    candidates=pl.Int64,
    potential_arr=MONEY,
    in_pipeline=MONEY,
    net_potential=MONEY,
    expected_value=MONEY,
)


def by_product(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Potential ARR of products that customers do not own, net of open pipeline.

    Owned is a product with a live line with ARR on the as-of date. With a window only pipeline
    expected to close in it is taken off.

    Grain
    -----
    Segment x product, also of products that nobody lacks.

    Columns
    -------
    segment : String
        Customer segment.
    product_id : String
        The company's id.
    product_name : String
        Name; null where the list of products lacks it.
    customers : Int64
        Customers of the segment.
    owners : Int64
        Those that own the product.
    estimated : Int64
        Those that do not own it and have an estimate.
    not_estimated : Int64
        Those that do not own it and have none.
    owned_already : Int64
        Estimates of customers that own it, which count nowhere else.
    without_potential : Int64
        Of the estimated: those without a usable potential: none, below zero or without a rate.
    candidates : Int64
        Of the estimated: those with potential left.
    potential_arr : Decimal
        What the estimated could bring, reporting currency.
    in_pipeline : Decimal
        What open opportunities for the same customer and product ask for already, each at most
        its potential.
    net_potential : Decimal
        Potential less that.
    expected_value : Decimal
        Net potential x propensity; nothing without a propensity.

    Source
    ------
    ``sql/white_space/by_product.sql`` over product_fit, products, subscriptions, opportunities.
    """
    return warehouse.fetch(
        "white_space/by_product", schema=BY_PRODUCT, scope=scope, filters=filters
    )


CANDIDATES = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    product_id=pl.String,
    product_name=pl.String,
    propensity=pl.Float64,
    potential_arr=MONEY,
    in_pipeline=MONEY,
    net_potential=MONEY,
    expected_value=MONEY,
    quadrant=pl.String,
    pairs=pl.Int64,
)


def candidates(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, most: int = ALL
) -> pl.DataFrame:
    """Customers and products they do not own, the highest expected value first.

    Grain
    -----
    One row per customer and product with an estimate, at most ``most``.

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
    product_id : String
        The company's id for the product.
    product_name : String
        Name of the product.
    propensity : Float64
        Likelihood to buy, 0 to 1; null where not estimated.
    potential_arr : Decimal
        ARR it could bring, reporting currency; null where it has no usable one.
    in_pipeline : Decimal
        What open opportunities ask for already, at most the potential.
    net_potential : Decimal
        Potential less that.
    expected_value : Decimal
        Net potential x propensity.
    quadrant : String
        As in ``quadrants``.
    pairs : Int64
        Customers and products in all, those beyond ``most`` included.

    Source
    ------
    ``sql/white_space/candidates.sql`` over product_fit, products, subscriptions, opportunities.
    """
    return warehouse.fetch(
        "white_space/candidates", schema=CANDIDATES, scope=scope, filters=filters, most=most
    )


QUADRANTS = columns(
    quadrant=pl.String,
    pairs=pl.Int64,
    accounts=pl.Int64,
    potential_arr=MONEY,
    in_pipeline=MONEY,
    net_potential=MONEY,
    expected_value=MONEY,
    middle_propensity=pl.Float64,
    middle_potential=pl.Float64,
)


def quadrants(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """What customers do not own yet, by propensity and net potential.

    Grain
    -----
    One row per quadrant that holds something.

    Columns
    -------
    quadrant : String
        `likely and large`, `likely and small`, `unlikely and large`, `unlikely and small`: from
        the middles upwards is likely and large. `no propensity`: potential and no propensity.
        `nothing left`: open pipeline asks for all of it. `no potential`: no usable potential.
    pairs : Int64
        Customers and products.
    accounts : Int64
        Customers among them.
    potential_arr : Decimal
        ARR they could bring, reporting currency.
    in_pipeline : Decimal
        What open opportunities ask for already.
    net_potential : Decimal
        Potential less that.
    expected_value : Decimal
        Net potential x propensity.
    middle_propensity : Float64
        Median propensity of those with propensity and net potential.
    middle_potential : Float64
        Their median net potential, reporting currency.

    Source
    ------
    ``sql/white_space/quadrants.sql`` over product_fit, subscriptions, opportunities.
    """
    return warehouse.fetch("white_space/quadrants", schema=QUADRANTS, scope=scope, filters=filters)


OPEN_PIPELINE = columns(
    place=pl.String,
    opportunities=pl.Int64,
    amount=MONEY,
    without_amount=pl.Int64,
)


def open_pipeline(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Open opportunities by whether they are taken off a potential; together the open pipeline.

    Grain
    -----
    One row per place that holds one.

    Columns
    -------
    place : String
        `taken off`: customer and product have an estimate and the product is not owned.
        `product owned`: more of what the customer has. `not estimated`: no estimate for the
        product. `without product`, `without account`, `no customer`: cannot be taken off anything.
    opportunities : Int64
        Open opportunities.
    amount : Decimal
        ARR they would add, reporting currency; more than a potential is in here whole.
    without_amount : Int64
        Opportunities without an amount, which take nothing off.

    Source
    ------
    ``sql/white_space/open_pipeline.sql`` over opportunities, product_fit, subscriptions.
    """
    return warehouse.fetch(
        "white_space/open_pipeline", schema=OPEN_PIPELINE, scope=scope, filters=filters
    )
