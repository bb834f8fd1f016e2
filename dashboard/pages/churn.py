"""Churn: who left or pays less, why, whether it was to be seen, and where the flags are wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import streamlit as st

from dashboard.charts import before_leaving
from dashboard.charts import churn as charts
from dashboard.components.cards import exhibit_card, no_exhibit
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source, Timed
from dashboard.filters import Filters
from dashboard.findings import churn as findings
from dashboard.formats import Unit, count_of
from dashboard.metrics import churn as metrics
from dashboard.metrics import total
from dashboard.queries import churn as queries
from dashboard.session import (
    filters,
    load,
    policy,
    quarter,
    quarter_before,
    quarter_label,
    retention_policy,
    theme,
    until_as_of,
    years_before,
)

QUARTERS, MOST_PARTS = 12, 15
A_QUARTER, A_YEAR = "fiscal quarter", "twelve months"

st.title("Churn")

chosen, currency = retention_policy(), policy().reporting_currency
focus = quarter()
rules: dict[str, object] = {"policy": chosen}
until = until_as_of(focus)
first = quarter_before(focus, QUARTERS).start_on
quarters = load(queries.by_quarter, filters(min(first, until), until), policy=chosen)
flags = load(queries.flags, filters())


def flags_card() -> None:
    """Flags and subscriptions that disagree."""
    exhibit_card(
        Exhibit(
            key="churn_flags",
            title=findings.flags(flags, currency=currency),
            definition=(
                "Accounts that the CRM flags as churned, by a day of churn not after the as-of "
                "date or the stage Churned, and that still have ARR; and accounts that once had "
                "ARR, have none and are not flagged, with the ARR before. The subscriptions are "
                "believed: on every page who has ARR is a customer."
            ),
            frame=flags,
            source=Source("churn/flags"),
        ),
        filters(),
    )


if quarters.is_empty():
    empty(
        f"No customer left or paid less from {first:%-d %b %Y} on.",
        "Choose another fiscal quarter, or take away a filter.",
    )
    if not flags.is_empty():
        flags_card()
    st.stop()

left, right = st.columns(2)
over = left.segmented_control(
    "Window", [A_QUARTER, A_YEAR], default=A_YEAR, required=True,
    key="churn_window", bind="query-params",
)  # fmt: skip
measure = right.segmented_control(
    "Show", ["ARR", "count"], default="ARR", required=True,
    key="churn_measure", bind="query-params",
)  # fmt: skip


def window(last: date, start_on: date) -> Filters:
    """Filters over the quarter, or over the twelve months that end with it."""
    return filters(min(start_on, last) if over == A_QUARTER else years_before(last, 1), last)


among = window(until, focus.start_on)
year_ago = quarter_before(focus, 4)
earlier = window(years_before(until, 1), year_ago.start_on)
last_day = until - timedelta(days=1)
span = focus.label if over == A_QUARTER else f"the twelve months to {last_day:%-d %b %Y}"
lost, before = (load(queries.lost, each, policy=chosen) for each in (among, earlier))
gone = metrics.left(lost)
scored, reds = int(gone["best_band"].count()), int(gone["days_from_red"].count())
with kpi_row():
    for metric in (
        metrics.churned_arr,
        metrics.churned_logos,
        metrics.contraction,
        metrics.surprise_share,
        metrics.reason_coverage,
        metrics.median_days_from_red,
    ):
        kpi(
            metric,
            lost,
            before=before,
            versus=year_ago.label if over == A_QUARTER else "the year before",
        )
returned = gone.filter(pl.col("returned_on").is_not_null())
kpi_note(
    f"{among.since:%-d %b %Y} to {last_day:%-d %b %Y}, as in the ARR bridge, by "
    f"{chosen.choices()['level']} (policy {chosen.title}). Of {count_of(len(gone), 'leaving')} "
    f"{scored} had a health score in the 90 days before, {reds} were red in the year before and "
    f"{len(returned)} came back by {among.as_of:%-d %b %Y} "
    f"({Unit.MONEY.text(total(returned['arr_lost']), currency=currency)}): they stay in."
    if len(lost)
    else f"No customer left or paid less in {span}."
)


def losses(*keys: str, rows: Callable[[Mark], pl.DataFrame]) -> Drill:
    """From a bar to its losses, which sum to it: their ARR or their number."""
    amount = "arr_lost" if measure == "ARR" else None
    return Drill(keys, rows, Source("churn/lost", rules), amount=amount, noun="loss")


# ------------------------------------------------------------------ by quarter
by_quarter = charts.by_quarter(quarters, label_of=quarter_label)


def behind_quarter(mark: Mark) -> pl.DataFrame:
    """Losses of one quarter in one state."""
    cell = by_quarter.filter(pl.col("quarter") == mark["quarter"]).row(0, named=True)
    period = policy().calendar.period_of(cell["quarter_on"], "quarter")
    rows = load(queries.lost, filters(period.start_on, min(period.end_on, until)), policy=chosen)
    return rows.filter(charts.state() == mark["state"])


exhibit_card(
    Exhibit(
        key="churn_by_quarter",
        title=findings.by_quarter(
            quarters.filter(pl.col("quarter") == focus.start_on), focus.label, currency=currency
        ),
        definition=(
            "ARR lost by the fiscal quarter of the day. Churn is a customer whose ARR came to "
            "nothing, by whether the renewal lost or the churn event says it could have been "
            "prevented; contraction is a customer that keeps some of it. Who came back is in both "
            "the churn and, with the return, in the reactivation of the ARR bridge."
        ),
        frame=quarters,
        source=Source("churn/by_quarter", rules),
        chart=charts.by_quarter_chart(measure, focus.label, currency, theme()),
        drawn=by_quarter,
        timed=Timed("quarter_on"),
        drill=losses("quarter", "state", rows=behind_quarter),
    ),
    filters(first, until),
)

# ------------------------------------------------------------------ by reason
reasons = load(queries.by_reason, among, policy=chosen)
by_reason = charts.by_reason(reasons)


def behind_reason(mark: Mark) -> pl.DataFrame:
    """Losses of one reason and state."""
    cell = by_reason.filter(pl.col("name") == mark["name"]).row(0, named=True)
    return lost.filter(
        pl.col("movement") == cell["movement"],
        pl.col("reason") == cell["reason"],
        charts.state() == mark["state"],
    )


if not reasons.is_empty():
    exhibit_card(
        Exhibit(
            key="churn_by_reason",
            title=findings.by_reason(reasons, span, currency=currency),
            definition=(
                "The reason of churn is that of the renewal lost that day (due or closed on it), "
                "else that of the churn event of that day. The reason of contraction is that of "
                "the largest movement booked for it; whether it could have been prevented is not "
                "recorded. What has no reason is a bar of its own."
            ),
            frame=reasons,
            source=Source("churn/by_reason", rules),
            chart=charts.by_reason_chart(measure, currency, theme()),
            drawn=by_reason,
            drill=losses("name", "state", rows=behind_reason),
        ),
        among,
    )
else:
    no_exhibit()

# ------------------------------------------------------------------ by part of the book
by = st.segmented_control(
    "By", queries.PARTS, default="segment", required=True, key="churn_by",
    bind="query-params", format_func=lambda each: {"csm": "CSM"}.get(each, each),
)  # fmt: skip
part_name = "CSM" if by == "csm" else by
parts = load(queries.by_part, among, by=by, policy=chosen)
by_part = charts.by_part(parts, most=MOST_PARTS)


def behind_part(mark: Mark) -> pl.DataFrame:
    """Losses of one part and movement."""
    rows = load(queries.lost, among, by=by, policy=chosen)
    return rows.filter(
        pl.col("movement") == mark["movement"], pl.col("part").fill_null("") == mark["part"]
    )


def name_of_part(mark: Mark) -> str:
    """A bar as people call it."""
    names = by_part.filter(pl.col("part") == mark["part"])["name"]
    return f"{names[0] if len(names) else mark['part']}, {mark['movement']}"


if not parts.is_empty():
    exhibit_card(
        Exhibit(
            key="churn_by_part",
            title=findings.by_part(parts, part_name, span, currency=currency),
            definition=(
                f"ARR lost by {part_name}, as it was on the day before. Tenure counts from the "
                "first day as a customer. A loss of several products is shared out by what each "
                "of them lost that day, so that the products add up to the loss."
            ),
            frame=parts,
            source=Source("churn/by_part", {"by": by, **rules}),
            chart=charts.by_part_chart(measure, currency, theme()),
            drawn=by_part,
            drill=replace(
                losses("part", "movement", rows=behind_part),
                source=Source("churn/lost", {"by": by, **rules}),
                label=name_of_part,
            ),
        ),
        among,
    )
else:
    no_exhibit()

# ------------------------------------------------------------------ was it to be seen
if not gone.is_empty():
    exhibit_card(
        Exhibit(
            key="surprise_churn",
            title=findings.surprise(lost, span, currency=currency),
            definition=(
                "Churn by the best health band of the weeks measured in the 90 days before "
                "leaving, the 90th included. Green in any of them is a surprise; who had no "
                "score in those days is apart."
            ),
            frame=gone,
            source=Source("churn/lost", rules),
            chart=before_leaving.by_band_chart(measure, currency, theme()),
            drawn=before_leaving.by_band(gone),
            drill=losses(
                "band",
                rows=lambda mark: gone.filter(
                    pl.col("best_band").fill_null(before_leaving.NOT_SCORED) == mark["band"]
                ),
            ),
        ),
        among,
    )
    exhibit_card(
        Exhibit(
            key="days_from_red",
            title=findings.from_red(lost, span),
            definition=(
                "Days from the first week at red to leaving, looked at in the 365 days before and "
                "not before the customer last came (back). A recovery in between does not start "
                "the count anew."
            ),
            frame=gone,
            source=Source("churn/lost", rules),
            chart=before_leaving.by_days_from_red_chart(measure, currency, theme()),
            drawn=before_leaving.by_days_from_red(gone),
            drill=losses(
                "span", rows=lambda mark: gone.filter(before_leaving.span() == mark["span"])
            ),
        ),
        among,
    )
else:
    no_exhibit()
flags_card()
left_out(
    (lost["arr_lost"].null_count(), "loss", "without an exchange rate, of unknown ARR"),
    (len(gone) - scored, "loss", "without a health score in the 90 days before"),
    (
        parts["part"].n_unique() - MOST_PARTS,
        "part",
        f"by {part_name} in the table, not drawn",
    ),
)
