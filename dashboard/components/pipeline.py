"""Pipeline created on a page: by month of opening, kind and stage, and what became of it."""

import polars as pl
import streamlit as st

from dashboard.calendar import months_before
from dashboard.charts import pipeline as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import pipeline as findings
from dashboard.metrics import pipeline as metrics
from dashboard.queries import pipeline as queries
from dashboard.session import load, month_of, policy, theme

MONTHS = 13


def created(among: Filters) -> None:
    """Opportunities opened in the last thirteen months."""
    currency = policy().reporting_currency
    ever = load(queries.created_by_month, among)
    first, until = month_of(months_before(among.as_of, MONTHS - 1))[0], month_of(among.as_of)[1]
    rows = ever.filter(pl.col("month").is_between(first, until, closed="left"))
    if rows.is_empty():
        empty(
            f"No opportunity was opened since {first:%-d %b %Y}.",
            "Take away a filter, or choose another as-of date.",
        )
        return
    earliest = months_before(first, MONTHS)
    before = ever.filter(pl.col("month").is_between(earliest, first, closed="left"))
    compared = before if before["month"].n_unique() == MONTHS else None
    with kpi_row():
        for metric in (
            metrics.created,
            metrics.opportunities,
            metrics.won,
            metrics.win_rate,
            metrics.without_amount,
        ):
            kpi(
                metric,
                rows,
                before=compared,
                versus=f"the {MONTHS} months before, by today",
                detectable=metric is not metrics.win_rate,
            )
    span = f"{first:%b %Y} to {among.as_of:%b %Y}"
    kpi_note(
        f"Opened in {span}, the last month up to {among.as_of:%-d %b %Y}. Stage and outcome are "
        "those of that day. Months opened earlier had longer to close."
    )
    window = among.window(first, until)
    left, right = st.columns(2)
    by: charts.By = left.segmented_control(
        "Created by", charts.BYS, default="outcome", required=True,
        key="created_by", bind="query-params",
    )  # fmt: skip
    measure = right.segmented_control(
        "Show", ["ARR", "count"], default="ARR", required=True,
        key="created_measure", bind="query-params",
    )  # fmt: skip
    parts = charts.parts_of(rows, by)
    stages = charts.parts_of(rows, "stage")

    def behind_bar(mark: Mark) -> pl.DataFrame:
        """Opportunities of one month and part."""
        return load(queries.created, window).filter(
            pl.col("month").dt.to_string("%b %Y") == mark["month_label"],
            charts.part(by, parts) == mark["part"],
        )

    def behind_stage(mark: Mark) -> pl.DataFrame:
        """Opportunities of one stage and kind."""
        return load(queries.created, window).filter(
            charts.part("stage", stages) == mark["stage_label"],
            charts.part("kind") == mark["kind_label"],
        )

    amount = "amount" if measure == "ARR" else None
    exhibit_card(
        Exhibit(
            key="created",
            title=findings.by_month(rows, span, currency=currency),
            definition=(
                "Opportunities by the month they were opened in and what became of them by the "
                "as-of date, or by kind or stage. ARR is the amount as it stood then; without an "
                "amount an opportunity is in the count alone."
            ),
            frame=rows,
            source=Source("pipeline/created_by_month"),
            chart=charts.by_month_chart(measure, parts, by, currency, theme()),
            drawn=charts.by_month(rows, by),
            drill=Drill(
                keys=("month_label", "part"),
                rows=behind_bar,
                source=Source("pipeline/created"),
                amount=amount,
                noun="opportunity",
            ),
        ),
        window,
    )
    exhibit_card(
        Exhibit(
            key="created_by_stage",
            title=findings.by_stage(rows, currency=currency),
            definition=(
                f"Opportunities opened in {span} by the stage they stand in on the as-of date and "
                "by kind: upsell is more of the same, cross-sell another product."
            ),
            frame=rows,
            source=Source("pipeline/created_by_month"),
            chart=charts.by_stage_chart(
                measure, tuple(sorted(set(charts.by_stage(rows)["kind_label"]))), currency, theme()
            ),
            drawn=charts.by_stage(rows),
            drill=Drill(
                keys=("stage_label", "kind_label"),
                rows=behind_stage,
                source=Source("pipeline/created"),
                amount=amount,
                noun="opportunity",
            ),
        ),
        window,
    )
    rates = metrics.win_rates(rows, "kind")
    exhibit_card(
        Exhibit(
            key="win_rates",
            title=findings.win_rates(rates),
            definition=(
                "Opportunities won by those won or lost, by number, of the ones opened in these "
                "months; open ones and those closed without an outcome are in neither. The "
                "interval is Wilson's, at 95%."
            ),
            frame=rates,
            source=Source("pipeline/created_by_month"),
            chart=charts.win_rates_chart(theme()) if rates["closed"][0] else None,
            drawn=charts.rates(rates),
            notes=(findings.difference(rates),),
        ),
        window,
    )
    unknown = rows.filter(outcome="unknown")
    undated = ever.filter(pl.col("month").is_null())
    left_out(
        (int(rows["without_amount"].sum()), "opportunity", "without an amount, in the counts only"),
        (int(undated["opportunities"].sum()), "opportunity", "without a day of opening, no month"),
        (
            int(unknown["opportunities"].sum()),
            "opportunity",
            "closed without won or lost, in no win rate",
        ),
        (
            int(rows.filter(pl.col("stage").is_null())["opportunities"].sum()),
            "opportunity",
            "closed since, whose stage of that day was not kept",
        ),
    )
