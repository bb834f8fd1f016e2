"""The forecast's record on a page: what was said at past quarters, and what came."""

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts import record as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.forecast import FITTING, MOST_SEGMENTS, Book
from dashboard.exhibit import Exhibit, Source
from dashboard.findings import forecast as findings
from dashboard.forecasts.questions import record
from dashboard.session import load, quarter_label, theme

_MADE: Final = {
    "at the quarter's start": 0,
    "one quarter before": 1,
    "two quarters before": 2,
    "three quarters before": 3,
}


def record_cards(book: Book) -> None:
    """Past forecasts by quarter and segment, and single ones by how likely they said it was."""
    among = book.among
    with st.spinner(FITTING):
        past = load(record.backtest, among)
        groups = load(record.calibration, among)
    made = st.segmented_control(
        "Forecasts made", list(_MADE), default="at the quarter's start", required=True, key="made",
        bind="query-params",
    )  # fmt: skip
    judged = past.filter(pl.col("horizon") == _MADE[made])
    seen = charts.record(judged, label_of=quarter_label, most=MOST_SEGMENTS)
    exhibit_card(
        Exhibit(
            key="record",
            title=findings.record(judged, made),
            definition=(
                "What this method would have said of each past quarter, learning only from what "
                "was known on the day, against what came; as shares of the ARR due, of renewals "
                "decided since. The bar is the 80% range that was given, the tick what was "
                "expected, the point what renewed. Quarters count from 30 days after their end."
            ),
            frame=judged,
            source=Source("forecast/backtest"),
            chart=charts.record_chart(tuple(sorted(set(seen["segment"]))), theme())
            if not judged.is_empty()
            else None,
            drawn=seen,
            notes=findings.good(book.method.row(0, named=True)),
        ),
        among,
    )
    exhibit_card(
        Exhibit(
            key="calibration",
            title=findings.calibration(groups),
            definition=(
                "Past forecasts of single renewals in ten groups of like probability. A point on "
                "the line came as often as was said; its size is the number of forecasts. A "
                "renewal is forecast at the start of up to four quarters and counts at each."
            ),
            frame=groups,
            source=Source("forecast/calibration"),
            chart=charts.calibration_chart(theme()) if not groups.is_empty() else None,
            drawn=groups,
        ),
        among,
    )
