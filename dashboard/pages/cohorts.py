"""Cohorts: what is left of the customers won in one period, age by age."""

from dataclasses import replace
from datetime import date
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.charts import cohorts as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import cohorts as findings
from dashboard.formats import count_of
from dashboard.metrics import cohorts as metrics
from dashboard.queries import cohorts as queries
from dashboard.session import filters, load, policy, retention_policy, theme, years_before

MOST = 12

st.title("Cohorts")

chosen, among = retention_policy(), filters()
left, right = st.columns(2)
measure = left.segmented_control(
    "Share left of", list(charts.MEASURES), default="ARR gross", required=True,
    key="cohort_measure", bind="query-params",
)  # fmt: skip
picked = right.segmented_control(
    "Customers won in one", ["quarter", "year"], default="quarter", required=True,
    key="cohort_period", bind="query-params",
)  # fmt: skip
period: Literal["quarter", "year"] = "year" if picked == "year" else "quarter"
triangle = load(queries.triangle, among, policy=chosen, period=period)
if triangle.is_empty():
    empty(
        "No customer has had its first ARR by then.",
        "Choose a later as-of date, or take away a filter.",
    )
    st.stop()

a_year = metrics.A_YEAR[period]
year_before = replace(among, as_of=years_before(among.as_of, 1))
earlier = load(queries.triangle, year_before, policy=chosen, period=period)
with kpi_row():
    for metric in (
        metrics.gross_share,
        metrics.net_share,
        metrics.logo_share,
        metrics.customers,
    ):
        kpi(
            metric,
            metrics.at_age(triangle, a_year),
            before=metrics.at_age(earlier, a_year),
            versus=f"{year_before.as_of:%-d %b %Y}",
        )
kpi_note(
    f"Cohorts that have completed {count_of(a_year, period)} after their first by "
    f"{among.as_of:%-d %b %Y}, summed. By {chosen.choices()['level']}, reactivated customers "
    f"{chosen.reactivated}, price rises {chosen.price_rises}, exchange rates "
    f"{chosen.choices()['fx']} (policy {chosen.title})."
)


def label_of(first_on: date) -> str:
    """Name of a cohort: the fiscal period of its first ARR."""
    return policy().calendar.period_of(first_on, period).label


# ------------------------------------------------------------------ the triangle
pooled = metrics.pooled(triangle)
drawn = charts.cells(triangle, pooled, measure=measure, label_of=label_of, most=MOST)
amount = charts.AMOUNTS.get(measure)


def behind_cell(mark: Mark) -> pl.DataFrame:
    """Customers of one cell; of the pooled row, those of every cohort that completed the age."""
    cell = drawn.filter(pl.col("cohort") == mark["cohort"]).row(0, named=True)
    rows = load(
        queries.accounts,
        among,
        cohort_on=cell["cohort_on"],
        age=int(str(mark["age"])),
        policy=chosen,
        period=period,
    )
    if cell["cohort_on"] is None:
        rows = rows.filter(pl.col("is_complete"))
    return rows.filter(pl.col("is_member") if amount else pl.col("kept_logos") > 0)


exhibit_card(
    Exhibit(
        key="triangle",
        title=findings.triangle(
            triangle,
            measure=measure,
            period=period,
            label_of=label_of,
            drawn_from=drawn["cohort_on"].drop_nulls().min() or among.as_of,  # type: ignore[arg-type]
        ),
        definition=(
            f"A cohort is the customers whose first ARR fell in one fiscal {period} and that have "
            "ARR on its last day; what they have that day is 100 %. Each age is looked at on the "
            f"last day of one {period} more. Gross counts of each customer the lower of its ARR "
            "then and now, net its ARR now, logos the customers with ARR. A hatched cell is not "
            "complete: its period still runs. The pooled row sums what is left and what was "
            "started with over every cohort that has completed the age; percentages are never "
            "averaged."
        ),
        frame=triangle,
        source=Source("cohorts/triangle", {"policy": chosen, "period": period}),
        chart=charts.heatmap(measure, period, theme()),
        drawn=drawn,
        drill=Drill(
            keys=("cohort", "age"),
            rows=behind_cell,
            source=Source("cohorts/accounts", {"policy": chosen, "period": period}),
            amount=amount,
            noun="customer",
            label=lambda mark: f"{mark['cohort']}, {period} {mark['age']}",
        ),
        notes=(
            f"Per cent of what a cohort had on its first {period}'s last day; hatched cells "
            "still run.",
        ),
    ),
    among,
)

# ------------------------------------------------------------------ all cohorts together
exhibit_card(
    Exhibit(
        key="pooled_by_age",
        title=findings.pooled_by_age(pooled, period=period),
        definition=(
            "What all cohorts together have left at each age: the sum over the cohorts that have "
            "completed it, by what the same cohorts started with. High ages rest on few, early "
            "cohorts; the table has their number."
        ),
        frame=pooled,
        source=Source("cohorts/triangle", {"policy": chosen, "period": period}),
        chart=charts.pooled_by_age(period, theme()),
        drawn=charts.curves(pooled),
    ),
    among,
)
newest = triangle.filter(pl.col("age") == 0)
left_out(
    (len(newest) - MOST, "earlier cohort", "not drawn, but in the pooled row and in the table"),
    (
        int(newest["left_out"].sum()),
        "customer",
        f"gone again before the end of its first {period}, below the policy's minimum ARR or "
        "without an exchange rate, in no cohort",
    ),
)
