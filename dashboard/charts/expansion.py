"""Charts of expansion."""

from collections.abc import Mapping
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification
from dashboard.charts.palette import CATEGORIES, INK, Theme
from dashboard.formats import axis_money

ORDER: Final = ("commit", "best case", "pipeline", "omitted", "other")
UNDATED: Final = "no date"


def by_month(pipeline: pl.DataFrame) -> pl.DataFrame:
    """What ``pipeline_by_month`` draws, over the columns of ``queries.expansion``.

    A forecast category that nobody expected is drawn as ``other`` and keeps its name in the table.
    """
    category = pl.col("forecast_category").str.replace_all("_", " ")
    return (
        pipeline.with_columns(
            category=pl.when(category.is_in(ORDER)).then(category).otherwise(pl.lit("other")),
            month_label=pl.col("month").dt.to_string("%b %Y").fill_null(UNDATED),
        )
        .group_by("month", "month_label", "category", maintain_order=True)
        .agg(
            pl.col("amount", "weighted_amount").sum(),
            pl.col("opportunities", "without_amount").sum(),
        )
        .with_columns(
            rank=pl.col("category").replace_strict({name: i for i, name in enumerate(ORDER)}),
            place=pl.col("month").dt.to_string("%Y-%m").fill_null("9999-99"),
        )
    )


def rows_of_bar(opportunities: pl.DataFrame, mark: Mapping[str, object]) -> pl.DataFrame:
    """Rows of ``queries.expansion.OPEN_OPPORTUNITIES`` behind one part of a bar."""
    category = pl.col("forecast_category").str.replace_all("_", " ")
    return opportunities.filter(
        pl.col("month").dt.to_string("%b %Y").fill_null(UNDATED) == mark["month_label"],
        pl.when(category.is_in(ORDER)).then(category).otherwise(pl.lit("other"))
        == mark["category"],
    )


@specification
def pipeline_by_month(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Stacked bars per month of expected close, the surest category at the base."""
    mark = selectable("month_label", "category")
    field = "weighted_amount" if measure == "weighted" else "amount"
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("month_label:N")
            .sort(field="place", op="min", order="ascending")
            .title(None)
            .axis(labelAngle=-45, labelOverlap=False),
            alt.Y(f"{field}:Q")
            .title("Weighted ARR" if measure == "weighted" else "ARR")
            .axis(labelExpr=axis_money(currency), tickCount=5),
            alt.Color("category:N")
            .title(None)
            .scale(domain=list(ORDER), range=[CATEGORIES[theme][name] for name in ORDER])
            .legend(**legend(5)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("month_label:N").title("Expected close"),
                alt.Tooltip("category:N").title("Category"),
                alt.Tooltip("amount:Q").title("ARR").format(",.2f"),
                alt.Tooltip("weighted_amount:Q").title("Weighted").format(",.2f"),
                alt.Tooltip("opportunities:Q").title("Opportunities").format(",d"),
                alt.Tooltip("without_amount:Q").title("Without amount").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=320)
    )
