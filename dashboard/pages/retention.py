"""Retention: GRR, NRR and logos over time, by part of the book, why they moved, by whose rule."""

from datetime import date

import polars as pl
import streamlit as st

from dashboard.charts import retention as charts
from dashboard.components import periods as shown
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.retention import compare_policies, keep_policy
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source, Timed
from dashboard.findings import retention as findings
from dashboard.formats import count_of
from dashboard.metrics import retention as metrics
from dashboard.queries import renewals as renewal_queries
from dashboard.queries import retention as queries
from dashboard.session import filters, load, policy, retention_policy, theme

MOST_PARTS = 25

st.title("Retention")

chosen = retention_policy()
kind = shown.period_control(chosen)
among = filters(shown.first_day(kind), None)
rules = {"policy": chosen, "period": kind}
periods = load(queries.by_period, among, policy=chosen, period=kind)
if periods.is_empty():
    empty(
        "No period has ended for these customers.",
        "Choose a later as-of date or another period, or take away a filter.",
    )
    st.stop()
now, before, a_year_ago = (
    periods.tail(1),
    shown.period_before(periods, kind),
    shown.year_before(periods),
)
start, end = now.row(0)[:2]
this = shown.words(kind, start, end)


def versus(row: pl.DataFrame) -> str:
    """Name of the period compared with."""
    return "" if row.is_empty() else shown.label(kind, *row.row(0)[:2])


targets = load(queries.targets, among)


def target_of(name: str) -> float | None:
    """Target of the fiscal year that the period ends in, for what the filters keep.

    A quarter's or month's rate is not measured by a target for the year.
    """
    if kind in {"month", "quarter"}:
        return None
    scope = among.segments[0] if len(among.segments) == 1 else "company"
    if among.regions or among.csm_ids or len(among.segments) > 1:
        return None
    found = targets.filter(
        pl.col("metric") == name,
        pl.col("scope").fill_null("company") == scope,
        pl.col("period_start_on") < end,
        pl.col("period_end_on") >= end,
    ).sort("period_start_on", "period_end_on", descending=[False, True])
    return None if found.is_empty() else float(found["target"][0])


grain = shown.rate_period(kind)
rates = load(
    renewal_queries.rates_by_quarter,
    filters(shown.first_day(grain), policy().calendar.period_of(among.as_of, grain).start_on),
    policy=chosen,
    period=grain,
).tail(shown.POINTS)


def rate_name(row: pl.DataFrame) -> str:
    """Name of the fiscal period that a row of renewal rates is of."""
    if row.is_empty():
        return ""
    return policy().calendar.period_of(row["due_quarter"][-1], grain).label


line = periods.tail(shown.POINTS)
with kpi_row():
    for metric in (metrics.nrr, metrics.grr, metrics.logo_retention):
        kpi(
            metric,
            now,
            before=before,
            versus=versus(before),
            year_ago=a_year_ago,
            year_ago_name=versus(a_year_ago),
            target=target_of(metric.name),
            series=[metric(line.slice(row, 1)) for row in range(len(line))],
        )
    kpi(
        metrics.renewal_rate,
        rates,
        before=rates.head(-1).tail(1),
        versus=rate_name(rates.head(-1)),
        series=[metrics.renewal_rate(rates.slice(row, 1)) for row in range(len(rates))],
    )
    for money in (metrics.opening_arr, metrics.closing_arr):
        kpi(
            money,
            now,
            before=before,
            versus=versus(before),
            series=[money(line.slice(row, 1)) for row in range(len(line))],
        )
kpi_note(
    f"From {start:%-d %b %Y} to {end:%-d %b %Y}, {int(now['accounts'][0]):,} customers "
    f"at the start{f'; renewal rate of {rate_name(rates)}' if rate_name(rates) else ''}. "
    f"{chosen.sentence()}"
)
keep_policy(chosen)


def customers(first: date, last: date) -> pl.DataFrame:
    """Customers of one period with what they had, did and kept."""
    return load(queries.accounts, among.window(first, last), policy=chosen)


def retained(rows: pl.DataFrame, of: str) -> pl.DataFrame:
    """Customers that a rate is of, with ``retained_arr``, which sums to its numerator."""
    column = {"nrr": "net_retained_arr", "grr": "gross_retained_arr"}.get(of)
    kept = pl.when(pl.col("kept_logos") > 0).then("closing_arr").otherwise(0)
    return rows.with_columns(
        retained_arr=(pl.col(column) if column else kept).cast(pl.Decimal(38, 2))
    ).filter((pl.col("cohort_arr") != 0) | (pl.col("retained_arr") != 0) | (pl.col("logos") > 0))


# ------------------------------------------------------------------ over time
drawn = charts.over_time(line, label_of=lambda first, last: shown.label(kind, first, last))


def behind_point(mark: Mark) -> pl.DataFrame:
    """Customers of one period; ``retained_arr`` sums to the numerator of the rate."""
    point = drawn.filter(pl.col("period") == mark["period"]).row(0, named=True)
    rows = customers(point["period_start_on"], point["period_end_on"])
    shown_rate = next(name for name, text in charts.RATES.items() if text == mark["rate"])
    return retained(rows, shown_rate)


exhibit_card(
    Exhibit(
        key="over_time",
        title=findings.over_time(now, before, this, f"that of {versus(before)}"),
        definition=(
            "NRR and GRR are shares of the opening ARR, logo retention of the opening customers. "
            "ARR is looked at on the first and on the last day of each period; a fiscal period's "
            "last day is the first one after it. Periods that have not ended are not shown."
        ),
        frame=line,
        source=Source("retention/by_period", rules),
        chart=charts.over_time_chart(
            tuple(charts.RATES.values()), "opening ARR or customers", "Customers", theme()
        ),
        drawn=drawn,
        timed=Timed("period_end_on", is_end=True),
        drill=Drill(
            keys=("period", "rate"),
            rows=behind_point,
            source=Source("retention/accounts", {"policy": chosen}),
            amount="retained_arr",
            noun="customer",
        ),
    ),
    among,
)

# ------------------------------------------------------------------ renewal rate
if not rates.is_empty():
    rate_points = charts.renewal_rates(
        rates, label_of=lambda day: policy().calendar.period_of(day, grain).label
    )

    def behind_rate(mark: Mark) -> pl.DataFrame:
        """Decided renewals of one period; ``arr_in_rate`` sums to the numerator of the rate."""
        day = rate_points.filter(pl.col("period") == mark["period"])["due_quarter"][0]
        period = policy().calendar.period_of(day, grain)
        rows = load(
            renewal_queries.rated,
            filters(period.start_on, period.end_on),
            policy=chosen,
            period=grain,
        )
        gross = mark["rate"] == charts.RENEWAL_RATES["gross_renewal_rate"]
        counted = "counted_arr_capped" if gross else "counted_arr_renewed"
        return rows.with_columns(arr_in_rate=pl.col(counted).fill_null(0))

    exhibit_card(
        Exhibit(
            key="renewal_rates",
            title=findings.renewal_rates(
                rates, rates.head(-1), rate_name(rates), rate_name(rates.head(-1))
            ),
            definition=(
                "Of the ARR due in each fiscal period what was renewed: gross, each renewal capped "
                "at what was due; net, with what they grew; and the share of renewals renewed. "
                f"Renewals {chosen.choices()['early_renewals']}, late ones "
                f"{chosen.choices()['late_renewals']} of {chosen.choices()['grace_days']}; rates "
                f"{chosen.choices()['renewal_base']}. Open renewals are in no rate."
            ),
            notes=(
                f"{count_of(int(rates['renewals'][-1] - rates['decided'][-1]), 'renewal')} of "
                f"{rate_name(rates)} in no rate: late within the grace, still open, month to month "
                "or of an unknown amount.",
            ),
            frame=rates,
            source=Source("renewals/rates_by_quarter", {"policy": chosen, "period": grain}),
            chart=charts.over_time_chart(
                tuple(charts.RENEWAL_RATES.values()), "ARR or renewals decided", "Decided", theme()
            ),
            drawn=rate_points,
            timed=Timed("due_quarter"),
            drill=Drill(
                keys=("period", "rate"),
                rows=behind_rate,
                source=Source("renewals/rated", {"policy": chosen, "period": grain}),
                amount="arr_in_rate",
                noun="renewal",
            ),
        ),
        among,
    )

# ------------------------------------------------------------------ why it moved
left, right = st.columns(2)
by = left.segmented_control(
    "By", queries.PARTS, default="segment", required=True, key="retention_by",
    bind="query-params", format_func=lambda each: {"csm": "CSM"}.get(each, each),
)  # fmt: skip
rate = right.segmented_control(
    "Of", metrics.RATES, default="nrr", required=True, key="rate", bind="query-params",
    format_func=charts.RATES.__getitem__,
)  # fmt: skip
part_name = "CSM" if by == "csm" else by


def parts_of(first: date, last: date) -> pl.DataFrame:
    """Each part's retention in one period."""
    rows = load(queries.by_part, among.window(first, last), by=by, policy=chosen, period=kind)
    return rows.filter(pl.col("period_end_on") == last)


parts = parts_of(start, end)


def changed_part() -> pl.DataFrame:
    """Customers of both periods that stood in another part at the start of the second."""
    since, until = before.row(0)[:2]
    earlier, later = (
        load(queries.accounts, among.window(first, last), by=by, policy=chosen)
        for first, last in ((since, until), (start, end))
    )
    was = earlier.filter(pl.col("cohort_arr") > 0).select("unit_id", before_part="part")
    return retained(
        later.filter(pl.col("cohort_arr") > 0)
        .join(was, on="unit_id")
        .filter(pl.col("part").ne_missing(pl.col("before_part"))),
        rate,
    )


def behind_part(mark: Mark) -> pl.DataFrame:
    """Customers of one part at the period's start, the largest change first."""
    name = str(mark["part"])
    if name == metrics.CHANGED:
        return changed_part()
    rows = load(queries.accounts, among.window(start, end), by=by, part=name, policy=chosen)
    return retained(rows, rate)


if not before.is_empty():
    since, until = before.row(0)[:2]
    if split_of := metrics.amounts_of(rate):
        moved = load(
            queries.moved_parts,
            among.window(start, end),
            compared_since=since,
            compared_until=until,
            by=by,
            policy=chosen,
        )
        effects = metrics.rate_and_mix(moved, split_of)
        bars = charts.split(effects, by=part_name)
        whole = float(effects.select(pl.sum_horizontal("rate_effect", "mix_effect").sum()).item())
        exhibit_card(
            Exhibit(
                key="why_it_moved",
                title=findings.split(bars, split_of, whole, f"since {versus(before)}"),
                definition=(
                    f"The change of {charts.RATES[rate]} since {versus(before)}, taken apart by "
                    f"{part_name} at each period's start: a part's own rate at the mean of its two "
                    "weights, and the change of its weight at how far its rate lies from the "
                    "whole. "
                    f"Customers that changed {part_name} in between have a bar of their own. The "
                    "bars sum to the change."
                ),
                frame=effects,
                source=Source(
                    "retention/moved_parts",
                    {"policy": chosen, "by": by, "compared_since": since, "compared_until": until},
                ),
                chart=charts.split_chart(theme()) if not bars.is_empty() else None,
                drawn=bars,
                drill=Drill(
                    keys=("part", "cause"),
                    rows=behind_part,
                    source=Source("retention/accounts", {"policy": chosen, "by": by}),
                    amount="retained_arr",
                    noun="customer",
                ),
            ),
            among.window(start, end),
        )

# ------------------------------------------------------------------ by part
before_parts = parts.clear() if before.is_empty() else parts_of(*before.row(0)[:2])
part_notes = [] if before_parts.is_empty() else [f"The tick is {versus(before)}."]
if len(parts) > MOST_PARTS:
    part_notes.append(
        f"The {MOST_PARTS} with the most opening ARR are drawn; the table has all {len(parts)}."
    )
by_part = charts.by_part(parts, before_parts, rate=rate, most=MOST_PARTS)
exhibit_card(
    Exhibit(
        key="by_part",
        title=findings.by_part(by_part, rate, part_name),
        definition=(
            f"{charts.RATES[rate]} of each {part_name} at the period's start. The tick is where it "
            f"stood at {versus(before) or 'the period before'}. Parts with fewer than "
            f"{findings.FEW} customers are drawn and not judged."
        ),
        frame=parts,
        source=Source("retention/by_part", {"policy": chosen, "by": by, "period": kind}),
        chart=charts.by_part_chart(charts.RATES[rate], theme()),
        drawn=by_part,
        drill=Drill(
            keys=("part",),
            rows=behind_part,
            source=Source("retention/accounts", {"policy": chosen, "by": by}),
            amount="retained_arr",
            noun="customer",
        ),
        notes=tuple(part_notes),
    ),
    among.window(start, end),
)

compare_policies(chosen, among, rate=metrics.amounts_of(rate) or "nrr", period=kind)
left_out(
    (len(parts.filter(pl.col("opening_arr") == 0)), "part", "that opened with nothing"),
)
