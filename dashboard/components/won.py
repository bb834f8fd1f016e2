"""What expansion brings on a page: who found it, how long it took, and its part in NRR."""

from datetime import timedelta

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import won as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import won as findings
from dashboard.formats import count_of
from dashboard.metrics import won as metrics
from dashboard.queries import won as queries
from dashboard.session import (
    load,
    policy,
    quarter_before,
    quarter_label,
    retention_policy,
    theme,
    years_before,
)

QUARTERS = 8
LIMITS = (
    "An opportunity is no movement of ARR. Customer by customer, what was won in the twelve months "
    "is looked for in the expansion that movements show, price rises apart, and only what is found "
    "is taken off NRR; where more was won than the customer grew by, it is shared out by amount. "
    "Nobody knows what a customer had bought without a CSM: this is how much of NRR can be the "
    "CSMs' doing at most, not how much is."
)


def returned(among: Filters) -> None:
    """Closed-won expansion by source, its cycle time, and NRR with and without it."""
    chosen, day = retention_policy(), timedelta(days=1)
    a_year_ago = years_before(among.as_of, 1)
    year = among.window(a_year_ago + day, among.as_of + day)
    year_before = among.window(years_before(among.as_of, 2) + day, a_year_ago + day)
    months = among.window(a_year_ago, among.as_of)
    ever, now, before, effect = together(
        asked(queries.by_quarter, among),
        asked(queries.by_source, year),
        asked(queries.by_source, year_before),
        asked(queries.in_retention, months, policy=chosen),
    )
    this = policy().calendar.period_of(among.as_of, "quarter")
    first = quarter_before(this, QUARTERS).start_on
    rows = ever.filter(pl.col("quarter") >= first)
    if rows.is_empty():
        empty(
            f"No expansion was won since {first:%-d %b %Y}.",
            "Take away a filter, or choose another as-of date.",
        )
        return
    with kpi_row():
        for metric in (
            metrics.by_csms,
            metrics.csm_share,
            metrics.csm_days,
            metrics.other_days,
        ):
            kpi(metric, now, before=before, versus="the twelve months before")
        kpi(metrics.nrr, effect)
        kpi(metrics.nrr_without, effect)
    kpi_note(
        f"The twelve months from {a_year_ago + day:%-d %b %Y} to {among.as_of:%-d %b %Y}. "
        f"NRR by the retention policy {chosen.title}."
    )
    _by_quarter(among, rows)
    _days(year, now)
    _beside(months, effect)
    undated = ever.filter(pl.col("quarter").is_null())
    left_out(
        (int(rows["without_amount"].sum()), "won opportunity", "without an amount"),
        (int(undated["opportunities"].sum()), "won opportunity", "without a day of closing"),
        (
            int(now["opportunities"].sum()) - int(now["timed"].sum()),
            "won opportunity",
            "of the twelve months without a day of opening before its closing, in no median",
        ),
    )


def _by_quarter(among: Filters, rows: pl.DataFrame) -> None:
    currency, calendar = policy().reporting_currency, policy().calendar
    measure = st.segmented_control(
        "Show", ["ARR", "count"], default="ARR", required=True,
        key="won_measure", bind="query-params",
    )  # fmt: skip
    drawn = charts.by_quarter(rows, label_of=quarter_label)
    this = calendar.period_of(among.as_of, "quarter")
    window = among.window(quarter_before(this, QUARTERS).start_on, this.end_on)

    def behind_bar(mark: Mark) -> pl.DataFrame:
        """Opportunities of one quarter and source."""
        bar = drawn.filter(quarter_label=mark["quarter_label"]).row(0, named=True)
        return load(queries.opportunities, window).filter(
            pl.col("quarter") == bar["quarter"], charts.source() == mark["part"]
        )

    exhibit_card(
        Exhibit(
            key="won",
            title=findings.by_quarter(
                rows.filter(pl.col("quarter") == this.start_on), this.label, currency=currency
            ),
            definition=(
                "Expansion opportunities won by the as-of date, by the fiscal quarter they closed "
                "in and who found them. The current quarter is not over."
            ),
            frame=rows,
            source=Source("won/by_quarter"),
            chart=charts.by_quarter_chart(measure, charts.sources_of(drawn), currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("quarter_label", "part"),
                rows=behind_bar,
                source=Source("won/opportunities"),
                amount="amount" if measure == "ARR" else None,
                noun="opportunity",
            ),
        ),
        window,
    )


def _days(year: Filters, now: pl.DataFrame) -> None:
    exhibit_card(
        Exhibit(
            key="days_to_win",
            title=findings.days(now),
            definition=(
                "Days from opening to closing of the opportunities won in the twelve months. The "
                "stroke is the median, the bar the middle half of them. Lost and open ones are "
                "not in it."
            ),
            frame=now,
            source=Source("won/by_source"),
            chart=charts.days_chart(theme()) if now["timed"].sum() else None,
            drawn=charts.days(now),
        ),
        year,
    )


def _beside(months: Filters, effect: pl.DataFrame) -> None:
    currency, chosen = policy().reporting_currency, retention_policy()
    rules = {"policy": chosen}
    drawn = charts.beside(effect)

    def behind_part(mark: Mark) -> pl.DataFrame:
        """Customers behind one part, with ``arr_in_bar``, which sums to it."""
        name = charts.column_of(mark["part"])
        rows = load(queries.in_retention_accounts, months, policy=chosen)
        return rows.filter(pl.col(name) != 0).with_columns(arr_in_bar=pl.col(name))

    exhibit_card(
        Exhibit(
            key="won_in_nrr",
            title=findings.beside(effect, currency=currency),
            definition=(
                "What CSMs and others found and won, as far as movements show it and not, beside "
                "the expansion in NRR. " + LIMITS
            ),
            frame=effect,
            source=Source("won/in_retention", rules),
            chart=None if drawn.is_empty() else charts.beside_chart(currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("bar", "part"),
                rows=behind_part,
                source=Source("won/in_retention_accounts", rules),
                amount="arr_in_bar",
                noun="customer",
            ),
            notes=(
                (
                    findings.reconciled(effect, currency=currency),
                    f"{count_of(int(effect['csm_opportunities'][0]), 'opportunity')} found by "
                    f"CSMs, {int(effect['other_opportunities'][0]):,} by others. Movements are "
                    "those booked by the as-of date.",
                )
                if effect.height
                else ()
            ),
        ),
        months,
    )
