"""Advocacy: qualified advocates and leads, who may be asked, and what they influenced."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import streamlit as st

from dashboard.answers import asked, asked_if_loaded, together
from dashboard.charts import advocacy as charts
from dashboard.charts import references as reference_charts
from dashboard.components.cards import exhibit_card, no_exhibit
from dashboard.components.influenced import SPAN_QUARTERS, influenced_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import advocacy as findings
from dashboard.metrics import advocacy as metrics
from dashboard.metrics import parts
from dashboard.queries import advocacy as queries
from dashboard.session import (
    filters,
    load,
    policy,
    quarter,
    quarter_before,
    theme,
    until_as_of,
    years_before,
)

QUARTERS, MOST = 13, 15

st.title("Advocacy")

focus, currency, rules = quarter(), policy().reporting_currency, policy().advocacy
periods = policy().calendar.periods_from(
    quarter_before(focus, QUARTERS - 1).start_on, "quarter", QUARTERS
)
until = until_as_of(focus)
among = filters(min(periods[0].start_on, until), until)
four = among.window(min(periods[-SPAN_QUARTERS].start_on, until), until)
today = filters()
a_year_ago = replace(today, as_of=years_before(today.as_of, 1))
# A quarter that runs is measured by as much of the one a year before.
year_before = quarter_before(focus, 4)
as_far = year_before.end_on
if until < focus.end_on:
    as_far = min(max(years_before(until, 1), year_before.start_on), as_far)
rows, earlier, by_csm, references, before, targets = together(
    asked(queries.by_quarter, among),
    asked(queries.by_quarter, among.window(year_before.start_on, as_far)),
    asked(queries.by_csm, four),
    asked(queries.references, today),
    asked(queries.references, a_year_ago),
    asked_if_loaded(queries.targets, today),
)
if rows.is_empty() and references.is_empty():
    empty(
        f"No customer spoke for the company from {among.since} up to {until}.",
        "Choose another fiscal quarter or as-of date, or take away a filter.",
    )
    st.stop()
whole = not (today.segments or today.regions or today.csm_ids)


quarters = parts(rows, "quarter_on", (period.start_on for period in periods))


def target_of(name: str) -> float | None:
    """The company's target for the quarter."""
    found = targets.filter(
        pl.col("metric") == name,
        pl.col("period_start_on") == focus.start_on,
        pl.col("period_end_on") == focus.end_on,
    )["target"]
    return float(found[0]) if len(found) else None


span = f"{periods[-SPAN_QUARTERS].label} to {focus.label}"
of_span = rows.filter(pl.col("quarter_on") >= periods[-SPAN_QUARTERS].start_on)
up_to = "" if as_far == year_before.end_on else f" up to {as_far - timedelta(days=1):%-d %b}"
of_span_before = pl.concat(
    [
        rows.filter(
            pl.col("quarter_on").is_between(
                quarter_before(focus, 7).start_on, quarter_before(focus, 5).start_on
            )
        ),
        earlier,
    ]
)
with kpi_row():
    for metric in (metrics.csqa, metrics.csql):
        kpi(
            metric,
            quarters[-1],
            before=earlier,
            versus=f"{year_before.label}{up_to}",
            series=[metric(each) for each in quarters],
            target=target_of(metric.name),
        )
    for metric in (metrics.referenceable, metrics.not_asked, metrics.asked_too_often):
        kpi(metric, references, before=before, versus=f"{a_year_ago.as_of:%-d %b %Y}")
    kpi(
        metrics.influenced_arr,
        of_span,
        before=of_span_before,
        versus=f"{quarter_before(focus, 7).label} to {year_before.label}{up_to}",
    )
narrow = "" if whole or targets.is_empty() else " Targets are the company's, not of these filters."
running = "" if until == focus.end_on else " The quarter is not over: its target is for all of it."
kpi_note(
    f"{focus.label}; lines run from {periods[0].label}. Influenced ARR is of {span}. "
    f"References are as of {today.as_of:%-d %b %Y}.{running}{narrow}"
)

# ------------------------------------------------------------------ qualified, by quarter
NAMES = {"advocates": "csqa", "leads": "csql"}
qualifies_as = NAMES[
    st.segmented_control(
        "Qualified", list(NAMES), default="advocates", required=True, key="qualified",
        bind="query-params",
    )
]  # fmt: skip
qualified = rows.filter(pl.col("qualifies_as") == qualifies_as)
kinds = charts.kinds_of(qualified)
drawn = charts.with_targets(
    charts.by_quarter(qualified, periods),
    targets.filter(pl.col("metric") == qualifies_as),
    periods,
)


def behind_quarter(mark: Mark) -> pl.DataFrame:
    """Events of one quarter and kind."""
    period = next(each for each in periods if each.label == mark["quarter"])
    window = among.window(min(period.start_on, until), min(period.end_on, until))
    found = load(queries.events, window).filter(pl.col("qualifies_as") == qualifies_as)
    if mark["shown_kind"] == charts.OTHER:
        return found.filter(~pl.col("kind").is_in(kinds))
    return found.filter(pl.col("kind") == mark["shown_kind"])


if not qualified.is_empty():
    exhibit_card(
        Exhibit(
            key="advocacy_by_quarter",
            title=findings.by_quarter(
                qualified.filter(pl.col("quarter_on") == focus.start_on),
                focus.label,
                qualifies_as,
                target_of(qualifies_as),
                whole=whole,
            ),
            definition=(
                "Advocacy events that qualify as a customer-success qualified advocate (CSQA) or "
                "lead (CSQL), by the fiscal quarter of their day and their kind. The stroke is "
                "the company's target of the quarter; filters do not divide it."
            ),
            frame=qualified,
            source=Source("advocacy/by_quarter"),
            chart=charts.by_quarter_chart(charts.shown_kinds(qualified), focus.label, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("quarter", "shown_kind"),
                rows=behind_quarter,
                source=Source("advocacy/events"),
                noun="event",
            ),
        ),
        among,
    )
else:
    no_exhibit()

# ------------------------------------------------------------------ by CSM
if not by_csm.is_empty():
    by_member = charts.by_csm(by_csm, most=MOST)

    def behind_csm(mark: Mark) -> pl.DataFrame:
        """Events that one person arranged."""
        return load(queries.events, four).filter(
            pl.col("member_id").fill_null("") == mark["member_key"],
            pl.col("qualifies_as").replace(charts.QUALIFIED) == mark["qualified"],
        )

    def arranged_by(mark: Mark) -> str:
        """A bar as people call it."""
        names = by_member.filter(pl.col("member_key") == mark["member_key"])["name"]
        return f"{names[0] if len(names) else mark['member_key']}, {mark['qualified']}"

    exhibit_card(
        Exhibit(
            key="advocacy_by_csm",
            title=findings.by_csm(by_csm, span),
            definition=(
                f"Advocacy events of {span} by who arranged them, whoever looks after the "
                "account. There are no targets of single people."
            ),
            frame=by_csm,
            source=Source("advocacy/by_csm"),
            chart=charts.by_csm_chart(
                tuple(by_member.sort("rank")["qualified"].unique(maintain_order=True)), theme()
            ),
            drawn=by_member,
            drill=Drill(
                keys=("member_key", "qualified"),
                rows=behind_csm,
                source=Source("advocacy/events"),
                noun="event",
                label=arranged_by,
            ),
        ),
        four,
    )
else:
    no_exhibit()

# ------------------------------------------------------------------ references
often = reference_charts.asked(references)
exhibit_card(
    Exhibit(
        key="asked",
        title=findings.asked(references, rules.asked_at_most),
        definition=(
            f"Referenceable is {rules.rule()}. Each advocacy event of the last "
            f"{rules.asked_within_days} days counts as having been asked; more than "
            f"{rules.asked_at_most} are too many."
        ),
        frame=references,
        source=Source("advocacy/references"),
        chart=reference_charts.asked_chart(theme()) if len(references) else None,
        drawn=often if len(references) else None,
        drill=Drill(
            keys=("times",),
            rows=lambda mark: references.filter(
                pl.col("asked").is_in(often.filter(pl.col("times") == mark["times"])["asked"])
            ),
            source=Source("advocacy/references"),
            noun="customer",
        )
        if len(references)
        else None,
        notes=(f"Referenceable: {rules.rule()}.",),
    ),
    today,
)
if not references.is_empty():
    exhibit_card(
        Exhibit(
            key="references",
            title=findings.references(references),
            definition=(
                "Referenceable customers: who was asked least first, among equals who was never "
                "asked, then whose last event is the longest ago, then the largest ARR."
            ),
            frame=references,
            source=Source("advocacy/references"),
        ),
        today,
    )
else:
    no_exhibit()

without_amount = influenced_card(rows, periods, among, span)
left_out(
    (
        without_amount,
        "event",
        f"of {span} without a known amount, in no influenced ARR",
    ),
    (
        by_csm["member_id"].n_unique() - MOST if len(by_csm) else 0,
        "person",
        "in the table, not drawn",
    ),
)
