"""The company's calendar: fiscal months, quarters and years, always half-open."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Grain = Literal["month", "quarter", "year"]

MONTHS: Final[dict[Grain, int]] = {"month": 1, "quarter": 3, "year": 12}
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2060


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start_on`` up to, but not including, ``end_on``, with the name people use."""

    grain: Grain
    start_on: date
    end_on: date
    label: str


def period_of(day: date, grain: Grain, *, year_starts_in: int = 1) -> Period:
    """The fiscal period that holds a day.

    A fiscal year is named for the calendar year it ends in: one that starts in February 2025 is
    FY26. Labels read ``Feb 2026``, ``FY26 Q1`` and ``FY26``.
    """
    months = MONTHS[grain]
    into_year = (day.month - year_starts_in) % 12
    start = _plus_months(date(day.year, day.month, 1), -(into_year % months))
    end = _plus_months(start, months)
    year_start = _plus_months(date(day.year, day.month, 1), -into_year)
    year = _plus_months(year_start, 11).year % 100
    label = {
        "month": f"{start:%b %Y}",
        "quarter": f"FY{year:02d} Q{into_year // 3 + 1}",
        "year": f"FY{year:02d}",
    }[grain]
    return Period(grain, start, end, label)


def periods_from(day: date, grain: Grain, count: int, *, year_starts_in: int = 1) -> list[Period]:
    """The period that holds a day and those after it, ``count`` in all."""
    periods = [period_of(day, grain, year_starts_in=year_starts_in)]
    while len(periods) < count:
        periods.append(period_of(periods[-1].end_on, grain, year_starts_in=year_starts_in))
    return periods[:count]


def earlier(day: date, grain: Grain, count: int, *, year_starts_in: int = 1) -> Period:
    """The period that lies ``count`` periods before the one that holds a day."""
    start = period_of(day, grain, year_starts_in=year_starts_in).start_on
    return period_of(
        _plus_months(start, -MONTHS[grain] * count), grain, year_starts_in=year_starts_in
    )


def fiscal_periods(year_starts_in: int) -> list[tuple[str, date, date, str]]:
    """Rows of ``fiscal_periods`` for a company that loaded none: 1990 up to 2060."""
    rows: list[tuple[str, date, date, str]] = []
    grains: tuple[Grain, ...] = ("month", "quarter", "year")
    for grain in grains:
        day = period_of(date(FIRST_YEAR, 1, 1), grain, year_starts_in=year_starts_in).start_on
        while day < date(LAST_YEAR, 1, 1):
            period = period_of(day, grain, year_starts_in=year_starts_in)
            rows.append((grain, period.start_on, period.end_on, period.label))
            day = period.end_on
    return rows


def _plus_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, day.day)
