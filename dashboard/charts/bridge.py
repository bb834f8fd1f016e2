"""Charts of the ARR bridge."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import FAINT, INK, KINDS, Theme
from dashboard.formats import axis_money

STEPS: Final[dict[str, str]] = {
    "opening": "Opening ARR",
    "new": "New",
    "reactivation": "Reactivation",
    "expansion": "Expansion",
    "price": "Price rises",
    "fx": "Exchange rates",
    "contraction": "Contraction",
    "churn": "Churn",
    "closing": "Closing ARR",
}
MOVEMENTS: Final = ("new", "reactivation", "expansion", "contraction", "churn")


def movements_by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``movements_by_month_chart`` draws: month x movement, in the order of the bridge.

    Takes the columns of ``queries.retention.MOVEMENTS_BY_MONTH``.
    """
    ranks = {movement: rank for rank, movement in enumerate(MOVEMENTS)}
    return rows.with_columns(
        month_label=pl.col("month").dt.to_string("%b %Y"),
        rank=pl.col("movement").replace_strict(ranks, return_dtype=pl.Int64),
    ).sort("month", "rank")


@specification
def movements_by_month_chart(currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Stacked bars per month, gains above zero and losses below."""
    mark = selectable("month_label", "movement")
    colours = KINDS[theme]
    order = [colours[0], colours[3], colours[2], colours[6], colours[1]]
    bars = (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("month_label:N")
            .sort(field="month", op="min", order="ascending")
            .title(None)
            .axis(**turned()),
            alt.Y("amount:Q")
            .title("ARR gained and lost")
            .axis(labelExpr=axis_money(currency), tickCount=6),
            alt.Color("movement:N")
            .title(None)
            .scale(domain=list(MOVEMENTS), range=order)
            .legend(**legend(5, 2)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("month_label:N").title("Month"),
                alt.Tooltip("movement:N").title("Movement"),
                alt.Tooltip("amount:Q").title("ARR").format(",.2f"),
                alt.Tooltip("accounts:Q").title("Customers").format(",d"),
            ],
        )
        .add_params(mark)
    )
    zero = (
        alt.Chart()
        .transform_aggregate(rows="count()")
        .transform_calculate(zero="0")
        .mark_rule(color=FAINT[theme])
        .encode(alt.Y("zero:Q"))
    )
    return alt.layer(bars, zero).properties(height=300)
