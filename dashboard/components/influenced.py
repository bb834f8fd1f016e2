"""What advocacy influenced, under an assumption that the reader chooses and sees."""

from collections.abc import Sequence
from typing import Final

import polars as pl
import streamlit as st

from dashboard.calendar import Period
from dashboard.charts import references as charts
from dashboard.components.cards import exhibit_card
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import advocacy as findings
from dashboard.queries import advocacy as queries
from dashboard.session import load, policy, theme

SPAN_QUARTERS: Final = 4
"""Quarters that the title is about."""


def influenced_card(
    rows: pl.DataFrame, periods: Sequence[Period], among: Filters, span: str
) -> int:
    """Recorded and credited ARR by quarter; gives the events of the span without an amount.

    Parameters
    ----------
    rows
        Events of the periods, with the columns of ``queries.advocacy.BY_QUARTER``.
    periods
        Fiscal quarters, the oldest first.
    among
        Filters over a window that holds them, up to the end of the last one or the as-of date.
    span
        Name of the last quarters.
    """
    currency = policy().reporting_currency
    percent = st.slider(
        "Share of the recorded ARR that is credited to advocacy, in %",
        0, 100, round(100 * policy().advocacy.credited_share), step=5,
        key="credited", bind="query-params",
    )  # fmt: skip
    drawn = charts.influenced(rows, periods, percent / 100)
    of_the_span = drawn.filter(pl.col("quarter_on") >= periods[-SPAN_QUARTERS].start_on)

    def behind_influenced(mark: Mark) -> pl.DataFrame:
        """Events of one quarter with what was recorded."""
        period = next(each for each in periods if each.label == mark["quarter"])
        until = among.until or period.end_on
        window = among.window(min(period.start_on, until), min(period.end_on, until))
        return load(queries.events, window)

    exhibit_card(
        Exhibit(
            key="influenced",
            title=findings.influenced(of_the_span, percent / 100, span, currency=currency),
            definition=(
                "ARR of sales that an advocacy event helped, as people recorded it, by the "
                "quarter of the event (pale), and the share of it that is credited (solid). "
                "Nothing shows that the event caused the sale: the share is an assumption, chosen "
                "above the card. Events without an amount, or in a currency without a rate, add "
                "nothing."
            ),
            frame=drawn.drop("quarter_on"),
            source=Source("advocacy/by_quarter"),
            chart=charts.influenced_chart(currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("quarter",),
                rows=behind_influenced,
                source=Source("advocacy/events"),
                amount="influenced_arr",
                noun="event",
            ),
            notes=(
                f"Assumption: {percent}% of what was recorded is credited. The rows behind a "
                "quarter add up to what was recorded.",
            ),
        ),
        among,
    )
    return int(of_the_span["without_amount"].sum())
