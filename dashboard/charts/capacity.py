"""Charts of capacity: the load of each CSM by its parts, and before and after moves."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.capacity_policy import PARTS, RAMP
from dashboard.charts import constant, focus, legend, selectable, specification
from dashboard.charts.palette import ACCENT, FAINT, INK, KINDS, Theme

SHOWN: Final = 50
"""CSMs drawn; the page says how many more there are."""
WORDS: Final = {
    "accounts": "customers",
    "arr": "ARR",
    "arr_red": "ARR at red",
    "renewals": "renewals ahead",
    "onboarding": "onboarding",
    RAMP: "still ramping",
}
BEFORE: Final = "before"
AFTER: Final = "after"


def parts(loads: pl.DataFrame) -> pl.DataFrame:
    """What ``loads_chart`` draws, over ``metrics.capacity.loads``: CSM x part that weighs."""
    columns = {f"{part}_points": part for part in (*PARTS, RAMP)}
    ranks = {name: rank for rank, name in enumerate(columns)}
    words = {name: WORDS[part] for name, part in columns.items()}
    return (
        loads.head(SHOWN)
        .with_row_index("place")
        .unpivot(
            on=list(columns),
            index=["place", "member_id", "csm", "customers", "index", "reading"],
            variable_name="part",
            value_name="points",
        )
        .with_columns(
            rank=pl.col("part").replace_strict(ranks), part=pl.col("part").replace_strict(words)
        )
        .filter((pl.col("points") > 0) | ((pl.col("index") == 0) & (pl.col("rank") == 0)))
        .sort("place", "rank")
    )


@specification
def loads_chart(light_below: float, heavy_above: float, theme: Theme) -> alt.TopLevelMixin:
    """Bars of the load index per CSM, stacked by part, with the middle of the band as a line."""
    mark = selectable("csm", "part")
    names = list(WORDS.values())
    bars = (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("points:Q").title("Load index").stack("zero").axis(tickCount=6),
            _names(),
            alt.Color("part:N")
            .title(None)
            .scale(domain=names, range=list(KINDS[theme][: len(names)]))
            .legend(**legend(6)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("csm:N").title("CSM"),
                alt.Tooltip("part:N").title("Part"),
                alt.Tooltip("points:Q").title("Points").format(".1f"),
                alt.Tooltip("index:Q").title("Load index").format(".1f"),
                alt.Tooltip("reading:N").title("Reading"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
            ],
        )
        .add_params(mark)
    )
    lines = [
        alt.Chart(constant())
        .mark_rule(color=FAINT[theme], strokeDash=dash)
        .encode(x=alt.XDatum(at))
        for at, dash in ((light_below, [2, 4]), (100.0, [6, 3]), (heavy_above, [2, 4]))
    ]
    return alt.layer(bars, *lines).properties(height=alt.Step(26))


def both(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What ``moved_chart`` draws: each CSM's load before and after, who changes most first."""
    joined = (
        before.select("member_id", "csm", before=pl.col("index"), customers_before="customers")
        .join(
            after.select("member_id", after=pl.col("index"), customers_after="customers"),
            on="member_id",
            how="inner",
            maintain_order="left",
        )
        .with_columns(change=pl.col("after") - pl.col("before"))
        .sort(pl.col("change").abs(), "before", "member_id", descending=[True, True, False])
        .with_row_index("place")
    )
    index = ["place", "member_id", "csm", "before", "after", "change"]
    return pl.concat(
        joined.select(
            *index, state=pl.lit(state), load=pl.col(state), customers=pl.col(f"customers_{state}")
        )
        for state in (BEFORE, AFTER)
    ).sort("place", "state", descending=[False, True])


@specification
def moved_chart(theme: Theme) -> alt.TopLevelMixin:
    """Two points per CSM, before and after, joined; the middle of the band as a line."""
    mark = selectable("csm", "state")
    joined = (
        alt.Chart()
        .mark_rule(strokeWidth=2, color=FAINT[theme])
        .encode(alt.X("before:Q").title("Load index"), alt.X2("after:Q"), _names())
    )
    points = (
        alt.Chart()
        .mark_point(filled=True, size=95, opacity=1, stroke=INK[theme], strokeWidth=0.6)
        .encode(
            alt.X("load:Q").title("Load index").scale(zero=True).axis(tickCount=6),
            _names(),
            alt.Color("state:N")
            .title(None)
            .scale(domain=[BEFORE, AFTER], range=[FAINT[theme], ACCENT[theme]])
            .legend(**legend(2)),
            alt.Shape("state:N")
            .scale(domain=[BEFORE, AFTER], range=["circle", "diamond"])
            .legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("csm:N").title("CSM"),
                alt.Tooltip("state:N").title("When"),
                alt.Tooltip("load:Q").title("Load index").format(".1f"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
                alt.Tooltip("change:Q").title("Change").format("+.1f"),
            ],
        )
        .add_params(mark)
    )
    middle = (
        alt.Chart(constant())
        .mark_rule(color=FAINT[theme], strokeDash=[6, 3])
        .encode(x=alt.XDatum(100.0))
    )
    return alt.layer(joined, middle, points).properties(height=alt.Step(26))


def _names() -> alt.Y:
    return (
        alt.Y("csm:N")
        .sort(field="place", op="min", order="ascending")
        .title(None)
        .axis(labelLimit=170, labelOverlap=False, ticks=False)
    )
