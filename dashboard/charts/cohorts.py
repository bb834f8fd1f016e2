"""Charts of cohorts."""

from collections.abc import Callable
from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, legend, selectable, specification
from dashboard.charts.palette import FAINT, INK, KEPT, KINDS, SURFACE, Theme
from dashboard.spelled import spelled

MEASURES: Final = {
    "ARR gross": "gross_share",
    "ARR net": "net_share",
    "logos": "logo_share",
}
AMOUNTS: Final = {"ARR gross": "gross_arr", "ARR net": "net_arr"}
ALL: Final = "all, pooled"
CURVES: Final = {
    "net_share": "ARR net",
    "gross_share": "ARR gross",
    "logo_share": "logos",
}


def cells(
    triangle: pl.DataFrame,
    pooled: pl.DataFrame,
    *,
    measure: str,
    label_of: Callable[[date], str],
    most: int,
) -> pl.DataFrame:
    """What ``heatmap`` draws: cohort x age of the latest cohorts, and all of them pooled.

    Takes the columns of ``queries.cohorts.TRIANGLE`` and what ``metrics.cohorts.pooled`` gives.
    The pooled row is over every cohort, also over those too early to be drawn.
    """
    latest = triangle["cohort_on"].unique().sort().tail(most).to_list()
    names = ("age", "accounts", "kept", "opening_arr", "gross_arr", "net_arr")
    shown = (
        triangle.filter(pl.col("cohort_on").is_in(latest))
        .pipe(spelled, cohort=("cohort_on", label_of))
        .select(
            "cohort",
            "cohort_on",
            *names,
            value=MEASURES[measure],
            cohorts=pl.lit(1, pl.Int64),
            is_complete="is_complete",
        )
    )
    together = pooled.filter(pl.col("age") <= (shown["age"].max() or 0)).select(
        pl.lit(ALL).alias("cohort"),
        pl.lit(None, pl.Date).alias("cohort_on"),
        *names,
        value=MEASURES[measure],
        cohorts="cohorts",
        is_complete=pl.lit(value=True),
    )
    rows = pl.concat([shown, together]).filter(pl.col("value").is_not_null())
    whole = (100 * pl.col("value")).round(0).cast(pl.Int64).cast(pl.String)
    return rows.with_columns(
        rank=pl.col("cohort_on").rank("dense").fill_null(len(latest) + 1).cast(pl.Int64),
        text=whole,
        state=pl.when("is_complete").then(pl.lit("complete")).otherwise(pl.lit("so far")),
    )


@specification
def heatmap(measure: str, period: str, theme: Theme) -> alt.TopLevelMixin:
    """Cohort x age: the share left as number and colour; what is not complete is hatched."""
    mark = selectable("cohort", "age")
    base = alt.Chart().encode(
        alt.X("age:O")
        .title(f"{period.capitalize()}s after the first")
        .axis(orient="top", labelAngle=0, ticks=False, domain=False, labelOverlap=False),
        alt.Y("cohort:N")
        .sort(field="rank", op="min", order="ascending")
        .title(None)
        .axis(
            labelOverlap=False,
            ticks=False,
            domain=False,
            labelFontWeight={
                "condition": {"test": f"datum.label === '{ALL}'", "value": 700},
                "value": 400,
            },
        ),
    )
    colours = KEPT[theme]
    shade = alt.Color("value:Q").scale(
        domain=[0.6, 1.0, 1.4],
        range=[colours["lost"], colours["same"], colours["grown"]],
        clamp=True,
        interpolate="rgb",
    )
    fields = (
        base.mark_rect(cornerRadius=3, strokeWidth=1.5)
        .encode(
            color=alt.condition("datum.is_complete", shade.legend(None), alt.value("transparent")),
            stroke=alt.condition(
                "datum.is_complete", alt.value(SURFACE[theme]), alt.value(FAINT[theme])
            ),
            opacity=focus(),
            tooltip=[
                alt.Tooltip("cohort:N").title("Cohort"),
                alt.Tooltip("age:O").title(f"{period.capitalize()}s after the first"),
                alt.Tooltip("state:N").title("State"),
                alt.Tooltip("value:Q").title(f"Share left, {measure}").format(".1%"),
                alt.Tooltip("opening_arr:Q").title("Opening ARR").format(",.2f"),
                alt.Tooltip("gross_arr:Q").title("Gross ARR").format(",.2f"),
                alt.Tooltip("net_arr:Q").title("Net ARR").format(",.2f"),
                alt.Tooltip("accounts:Q").title("Customers at the start").format(",d"),
                alt.Tooltip("kept:Q").title("Customers left").format(",d"),
                alt.Tooltip("cohorts:Q").title("Cohorts").format(",d"),
            ],
        )
        .add_params(mark)
    )
    hatching = [
        base.transform_filter("!datum.is_complete")
        .mark_rule(color=FAINT[theme], strokeWidth=1, opacity=0.55)
        .encode(
            alt.X("age:O", bandPosition=start),
            alt.X2("age:O", bandPosition=start + 0.25),
            alt.Y("cohort:N", bandPosition=1),
            alt.Y2("cohort:N", bandPosition=0),
            tooltip=alt.value(None),
        )
        for start in (0.0, 0.25, 0.5, 0.75)
    ]
    text = base.mark_text(
        fontSize=alt.ExprRef(f"{NARROW} ? 10 : 13"), color=INK[theme], fontWeight=600
    ).encode(alt.Text("text:N"), tooltip=alt.value(None))
    return alt.layer(fields, *hatching, text).properties(height=alt.Step(32))


def curves(pooled: pl.DataFrame) -> pl.DataFrame:
    """What ``pooled_by_age`` draws: age x measure, over what ``metrics.cohorts.pooled`` gives."""
    return (
        pooled.unpivot(
            on=list(CURVES),
            index=["age", "cohorts", "accounts", "opening_arr"],
            variable_name="share",
            value_name="value",
        )
        .filter(pl.col("value").is_not_null())
        .with_columns(measure=pl.col("share").replace_strict(CURVES))
        .sort("age", "measure")
    )


@specification
def pooled_by_age(period: str, theme: Theme) -> alt.TopLevelMixin:
    """Lines of net ARR, gross ARR and customers left by age, all cohorts pooled."""
    names = list(CURVES.values())
    base = alt.Chart().encode(
        alt.X("age:Q")
        .title(f"{period.capitalize()}s after the first")
        .axis(tickMinStep=1, format="d", grid=False),
        alt.Y("value:Q")
        .title("Share left")
        .scale(zero=True, nice=True)
        .axis(format=".0%", tickCount=6),
        alt.Color("measure:N")
        .title(None)
        .scale(domain=names, range=list(KINDS[theme][:3]))
        .legend(symbolType="stroke", **(legend(3, 3) | {"symbolStrokeWidth": 3})),
    )
    whole = (
        alt.Chart()
        .transform_aggregate(points="count()")
        .transform_calculate(whole="1")
        .mark_rule(color=FAINT[theme], strokeDash=[4, 3])
        .encode(alt.Y("whole:Q"))
    )
    lines = base.mark_line(strokeWidth=2.5).encode(
        alt.StrokeDash("measure:N").scale(domain=names, range=[[1, 0], [7, 3], [2, 3]]).legend(None)
    )
    points = base.mark_point(size=60, filled=True, opacity=1).encode(
        tooltip=[
            alt.Tooltip("measure:N").title("Of"),
            alt.Tooltip("age:Q").title(f"{period.capitalize()}s after the first"),
            alt.Tooltip("value:Q").title("Share left").format(".1%"),
            alt.Tooltip("cohorts:Q").title("Cohorts that reached it").format(",d"),
            alt.Tooltip("accounts:Q").title("Their customers").format(",d"),
            alt.Tooltip("opening_arr:Q").title("Opening ARR").format(",.2f"),
        ]
    )
    return alt.layer(whole, lines, points).properties(height=280)
