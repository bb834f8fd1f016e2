"""The answers a workbook is written from, and the one place that asks for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from dashboard.access import Scope, Viewer
from dashboard.calendar import MONTHS, FiscalCalendar, Period, months_before
from dashboard.filters import Filters
from dashboard.forecasts.company import renewals_of_customers_before
from dashboard.forecasts.history import QUARTERS
from dashboard.forecasts.questions import ahead, record, sales
from dashboard.queries import accounts, bridge, renewals, retention
from dashboard.queries.accounts import FILTER_CHOICES, WITHOUT_RATE
from dashboard.retention_policy import Period as Kind
from dashboard.retention_policy import RetentionPolicy
from dashboard.scenarios import By, churned, dispersion_of, summed
from dashboard.warehouse.base import Freshness, MissingTableError, Warehouse

_BYS: Final[tuple[By, ...]] = ("due_quarter", "segment")
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A warehouse asked by one viewer; a question whose tables were not loaded has no rows."""

    warehouse: Warehouse
    scope: Scope
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __call__(
        self,
        question: Callable[..., pl.DataFrame],
        schema: pl.Schema,
        filters: Filters,
        **own: object,
    ) -> pl.DataFrame:
        try:
            return question(self.warehouse, self.scope, filters, **own)
        except MissingTableError as error:
            self.missing[error.question] = error.tables
            return schema.to_frame()


def workbook_frames(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    policy: RetentionPolicy | str | None = None,
    period: Kind | None = None,
    viewer: Viewer | None = None,
) -> WorkbookFrames:
    """Everything a workbook needs, asked as the pages ask it.

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
    ask = _Asked(warehouse, scope)
    chosen = warehouse.policy.retention(policy)
    kind: Kind = period or chosen.period
    among, calendar = filters.window(None, None), warehouse.policy.calendar
    first = months_before(among.as_of, _months_back(kind)).replace(day=1)
    rules: dict[str, object] = {"policy": chosen, "period": kind}
    periods = ask(retention.by_period, retention.BY_PERIOD, among.window(first, None), **rules)
    windows = _windows(periods, kind, calendar)
    here = calendar.period_of(among.as_of, "quarter")
    quarters = [
        calendar.earlier(among.as_of, "quarter", back) for back in range(QUARTERS_BACK, 0, -1)
    ]
    quarters += calendar.periods_from(among.as_of, "quarter", QUARTERS)
    listed = among.window(quarters[0].start_on, quarters[-1].end_on)
    over = among.window(quarters[0].start_on, here.start_on)
    every = ask(renewals.due, renewals.DUE, among)
    due = every.filter(pl.col("due_on").is_between(listed.since, listed.until, closed="left"))
    year = ask(sales.year_end, sales.YEAR_END, among)
    book = _book(ask, among, year)
    choices = ask(accounts.filter_choices, FILTER_CHOICES, Filters(among.as_of))
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
        bridge=_of(
            windows, ask(bridge.by_period, bridge.BY_PERIOD, among.window(first, None), **rules)
        ),
        parts=_each(
            windows,
            lambda each: _of(
                (each,),
                ask(
                    retention.by_part,
                    retention.BY_PART,
                    among.window(each.start_on, each.end_on),
                    **rules,
                ),
            ),
            retention.BY_PART,
        ),
        customers=_each(
            windows,
            lambda each: ask(
                retention.accounts,
                retention.ACCOUNTS,
                among.window(each.start_on, each.end_on),
                policy=chosen,
            ).with_columns(period_end_on=pl.lit(each.end_on)),
            pl.Schema(retention.ACCOUNTS | {"period_end_on": pl.Date}),
        ),
        due=due,
        due_by_quarter=ask(renewals.due_by_quarter, renewals.DUE_BY_QUARTER, listed),
        rated=ask(renewals.rated, renewals.RATED, over, policy=chosen),
        rates=ask(renewals.rates_by_quarter, renewals.RATES_BY_QUARTER, over, policy=chosen),
        renewals=book.renewals,
        sums={by: _sums(summed, book, by) for by in _BYS},
        churn=_sums(churned, book, "due_quarter"),
        year=year,
        arr=ask(retention.arr_on, retention.ARR_ON, among, policy=chosen),
        without_rate=ask(accounts.without_rate, WITHOUT_RATE, among),
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
    return 2 * whole + (POINTS + 2) * length


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


def _of(windows: tuple[Window, ...], rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the windows."""
    if not windows:
        return rows.clear()
    days = pl.DataFrame(
        {
            "period_start_on": [each.start_on for each in windows],
            "period_end_on": [each.end_on for each in windows],
        }
    )
    return rows.join(days, on=days.columns, how="semi", maintain_order="left")


def _each(
    windows: tuple[Window, ...],
    answer: Callable[[Window], pl.DataFrame],
    schema: pl.Schema,
) -> pl.DataFrame:
    return pl.concat([schema.to_frame(), *(answer(each) for each in windows)])


@dataclass(frozen=True, slots=True)
class _OpenBook:
    """Open renewals and what their forecast is simulated from."""

    renewals: pl.DataFrame
    shares: pl.DataFrame
    method: pl.DataFrame


def _book(ask: _Asked, among: Filters, year: pl.DataFrame) -> _OpenBook:
    rows = ask(ahead.open_renewals, ahead.OPEN_RENEWALS, among)
    shares = ask(ahead.renewed_shares, ahead.RENEWED_SHARES, among)
    method = ask(record.method, record.METHOD, among)
    in_year = pl.lit(0, pl.Int64)
    if len(year) and len(rows):
        start_on, end_on = year.select("period_start_on", "period_end_on").row(0)
        own = renewals_of_customers_before(ask.warehouse, ask.scope, among, start_on)
        is_own = pl.col("renewal_id").is_in(own.implode())
        in_year = (is_own & (pl.col("due_quarter") < end_on)).cast(pl.Int64)
    return _OpenBook(rows.with_columns(in_year=in_year), shares, method)


def _sums(added_up: Callable[..., pl.DataFrame], book: _OpenBook, by: By) -> pl.DataFrame:
    """Sums of the forecast with their ranges; no row where no renewal is open."""
    if book.renewals.is_empty():
        return pl.DataFrame(schema={by: book.renewals.schema[by]})
    return added_up(book.renewals, book.shares, dispersion_of(book.method), by)
