"""What the white space says."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def by_product(rows: pl.DataFrame, *, currency: str) -> str:
    """Where most is left; over the columns of ``queries.white_space.BY_PRODUCT``."""
    products = (
        rows.group_by(pl.coalesce("product_name", "product_id").alias("product"))
        .agg(pl.col("net_potential", "candidates").sum())
        .sort("net_potential", "product", descending=[True, False])
    )
    whole = products["net_potential"].sum()
    if not whole:
        return "No potential is left that open pipeline does not ask for already"
    first = products.row(0, named=True)
    share = float(first["net_potential"]) / float(whole)
    return (
        f"{Unit.MONEY.text(whole, currency=currency)} of potential is in no pipeline yet; "
        f"{first['product']} is {Unit.SHARE.text(share)} of it"
    )


def quadrants(rows: pl.DataFrame, *, currency: str) -> str:
    """How much of the expected value is likely and large; over ``QUADRANTS``."""
    placed = rows.filter(pl.col("quadrant").str.contains("likely"))
    expected = placed["expected_value"].sum()
    if not expected:
        return "No customer has both a propensity and potential left"
    best = placed.filter(quadrant="likely and large")
    value, pairs = best["expected_value"].sum(), int(best["pairs"].sum())
    return (
        f"{count_of(pairs, 'pair')} of customer and product "
        f"{'is' if pairs == 1 else 'are'} likely and large: "
        f"{Unit.MONEY.text(value, currency=currency)} of "
        f"{Unit.MONEY.text(expected, currency=currency)} expected"
    )


def placed(rows: pl.DataFrame, total: int) -> str:
    """How many are drawn; ``total`` counts those beyond the list too."""
    drawn = count_of(len(rows), "pair")
    if len(rows) == total:
        return f"{drawn} of customer and product by propensity and net potential"
    return f"The {drawn} of the highest expected value, of {total:,}"


def best(rows: pl.DataFrame, *, currency: str) -> str:
    """The most promising first; over the columns of ``queries.white_space.CANDIDATES``."""
    valued = rows.filter(pl.col("expected_value") > 0)
    if valued.is_empty():
        return "No customer has both a propensity and potential left"
    first = valued.row(0, named=True)
    product = first["product_name"] or first["product_id"]
    return (
        f"{first['account_name']} with {product} promises most: "
        f"{Unit.SHARE.text(first['propensity'])} of "
        f"{Unit.MONEY.text(first['net_potential'], currency=currency)}"
    )


def open_pipeline(rows: pl.DataFrame, *, currency: str) -> str:
    """How much of the open pipeline is taken off a potential; over ``OPEN_PIPELINE``."""
    number = int(rows["opportunities"].sum())
    if not number:
        return "No opportunity is open"
    taken = rows.filter(place="taken off")
    return (
        f"{int(taken['opportunities'].sum())} of {number} open opportunities, "
        f"{Unit.MONEY.text(total(taken['amount']), currency=currency)} of "
        f"{Unit.MONEY.text(total(rows['amount']), currency=currency)}, "
        f"{'is' if int(taken['opportunities'].sum()) == 1 else 'are'} for products not owned"
    )
