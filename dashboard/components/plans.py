"""Success plans on a page: how far objectives are, and which of them want somebody."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import plans as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import plans as findings
from dashboard.metrics import plans as metrics
from dashboard.queries import plans as queries
from dashboard.session import filters, policy, quarter_label, theme
from dashboard.spelled import spelled

NO_HISTORY: Final = (
    "Objectives carry no history: status and values are as loaded, also for an earlier as-of date, "
    "so there is no comparison and no line."
)
BACK, AHEAD = 8, 4
"""Fiscal quarters of due days drawn before and after that of the as-of date."""
DROPPED: Final = ("holder", "band")


def _nothing(parts: pl.DataFrame, coverage: pl.DataFrame) -> bool:
    """Whether there is neither an objective nor a customer, said on the page."""
    if parts.is_empty() and coverage.is_empty():
        empty(
            "There is no objective and no customer.",
            "Choose another as-of date, or take away a filter.",
        )
        return True
    return False


def _of_customers(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("holder") == "customer")


def progress_view() -> None:
    """Progress: objectives by status, how far they are, and when they are due."""
    among = filters()
    calendar = policy().calendar
    first = calendar.earlier(among.as_of, "quarter", BACK)
    periods = calendar.periods_from(first.start_on, "quarter", BACK + AHEAD + 1)
    whole, coverage, rows, due = together(
        asked(queries.by_part, among),
        asked(queries.coverage, among),
        asked(queries.objectives, among),
        asked(queries.by_due_quarter, among),
    )
    if _nothing(whole, coverage):
        return
    parts, objectives = _of_customers(whole), _of_customers(rows)
    with kpi_row():
        for metric in (
            metrics.on_track,
            metrics.at_risk,
            metrics.attained,
            metrics.missed,
            metrics.progress,
        ):
            kpi(metric, parts)
        kpi(metrics.arr_without, coverage)
    kpi_note(f"Objectives of customers as of {among.as_of:%-d %b %Y}. {NO_HISTORY}")
    by = st.segmented_control(
        "By", ["kind", "segment"], default="kind", required=True,
        key="plans_by", bind="query-params",
    )  # fmt: skip
    if not parts.is_empty():
        _status_card(parts, objectives, among, by)
        _progress_card(parts, objectives, among, by)
        _bands_card(parts, objectives, among)
        window = {each.start_on: each.label for each in periods}
        _due_card(due, objectives, among, window)
    _left_out(whole, parts, due, {each.start_on for each in periods})


def _left_out(
    whole: pl.DataFrame, parts: pl.DataFrame, due: pl.DataFrame, shown: set[date]
) -> None:
    others = whole.filter(pl.col("holder") != "customer")
    unknown = parts.filter(~pl.col("status").is_in(charts.STATUSES))
    beyond = due.filter(
        pl.col("due_quarter").is_not_null() & ~pl.col("due_quarter").is_in(list(shown))
    )
    left_out(
        (int(others["objectives"].sum()), "objective", "of who is no customer on the day"),
        (
            int((parts["objectives"] - parts["measured"]).sum()),
            "objective",
            "without a value, or with a goal equal to its baseline: n/a, in no average",
        ),
        (
            int(unknown["objectives"].sum()),
            "objective",
            "with no status or one the dashboard does not know, shown as other status",
        ),
        (
            int(parts["validated_later"].sum()),
            "objective",
            "confirmed after the as-of date: when it had been before is not on record",
        ),
        (
            int(beyond["objectives"].sum()),
            "objective",
            f"due more than {BACK} quarters back or {AHEAD} ahead, not drawn by quarter",
        ),
    )


def _behind(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop(*DROPPED)


def _drill(
    keys: tuple[str, ...], rows: Mapping[str, pl.Expr | pl.Series], objectives: pl.DataFrame
) -> Drill:
    """From a mark to its objectives, by what each key of the mark is in their rows."""

    def behind(mark: Mark) -> pl.DataFrame:
        return _behind(objectives.filter(*(rows[key] == mark[key] for key in keys)))

    return Drill(keys, behind, Source("plans/objectives"), noun="objective")


def _status_card(parts: pl.DataFrame, objectives: pl.DataFrame, among: Filters, by: str) -> None:
    exhibit_card(
        Exhibit(
            key="objectives_by_status",
            title=findings.by_status(parts),
            definition=(
                f"Objectives of customers by {by} and status as loaded. A status the dashboard "
                "does not know, or none, is another status; the table has the word."
            ),
            frame=parts,
            source=Source("plans/by_part"),
            chart=charts.by_status_chart(theme()),
            drawn=charts.by_status(parts, by),
            drill=_drill(
                ("part", "what"), {"part": pl.col(by), "what": charts.known()}, objectives
            ),
        ),
        among,
    )


def _progress_card(parts: pl.DataFrame, objectives: pl.DataFrame, among: Filters, by: str) -> None:
    drawn = charts.progress(parts, by)
    exhibit_card(
        Exhibit(
            key="average_progress",
            title=findings.progress(parts, drawn, by),
            definition=(
                "Progress is the share of the way from the baseline to the goal, whichever of the "
                f"two is higher. The average by {by} counts each objective from none to all of "
                "the way, so that one far beyond its goal does not hide another. Objectives "
                "without a value, or with a goal equal to the baseline, are in none."
            ),
            frame=drawn.drop("label", "progress_sum"),
            source=Source("plans/by_part"),
            chart=charts.progress_chart(theme()),
            drawn=drawn,
            drill=_drill(
                ("part",),
                {"part": pl.col(by)},
                objectives.filter(pl.col("progress").is_not_null()),
            ),
        ),
        among,
    )


def _bands_card(parts: pl.DataFrame, objectives: pl.DataFrame, among: Filters) -> None:
    drawn = charts.bands(parts)
    beyond = int(parts.filter(pl.col("band") == "beyond the goal")["objectives"].sum())
    below = int(parts.filter(pl.col("band") == "below the baseline")["objectives"].sum())
    exhibit_card(
        Exhibit(
            key="progress_bands",
            title=findings.bands(beyond, below),
            definition=(
                "Objectives of customers by their own progress, not capped: below the baseline is "
                "the wrong side of it, beyond the goal is more than was wanted. Not measured is "
                "without a value, or with a goal equal to the baseline."
            ),
            frame=drawn.drop("place", "rank"),
            source=Source("plans/by_part"),
            chart=charts.bands_chart(theme()),
            drawn=drawn,
            drill=_drill(
                ("band", "what"), {"band": pl.col("band"), "what": charts.known()}, objectives
            ),
        ),
        among,
    )


def _due_card(
    due: pl.DataFrame, objectives: pl.DataFrame, among: Filters, window: dict[date, str]
) -> None:
    shown = due.filter(pl.col("due_quarter").is_null() | pl.col("due_quarter").is_in(list(window)))
    if shown.is_empty():
        return
    drawn = charts.by_due_quarter(shown, label_of=quarter_label)
    focus = policy().calendar.period_of(among.as_of, "quarter")
    undated = (charts.NO_DATE,) if drawn["due_quarter"].null_count() else ()
    first, last = min(window), max(window) + timedelta(days=100)

    def drawn_as(day: date | None) -> str | None:
        """The bar of an objective; the last days of the calendar lie in no quarter."""
        if day is None:
            return charts.NO_DATE
        return quarter_label(day) if first <= day <= last else None

    quarter = spelled(objectives, nulls=True, quarter=("due_on", drawn_as))["quarter"]
    exhibit_card(
        Exhibit(
            key="objectives_by_due_quarter",
            title=findings.due(due.filter(pl.col("due_quarter") == focus.start_on), focus.label),
            definition=(
                "Objectives of customers by the fiscal quarter they are due in and their status "
                "as loaded."
            ),
            frame=shown,
            source=Source("plans/by_due_quarter"),
            chart=charts.by_due_quarter_chart((*window.values(), *undated), focus.label, theme()),
            drawn=drawn,
            drill=_drill(
                ("quarter", "what"),
                {"quarter": quarter, "what": charts.known()},
                objectives,
            ),
        ),
        among,
    )


def attention_view() -> None:
    """Attention: what was not validated, what is due, and who has no objective."""
    among, currency, rules = filters(), policy().reporting_currency, policy().success_plans
    whole, coverage, rows, customers = together(
        asked(queries.by_part, among),
        asked(queries.coverage, among),
        asked(queries.objectives, among),
        asked(queries.customers, among),
    )
    if _nothing(whole, coverage):
        return
    parts, objectives = _of_customers(whole), _of_customers(rows)
    with kpi_row():
        for metric in (metrics.not_validated, metrics.overdue, metrics.due_soon):
            kpi(metric, parts)
        for metric in (metrics.without, metrics.arr_without, metrics.arr_troubled):
            kpi(metric, coverage)
    kpi_note(
        f"As of {among.as_of:%-d %b %Y}. Not validated is longer than "
        f"{rules.validated_within_days} days without the customer's word, due soon is within "
        f"{rules.due_within_days} days: both settings. {NO_HISTORY}"
    )
    late = objectives.filter(
        pl.col("validation").is_in(["never validated", "validated too long ago"])
    ).sort("days_since_validated", "objective_id", descending=[True, False], nulls_last=False)
    exhibit_card(
        Exhibit(
            key="not_validated",
            title=findings.not_validated(late, rules.validated_within_days),
            definition=(
                "Open objectives of customers that the customer never confirmed, or more than "
                f"{rules.validated_within_days} days ago, the longest first; attained and missed "
                "ones are closed."
            ),
            frame=_behind(late).drop("due", "band", strict=False),
            source=Source("plans/objectives"),
        ),
        among,
    )
    soon = objectives.filter(pl.col("due").is_in(["overdue", "due soon"]))
    exhibit_card(
        Exhibit(
            key="due_soon",
            title=findings.due_soon(soon, rules.due_within_days),
            definition=(
                "Open objectives of customers past their due day, or due within "
                f"{rules.due_within_days} days of the as-of date, the soonest first."
            ),
            frame=_behind(soon),
            source=Source("plans/objectives"),
        ),
        among,
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers of one segment and plan."""
        return customers.filter(
            pl.col("segment") == mark["segment"], pl.col("plan") == mark["plan"]
        )

    if not coverage.is_empty():
        exhibit_card(
            Exhibit(
                key="plans_coverage",
                title=findings.coverage(coverage, currency=currency),
                definition=(
                    "ARR of the customers of a segment by their success plan: none at all, at "
                    "least one objective at risk or missed, or all on track, attained or of "
                    "another status."
                ),
                frame=coverage,
                source=Source("plans/coverage"),
                chart=charts.coverage_chart(currency, theme()),
                drawn=charts.coverage(coverage),
                drill=Drill(
                    keys=("segment", "plan"),
                    rows=behind,
                    source=Source("plans/customers"),
                    amount="arr",
                    noun="customer",
                ),
            ),
            among,
        )
    without = customers.filter(pl.col("objectives") == 0)
    if not without.is_empty():
        exhibit_card(
            Exhibit(
                key="without_objective",
                title=findings.without(without),
                definition=(
                    "Customers without an objective of whatever status, the largest ARR first."
                ),
                frame=without.select(
                    "account_id",
                    "account_name",
                    "segment",
                    "region",
                    "csm_name",
                    "lifecycle_stage",
                    "arr",
                ),
                source=Source("plans/customers"),
            ),
            among,
        )
    left_out(
        (
            int(parts["validated_later"].sum()),
            "objective",
            "confirmed after the as-of date: when it had been before is not on record",
        ),
        (
            int(coverage["without_rate"].sum()),
            "customer",
            "whose ARR has no exchange rate, counted and in no sum",
        ),
    )
