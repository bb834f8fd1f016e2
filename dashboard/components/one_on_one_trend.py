"""One-on-one, the trend: deployment and adoption by week, talks with executives by month."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.answers import asked, asked_if_loaded, together
from dashboard.calendar import months_before
from dashboard.charts import one_on_one as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.one_on_one import Opened, nobody
from dashboard.components.states import missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source, Timed
from dashboard.findings import one_on_one as findings
from dashboard.formats import count_of
from dashboard.metrics import one_on_one as metrics
from dashboard.queries import one_on_one as queries
from dashboard.session import freshness, load, theme

WEEKS: Final = 26
MONTHS: Final = 13
QUARTER: Final = 13
"""Weeks back that a score is compared with."""


def trend(opened: Opened) -> None:
    """Deployment and adoption week by week, and executives month by month."""
    among = opened.among
    first = months_before(among.as_of.replace(day=1), MONTHS - 1)
    ahead = among.window(among.as_of - timedelta(weeks=WEEKS), None)
    around = among.window(first, None)
    accounts, weeks, touches = together(
        asked(queries.accounts, among),
        asked_if_loaded(queries.weekly, ahead),
        asked_if_loaded(queries.executives_by_month, around),
    )
    if accounts.is_empty():
        nobody(opened)
        return
    months = charts.months(touches, first, among.as_of.replace(day=1))
    days = weeks["week_on"].unique().sort().to_list()
    by_week = [weeks.filter(pl.col("week_on") == day) for day in days]
    with kpi_row():
        for metric in (metrics.deployment, metrics.adoption):
            kpi(
                metric,
                by_week[-1] if by_week else weeks,
                before=by_week[-QUARTER - 1] if len(by_week) > QUARTER else None,
                versus=f"{QUARTER} weeks before",
                series=[metric(week) for week in by_week[-QUARTER:]],
            )
        for metric in (metrics.executive_touches, metrics.executives_reached):
            kpi(
                metric,
                months[-2:-1],
                before=months[-3:-2],
                versus=f"{months['month_label'][-3]}",
                series=[metric(months.slice(row, 1)) for row in range(len(months) - 1)],
            )
    last = f"the week of {days[-1]:%-d %b %Y}" if days else "no week yet"
    kpi_note(
        f"Today's {count_of(len(accounts), 'customer')} of {opened.name}, whoever held them then. "
        f"Scores are of {last}, executives of {months['month_label'][-2]}, the last whole month."
    )
    if weeks.is_empty():
        missing_part("Deployment and adoption", ("health_scores",))
    else:
        counts = sorted(weeks["measured"].to_list())
        exhibit_card(
            Exhibit(
                key="one_on_one_trend",
                title=findings.trend(weeks),
                definition=(
                    "Mean score of the book's customers measured in each of the last "
                    f"{WEEKS} weeks, each counting once; who was not measured in a week is in no "
                    "mean of it. A point says how many were."
                ),
                frame=weeks,
                source=Source("one_on_one/weekly"),
                notes=(f"n: {counts[0]} to {counts[-1]} of {len(accounts)} measured a week.",),
                chart=charts.trend(theme()),
                drawn=charts.weeks(weeks),
                timed=Timed("week_on"),
            ),
            ahead,
        )
    if "timeline_entries" in freshness().absent:
        missing_part("Engagement with executives", ("timeline_entries",))
        return

    def touched(mark: Mark) -> pl.DataFrame:
        start = date.fromisoformat(str(mark["month_key"]))
        return load(queries.executives, among.window(start, months_before(start, -1)))

    exhibit_card(
        Exhibit(
            key="one_on_one_executives",
            title=findings.executives(months, len(accounts)),
            definition=(
                "Calls, meetings, e-mails and business reviews in which an executive of a customer "
                f"took part, by calendar month, of {MONTHS} months; the current month to the as-of "
                "date. The number over a bar is how many customers were touched."
            ),
            frame=months.drop("month_label", "month_key"),
            source=Source("one_on_one/executives_by_month"),
            notes=(f"Over each bar: customers touched, of {len(accounts)}.",),
            chart=charts.executives(theme()),
            drawn=months,
            drill=Drill(
                keys=("month_key",),
                rows=touched,
                source=Source("one_on_one/executives"),
                noun="touch",
                label=lambda mark: f"{date.fromisoformat(str(mark['month_key'])):%b %Y}",
            ),
            timed=Timed("month"),
        ),
        around,
    )
