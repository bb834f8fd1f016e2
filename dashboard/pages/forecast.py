"""The forecast: what renewals will bring, beside the calls, and how good it has been."""

from datetime import date

import polars as pl
import streamlit as st

from dashboard.charts import forecast as charts
from dashboard.components.cards import exhibit_card, kpi, kpi_note, kpi_row
from dashboard.components.forecast import (
    MOST_SEGMENTS,
    book_of,
    call_card,
    churn,
    if_loaded,
    label_of,
    quarters_ahead,
    sums,
)
from dashboard.components.record import record_cards
from dashboard.components.scenarios import scenario_card
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import forecast as findings
from dashboard.forecasts.questions import ahead, sales
from dashboard.formats import plain
from dashboard.metrics import forecast as metrics
from dashboard.queries import accounts as account_queries
from dashboard.queries import retention as retention_queries
from dashboard.scenarios import arr_at_stake
from dashboard.session import filters, load, policy, theme

LINES = (
    "The thin line holds eight outcomes in ten, the thick one half of them; the tick is what the "
    "base rate alone expects."
)

st.title("Forecast")

among, currency = filters(), policy().reporting_currency
book = book_of(among)
renewals = book.renewals
if renewals.is_empty():
    empty(
        "No renewal is open and due in this or the next three fiscal quarters.",
        "Choose an earlier as-of date, or take away a filter.",
    )
    st.stop()
method = book.method.row(0, named=True)
year = if_loaded(lambda: load(sales.year_end, among), sales.YEAR_END)
ahead_of_us = quarters_ahead()
names = [each.label for each in ahead_of_us]
named = f"{names[0]} to {names[-1]}"
by_quarter = sums(book, "due_quarter")
total = by_quarter.row(-1, named=True)


def target_of(name: str, start_on: date, end_on: date) -> float | None:
    """The company's target of one period; none for a part of the book."""
    if among.segments or among.regions or among.csm_ids:
        return None
    found = if_loaded(
        lambda: load(retention_queries.targets, among), retention_queries.TARGETS
    ).filter(
        pl.col("metric") == name,
        pl.col("scope").fill_null("company") == "company",
        pl.col("period_start_on") == start_on,
        pl.col("period_end_on") == end_on,
    )
    return None if found.is_empty() else float(found["target"][0])


nrr_target = (
    None
    if year.is_empty()
    else target_of("nrr", year["period_start_on"][0], year["period_end_on"][0])
)


with kpi_row():
    for metric in (
        metrics.expected,
        metrics.arr_due,
        metrics.expected_loss,
        metrics.called,
        metrics.base_rate,
    ):
        kpi(metric, renewals)
    kpi(metrics.year_end_nrr, year)
kpi_note(findings.ranges(total, year, nrr_target, named, currency=currency))
if method["uses_model"]:
    kpi_note(" ".join([findings.made(method), *findings.good(method)]))
else:
    st.info(plain(findings.made(method)), icon=":material/balance:")
    kpi_note(" ".join(findings.good(method)))

# ------------------------------------------------------------------ four quarters
part = st.segmented_control(
    "By", ["whole", "segment"], default="whole", required=True, key="forecast_by",
    bind="query-params",
)  # fmt: skip
rows = (
    metrics.with_calls(renewals)
    .with_columns(
        quarter=pl.col("due_quarter").map_elements(label_of, return_dtype=pl.String),
        category=charts.category_of("csm_category"),
        arr_at_stake=arr_at_stake(),
    )
    .with_columns(bar=pl.lit("called ") + pl.col("category"))
)
OPEN = Source("forecast/open_renewals")


def behind(amount: str, **at: object) -> pl.DataFrame:
    """Open renewals with ``arr_in_bar``, which sums to a mark, the largest first."""
    return (
        rows.filter(pl.col(amount).is_not_null(), **at)
        .with_columns(arr_in_bar=pl.col(amount))
        .select(*ahead.OPEN_RENEWALS.names(), "arr_in_bar")
        .sort("arr_in_bar", "renewal_id", descending=[True, False])
    )


def behind_bar(mark: Mark) -> pl.DataFrame:
    """Renewals of one bar of a quarter."""
    if mark["bar"] in {charts.DUE, charts.EXPECTED}:
        amount = "arr_due" if mark["bar"] == charts.DUE else "expected"
        return behind(amount, quarter=mark["quarter"])
    return behind("called_amount", **mark)


if part == "whole":
    called = (
        rows.drop_nulls("called_amount")
        .group_by("due_quarter", "category")
        .agg(amount=pl.col("called_amount").sum())
    )
    quarters = by_quarter.drop_nulls("due_quarter")
    promised = {
        each.start_on: rate
        for each in ahead_of_us
        if (rate := target_of("renewal_rate", each.start_on, each.end_on)) is not None
    }
    tick = ("The orange tick is the target: the renewal rate promised x the ARR due.",)
    exhibit_card(
        Exhibit(
            key="outlook",
            title=findings.outlook(total, named, currency=currency),
            definition=(
                "Renewals open on the as-of date by the fiscal quarter they are due in; what "
                "closed before and what is overdue from earlier quarters is in none. The outline "
                "is the ARR due, the pale bar within it what is expected to renew: ARR x "
                "probability x the share that renewals of the segment keep. Beside it the CSMs' "
                "latest calls by category; what they have not called is missing there. Ranges "
                "come from a simulation in which renewals of a quarter and of a year move "
                "together."
            ),
            frame=quarters,
            source=Source("forecast/renewals_by_quarter"),
            chart=charts.outlook_chart(currency, theme()),
            drawn=charts.outlook(quarters, called, label_of=label_of, targets=promised),
            drill=Drill(
                keys=("quarter", "bar"),
                rows=behind_bar,
                source=OPEN,
                amount="arr_in_bar",
                noun="renewal",
            ),
            notes=(
                LINES,
                *(tick if promised else ()),
                findings.beside(renewals, currency=currency),
            ),
        ),
        among,
    )
else:
    segments = load(ahead.renewals_by_segment, among)
    exact = renewals.group_by("due_quarter", "segment").agg(pl.col("expected").sum())
    segments = segments.drop("expected").join(exact, on=["due_quarter", "segment"])
    segments = segments.select(ahead.RENEWALS_BY_SEGMENT.names()).sort("due_quarter", "segment")
    drawn = charts.by_segment(segments, label_of=label_of, most=MOST_SEGMENTS)
    exhibit_card(
        Exhibit(
            key="outlook_by_segment",
            title=findings.by_segment(segments, named),
            definition=(
                "As by whole, segment by segment: the outline is the ARR due, the pale bar what "
                "is expected to renew. Ranges of segments do not add up to those of the whole."
            ),
            frame=segments,
            source=Source("forecast/renewals_by_segment"),
            chart=charts.by_segment_chart(tuple(sorted(set(drawn["segment"]))), currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("quarter", "segment"),
                rows=lambda mark: behind("expected", **mark),
                source=OPEN,
                amount="arr_in_bar",
                noun="renewal",
            ),
            notes=(LINES,),
        ),
        among,
    )

# ------------------------------------------------------------------ what is at stake
lost = churn(book).drop_nulls("segment")
exhibit_card(
    Exhibit(
        key="churn",
        title=findings.churn(lost, currency=currency),
        definition=(
            f"ARR due in {named} x the probability that the renewal does not come, summed by "
            "segment. What renews for less is contraction and not in it."
        ),
        frame=lost,
        source=OPEN,
        chart=charts.churn_chart(currency, theme()),
        drawn=lost.with_columns(
            share=pl.col("churn").cast(pl.Float64) / pl.col("arr_due").cast(pl.Float64)
        ),
        drill=Drill(
            keys=("segment",),
            rows=lambda mark: behind("arr_at_stake", **mark),
            source=OPEN,
            amount="arr_in_bar",
            noun="renewal",
        ),
        notes=(LINES,),
    ),
    among,
)
stake = rows.sort("arr_at_stake", "renewal_id", descending=[True, False]).select(
    "account_name",
    "arr_due",
    "probability",
    "arr_at_stake",
    "due_on",
    "pushed_down",
    "pushed_up",
    "segment",
    "health_band",
    "csm_category",
    "csm_likelihood",
    "base_rate",
    "renewal_id",
    "account_id",
)
exhibit_card(
    Exhibit(
        key="at_stake",
        title=findings.at_stake(stake, currency=currency),
        definition=(
            "Open renewals by the ARR expected to churn with them, ARR due x (1 - probability), "
            "the largest first. Beside each is what lowers and what raises its probability most "
            "against an average renewal; nothing where base rates are used."
        ),
        frame=stake,
        source=OPEN,
    ),
    among,
)

call_card(among)
scenario_card(book, year)

record_cards(book)
without_rate = load(account_queries.without_rate, filters())
left_out(
    (int(without_rate["amounts"].sum()), "amount", "in a currency without an exchange rate"),
)
