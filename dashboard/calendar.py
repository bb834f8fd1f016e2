"""The company's calendar: fiscal months, quarters and years, always half-open."""

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, Literal, get_args

Grain = Literal["month", "quarter", "year"]
Pattern = Literal["months", "4-4-5", "4-5-4", "5-4-4"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
YearEnd = Literal["last", "nearest"]

MONTHS: Final[dict[Grain, int]] = {"month": 1, "quarter": 3, "year": 12}
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2060
_QUARTERS: Final = 4
_NEAREST: Final = timedelta(days=3)
"""The nearest day of a given weekday lies at most three days away."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start_on`` up to, but not including, ``end_on``, with the name people use."""

    grain: Grain
    start_on: date
    end_on: date
    label: str


def months_before(day: date, months: int) -> date:
    """The same day so many months before; the month's last day where it has no such day."""
    year, month = divmod(day.year * MONTHS["year"] + day.month - 1 - months, MONTHS["year"])
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """When fiscal months, quarters and years start, and what they are called.

    A fiscal year is named for the calendar year of the month it ends in: one that starts in
    February 2025 is FY26. That month is the one before ``starts_in``, also in a year of whole weeks
    that stops a few days short of its end or runs a few days past it: a year nearest to December
    that ends on 1 January 2023 is FY22. Every December has one such year, so no two share a name.
    The National Retail Federation names its years for the one they start in: its 2023 is FY24 here.

    Parameters
    ----------
    starts_in
        Month the year starts in, 1 to 12.
    pattern
        ``months`` for calendar months, or the weeks of the three months of each quarter. A year of
        weeks has 52, or 53 where its rule says so. The 53rd belongs to the last month, and so to
        the fourth quarter, as in the federation's 4-5-4 calendar.
    week_starts_on
        Weekday the fiscal weeks start on; the year ends on the day before it. Unused by ``months``.
    year_end_rule
        ``last``: the year ends on the last such day of the month before ``starts_in``;
        ``nearest``: on the one nearest to that month's last day. Unused by ``months``. The
        federation's calendar has Sunday weeks from February and is ``nearest``; weeks from Monday
        and January with ``nearest`` are the years of ISO 8601.

    Raises
    ------
    ValueError
        There is no such month.
    """

    starts_in: int = 1
    pattern: Pattern = "months"
    week_starts_on: Weekday = "monday"
    year_end_rule: YearEnd = "last"

    def __post_init__(self) -> None:
        if not 1 <= self.starts_in <= MONTHS["year"]:
            raise ValueError(f"a year cannot start in month {self.starts_in}")

    def period_of(self, day: date, grain: Grain) -> Period:
        """The fiscal period that holds a day.

        Labels read ``FY26`` and ``FY26 Q1``; months read ``Feb 2026``, or ``FY26 M02`` where they
        are made of weeks and fit no calendar month.
        """
        return self._period(grain, self._number(day, grain))

    def periods_from(self, day: date, grain: Grain, count: int) -> list[Period]:
        """The period that holds a day and those after it, ``count`` in all."""
        first = self._number(day, grain)
        return [self._period(grain, first + ahead) for ahead in range(count)]

    def earlier(self, day: date, grain: Grain, count: int) -> Period:
        """The period that lies ``count`` periods before the one that holds a day."""
        return self._period(grain, self._number(day, grain) - count)

    def fiscal_periods(self) -> list[tuple[Grain, date, date, str]]:
        """Rows of ``fiscal_periods`` for a company that loaded none: 1990 up to 2060."""
        rows: list[tuple[Grain, date, date, str]] = []
        for grain in MONTHS:
            first = self._number(date(FIRST_YEAR, 1, 1), grain)
            last = self._number(date(LAST_YEAR, 1, 1) - timedelta(days=1), grain)
            periods = [self._period(grain, number) for number in range(first, last + 1)]
            rows += [(grain, each.start_on, each.end_on, each.label) for each in periods]
        return rows

    def _number(self, day: date, grain: Grain) -> int:
        """Periods of a grain are numbered through all years, so that neighbours are one apart."""
        year = day.year + (1 < self.starts_in <= day.month)
        if self.pattern == "months":
            month = (day.month - self.starts_in) % MONTHS["year"]
        else:
            year += (day >= self._year_starts_on(year + 1)) - (day < self._year_starts_on(year))
            # The month of the 53rd week is the last that has begun by then: the twelfth.
            weeks_before = (day - self._year_starts_on(year)).days // 7
            month = bisect_right(self._weeks_before_months(), weeks_before) - 1
        return (year * MONTHS["year"] + month) // MONTHS[grain]

    def _period(self, grain: Grain, number: int) -> Period:
        start_on, end_on = self._starts_on(grain, number), self._starts_on(grain, number + 1)
        year, month = divmod(number * MONTHS[grain], MONTHS["year"])
        name = f"FY{year % 100:02d}"
        by_weeks = f"{name} M{month + 1:02d}"
        label = {
            "month": f"{start_on:%b %Y}" if self.pattern == "months" else by_weeks,
            "quarter": f"{name} Q{month // MONTHS['quarter'] + 1}",
            "year": name,
        }[grain]
        return Period(grain, start_on, end_on, label)

    def _starts_on(self, grain: Grain, number: int) -> date:
        year, month = divmod(number * MONTHS[grain], MONTHS["year"])
        if self.pattern == "months":
            return self._month_starts_on(year, month)
        return self._year_starts_on(year) + timedelta(weeks=self._weeks_before_months()[month])

    def _month_starts_on(self, year: int, month: int) -> date:
        """First day of a calendar month, counted from 0 from the start of a fiscal year on."""
        year_before = 0 if self.starts_in == 1 else MONTHS["year"]
        years, index = divmod(self.starts_in - 1 + month - year_before, MONTHS["year"])
        return date(year + years, index + 1, 1)

    def _year_starts_on(self, year: int) -> date:
        """First day of a year of weeks: the last one of its weekday up to the month's first day.

        Up to three days after that where years end on the day nearest to the end of their month.
        """
        latest = self._month_starts_on(year, 0)
        if self.year_end_rule == "nearest":
            latest += _NEAREST
        since = (latest.weekday() - WEEKDAYS.index(self.week_starts_on)) % len(WEEKDAYS)
        return latest - timedelta(days=since)

    def _weeks_before_months(self) -> list[int]:
        weeks = [int(each) for each in self.pattern.split("-")] * _QUARTERS
        return [0, *accumulate(weeks[:-1])]
