"""Charts of one CSM's book."""

from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, legend, raised, selectable, specification
from dashboard.charts.health import NAMES, WORD_LABELS
from dashboard.charts.palette import (
    ACCENT,
    BANDS,
    HEALTH,
    INK,
    KINDS,
    ON_HEALTH,
    SURFACE,
    Theme,
)

SHOWN: Final = 25
"""Customers the heatmap draws."""
BUCKETS: Final = ("red", "silent", "renewing", "expansion open", "on course")
"""Why to speak of a customer, the most pressing first: each stands in the first that holds."""
NOT_SCORED: Final = "not scored"


def bucketed(accounts: pl.DataFrame) -> pl.DataFrame:
    """What ``buckets`` draws: customers and their ARR by bucket, empty ones included.

    Takes the columns of ``queries.one_on_one.ACCOUNTS``.
    """
    counted = accounts.group_by("bucket").agg(customers=pl.len(), arr=pl.col("arr").sum())
    every = pl.DataFrame({"bucket": BUCKETS, "place": range(len(BUCKETS))})
    return (
        every.join(counted, on="bucket", how="left", maintain_order="left")
        .with_columns(pl.col("customers").fill_null(0), pl.col("arr").fill_null(0))
        .with_columns(count_label=pl.col("customers").cast(pl.String))
    )


@specification
def buckets(theme: Theme) -> alt.TopLevelMixin:
    """Bars of customers by what asks for a word about them, the most pressing on top."""
    mark = selectable("bucket")
    base = alt.Chart().encode(
        alt.Y("bucket:N")
        .sort(list(BUCKETS))
        .title(None)
        .axis(labelLimit=160, labelOverlap=False, ticks=False),
        alt.X("customers:Q").title("Customers").axis(tickMinStep=1, tickCount=5, format="d"),
    )
    bars = (
        base.mark_bar(color=ACCENT[theme])
        .encode(
            focus(),
            tooltip=[
                alt.Tooltip("bucket:N").title("Because"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
    )
    number = base.mark_text(align="left", dx=5, color=INK[theme]).encode(alt.Text("count_label:N"))
    return alt.layer(bars, number).properties(height=alt.Step(32))


def heated(rows: pl.DataFrame, *, most: int = SHOWN) -> pl.DataFrame:
    """What ``heat`` draws: the worst customers by measure, with band and label of each cell.

    Takes the columns of ``queries.one_on_one.BOOK``. Equal names carry their id.
    """
    accounts = (
        rows.select("account_id", "account_name")
        .unique(maintain_order=True)
        .with_row_index("place")
    )
    named = accounts.with_columns(
        account=pl.when(pl.col("account_name").is_duplicated())
        .then(pl.format("{} ({})", "account_name", "account_id"))
        .otherwise("account_name")
    ).select("account_id", "account", pl.col("place").cast(pl.Int64))
    return (
        rows.join(named.head(most), on="account_id", how="inner", maintain_order="left")
        .with_columns(
            name=pl.col("measure").replace_strict(NAMES),
            band=pl.col("health_band").fill_null(NOT_SCORED),
            label=pl.when(pl.col("score").is_not_null())
            .then(pl.col("score").round(0).cast(pl.Int64, strict=False).cast(pl.String))
            .when(pl.col("is_stale"))
            .then(pl.lit("stale"))
            .otherwise(pl.lit("none")),
        )
        .with_columns(pl.col("is_stale").replace_strict({True: "yes", False: "no"}).alias("stale"))
    )


@specification
def heat(theme: Theme) -> alt.TopLevelMixin:
    """Customer x measure: score as number and colour, the worst customer on top."""
    mark = selectable("account", "account_id")
    base = alt.Chart().encode(
        alt.X("name:N")
        .sort(list(NAMES.values()))
        .title(None)
        .axis(ticks=False, domain=False, **raised()),
        alt.Y("account:N")
        .sort(field="place", op="min", order="ascending")
        .title(None)
        .axis(
            labelLimit=alt.ExprRef(f"{NARROW} ? 110 : 220"),
            labelOverlap=False,
            ticks=False,
            domain=False,
        ),
    )
    fields = (
        base.mark_rect(stroke=SURFACE[theme], strokeWidth=2)
        .encode(
            alt.Color("band:N")
            .title("Score")
            .scale(domain=list(BANDS), range=[HEALTH[theme][band] for band in BANDS])
            .legend(
                orient="bottom",
                symbolStrokeWidth=0,
                labelExpr=WORD_LABELS,
                columns=alt.ExprRef(f"{NARROW} ? 2 : 4"),
            ),
            focus(),
            tooltip=[
                alt.Tooltip("account:N").title("Account"),
                alt.Tooltip("name:N").title("Measure"),
                alt.Tooltip("score:Q").title("Score").format(".1f"),
                alt.Tooltip("band:N").title("Health"),
                alt.Tooltip("measured_on:T").title("Measured").format("%d %b %Y"),
                alt.Tooltip("stale:N").title("Too old to count"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
            ],
        )
        .add_params(mark)
    )
    ink = (
        alt.Color("band:N")
        .scale(domain=list(BANDS), range=[ON_HEALTH[theme][band] for band in BANDS])
        .legend(None)
    )
    score = base.mark_text(fontSize=alt.ExprRef(f"{NARROW} ? 9 : 13")).encode(
        alt.Text("label:N"), ink
    )
    return (
        alt.layer(fields, score).resolve_scale(color="independent").properties(height=alt.Step(26))
    )


def weeks(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``trend`` draws, over the columns of ``queries.one_on_one.WEEKLY``."""
    return rows.filter(pl.col("average_score").is_not_null()).with_columns(
        name=pl.col("measure").replace_strict(NAMES),
        week=pl.col("week_on").dt.to_string("%Y-%m-%d"),
    )


@specification
def trend(theme: Theme) -> alt.TopLevelMixin:
    """Lines of the weekly mean of deployment and adoption."""
    names = [NAMES["deployment"], NAMES["adoption"]]
    mark = selectable("week", "name")
    base = alt.Chart().encode(
        alt.X("week:N")
        .sort("ascending")
        .title(None)
        .axis(
            labelExpr="utcFormat(utcParse(datum.label, '%Y-%m-%d'), '%-d %b')",
            labelAngle=-45,
            labelOverlap="greedy",
        ),
        alt.Y("average_score:Q").title("Mean score").scale(domain=[0, 100]).axis(tickCount=5),
        alt.Color("name:N")
        .title(None)
        .scale(domain=names, range=list(KINDS[theme][:2]))
        .legend(**legend(2)),
    )
    lines = base.mark_line(strokeWidth=2).encode(
        alt.StrokeDash("name:N").scale(domain=names, range=[[1, 0], [6, 3]]).legend(None)
    )
    points = (
        base.mark_point(filled=True, size=50, opacity=1)
        .encode(
            alt.Shape("name:N").scale(domain=names, range=["circle", "square"]).legend(None),
            focus(),
            tooltip=[
                alt.Tooltip("week_on:T").title("Week of").format("%d %b %Y"),
                alt.Tooltip("name:N").title("Measure"),
                alt.Tooltip("average_score:Q").title("Mean score").format(".1f"),
                alt.Tooltip("measured:Q").title("Customers measured").format(",d"),
                alt.Tooltip("customers:Q").title("Customers by then").format(",d"),
            ],
        )
        .add_params(mark)
    )
    return alt.layer(lines, points).properties(height=260)


def months(rows: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """What ``executives`` draws: every month from the first to the last, those without a touch too.

    Takes the columns of ``queries.one_on_one.EXECUTIVES_BY_MONTH``.
    """
    every = pl.DataFrame({"month": pl.date_range(first, last, "1mo", eager=True)})
    return every.join(rows, on="month", how="left", maintain_order="left").with_columns(
        pl.col("touches", "accounts").fill_null(0),
        month_label=pl.col("month").dt.to_string("%b %Y"),
        month_key=pl.col("month").dt.to_string("%Y-%m-%d"),
    )


@specification
def executives(theme: Theme) -> alt.TopLevelMixin:
    """Bars of touches with executives per month, with the number of customers touched above."""
    mark = selectable("month_key")
    base = alt.Chart().encode(
        alt.X("month_key:N")
        .sort("ascending")
        .title(None)
        .axis(
            labelExpr="utcFormat(utcParse(datum.label, '%Y-%m-%d'), '%b %y')",
            labelAngle=-45,
            labelOverlap=False,
        ),
        alt.Y("touches:Q").title("Touches").axis(tickMinStep=1, tickCount=5, format="d"),
    )
    bars = (
        base.mark_bar(color=ACCENT[theme])
        .encode(
            focus(),
            tooltip=[
                alt.Tooltip("month_label:N").title("Month"),
                alt.Tooltip("touches:Q").title("Touches").format(",d"),
                alt.Tooltip("accounts:Q").title("Customers touched").format(",d"),
            ],
        )
        .add_params(mark)
    )
    number = base.mark_text(dy=-8, color=INK[theme]).encode(alt.Text("accounts:Q").format("d"))
    return alt.layer(bars, number).properties(height=240)
