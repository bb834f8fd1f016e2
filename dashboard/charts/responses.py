"""Charts of response to surveys and of closing the loop."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import ACCENT, CLOSED, FAINT, INK, KINDS, SURFACE, Theme

STATES: Final = ("answered", "no answer", "still open")
AGES: Final = ("up to 7 days", "8 to 30 days", "31 to 90 days", "more than 90 days", "age unknown")
_AGE_ENDS: Final = (7, 30, 90)


def by_state(invitations: pl.DataFrame) -> pl.DataFrame:
    """What ``by_month_chart`` draws: month x state of ``queries.responses.BY_MONTH``."""
    return (
        invitations.filter(pl.col("month").is_not_null())
        .rename({"no_answer": "no answer", "still_open": "still open"})
        .group_by("month")
        .agg(pl.col(STATES).sum())
        .unpivot(on=STATES, index="month", variable_name="state", value_name="invitations")
        .filter(pl.col("invitations") > 0)
        .with_columns(
            month_label=pl.col("month").dt.to_string("%b %Y"),
            rank=pl.col("state").replace_strict({each: n for n, each in enumerate(STATES)}),
        )
        .sort("month", "rank")
    )


@specification
def by_month_chart(theme: Theme) -> alt.TopLevelMixin:
    """Stacked invitations per month: answered, not answered, still open."""
    mark = selectable("month_label", "state")
    colours = [ACCENT[theme], CLOSED[theme]["kept"], SURFACE[theme]]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("month_label:N")
            .sort(field="month", op="min", order="ascending")
            .title(None)
            .axis(labelAngle=-45, labelOverlap="greedy"),
            alt.Y("invitations:Q").title("Invitations"),
            alt.Color("state:N")
            .title(None)
            .scale(domain=list(STATES), range=colours)
            .legend(**legend(3, 3)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("month_label:N").title("Sent in"),
                alt.Tooltip("state:N").title("State"),
                alt.Tooltip("invitations:Q").title("Invitations").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=260)
    )


@specification
def closing_chart(target: int, last: int, theme: Theme) -> alt.TopLevelMixin:
    """Steps of the share of loops closed by each number of days, with the target."""
    shared = alt.Chart().encode(
        alt.X("days:Q")
        .title("Days from the answer")
        .scale(domain=[0, last], nice=False)
        .axis(tickCount=8),
    )
    steps = shared.mark_line(interpolate="step-after", color=ACCENT[theme], strokeWidth=2).encode(
        alt.Y("closed_share:Q")
        .title("Somebody came back to")
        .scale(domain=[0, 1])
        .axis(format=".0%", tickCount=5)
    )
    points = shared.mark_circle(color=ACCENT[theme], size=45).encode(
        alt.Y("closed_share:Q"),
        tooltip=[
            alt.Tooltip("days:Q").title("Days"),
            alt.Tooltip("closed_share:Q").title("Closed by then").format(".1%"),
            alt.Tooltip("at_risk:Q").title("Open until then").format(",d"),
            alt.Tooltip("closed:Q").title("Closed on that day").format(",d"),
            alt.Tooltip("still_open:Q").title("Still open, of that age").format(",d"),
        ],
    )
    goal = alt.Chart().mark_rule(color=FAINT[theme], strokeDash=[4, 3]).encode(x=alt.XDatum(target))
    return alt.layer(goal, steps, points).properties(height=280)


def age() -> pl.Expr:
    """The span of an open loop's age in words, from ``days``."""
    days = pl.col("days")
    return (
        pl.when(days.is_null())
        .then(pl.lit(AGES[-1]))
        .when(days <= _AGE_ENDS[0])
        .then(pl.lit(AGES[0]))
        .when(days <= _AGE_ENDS[1])
        .then(pl.lit(AGES[1]))
        .when(days <= _AGE_ENDS[2])
        .then(pl.lit(AGES[2]))
        .otherwise(pl.lit(AGES[3]))
    )


def by_age(unclosed: pl.DataFrame) -> pl.DataFrame:
    """What ``by_age_chart`` draws: open loops of ``queries.loops.UNCLOSED`` by age."""
    return (
        unclosed.with_columns(age=age())
        .group_by("age")
        .agg(
            loops=pl.len(),
            accounts=pl.col("account_id").n_unique(),
            arr=pl.struct("account_id", "arr").unique().struct.field("arr").sum(),
        )
        .sort(pl.col("age").replace_strict({each: n for n, each in enumerate(AGES)}))
    )


@specification
def by_age_chart(theme: Theme) -> alt.TopLevelMixin:
    """Bars of open loops by age."""
    mark = selectable("age")
    return (
        alt.Chart()
        .mark_bar(color=KINDS[theme][1])
        .encode(
            alt.X("age:N").sort(list(AGES)).title(None).axis(**turned()),
            alt.Y("loops:Q").title("Open loops"),
            focus(),
            tooltip=[
                alt.Tooltip("age:N").title("Age"),
                alt.Tooltip("loops:Q").title("Open loops").format(",d"),
                alt.Tooltip("accounts:Q").title("Accounts").format(",d"),
                alt.Tooltip("arr:Q").title("ARR of these accounts").format(",.2f"),
            ],
        )
        .add_params(mark)
        .properties(height=240)
    )
