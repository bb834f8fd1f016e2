"""The forecast on a page: what it is computed from, and how the calls moved."""

from dataclasses import dataclass, replace
from typing import Final

import polars as pl
import streamlit as st

from dashboard.calendar import Period
from dashboard.charts import forecast as charts
from dashboard.charts.waterfall import waterfall, waterfall_chart
from dashboard.components.cards import exhibit_card
from dashboard.components.states import missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import forecast as findings
from dashboard.forecasts.questions import ahead, record
from dashboard.forecasts.simulation import Dispersion
from dashboard.formats import visible
from dashboard.metrics import forecast as metrics
from dashboard.queries import calls as queries
from dashboard.scenarios import By, Scenario, applied, churned, dispersion_of, summed
from dashboard.session import (
    MissingTableError,
    as_of,
    freshness,
    load,
    policy,
    quarter_label,
    scope,
    theme,
)

FITTING: Final = "Fitting the forecast to what became of past renewals, some seconds once a day ..."
QUARTERS: Final = 4
MOST_SEGMENTS: Final = 6
"""Segments that are drawn beside each other; tables have all."""
SOURCES: Final[dict[str, queries.Caller]] = {"CSMs": "csm", "managers": "manager"}
EVERY: Final = "every quarter"


@dataclass(frozen=True, slots=True)
class Book:
    """Open renewals and what their forecast is simulated from."""

    among: Filters
    renewals: pl.DataFrame
    shares: pl.DataFrame
    method: pl.DataFrame

    @property
    def dispersion(self) -> Dispersion:
        """How far outcomes spread."""
        return dispersion_of(self.method)


def book_of(among: Filters) -> Book:
    """What the viewer's forecast is made of; fits it where nobody asked on these data before."""
    with st.spinner(FITTING):
        return Book(
            among,
            load(ahead.open_renewals, among),
            load(ahead.renewed_shares, among),
            load(record.method, among),
        )


def sums(book: Book, by: By, scenario: Scenario | None = None) -> pl.DataFrame:
    """Expected ARR by quarter or segment and, last, of all; under a scenario where one is given."""
    chosen = scenario or Scenario()
    return _sums(book, chosen, by, chosen.model_dump_json(), _key(book))


def churn(book: Book) -> pl.DataFrame:
    """ARR expected to churn by segment and, last, of all."""
    return _churn(book, _key(book))


def quarters_ahead() -> list[Period]:
    """The fiscal quarters of the forecast, that of the as-of date first."""
    return policy().calendar.periods_from(as_of(), "quarter", QUARTERS)


def call_card(among: Filters) -> None:
    """How the call of a quarter moved between two days of the reader's choice."""
    calendar, today = policy().calendar, among.as_of
    columns = st.columns(5)
    first = columns[0].date_input(
        "Call of",
        value=calendar.period_of(today, "quarter").start_on,
        max_value=today,
        key="call_from",
        bind="query-params",
    )
    last = columns[1].date_input(
        "against that of", value=today, max_value=today, key="call_to", bind="query-params"
    )
    whose = columns[2].selectbox("by", list(SOURCES), key="call_by", bind="query-params")
    if first >= last:
        st.info("Choose a later day to set the call against.", icon=":material/date_range:")
        return
    due = {each.label: each for each in calendar.periods_from(first, "quarter", 2 * QUARTERS)}
    names = [EVERY, *due]
    quarter = columns[3].selectbox(
        "of renewals due in",
        names,
        index=names.index(quarter_label(last)) if quarter_label(last) in due else 0,
        key="call_due",
        bind="query-params",
    )
    window = (due[quarter].start_on, due[quarter].end_on) if quarter in due else (None, None)
    asked = replace(among, as_of=last).window(*window)
    source = Source("calls/between", {"compared_on": first, "source": SOURCES[whose]})
    try:
        found = load(queries.between, asked, compared_on=first, source=SOURCES[whose])
    except MissingTableError as error:
        missing_part("How calls moved", error.tables)
        return
    known = pl.concat([found["opening_category"], found["closing_category"]])
    category = columns[4].selectbox(
        "called",
        sorted(known.drop_nulls().unique()),
        index=None,
        format_func=lambda each: visible(each.replace("_", " ")),
        placeholder="anything",
        key="called",
    )
    rows = metrics.call_steps(found, category)
    steps = metrics.call_bridge(rows, list(charts.STEPS))
    currency = policy().reporting_currency

    def behind_step(mark: Mark) -> pl.DataFrame:
        step = str(mark["step"])
        if step in {"opening", "closing"}:
            amount, part = pl.col(step), rows.filter(pl.col(f"{step}_amount").is_not_null())
        else:
            amount, part = pl.col("step_amount"), rows.filter(pl.col("step") == step)
        return (
            part.with_columns(amount_in_step=amount)
            .filter(pl.col("amount_in_step") != 0)
            .drop("step", "opening", "closing", "step_amount")
            .sort(pl.col("amount_in_step").abs(), "renewal_id", descending=[True, False])
        )

    exhibit_card(
        Exhibit(
            key="calls_between",
            title=findings.calls(
                steps,
                f"the {whose} for {quarter}",
                f"from {first:%-d %b} to {last:%-d %b %Y}",
                currency=currency,
            ),
            definition=(
                "A day's call is the latest of each renewal up to the end of that day, UTC, of "
                "renewals open on it and not past due. Won and lost leave it with what was called "
                "for them, whatever they brought; slipped were signed after their quarter or are "
                "open past their due date; withdrawn are open and called without an amount; "
                "re-classified changed category, the others amount; new are called on the later "
                "day only. The steps add up to the cent. Due dates are those known today."
            ),
            frame=found,
            source=source,
            chart=waterfall_chart(currency, theme()) if not rows.is_empty() else None,
            drawn=waterfall(
                [
                    (step, charts.STEPS[step], amount)
                    for step, amount in steps
                    if amount or step in {"opening", "closing"}
                ],
                currency=currency,
            ),
            drill=Drill(
                keys=("step",),
                rows=behind_step,
                source=source,
                amount="amount_in_step",
                noun="renewal",
                label=lambda mark: charts.STEPS[str(mark["step"])],
            ),
            notes=(findings.won(found, currency=currency),),
        ),
        asked,
    )


def _key(book: Book) -> tuple[object, ...]:
    return book.among, scope(), freshness().version


@st.cache_data(ttl="15m", max_entries=300, show_spinner=False)
def _sums(
    _book: Book, _scenario: Scenario, by: By, scenario: str, key: tuple[object, ...]
) -> pl.DataFrame:
    del scenario, key
    return summed(applied(_book.renewals, _scenario), _book.shares, _book.dispersion, by)


@st.cache_data(ttl="15m", max_entries=100, show_spinner=False)
def _churn(_book: Book, key: tuple[object, ...]) -> pl.DataFrame:
    del key
    return churned(_book.renewals, _book.shares, _book.dispersion, "segment")
