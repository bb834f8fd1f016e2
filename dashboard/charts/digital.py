"""Charts of digital programmes."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, legend, selectable, specification
from dashboard.charts.palette import CATEGORIES, INK, Theme
from dashboard.formats import axis_money

STEPS: Final = ("sent", "right contact identified", "reached", "acted")
MEASURES: Final = {"accounts": "accounts", "messages": "messages", "ARR": "arr"}


def funnel(steps: pl.DataFrame) -> pl.DataFrame:
    """What ``funnel_chart`` draws: ``queries.digital.FUNNEL`` with the share of the first step."""
    first = pl.col("accounts").filter(pl.col("place") == 1).first().over("program")
    return steps.with_columns(of_sent=pl.col("accounts") / first)


@specification
def funnel_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars of each step per programme, from all that was sent to what was done."""
    column = MEASURES[measure]
    mark = selectable("program", "step")
    tints = CATEGORIES[theme]
    colours = [tints["omitted"], tints["pipeline"], tints["best case"], tints["commit"]]
    axis = (
        alt.Axis(labelExpr=axis_money(currency), tickCount=4)
        if measure == "ARR"
        else alt.Axis(format=",d", tickCount=4)
    )
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X(f"{column}:Q").title(measure[:1].upper() + measure[1:]).axis(axis),
            alt.Y("program:N")
            .title(None)
            .axis(labelLimit=alt.ExprRef(f"{NARROW} ? 110 : 220"), labelOverlap=False),
            alt.YOffset("step:N").scale(domain=list(STEPS)),
            alt.Color("step:N")
            .title(None)
            .scale(domain=list(STEPS), range=colours)
            .legend(**legend(4, 1)),
            focus(),
            tooltip=[
                alt.Tooltip("program:N").title("Programme"),
                alt.Tooltip("step:N").title("Step"),
                alt.Tooltip("accounts:Q").title("Accounts").format(",d"),
                alt.Tooltip("of_sent:Q").title("Of accounts written to").format(".1%"),
                alt.Tooltip("messages:Q").title("Messages").format(",d"),
                alt.Tooltip("arr:Q").title("ARR of the accounts").format(",.2f"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(18, **{"for": "offset"}))
    )
