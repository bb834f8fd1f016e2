"""*Voice of the customer*, response rate: who was asked, who answered, who may still answer."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import intervals
from dashboard.charts import responses as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.voice import Window, inside_month, who
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import voice as findings
from dashboard.metrics import responses as metrics
from dashboard.queries import responses as queries
from dashboard.session import filters, load, policy, theme

SURVEYS = {"NPS": "nps", "Satisfaction": "csat"}


def show(window: Window) -> None:
    """Cards and exhibits of the view."""
    chosen = SURVEYS[
        st.segmented_control(
            "Survey", list(SURVEYS), default="NPS", required=True, key="survey", bind="query-params"
        )
    ]
    months, before, ever = (
        answer.filter(pl.col("survey") == chosen)
        for answer in together(
            asked(queries.by_month, window.among),
            asked(queries.by_month, window.before),
            asked(queries.by_month, filters()),
        )
    )
    if months.is_empty():
        empty(
            f"No survey of this kind was sent from {window.note}.",
            "Choose another survey or fiscal quarter, or take away a filter.",
        )
        return
    days = policy().surveys.open_days
    with kpi_row():
        for metric in (metrics.response_rate, metrics.sent, metrics.answered):
            kpi(
                metric,
                months,
                before=before,
                versus="year before",
                detectable=metric is not metrics.response_rate
                or metrics.is_another_rate(months, before),
                series=[
                    metric(months.filter(pl.col("month") == each))
                    for each in months["month"].unique().sort()
                ],
            )
        kpi(metrics.still_open, months)
    kpi_note(
        f"Surveys sent from {window.note}. One without an answer is still open for {days} days and "
        "no missing answer; the rate is of those sent before."
    )
    _by_month(months, window, chosen)
    _rates(months, window, chosen)
    left_out(
        (
            int(months["sent"].sum()) - int(months["settled"].sum()),
            "survey",
            f"sent in the last {days} days, in no rate",
        ),
        (
            int(ever.filter(pl.col("month").is_null())["sent"].sum()),
            "survey",
            "without a day of sending, in no month",
        ),
    )


def _by_month(months: pl.DataFrame, window: Window, chosen: str) -> None:
    drawn = charts.by_state(months)

    def behind(mark: Mark) -> pl.DataFrame:
        """Invitations of one month in one state."""
        month = drawn.filter(pl.col("month_label") == mark["month_label"])["month"][0]
        rows = load(queries.invitations, inside_month(window.among, month))
        return rows.filter(pl.col("survey") == chosen, pl.col("state") == mark["state"])

    exhibit_card(
        Exhibit(
            key="invitations_by_month",
            title=findings.response(months),
            definition=(
                "Surveys by the month they were sent: answered by the as-of date, not answered, or "
                "still open because they were sent so lately that an answer may come."
            ),
            frame=months,
            source=Source("responses/by_month"),
            chart=charts.by_month_chart(theme()),
            drawn=drawn,
            drill=Drill(
                keys=("month_label", "state"),
                rows=behind,
                source=Source("responses/invitations"),
                noun="invitation",
            ),
        ),
        window.among,
    )


def _rates(months: pl.DataFrame, window: Window, chosen: str) -> None:
    rates = metrics.rates(months, "segment", "persona")
    drawn = rates.with_columns(who(), n=pl.col("settled")).with_columns(
        name=pl.col("who"), group=pl.col("segment")
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Invitations of one segment and persona that count in the rate."""
        rows = load(queries.invitations, window.among).with_columns(who())
        return rows.filter(
            pl.col("survey") == chosen,
            pl.col("is_settled"),
            pl.col("who") == mark["name"],
            pl.col("segment") == mark["group"],
        ).drop("who")

    if drawn.is_empty():
        return
    named = drawn.with_columns(name=pl.concat_str("who", pl.lit(" in "), "segment"))
    exhibit_card(
        Exhibit(
            key="response_rates",
            title=findings.rates(named),
            definition=(
                "Answered surveys divided by all, of those sent long enough ago to have been "
                "answered, by persona and segment, with Wilson's 95 % interval. A survey is a row: "
                "one person may have been asked several times."
            ),
            frame=rates.rename({"value": "response_rate"})
            .drop("low", "high")
            .with_columns(interval_low_share=rates["low"], interval_high_share=rates["high"]),
            source=Source("responses/by_month"),
            chart=intervals.dots_chart(
                "Response rate, 95 % interval",
                intervals.SHARE,
                "Surveys",
                tuple(dict.fromkeys(drawn["group"])),
                theme(),
            ),
            drawn=drawn,
            drill=Drill(
                keys=("name", "group"),
                rows=behind,
                source=Source("responses/invitations"),
                noun="invitation",
            ),
        ),
        window.among,
    )
