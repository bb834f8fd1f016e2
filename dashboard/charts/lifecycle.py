"""Charts of the customer lifecycle."""

from collections.abc import Sequence
from typing import Final, TypeVar

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, legend, raised, selectable, specification
from dashboard.charts.palette import CLOSED, HEALTH, INK, KEPT, KINDS, SURFACE, Theme
from dashboard.formats import axis_money
from dashboard.spelled import spelled
from dashboard.vocabulary import LIFECYCLE_STAGES

Axis = TypeVar("Axis", alt.X, alt.Y)

READINGS: Final = ("within its limit", "stuck", "no limit", "entry not known")
UNMAPPED: Final = "unmapped"
UNRECORDED: Final = "not recorded"
STILL: Final = "still in it"
GROUPS: Final = (*LIFECYCLE_STAGES, UNMAPPED, UNRECORDED)
STAYS: Final = ("in it now", "ended")
_PLACES: Final = {name: place for place, name in enumerate(GROUPS)}


def group(column: str = "stage") -> pl.Expr:
    """The known stage, ``unmapped`` for every other word, ``not recorded`` where there is none."""
    known = [*LIFECYCLE_STAGES, UNRECORDED]
    return pl.when(pl.col(column).is_in(known)).then(pl.col(column)).otherwise(pl.lit(UNMAPPED))


def _place(column: str) -> pl.Expr:
    return group(column).replace_strict(_PLACES, return_dtype=pl.Int64)


def ordered(names: Sequence[str]) -> tuple[str, ...]:
    """Stages in the order of the journey, unmapped ones after them by name."""
    return tuple(sorted(set(names), key=lambda name: (_PLACES.get(name, _PLACES[UNMAPPED]), name)))


def by_stage(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``by_stage_chart`` draws, over the columns of ``queries.lifecycle.BY_STAGE``."""
    ranks = {name: place for place, name in enumerate(READINGS)}
    return rows.with_columns(
        place=_place("stage"),
        rank=pl.col("reading").replace_strict(ranks, return_dtype=pl.Int64),
    ).sort("place", "stage", "rank")


@specification
def by_stage_chart(
    measure: str, stages: tuple[str, ...], currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """A bar per stage: accounts or ARR by whether they are stuck in it."""
    mark = selectable("stage", "reading")
    kinds = KINDS[theme]
    colours = [kinds[0], kinds[1], CLOSED[theme]["kept"], HEALTH[theme]["not scored"]]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            _length(alt.X, measure, "accounts", "Accounts", currency),
            alt.Y("stage:N")
            .sort(list(stages))
            .title(None)
            .axis(labelLimit=170, labelOverlap=False),
            alt.Color("reading:N")
            .title(None)
            .scale(domain=list(READINGS), range=colours)
            .legend(**legend(4, 2)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("stage:N").title("Stage"),
                alt.Tooltip("reading:N").title("Time in it"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("accounts:Q").title("Accounts").format(",d"),
                alt.Tooltip("customers:Q").title("of them customers").format(",d"),
                alt.Tooltip("limit_days:Q").title("Limit in days").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(40))
    )


def by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``by_month_chart`` draws, over the columns of ``queries.lifecycle.BY_MONTH``."""
    return (
        rows.with_columns(group=group())
        .group_by("day_on", "group")
        .agg(
            pl.col("customers").sum(),
            pl.col("arr").sum(),
            pl.col("stuck").sum(),
            pl.col("arr_stuck").sum(),
        )
        .with_columns(
            rank=_place("group"), day=pl.col("day_on").dt.strftime("%-d %b %Y").str.strip_chars()
        )
        .sort("day_on", "rank")
    )


@specification
def by_month_chart(
    measure: str, groups: tuple[str, ...], currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """Stacked bars: customers or ARR by stage at the end of each month and on the as-of date."""
    mark = selectable("day", "group")
    kinds = KINDS[theme]
    colours = {name: kinds[place % len(kinds)] for place, name in enumerate(GROUPS)}
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.3)
        .encode(
            alt.X("day:N")
            .sort(field="day_on", op="min", order="ascending")
            .title(None)
            .axis(labelAngle=-45, labelOverlap=False),
            _length(alt.Y, measure, "customers", "Customers", currency),
            alt.Color("group:N")
            .title(None)
            .scale(domain=list(groups), range=[colours[name] for name in groups])
            .legend(**legend(7, 2)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("day:N").title("On"),
                alt.Tooltip("group:N").title("Stage"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
                alt.Tooltip("stuck:Q").title("of them stuck").format(",d"),
            ],
        )
        .add_params(mark)
        .properties(height=320)
    )


def lengths(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``lengths_chart`` draws, over ``queries.lifecycle.DAYS_IN_STAGE``; Churned left out."""
    return (
        rows.filter(pl.col("stage") != "Churned")
        .with_columns(
            place=_place("stage"),
            line=pl.format("{}, {}", "stage", "stays"),
            n=pl.format("n {}", "number"),
        )
        .sort("place", "stage", "stays", descending=[False, False, True])
    )


@specification
def lengths_chart(lines: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """Middle half of the days in a stage with the median, now and ended, and the stage's limit."""
    mark = selectable("line")
    kinds = KINDS[theme]
    base = alt.Chart().encode(
        alt.Y("line:N").sort(list(lines)).title(None).axis(labelLimit=170, labelOverlap=False)
    )
    told = [
        alt.Tooltip("stage:N").title("Stage"),
        alt.Tooltip("stays:N").title("Stays"),
        alt.Tooltip("number:Q").title("n").format(",d"),
        alt.Tooltip("quarter_days:Q").title("A quarter up to, days").format(",.0f"),
        alt.Tooltip("median_days:Q").title("Median days").format(",.0f"),
        alt.Tooltip("three_quarter_days:Q").title("Three quarters up to").format(",.0f"),
        alt.Tooltip("longest_days:Q").title("Longest").format(",d"),
        alt.Tooltip("limit_days:Q").title("Limit in days").format(",d"),
        alt.Tooltip("over_limit:Q").title("Longer than the limit").format(",d"),
    ]
    spans = (
        base.mark_bar(height=14)
        .encode(
            alt.X("quarter_days:Q").title("Days").scale(zero=True).axis(tickCount=6),
            alt.X2("three_quarter_days:Q"),
            alt.Color("stays:N")
            .title(None)
            .scale(domain=list(STAYS), range=[kinds[0], CLOSED[theme]["kept"]])
            .legend(**legend(2, 2)),
            focus(),
            tooltip=told,
        )
        .add_params(mark)
    )
    medians = base.mark_tick(thickness=3, size=20, color=INK[theme]).encode(
        alt.X("median_days:Q"), tooltip=told
    )
    limits = (
        base.transform_filter("datum.limit_days != null")
        .mark_point(shape="triangle-down", size=60, filled=True, color=kinds[1], opacity=1)
        .encode(alt.X("limit_days:Q"), tooltip=told)
    )
    return alt.layer(spans, medians, limits).properties(height=alt.Step(28))


def conversions(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``conversions_chart`` draws, over the columns of ``queries.lifecycle.CONVERSIONS``."""
    return (
        rows.with_columns(
            place=_place("stage"),
            count_label=pl.format("{} of {}", "stays", "entered"),
        )
        .pipe(spelled, share_label=("outcome_share", "{:.0%}".format))
        .sort("place", "stage", "outcome")
    )


@specification
def conversions_chart(
    stages: tuple[str, ...], outcomes: tuple[str, ...], theme: Theme
) -> alt.TopLevelMixin:
    """Stage entered x what came after it: share of the stays, and their number."""
    mark = selectable("stage", "outcome")
    base = alt.Chart().encode(
        alt.X("outcome:N")
        .sort(list(outcomes))
        .scale(domain=list(outcomes))
        .title("what came after")
        .axis(ticks=False, titleAnchor="start", **raised()),
        alt.Y("stage:N")
        .sort(list(stages))
        .title(None)
        .axis(labelLimit=150, labelOverlap=False, ticks=False, domain=False),
    )
    fields = (
        base.mark_rect(cornerRadius=4, stroke=SURFACE[theme], strokeWidth=3)
        .encode(
            alt.Color("outcome_share:Q")
            .scale(domain=[0, 1], range=[KEPT[theme]["same"], KEPT[theme]["grown"]])
            .legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("stage:N").title("Entered"),
                alt.Tooltip("outcome:N").title("Then"),
                alt.Tooltip("outcome_share:Q").title("Share").format(".1%"),
                alt.Tooltip("stays:Q").title("Stays").format(",d"),
                alt.Tooltip("entered:Q").title("of").format(",d"),
                alt.Tooltip("median_days:Q").title("after, median days").format(",.0f"),
            ],
        )
        .add_params(mark)
    )
    share = base.mark_text(dy=-7, fontSize=14, fontWeight=600, color=INK[theme]).encode(
        alt.Text("share_label:N"), tooltip=alt.value(None)
    )
    count = base.mark_text(
        dy=11, fontSize=alt.ExprRef(f"{NARROW} ? 9 : 11"), color=INK[theme],
    ).encode(alt.Text("count_label:N"), tooltip=alt.value(None))  # fmt: skip
    return alt.layer(fields, share, count).properties(height=alt.Step(54))


def _length(axis: type[Axis], measure: str, count: str, noun: str, currency: str) -> Axis:
    """The axis of ARR or of a number, from zero."""
    if measure == "ARR":
        return axis("arr:Q").title("ARR").axis(labelExpr=axis_money(currency), tickCount=5)
    return axis(f"{count}:Q").title(noun).axis(format="~s", tickCount=5, tickMinStep=1)
