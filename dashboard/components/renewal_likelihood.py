"""Likelihood to renew on a page: the customer's answer beside the model's probability."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import renewal_watch as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.forecast import FITTING
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import forecast as forecast_findings
from dashboard.findings import renewal_watch as findings
from dashboard.forecasts.questions import likelihood as queries
from dashboard.forecasts.questions import record
from dashboard.metrics import renewal_watch as metrics
from dashboard.session import filters, policy, theme


def likelihood_view() -> None:
    """What customers answer and what the model expects, and where the two contradict."""
    among, currency, watch = filters(), policy().reporting_currency, policy().renewal_watch
    with st.spinner(FITTING):
        answered, method = together(asked(queries.likelihood, among), asked(record.method, among))
    if answered.is_empty():
        empty(
            "No renewal is open and due in this or the next three fiscal quarters.",
            "Choose an earlier as-of date, or take away a filter.",
        )
        return
    rows = metrics.with_readings(answered, watch)
    low, high = f"{watch.model_low_below:.0%}", f"{watch.model_high_from:.0%}"
    with kpi_row():
        for metric in (
            metrics.arr_asked,
            metrics.answered_share,
            metrics.arr_not_likely,
            metrics.arr_model_low,
            metrics.arr_low_unanswered,
            metrics.arr_disagreeing,
        ):
            kpi(metric, rows)
    kpi_note(
        f"Renewals open on {among.as_of:%-d %b %Y}, due in this and the next three fiscal "
        f"quarters or overdue. The model is low below {low} and high from {high}. Answers carry no "
        "date: they are as loaded, also for an earlier day, and have no comparison. The fiscal "
        "quarter of the filter does not count here."
    )
    if not method.is_empty():
        kpi_note(forecast_findings.made(method.row(0, named=True)))
    shown = tuple(
        each for each in metrics.MODEL if each != metrics.UNKNOWN or each in set(rows["model"])
    )
    definition = (
        "Open renewals by what the customer answers in the survey and by the probability of "
        f"renewal that the forecast uses: low below {low}, high from {high}, both settings. Marked "
        "cells contradict: likely at a low probability, not likely at a high one. A renewal "
        "overdue from an earlier quarter has no probability."
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Renewals of one answer and one reading of the model."""
        return rows.filter(
            pl.col("answer") == mark["answer"], pl.col("model") == mark["model"]
        ).select(queries.LIKELIHOOD.names())

    exhibit_card(
        Exhibit(
            key="likelihood",
            title=findings.likelihood(rows, currency=currency),
            definition=definition,
            frame=answered,
            source=Source("forecast/likelihood"),
            chart=charts.likelihood_chart(metrics.ANSWERS, shown, theme()),
            drawn=charts.cells(rows, metrics.ANSWERS, metrics.MODEL, currency=currency),
            drill=Drill(
                keys=("answer", "model"),
                rows=behind,
                source=Source("forecast/likelihood"),
                amount="arr_due",
                noun="renewal",
                label=lambda mark: f"answer {mark['answer']}, model {mark['model']}",
            ),
        ),
        among,
    )
    against = rows.filter(pl.col("disagreement").is_not_null()).sort(
        "arr_due", descending=True, nulls_last=True
    )
    exhibit_card(
        Exhibit(
            key="disagreements",
            title=findings.disagreements(rows, currency=currency),
            definition=f"{definition} The renewals of the marked cells, the largest first.",
            frame=against.select(
                "disagreement",
                *(name for name in queries.LIKELIHOOD.names()),
            ),
            source=Source("forecast/likelihood"),
        ),
        among,
    )
    left_out(
        (
            rows["arr_due"].null_count(),
            "renewal",
            "without an amount in the reporting currency, counted and in no sum",
        )
    )
