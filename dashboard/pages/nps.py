"""Voice of the customer: NPS with its uncertainty, who answers, the loop, satisfaction, themes."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import surveys as charts
from dashboard.components import (
    closing_loops,
    comment_themes,
    satisfaction,
    voice_personas,
    voice_responses,
)
from dashboard.components.cards import exhibit_card, no_exhibit
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.views import chosen_view
from dashboard.components.voice import window
from dashboard.exhibit import Drill, Exhibit, Mark, Source, Timed
from dashboard.findings import surveys as findings
from dashboard.metrics import parts
from dashboard.metrics import surveys as metrics
from dashboard.queries import surveys as queries
from dashboard.session import filters, load, month_of, narrowed, theme

OVER_TIME = "NPS over time"
VIEWS = {
    "Personas and CSMs": voice_personas.show,
    "Response rate": voice_responses.show,
    "Closing the loop": closing_loops.show,
    "Satisfaction": satisfaction.show,
    "Themes": comment_themes.show,
}

st.title("Voice of the customer")

twelve_months = window()
if show := VIEWS.get(chosen_view([OVER_TIME, *VIEWS])):
    show(twelve_months)
    st.stop()

personas = st.multiselect(
    "Persona",
    ["decision_maker", "end_user", "admin", "unknown"],
    format_func=lambda each: findings.persona_name(None if each == "unknown" else each),
    placeholder="All",
    key="persona",
    bind="query-params",
)
kept = tuple(personas)

since, until, among = twelve_months.since, twelve_months.until, twelve_months.among
months, before, by_month, groups, undated = together(
    asked(queries.nps_by_month, among, personas=kept),
    asked(queries.nps_by_month, twelve_months.before, personas=kept),
    asked(queries.nps_by_month_and_persona, among, personas=kept),
    asked(queries.nps_by_segment_and_persona, among, personas=kept),
    asked(queries.nps_by_month, filters(), personas=kept),
)
now = months.filter(pl.col("month").is_not_null())
if now.is_empty():
    empty(
        f"Nobody answered an NPS survey from {since} up to {until}.",
        "Choose another fiscal quarter or as-of date, or take away a filter.",
    )
    st.stop()

margin, detectable = metrics.margin_of_error(now), metrics.is_detectable(now, before)
months_apart = parts(now, "month", now["month"])
with kpi_row():
    for metric in (
        metrics.nps,
        metrics.promoter_share,
        metrics.detractor_share,
        metrics.responses,
    ):
        kpi(
            metric,
            now,
            before=before,
            versus="year before",
            detectable=detectable or metric is metrics.responses,
            series=[metric(month) for month in months_apart],
            suffix=f" ± {margin:.0f}" if metric is metrics.nps and margin is not None else "",
        )
kpi_note(
    f"Answers from {since:%-d %b %Y} to before {until:%-d %b %Y}; "
    "lines are its months. ± is half the 95 % interval."
)


def behind(mark: Mark) -> pl.DataFrame:
    """Answers of one month, of one kind where the mark names one."""
    month = now.filter(pl.col("month").dt.to_string("%b %Y") == mark["month_label"])["month"][0]
    first, end = month_of(month)
    inside = among.window(max(first, since), min(end, until))
    rows = load(queries.answers, inside, personas=kept)
    kind = mark.get("answer")
    return rows.filter(pl.col("answer") == str(kind).removesuffix("s")) if kind else rows


framed = charts.with_interval(now)
exhibit_card(
    Exhibit(
        key="nps_by_month",
        title=findings.over_time(now, before, "12 months"),
        definition=(
            "Share of answers 9 and 10 minus share of answers 0 to 6, by the month of the answer. "
            "The band is the 95 % interval; the number below each month is its answers."
        ),
        frame=now,
        source=Source("surveys/nps_by_month", {"personas": kept}),
        chart=charts.nps_by_month(theme()),
        drawn=framed,
        timed=Timed("month"),
        drill=Drill(
            keys=("month_label",),
            rows=behind,
            source=Source("surveys/answers"),
            noun="answer",
        ),
    ),
    among,
)

exhibit_card(
    Exhibit(
        key="answers_by_month",
        title=findings.detractors(now),
        definition="Promoters answered 9 or 10, passives 7 or 8, detractors 0 to 6.",
        frame=now,
        source=Source("surveys/nps_by_month", {"personas": kept}),
        chart=charts.answers_by_month(theme()),
        drawn=charts.stacked(now),
        timed=Timed("month"),
        drill=Drill(
            keys=("month_label", "answer"),
            rows=behind,
            source=Source("surveys/answers"),
            noun="answer",
        ),
    ),
    among,
)

by_month = charts.with_interval(by_month)
framed_groups = charts.with_interval(groups)


def behind_group(mark: Mark) -> pl.DataFrame:
    """Answers of one segment and persona."""
    persona = next(key for key, name in charts.PERSONAS.items() if name == mark["who"])
    rows = load(queries.answers, narrowed(among, segments=str(mark["segment"])), personas=kept)
    return rows.filter(pl.col("persona").eq_missing(persona))


exhibit_card(
    Exhibit(
        key="nps_by_group",
        title=findings.disagreement(groups),
        definition=(
            "NPS of each segment and persona over the twelve months, with its 95 % interval. "
            "Two whose intervals lie apart disagree; where they overlap it may be chance."
        ),
        frame=groups,
        source=Source("surveys/nps_by_segment_and_persona", {"personas": kept}),
        chart=charts.by_segment_and_persona(charts.names_in(framed_groups), theme()),
        drawn=framed_groups,
        drill=Drill(
            keys=("segment", "who"),
            rows=behind_group,
            source=Source("surveys/answers"),
            noun="answer",
        ),
    ),
    among,
)

if not by_month.is_empty():
    exhibit_card(
        Exhibit(
            key="nps_by_persona",
            title=findings.apart(by_month),
            definition=(
                "NPS of each persona by the month of the answer. Decision-makers sign, end users "
                "use: where they part ways, a renewal is less sure than either says."
            ),
            frame=by_month.drop("low", "high", "month_label", "who"),
            source=Source("surveys/nps_by_month_and_persona", {"personas": kept}),
            chart=charts.by_persona_over_time(charts.names_in(by_month), theme()),
            drawn=by_month,
        ),
        among,
    )
else:
    no_exhibit()

left_out(
    (
        int(undated.filter(pl.col("month").is_null())["responses"].sum()),
        "answer",
        "without a date, in no month",
    )
)
