"""White space on a page: what customers could buy, and the best of it by propensity."""

import polars as pl

from dashboard.answers import asked, together
from dashboard.charts import white_space as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import white_space as findings
from dashboard.formats import Unit, money
from dashboard.metrics import total
from dashboard.metrics import white_space as metrics
from dashboard.queries import white_space as queries
from dashboard.session import load, policy, theme

MOST = 400
"""Customers and products drawn; the table has them all."""
OWNED = (
    "Owned is a product with a live line with ARR on the as-of date; a trial is not owned. "
    "Estimates have no date and are those of the last load."
)


def white_space(among: Filters) -> None:
    """Potential by product and segment, net of what is being sold already."""
    currency = policy().reporting_currency
    rows, pipeline = together(asked(queries.by_product, among), asked(queries.open_pipeline, among))
    if not rows["estimated"].sum():
        empty(
            "No product that a customer lacks has an estimate.",
            "Load the table product_fit, take away a filter, or choose another as-of date.",
        )
        return
    with kpi_row():
        for metric in (
            metrics.net_potential,
            metrics.potential,
            metrics.in_pipeline,
            metrics.candidates,
            metrics.owned_share,
        ):
            kpi(metric, rows)
    kpi_note(f"Products not owned on {among.as_of:%-d %b %Y}. {OWNED}")
    segments = charts.segments_of(rows)
    drawn = charts.by_product(rows, segments)

    def behind_bar(mark: Mark) -> pl.DataFrame:
        """Customers with potential left in one product and part of the bar."""
        bar = drawn.filter(product=mark["product"]).row(0, named=True)
        return (
            load(queries.candidates, among)
            .filter(
                pl.col("product_id") == bar["product_id"],
                charts.part(segments) == mark["part"],
                pl.col("net_potential") > 0,
            )
            .drop("pairs")
        )

    if not drawn.is_empty():
        exhibit_card(
            Exhibit(
                key="white_space",
                title=findings.by_product(rows, currency=currency),
                definition=(
                    "Potential ARR of products that customers do not own, less what open "
                    "opportunities for the same customer and product ask for, never below zero. "
                    + OWNED
                ),
                frame=rows,
                source=Source("white_space/by_product"),
                chart=charts.by_product_chart(segments, currency, theme()),
                drawn=drawn,
                drill=Drill(
                    keys=("product", "part"),
                    rows=behind_bar,
                    source=Source("white_space/candidates"),
                    amount="net_potential",
                    noun="customer",
                ),
            ),
            among,
        )
    exhibit_card(
        Exhibit(
            key="white_space_pipeline",
            title=findings.open_pipeline(pipeline, currency=currency),
            definition=(
                "All open opportunities by whether they are taken off a potential. Taken off: the "
                "customer does not own the product and it has an estimate; what is asked for "
                "beyond the potential is in the amount here and takes nothing more off. Without a "
                "product or an account an opportunity cannot be placed and takes nothing off."
            ),
            frame=pipeline,
            source=Source("white_space/open_pipeline"),
        ),
        among,
    )
    unplaced = pipeline.filter(pl.col("place").is_in(["without product", "without account"]))
    left_out(
        (
            int(pipeline.filter(place="without product")["opportunities"].sum()),
            "opportunity",
            "open without a product",
        ),
        (
            int(pipeline.filter(place="without account")["opportunities"].sum()),
            "opportunity",
            f"open without an account (both together {_amount(unplaced)}, taken off nothing)",
        ),
        (
            int(pipeline.filter(place="taken off")["without_amount"].sum()),
            "opportunity",
            "without an amount, which takes nothing off",
        ),
        (int(rows["owned_already"].sum()), "estimate", "for a product owned already"),
        (int(rows["owners"].sum()), "pair", "of customer and product owned, so no white space"),
        (int(rows["not_estimated"].sum()), "pair", "not owned and without an estimate"),
        (int(rows["without_potential"].sum()), "estimate", "without a usable potential"),
        (
            rows.filter(pl.col("net_potential") > 0)["product_id"].n_unique()
            - drawn["product_id"].n_unique(),
            "product",
            "in the table and not drawn",
        ),
    )


def _amount(pipeline: pl.DataFrame) -> str:
    return Unit.MONEY.text(total(pipeline["amount"]), currency=policy().reporting_currency)


def propensity(among: Filters) -> None:
    """Customers and products by propensity and net potential."""
    currency = policy().reporting_currency
    fields, best = together(asked(queries.quadrants, among), asked(queries.candidates, among))
    total = int(fields["pairs"].sum())
    if not total:
        empty(
            "No product that a customer lacks has an estimate.",
            "Load the table product_fit, take away a filter, or choose another as-of date.",
        )
        return
    with kpi_row():
        for metric in (
            metrics.expected_value,
            metrics.likely_and_large,
            metrics.net_potential,
            metrics.without_propensity,
        ):
            kpi(metric, fields)
    middles = fields.row(0, named=True)
    kpi_note(_middles(middles, currency))
    every = charts.placed(best)
    placed = every.head(MOST)

    exhibit_card(
        Exhibit(
            key="quadrants",
            title=findings.quadrants(fields, currency=currency),
            definition=(
                "Pairs of customer and product not owned, by propensity and net potential. The "
                "middles are the medians of the pairs that have both; at the middle counts as "
                "likely and as large. Expected value is propensity x net potential."
            ),
            frame=fields,
            source=Source("white_space/quadrants"),
            chart=charts.quadrants_chart(theme()),
            drawn=charts.quadrants(fields, currency=currency),
            drill=Drill(
                keys=("quadrant",),
                rows=lambda mark: best.filter(quadrant=mark["quadrant"]).drop("pairs"),
                source=Source("white_space/candidates"),
                amount="net_potential",
                noun="pair",
            ),
        ),
        among,
    )
    if not placed.is_empty():
        exhibit_card(
            Exhibit(
                key="placed",
                title=findings.placed(placed, len(every)),
                definition=(
                    "A dot per customer and product not owned: propensity against net potential "
                    "on a logarithmic scale; the dashed lines are the middles. Drawn are those of "
                    "the highest expected value."
                ),
                frame=every.drop("product", "pairs"),
                source=Source("white_space/candidates"),
                chart=charts.placed_chart(
                    middles["middle_propensity"], middles["middle_potential"], currency, theme()
                ),
                drawn=placed,
                drill=Drill(
                    keys=("account_id", "product_id"),
                    rows=lambda mark: placed.filter(
                        pl.col("account_id") == mark["account_id"],
                        pl.col("product_id") == mark["product_id"],
                    ).drop("product", "pairs"),
                    source=Source("white_space/candidates"),
                    amount="net_potential",
                    noun="pair",
                    label=lambda mark: charts.name_of(placed, mark),
                ),
            ),
            among,
        )
    exhibit_card(
        Exhibit(
            key="best",
            title=findings.best(best, currency=currency),
            definition=(
                "Pairs of customer and product not owned, the highest expected value first: "
                "propensity x net potential."
            ),
            frame=best.drop("pairs"),
            source=Source("white_space/candidates"),
        ),
        among,
    )
    counted = dict(fields.select("quadrant", "pairs").iter_rows())
    left_out(
        (counted.get("no propensity", 0), "pair", "with potential and no propensity"),
        (counted.get("nothing left", 0), "pair", "whose whole potential is in open pipeline"),
        (counted.get("no potential", 0), "pair", "without a usable potential"),
        (len(every) - len(placed), "pair", "in the tables and not drawn"),
    )


def _middles(middles: dict[str, object], currency: str) -> str:
    likely, large = middles["middle_propensity"], middles["middle_potential"]
    if not isinstance(likely, float) or not isinstance(large, float):
        return "No pair has both a propensity and potential left."
    return (
        f"Likely is a propensity of {likely:.1%} or more, large a net potential of "
        f"{money(large, currency=currency)} or more: the medians of what is placed. {OWNED}"
    )
