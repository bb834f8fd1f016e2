"""Charts of the triggers."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification
from dashboard.charts.palette import HEALTH, INK, KINDS, Theme
from dashboard.charts.risks import names, place
from dashboard.formats import axis_money

AT_RISK: Final = "at risk"
WELL: Final = "well"
NOT_JUDGED: Final = "not judged"
FINDINGS: Final = (AT_RISK, WELL, NOT_JUDGED)


def findings(judged: pl.DataFrame, fired: pl.DataFrame) -> pl.DataFrame:
    """What ``findings_chart`` draws: category x finding with its customers and ARR.

    Takes the columns of ``queries.triggers.JUDGED`` and ``FIRED``; who is judged and not at risk is
    well.
    """
    parts = ("customers", "arr")
    at_risk = fired.group_by("category").agg(
        customers=pl.len().cast(pl.Int64), arr=pl.col("arr").sum()
    )
    apart = judged.filter(pl.col("not_judged").is_not_null())
    not_judged = apart.group_by("category").agg(pl.col(parts).sum())
    can = judged.filter(pl.col("not_judged").is_null()).select("category", *parts)
    well = can.join(at_risk, on="category", how="left").select(
        "category",
        customers=pl.col("customers") - pl.col("customers_right").fill_null(0),
        arr=pl.col("arr").fill_null(0) - pl.col("arr_right").fill_null(0),
    )
    return (
        pl.concat(
            [
                rows.select("category", *parts)
                .cast({"arr": pl.Decimal(38, 2), "customers": pl.Int64})
                .with_columns(finding=pl.lit(name), rank=pl.lit(rank))
                for rank, (name, rows) in enumerate(
                    zip(FINDINGS, (at_risk, well, not_judged), strict=True)
                )
            ]
        )
        .filter(pl.col("customers") > 0)
        .with_columns(place=place())
        .sort("place", "rank")
    )


@specification
def findings_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars per category: customers, or their ARR, at risk from zero, well, and not judged."""
    mark = selectable("category", "finding")
    length = (
        alt.X("arr:Q")
        .title("ARR of the customers")
        .axis(labelExpr=axis_money(currency), tickCount=5)
        if measure == "ARR"
        else alt.X("customers:Q").title("Customers").axis(format="~s", tickCount=5, tickMinStep=1)
    )
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4, size=18)
        .encode(
            length,
            names("category", "place"),
            alt.Color("finding:N")
            .title(None)
            .scale(
                domain=list(FINDINGS),
                range=[KINDS[theme][1], HEALTH[theme]["green"], HEALTH[theme]["not scored"]],
            )
            .legend(
                labelExpr=(
                    f"({{'{AT_RISK}': '✕ at risk', '{WELL}': '✓ well', "
                    f"'{NOT_JUDGED}': '? not judged'}})[datum.label]"
                ),
                **legend(3, 1),
            ),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("category:N").title("Trigger"),
                alt.Tooltip("finding:N").title("Finding"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(28))
    )
