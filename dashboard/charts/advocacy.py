"""Charts of advocacy."""

from collections.abc import Sequence
from typing import Final

import altair as alt
import polars as pl

from dashboard.calendar import Period
from dashboard.charts import NARROW, focus, legend, selectable, specification, turned
from dashboard.charts.palette import INK, KINDS, SURFACE, Theme
from dashboard.formats import distinct_names

QUALIFIED: Final = {"csqa": "qualified advocate", "csql": "qualified lead", "neither": "neither"}
OTHER: Final = "other kinds"
NAMED: Final = 6
"""Kinds with a colour of their own; more could not be told apart."""
NOBODY: Final = "Nobody named"


def by_quarter(rows: pl.DataFrame, periods: Sequence[Period]) -> pl.DataFrame:
    """What ``by_quarter_chart`` draws: quarter x kind of one qualification.

    Takes the columns of ``queries.advocacy.BY_QUARTER``, those of one qualification. A quarter
    without an event stands with none; kinds beyond the largest share a name.
    """
    kinds = kinds_of(rows)
    labels = {period.start_on: period.label for period in periods}
    empty = [
        {"quarter_on": day, "shown_kind": kinds[0] if kinds else "", "events": 0}
        for day in labels
        if day not in set(rows["quarter_on"])
    ]
    found = (
        rows.filter(pl.col("quarter_on").is_in(list(labels)))
        .with_columns(
            shown_kind=pl.when(pl.col("kind").is_in(kinds)).then("kind").otherwise(pl.lit(OTHER))
        )
        .group_by("quarter_on", "shown_kind")
        .agg(pl.col("events").sum(), pl.col("influenced_arr").sum())
    )
    whole = pl.concat(
        [
            found,
            pl.DataFrame(empty, schema=found.select("quarter_on", "shown_kind", "events").schema),
        ],
        how="diagonal",
    )
    ranks = {kind: rank for rank, kind in enumerate([*kinds, OTHER])}
    return whole.with_columns(
        quarter=pl.col("quarter_on").replace_strict(labels, return_dtype=pl.String),
        rank=pl.col("shown_kind").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64),
    ).sort("quarter_on", "rank")


def kinds_of(rows: pl.DataFrame) -> tuple[str, ...]:
    """Kinds that stand by themselves, the most frequent first."""
    counted = rows.group_by("kind").agg(pl.col("events").sum())
    names = counted.sort("events", "kind", descending=[True, False])["kind"].to_list()
    return tuple(names if len(names) <= NAMED + 1 else names[:NAMED])


def with_targets(
    drawn: pl.DataFrame, targets: pl.DataFrame, periods: Sequence[Period]
) -> pl.DataFrame:
    """Each quarter's target on its first row; a target of another period than a quarter is none.

    Takes what ``by_quarter`` gives, and columns of ``queries.advocacy.TARGETS`` of one metric.
    """
    spans = {(period.start_on, period.end_on) for period in periods}
    known = {
        start_on: target
        for start_on, end_on, target in targets.select(
            "period_start_on", "period_end_on", "target"
        ).iter_rows()
        if (start_on, end_on) in spans
    }
    first = pl.int_range(pl.len()).over("quarter_on") == 0
    return drawn.with_columns(
        target=pl.when(first).then(
            pl.col("quarter_on").replace_strict(known, default=None, return_dtype=pl.Float64)
        )
    )


def shown_kinds(rows: pl.DataFrame) -> tuple[str, ...]:
    """Kinds as the legend names them: those of ``kinds_of``, and the others where there are any."""
    kinds = kinds_of(rows)
    return kinds if rows["kind"].n_unique() == len(kinds) else (*kinds, OTHER)


@specification
def by_quarter_chart(kinds: tuple[str, ...], this_quarter: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars per quarter, stacked by kind, under the tick of the company's target."""
    mark = selectable("quarter", "shown_kind")
    domain = list(kinds)
    colours = [KINDS[theme][place % len(KINDS[theme])] for place in range(len(domain))]
    bold = {
        "condition": {"test": f"datum.label === '{this_quarter}'", "value": 700},
        "value": 400,
    }
    base = alt.Chart().encode(
        alt.X("quarter:N")
        .sort(field="quarter_on", op="min", order="ascending")
        .title(None)
        .axis(
            labelFontWeight=bold,
            **turned() | {"labelAngle": -45, "labelAlign": "right", "labelBaseline": "middle"},
        )
    )
    bars = (
        base.mark_bar(stroke=INK[theme], strokeWidth=0.4)
        .encode(
            alt.Y("events:Q").title("Events").axis(format="d", tickCount=5, tickMinStep=1),
            alt.Color("shown_kind:N")
            .title(None)
            .scale(domain=domain, range=colours)
            .legend(**legend(4, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("quarter:N").title("Quarter"),
                alt.Tooltip("shown_kind:N").title("Kind"),
                alt.Tooltip("events:Q").title("Events").format(",d"),
                alt.Tooltip("influenced_arr:Q").title("Influenced ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
    )
    set_ones = base.transform_filter("isValid(datum.target)")
    halo = set_ones.mark_tick(
        color=SURFACE[theme],
        thickness=6,
        size=alt.ExprRef(f"{NARROW} ? 12 : 38"),
        orient="horizontal",
    ).encode(alt.Y("target:Q"))
    promised = set_ones.mark_tick(
        color=INK[theme], thickness=2, size=34, orient="horizontal"
    ).encode(
        alt.Y("target:Q"),
        tooltip=[
            alt.Tooltip("quarter:N").title("Quarter"),
            alt.Tooltip("target:Q").title("The company's target").format(",.0f"),
        ],
    )
    return alt.layer(bars, halo, promised).properties(height=300)


def by_csm(rows: pl.DataFrame, *, most: int) -> pl.DataFrame:
    """What ``by_csm_chart`` draws, over the columns of ``queries.advocacy.BY_CSM``.

    Those with the most events first; equal names of different people carry their id.
    """
    people = distinct_names(
        rows.drop_nulls("member_id").select("member_id", "member_name").iter_rows()
    )
    named = rows.with_columns(
        member_key=pl.col("member_id").fill_null(""),
        name=pl.col("member_id").replace_strict(people, default=NOBODY, return_dtype=pl.String),
        qualified=pl.col("qualifies_as").replace(QUALIFIED),
    )
    order = (
        named.group_by("member_key")
        .agg(pl.col("events").sum())
        .sort("events", "member_key", descending=[True, False])["member_key"]
        .to_list()
    )
    places = {key: place for place, key in enumerate(order)}
    ranks = {name: rank for rank, name in enumerate(QUALIFIED.values())}
    return (
        named.with_columns(
            place=pl.col("member_key").replace_strict(places, return_dtype=pl.Int64),
            rank=pl.col("qualified").replace_strict(ranks, return_dtype=pl.Int64),
        )
        .filter(pl.col("place") < most)
        .sort("place", "rank")
    )


@specification
def by_csm_chart(shown: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """Bars per CSM: advocates from zero, then leads."""
    mark = selectable("member_key", "qualified")
    places = dict(zip(QUALIFIED.values(), (0, 1, 5), strict=True))
    colours = [KINDS[theme][places[each]] for each in shown]
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4, size=18)
        .encode(
            alt.X("events:Q").title("Events").axis(format="d", tickCount=5, tickMinStep=1),
            alt.Y("name:N")
            .sort(field="place", op="min", order="ascending")
            .title(None)
            .axis(labelLimit=190, labelOverlap=False),
            alt.Color("qualified:N")
            .title(None)
            .scale(domain=list(shown), range=colours)
            .legend(**legend(3, 1)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("name:N").title("Arranged by"),
                alt.Tooltip("qualified:N").title("Qualifies as"),
                alt.Tooltip("events:Q").title("Events").format(",d"),
                alt.Tooltip("influenced_arr:Q").title("Influenced ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(26))
    )
