"""Team capacity: who holds how much against the bands, how heavy it is, and what moves would do."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import coverage as charts
from dashboard.components.capacity import band_inputs, bands, load_view, unassigned_view
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.views import chosen_view
from dashboard.components.what_if import what_if_view
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import coverage as findings
from dashboard.formats import money
from dashboard.metrics import coverage as metrics
from dashboard.queries import accounts
from dashboard.queries import coverage as queries
from dashboard.queries.accounts import ALL
from dashboard.session import UNASSIGNED, choices, filters, load, narrowed, policy, scope, theme

VIEWS = {
    "Load index": load_view,
    "Unassigned": unassigned_view,
    "What-if": what_if_view,
}
BOOKS = "Accounts per CSM"

st.title("Team capacity")

among, currency = filters(), policy().reporting_currency
view = chosen_view([BOOKS, *VIEWS])
if view != BOOKS:
    VIEWS[view](among)
    st.stop()
rows, earlier = together(
    asked(queries.by_csm, among),
    asked(queries.by_csm, replace(among, as_of=among.as_of - timedelta(weeks=13))),
)
if not rows["accounts"].sum():
    empty(
        f"Nobody you may see holds a customer on {among.as_of:%-d %b %Y}.",
        "Take away a filter, or choose another as-of date.",
    )
    st.stop()

with kpi_row():
    for metric in (
        metrics.csms,
        metrics.median_accounts,
        metrics.median_arr,
    ):
        kpi(metric, rows, before=earlier, versus="13 weeks before")
    if scope().all_accounts and not among.csm_ids:
        kpi(metrics.unassigned_arr, rows, before=earlier, versus="13 weeks before")
kpi_note(
    f"Customers as of {among.as_of:%-d %b %Y}. Per CSM is the median: half hold more, half fewer."
)

band_inputs()
limits, source = bands()
books = charts.books(rows, limits)
shown = books.head(charts.SHOWN)
said = "; ".join(
    f"{segment} {band.accounts_low} to {band.accounts_high} customers, "
    f"{money(band.arr_low, currency=currency)} to {money(band.arr_high, currency=currency)}"
    for segment, band in limits.items()
)
reference = f"The pale bar behind is the reference band of the segment ({source}): {said}."


def held(mark: Mark) -> pl.DataFrame:
    """Customers of one book, of one stage or band where the mark names one."""
    book = shown.filter(pl.col("book_key") == mark["book_key"]).row(0, named=True)
    rows = load(
        accounts.customers,
        narrowed(among, segments=book["segment"], csm_ids=book["member_id"] or UNASSIGNED),
        most=ALL,
    ).drop("customers")
    part = mark.get("part")
    if part in charts.STAGES.values():
        stage = pl.col("lifecycle_stage")
        named = [name for name in charts.STAGES.values() if name != charts.STAGES["other_stage"]]
        known = pl.when(stage.is_in(named)).then(stage).otherwise(pl.lit("other stage"))
        return rows.filter(known == part)
    if part:
        return rows.filter(pl.col("health_band").fill_null("not scored") == part)
    return rows


def book_name(mark: Mark) -> str:
    """Name of the book, and of the part of it where the mark names one."""
    book = str(shown.filter(pl.col("book_key") == mark["book_key"])["book"][0])
    return f"{book}: {mark['part']}" if mark.get("part") else book


by = st.segmented_control(
    "Customers by", ["stage", "health"], default="stage", required=True, key="mix",
    bind="query-params",
)  # fmt: skip
exhibit_card(
    Exhibit(
        key="accounts_by_csm",
        title=findings.accounts(books),
        definition=(
            "Customers with ARR on the as-of date, by the CSM who holds them then. " + reference
        ),
        frame=rows,
        source=Source("coverage/by_csm"),
        notes=("The pale bar is the reference band of the segment.",),
        chart=charts.accounts_by_csm(by, theme()),
        drawn=charts.mix(shown, by),
        drill=Drill(
            keys=("book_key", "part"),
            rows=held,
            source=Source("accounts/customers"),
            noun="customer",
            label=book_name,
        ),
    ),
    among,
)
exhibit_card(
    Exhibit(
        key="arr_by_csm",
        title=findings.arr(books, currency=currency),
        definition=(
            "ARR of the customers each CSM holds on the as-of date; ▲ is above the band in "
            "customers or ARR. " + reference
        ),
        frame=rows,
        source=Source("coverage/by_csm"),
        notes=("The pale bar is the reference band of the segment.",),
        # All that are on offer: a segment keeps its colour, and the chart its place, in any filter.
        chart=charts.arr_by_csm(
            tuple(sorted({*choices("segment"), *shown["segment"].drop_nulls()})), currency, theme()
        ),
        drawn=shown,
        drill=Drill(
            keys=("book_key",),
            rows=held,
            source=Source("accounts/customers"),
            amount="arr",
            noun="customer",
            label=book_name,
        ),
    ),
    among,
)
rest = books.tail(max(0, len(books) - charts.SHOWN))
left_out(
    (
        int(rest["accounts"].sum()),
        "customer",
        f"in books below the {charts.SHOWN} largest, which are in the table and not drawn",
    )
)
