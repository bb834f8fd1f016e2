"""Charts of one account: over weeks, and its events."""

from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import legend, specification
from dashboard.charts.palette import ACCENT, BANDS, FAINT, HEALTH, INK, SURFACE, WORDS, Theme
from dashboard.formats import axis_money

KINDS: Final = {
    "touch": "Touches",
    "support": "Support",
    "survey": "Surveys",
    "renewal": "Renewals",
    "arr": "Changes of ARR",
    "opportunity": "Opportunities",
    "risk": "Risks",
    "objective": "Objectives",
    "advocacy": "Acts of advocacy",
    "milestone": "First uses",
    "message": "Messages",
    "account": "Changes of account",
    "health": "Turns of health",
}
"""Kinds of events as they read, in the order they are drawn."""
USE: Final = ("in use", "licensed")


def scored(weeks: pl.DataFrame) -> pl.DataFrame:
    """What ``health_by_week`` draws, over the columns of ``queries.account.WEEKS``."""
    return weeks.filter(pl.col("overall_score").is_not_null()).with_columns(
        band=pl.col("health_band")
    )


@specification
def health_by_week(red_below: float, amber_below: float, theme: Theme) -> alt.TopLevelMixin:
    """Line of the weekly score with its band as the colour of each point."""
    x = (
        alt.X("week_on:T")
        .title(None)
        .axis(format="%b %Y", tickCount=6, labelOverlap="greedy", grid=False)
    )
    y = alt.Y("overall_score:Q").title("Health score").scale(domain=[0, 100])
    limits = [
        alt.Chart().mark_rule(color=FAINT[theme], strokeDash=[3, 3]).encode(y=alt.YDatum(each))
        for each in (red_below, amber_below)
    ]
    line = alt.Chart().mark_line(color=FAINT[theme], strokeWidth=1.2).encode(x, y)
    points = (
        alt.Chart()
        .mark_circle(size=34, opacity=1, stroke=INK[theme], strokeWidth=0.3)
        .encode(
            x,
            y,
            alt.Color("band:N")
            .title(None)
            .scale(domain=list(BANDS[:3]), range=[HEALTH[theme][band] for band in BANDS[:3]])
            .legend(labelExpr=_WORDS, **legend(3, 3)),
            tooltip=[
                alt.Tooltip("week_on:T").title("Week of").format("%d %b %Y"),
                alt.Tooltip("overall_score:Q").title("Score").format(".1f"),
                alt.Tooltip("band:N").title("Health"),
                alt.Tooltip("outcomes:Q").title("Outcomes").format(".1f"),
                alt.Tooltip("experience:Q").title("Experience").format(".1f"),
            ],
        )
    )
    return alt.layer(*limits, line, points).properties(height=240)


def until(history: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What ``arr_over_time`` draws of steps: the last one goes on to the as-of date.

    Takes the columns of ``queries.account_records.ARR_HISTORY``.
    """
    if history.is_empty() or history["changed_on"][-1] == as_of:
        return history
    today = history.tail(1).with_columns(changed_on=pl.lit(as_of), change=None, products=None)
    return pl.concat([history, today], how="vertical_relaxed")


@specification
def arr_over_time(column: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Steps of ARR from zero, by the days of a column."""
    x = (
        alt.X(f"{column}:T")
        .title(None)
        .axis(format="%b %Y", tickCount=6, labelOverlap="greedy", grid=False)
    )
    y = (
        alt.Y("arr:Q")
        .title("ARR")
        .scale(zero=True)
        .axis(labelExpr=axis_money(currency), tickCount=5)
    )
    tooltip = [
        alt.Tooltip(f"{column}:T").title("Day").format("%d %b %Y"),
        alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
    ]
    field = alt.Chart().mark_area(color=ACCENT[theme], opacity=0.15, interpolate="step-after")
    line = alt.Chart().mark_line(color=ACCENT[theme], strokeWidth=2, interpolate="step-after")
    # Of weeks there are many: they are felt, not seen.
    seen = 0 if column == "week_on" else 0.9
    points = alt.Chart().mark_circle(color=ACCENT[theme], size=40, opacity=seen)
    return alt.layer(
        field.encode(x, y), line.encode(x, y), points.encode(x, y, tooltip=tooltip)
    ).properties(height=240)


def used(weeks: pl.DataFrame, most: str, part: str) -> pl.DataFrame:
    """What ``use_by_week`` draws: what was used and the most that could be, week by week."""
    return weeks.filter(pl.col(part).is_not_null()).with_columns(
        used=pl.col(part), most=pl.col(most)
    )


@specification
def use_by_week(noun: str, theme: Theme) -> alt.TopLevelMixin:
    """Area of what was used under the line of what could be."""
    x = (
        alt.X("week_on:T")
        .title(None)
        .axis(format="%b %Y", tickCount=6, labelOverlap="greedy", grid=False)
    )
    colour = (
        alt.Color("what:N")
        .title(None)
        .scale(domain=list(USE), range=[ACCENT[theme], FAINT[theme]])
        .legend(symbolOpacity=1, **legend(2, 2))
    )
    tooltip = [
        alt.Tooltip("week_on:T").title("Week of").format("%d %b %Y"),
        alt.Tooltip("used:Q").title("In use").format(",d"),
        alt.Tooltip("most:Q").title("Licensed").format(",d"),
    ]
    base = alt.Chart()
    in_use = base.transform_calculate(what=f"'{USE[0]}'")
    licensed = base.transform_calculate(what=f"'{USE[1]}'")
    y = alt.Y("used:Q").title(noun).scale(zero=True).axis(tickCount=5, format="~s")
    return alt.layer(
        in_use.mark_area(opacity=0.25).encode(x, y, colour, tooltip=tooltip),
        in_use.mark_line(strokeWidth=1.6).encode(x, y, colour),
        licensed.mark_line(strokeWidth=1.6, strokeDash=[5, 3], interpolate="step-after").encode(
            x, alt.Y("most:Q"), colour
        ),
    ).properties(height=220)


def named(events: pl.DataFrame) -> pl.DataFrame:
    """What ``events`` draws, over the columns of ``queries.account.TIMELINE``."""
    return events.with_columns(
        lane=pl.col("kind").replace_strict(KINDS, default=pl.col("kind")),
        text=pl.col("title").str.slice(0, 120),
    )


@specification
def events(lanes: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """A lane per kind with a stroke on each day something happened."""
    return (
        alt.Chart()
        .mark_tick(thickness=2, size=16, opacity=0.75, color=ACCENT[theme])
        .encode(
            alt.X("happened_on:T")
            .title(None)
            .axis(format="%b %Y", tickCount=6, labelOverlap="greedy", gridColor=SURFACE[theme]),
            alt.Y("lane:N")
            .sort(list(lanes))
            .title(None)
            .axis(labelLimit=140, labelOverlap=False, ticks=False),
            tooltip=[
                alt.Tooltip("happened_on:T").title("Day").format("%d %b %Y"),
                alt.Tooltip("lane:N").title("Kind"),
                alt.Tooltip("text:N").title("What"),
                alt.Tooltip("who:N").title("Who"),
            ],
        )
        .properties(height=alt.Step(22))
    )


def lanes(drawn: pl.DataFrame) -> tuple[str, ...]:
    """Kinds that happened, in their order; those nobody expected come last."""
    order = list(KINDS.values())
    present = drawn["lane"].unique().to_list()
    return tuple(
        sorted(present, key=lambda each: (order.index(each) if each in order else 99, each))
    )


_WORDS: Final = (
    "({" + ", ".join(f"'{band}': '{word}'" for band, word in WORDS.items()) + "})[datum.label]"
)
