"""Charts of success plans."""

from collections.abc import Callable
from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import CLOSED, HEALTH, INK, KINDS, LOSSES, Theme
from dashboard.formats import axis_money
from dashboard.spelled import spelled

STATUSES: Final = ("attained", "on track", "at risk", "missed", "other status")
"""Statuses in the order they are stacked; every word the dashboard does not know is another."""
BANDS: Final = (
    "below the baseline",
    "0 to 25%",
    "25 to 50%",
    "50 to 75%",
    "75 to 100%",
    "at the goal",
    "beyond the goal",
    "not measured",
)
PLANS: Final = ("no objective", "at risk or missed", "on track or attained")
NO_DATE: Final = "no due day"


def known(column: str = "status") -> pl.Expr:
    """The status, ``other status`` for a word the dashboard does not know and for none."""
    return (
        pl.when(pl.col(column).is_in(STATUSES)).then(pl.col(column)).otherwise(pl.lit(STATUSES[-1]))
    )


def _rank(column: str, order: tuple[str, ...]) -> pl.Expr:
    places = {name: place for place, name in enumerate(order)}
    return pl.col(column).replace_strict(places, return_dtype=pl.Int64)


def _colours(theme: Theme) -> list[str]:
    return [
        KINDS[theme][0],
        LOSSES[theme]["contraction"],
        KINDS[theme][1],
        CLOSED[theme]["lost"],
        HEALTH[theme]["not scored"],
    ]


def by_status(parts: pl.DataFrame, by: str) -> pl.DataFrame:
    """What ``by_status_chart`` draws: part x status, over rows of ``queries.plans.BY_PART``."""
    return (
        parts.with_columns(part=pl.col(by), what=known())
        .group_by("part", "what")
        .agg(pl.col("objectives").sum())
        .with_columns(rank=_rank("what", STATUSES), whole=pl.col("objectives").sum().over("part"))
        .sort("part", "rank")
    )


@specification
def by_status_chart(theme: Theme) -> alt.TopLevelMixin:
    """A bar per kind or segment: objectives by status."""
    mark = selectable("part", "what")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("objectives:Q").title("Objectives").axis(format="~s", tickCount=5, tickMinStep=1),
            alt.Y("part:N")
            .sort(field="whole", op="max", order="descending")
            .title(None)
            .axis(labelLimit=160, labelOverlap=False),
            _status(theme),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("part:N").title("Part"),
                alt.Tooltip("what:N").title("Status"),
                alt.Tooltip("objectives:Q").title("Objectives").format(",d"),
                alt.Tooltip("whole:Q").title("of").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(40))
    )


def progress(parts: pl.DataFrame, by: str) -> pl.DataFrame:
    """What ``progress_chart`` draws: parts with a measured objective, over ``BY_PART``."""
    beyond = pl.col("objectives").filter(pl.col("band") == "beyond the goal").sum()
    return (
        parts.group_by(part=pl.col(by))
        .agg(
            pl.col("objectives").sum(),
            pl.col("measured").sum(),
            pl.col("progress_sum").sum(),
            beyond=beyond,
        )
        .filter(pl.col("measured") > 0)
        .with_columns(average_progress=pl.col("progress_sum") / pl.col("measured"))
        .with_columns(
            label=pl.format("{}%, n {}", (100 * pl.col("average_progress")).round(1), "measured")
        )
        .sort("average_progress", "part", descending=[True, False])
    )


@specification
def progress_chart(theme: Theme) -> alt.TopLevelMixin:
    """A bar per kind or segment: the average share of the way from baseline to goal."""
    mark = selectable("part")
    base = alt.Chart().encode(
        alt.Y("part:N")
        .sort(field="average_progress", op="max", order="descending")
        .title(None)
        .axis(labelLimit=160, labelOverlap=False)
    )
    bars = (
        base.mark_bar(color=KINDS[theme][0])
        .encode(
            alt.X("average_progress:Q")
            .title("Average progress")
            .scale(domain=[0, 1])
            .axis(format=".0%", tickCount=5),
            focus(),
            tooltip=[
                alt.Tooltip("part:N").title("Part"),
                alt.Tooltip("average_progress:Q").title("Average progress").format(".1%"),
                alt.Tooltip("measured:Q").title("n").format(",d"),
                alt.Tooltip("objectives:Q").title("of").format(",d"),
                alt.Tooltip("beyond:Q").title("Beyond the goal").format(",d"),
            ],
        )
        .add_params(mark)
    )
    text = base.mark_text(align="right", dx=-6, color="#FFFFFF" if theme == "light" else "#1F2937")
    return alt.layer(
        bars,
        text.encode(alt.X("average_progress:Q"), alt.Text("label:N"), tooltip=alt.value(None)),
    ).properties(height=alt.Step(36))


def bands(parts: pl.DataFrame) -> pl.DataFrame:
    """What ``bands_chart`` draws: objectives by how far they are, over ``BY_PART``."""
    return (
        parts.with_columns(what=known())
        .group_by("band", "what")
        .agg(pl.col("objectives").sum())
        .with_columns(place=_rank("band", BANDS), rank=_rank("what", STATUSES))
        .sort("place", "rank")
    )


@specification
def bands_chart(theme: Theme) -> alt.TopLevelMixin:
    """A bar per span of progress: objectives by status."""
    mark = selectable("band", "what")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("band:N")
            .sort(list(BANDS))
            .scale(domain=list(BANDS))
            .title("From baseline to goal")
            .axis(labelLimit=130, **turned()),
            alt.Y("objectives:Q").title("Objectives").axis(format="~s", tickCount=5, tickMinStep=1),
            _status(theme),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("band:N").title("From baseline to goal"),
                alt.Tooltip("what:N").title("Status"),
                alt.Tooltip("objectives:Q").title("Objectives").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=380)
    )


def by_due_quarter(rows: pl.DataFrame, *, label_of: Callable[[date], str]) -> pl.DataFrame:
    """What ``by_due_quarter_chart`` draws, over the columns of ``BY_DUE_QUARTER``."""
    return (
        rows.with_columns(what=known())
        .group_by("due_quarter", "what")
        .agg(pl.col("objectives").sum())
        .pipe(spelled, quarter=("due_quarter", label_of))
        .with_columns(
            quarter=pl.col("quarter").fill_null(NO_DATE),
            rank=_rank("what", STATUSES),
        )
        .sort("due_quarter", "rank", nulls_last=True)
    )


@specification
def by_due_quarter_chart(
    quarters: tuple[str, ...], this_quarter: str, theme: Theme
) -> alt.TopLevelMixin:
    """Stacked bars per fiscal quarter of the due day: objectives by status."""
    mark = selectable("quarter", "what")
    bold = {"condition": {"test": f"datum.label === '{this_quarter}'", "value": 700}, "value": 400}
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("quarter:N")
            .sort(list(quarters))
            .scale(domain=list(quarters))
            .title("Due in")
            .axis(labelFontWeight=bold, **turned()),
            alt.Y("objectives:Q").title("Objectives").axis(format="~s", tickCount=5, tickMinStep=1),
            _status(theme),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("quarter:N").title("Due in"),
                alt.Tooltip("what:N").title("Status"),
                alt.Tooltip("objectives:Q").title("Objectives").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=300)
    )


def coverage(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``coverage_chart`` draws, over the columns of ``queries.plans.COVERAGE``."""
    return rows.with_columns(rank=_rank("plan", PLANS)).sort("segment", "rank")


@specification
def coverage_chart(currency: str, theme: Theme) -> alt.TopLevelMixin:
    """A bar per segment: ARR by what the customer's success plan says."""
    mark = selectable("segment", "plan")
    kinds = KINDS[theme]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("arr:Q").title("ARR").axis(labelExpr=axis_money(currency), tickCount=5),
            alt.Y("segment:N").title(None).axis(labelLimit=160, labelOverlap=False),
            alt.Color("plan:N")
            .title(None)
            .scale(domain=list(PLANS), range=[CLOSED[theme]["lost"], kinds[1], kinds[0]])
            .legend(**legend(3, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("segment:N").title("Segment"),
                alt.Tooltip("plan:N").title("Plan"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(40))
    )


def _status(theme: Theme) -> alt.Color:
    return (
        alt.Color("what:N")
        .title(None)
        .scale(domain=list(STATUSES), range=_colours(theme))
        .legend(**legend(5, 2))
    )
