"""Periods of retention on a page: which are shown, how they read, which one is compared with."""

from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.calendar import Grain, months_before
from dashboard.queries.renewals import RatePeriod
from dashboard.retention_policy import Period, RetentionPolicy
from dashboard.session import as_of, policy, years_before

POINTS: Final = 13
NAMES: Final[dict[Period, str]] = {
    "ttm": "twelve months",
    "month": "month",
    "quarter": "quarter",
    "quarter_annualised": "quarter, annualised",
    "year": "fiscal year",
    "fiscal_year_to_date": "fiscal year to date",
}
"""Kinds of period that a page offers."""
_GRAINS: Final[dict[Period, Grain]] = {
    "month": "month",
    "quarter": "quarter",
    "quarter_annualised": "quarter",
    "year": "year",
}
_MONTHS_SHOWN: Final[dict[Period, int]] = {
    "month": POINTS + 2,
    "quarter": 3 * (POINTS + 2),
    "quarter_annualised": 3 * (POINTS + 2),
    "ttm": 12 + POINTS + 2,
    "fiscal_year_to_date": 12 + POINTS + 2,
    "year": 12 * 12,
}


def period_control(chosen: RetentionPolicy) -> Period:
    """The kind of period to show; the policy's own where none is chosen."""
    names = list(NAMES.values())
    picked = st.segmented_control(
        "Period",
        names,
        default=NAMES[chosen.period],
        required=True,
        # Another policy brings its own period: the choice belongs to the policy it was made under.
        key="period",
        bind="query-params",
    )
    return next(kind for kind, name in NAMES.items() if name == picked)


def rate_period(kind: Period) -> RatePeriod:
    """The fiscal period that renewal rates are shown by: a quarter where it is none of theirs."""
    return "month" if kind == "month" else "year" if kind == "year" else "quarter"


def first_day(kind: Period) -> date:
    """First day of the windows that a page asks for: enough for its line and a year before."""
    return months_before(as_of(), _MONTHS_SHOWN[kind]).replace(day=1)


def label(kind: Period, start: date, end: date) -> str:
    """A period as an axis names it: ``FY26 Q3``, ``Oct 2026``, the day a moving window ends on."""
    if grain := _GRAINS.get(kind):
        return policy().calendar.period_of(start, grain).label
    return f"{end:%-d %b %Y}"


def words(kind: Period, start: date, end: date) -> str:
    """A period as a sentence names it."""
    if kind in _GRAINS:
        return label(kind, start, end)
    if kind == "fiscal_year_to_date":
        return f"the fiscal year to {end:%-d %b %Y}"
    return f"the twelve months to {end:%-d %b %Y}"


def period_before(periods: pl.DataFrame, kind: Period) -> pl.DataFrame:
    """The row that the last one is compared with, empty where there is none.

    For windows of twelve months it is the one that ended with the last whole quarter before, for a
    fiscal year to date the same day's a year before, else the period before.
    """
    if periods.is_empty():
        return periods
    earlier = periods.head(-1)
    if kind == "ttm":
        last: date = periods["period_end_on"][-1]
        quarter = policy().calendar.period_of(last, "quarter").start_on
        if quarter == last:
            quarter = policy().calendar.earlier(last, "quarter", 1).start_on
        return earlier.filter(pl.col("period_end_on") <= quarter).tail(1)
    return year_before(periods) if kind == "fiscal_year_to_date" else earlier.tail(1)


def year_before(periods: pl.DataFrame) -> pl.DataFrame:
    """The last row that ended a year before the last one or earlier; empty where there is none."""
    if periods.is_empty():
        return periods
    day = years_before(periods["period_end_on"][-1], 1)
    return periods.filter(pl.col("period_end_on") <= day).tail(1)
