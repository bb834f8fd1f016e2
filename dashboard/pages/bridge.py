"""The ARR bridge: from opening to closing ARR to the cent, as reported and as restated."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import streamlit as st

from dashboard.charts import bridge as charts
from dashboard.charts.waterfall import waterfall, waterfall_chart
from dashboard.components import periods as shown
from dashboard.components.cards import exhibit_card, no_exhibit
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty
from dashboard.exhibit import Drill, Exhibit, Mark, Source, Timed
from dashboard.filters import Filters
from dashboard.findings import bridge as findings
from dashboard.metrics import bridge as metrics
from dashboard.queries import bridge as queries
from dashboard.queries import retention as retention_queries
from dashboard.session import filters, load, policy, retention_policy, theme

st.title("ARR bridge")

chosen, currency = retention_policy(), policy().reporting_currency
kind = shown.period_control(chosen)
periods = load(queries.by_period, filters(shown.first_day(kind), None), policy=chosen, period=kind)
if periods.is_empty():
    empty(
        "No period has ended for these customers.",
        "Choose a later as-of date or another period, or take away a filter.",
    )
    st.stop()
windows = periods.select("period_start_on", "period_end_on").unique().sort("period_end_on")
names = [shown.label(kind, *row) for row in windows.iter_rows()]
picked = st.selectbox(
    "Ends on" if kind in {"ttm", "fiscal_year_to_date"} else "Period",
    names[::-1],
    key="bridge_period",
    bind="query-params",
)
place = names.index(picked)
start, end = windows.row(place)


def steps_of(rows: pl.DataFrame, last: date) -> pl.DataFrame:
    """Steps of one period."""
    return rows.filter(pl.col("period_end_on") == last)


among = filters(start, end)
now = steps_of(periods, end)
before = steps_of(periods, windows.row(place - 1)[1]) if place else periods.clear()
with kpi_row():
    for metric in (
        metrics.opening,
        metrics.new,
        metrics.expansion,
        metrics.contraction,
        metrics.churn,
        metrics.closing,
    ):
        kpi(metric, now, before=before, versus=names[place - 1] if place else "")
kpi_note(
    f"ARR on {start:%-d %b %Y}, the movements after that day up to {end:%-d %b %Y}, and ARR then. "
    f"By {chosen.choices()['level']}, exchange rates {chosen.choices()['fx']}."
)


def behind_step(mark: Mark) -> pl.DataFrame:
    """Customers of one bar; its column sums to the bar."""
    step = str(mark["step"])
    column = f"{step}_arr" if step in {"opening", "closing"} else step
    rows = load(retention_queries.accounts, among, policy=chosen)
    return (
        rows.filter(pl.col("level") == chosen.level, pl.col(column) != 0)
        .with_columns(arr_in_bar=pl.col(column))
        .sort(pl.col("arr_in_bar").abs(), "account_id", descending=[True, False])
    )


exhibit_card(
    Exhibit(
        key="bridge",
        title=findings.bridge(now, shown.words(kind, start, end), currency=currency),
        definition=(
            "Opening ARR, new customers, those that came back, expansion, price rises, exchange "
            "rates, contraction and churn add up to closing ARR, to the cent. A customer's change "
            "of one day is one movement, by what it paid before and after. Price rises are what "
            "the booked movements give price as their reason for."
        ),
        frame=now,
        source=Source("bridge/by_period", {"policy": chosen, "period": kind}),
        chart=waterfall_chart(currency, theme()),
        drawn=waterfall(
            [
                (step, charts.STEPS[step], amount)
                for step, amount in now.select("step", "amount").iter_rows()
                if step in {"opening", "closing"} or amount
            ],
            currency=currency,
        ),
        drill=Drill(
            keys=("step",),
            rows=behind_step,
            source=Source("retention/accounts", {"policy": chosen}),
            amount="arr_in_bar",
            noun="customer",
            label=lambda mark: charts.STEPS[str(mark["step"])],
        ),
    ),
    among,
)

# ------------------------------------------------------------------ month by month
first = policy().calendar.earlier(end, "month", 12).start_on
by_month = filters(first, end + timedelta(days=1))
moved = load(retention_queries.movements_by_month, by_month, policy=chosen)
drawn = charts.movements_by_month(moved)


def behind_month(mark: Mark) -> pl.DataFrame:
    """Movements as they were booked of one month and kind."""
    rows = drawn.filter(pl.col("month_label") == mark["month_label"])
    month: date = rows["month"][0]
    until = min(policy().calendar.period_of(month, "month").end_on, end + timedelta(days=1))
    return load(retention_queries.movements, filters(month, until), policy=chosen).filter(
        pl.col("movement") == mark["movement"]
    )


exhibit_card(
    Exhibit(
        key="movements_by_month",
        title=findings.movements_by_month(moved, currency=currency),
        definition=(
            "Movements by the fiscal month they took effect in, up to the last day of the bridge, "
            "at the exchange rates of the as-of date unless the policy takes each day's own."
        ),
        frame=moved,
        source=Source("retention/movements_by_month", {"policy": chosen}),
        chart=charts.movements_by_month_chart(currency, theme()),
        drawn=drawn,
        timed=Timed("month"),
        drill=Drill(
            keys=("month_label", "movement"),
            rows=behind_month,
            source=Source("retention/movements", {"policy": chosen}),
            amount="amount",
            noun="movement",
        ),
    ),
    by_month,
)

# ------------------------------------------------------------------ reported and restated
reported_on = min(end, among.as_of)
said_on = f"{reported_on:%-d %b %Y}"


def bridge_known(on: date) -> pl.DataFrame:
    """The bridge of the period with what had been booked by a day."""
    asked: Filters = replace(among, as_of=on)
    return load(queries.by_period, asked, policy=chosen, period="custom")


as_reported, as_restated = bridge_known(reported_on), bridge_known(among.as_of)
compared = as_reported.join(
    as_restated, on=["period_start_on", "period_end_on", "step"], suffix="_restated",
    maintain_order="left",
).select(
    "step",
    reported="amount",
    restated="amount_restated",
    difference=pl.col("amount_restated") - pl.col("amount"),
)  # fmt: skip
if not compared.is_empty():
    exhibit_card(
        Exhibit(
            key="restated",
            title=findings.restated(compared, said_on, currency=currency),
            definition=(
                f"The bridge as it was reported on {said_on}, with the movements booked by then, "
                f"beside the same bridge with what was booked up to {among.as_of:%-d %b %Y}."
            ),
            frame=compared,
            source=Source("bridge/by_period", {"policy": chosen, "period": "custom"}),
        ),
        among,
    )
else:
    no_exhibit()
booked = load(queries.movements, among)
exhibit_card(
    Exhibit(
        key="booked",
        title=findings.booked(booked, shown.words(kind, start, end)),
        definition=(
            f"Movements after {start:%-d %b %Y} up to {end:%-d %b %Y} as the company booked them, "
            "by product and cause, the latest first. Of several on one day the bridge counts the "
            "sum, so that a change of product is no churn."
        ),
        frame=booked,
        source=Source("bridge/movements"),
    ),
    among,
)
late = load(queries.corrections, among.window(None, end))
exhibit_card(
    Exhibit(
        key="corrections",
        title=findings.corrections(late, said_on, currency=currency),
        definition=(
            f"Movements that took effect by {end:%-d %b %Y} and were booked after it, the largest "
            "first. They are in the restated bridge and not in the one reported."
        ),
        frame=late,
        source=Source("bridge/corrections"),
    ),
    among.window(None, end),
)
