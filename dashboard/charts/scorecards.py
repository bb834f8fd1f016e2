"""Charts of scorecards, their thresholds and the measures behind them."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, legend, raised, selectable, specification
from dashboard.charts.health import NAMES as HEALTH_NAMES
from dashboard.charts.health import WORD_LABELS
from dashboard.charts.palette import (
    ACCENT,
    BANDS,
    HEALTH,
    INK,
    SURFACE,
    Theme,
)
from dashboard.formats import Unit, axis_money
from dashboard.spelled import spelled

NAMES: Final = HEALTH_NAMES | {
    "outcomes": "Outcomes",
    "experience": "Experience",
    "retention": "Retention",
    "expansion": "Expansion",
    "advocacy": "Advocacy",
    "executive": "Executive engagement",
    "touches": "Touches",
    "survey": "Survey answers",
    "maturity": "Maturity level",
    "features": "Features used",
    "objectives": "Objectives attained",
}
STATES: Final = ("fresh", "stale", "missing")
STATE_WORDS: Final = {"fresh": "✓ fresh", "stale": "! stale", "missing": "? missing"}
PROPOSALS: Final = {"chosen": "In use", "tertiles": "Tertiles", "quintiles": "Quintiles"}
NOT_SCORED: Final = "not scored"


def with_band(rows: pl.DataFrame, band: str = "health_band") -> pl.DataFrame:
    """Rows with the band in words and its place in the stack."""
    return rows.with_columns(band=pl.col(band).fill_null(NOT_SCORED)).with_columns(
        rank=pl.col("band").replace_strict({name: place for place, name in enumerate(BANDS)})
    )


@specification
def bands_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Stacked bars per row: customers, or their ARR, in each band."""
    mark = selectable("name", "band")
    money = measure == "ARR"
    axis = alt.Axis(labelExpr=axis_money(currency), tickCount=5) if money else alt.Axis(tickCount=5)
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("arr:Q" if money else "accounts:Q")
            .title("ARR" if money else "Customers")
            .axis(axis),
            alt.Y("name:N")
            .sort(field="position", op="min", order="ascending")
            .title(None)
            .axis(
                labelExpr=(
                    f"{NARROW} ? split(replace(datum.label, ' and ', '|and '), '|') : datum.label"
                ),
                labelLimit=230,
                labelOverlap=False,
                ticks=False,
            ),
            alt.Color("band:N")
            .title(None)
            .scale(domain=list(BANDS), range=[HEALTH[theme][band] for band in BANDS])
            .legend(labelExpr=WORD_LABELS, **legend(4)),
            alt.Order("rank:Q").sort("descending"),
            focus(),
            tooltip=[
                alt.Tooltip("name:N").title("Of"),
                alt.Tooltip("band:N").title("Band"),
                alt.Tooltip("accounts:Q").title("Customers").format(",d"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(44))
    )


def states(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``states_chart`` draws, over the columns of ``queries.scorecards.MEASURE_STATES``."""
    return rows.with_columns(
        name=pl.col("measure").replace_strict(NAMES),
        position=pl.int_range(pl.len()),
        customer_share=pl.col("accounts") / pl.col("accounts").sum().over("measure"),
        rank=pl.col("state").replace_strict({name: place for place, name in enumerate(STATES)}),
    )


@specification
def states_chart(theme: Theme) -> alt.TopLevelMixin:
    """Stacked bars per measure: the share of customers with a fresh, a stale, no measurement."""
    mark = selectable("name", "state")
    words = ", ".join(f"'{state}': '{word}'" for state, word in STATE_WORDS.items())
    colours = [ACCENT[theme], HEALTH[theme]["amber"], HEALTH[theme]["not scored"]]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("customer_share:Q")
            .title("Share of customers")
            .scale(domain=[0, 1])
            .axis(format=".0%", tickCount=5),
            alt.Y("name:N")
            .sort(field="position", op="min", order="ascending")
            .title(None)
            .axis(labelLimit=200, labelOverlap=False, ticks=False),
            alt.Color("state:N")
            .title(None)
            .scale(domain=list(STATES), range=colours)
            .legend(labelExpr=f"({{{words}}})[datum.label]", **legend(3, 3)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("name:N").title("Measure"),
                alt.Tooltip("state:N").title("Measured"),
                alt.Tooltip("accounts:Q").title("Customers").format(",d"),
                alt.Tooltip("customer_share:Q").title("Share").format(".1%"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("average_age_days:Q").title("Mean age, days").format(".0f"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(30))
    )


def moves(rows: pl.DataFrame, *, currency: str) -> pl.DataFrame:
    """What ``moves_chart`` draws: customers and ARR by band now and band then.

    Takes the columns `band_now`, `band_then`, `accounts` and `arr`; nobody moves in or out of
    *not scored* where only thresholds differ.
    """
    drawn = rows.with_columns(
        now=pl.col("band_now").fill_null(NOT_SCORED),
        then=pl.col("band_then").fill_null(NOT_SCORED),
        is_moved=pl.col("band_now").ne_missing(pl.col("band_then")),
        count_label=pl.col("accounts").cast(pl.String),
    ).select(pl.exclude("band_now", "band_then"))
    return spelled(
        drawn, arr_label=("arr", lambda amount: Unit.MONEY.text(amount, currency=currency))
    )


@specification
def moves_chart(theme: Theme) -> alt.TopLevelMixin:
    """Band now by band then: how many customers each pair holds; who stays is pale."""
    mark = selectable("now", "then")
    base = alt.Chart().encode(
        alt.X("then:N")
        .sort(list(BANDS))
        .title("would be")
        .axis(labelExpr=WORD_LABELS, ticks=False, domain=False, **raised()),
        alt.Y("now:N")
        .sort(list(BANDS))
        .title("is")
        .axis(labelExpr=WORD_LABELS, labelOverlap=False, ticks=False, domain=False),
    )
    fields = (
        base.mark_rect(cornerRadius=4, stroke=SURFACE[theme], strokeWidth=3)
        .encode(
            alt.Color("then:N")
            .scale(domain=list(BANDS), range=[HEALTH[theme][band] for band in BANDS])
            .legend(None),
            alt.FillOpacity("is_moved:N")
            .scale(domain=[True, False], range=[0.38, 0.1])
            .legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("now:N").title("Is"),
                alt.Tooltip("then:N").title("Would be"),
                alt.Tooltip("accounts:Q").title("Customers").format(",d"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
    )
    count = base.mark_text(dy=-7, fontSize=15, fontWeight=600, color=INK[theme]).encode(
        alt.Text("count_label:N")
    )
    arr = base.mark_text(
        dy=11, fontSize=alt.ExprRef(f"{NARROW} ? 10 : 11"), color=INK[theme]
    ).encode(alt.Text("arr_label:N"))
    return alt.layer(fields, count, arr).properties(height=alt.Step(54))
