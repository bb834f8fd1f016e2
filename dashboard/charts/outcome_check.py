"""Charts of renewals by the health before them."""

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, legend, selectable, specification
from dashboard.charts.health import WORD_LABELS
from dashboard.charts.palette import BANDS, FAINT, HEALTH, INK, Theme
from dashboard.charts.scorecards import NAMES, with_band

ORDER = ("overall", "outcomes", "experience")


def rates(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``rates_chart`` draws, over the columns of ``queries.outcome_check.BY_BAND``.

    Bands of fewer than five renewals have no rate and are not drawn.
    """
    return (
        with_band(rows.filter(pl.col("renewal_rate").is_not_null()))
        .with_columns(
            name=pl.col("measure").replace_strict(NAMES),
            label=pl.format("{} of {}", pl.col("renewed"), pl.col("renewals")),
        )
        .with_columns(position=pl.int_range(pl.len()))
    )


@specification
def rates_chart(with_counts: bool, theme: Theme) -> alt.TopLevelMixin:
    """Renewal rate of each band with its interval, per measure; the line is the rate of all."""
    mark = selectable("measure", "band")
    base = alt.Chart().encode(
        alt.Y("name:N")
        .sort(field="position", op="min", order="ascending")
        .title(None)
        .axis(labelLimit=160, labelOverlap=False, ticks=False),
        alt.YOffset("band:N").sort(list(BANDS)).scale(domain=list(BANDS)),
    )
    tooltip = [
        alt.Tooltip("name:N").title("Measure"),
        alt.Tooltip("band:N").title("Band before"),
        alt.Tooltip("renewals:Q").title("Renewals").format(",d"),
        alt.Tooltip("renewed:Q").title("Renewed").format(",d"),
        alt.Tooltip("renewal_rate:Q").title("Renewal rate").format(".1%"),
        alt.Tooltip("low_rate:Q").title("From (95%)").format(".1%"),
        alt.Tooltip("high_rate:Q").title("To (95%)").format(".1%"),
        alt.Tooltip("lift:Q").title("Lift against all").format(".2f"),
        alt.Tooltip("arr_due:Q").title("ARR due").format(",.2f"),
    ]
    everyone = base.mark_tick(color=FAINT[theme], thickness=1.5).encode(alt.X("all_rate:Q"))
    ranges = base.mark_rule(strokeWidth=2, color=FAINT[theme]).encode(
        alt.X("low_rate:Q")
        .title("Renewal rate")
        .scale(domain=[0, 1])
        .axis(format=".0%", tickCount=6),
        alt.X2("high_rate:Q"),
    )
    points = (
        base.mark_point(filled=True, size=110, opacity=1, stroke=INK[theme], strokeWidth=0.6)
        .encode(
            alt.X("renewal_rate:Q"),
            alt.Color("band:N")
            .title(None)
            .scale(domain=list(BANDS), range=[HEALTH[theme][band] for band in BANDS])
            .legend(labelExpr=WORD_LABELS, **legend(4)),
            alt.Shape("band:N")
            .title(None)
            .scale(domain=list(BANDS), range=["circle", "square", "diamond", "triangle-up"])
            .legend(labelExpr=WORD_LABELS, **legend(4)),
            focus(),
            tooltip=tooltip,
        )
        .add_params(mark)
    )
    layers = [everyone, ranges, points]
    if with_counts:
        layers.append(
            base.mark_text(
                align="right",
                dx=-8,
                fontSize=alt.ExprRef(f"{NARROW} ? 0 : 11"),
                color=FAINT[theme],
            ).encode(alt.X("low_rate:Q"), alt.Text("label:N"))
        )
    return alt.layer(*layers).properties(height=alt.Step(22 if with_counts else 17))
