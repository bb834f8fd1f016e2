"""Charts of won expansion: by quarter and source, days to win, and beside NRR."""

from collections.abc import Callable
from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import INK, KINDS, Theme
from dashboard.formats import axis_money
from dashboard.spelled import spelled

SOURCES: Final = {
    "csm": "CSM",
    "sales": "Sales",
    "marketing": "Marketing",
    "unknown": "no source named",
}
OTHER: Final = "other source"
PARTS: Final = {
    "csm_found": "CSMs', in movements",
    "other_found": "others', in movements",
    "csm_not_found": "CSMs', in none",
    "other_not_found": "others', in none",
    "without_opportunity": "without an opportunity",
}
WON: Final = "Won opportunities"
EXPANSION: Final = "Expansion in NRR"
_BARS: Final = {
    WON: ("csm_found", "other_found", "csm_not_found", "other_not_found"),
    EXPANSION: ("csm_found", "other_found", "without_opportunity"),
}
_COLOURS: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#2F5D9B", "#D97C2B", "#A9C5E8", "#F0C9A0", "#6B7280"),
    "dark": ("#8AB4F8", "#F2A65A", "#3B5F94", "#7A5226", "#AAB2BF"),
}
"""CSMs and others, paler where no movement shows it, and what no opportunity explains."""


def source() -> pl.Expr:
    """A source in words; one that nobody expected is ``other source``."""
    return pl.col("source").replace_strict(SOURCES, default=OTHER)


def by_quarter(rows: pl.DataFrame, *, label_of: Callable[[date], str]) -> pl.DataFrame:
    """What ``by_quarter_chart`` draws, over the columns of ``queries.won.BY_QUARTER``."""
    order = [*SOURCES.values(), OTHER]
    ranks = {name: rank for rank, name in enumerate(order)}
    return (
        rows.drop_nulls("quarter")
        .pipe(spelled, quarter_label=("quarter", label_of))
        .with_columns(part=source())
        .group_by("quarter", "quarter_label", "part")
        .agg(
            pl.col("amount", "opportunities", "without_amount").sum(),
            # Several sources nobody expected stand together: then there is no one median.
            median_days=pl.when(pl.len() == 1).then(pl.col("median_days").first()),
        )
        .with_columns(rank=pl.col("part").replace_strict(ranks))
        .sort("quarter", "rank")
    )


def sources_of(drawn: pl.DataFrame) -> tuple[str, ...]:
    """Sources present, in the order they are stacked."""
    present = set(drawn["part"])
    return tuple(name for name in (*SOURCES.values(), OTHER) if name in present)


@specification
def by_quarter_chart(
    measure: str, sources: tuple[str, ...], currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """Stacked bars per fiscal quarter, what CSMs found at the base."""
    mark = selectable("quarter_label", "part")
    places = [*SOURCES.values(), OTHER]
    length = (
        alt.Y("opportunities:Q").title("Opportunities").axis(tickCount=5, format=",d")
        if measure == "count"
        else alt.Y("amount:Q").title("ARR won").axis(labelExpr=axis_money(currency), tickCount=5)
    )
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("quarter_label:N")
            .sort(field="quarter", op="min", order="ascending")
            .title(None)
            .axis(**turned()),
            length,
            alt.Color("part:N")
            .title(None)
            .scale(
                domain=list(sources), range=[KINDS[theme][places.index(each)] for each in sources]
            )
            .legend(**legend(5)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("quarter_label:N").title("Closed in"),
                alt.Tooltip("part:N").title("Source"),
                alt.Tooltip("amount:Q").title("ARR").format(",.2f"),
                alt.Tooltip("opportunities:Q").title("Opportunities").format(",d"),
                alt.Tooltip("without_amount:Q").title("Without amount").format(",d"),
                alt.Tooltip("median_days:Q").title("Median days to win").format(".0f"),
            ],
        )
        .add_params(mark)
        .properties(height=300)
    )


def days(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``days_chart`` draws, over the columns of ``queries.won.BY_SOURCE``."""
    return rows.drop_nulls("median_days").with_columns(
        who=pl.col("sourced_by").replace_strict({"csm": "CSMs", "other": "Others"}),
        label=pl.format("{} days", pl.col("median_days").round(0).cast(pl.Int64)),
    )


@specification
def days_chart(theme: Theme) -> alt.TopLevelMixin:
    """Median days to win with the middle half of them, CSMs and others."""
    base = alt.Chart().encode(
        alt.Y("who:N").title(None).axis(labelOverlap=False, ticks=False),
        alt.Color("who:N")
        .scale(domain=["CSMs", "Others"], range=list(KINDS[theme][:2]))
        .legend(None),
    )
    tooltip = [
        alt.Tooltip("who:N").title("Found by"),
        alt.Tooltip("median_days:Q").title("Median days").format(".0f"),
        alt.Tooltip("quick_days:Q").title("A quarter within").format(".0f"),
        alt.Tooltip("slow_days:Q").title("Three quarters within").format(".0f"),
        alt.Tooltip("timed:Q").title("Opportunities").format(",d"),
    ]
    middle = base.mark_bar(height=12, opacity=0.35).encode(
        alt.X("quick_days:Q")
        .title("Days from opening to closing")
        .scale(zero=True)
        .axis(tickCount=6, format=",d"),
        alt.X2("slow_days:Q"),
        tooltip=tooltip,
    )
    tick = base.mark_tick(thickness=3, size=26).encode(alt.X("median_days:Q"), tooltip=tooltip)
    label = base.mark_text(dy=-20, fontSize=11).encode(
        alt.X("median_days:Q"), alt.Text("label:N"), color=alt.ColorValue(INK[theme])
    )
    return alt.layer(middle, tick, label).properties(height=alt.Step(62))


def beside(effect: pl.DataFrame) -> pl.DataFrame:
    """What ``beside_chart`` draws, over one row of ``queries.won.IN_RETENTION``."""
    ranks = {name: rank for rank, name in enumerate(PARTS)}
    return pl.DataFrame(
        [
            (bar, PARTS[name], effect[name][0], ranks[name])
            for bar, names in _BARS.items()
            for name in names
            if effect.height and effect[name][0]
        ],
        schema={
            "bar": pl.String,
            "part": pl.String,
            "amount": pl.Decimal(38, 2),
            "rank": pl.Int64,
        },
        orient="row",
    )


def column_of(part: object) -> str:
    """The column of the answer that a part of a bar is."""
    return next(name for name, word in PARTS.items() if word == part)


@specification
def beside_chart(currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Two bars on one scale: what was won, and the expansion NRR counts; what both show first."""
    mark = selectable("bar", "part")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("amount:Q").title("ARR").axis(labelExpr=axis_money(currency), tickCount=5),
            alt.Y("bar:N")
            .sort([WON, EXPANSION])
            .title(None)
            .axis(labelLimit=160, labelOverlap=False, ticks=False),
            alt.Color("part:N")
            .title(None)
            .scale(domain=list(PARTS.values()), range=list(_COLOURS[theme]))
            .legend(**legend(3, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("bar:N").title("Bar"),
                alt.Tooltip("part:N").title("Part"),
                alt.Tooltip("amount:Q").title("ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(56))
    )
