"""Charts of pipeline created: by the month it was opened in, and what became of it."""

from typing import Final, Literal

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification
from dashboard.charts.palette import ACCENT, FAINT, INK, KINDS, Theme
from dashboard.formats import axis_money

By = Literal["outcome", "kind", "stage"]
BYS: Final[tuple[By, ...]] = ("outcome", "kind", "stage")
OUTCOMES: Final = ("won", "open", "lost", "unknown")
NO_STAGE: Final = "stage not kept"
OTHER: Final = "other"
MOST_PARTS: Final = 7
WORDS: Final = {"cross_sell": "cross-sell", "unknown": "outcome unknown"}
"""Codes that do not read by themselves."""
OUTCOME_COLOURS: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#2F5D9B", "#B9CBE4", "#6B7280", "#755D1E"),
    "dark": ("#8AB4F8", "#3B5F94", "#AAB2BF", "#8A7430"),
}
"""Won, open, lost and unknown: not the colours of health."""


def part(by: str, parts: tuple[str, ...] = ()) -> pl.Expr:
    """The part of a bar that an opportunity stands in, in words."""
    words = pl.col(by).fill_null(NO_STAGE).replace(WORDS)
    if not parts:
        return words
    return pl.when(words.is_in(list(parts))).then(words).otherwise(pl.lit(OTHER))


def parts_of(rows: pl.DataFrame, by: By) -> tuple[str, ...]:
    """Parts in the order they are stacked; with more than seven the smallest stand together."""
    if by == "outcome":
        present = set(rows["outcome"])
        return tuple(WORDS.get(each, each) for each in OUTCOMES if each in present)
    order = (
        rows.group_by(part(by).alias("part"))
        .agg(pl.col("opportunities").sum())
        .sort("opportunities", "part", descending=[True, False])["part"]
        .to_list()
    )
    return tuple(order) if len(order) <= MOST_PARTS else (*order[: MOST_PARTS - 1], OTHER)


def by_month(rows: pl.DataFrame, by: By) -> pl.DataFrame:
    """What ``by_month_chart`` draws, over ``queries.pipeline.CREATED_BY_MONTH``."""
    parts = parts_of(rows, by)
    ranks = {name: rank for rank, name in enumerate(parts)}
    return (
        rows.with_columns(part=part(by, parts), month_label=pl.col("month").dt.to_string("%b %Y"))
        .group_by("month", "month_label", "part")
        .agg(pl.col("amount", "opportunities", "without_amount").sum())
        .with_columns(rank=pl.col("part").replace_strict(ranks, default=len(parts)))
        .sort("month", "rank")
    )


@specification
def by_month_chart(
    measure: str, parts: tuple[str, ...], by: By, currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """Stacked bars per month of opening."""
    mark = selectable("month_label", "part")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("month_label:N")
            .sort(field="month", op="min", order="ascending")
            .title(None)
            .axis(labelAngle=-45, labelOverlap=False),
            _measured(alt.Y, measure, currency),
            alt.Color("part:N")
            .title(None)
            .scale(domain=list(parts), range=_colours(parts, by, theme))
            .legend(**legend(4)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[alt.Tooltip("month_label:N").title("Opened in"), *_told("part")],
        )
        .add_params(mark)
        .properties(height=300)
    )


def by_stage(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``by_stage_chart`` draws: stage x kind, the largest stage first."""
    named = rows.with_columns(
        stage_label=part("stage", parts_of(rows, "stage")), kind_label=part("kind")
    )
    order = (
        named.group_by("stage_label")
        .agg(pl.col("amount").sum().alias("whole"))
        .sort("whole", "stage_label", descending=[True, False])
        .with_row_index("place")
    )
    return (
        named.group_by("stage_label", "kind_label")
        .agg(pl.col("amount", "opportunities", "without_amount").sum())
        .join(order, on="stage_label", how="left")
        .sort("place", "kind_label")
    )


@specification
def by_stage_chart(
    measure: str, kinds: tuple[str, ...], currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """Bars per stage, stacked by kind."""
    mark = selectable("stage_label", "kind_label")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            _measured(alt.X, measure, currency),
            alt.Y("stage_label:N")
            .sort(field="place", op="min", order="ascending")
            .title(None)
            .axis(labelLimit=160, labelOverlap=False, ticks=False),
            alt.Color("kind_label:N")
            .title(None)
            .scale(domain=list(kinds), range=_colours(kinds, "kind", theme))
            .legend(**legend(3)),
            focus(),
            tooltip=[
                alt.Tooltip("stage_label:N").title("Stage on the as-of date"),
                *_told("kind_label"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(34))
    )


def rates(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``win_rates_chart`` draws, over ``metrics.pipeline.win_rates``: those with a rate."""
    return (
        rows.drop_nulls("rate")
        .with_row_index("place")
        .with_columns(
            part=pl.col("part").replace(WORDS),
            label=pl.format("{}% of {}", (pl.col("rate") * 100).round(0).cast(pl.Int64), "closed"),
        )
    )


@specification
def win_rates_chart(theme: Theme) -> alt.TopLevelMixin:
    """Dots with their 95 % interval, one row per part."""
    base = alt.Chart().encode(
        alt.Y("part:N")
        .sort(field="place", op="min", order="ascending")
        .title(None)
        .axis(labelLimit=160, labelOverlap=False, ticks=False)
    )
    tooltip = [
        alt.Tooltip("part:N").title("Of"),
        alt.Tooltip("rate:Q").title("Win rate").format(".1%"),
        alt.Tooltip("low:Q").title("At least").format(".1%"),
        alt.Tooltip("high:Q").title("At most").format(".1%"),
        alt.Tooltip("won:Q").title("Won").format(",d"),
        alt.Tooltip("closed:Q").title("Closed").format(",d"),
    ]
    interval = base.mark_rule(strokeWidth=3, color=FAINT[theme]).encode(
        alt.X("low:Q")
        .title("Won by won or lost, with its 95 % interval")
        .scale(domain=[0, 1])
        .axis(format=".0%", tickCount=5),
        alt.X2("high:Q"),
        tooltip=tooltip,
    )
    dot = base.mark_point(filled=True, size=110, opacity=1, color=ACCENT[theme]).encode(
        alt.X("rate:Q"), tooltip=tooltip
    )
    label = base.mark_text(dy=-11, fontSize=11, color=INK[theme]).encode(
        alt.X("rate:Q"), alt.Text("label:N")
    )
    return alt.layer(interval, dot, label).properties(height=alt.Step(40))


def _colours(parts: tuple[str, ...], by: str, theme: Theme) -> list[str]:
    if by == "outcome":
        words = [WORDS.get(each, each) for each in OUTCOMES]
        return [OUTCOME_COLOURS[theme][words.index(each)] for each in parts]
    return [KINDS[theme][place % len(KINDS[theme])] for place in range(len(parts))]


def _measured(axis: type[alt.X] | type[alt.Y], measure: str, currency: str) -> alt.X | alt.Y:
    if measure == "count":
        return axis("opportunities:Q").title("Opportunities").axis(tickCount=5, format=",d")
    return axis("amount:Q").title("ARR").axis(labelExpr=axis_money(currency), tickCount=5)


def _told(name: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(f"{name}:N").title("Of which"),
        alt.Tooltip("amount:Q").title("ARR").format(",.2f"),
        alt.Tooltip("opportunities:Q").title("Opportunities").format(",d"),
        alt.Tooltip("without_amount:Q").title("Without amount").format(",d"),
    ]
