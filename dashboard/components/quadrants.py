"""Outcomes against experience: totals, places, and the list of false greens."""

from typing import Final

import polars as pl

from dashboard.answers import asked, together
from dashboard.charts import quadrants as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.health import Shown
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import quadrants as findings
from dashboard.queries import quadrants as queries
from dashboard.session import load, policy, theme

MOST: Final = 600


def outcomes_and_experience(shown: Shown) -> None:
    """Three exhibits of the two halves of the score."""
    among, good = shown.among, policy().health.overall.amber_below
    totals, largest, false_greens = together(
        asked(queries.totals, among),
        asked(queries.customers, among, most=MOST),
        asked(queries.customers, among, quadrant="false green"),
    )
    placed = largest.filter(pl.col("quadrant") != "not placed")
    if placed.is_empty():
        empty(
            "No customer has both an outcomes and an experience score.",
            "Choose another as-of date, or take away a filter.",
        )
        return
    rule = (
        f"Good is {good:g} or more, the threshold of green. Outcomes is the weighted mean of "
        "deployment, engagement, adoption and ROI; experience that of NPS, support and sentiment."
    )
    exhibit_card(
        Exhibit(
            key="quadrants",
            title=findings.totals(totals, currency=shown.currency),
            definition=(
                f"Customers and ARR by outcomes and experience. {rule} Good experience with poor "
                "outcomes is a false green: satisfied people who get little of what they bought. "
                "A customer without a score, or without one of the halves, is not placed."
            ),
            frame=totals,
            source=Source("quadrants/totals"),
            chart=charts.totals_chart(theme()),
            drawn=charts.totals(totals, currency=shown.currency),
            drill=Drill(
                keys=("quadrant",),
                rows=lambda mark: load(
                    queries.customers, among, quadrant=str(mark["quadrant"])
                ).drop("customers"),
                source=Source("quadrants/customers"),
                amount="arr",
                noun="customer",
                label=lambda mark: charts.NAMES[str(mark["quadrant"])],
            ),
        ),
        among,
    )

    def one(mark: Mark) -> pl.DataFrame:
        """The customer a point stands for."""
        return placed.filter(pl.col("account_id") == mark["account_id"]).drop("customers")

    exhibit_card(
        Exhibit(
            key="places",
            title=findings.places(placed),
            definition=f"Each point is a customer, larger with its ARR. {rule}",
            frame=placed.drop("customers"),
            source=Source("quadrants/customers", {"most": MOST}),
            chart=charts.places_chart(good, theme()),
            drawn=placed.with_columns(name=pl.col("quadrant").replace_strict(charts.NAMES)),
            drill=Drill(
                keys=("account_id",),
                rows=one,
                source=Source("quadrants/customers", {"most": MOST}),
                amount="arr",
                noun="customer",
                label=lambda mark: str(one(mark)["account_name"][0]),
            ),
        ),
        among,
    )
    exhibit_card(
        Exhibit(
            key="false_greens",
            title=findings.false_greens(false_greens, currency=shown.currency),
            definition=f"Every false green, the largest ARR first. {rule}",
            frame=false_greens.drop("customers"),
            source=Source("quadrants/customers", {"quadrant": "false green"}),
        ),
        among,
    )
    everyone = int(largest["customers"][0])
    unplaced = totals.filter(quadrant="not placed")["accounts"].sum()
    left_out(
        (int(unplaced), "customer", "not placed, without a score or one of its halves"),
        (everyone - len(largest), "customer", f"smaller than the {MOST} largest, not drawn"),
    )
