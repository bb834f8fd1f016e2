"""Charts of onboarding: how long customers take to reach value."""

from collections.abc import Callable
from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import CLOSED, HEALTH, INK, KINDS, Theme
from dashboard.spelled import spelled

COHORT_STATES: Final = {
    "reached": "out of onboarding",
    "waiting": "still onboarding",
    "left_before": "left before",
    "not_recorded": "no onboarding on record",
}
"""What became of a cohort's customers, by the column that counts them."""
ANSWERED: Final = ("out of onboarding", "first key behaviour")


def cohorts(rows: pl.DataFrame, *, label_of: Callable[[date], str]) -> pl.DataFrame:
    """What ``medians_chart`` draws: cohorts with a median, over ``queries.onboarding.COHORTS``."""
    return (
        rows.filter(pl.col("median_days").is_not_null())
        .pipe(spelled, cohort=("cohort_on", label_of))
        .with_columns(
            state=pl.when("is_complete").then(pl.lit("complete")).otherwise(pl.lit("incomplete")),
        )
        .sort("cohort_on", "reading")
    )


@specification
def medians_chart(quarters: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """Median days to value per cohort; a hollow point is a cohort in which somebody waits."""
    mark = selectable("cohort", "reading")
    kinds = KINDS[theme]
    base = alt.Chart().encode(
        alt.X("cohort:N")
        .sort(list(quarters))
        .scale(domain=list(quarters))
        .title("Onboarding began in")
        .axis(**turned()),
        alt.Y("median_days:Q").title("Median days").scale(zero=True).axis(tickCount=5),
        alt.Color("reading:N")
        .title(None)
        .scale(domain=list(ANSWERED), range=[kinds[0], kinds[1]])
        .legend(symbolType="stroke", **(legend(2, 1) | {"symbolStrokeWidth": 3})),
    )
    lines = base.mark_line(strokeWidth=1.5, opacity=0.6)
    points = (
        base.mark_point(size=90, strokeWidth=2)
        .encode(
            alt.Shape("reading:N")
            .scale(domain=list(ANSWERED), range=["circle", "square"])
            .legend(None),
            fill=alt.condition(
                "datum.is_complete",
                alt.Fill("reading:N")
                .scale(domain=list(ANSWERED), range=[kinds[0], kinds[1]])
                .legend(None),
                alt.value("transparent"),
            ),
            opacity=focus(),
            tooltip=[
                alt.Tooltip("cohort:N").title("Began in"),
                alt.Tooltip("reading:N").title("Up to"),
                alt.Tooltip("median_days:Q").title("Median days").format(",.0f"),
                alt.Tooltip("state:N").title("Cohort"),
                alt.Tooltip("accounts:Q").title("n").format(",d"),
                alt.Tooltip("reached:Q").title("Reached it").format(",d"),
                alt.Tooltip("waiting:Q").title("Still wait").format(",d"),
                alt.Tooltip("left_before:Q").title("Left before").format(",d"),
            ],
        )
        .add_params(mark)
    )
    return alt.layer(lines, points).properties(height=300)


def cohort_states(rows: pl.DataFrame, *, label_of: Callable[[date], str]) -> pl.DataFrame:
    """What ``states_chart`` draws: cohort x state, over one reading of ``COHORTS``."""
    ranks = {word: place for place, word in enumerate(COHORT_STATES.values())}
    return (
        rows.unpivot(
            on=list(COHORT_STATES),
            index=["cohort_on", "accounts"],
            variable_name="state",
            value_name="customers",
        )
        .filter(pl.col("customers") > 0)
        .pipe(spelled, cohort=("cohort_on", label_of))
        .with_columns(
            what=pl.col("state").replace_strict(COHORT_STATES, return_dtype=pl.String),
        )
        .with_columns(rank=pl.col("what").replace_strict(ranks, return_dtype=pl.Int64))
        .sort("cohort_on", "rank")
    )


@specification
def states_chart(quarters: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """Stacked bars per cohort: out of onboarding, still in it, left before."""
    mark = selectable("cohort", "what")
    kinds = KINDS[theme]
    colours = [kinds[0], kinds[1], CLOSED[theme]["lost"], HEALTH[theme]["not scored"]]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("cohort:N")
            .sort(list(quarters))
            .scale(domain=list(quarters))
            .title("Onboarding began in")
            .axis(**turned()),
            alt.Y("customers:Q").title("Customers").axis(format="~s", tickCount=5, tickMinStep=1),
            alt.Color("what:N")
            .title(None)
            .scale(domain=list(COHORT_STATES.values()), range=colours)
            .legend(**legend(4, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("cohort:N").title("Began in"),
                alt.Tooltip("what:N").title("State"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
                alt.Tooltip("accounts:Q").title("of").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=340)
    )
