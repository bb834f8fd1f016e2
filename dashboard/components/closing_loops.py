"""*Voice of the customer*, closing the loop: whether and when somebody came back to detractors."""

import polars as pl

from dashboard.answers import asked, together
from dashboard.charts import responses as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.voice import Window
from dashboard.exhibit import Drill, Exhibit, Source
from dashboard.findings import voice as findings
from dashboard.formats import count_of
from dashboard.metrics import loops as metrics
from dashboard.queries import loops as queries
from dashboard.session import filters, policy, theme

LONGEST = 90
"""Days that the curve is drawn for; the table has all."""


def show(window: Window) -> None:
    """Cards and exhibits of the view."""
    loops, before, unclosed, older, ever = together(
        asked(queries.by_days, window.among),
        asked(queries.by_days, window.before),
        asked(queries.unclosed, window.among),
        asked(queries.by_days, filters(None, window.since)),
        asked(queries.by_days, filters()),
    )
    if loops.is_empty():
        empty(
            f"No detractor answered from {window.note}.",
            "Choose another fiscal quarter, or take away a filter.",
        )
        return
    target = policy().surveys.close_loop_days
    with kpi_row():
        for metric in (metrics.median_days, metrics.closed_in_time):
            kpi(metric, loops, before=before, versus="year before")
        for metric in (metrics.open_loops, metrics.overdue):
            kpi(metric, loops)
        kpi(metrics.arr_behind, unclosed)
    known = metrics.closed_by_day(loops)
    kpi_note(
        f"Detractors who answered from {window.note}: "
        f"{count_of(int(known['closed'].sum()), 'loop')} closed, "
        f"{int(known['still_open'].sum()):,} open, all counted. The target is {target} days, a "
        "setting with our own default. Those of the year before had longer to be closed."
    )
    exhibit_card(
        Exhibit(
            key="closing_the_loop",
            title=findings.closing(loops, target),
            definition=(
                "Share of detractors to whom somebody came back by each number of days after the "
                "answer, by the product limit of Kaplan and Meier: a loop still open counts as "
                "open for as long as it has been, so that nobody is dropped for being young. The "
                f"broken line is the target of {target} days. Drawn for {LONGEST} days; the table "
                "has all."
            ),
            frame=known,
            source=Source("loops/by_days"),
            chart=charts.closing_chart(target, LONGEST, theme()),
            drawn=_from_nothing(known).filter(pl.col("days") <= LONGEST),
        ),
        window.among,
    )
    exhibit_card(
        Exhibit(
            key="open_loops",
            title=findings.open_loops(unclosed, target, currency=policy().reporting_currency),
            definition=(
                "Detractors to whom nobody had come back by the as-of date, by days since the "
                "answer. The ARR is that of the whole account, each account once in a bar; an "
                "account may be in several bars."
            ),
            frame=unclosed,
            source=Source("loops/unclosed"),
            chart=charts.by_age_chart(theme()) if len(unclosed) else None,
            drawn=charts.by_age(unclosed),
            drill=Drill(
                keys=("age",),
                rows=lambda mark: unclosed.filter(charts.age() == mark["age"]),
                source=Source("loops/unclosed"),
                noun="open loop",
            )
            if len(unclosed)
            else None,
        ),
        window.among,
    )
    if len(unclosed):
        exhibit_card(
            Exhibit(
                key="open_loops_list",
                title=(
                    f"{count_of(len(unclosed), 'open loop')} of "
                    f"{count_of(unclosed['account_id'].n_unique(), 'customer')}, the oldest first"
                ),
                definition=(
                    "Each answer of 0 to 6 without a follow-up by the as-of date. The ARR stands "
                    "in each row of its account: it does not add up."
                ),
                frame=unclosed,
                source=Source("loops/unclosed"),
            ),
            window.among,
        )
    unknown = pl.col("days").is_null()
    left_out(
        (
            int(loops.filter(unknown)["loops"].sum()),
            "loop",
            "with a follow-up before the answer, in no number of days",
        ),
        (int(metrics.open_loops(older) or 0), "open loop", "from before these twelve months"),
        (
            int(ever.filter(pl.col("month").is_null())["loops"].sum()),
            "detractor",
            "without a day of the answer",
        ),
        (
            len(unclosed.filter(pl.col("arr").is_null())),
            "open loop",
            "of an account without a known ARR",
        ),
    )


def _from_nothing(known: pl.DataFrame) -> pl.DataFrame:
    """The curve from day 0 on, where nobody has heard back yet."""
    if known.is_empty() or known["days"][0] == 0:
        return known
    start = known.head(1).with_columns(
        days=pl.lit(0, known.schema["days"]),
        closed=pl.lit(0, known.schema["closed"]),
        still_open=pl.lit(0, known.schema["still_open"]),
        closed_share=pl.lit(0.0),
    )
    return pl.concat([start, known])
