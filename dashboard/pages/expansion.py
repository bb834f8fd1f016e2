"""Expansion: what is open, what could be sold, what was opened, and what came of it."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import expansion as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.pipeline import created
from dashboard.components.states import empty, left_out, missing_part
from dashboard.components.views import chosen_view
from dashboard.components.white_space import propensity, white_space
from dashboard.components.won import returned
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import expansion as findings
from dashboard.metrics import expansion as metrics
from dashboard.queries import expansion as queries
from dashboard.session import MissingTableError, filters, policy, theme

DAYS = 7
OPEN = "Open pipeline"
VIEWS = {
    "White space": white_space,
    "Propensity and potential": propensity,
    "Pipeline created": created,
    "Return": returned,
}

st.title("Expansion")

among, currency = filters(), policy().reporting_currency
view = chosen_view([OPEN, *VIEWS])
if view != OPEN:
    try:
        VIEWS[view](among)
    except MissingTableError as error:
        missing_part(f"The view {view}", error.tables)
    st.stop()

pipeline, earlier, opportunities, changes = together(
    asked(queries.pipeline_by_month, among),
    asked(queries.pipeline_by_month, replace(among, as_of=among.as_of - timedelta(weeks=13))),
    asked(queries.open_opportunities, among),
    asked(queries.category_changes, among, days=DAYS),
)
if pipeline.is_empty():
    empty("No expansion opportunity is open.", "Take away a filter, or choose another as-of date.")
    st.stop()

with kpi_row():
    for metric in (
        metrics.amount,
        metrics.weighted_amount,
        metrics.committed,
        metrics.opportunities,
        metrics.without_amount,
    ):
        kpi(metric, pipeline, before=earlier, versus="13 weeks before")
weights = ", ".join(f"{stage} {weight:.0%}" for stage, weight in policy().stage_weights.items())
kpi_note(f"Open on {among.as_of:%-d %b %Y}, whatever their date. Stage weights: {weights}.")


def behind_bar(mark: Mark) -> pl.DataFrame:
    """Opportunities of one month and category."""
    return charts.rows_of_bar(opportunities, mark)


measure = st.segmented_control(
    "Show", ["amount", "weighted"], default="amount", required=True,
    key="expansion_measure", bind="query-params",
)  # fmt: skip
exhibit_card(
    Exhibit(
        key="pipeline_by_month",
        title=findings.pipeline(pipeline, currency=currency),
        definition=(
            "ARR that open upsell and cross-sell opportunities would add, by the month they are "
            "expected to close in and their forecast category. Weighted multiplies each by its "
            "probability, or by the weight of its stage where it has none."
        ),
        frame=pipeline,
        source=Source("expansion/pipeline_by_month"),
        chart=charts.pipeline_by_month(measure, currency, theme()),
        drawn=charts.by_month(pipeline),
        drill=Drill(
            keys=("month_label", "category"),
            rows=behind_bar,
            source=Source("expansion/open_opportunities"),
            amount="weighted_amount" if measure == "weighted" else "amount",
            noun="opportunity",
        ),
    ),
    among,
)
exhibit_card(
    Exhibit(
        key="open_opportunities",
        title=findings.open_opportunities(opportunities, among.as_of, currency=currency),
        definition=(
            "Every open opportunity, the soonest expected close first, with the latest note on "
            "its account's timeline."
        ),
        frame=opportunities,
        source=Source("expansion/open_opportunities"),
    ),
    among,
)
exhibit_card(
    Exhibit(
        key="category_changes",
        title=findings.category_changes(changes, DAYS),
        definition=f"Changes of forecast category in the last {DAYS} days, the latest first.",
        frame=changes,
        source=Source("expansion/category_changes", {"days": DAYS}),
    ),
    among,
)
unweighted = opportunities.filter(pl.col("weight").is_null() & pl.col("amount").is_not_null())
left_out(
    (int(pipeline["without_amount"].sum()), "opportunity", "without an amount"),
    (opportunities["account_id"].null_count(), "opportunity", "without an account"),
    (opportunities["month"].null_count(), "opportunity", "without an expected close date"),
    (len(unweighted), "opportunity", "in a stage without a weight, weighing nothing"),
)
