from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.calendar import (
    MONTHS,
    Grain,
    earlier,
    fiscal_periods,
    period_of,
    periods_from,
)

days = st.dates(date(1991, 1, 1), date(2060, 12, 31))
grains = st.sampled_from(get_args(Grain))
first_months = st.integers(1, 12)


@pytest.mark.parametrize(
    ("day", "grain", "first", "days", "label"),
    [
        (date(2026, 10, 31), "month", 1, (date(2026, 10, 1), date(2026, 11, 1)), "Oct 2026"),
        (date(2026, 10, 31), "quarter", 1, (date(2026, 10, 1), date(2027, 1, 1)), "FY26 Q4"),
        (date(2026, 10, 31), "year", 1, (date(2026, 1, 1), date(2027, 1, 1)), "FY26"),
        (date(2026, 1, 31), "quarter", 2, (date(2025, 11, 1), date(2026, 2, 1)), "FY26 Q4"),
        (date(2026, 2, 1), "quarter", 2, (date(2026, 2, 1), date(2026, 5, 1)), "FY27 Q1"),
        (date(2026, 1, 31), "year", 2, (date(2025, 2, 1), date(2026, 2, 1)), "FY26"),
        (date(2026, 10, 1), "year", 10, (date(2026, 10, 1), date(2027, 10, 1)), "FY27"),
        (date(2026, 9, 30), "quarter", 10, (date(2026, 7, 1), date(2026, 10, 1)), "FY26 Q4"),
        (date(2026, 12, 31), "quarter", 12, (date(2026, 12, 1), date(2027, 3, 1)), "FY27 Q1"),
        (date(2026, 2, 28), "month", 12, (date(2026, 2, 1), date(2026, 3, 1)), "Feb 2026"),
        (date(1999, 7, 1), "year", 7, (date(1999, 7, 1), date(2000, 7, 1)), "FY00"),
    ],
)
def test_a_fiscal_period_is_named_for_the_year_it_ends_in(day, grain, first, days, label):
    period = period_of(day, grain, year_starts_in=first)

    assert (period.start_on, period.end_on) == days
    assert period.label == label
    assert period.grain == grain


@given(days, grains, first_months)
def test_a_day_lies_in_its_period_and_the_period_starts_where_the_year_says(day, grain, first):
    period = period_of(day, grain, year_starts_in=first)

    assert period.start_on <= day < period.end_on
    assert period.start_on.day == period.end_on.day == 1
    assert (period.start_on.month - first) % MONTHS[grain] == 0
    assert period_of(period.start_on, grain, year_starts_in=first) == period
    assert period_of(period.end_on - timedelta(days=1), grain, year_starts_in=first) == period


@given(days, grains, first_months, st.integers(1, 12))
def test_periods_follow_each_other_without_a_gap(day, grain, first, count):
    periods = periods_from(day, grain, count, year_starts_in=first)

    assert len(periods) == count
    assert periods[0] == period_of(day, grain, year_starts_in=first)
    assert all(one.end_on == next_one.start_on for one, next_one in pairwise(periods))
    assert len({period.label for period in periods}) == count


@given(days, grains, first_months, st.integers(0, 12))
def test_going_back_and_forth_ends_where_it_began(day, grain, first, count):
    back = earlier(day, grain, count, year_starts_in=first)

    forth = periods_from(back.start_on, grain, count + 1, year_starts_in=first)[-1]
    assert forth == period_of(day, grain, year_starts_in=first)


@given(first_months)
def test_the_derived_calendar_covers_every_day_once_for_each_grain(first):
    rows = fiscal_periods(first)

    for grain in get_args(Grain):
        periods = [row[1:] for row in rows if row[0] == grain]
        assert periods[0][0] <= date(1990, 1, 1)
        assert periods[-1][1] >= date(2060, 1, 1)
        assert all(one[1] == next_one[0] for one, next_one in pairwise(periods))
        assert len({label for *_, label in periods}) == len(periods)


@given(days, first_months)
def test_four_quarters_and_twelve_months_make_a_year(day, first):
    year = period_of(day, "year", year_starts_in=first)

    for grain, count in (("quarter", 4), ("month", 12)):
        parts = periods_from(year.start_on, grain, count, year_starts_in=first)
        assert parts[-1].end_on == year.end_on
    quarters = periods_from(year.start_on, "quarter", 4, year_starts_in=first)
    assert [quarter.label for quarter in quarters] == [f"{year.label} Q{n}" for n in range(1, 5)]
