"""The customer lifecycle on a page: stages, how long they last, and what comes after them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import lifecycle as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out, missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import lifecycle as findings
from dashboard.metrics import lifecycle as metrics
from dashboard.queries import lifecycle as queries
from dashboard.session import as_of, filters, freshness, load, policy, theme, years_before

WINDOWS: Final = {"12 months": 1, "24 months": 2, "36 months": 3}


def limits_sentence() -> str:
    """The limits in force, in words."""
    limits = policy().stage_limits
    if not limits:
        return "The settings name no limit: nobody is stuck."
    named = ", ".join(f"{stage} {days}" for stage, days in limits.items())
    return f"Stuck is longer in a stage than its limit in days: {named} (a setting; our default)."


def stages_view() -> None:
    """Customers and ARR by stage, and who is stuck."""
    among, currency = filters(), policy().reporting_currency
    stages, months, accounts = together(
        asked(queries.by_stage, among),
        asked(queries.by_month, among),
        asked(queries.accounts, among),
    )
    if stages.is_empty():
        empty(
            f"No account is or was a customer on {among.as_of:%-d %b %Y}.",
            "Choose another as-of date, or take away a filter.",
        )
        return
    days = months["day_on"].unique().sort().to_list()
    by_day = [months.filter(pl.col("day_on") == day) for day in days]
    now = months.filter(pl.col("day_on") == among.as_of)
    before = by_day[-2] if len(by_day) > 1 else None
    with kpi_row():
        for metric in (
            metrics.customers,
            metrics.onboarding,
            metrics.arr_onboarding,
            metrics.arr_renewal,
            metrics.stuck,
            metrics.arr_stuck,
        ):
            kpi(
                metric,
                now,
                before=before,
                versus=f"{days[-2]:%-d %b %Y}" if before is not None else "",
                series=[metric(each) for each in by_day],
            )
    kpi_note(
        f"Customers as of {among.as_of:%-d %b %Y} by the stage of that day. Lines run over the "
        f"ends of twelve months and the as-of date, at its rates. {limits_sentence()}"
    )
    measure = st.segmented_control(
        "Show", ["ARR", "count"], default="ARR", required=True,
        key="stage_measure", bind="query-params",
    )  # fmt: skip
    _stage_card(stages, accounts, among, measure)
    stuck = accounts.filter(pl.col("reading") == "stuck")
    exhibit_card(
        Exhibit(
            key="stuck",
            title=findings.stuck(stuck, currency=currency),
            definition=f"{limits_sentence()} The longest in their stage first.",
            frame=stuck.drop("reading", "is_customer"),
            source=Source("lifecycle/accounts"),
        ),
        among,
    )
    _month_card(months, among, measure)
    if "account_history" in freshness().absent:
        missing_part(
            "The stages of earlier days and the days in a stage of who has changed it",
            ("account_history",),
        )
    _stages_left_out(stages, now)


def _stage_card(stages: pl.DataFrame, accounts: pl.DataFrame, among: Filters, measure: str) -> None:
    currency = policy().reporting_currency

    def behind(mark: Mark) -> pl.DataFrame:
        """Accounts of one stage and reading."""
        return accounts.filter(
            pl.col("stage") == mark["stage"], pl.col("reading") == mark["reading"]
        )

    drawn = charts.by_stage(stages)
    exhibit_card(
        Exhibit(
            key="by_stage",
            title=findings.by_stage(stages, currency=currency),
            definition=(
                "Accounts that are or were customers, by their stage on the as-of date as the "
                "account history has it; Churned holds every former customer and no ARR, unless "
                f"the flag is wrong. A stage the dashboard does not know is shown as unmapped. "
                f"{limits_sentence()}"
            ),
            frame=stages,
            source=Source("lifecycle/by_stage"),
            chart=charts.by_stage_chart(
                measure, charts.ordered(drawn["stage"].to_list()), currency, theme()
            ),
            drawn=drawn,
            drill=Drill(
                keys=("stage", "reading"),
                rows=behind,
                source=Source("lifecycle/accounts"),
                amount="arr" if measure == "ARR" else None,
            ),
        ),
        among,
    )


def _month_card(months: pl.DataFrame, among: Filters, measure: str) -> None:
    if months.is_empty():
        return
    drawn = charts.by_month(months)
    names = {row["day"]: row["day_on"] for row in drawn.iter_rows(named=True)}

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers of one day in one stage."""
        day: date = names[str(mark["day"])]
        rows = load(queries.on_day, among, day_on=day)
        return rows.filter(charts.group() == mark["group"])

    exhibit_card(
        Exhibit(
            key="stages_by_month",
            title=findings.by_month(months),
            definition=(
                "Customers of the last day of each month, and of the as-of date, by their stage "
                "on that day; ARR of the day at the rates of the as-of date. Filters keep "
                "customers by what they are on the as-of date."
            ),
            frame=months,
            source=Source("lifecycle/by_month"),
            chart=charts.by_month_chart(
                measure,
                charts.ordered(drawn["group"].to_list()),
                policy().reporting_currency,
                theme(),
            ),
            drawn=drawn,
            drill=Drill(
                keys=("day", "group"),
                rows=behind,
                source=Source("lifecycle/on_day"),
                amount="arr" if measure == "ARR" else None,
                noun="customer",
            ),
        ),
        among,
    )


def _stages_left_out(stages: pl.DataFrame, now: pl.DataFrame) -> None:
    def accounts_where(*conditions: pl.Expr) -> int:
        return int(stages.filter(*conditions)["accounts"].sum())

    live = stages.filter(pl.col("stage") != "Churned")
    flagged = stages.filter(pl.col("stage") == "Churned")
    left_out(
        (
            accounts_where(pl.col("stage").str.starts_with(charts.UNMAPPED)),
            "account",
            "in a stage that the dashboard does not know, shown as unmapped",
        ),
        (
            accounts_where(pl.col("reading") == "entry not known"),
            "account",
            "without a day of entering their stage, never stuck",
        ),
        (
            int((live["accounts"] - live["customers"]).sum()),
            "account",
            "in another stage than Churned without ARR, no customer",
        ),
        (
            int(flagged["customers"].sum()),
            "customer",
            "in the stage Churned that still has ARR",
        ),
        (
            int(now.filter(pl.col("stage") == charts.UNRECORDED)["customers"].sum()),
            "customer",
            "whose stage no history covers, in the months as not recorded",
        ),
        (
            int(stages["without_rate"].sum()),
            "customer",
            "whose ARR has no exchange rate, counted and in no sum",
        ),
    )


def _window(key: str) -> tuple[Filters, str, int]:
    """Filters over the chosen window up to the as-of date, its first day, and its years."""
    chosen = st.segmented_control(
        "Window", list(WINDOWS), default="12 months", required=True, key=key, bind="query-params"
    )
    years = WINDOWS[chosen]
    since = years_before(as_of(), years) + timedelta(days=1)
    return filters(since, as_of() + timedelta(days=1)), f"{since:%-d %b %Y}", years


def _numbers(rows: pl.DataFrame) -> str:
    """Stages with how many each, in the order of the journey."""
    numbers = dict(rows.iter_rows())
    return ", ".join(f"{stage} {numbers[stage]:,}" for stage in charts.ordered(list(numbers)))


def lengths_view() -> None:
    """Days in stage: how long stays last, and how long those in a stage have been in it."""
    among, since, years = _window("length_window")
    earlier = replace(
        among,
        as_of=years_before(among.as_of, years),
        since=years_before(among.as_of, 2 * years) + timedelta(days=1),
        until=years_before(among.as_of, years) + timedelta(days=1),
    )
    rows, before, accounts, ended = together(
        asked(queries.days_in_stage, among),
        asked(queries.days_in_stage, earlier),
        asked(queries.accounts, among.window(None, None)),
        asked(queries.stays, among, dated="left"),
    )
    if rows.is_empty():
        empty(
            "No day of entering a stage is recorded.",
            "Load account_history with the field lifecycle_stage, or take away a filter.",
        )
        return
    with kpi_row():
        for metric in (
            metrics.days_onboarding,
            metrics.days_adoption,
            metrics.days_renewal,
            metrics.days_expansion,
            metrics.over_limit,
        ):
            kpi(metric, rows, before=before, versus=f"the {12 * years} months before")
    numbers = _numbers(rows.filter(pl.col("stays") == "ended").select("stage", "number"))
    kpi_note(f"Of the stays that ended since {since}: {numbers or 'none'}. {limits_sentence()}")
    drawn = charts.lengths(rows)
    lines = {row["line"]: row for row in drawn.iter_rows(named=True)}

    def behind(mark: Mark) -> pl.DataFrame:
        """Accounts in a stage now, or stays in it that ended."""
        line = lines[str(mark["line"])]
        if line["stays"] == "ended":
            return ended.filter(pl.col("stage") == line["stage"])
        return accounts.filter(
            pl.col("stage") == line["stage"], pl.col("days_in_stage").is_not_null()
        )

    exhibit_card(
        Exhibit(
            key="days_in_stage",
            title=findings.days_in_stage(rows),
            definition=(
                "Days in a stage: the bar holds the middle half of the stays, the tick is the "
                "median, the triangle the stage's limit. In it now: accounts in the stage on the "
                f"as-of date, up to it. Ended: stays that ended since {since}. Stays that go on "
                "will be longer than they look; Churned is in the table only."
            ),
            frame=rows,
            source=Source("lifecycle/days_in_stage"),
            chart=charts.lengths_chart(tuple(lines), theme()),
            drawn=drawn,
            drill=Drill(
                keys=("line",),
                rows=behind,
                source=Source("lifecycle/stays", {"dated": "left"}),
                noun="stay",
            ),
            notes=("▼ is the limit of the stage; the tick is the median.",),
        ),
        among,
    )
    unknown = accounts.filter(pl.col("entered_on").is_null())
    left_out((len(unknown), "account", "without a day of entering their stage"))


def conversion_view() -> None:
    """Conversion: of those who entered a stage in a window, who moved on, stayed and churned."""
    among, since, years = _window("conversion_window")
    earlier = replace(
        among,
        as_of=years_before(among.as_of, years),
        since=years_before(among.as_of, 2 * years) + timedelta(days=1),
        until=years_before(among.as_of, years) + timedelta(days=1),
    )
    rows, before, stays = together(
        asked(queries.conversions, among),
        asked(queries.conversions, earlier),
        asked(queries.stays, among),
    )
    if rows.is_empty():
        empty(
            f"No customer entered a stage since {since}.",
            "Choose a longer window, load account_history, or take away a filter.",
        )
        return
    with kpi_row():
        for metric in (
            metrics.onboarded,
            metrics.expanded,
            metrics.renewed,
            metrics.churned,
            metrics.staying,
        ):
            kpi(metric, rows, before=before, versus=f"the {12 * years} months before")
    numbers = _numbers(rows.select("stage", "entered"))
    kpi_note(
        f"Of the stays entered from {since} to {among.as_of:%-d %b %Y}, by what had come after "
        f"them on that day; n: {numbers}. The months before are read the same way, a year or more "
        "earlier. Who entered lately has had little time to move on."
    )
    drawn = charts.conversions(rows)
    outcomes = [*charts.ordered([each for each in drawn["outcome"] if each != charts.STILL])]

    def behind(mark: Mark) -> pl.DataFrame:
        """Stays of one stage and outcome."""
        return stays.filter(pl.col("stage") == mark["stage"], pl.col("outcome") == mark["outcome"])

    exhibit_card(
        Exhibit(
            key="conversions",
            title=findings.conversions(rows, since),
            definition=(
                "Of the stays in a stage entered in the window, the share that each next stage "
                "came after, and that goes on on the as-of date. An account that entered a stage "
                "twice is two stays. Shares of a row sum to one."
            ),
            frame=rows,
            source=Source("lifecycle/conversions"),
            chart=charts.conversions_chart(
                charts.ordered(drawn["stage"].to_list()), (charts.STILL, *outcomes), theme()
            ),
            drawn=drawn,
            drill=Drill(
                keys=("stage", "outcome"),
                rows=behind,
                source=Source("lifecycle/stays"),
                noun="stay",
                label=lambda mark: f"{mark['stage']}: {mark['outcome']}",
            ),
        ),
        among,
    )
    lost = rows.filter(pl.col("outcome") == charts.UNRECORDED)
    left_out((int(lost["stays"].sum()), "stay", "left without another stage on record"))
