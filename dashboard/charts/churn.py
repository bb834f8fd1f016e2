"""Charts of churn."""

from collections.abc import Callable
from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import INK, LOSSES, Theme
from dashboard.formats import axis_money
from dashboard.spelled import spelled

CONTRACTION: Final = "contraction"
STATES: Final = (
    "churn: controllable",
    "churn: not controllable",
    "churn: unknown",
    CONTRACTION,
)
"""Full and partial losses in the order they are stacked."""
MOVEMENTS: Final = ("churn", CONTRACTION)
UNKNOWN: Final = "unknown"


def state() -> pl.Expr:
    """State of a loss: contraction, or churn by whether it could have been prevented."""
    return (
        pl.when(pl.col("movement") == CONTRACTION)
        .then(pl.lit(CONTRACTION))
        .otherwise(pl.format("churn: {}", pl.col("control")))
    )


def rank(column: str, order: tuple[str, ...]) -> pl.Expr:
    """Place of a value in an order, of none in an empty one."""
    if not order:
        return pl.lit(None, pl.Int64)
    places = {name: place for place, name in enumerate(order)}
    return pl.col(column).replace_strict(places, return_dtype=pl.Int64)


def summed(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """ARR lost and losses by some columns; cells of nothing are absent."""
    return (
        rows.group_by(*keys, maintain_order=True)
        .agg(pl.col("arr_lost").sum(), pl.col("losses").sum())
        .filter((pl.col("arr_lost") != 0) | (pl.col("losses") != 0))
    )


def by_quarter(rows: pl.DataFrame, *, label_of: Callable[[date], str]) -> pl.DataFrame:
    """What ``by_quarter_chart`` draws, over the columns of ``queries.churn.BY_QUARTER``."""
    return (
        summed(rows.with_columns(state=state()), "quarter", "state")
        .rename({"quarter": "quarter_on"})
        .pipe(spelled, quarter=("quarter_on", label_of))
        .with_columns(rank=rank("state", STATES))
        .sort("quarter_on", "rank")
    )


@specification
def by_quarter_chart(
    measure: str, this_quarter: str, currency: str, theme: Theme
) -> alt.TopLevelMixin:
    """Stacked bars per fiscal quarter: churn by control at the base, contraction above it."""
    mark = selectable("quarter", "state")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.X("quarter:N")
            .sort(field="quarter_on", op="min", order="ascending")
            .title(None)
            .axis(
                labelFontWeight={
                    "condition": {"test": f"datum.label === '{this_quarter}'", "value": 700},
                    "value": 400,
                },
                **turned(),
            ),
            length(alt.Y, measure, currency),
            _states(theme),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[alt.Tooltip("quarter:N").title("Quarter"), *told("state", "State")],
        )
        .add_params(mark)
        .properties(height=320)
    )


def by_reason(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``by_reason_chart`` draws: reasons of churn first, then those of contraction.

    Takes the columns of ``queries.churn.BY_REASON``. A reason that both have is named apart.
    """
    named = rows.with_columns(
        state=state(),
        name=pl.when(pl.col("movement") == CONTRACTION)
        .then(pl.format("contraction: {}", "reason"))
        .otherwise("reason"),
    )
    order = (
        named.group_by("movement", "name")
        .agg(pl.col("arr_lost").sum())
        .sort("movement", "arr_lost", "name", descending=[False, True, False])["name"]
        .to_list()
    )
    return (
        summed(named, "movement", "reason", "name", "state")
        .with_columns(rank=rank("state", STATES), place=rank("name", tuple(order)))
        .sort("place", "rank")
    )


@specification
def by_reason_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars per reason, the largest first, stacked by whether it could have been prevented."""
    mark = selectable("name", "state")
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4, size=18)
        .encode(
            length(alt.X, measure, currency),
            _names("name", "place"),
            _states(theme),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[alt.Tooltip("name:N").title("Reason"), *told("state", "State")],
        )
        .add_params(mark)
        .properties(height=alt.Step(28))
    )


def by_part(rows: pl.DataFrame, *, most: int) -> pl.DataFrame:
    """What ``by_part_chart`` draws: the parts that lost most ARR, churn and contraction apart.

    Takes the columns of ``queries.churn.BY_PART``.
    """
    named = rows.with_columns(
        name=pl.col("label").fill_null(UNKNOWN), part=pl.col("part").fill_null("")
    )
    order = (
        named.group_by("part")
        .agg(pl.col("arr_lost").sum())
        .sort("arr_lost", "part", descending=[True, False])["part"]
        .to_list()
    )
    return (
        named.with_columns(place=rank("part", tuple(order)), rank=rank("movement", MOVEMENTS))
        .filter(pl.col("place") < most)
        .sort("place", "rank")
    )


@specification
def by_part_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars per part of the book: churn from zero, contraction beside it."""
    mark = selectable("part", "movement")
    colours = [LOSSES[theme]["not controllable"], LOSSES[theme]["contraction"]]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4, size=18)
        .encode(
            length(alt.X, measure, currency),
            _names("name", "place"),
            alt.Color("movement:N")
            .title(None)
            .scale(domain=list(MOVEMENTS), range=colours)
            .legend(**legend(2)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("name:N").title("Part"),
                *told("movement", "Movement"),
                alt.Tooltip("arr_controllable:Q").title("Controllable").format(",.2f"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(28))
    )


def length(channel: type[alt.X] | type[alt.Y], measure: str, currency: str) -> alt.X | alt.Y:
    """The axis that tells how much was lost: ARR or the number of losses."""
    if measure == "ARR":
        return (
            channel("arr_lost:Q")
            .title("ARR lost")
            .axis(labelExpr=axis_money(currency), tickCount=5)
        )
    return channel("losses:Q").title("Losses").axis(format="d", tickCount=5, tickMinStep=1)


def _names(field: str, place: str) -> alt.Y:
    return (
        alt.Y(f"{field}:N")
        .sort(field=place, op="min", order="ascending")
        .title(None)
        .axis(labelLimit=190, labelOverlap=False)
    )


def _states(theme: Theme) -> alt.Color:
    return (
        alt.Color("state:N")
        .title(None)
        .scale(
            domain=list(STATES),
            range=[LOSSES[theme][each.removeprefix("churn: ")] for each in STATES],
        )
        .legend(**legend(4, 1))
    )


def told(field: str, title: str) -> list[alt.Tooltip]:
    """What a bar says when asked: what it is of, ARR and losses."""
    return [
        alt.Tooltip(f"{field}:N").title(title),
        alt.Tooltip("arr_lost:Q").title("ARR").format(",.2f"),
        alt.Tooltip("losses:Q").title("Losses").format(",d"),
    ]
