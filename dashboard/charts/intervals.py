"""Numbers with their 95 % intervals: side by side, and over time."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, legend, selectable, specification
from dashboard.charts.palette import FAINT, KINDS, Theme

POINTS, SHARE, RATING = "points", "share", "rating"
POINTS_APART, SHARES_APART = "points apart", "shares apart"
"""Kinds of numbers; of the differences the line at nothing is drawn."""
_FORMATS: Final = {
    POINTS: "+.0f",
    SHARE: ".0%",
    RATING: ".2f",
    POINTS_APART: "+.0f",
    SHARES_APART: "+.0%",
}
_FINE: Final = _FORMATS | {POINTS: "+.1f", SHARE: ".1%", POINTS_APART: "+.1f", SHARES_APART: "+.1%"}
_LIMITS: Final[dict[str, list[float]]] = {POINTS: [-100, 100], SHARE: [0, 1], RATING: [1, 5]}


def monthly(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a ``month`` with the label that ``over_time_chart`` draws; undated ones left out."""
    return rows.filter(pl.col("month").is_not_null()).with_columns(
        month_label=pl.col("month").dt.to_string("%b %Y")
    )


def _value(title: str, kind: str) -> tuple[alt.X, alt.Y]:
    axis = alt.Axis(format=_FORMATS[kind], tickCount=5)
    limits = alt.Scale(domain=_LIMITS[kind], nice=False) if kind in _LIMITS else alt.Scale()
    return (
        alt.X("low:Q").title(title).axis(axis).scale(limits),
        alt.Y("low:Q").title(title).axis(axis).scale(limits),
    )


def _tooltips(kind: str, counted: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("value:Q").title("Value").format(_FINE[kind]),
        alt.Tooltip("low:Q").title("95 % interval from").format(_FINE[kind]),
        alt.Tooltip("high:Q").title("to").format(_FINE[kind]),
        alt.Tooltip("n:Q").title(counted).format(",d"),
    ]


@specification
def dots_chart(
    title: str, kind: str, counted: str, groups: tuple[str, ...], theme: Theme
) -> alt.TopLevelMixin:
    """A dot with its interval per ``name``, one colour per ``group``; rows in the frame's order.

    Of a difference the line at nothing is drawn: an interval across it is no detectable one.
    """
    mark = selectable("name", "group")
    colours = [KINDS[theme][place % len(KINDS[theme])] for place in range(len(groups))]
    base = alt.Chart().encode(
        alt.Y("name:N")
        .sort(None)
        .title(None)
        .axis(labelLimit=alt.ExprRef(f"{NARROW} ? 130 : 260"), labelOverlap=False),
        alt.YOffset("group:N").scale(domain=list(groups)),
        alt.Color("group:N")
        .title(None)
        .scale(domain=list(groups), range=colours)
        .legend(None if len(groups) == 1 else alt.Legend(**legend(3, 1))),
        tooltip=[
            alt.Tooltip("name:N").title("Of"),
            alt.Tooltip("group:N").title("Which"),
            *_tooltips(kind, counted),
        ],
    )
    x, _ = _value(title, kind)
    interval = base.mark_rule(strokeWidth=2).encode(x, alt.X2("high:Q"))
    dot = base.mark_circle(size=110).encode(alt.X("value:Q"), focus()).add_params(mark)
    zero = alt.Chart().mark_rule(color=FAINT[theme], strokeDash=[3, 3]).encode(x=alt.XDatum(0))
    layers = [interval, dot] if kind in _LIMITS else [zero, interval, dot]
    return alt.layer(*layers).properties(height=alt.Step(24, **{"for": "offset"}))


@specification
def over_time_chart(
    title: str, kind: str, counted: str, groups: tuple[str, ...], theme: Theme
) -> alt.TopLevelMixin:
    """A line per ``group`` over the months, each point with its interval."""
    mark = selectable("month_label", "group")
    colours = [KINDS[theme][place % len(KINDS[theme])] for place in range(len(groups))]
    dashes = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2]]
    x = (
        alt.X("month_label:N")
        .sort(field="month", op="min", order="ascending")
        .title(None)
        .axis(labelAngle=-45, labelOverlap="greedy")
    )
    base = alt.Chart().encode(
        x,
        alt.XOffset("group:N").scale(domain=list(groups)),
        alt.Color("group:N")
        .title(None)
        .scale(domain=list(groups), range=colours)
        .legend(None if len(groups) == 1 else alt.Legend(**legend(3, 1))),
        tooltip=[
            alt.Tooltip("month_label:N").title("Month"),
            alt.Tooltip("group:N").title("Which"),
            *_tooltips(kind, counted),
        ],
    )
    _, y = _value(title, kind)
    interval = base.mark_rule(strokeWidth=1.5, opacity=0.55).encode(y, alt.Y2("high:Q"))
    line = base.mark_line(strokeWidth=2).encode(
        alt.Y("value:Q"),
        alt.StrokeDash("group:N")
        .scale(domain=list(groups), range=[dashes[each % 4] for each in range(len(groups))])
        .legend(None),
    )
    points = base.mark_circle(size=60).encode(alt.Y("value:Q"), focus()).add_params(mark)
    return alt.layer(interval, line, points).properties(height=280)
