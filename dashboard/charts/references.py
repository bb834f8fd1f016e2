"""Charts of references and of what advocacy influenced."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import altair as alt
import polars as pl

from dashboard.calendar import Period
from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import ACCENT, INK, KINDS, SURFACE, Theme
from dashboard.formats import axis_money

OFTEN: Final = "too often"
FINE: Final = "within the limit"


def asked(references: pl.DataFrame) -> pl.DataFrame:
    """What ``asked_chart`` draws: customers by how often they were asked.

    Takes the columns of ``queries.advocacy.REFERENCES``.
    """
    return (
        references.group_by("asked", "is_asked_too_often")
        .agg(customers=pl.len().cast(pl.Int64), arr=pl.col("arr").sum())
        .with_columns(
            times=pl.when(pl.col("asked") == 0)
            .then(pl.lit("never"))
            .when(pl.col("asked") == 1)
            .then(pl.lit("once"))
            .otherwise(pl.format("{} times", "asked")),
            often=pl.when("is_asked_too_often").then(pl.lit(OFTEN)).otherwise(pl.lit(FINE)),
        )
        .sort("asked")
    )


@specification
def asked_chart(theme: Theme) -> alt.TopLevelMixin:
    """Bars of customers by how often they were asked; too often has a colour of its own."""
    mark = selectable("times")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("times:N")
            .sort(field="asked", op="min", order="ascending")
            .title(None)
            .axis(**turned()),
            alt.Y("customers:Q").title("Customers").axis(format="d", tickCount=5, tickMinStep=1),
            alt.Color("often:N")
            .title(None)
            .scale(domain=[FINE, OFTEN], range=[KINDS[theme][0], KINDS[theme][1]])
            .legend(**legend(2)),
            focus(),
            tooltip=[
                alt.Tooltip("times:N").title("Asked"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
        .properties(height=240)
    )


def influenced(rows: pl.DataFrame, periods: Sequence[Period], share: float) -> pl.DataFrame:
    """What ``influenced_chart`` draws: recorded and credited ARR per quarter, each to the cent.

    Takes the columns of ``queries.advocacy.BY_QUARTER``.
    """
    credited = Decimal(str(share))
    found = rows.group_by("quarter_on").agg(
        pl.col("influenced_arr").sum(), pl.col("events").sum(), pl.col("without_amount").sum()
    )
    known = {row["quarter_on"]: row for row in found.iter_rows(named=True)}
    nothing = {"influenced_arr": Decimal("0.00"), "events": 0, "without_amount": 0}
    return pl.DataFrame(
        [
            {
                "quarter_on": period.start_on,
                "quarter": period.label,
                "recorded": row["influenced_arr"],
                "credited": (row["influenced_arr"] * credited).quantize(
                    Decimal("0.01"), ROUND_HALF_UP
                ),
                "events": row["events"],
                "without_amount": row["without_amount"],
            }
            for period in periods
            for row in [known.get(period.start_on, nothing)]
        ],
        schema={
            "quarter_on": pl.Date,
            "quarter": pl.String,
            "recorded": pl.Decimal(38, 2),
            "credited": pl.Decimal(38, 2),
            "events": pl.Int64,
            "without_amount": pl.Int64,
        },
    )


@specification
def influenced_chart(currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Pale bars of what was recorded, and the part of it that is credited before them."""
    mark = selectable("quarter")
    base = alt.Chart().encode(
        alt.X("quarter:N")
        .sort(field="quarter_on", op="min", order="ascending")
        .title(None)
        .axis(**turned() | {"labelAngle": -45, "labelAlign": "right", "labelBaseline": "middle"}),
        tooltip=[
            alt.Tooltip("quarter:N").title("Quarter"),
            alt.Tooltip("recorded:Q").title("ARR recorded").format(",.2f"),
            alt.Tooltip("credited:Q").title("Credited").format(",.2f"),
            alt.Tooltip("events:Q").title("Events").format(",d"),
            alt.Tooltip("without_amount:Q").title("Without an amount").format(",d"),
        ],
    )
    recorded = (
        base.mark_bar(color=SURFACE[theme], stroke=INK[theme], strokeWidth=0.6)
        .encode(
            alt.Y("recorded:Q")
            .title("Influenced ARR")
            .axis(labelExpr=axis_money(currency), tickCount=5),
            focus(),
        )
        .add_params(mark)
    )
    credited = base.mark_bar(color=ACCENT[theme], width={"band": 0.45}).encode(alt.Y("credited:Q"))
    return alt.layer(recorded, credited).properties(height=260)
