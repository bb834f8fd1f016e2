"""Charts of the register of risks."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import altair as alt
import polars as pl

from dashboard.calendar import Period
from dashboard.charts import focus, legend, selectable, specification, turned
from dashboard.charts.palette import INK, KINDS, Theme
from dashboard.formats import axis_money
from dashboard.vocabulary import RISK_CATEGORIES

ESCALATED: Final = "escalated"
NOT_ESCALATED: Final = "not escalated"
STATES: Final = (ESCALATED, NOT_ESCALATED)
OPENED: Final = "opened"
RESOLVED: Final = "resolved"
BACKLOG: Final = "open at the end"


def place(category: str = "category") -> pl.Expr:
    """Place of a category: those of the register in their order, unmapped ones after them."""
    known = {name: index for index, name in enumerate(RISK_CATEGORIES)}
    return pl.col(category).replace_strict(known, default=len(known), return_dtype=pl.Int64)


def by_category(rows: pl.DataFrame) -> pl.DataFrame:
    """What ``by_category_chart`` draws, over the columns of ``queries.risks.BY_CATEGORY``."""
    return rows.with_columns(
        state=pl.when("is_escalated").then(pl.lit(ESCALATED)).otherwise(pl.lit(NOT_ESCALATED)),
        rank=pl.when("is_escalated").then(0).otherwise(1),
        place=place(),
    ).sort("place", "category", "rank")


@specification
def by_category_chart(measure: str, currency: str, theme: Theme) -> alt.TopLevelMixin:
    """Bars per category, the escalated part from zero."""
    mark = selectable("category", "state")
    length = (
        alt.X("arr:Q")
        .title("ARR of the accounts")
        .axis(labelExpr=axis_money(currency), tickCount=5)
        if measure == "ARR"
        else alt.X("risks:Q").title("Open risks").axis(format="d", tickCount=5, tickMinStep=1)
    )
    return (
        alt.Chart()
        .mark_bar(stroke=INK[theme], strokeWidth=0.4, size=18)
        .encode(
            length,
            names("category", "place"),
            alt.Color("state:N")
            .title(None)
            .scale(domain=list(STATES), range=[KINDS[theme][1], KINDS[theme][0]])
            .legend(**legend(2)),
            alt.Order("rank:Q"),
            focus(),
            tooltip=[
                alt.Tooltip("category:N").title("Category"),
                alt.Tooltip("state:N").title("State"),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("risks:Q").title("Risks").format(",d"),
                alt.Tooltip("accounts:Q").title("Accounts").format(",d"),
                alt.Tooltip("oldest_on:T").title("Oldest opened").format("%d %b %Y"),
            ],
        )
        .add_params(mark)
        .properties(height=alt.Step(28))
    )


def months(rows: pl.DataFrame, periods: Sequence[Period], as_of: date) -> pl.DataFrame:
    """What ``by_month_chart`` draws: each month with what was opened, resolved and left open.

    Takes the columns of ``queries.risks.BY_MONTH``; a month without a change keeps the backlog of
    the one before. A month that has not ended says so.
    """
    known = {row["month_on"]: row for row in rows.iter_rows(named=True)}
    earlier = rows.filter(pl.col("month_on") < periods[0].start_on)["backlog"]
    backlog = int(earlier[-1]) if len(earlier) else 0
    drawn: list[dict[str, object]] = []
    for period in periods:
        row = known.get(period.start_on, {"opened": 0, "resolved": 0, "backlog": backlog})
        backlog = row["backlog"]
        until = min(period.end_on, as_of + timedelta(days=1))
        drawn += [
            {
                "month_on": period.start_on,
                "until_on": until,
                "month": period.label,
                "what": what,
                "risks": row[column],
                "reading": period.label
                if until == period.end_on
                else f"{period.label} up to {as_of:%-d %b}",
            }
            for what, column in ((OPENED, "opened"), (RESOLVED, "resolved"), (BACKLOG, "backlog"))
        ]
    return pl.DataFrame(
        drawn,
        schema={
            "month_on": pl.Date,
            "until_on": pl.Date,
            "month": pl.String,
            "what": pl.String,
            "risks": pl.Int64,
            "reading": pl.String,
        },
    )


@specification
def by_month_chart(theme: Theme) -> alt.TopLevelMixin:
    """Bars of what was opened and resolved per month, and a line of what stayed open."""
    mark = selectable("month", "what")
    domain = [OPENED, RESOLVED, BACKLOG]
    base = alt.Chart().encode(
        alt.X("month:N")
        .sort(field="month_on", op="min", order="ascending")
        .title(None)
        .axis(**turned() | {"labelAngle": -45, "labelAlign": "right", "labelBaseline": "middle"}),
        alt.Y("risks:Q").title("Risks").axis(format="d", tickCount=5, tickMinStep=1),
        alt.Color("what:N")
        .title(None)
        .scale(domain=domain, range=[KINDS[theme][1], KINDS[theme][3], KINDS[theme][0]])
        .legend(**legend(3, 1)),
        tooltip=[
            alt.Tooltip("reading:N").title("Month"),
            alt.Tooltip("what:N").title("Risks"),
            alt.Tooltip("risks:Q").title("Number").format(",d"),
        ],
    )
    bars = (
        base.transform_filter(f"datum.what !== '{BACKLOG}'")
        .mark_bar()
        .encode(alt.XOffset("what:N").sort(domain), focus())
        .add_params(mark)
    )
    line = base.transform_filter(f"datum.what === '{BACKLOG}'").mark_line(
        point={"filled": True, "size": 45}
    )
    return alt.layer(bars, line).properties(height=300)


def names(field: str, rank: str) -> alt.Y:
    """The axis with the name of each bar, in a given order."""
    return (
        alt.Y(f"{field}:N")
        .sort(field=rank, op="min", order="ascending")
        .title(None)
        .axis(labelLimit=190, labelOverlap=False)
    )
