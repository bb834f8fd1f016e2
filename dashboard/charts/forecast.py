"""Charts of the forecast: what is expected, with ranges, and what came of earlier ones."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import ACCENT, CATEGORIES, INK, KINDS, SURFACE, Theme
from dashboard.formats import axis_money
from dashboard.spelled import spelled

DUE: Final = "ARR due"
EXPECTED: Final = "expected"
CALLED: Final = ("commit", "best case", "at risk", "other")
"""Categories of the calls, the surest first; the company's others are drawn as ``other``."""
BARS: Final = (DUE, EXPECTED, *(f"called {category}" for category in CALLED))

STEPS: Final[dict[str, str]] = {
    "opening": "Opening call",
    "won": "Won",
    "lost": "Lost",
    "slipped": "Slipped",
    "withdrawn": "Withdrawn",
    "re-classified": "Re-classified",
    "amount changed": "Amount changed",
    "new": "New",
    "closing": "Closing call",
}
"""Steps between two calls in their order, with their names."""

RANGES: Final = ("low_50", "high_50", "low_80", "high_80")
Label = Callable[[date], str]
WHOLE: Final = alt.RelativeBandSize(band=1)
"""As wide as its place: of the theme's narrower bars, lines and ticks miss the middle."""


def category_of(column: str) -> pl.Expr:
    """The category of a call as it is drawn."""
    words = pl.col(column).str.to_lowercase().str.replace_all("_", " ", literal=True)
    return pl.when(words.is_in(CALLED)).then(words).otherwise(pl.lit("other"))


def outlook(
    quarters: pl.DataFrame,
    called: pl.DataFrame,
    *,
    label_of: Label,
    targets: Mapping[date, float] | None = None,
) -> pl.DataFrame:
    """What ``outlook_chart`` draws: per quarter what is due, expected, and called by category.

    Parameters
    ----------
    quarters
        Sums by ``due_quarter`` with ranges.
    called
        ``due_quarter``, ``category`` and ``amount`` of the calls.
    label_of
        Names a quarter by its first day.
    targets
        Renewal rate promised for a quarter, by its first day.
    """
    rate = pl.col("due_quarter").replace_strict(
        dict(targets or {}), default=None, return_dtype=pl.Float64
    )
    ranks = {bar: rank for rank, bar in enumerate(BARS)}
    bars = quarters.select(
        "due_quarter",
        *RANGES,
        base_rate_expected="base_rate_expected",
        target=pl.col("arr_due").cast(pl.Float64) * rate,
        bar=pl.lit(EXPECTED),
        slot=pl.lit(EXPECTED),
        amount="expected",
        start=0.0,
        end=pl.col("expected").cast(pl.Float64),
    )
    due = quarters.select("due_quarter", bar=pl.lit(DUE), slot=pl.lit(EXPECTED), amount="arr_due")
    calls = (
        called.filter(pl.col("amount") != 0)
        .with_columns(bar=pl.lit("called ") + pl.col("category"))
        .with_columns(rank=pl.col("bar").replace_strict(ranks, return_dtype=pl.Int64))
        .sort("due_quarter", "rank")
        .with_columns(end=pl.col("amount").cast(pl.Float64).cum_sum().over("due_quarter"))
        .select(
            "due_quarter",
            "bar",
            "amount",
            "end",
            slot=pl.lit("called"),
            start=pl.col("end") - pl.col("amount").cast(pl.Float64),
        )
    )
    drawn = pl.concat([due, bars, calls], how="diagonal_relaxed").with_columns(
        pl.col("start").fill_null(0.0),
        pl.col("end").fill_null(pl.col("amount").cast(pl.Float64)),
    )
    return (
        drawn.pipe(spelled, quarter=("due_quarter", label_of))
        .with_columns(rank=pl.col("bar").replace_strict(ranks, return_dtype=pl.Int64))
        .sort("due_quarter", "rank")
    )


@specification
def outlook_chart(currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Per quarter an outline of what is due; within it what is expected, and what is called."""
    mark = selectable("quarter", "bar")
    base = alt.Chart().encode(
        quarters_axis("quarter", "due_quarter"),
        alt.XOffset("slot:N").scale(domain=[EXPECTED, "called"], paddingInner=0.15),
    )
    due = (
        base.transform_filter(alt.datum.bar == DUE)
        .mark_bar(width=WHOLE, fill="transparent", stroke=INK[theme], strokeWidth=1.4)
        .encode(money_axis(currency, "end", "ARR of renewals"), tooltip=_tooltip("amount"))
        .add_params(mark)
    )
    bars = (
        base.transform_filter(alt.datum.bar != DUE)
        .mark_bar(width=WHOLE, stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.Y("start:Q"),
            alt.Y2("end:Q"),
            alt.Color("bar:N")
            .title(None)
            .scale(domain=list(BARS[1:]), range=[SURFACE[theme], *_called(theme)])
            .legend(**legend(5)),
            alt.StrokeDash("bar:N")
            .scale(domain=list(BARS[1:]), range=[[4, 2], *[[1, 0]] * len(CALLED)])
            .legend(None),
            focus(),
            tooltip=[
                *_tooltip("amount"),
                alt.Tooltip("low_80:Q").title("80% range from").format(",.0f"),
                alt.Tooltip("high_80:Q").title("to").format(",.0f"),
                alt.Tooltip("base_rate_expected:Q").title("Base rate expects").format(",.0f"),
                alt.Tooltip("target:Q").title("Target").format(",.0f"),
            ],
        )
    )
    expected = base.transform_filter(alt.datum.bar == EXPECTED)
    target = (
        expected.transform_filter("isValid(datum.target)")
        .mark_tick(color=KINDS[theme][1], thickness=3)
        .encode(alt.Y("target:Q"))
    )
    return (
        alt.layer(due, bars, *ranged(expected, theme), _base_rate(expected, theme), target)
        .resolve_scale(color="independent", strokeDash="independent")
        .properties(height=340)
    )


def by_segment(rows: pl.DataFrame, *, label_of: Label, most: int) -> pl.DataFrame:
    """What ``by_segment_chart`` draws: quarter x segment, of those with the most ARR due.

    Takes the columns of ``forecast/renewals_by_segment``.
    """
    largest = (
        rows.group_by("segment")
        .agg(pl.col("arr_due").sum())
        .sort("arr_due", "segment", descending=[True, False])
        .head(most)["segment"]
    )
    return rows.filter(pl.col("segment").is_in(largest.implode())).pipe(
        spelled, quarter=("due_quarter", label_of)
    )


@specification
def by_segment_chart(segments: tuple[str, ...], currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Per quarter and segment an outline of what is due and, within it, what is expected."""
    mark = selectable("quarter", "segment")
    base = alt.Chart().encode(
        quarters_axis("quarter", "due_quarter"),
        alt.XOffset("segment:N").scale(domain=list(segments), paddingInner=0.1),
    )
    due = (
        base.mark_bar(width=WHOLE, fill="transparent", stroke=INK[theme], strokeWidth=1.2)
        .encode(money_axis(currency, "arr_due", "ARR of renewals"))
        .add_params(mark)
    )
    bars = base.mark_bar(
        width=WHOLE, fillOpacity=0.45, strokeDash=[4, 2], stroke=INK[theme]
    ).encode(
        alt.Y("expected:Q"),
        kinds("segment", segments, theme),
        focus(),
        tooltip=[
            alt.Tooltip("quarter:N").title("Quarter"),
            alt.Tooltip("segment:N").title("Segment"),
            alt.Tooltip("expected:Q").title("ARR").format(",.2f"),
            alt.Tooltip("arr_due:Q").title("ARR due").format(",.2f"),
            alt.Tooltip("low_80:Q").title("80% range from").format(",.0f"),
            alt.Tooltip("high_80:Q").title("to").format(",.0f"),
        ],
    )
    return alt.layer(due, bars, *ranged(base, theme), _base_rate(base, theme)).properties(
        height=340
    )


@specification
def churn_chart(currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars of expected churn per segment, with ranges and a tick for the base rate."""
    mark = selectable("segment")
    base = alt.Chart().encode(
        alt.Y("segment:N")
        .sort(field="churn", op="max", order="descending")
        .title(None)
        .axis(labelLimit=160, labelOverlap=False)
    )
    bars = (
        base.mark_bar(
            size=24, fill=SURFACE[theme], stroke=INK[theme], strokeWidth=0.8, strokeDash=[4, 2]
        )
        .encode(
            alt.X("churn:Q")
            .title("ARR expected to churn")
            .axis(labelExpr=axis_money(currency), tickCount=5),
            focus(),
            tooltip=[
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("churn:Q").title("ARR").format(",.2f"),
                alt.Tooltip("share:Q").title("Of the ARR due").format(".1%"),
                alt.Tooltip("low_80:Q").title("80% range from").format(",.0f"),
                alt.Tooltip("high_80:Q").title("to").format(",.0f"),
                alt.Tooltip("base_rate_churn:Q").title("Base rate expects").format(",.0f"),
                alt.Tooltip("renewals:Q").title("Renewals").format(",d"),
            ],
        )
        .add_params(mark)
    )
    thin = base.mark_rule(color=INK[theme]).encode(alt.X("low_80:Q"), alt.X2("high_80:Q"))
    thick = base.mark_rule(color=INK[theme], strokeWidth=5).encode(
        alt.X("low_50:Q"), alt.X2("high_50:Q")
    )
    tick = base.mark_tick(color=ACCENT[theme], thickness=3, size=30).encode(
        alt.X("base_rate_churn:Q")
    )
    return alt.layer(bars, thin, thick, tick).properties(height=alt.Step(56))


def quarters_axis(name: str, order: str) -> alt.X:
    """Quarters from left to right."""
    axis = alt.X(f"{name}:N").sort(field=order, op="min", order="ascending")
    return axis.title(None).axis(**turned())


def money_axis(currency: str, name: str, title: str) -> alt.Y:
    """Amounts from bottom to top."""
    return alt.Y(f"{name}:Q").title(title).axis(labelExpr=axis_money(currency), tickCount=5)


def _tooltip(amount: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("quarter:N").title("Quarter"),
        alt.Tooltip("bar:N").title("Bar"),
        alt.Tooltip(f"{amount}:Q").title("ARR").format(",.2f"),
    ]


def _called(theme: Theme) -> list[str]:
    names = ("commit", "best case", "pipeline", "other")
    return [CATEGORIES[theme][name] for name in names]


def kinds(name: str, values: tuple[str, ...], theme: Theme) -> alt.Color:
    """A colour for each of some things without an order of their own."""
    colours = [KINDS[theme][place % len(KINDS[theme])] for place in range(len(values))]
    return (
        alt.Color(f"{name}:N")
        .title(None)
        .scale(domain=list(values), range=colours)
        .legend(**legend(5))
    )


def ranged(base: alt.Chart, theme: Theme) -> list[alt.Chart]:
    """A thin line that holds 80 % of outcomes and a thick one that holds 50 %."""
    thin = base.mark_rule(color=INK[theme]).encode(alt.Y("low_80:Q"), alt.Y2("high_80:Q"))
    thick = base.mark_rule(color=INK[theme], strokeWidth=5).encode(
        alt.Y("low_50:Q"), alt.Y2("high_50:Q")
    )
    return [thin, thick]


def _base_rate(base: alt.Chart, theme: Theme) -> alt.Chart:
    return base.mark_tick(color=ACCENT[theme], thickness=3).encode(alt.Y("base_rate_expected:Q"))
