"""The answers a workbook is written from, and the one place that asks for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from dashboard.access import Scope, Viewer
from dashboard.calendar import MONTHS, FiscalCalendar, Period, months_before
from dashboard.exports.workbook.asked import Asked
from dashboard.filters import Filters
from dashboard.forecasts.company import methods_of, renewals_of_customers_before
from dashboard.forecasts.history import QUARTERS
from dashboard.forecasts.questions import ahead, sales
from dashboard.queries import accounts, bridge, renewals, retention
from dashboard.queries.accounts import FILTER_CHOICES, WITHOUT_RATE
from dashboard.retention_policy import Period as Kind
from dashboard.retention_policy import RetentionPolicy
from dashboard.scenarios import By, churned, summed_by
from dashboard.warehouse.base import Freshness, Warehouse

_BYS: Final[tuple[By, ...]] = ("due_quarter", "segment")
_CUSTOMERS: Final = pl.Schema(retention.ACCOUNTS | {"period_end_on": pl.Date})
POINTS: Final = 13
"""Periods of the trend."""
QUARTERS_BACK: Final = 4
"""Fiscal quarters before the current one whose renewals are listed."""


@dataclass(frozen=True, slots=True)
class Window:
    """A period of retention with its name."""

    start_on: date
    end_on: date
    label: str


@dataclass(frozen=True, slots=True)
class WorkbookFrames:
    """Answers to the questions of the bridge, retention, renewals and forecast pages."""

    filters: Filters
    policy: RetentionPolicy
    kind: Kind
    currency: str
    freshness: Freshness
    scope: Scope
    viewer: Viewer | None
    csm_names: dict[str, str]
    windows: tuple[Window, ...]
    """The latest period that ended, and the latest that had ended when it began."""
    quarters: tuple[Period, ...]
    """Fiscal quarters whose renewals are listed, the earliest first."""
    periods: pl.DataFrame
    """Rows of ``retention/by_period``: the windows and the trend."""
    bridge: pl.DataFrame
    """Rows of ``bridge/by_period``, of the windows."""
    parts: pl.DataFrame
    """Rows of ``retention/by_part`` by segment, of the windows."""
    customers: pl.DataFrame
    """Rows of ``retention/accounts`` by segment, with the ``period_end_on`` of their window."""
    due: pl.DataFrame
    """Rows of ``renewals/due``, of the quarters."""
    due_by_quarter: pl.DataFrame
    rated: pl.DataFrame
    """Rows of ``renewals/rated``, of the quarters that are over."""
    rates: pl.DataFrame
    """Rows of ``renewals/rates_by_quarter``, of the same."""
    renewals: pl.DataFrame
    """Rows of ``forecast/open_renewals``, and whether each is ``in_year``."""
    sums: dict[By, pl.DataFrame]
    """The forecast by quarter and by segment as the page sums it, the whole in the last row."""
    churn: pl.DataFrame
    """ARR expected to churn by quarter, the whole in the last row."""
    year: pl.DataFrame
    """Row of ``forecast/year_end``."""
    arr: pl.DataFrame
    """Row of ``retention/arr_on``."""
    without_rate: pl.DataFrame
    undated: int
    """Renewals without a due date."""
    beyond: int
    """Renewals due before or after the quarters listed."""
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Questions without an answer, and the tables they lack."""
    stale: str = ""
    """That the answers are older than they should be, as a file says it."""


def workbook_frames(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    period: Kind | None = None,
    viewer: Viewer | None = None,
) -> WorkbookFrames:
    """Everything a workbook needs, asked as the pages ask it: each question once, side by side.

    Parameters
    ----------
    warehouse, scope
        Where the answers come from, and whose they are.
    filters
        As-of date and parts of the book; a window is left aside.
    policy
        Retention policy; the company's own where none is named.
    period
        Kind of period of bridge and retention; the policy's own where none is named.
    viewer
        Who the workbook is for; the operator where nobody is named.
    """
    chosen = warehouse.policy.retention(policy)
    kind: Kind = period or chosen.period
    among, calendar = filters.window(None, None), warehouse.policy.calendar
    first = months_before(among.as_of, _months_back(kind)).replace(day=1)
    rules: dict[str, object] = {"policy": chosen, "period": kind}
    here = calendar.period_of(among.as_of, "quarter")
    quarters = [
        calendar.earlier(among.as_of, "quarter", back) for back in range(QUARTERS_BACK, 0, -1)
    ]
    quarters += calendar.periods_from(among.as_of, "quarter", QUARTERS)
    listed = among.window(quarters[0].start_on, quarters[-1].end_on)
    over = among.window(quarters[0].start_on, here.start_on)
    with Asked.of(warehouse, scope) as ask:
        # What takes longest begins first.
        book = ask.meanwhile(lambda: _book(ask, among))
        periods = ask(retention.by_period, retention.BY_PERIOD, among.window(first, None), **rules)
        windows = _windows(periods, kind, calendar)
        within = [among.window(each.start_on, each.end_on) for each in windows]
        customers = [
            ask.beside(retention.accounts, retention.ACCOUNTS, each, policy=chosen)
            for each in within
        ]
        steps = [ask.beside(bridge.by_period, bridge.BY_PERIOD, each, **rules) for each in within]
        parts = [ask.beside(retention.by_part, retention.BY_PART, each, **rules) for each in within]
        by_quarter = ask.beside(renewals.due_by_quarter, renewals.DUE_BY_QUARTER, listed)
        rated = ask.beside(renewals.rated, renewals.RATED, over, policy=chosen)
        rates = ask.beside(
            renewals.rates_by_quarter, renewals.RATES_BY_QUARTER, over, policy=chosen
        )
        arr = ask.beside(retention.arr_on, retention.ARR_ON, among, policy=chosen)
        without_rate = ask.beside(accounts.without_rate, WITHOUT_RATE, among)
        choices = ask(accounts.filter_choices, FILTER_CHOICES, Filters(among.as_of))
        every = ask(renewals.due, renewals.DUE, among)
        due = every.filter(pl.col("due_on").is_between(listed.since, listed.until, closed="left"))
        ahead = book()
        return WorkbookFrames(
            filters=among,
            policy=chosen,
            kind=kind,
            currency=warehouse.policy.reporting_currency,
            freshness=warehouse.freshness(),
            scope=scope,
            viewer=viewer,
            csm_names=dict(
                choices.filter(pl.col("filter") == "csm").select("value", "label").iter_rows()
            ),
            windows=windows,
            quarters=tuple(quarters),
            periods=periods,
            bridge=_each(windows, steps, bridge.BY_PERIOD),
            parts=_each(windows, parts, retention.BY_PART),
            customers=_each(windows, customers, _CUSTOMERS),
            due=due,
            due_by_quarter=by_quarter(),
            rated=rated(),
            rates=rates(),
            renewals=ahead.renewals,
            sums=ahead.sums,
            churn=ahead.churn,
            year=ahead.year,
            arr=arr(),
            without_rate=without_rate(),
            undated=every["due_on"].null_count(),
            beyond=len(every) - every["due_on"].null_count() - len(due),
            missing=ask.missing,
        )


def _months_back(kind: Kind) -> int:
    """How far back a trend of ``POINTS`` periods reaches, and a period more."""
    length = MONTHS["quarter"] if kind.startswith("quarter") else MONTHS["month"]
    if kind == "year":
        length = MONTHS["year"]
    whole = MONTHS["year"] if kind in {"ttm", "fiscal_year_to_date"} else 0
    return whole + (POINTS + 2) * length


def _windows(periods: pl.DataFrame, kind: Kind, calendar: FiscalCalendar) -> tuple[Window, ...]:
    days = periods.select("period_start_on", "period_end_on").tail(1)
    if days.is_empty():
        return ()
    before = periods.filter(pl.col("period_end_on") <= days["period_start_on"][0])
    rows = [*days.iter_rows(), *before.select(days.columns).tail(1).iter_rows()]
    return tuple(Window(start, end, _label(kind, start, end, calendar)) for start, end in rows)


def _label(kind: Kind, start: date, end: date, calendar: FiscalCalendar) -> str:
    if kind.startswith("quarter"):
        return calendar.period_of(start, "quarter").label
    if kind in {"month", "year"}:
        return calendar.period_of(start, "month" if kind == "month" else "year").label
    name = "Fiscal year" if kind == "fiscal_year_to_date" else "Twelve months"
    return f"{name} to {end:%-d %b %Y}"


def _each(
    windows: tuple[Window, ...],
    answers: Sequence[Callable[[], pl.DataFrame]],
    schema: pl.Schema,
) -> pl.DataFrame:
    """Rows of the windows, each asked for alone: what began or ended within one is left out."""
    found = [schema.to_frame()]
    for window, answer in zip(windows, answers, strict=True):
        rows = answer()
        if "period_start_on" in rows.columns:
            rows = rows.filter(period_start_on=window.start_on, period_end_on=window.end_on)
        else:
            rows = rows.with_columns(period_end_on=pl.lit(window.end_on))
        found.append(rows)
    return pl.concat(found)


@dataclass(frozen=True, slots=True)
class _OpenBook:
    """Open renewals and what is expected of them."""

    renewals: pl.DataFrame
    sums: dict[By, pl.DataFrame]
    churn: pl.DataFrame
    year: pl.DataFrame


def _book(ask: Asked, among: Filters) -> _OpenBook:
    year = ask(sales.year_end, sales.YEAR_END, among)
    rows = ask(ahead.open_renewals, ahead.OPEN_RENEWALS, among)
    if rows.is_empty():
        # No row of sums either.
        none = {by: pl.DataFrame(schema={by: rows.schema[by]}) for by in _BYS}
        rows = rows.with_columns(in_year=pl.lit(0, pl.Int64))
        return _OpenBook(rows, none, none["due_quarter"], year)
    shares = ask(ahead.renewed_shares, ahead.RENEWED_SHARES, among)
    # The spread of ``forecast/method``, without the record that its question goes through.
    spread = methods_of(ask.warehouse, among.as_of)[among.as_of].dispersion
    in_year = pl.lit(0, pl.Int64)
    if len(year):
        start_on, end_on = year.select("period_start_on", "period_end_on").row(0)
        own = renewals_of_customers_before(ask.warehouse, ask.scope, among, start_on)
        is_own = pl.col("renewal_id").is_in(own.implode())
        in_year = (is_own & (pl.col("due_quarter") < end_on)).cast(pl.Int64)
    return _OpenBook(
        rows.with_columns(in_year=in_year),
        summed_by(rows, shares, spread, _BYS),
        churned(rows, shares, spread, "due_quarter"),
        year,
    )
