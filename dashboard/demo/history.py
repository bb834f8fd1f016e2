"""The stretch of time the demo covers, and the arithmetic of its days."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from dashboard.demo.draws import Days, Floats, Grid, Ints

WEEKS_A_YEAR: Final = 52
WEEKS_AHEAD: Final = 60
"""Weeks after the as-of date with a hidden state: open renewals will come to something, too."""

_MONDAY: Final = np.datetime64("1970-01-05", "D")
_DAYS_A_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class History:
    """Mondays from ``years`` before the as-of date up to it."""

    today: date
    weeks: Days

    @property
    def as_of(self) -> np.datetime64:
        """The as-of date as the columns hold days."""
        return np.datetime64(self.today, "D")

    @property
    def starts_on(self) -> np.datetime64:
        """First Monday of the weekly tables."""
        first: np.datetime64 = self.weeks[0]
        return first

    def week_of(self, days: Days) -> Ints:
        """Position of each day's week, counted from the first one; below zero before it."""
        weeks: Ints = (days - self.weeks[0]).astype(np.int64) // _DAYS_A_WEEK
        return weeks

    def summed_by_week(
        self, size: int, account: Ints, starts_on: Days, ends_on: Days, amount: Floats | Ints
    ) -> Grid:
        """What holds on each Monday, accounts x weeks: amounts from one day up to another.

        No last day means that the amount goes on.
        """
        weeks = len(self.weeks)
        steps = np.zeros((size, weeks + 1), dtype=np.float32)
        open_end: Days = np.where(np.isnat(ends_on), np.datetime64("2999-01-01", "D"), ends_on)
        # The first Monday on or after a day is the one whose state the day decides.
        for days, change in ((starts_on, amount), (open_end, -amount)):
            week = np.clip(-((self.starts_on - days).astype(np.int64) // _DAYS_A_WEEK), 0, weeks)
            np.add.at(steps, (account, week), change)
        summed: Grid = np.cumsum(steps[:, :-1], axis=1, dtype=np.float32)
        return summed

    def capped(self, moments: Days) -> Days:
        """Moments, none of them after the as-of date has begun."""
        return np.minimum(moments, np.datetime64(self.today, "us"))

    def days_ago(self, days: int) -> np.datetime64:
        """The day that lies ``days`` before the as-of date."""
        return self.as_of - np.timedelta64(days, "D")

    def years_before(self, days: Days) -> Ints:
        """Whole years that each day lies before the as-of date; below zero after it."""
        return np.floor((self.as_of - days).astype(np.float64) / 365.25).astype(np.int64)


def history(as_of: date, years: int) -> History:
    """The history of ``years`` that ends on the last Monday up to ``as_of``."""
    today = np.datetime64(as_of, "D")
    last = today - (today - _MONDAY) % np.timedelta64(_DAYS_A_WEEK, "D")
    back = np.arange(years * WEEKS_A_YEAR, -1, -1) * _DAYS_A_WEEK
    return History(as_of, last - back.astype("timedelta64[D]"))


def plus_months(days: Days, months: Ints | int) -> Days:
    """The same day of the month some months later; for days up to the 28th."""
    month = days.astype("datetime64[M]")
    first: Days = (month + np.asarray(months).astype("timedelta64[M]")).astype("datetime64[D]")
    moved: Days = np.add(first, days - month.astype("datetime64[D]"))
    return moved


def until_28th(days: Days) -> Days:
    """Days with the last ones of a month moved to the 28th, so that every month has them."""
    first: Days = days.astype("datetime64[M]").astype("datetime64[D]")
    return first + np.minimum(days - first, np.timedelta64(27, "D"))


def years_between(earlier: Days, later: Days) -> Floats:
    """Length in years."""
    return (later - earlier).astype(np.float64) / 365.25
