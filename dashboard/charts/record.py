"""Charts of the forecast's record: what was said, and what came."""

from typing import Any, Final

import altair as alt
import polars as pl

from dashboard.charts import NARROW, legend, specification
from dashboard.charts.forecast import RANGES, Label, by_segment, kinds, quarters_axis
from dashboard.charts.palette import ACCENT, FAINT, INK, Theme

HELD: Final = "within the 80% range"
MISSED: Final = "outside it"


def record(rows: pl.DataFrame, *, label_of: Label, most: int) -> pl.DataFrame:
    """What ``record_chart`` draws: what was said and what came, as shares of the ARR due.

    Takes the columns of ``forecast/backtest``; the segments with the most ARR due are drawn.
    """
    due = pl.col("arr_due").cast(pl.Float64)
    names = ("expected", *RANGES, "actual", "base_rate_expected")
    held = pl.col("actual").is_between(pl.col("low_80"), pl.col("high_80"))
    return (
        by_segment(rows.filter(pl.col("arr_due") > 0), label_of=label_of, most=most)
        .with_columns(came=pl.when(held).then(pl.lit(HELD)).otherwise(pl.lit(MISSED)))
        .with_columns(
            (pl.col(name).cast(pl.Float64) / due).alias(f"{name}_share") for name in names
        )
    )


@specification
def record_chart(segments: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """Per past quarter and segment the 80 % range that was given, and a point for what came."""
    base = alt.Chart().encode(
        quarters_axis("quarter", "due_quarter"),
        alt.XOffset("segment:N").scale(domain=list(segments)),
    )
    tooltip = [
        alt.Tooltip("quarter:N").title("Quarter"),
        alt.Tooltip("segment:N").title("Segment"),
        alt.Tooltip("renewals:Q").title("Renewals").format(",d"),
        alt.Tooltip("arr_due:Q").title("ARR due").format(",.2f"),
        alt.Tooltip("expected:Q").title("Was expected").format(",.2f"),
        alt.Tooltip("actual:Q").title("ARR renewed").format(",.2f"),
        alt.Tooltip("came:N").title("It came"),
    ]
    ranges = base.mark_bar(
        fillOpacity=0.4, size=alt.ExprRef(f"{NARROW} ? 5 : 9"), cornerRadius=2
    ).encode(
        alt.Y("low_80_share:Q")
        .title("Share of the ARR due")
        .scale(zero=False, nice=True)
        .axis(format=".0%", tickCount=6),
        alt.Y2("high_80_share:Q"),
        kinds("segment", segments, theme),
        tooltip=tooltip,
    )
    said = base.mark_tick(
        thickness=1.5, size=alt.ExprRef(f"{NARROW} ? 6 : 11"), color=FAINT[theme]
    ).encode(alt.Y("expected_share:Q"))
    came = base.mark_point(filled=True, size=alt.ExprRef(f"{NARROW} ? 30 : 55"), opacity=1).encode(
        alt.Y("actual_share:Q"),
        alt.Shape("came:N")
        .title(None)
        .scale(domain=[HELD, MISSED], range=["circle", "cross"])
        .legend(**(legend(2, 1) | {"orient": "bottom"})),
        alt.FillValue(INK[theme]),
        tooltip=tooltip,
    )
    return alt.layer(ranges, said, came).properties(height=320)


@specification
def calibration_chart(theme: Theme) -> alt.TopLevelMixin:
    """Ten groups of forecasts: what was said against what came; on the line both are equal."""
    axis: dict[str, Any] = {"format": ".0%", "tickCount": 6}
    points = (
        alt.Chart()
        .mark_circle(color=ACCENT[theme], stroke=INK[theme], strokeWidth=0.5, opacity=1)
        .encode(
            alt.X("probability:Q").title("Said: mean probability").scale(zero=False).axis(**axis),
            alt.Y("renewed:Q").title("Came: share renewed").scale(zero=False).axis(**axis),
            alt.Size("forecasts:Q").scale(range=[60, 160], zero=True).legend(None),
            tooltip=[
                alt.Tooltip("decile:O").title("Group"),
                alt.Tooltip("probability:Q").title("Said").format(".1%"),
                alt.Tooltip("renewed:Q").title("Came").format(".1%"),
                alt.Tooltip("base_rate:Q").title("Base rate").format(".1%"),
                alt.Tooltip("forecasts:Q").title("Forecasts").format(",d"),
                alt.Tooltip("renewals:Q").title("Renewals").format(",d"),
            ],
        )
    )
    line = (
        alt.Chart()
        .mark_line(color=FAINT[theme], strokeDash=[4, 3])
        .encode(alt.X("probability:Q"), alt.Y("probability:Q"))
    )
    return alt.layer(line, points).properties(height=300)
