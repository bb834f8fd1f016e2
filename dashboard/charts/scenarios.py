"""Chart of a scenario: the forecast as it is, and as it would be."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification
from dashboard.charts.forecast import WHOLE, Label, money_axis, quarters_axis, ranged
from dashboard.charts.palette import INK, KINDS, SURFACE, Theme
from dashboard.spelled import spelled

BASE: Final = "forecast"
SCENARIO: Final = "scenario"


def scenario(base: pl.DataFrame, moved: pl.DataFrame, *, label_of: Label) -> pl.DataFrame:
    """What ``scenario_chart`` draws: two bars per quarter; over two sums by ``due_quarter``."""
    sides = ((BASE, base), (SCENARIO, moved))
    both = pl.concat(
        rows.drop_nulls("due_quarter").with_columns(forecast=pl.lit(name)) for name, rows in sides
    )
    return spelled(both, quarter=("due_quarter", label_of))


@specification
def scenario_chart(currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Per quarter the forecast beside the scenario, each with its ranges."""
    mark = selectable("quarter")
    base = alt.Chart().encode(
        quarters_axis("quarter", "due_quarter"),
        alt.XOffset("forecast:N").scale(domain=[BASE, SCENARIO], paddingInner=0.1),
    )
    bars = (
        base.mark_bar(width=WHOLE, stroke=INK[theme], strokeWidth=0.8, strokeDash=[4, 2])
        .encode(
            money_axis(currency, "expected", "ARR expected to renew"),
            alt.Color("forecast:N")
            .title(None)
            .scale(domain=[BASE, SCENARIO], range=[SURFACE[theme], KINDS[theme][1]])
            .legend(**legend(2)),
            focus(),
            tooltip=[
                alt.Tooltip("quarter:N").title("Quarter"),
                alt.Tooltip("forecast:N").title("Of the"),
                alt.Tooltip("expected:Q").title("ARR").format(",.2f"),
                alt.Tooltip("low_80:Q").title("80% range from").format(",.0f"),
                alt.Tooltip("high_80:Q").title("to").format(",.0f"),
            ],
        )
        .add_params(mark)
    )
    return alt.layer(bars, *ranged(base, theme)).properties(height=280)
