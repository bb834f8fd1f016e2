"""Charts of health."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, legend, raised, selectable, specification
from dashboard.charts.palette import (
    ACCENT,
    BANDS,
    FAINT,
    HEALTH,
    INK,
    ON_HEALTH,
    SURFACE,
    WORDS,
    Theme,
)
from dashboard.policy import MEASURES, HealthPolicy

NAMES: Final = {
    "overall": "Overall",
    "deployment": "Deployment",
    "engagement": "Engagement",
    "adoption": "Adoption",
    "roi": "ROI",
    "nps": "NPS score",
    "support": "Support",
    "sentiment": "Sentiment",
}

WORD_LABELS: Final = (
    "({" + ", ".join(f"'{band}': '{word}'" for band, word in WORDS.items()) + "})[datum.label]"
)
"""Vega expression for the words of a band."""


def heat(scores: pl.DataFrame, policy: HealthPolicy) -> pl.DataFrame:
    """What ``by_segment`` draws: segment x measure with its band and the labels of its cell.

    Takes the columns of ``queries.health.BY_SEGMENT``.
    """
    bands = {measure: policy.band(measure) for measure in MEASURES} | {"overall": policy.overall}
    red = pl.col("measure").replace_strict(
        {m: b.red_below for m, b in bands.items()}, return_dtype=pl.Float64
    )
    amber = pl.col("measure").replace_strict(
        {m: b.amber_below for m, b in bands.items()}, return_dtype=pl.Float64
    )
    return scores.with_columns(
        name=pl.col("measure").replace_strict(NAMES),
        band=pl.when(pl.col("average_score") < red)
        .then(pl.lit("red"))
        .when(pl.col("average_score") < amber)
        .then(pl.lit("amber"))
        .otherwise(pl.lit("green")),
        red_share=pl.when(pl.col("arr") != 0).then(
            pl.col("arr_red").cast(pl.Float64) / pl.col("arr").cast(pl.Float64)
        ),
    ).with_columns(
        score_label=pl.col("average_score").round(0).cast(pl.Int64).cast(pl.String),
        red_label=pl.when(pl.col("red_share").is_not_null()).then(
            pl.format("{}% red", (100 * pl.col("red_share")).round(0).cast(pl.Int64))
        ),
    )


@specification
def by_segment(theme: Theme) -> alt.TopLevelMixin:
    """Segment x measure: average score as number and colour, share of ARR red below it."""
    mark = selectable("segment", "name")
    base = alt.Chart().encode(
        alt.X("name:N")
        .sort(list(NAMES.values()))
        .title(None)
        .axis(ticks=False, domain=False, **raised()),
        alt.Y("segment:N")
        .title(None)
        .axis(labelLimit=160, labelOverlap=False, ticks=False, domain=False),
    )
    fields = (
        base.mark_rect(cornerRadius=4, stroke=SURFACE[theme], strokeWidth=3)
        .encode(
            alt.Color("band:N")
            .title("Average score")
            .scale(domain=list(BANDS[:3]), range=[HEALTH[theme][band] for band in BANDS[:3]])
            .legend(orient="bottom", symbolStrokeWidth=0, labelExpr=WORD_LABELS),
            focus(),
            tooltip=[
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("name:N").title("Measure"),
                alt.Tooltip("average_score:Q").title("Average score").format(".1f"),
                alt.Tooltip("accounts:Q").title("Customers scored").format(",d"),
                alt.Tooltip("arr:Q").title("Their ARR").format(",.2f"),
                alt.Tooltip("arr_red:Q").title("ARR at red").format(",.2f"),
            ],
        )
        .add_params(mark)
    )
    ink = (
        alt.Color("band:N")
        .scale(domain=list(BANDS[:3]), range=[ON_HEALTH[theme][band] for band in BANDS[:3]])
        .legend(None)
    )
    score = base.mark_text(
        dy=alt.ExprRef(f"{NARROW} ? 0 : -8"),
        fontSize=alt.ExprRef(f"{NARROW} ? 13 : 16"),
        fontWeight=600,
    ).encode(alt.Text("score_label:N"), ink)
    red = base.mark_text(dy=11, fontSize=alt.ExprRef(f"{NARROW} ? 0 : 11")).encode(
        alt.Text("red_label:N"), ink
    )
    return (
        alt.layer(fields, score, red)
        .resolve_scale(color="independent")
        .properties(height=alt.Step(60))
    )


def bands(weeks: pl.DataFrame) -> pl.DataFrame:
    """What ``bands_by_week`` draws, over the columns of ``queries.health.BANDS_BY_WEEK``."""
    return weeks.with_columns(band=pl.col("health_band").fill_null("not scored")).with_columns(
        rank=pl.col("band").replace_strict({band: rank for rank, band in enumerate(BANDS)}),
        week=pl.col("week_on").dt.to_string("%Y-%m-%d"),
    )


@specification
def bands_by_week(measure: str, theme: Theme) -> alt.TopLevelMixin:
    """Stacked bars per week: customers, or their ARR, in each band."""
    mark = selectable("week", "band")
    money = measure == "ARR"
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("week:N")
            .sort("ascending")
            .title(None)
            .axis(
                labelExpr="utcFormat(utcParse(datum.label, '%Y-%m-%d'), '%-d %b')",
                labelAngle=-45,
                labelOverlap="greedy",
            ),
            alt.Y("arr:Q" if money else "accounts:Q")
            .title("ARR" if money else "Customers")
            .axis(format="~s", tickCount=5),
            alt.Color("band:N")
            .title(None)
            .scale(domain=list(BANDS), range=[HEALTH[theme][band] for band in BANDS])
            .legend(labelExpr=WORD_LABELS, **legend(4)),
            alt.Order("rank:Q").sort("descending"),
            focus(),
            tooltip=[
                alt.Tooltip("week_on:T").title("Week of").format("%d %b %Y"),
                alt.Tooltip("band:N").title("Health"),
                alt.Tooltip("accounts:Q").title("Customers").format(",d"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
        .properties(height=280)
    )


def made_of(parts: pl.DataFrame) -> pl.DataFrame:
    """What ``contributions`` draws, over the columns of ``queries.health.CONTRIBUTIONS``."""
    state = (
        pl.when(pl.col("score").is_not_null())
        .then(
            pl.format(
                "score {}, weight {}%",
                _whole("score"),
                (100 * pl.col("weight")).round(1),
            )
        )
        .when(pl.col("is_stale"))
        .then(pl.format("? {} days old, does not count", pl.col("age_days")))
        .otherwise(pl.lit("? never measured"))
    )
    return parts.with_columns(
        name=pl.col("measure").replace_strict(NAMES),
        most=pl.col("weight") * 100,
        label=state,
        shown=pl.col("contribution").fill_null(0.0),
    )


@specification
def contributions(theme: Theme) -> alt.TopLevelMixin:
    """Bars of what each measure adds to the score, inside the most it could add."""
    base = alt.Chart().encode(
        alt.Y("name:N")
        .sort(list(NAMES.values()))
        .title(None)
        .axis(labelLimit=160, labelOverlap=False, ticks=False),
    )
    most = base.mark_bar(color=SURFACE[theme], height=18).encode(
        alt.X("most:Q")
        .title("Points of the overall score")
        .scale(domainMin=0, padding=alt.ExprRef(f"{NARROW} ? 110 : 150"))  # Room for the words.
        .axis(tickCount=6)
    )
    part = base.mark_bar(color=ACCENT[theme], height=18).encode(
        alt.X("shown:Q"),
        tooltip=[
            alt.Tooltip("name:N").title("Measure"),
            alt.Tooltip("score:Q").title("Score").format(".1f"),
            alt.Tooltip("weight:Q").title("Weight").format(".1%"),
            alt.Tooltip("contribution:Q").title("Adds").format(".2f"),
            alt.Tooltip("measured_on:T").title("Measured on").format("%d %b %Y"),
        ],
    )
    text = base.mark_text(align="left", dx=6, color=FAINT[theme]).encode(
        alt.X("most:Q"), alt.Text("label:N")
    )
    return alt.layer(most, part, text).properties(height=alt.Step(30))


def _whole(column: str, times: int = 1) -> pl.Expr:
    return (times * pl.col(column)).round(0).cast(pl.Int64)
