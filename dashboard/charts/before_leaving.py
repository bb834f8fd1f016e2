"""Charts of what the health of those who left had been."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, selectable, specification, turned
from dashboard.charts.churn import length, rank, summed, told
from dashboard.charts.palette import ACCENT, BANDS, HEALTH, INK, WORDS, Theme

DAYS: Final = (
    (30, "up to 30 days"),
    (90, "31 to 90"),
    (180, "91 to 180"),
    (270, "181 to 270"),
    (365, "271 to 365"),
)
NEVER_RED: Final = "never red"
NOT_SCORED: Final = "not scored"
SPANS: Final = (*(name for _, name in DAYS), NEVER_RED, NOT_SCORED)


def by_band(left: pl.DataFrame) -> pl.DataFrame:
    """What ``by_band_chart`` draws: the customers that left by their best band before.

    Takes the rows of churn of ``queries.churn.LOST``.
    """
    return (
        left.with_columns(
            band=pl.col("best_band").fill_null(NOT_SCORED), losses=pl.lit(1, pl.Int64)
        )
        .pipe(summed, "band")
        .with_columns(place=rank("band", BANDS))
        .sort("place")
    )


@specification
def by_band_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """A bar per health band: what those that left had been at best in the 90 days before."""
    mark = selectable("band")
    words = ", ".join(f"'{band}': '{word}'" for band, word in WORDS.items())
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.6, size=20)
        .encode(
            length(alt.X, measure, currency),
            alt.Y("band:N")
            .sort(list(BANDS))
            .title(None)
            .axis(labelExpr=f"({{{words}}})[datum.label]", labelOverlap=False),
            alt.Color("band:N")
            .scale(domain=list(BANDS), range=[HEALTH[theme][band] for band in BANDS])
            .legend(None),
            focus(),
            tooltip=told("band", "At best in the 90 days before"),
        )
        .add_params(mark)
        .properties(height=alt.Step(34))
    )


def span() -> pl.Expr:
    """Days from the first red to leaving as a span; who was never red or scored has its own."""
    days = pl.col("days_from_red")
    return pl.coalesce(
        *(pl.when(days <= most).then(pl.lit(name)) for most, name in DAYS),
        pl.when(pl.col("best_band").is_null()).then(pl.lit(NOT_SCORED)),
        pl.lit(NEVER_RED),
    )


def by_days_from_red(left: pl.DataFrame) -> pl.DataFrame:
    """What ``by_days_from_red_chart`` draws, over the rows of churn of ``queries.churn.LOST``."""
    return (
        left.with_columns(span=span(), losses=pl.lit(1, pl.Int64))
        .pipe(summed, "span")
        .with_columns(
            place=rank("span", SPANS),
            kind=pl.when(pl.col("span").is_in([NEVER_RED, NOT_SCORED]))
            .then(pl.col("span"))
            .otherwise(pl.lit("red")),
        )
        .sort("place")
    )


@specification
def by_days_from_red_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """A bar per span of days that those who left had been red before; the never red apart."""
    mark = selectable("span")
    kinds = {
        "red": HEALTH[theme]["red"],
        NEVER_RED: ACCENT[theme],
        NOT_SCORED: HEALTH[theme][NOT_SCORED],
    }
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.6)
        .encode(
            alt.X("span:N").sort(list(SPANS)).title(None).axis(labelLimit=110, **turned()),
            length(alt.Y, measure, currency),
            alt.Color("kind:N").scale(domain=list(kinds), range=list(kinds.values())).legend(None),
            focus(),
            tooltip=told("span", "From the first red to leaving"),
        )
        .add_params(mark)
        .properties(height=240)
    )
