"""Charts of retention."""

from collections.abc import Callable
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import ACCENT, FAINT, INK, KINDS, SURFACE, Theme
from dashboard.formats import Unit
from dashboard.spelled import spelled

RATES: Final[dict[str, str]] = {"nrr": "NRR", "grr": "GRR", "logo_retention": "Logo retention"}
RENEWAL_RATES: Final[dict[str, str]] = {
    "gross_renewal_rate": "Gross renewal rate",
    "net_renewal_rate": "Net renewal rate",
    "logo_renewal_rate": "Logo renewal rate",
}
OWN_RATE: Final = "own rate"
MIX: Final = "weight in the book"
CHANGED: Final = "changed part"
UNKNOWN: Final = "unknown"


def over_time(periods: pl.DataFrame, *, label_of: Callable[..., str]) -> pl.DataFrame:
    """What ``over_time_chart`` draws: one point per period and rate; undefined rates are absent.

    Takes the columns of ``queries.retention.BY_PERIOD``; ``label_of`` names a period by its two
    days.
    """
    return (
        periods.pipe(spelled, period=(("period_start_on", "period_end_on"), label_of))
        .unpivot(
            on=list(RATES),
            index=["period", "period_start_on", "period_end_on", "opening_arr", "accounts"],
            variable_name="rate",
            value_name="value",
        )
        .filter(pl.col("value").is_not_null())
        .with_columns(rate=pl.col("rate").replace_strict(RATES))
        .pipe(spelled, text=("value", Unit.SHARE.text))
        .sort("period_end_on", "rate")
    )


def renewal_rates(rates: pl.DataFrame, *, label_of: Callable[..., str]) -> pl.DataFrame:
    """What ``over_time_chart`` draws of renewals: one point per period and rate.

    Takes the columns of ``queries.renewals.RATES_BY_QUARTER``; ``label_of`` names a period by its
    first day. A period without a decided renewal has no point.
    """
    return (
        rates.pipe(spelled, period=("due_quarter", label_of))
        .with_columns(
            period_end_on=pl.col("due_quarter"),
            opening_arr=pl.col("arr_due"),
            accounts=pl.col("decided"),
        )
        .unpivot(
            on=list(RENEWAL_RATES),
            index=["period", "due_quarter", "period_end_on", "opening_arr", "accounts"],
            variable_name="rate",
            value_name="value",
        )
        .filter(pl.col("value").is_not_null())
        .with_columns(rate=pl.col("rate").replace_strict(RENEWAL_RATES))
        .pipe(spelled, text=("value", Unit.SHARE.text))
        .sort("period_end_on", "rate")
    )


@specification
def over_time_chart(
    names: tuple[str, ...], of: str, counted: str, theme: Theme
) -> alt.TopLevelMixin:
    """Rates as lines; the line at 100 % is all of what they are shares of."""
    mark = selectable("period", "rate")
    base = alt.Chart().encode(
        alt.X("period:N")
        .sort(field="period_end_on", op="min", order="ascending")
        .title(None)
        .axis(**turned()),
        alt.Y("value:Q")
        .title(f"Share of the {of}")
        .scale(zero=False, nice=True)
        .axis(format=".0%", tickCount=6),
        alt.Color("rate:N")
        .title(None)
        .scale(domain=list(names), range=list(KINDS[theme][:3]))
        .legend(symbolType="stroke", **(legend(3, 1) | {"symbolStrokeWidth": 3})),
    )
    whole = (
        alt.Chart()
        .transform_aggregate(periods="count()")
        .transform_calculate(whole="1")
        .mark_rule(color=FAINT[theme], strokeDash=[4, 3])
        .encode(alt.Y("whole:Q"))
    )
    lines = base.mark_line(strokeWidth=2.5).encode(
        alt.StrokeDash("rate:N")
        .scale(domain=list(names), range=[[1, 0], [7, 3], [2, 3]])
        .legend(None)
    )
    points = (
        base.mark_point(size=75, filled=True)
        .encode(
            focus(),
            tooltip=[
                alt.Tooltip("period:N").title("Period"),
                alt.Tooltip("rate:N").title("Rate"),
                alt.Tooltip("text:N").title("Value"),
                alt.Tooltip("opening_arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("accounts:Q").title(counted).format(",d"),
            ],
        )
        .add_params(mark)
    )
    return alt.layer(whole, lines, points).properties(height=320)


def by_part(now: pl.DataFrame, before: pl.DataFrame, *, rate: str, most: int) -> pl.DataFrame:
    """What ``by_part_chart`` draws: the parts with the most opening ARR, the lowest rate first.

    Takes the columns of ``queries.retention.BY_PART`` of two periods. A part that opened with
    nothing has no rate and no bar; the table has every part.
    """
    earlier = before.select("part", before=rate)
    return (
        now.with_columns(value=pl.col(rate))
        .filter(pl.col("value").is_not_null())
        .sort("opening_arr", descending=True)
        .head(most)
        .join(earlier, on="part", how="left", nulls_equal=True)
        .with_columns(
            name=pl.col("label").fill_null(UNKNOWN),
            part=pl.col("part").fill_null(UNKNOWN),
            edge=pl.max_horizontal("value", "before"),
        )
        .pipe(spelled, text=("value", Unit.SHARE.text))
        .select(
            "part", "name", "value", "before", "edge", "text", "opening_arr", "accounts", "kept"
        )
        .sort("value", "part")
    )


@specification
def by_part_chart(title: str, theme: Theme) -> alt.TopLevelMixin:
    """A bar per part from zero, with a tick where it stood in the period compared with."""
    mark = selectable("part")
    base = alt.Chart().encode(
        alt.Y("name:N")
        .sort(field="value", op="min", order="ascending")
        .title(None)
        .axis(labelLimit=180, labelOverlap=False),
    )
    bars = (
        base.mark_bar(size=16, color=ACCENT[theme])
        .encode(
            alt.X("value:Q").title(title).axis(format=".0%", tickCount=6),
            focus(),
            tooltip=[
                alt.Tooltip("name:N").title("Part"),
                alt.Tooltip("text:N").title(title),
                alt.Tooltip("before:Q").title("Compared with").format(".1%"),
                alt.Tooltip("opening_arr:Q").title("Opening ARR").format(",.2f"),
                alt.Tooltip("accounts:Q").title("Opening customers").format(",d"),
            ],
        )
        .add_params(mark)
    )
    ticks = base.mark_tick(thickness=3, size=22, color=KINDS[theme][1]).encode(alt.X("before:Q"))
    texts = base.mark_text(align="left", dx=6, color=INK[theme]).encode(
        alt.X("edge:Q"), alt.Text("text:N")
    )
    return alt.layer(bars, ticks, texts).properties(height=alt.Step(28))


def split(effects: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """What ``split_chart`` draws: part x cause with its percentage points; nothing has no bar.

    Takes what ``metrics.retention.rate_and_mix`` gives.
    """
    return (
        effects.with_columns(
            name=pl.when("is_changed")
            .then(pl.lit(f"changed {by}"))
            .otherwise(pl.col("label").fill_null(UNKNOWN)),
            part=pl.col("part").fill_null(UNKNOWN),
        )
        .unpivot(
            on=["rate_effect", "mix_effect"],
            index=["part", "name", "is_changed"],
            variable_name="cause",
            value_name="effect",
        )
        .with_columns(
            cause=pl.when("is_changed")
            .then(pl.lit(CHANGED))
            .otherwise(pl.col("cause").replace_strict({"rate_effect": OWN_RATE, "mix_effect": MIX}))
        )
        .group_by("part", "name", "cause", maintain_order=True)
        .agg(pl.col("effect").sum())
        .filter(pl.col("effect").abs() >= _LEAST)
        .with_columns(points=100 * pl.col("effect"))
        .pipe(spelled, text=("effect", _points))
        .sort("effect", "name")
    )


_LEAST: Final = 0.00005
"""Effects below half a hundredth of a point would have no bar anybody sees."""


@specification
def split_chart(theme: Theme) -> alt.TopLevelMixin:
    """Bars to the left and right of zero: percentage points that each part and cause moved."""
    return _effects_chart("cause", (OWN_RATE, MIX, CHANGED), ("part", "cause"), theme)


def rules(steps: pl.DataFrame) -> pl.DataFrame:
    """What ``rules_chart`` draws: percentage points that each choice of a policy moves.

    Takes columns step, name, effect.
    """
    return spelled(steps, text=("effect", _points)).with_columns(
        points=100 * pl.col("effect"),
        cause=pl.when(pl.col("effect") < 0).then(pl.lit("lower")).otherwise(pl.lit("higher")),
    )


@specification
def rules_chart(theme: Theme) -> alt.TopLevelMixin:
    """One bar per choice, in the order they are taken over; what it becomes is in the tooltip."""
    return _effects_chart("cause", ("higher", "lower"), ("step",), theme, order="position")


def _effects_chart(
    colour: str, domain: tuple[str, ...], keys: tuple[str, ...], theme: Theme, order: str = "points"
) -> alt.TopLevelMixin:
    mark = selectable(*keys)
    base = alt.Chart().encode(
        alt.Y("name:N")
        .sort(field=order, op="min", order="ascending")
        .title(None)
        .axis(labelLimit=230, labelOverlap=False, domain=False, ticks=False),
        alt.YOffset(f"{colour}:N").sort(list(domain)),
    )
    bars = (
        base.mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("points:Q").title("Percentage points").axis(format="+.2~f", tickCount=6),
            alt.Color(f"{colour}:N")
            .title(None)
            .scale(domain=list(domain), range=list(KINDS[theme][: len(domain)]))
            .legend(**legend(len(domain), 1)),
            focus(),
            tooltip=[
                alt.Tooltip("name:N").title("Part"),
                alt.Tooltip(f"{colour}:N").title("Cause"),
                alt.Tooltip("text:N").title("Effect"),
            ],
        )
        .add_params(mark)
    )
    positive = base.transform_filter("datum.points >= 0").mark_text(
        align="left", dx=4, color=INK[theme]
    )
    negative = base.transform_filter("datum.points < 0").mark_text(
        align="right", dx=-4, color=INK[theme]
    )
    zero = (
        alt.Chart()
        .transform_aggregate(rows="count()")
        .transform_calculate(zero="0")
        .mark_rule(color=SURFACE[theme])
        .encode(alt.X("zero:Q"))
    )
    texts = [each.encode(alt.X("points:Q"), alt.Text("text:N")) for each in (positive, negative)]
    return alt.layer(zero, bars, *texts).properties(height=alt.Step(22))


def _points(effect: float) -> str:
    return f"{100 * effect:+.2f} pp"
