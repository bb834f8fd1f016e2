"""Charts of outcomes against experience."""

from typing import Final, Literal

import altair as alt
import polars as pl

from dashboard.charts import NARROW, constant, focus, legend, selectable, specification
from dashboard.charts.palette import FAINT, INK, KINDS, SURFACE, Theme
from dashboard.formats import Unit, count_of
from dashboard.spelled import spelled

QUADRANTS: Final = ("both good", "poor experience", "false green", "both poor")
"""Quadrants from the best; false greens stand where experience hides poor outcomes."""
NAMES: Final = {
    "both good": "✓ Both good",
    "poor experience": "~ Poor experience",
    "false green": "! False green",
    "both poor": "✕ Both poor",
    "not placed": "Not placed",
}
_SIDES: Final = {
    "both good": ("good", "good"),
    "poor experience": ("good", "poor"),
    "false green": ("poor", "good"),
    "both poor": ("poor", "poor"),
}


def totals(rows: pl.DataFrame, *, currency: str) -> pl.DataFrame:
    """What ``totals_chart`` draws, over the columns of ``queries.quadrants.TOTALS``."""
    known = rows.filter(pl.col("quadrant").is_in(QUADRANTS))
    sides = pl.col("quadrant").replace_strict(
        {name: f"{outcomes} outcomes" for name, (outcomes, _) in _SIDES.items()}
    )
    named = known.with_columns(
        name=pl.col("quadrant").replace_strict(NAMES),
        outcomes=sides,
        experience=pl.col("quadrant").replace_strict(
            {name: f"{experience} experience" for name, (_, experience) in _SIDES.items()}
        ),
    )
    return spelled(
        named,
        arr_label=("arr", lambda amount: Unit.MONEY.text(amount, currency=currency)),
        count_label=("accounts", lambda number: count_of(number, "customer")),
    )


@specification
def totals_chart(theme: Theme) -> alt.TopLevelMixin:
    """Two by two: customers and ARR of each quadrant."""
    mark = selectable("quadrant")
    base = alt.Chart().encode(
        alt.X("outcomes:N")
        .sort(["poor outcomes", "good outcomes"])
        .title(None)
        .axis(
            labelAngle=0,
            labelExpr=f"{NARROW} ? split(datum.label, ' ') : datum.label",
            labelOverlap=False,
            ticks=False,
            domain=False,
        ),
        alt.Y("experience:N")
        .sort(["good experience", "poor experience"])
        .title(None)
        .axis(labelLimit=160, labelOverlap=False, ticks=False, domain=False),
    )
    fields = (
        base.mark_rect(cornerRadius=4, stroke=SURFACE[theme], strokeWidth=3, fillOpacity=0.3)
        .encode(
            _colour(theme).legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("name:N").title("Quadrant"),
                alt.Tooltip("accounts:Q").title("Customers").format(",d"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("average_outcomes:Q").title("Mean outcomes").format(".1f"),
                alt.Tooltip("average_experience:Q").title("Mean experience").format(".1f"),
            ],
        )
        .add_params(mark)
    )
    lines: tuple[tuple[str, int, int, int, Literal["bold", "normal"]], ...] = (
        ("name", -22, 14, 12, "bold"),
        ("arr_label", 2, 18, 15, "bold"),
        ("count_label", 24, 12, 11, "normal"),
    )
    texts = [
        base.mark_text(
            dy=dy, fontSize=alt.ExprRef(f"{NARROW} ? {small} : {size}"), fontWeight=weight,
            color=INK[theme],
        ).encode(alt.Text(f"{column}:N"))
        for column, dy, size, small, weight in lines
    ]  # fmt: skip
    return alt.layer(fields, *texts).properties(height=alt.Step(96))


@specification
def places_chart(threshold: float, theme: Theme) -> alt.TopLevelMixin:
    """Each customer by outcomes and experience; lines at the threshold of good."""
    mark = selectable("account_id")
    lines = [
        alt.Chart(constant())
        .mark_rule(color=FAINT[theme], strokeDash=[4, 3])
        .encode(**{axis: datum(threshold)})
        for axis, datum in (("x", alt.XDatum), ("y", alt.YDatum))
    ]
    scale = alt.Scale(domain=[0, 100])
    points = (
        alt.Chart()
        .mark_circle(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("outcomes:Q").title("Outcomes").scale(scale).axis(tickCount=6),
            alt.Y("experience:Q").title("Experience").scale(scale).axis(tickCount=6),
            alt.Size("arr:Q").scale(range=[25, 500], zero=True).legend(None),
            _colour(theme).legend(**legend(4, 2)),
            focus(),
            tooltip=[
                alt.Tooltip("account_name:N").title("Account"),
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("csm_name:N").title("CSM"),
                alt.Tooltip("outcomes:Q").title("Outcomes").format(".1f"),
                alt.Tooltip("experience:Q").title("Experience").format(".1f"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
    )
    return alt.layer(*lines, points).properties(height=380)


def _colour(theme: Theme) -> alt.Color:
    colours = KINDS[theme]
    return (
        alt.Color("name:N")
        .title(None)
        .scale(
            domain=[NAMES[each] for each in QUADRANTS],
            range=[colours[3], colours[0], colours[1], colours[4]],
        )
    )
