"""*Digital programmes*, reach and effect: whom messages reach, and who does what was asked."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import digital as charts
from dashboard.charts import intervals
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.voice import Window, inside_month
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import digital as findings
from dashboard.metrics import digital as metrics
from dashboard.queries import digital as queries
from dashboard.session import load, policy, theme

RATES = {
    "Reach": ("reached", "settled", "is_reached"),
    "Effect": ("reached_acted", "reached", "has_acted"),
}
"""Numerator, denominator, and the column of a message that tells the numerator."""
PARTS = {
    metrics.identified.label: ("identified", "settled"),
    metrics.reach.label: ("reached", "settled"),
    metrics.effect.label: ("reached_acted", "reached"),
}


def show(window: Window) -> None:
    """Cards and exhibits of the view."""
    months, before, steps = together(
        asked(queries.by_month, window.among),
        asked(queries.by_month, window.before),
        asked(queries.funnel, window.among),
    )
    sent = months.filter(pl.col("arm") != metrics.CONTROL)
    if sent.is_empty():
        empty(
            f"No message of a digital programme was sent from {window.note}.",
            "Choose another fiscal quarter, or take away a filter.",
        )
        return
    days = policy().digital.act_within_days
    with kpi_row():
        for metric in (metrics.messages, metrics.identified, metrics.reach, metrics.effect):
            kpi(
                metric,
                months,
                before=before,
                versus="year before",
                detectable=metric is metrics.messages
                or metrics.is_another(months, before, *PARTS[metric.label]),
                series=[
                    metric(months.filter(pl.col("month") == each))
                    for each in sent["month"].unique().sort()
                ],
            )
    kpi_note(
        f"Messages sent from {window.note}. Who was asked has {days} days to act, a setting; "
        "shares are of messages for which they are over. Control arms are in none of these "
        "numbers. A change without colour may be chance."
    )
    _funnel(steps, window)
    rate = st.segmented_control(
        "Share", list(RATES), default="Reach", required=True, key="rate", bind="query-params"
    )
    _by_channel(months, window, rate)
    _over_time(months, window)
    left_out(
        (
            int(sent["messages"].sum()) - int(sent["settled"].sum()),
            "message",
            f"of the last {days} days, in no share",
        ),
        (
            int(months["messages"].sum()) - int(sent["messages"].sum()),
            "message",
            "withheld from control arms",
        ),
        (
            int(months["reached_in_control"].sum()),
            "message",
            "of control arms that the data call seen, counted as not",
        ),
    )


def _sent_rows(window: Window) -> pl.DataFrame:
    """Settled messages outside the control arm."""
    rows = load(queries.messages, window.among)
    return rows.filter(pl.col("is_settled"), pl.col("arm") != metrics.CONTROL)


def _funnel(steps: pl.DataFrame, window: Window) -> None:
    measure = st.segmented_control(
        "Show", list(charts.MEASURES), default="accounts", required=True,
        key="measure", bind="query-params",
    )  # fmt: skip
    conditions = {
        "sent": pl.lit(True),
        "right contact identified": pl.col("is_identified"),
        "reached": pl.col("is_reached"),
        "acted": pl.col("is_reached") & pl.col("has_acted"),
    }

    def behind(mark: Mark) -> pl.DataFrame:
        """Messages of one programme that came so far."""
        return _sent_rows(window).filter(
            pl.col("program") == mark["program"], conditions[str(mark["step"])]
        )

    exhibit_card(
        Exhibit(
            key="funnel",
            title=findings.funnel(steps),
            definition=(
                "Messages of test arms and outside trials whose days to act are over, by how far "
                "they came: sent, with a person to write to, seen by that person, and after that "
                "done what was asked within the days. Accounts and their ARR on the as-of date "
                "count once in a step and once for each programme."
            ),
            frame=steps,
            source=Source("digital/funnel"),
            chart=charts.funnel_chart(measure, policy().reporting_currency, theme()),
            drawn=charts.funnel(steps),
            drill=Drill(
                keys=("program", "step"),
                rows=behind,
                source=Source("digital/messages"),
                noun="message",
            ),
        ),
        window.among,
    )


def _by_channel(months: pl.DataFrame, window: Window, rate: str) -> None:
    part, whole, _ = RATES[rate]
    rows = metrics.shares(months, part, whole, "program", "channel").with_columns(
        name=pl.col("program"), group=pl.col("channel")
    )
    if rows.is_empty():
        return

    def behind(mark: Mark) -> pl.DataFrame:
        """Messages of one programme and channel that the share is of."""
        found = _sent_rows(window).filter(
            pl.col("program") == mark["name"], pl.col("channel") == mark["group"]
        )
        return found.filter(pl.col("is_reached")) if rate == "Effect" else found

    exhibit_card(
        Exhibit(
            key="by_channel",
            title=findings.channels(rows, rate),
            definition=(
                f"{(metrics.reach if rate == 'Reach' else metrics.effect).definition} By programme "
                "and channel, with Wilson's 95 % interval. Messages to people of one account are "
                "not independent: take the intervals as the narrowest there could be."
            ),
            frame=_table(rows.drop("name", "group")),
            source=Source("digital/by_month"),
            chart=intervals.dots_chart(
                f"{rate}, 95 % interval",
                intervals.SHARE,
                "Messages",
                tuple(rows["group"].unique().sort()),
                theme(),
            ),
            drawn=rows.sort("name", "group"),
            drill=Drill(
                keys=("name", "group"),
                rows=behind,
                source=Source("digital/messages"),
                noun="message",
            ),
        ),
        window.among,
    )


def _over_time(months: pl.DataFrame, window: Window) -> None:
    rows = pl.concat(
        metrics.shares(months, part, whole, "month").with_columns(group=pl.lit(rate))
        for rate, (part, whole, _) in RATES.items()
    ).sort("month", "group")
    drawn = intervals.monthly(rows)
    if drawn.is_empty():
        return

    def behind(mark: Mark) -> pl.DataFrame:
        """Messages of one month that the share is of."""
        month = drawn.filter(pl.col("month_label") == mark["month_label"])["month"][0]
        found = load(queries.messages, inside_month(window.among, month)).filter(
            pl.col("is_settled"), pl.col("arm") != metrics.CONTROL
        )
        return found.filter(pl.col("is_reached")) if mark["group"] == "Effect" else found

    exhibit_card(
        Exhibit(
            key="over_time",
            title=findings.reach(months),
            definition=(
                "Reach: seen by the right contact, of messages sent. Effect: acted within the "
                "days, of messages seen. By the month of sending, with Wilson's 95 % interval; "
                "months whose days to act are not over show those that are."
            ),
            frame=_table(rows),
            source=Source("digital/by_month"),
            chart=intervals.over_time_chart(
                "Share, 95 % interval", intervals.SHARE, "Messages", tuple(RATES), theme()
            ),
            drawn=drawn,
            drill=Drill(
                keys=("month_label", "group"),
                rows=behind,
                source=Source("digital/messages"),
                noun="message",
            ),
        ),
        window.among,
    )


def _table(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.rename({"value": "share", "low": "low_share", "high": "high_share"})
