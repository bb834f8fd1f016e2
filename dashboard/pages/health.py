"""Health: where it is weak, how it moves, and what one account's score is made of."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import streamlit as st

from dashboard.charts import health as charts
from dashboard.components.cards import exhibit_card, kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import health as findings
from dashboard.formats import visible
from dashboard.metrics import health as metrics
from dashboard.queries import accounts
from dashboard.queries import health as queries
from dashboard.session import filters, load, narrowed, policy, theme

WEEKS, DAYS, OFFERED = 26, 7, 2_000

st.title("Health")

among, currency = filters(), policy().reporting_currency
covered = load(queries.coverage, among)
scores = load(queries.by_segment, among)
if scores.is_empty():
    empty(
        f"No customer has a health score as of {among.as_of}.",
        "Choose another as-of date, or take away a filter. Measurements older than "
        f"{policy().health.stale_after_days} days do not count.",
    )
    st.stop()

earlier = load(queries.coverage, replace(among, as_of=among.as_of - timedelta(days=28)))
with kpi_row():
    for metric in (
        metrics.green_share,
        metrics.red_arr,
        metrics.red_accounts,
        metrics.scored_share,
    ):
        kpi(metric, covered, before=earlier, versus="4 weeks before")
kpi_note(f"Customers as of {among.as_of:%-d %b %Y}; ARR in {currency}.")

# ------------------------------------------------------------------ segment x measure
heat = charts.heat(scores, policy().health)


def behind_cell(mark: Mark) -> pl.DataFrame:
    """Customers of one segment that have a score for the measure."""
    measure = next(key for key, name in charts.NAMES.items() if name == mark["name"])
    return load(queries.scores, narrowed(among, segments=str(mark["segment"])), measure=measure)


exhibit_card(
    Exhibit(
        key="health_by_segment",
        title=findings.by_segment(heat, currency=currency),
        definition=(
            "Average score of the customers of a segment, each counting once, and the share of "
            "their ARR that is red for the measure. Overall is the mean of outcomes (deployment, "
            "engagement, adoption, ROI) and experience (NPS, support, sentiment). NPS has bands "
            "of its own."
        ),
        frame=scores,
        source=Source("health/by_segment"),
        chart=charts.by_segment(theme()),
        drawn=heat,
        drill=Drill(
            keys=("segment", "name"),
            rows=behind_cell,
            source=Source("health/scores"),
            amount="arr",
            noun="customer",
        ),
    ),
    among,
)

# ------------------------------------------------------------------ bands week by week
measure = st.segmented_control(
    "Show", ["customers", "ARR"], default="customers", required=True,
    key="health_measure", bind="query-params",
)  # fmt: skip
recent = among.window(among.as_of - timedelta(weeks=WEEKS), None)
weeks = charts.bands(load(queries.bands_by_week, recent))


def behind_week(mark: Mark) -> pl.DataFrame:
    """Customers in a band at the end of a week."""
    return load(
        queries.in_band,
        among,
        week_on=date.fromisoformat(str(mark["week"])),
        band=str(mark["band"]),
    )


if not weeks.is_empty():
    exhibit_card(
        Exhibit(
            key="bands_by_week",
            title=findings.bands_by_week(weeks),
            definition=(
                "Customers of each week by the band of their overall score at the week's last "
                "measurement; ARR at the rates of the as-of date. A customer with too little of "
                "the weight covered is not scored."
            ),
            frame=weeks.drop("rank", "week", "band"),
            source=Source("health/bands_by_week"),
            chart=charts.bands_by_week(measure, theme()),
            drawn=weeks,
            drill=Drill(
                keys=("week", "band"),
                rows=behind_week,
                source=Source("health/in_band"),
                amount="arr",
                noun="customer",
            ),
        ),
        recent,
    )

# ------------------------------------------------------------------ crossings
crossed = load(queries.crossings, among, compared_on=among.as_of - timedelta(days=DAYS))
exhibit_card(
    Exhibit(
        key="crossings",
        title=findings.crossings(crossed, DAYS, currency=currency),
        definition=(
            f"Customers whose band on the as-of date differs from that of {DAYS} days before, "
            "the largest ARR first. An empty band is not scored."
        ),
        frame=crossed,
        source=Source("health/crossings", {"compared_on": among.as_of - timedelta(days=DAYS)}),
    ),
    among,
)

# ------------------------------------------------------------------ one account
customers = load(accounts.customers, among, most=OFFERED)
names = {
    row["account_id"]: f"{row['account_name']} ({row['segment']})"
    for row in customers.sort("overall_score", nulls_last=True).iter_rows(named=True)
}
chosen = st.selectbox(
    "One account's score",
    list(names),
    format_func=lambda account_id: visible(names[account_id]),
    key="account",
    bind="query-params",
)
if chosen:
    parts = load(queries.contributions, among, account_id=chosen)
    exhibit_card(
        Exhibit(
            key="contributions",
            title=findings.contributions(parts, names[chosen]),
            definition=(
                "What each measure adds to the overall score: its score times its weight. The "
                "pale bar is the most it could add. The weight of a missing or stale measure "
                "goes to the others of its half; contributions sum to the score."
            ),
            frame=parts,
            source=Source("health/contributions", {"account_id": chosen}),
            chart=charts.contributions(theme()),
            drawn=charts.made_of(parts),
        ),
        among,
    )

unscored = covered.filter(pl.col("health_band").is_null())
left_out(
    (int(unscored["accounts"].sum()), "customer", "not scored"),
    (
        int(covered["accounts"].sum()) - OFFERED,
        "customer",
        f"beyond the {OFFERED:,} largest, not offered in the list",
    ),
)
