import calendar as gregorian
from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.calendar import (
    MONTHS,
    WEEKDAYS,
    FiscalCalendar,
    Grain,
    Pattern,
    YearEnd,
)

WEEK = timedelta(weeks=1)
NRF = FiscalCalendar(2, "4-5-4", "sunday", "nearest")
"""The calendar of the National Retail Federation, but for the names of its years."""
ISO = FiscalCalendar(1, "4-4-5", "monday", "nearest")
APPLE = FiscalCalendar(10, "4-4-5", "sunday", "last")
CISCO = FiscalCalendar(8, "4-4-5", "sunday", "last")
INTEL = FiscalCalendar(1, "4-4-5", "sunday", "last")
"""Fiscal years that the three companies state: the last Saturday of September, July, December."""

days = st.dates(date(1991, 1, 1), date(2060, 12, 31))
years = st.integers(1991, 2060)
grains = st.sampled_from(get_args(Grain))
months_calendars = st.builds(FiscalCalendar, st.integers(1, 12))
week_calendars = st.builds(
    FiscalCalendar,
    st.integers(1, 12),
    st.sampled_from([each for each in get_args(Pattern) if each != "months"]),
    st.sampled_from(WEEKDAYS),
    st.sampled_from(get_args(YearEnd)),
)
calendars = months_calendars | week_calendars


def weeks(period):
    length = period.end_on - period.start_on
    assert not length % WEEK
    return length // WEEK


def parts(calendar, whole, grain, count):
    return calendar.periods_from(whole.start_on, grain, count)


# ------------------------------------------------------------------ calendar months


@pytest.mark.parametrize(
    ("day", "grain", "starts_in", "first_and_end", "label"),
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
def test_a_fiscal_period_is_named_for_the_year_it_ends_in(
    day, grain, starts_in, first_and_end, label
):
    period = FiscalCalendar(starts_in).period_of(day, grain)

    assert (period.start_on, period.end_on) == first_and_end
    assert period.label == label
    assert period.grain == grain


@given(days, grains, st.integers(1, 12))
def test_periods_of_calendar_months_start_where_the_year_says(day, grain, starts_in):
    period = FiscalCalendar(starts_in).period_of(day, grain)

    assert period.start_on.day == period.end_on.day == 1
    assert (period.start_on.month - starts_in) % MONTHS[grain] == 0


@given(st.integers(1, 12), st.sampled_from(WEEKDAYS), st.sampled_from(get_args(YearEnd)))
def test_weekday_and_end_of_year_mean_nothing_to_calendar_months(starts_in, weekday, rule):
    chosen = FiscalCalendar(starts_in, "months", weekday, rule)

    assert chosen.fiscal_periods() == FiscalCalendar(starts_in).fiscal_periods()


@pytest.mark.parametrize("starts_in", [0, 13])
def test_a_year_starts_in_a_month(starts_in):
    with pytest.raises(ValueError, match=f"cannot start in month {starts_in}"):
        FiscalCalendar(starts_in)


# ------------------------------------------------------------------ weeks


def test_the_53rd_week_of_the_retail_calendar_is_the_fifth_of_january():
    year = NRF.period_of(date(2023, 6, 1), "year")
    quarters = parts(NRF, year, "quarter", 4)
    months = parts(NRF, year, "month", 12)

    assert (year.start_on, year.end_on, year.label) == (
        date(2023, 1, 29),
        date(2024, 2, 4),
        "FY24",
    )
    assert [(each.start_on, each.label) for each in quarters] == [
        (date(2023, 1, 29), "FY24 Q1"),
        (date(2023, 4, 30), "FY24 Q2"),
        (date(2023, 7, 30), "FY24 Q3"),
        (date(2023, 10, 29), "FY24 Q4"),
    ]
    assert [(each.start_on, each.label) for each in months] == [
        (date(2023, 1, 29), "FY24 M01"),
        (date(2023, 2, 26), "FY24 M02"),
        (date(2023, 4, 2), "FY24 M03"),
        (date(2023, 4, 30), "FY24 M04"),
        (date(2023, 5, 28), "FY24 M05"),
        (date(2023, 7, 2), "FY24 M06"),
        (date(2023, 7, 30), "FY24 M07"),
        (date(2023, 8, 27), "FY24 M08"),
        (date(2023, 10, 1), "FY24 M09"),
        (date(2023, 10, 29), "FY24 M10"),
        (date(2023, 11, 26), "FY24 M11"),
        (date(2023, 12, 31), "FY24 M12"),
    ]
    assert months[-1].end_on == quarters[-1].end_on == year.end_on
    assert NRF.period_of(date(2024, 2, 3), "month") == months[-1]
    assert NRF.period_of(date(2024, 2, 4), "month").label == "FY25 M01"


@pytest.mark.parametrize(
    ("calendar", "year", "first", "last", "length"),
    [
        # The federation's 2012, 2016 to 2018, 2023 and 2024.
        (NRF, "FY13", date(2012, 1, 29), date(2013, 2, 2), 53),
        (NRF, "FY17", date(2016, 1, 31), date(2017, 1, 28), 52),
        (NRF, "FY18", date(2017, 1, 29), date(2018, 2, 3), 53),
        (NRF, "FY19", date(2018, 2, 4), date(2019, 2, 2), 52),
        (NRF, "FY24", date(2023, 1, 29), date(2024, 2, 3), 53),
        (NRF, "FY25", date(2024, 2, 4), date(2025, 2, 1), 52),
        (APPLE, "FY22", date(2021, 9, 26), date(2022, 9, 24), 52),
        (APPLE, "FY23", date(2022, 9, 25), date(2023, 9, 30), 53),
        (APPLE, "FY24", date(2023, 10, 1), date(2024, 9, 28), 52),
        (CISCO, "FY20", date(2019, 7, 28), date(2020, 7, 25), 52),
        (CISCO, "FY21", date(2020, 7, 26), date(2021, 7, 31), 53),
        (INTEL, "FY21", date(2020, 12, 27), date(2021, 12, 25), 52),
        (INTEL, "FY22", date(2021, 12, 26), date(2022, 12, 31), 53),
        # Nearest to December: a year may end in January, and two may end in one calendar year.
        (ISO, "FY15", date(2014, 12, 29), date(2016, 1, 3), 53),
        (ISO, "FY16", date(2016, 1, 4), date(2017, 1, 1), 52),
        (ISO, "FY17", date(2017, 1, 2), date(2017, 12, 31), 52),
    ],
)
def test_years_of_weeks_are_those_that_their_companies_state(calendar, year, first, last, length):
    found = calendar.period_of(first, "year")

    assert (found.label, found.start_on, found.end_on) == (year, first, last + timedelta(days=1))
    assert calendar.period_of(last, "year") == found
    assert weeks(found) == length


@pytest.mark.parametrize(
    ("pattern", "lengths"),
    [
        ("4-4-5", [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 6]),
        ("4-5-4", [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5]),
        ("5-4-4", [5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 5]),
    ],
)
def test_the_53rd_week_belongs_to_the_last_month(pattern, lengths):
    # 2020 has 53 weeks in ISO 8601: 30 December 2019 to 3 January 2021.
    calendar = FiscalCalendar(1, pattern, "monday", "nearest")
    year = calendar.period_of(date(2020, 1, 1), "year")

    assert (year.start_on, year.end_on) == (date(2019, 12, 30), date(2021, 1, 4))
    assert [weeks(month) for month in parts(calendar, year, "month", 12)] == lengths
    assert [weeks(quarter) for quarter in parts(calendar, year, "quarter", 4)] == [13, 13, 13, 14]


@given(days)
def test_weeks_from_monday_nearest_to_december_are_the_years_of_iso_8601(day):
    year, week, _ = day.isocalendar()

    assert ISO.period_of(day, "year").label == f"FY{year % 100:02d}"
    assert ISO.period_of(day, "year").start_on == date.fromisocalendar(year, 1, 1)
    quarter = min((week - 1) // 13, 3) + 1
    assert ISO.period_of(day, "quarter").label == f"FY{year % 100:02d} Q{quarter}"


@given(week_calendars, years)
def test_a_year_of_weeks_ends_on_the_day_that_its_rule_names(calendar, year):
    month = (calendar.starts_in - 2) % 12 + 1
    month_end = date(year, month, gregorian.monthrange(year, month)[1])
    around = [month_end + timedelta(days=offset) for offset in range(-30, 31)]
    closing = (WEEKDAYS.index(calendar.week_starts_on) - 1) % 7
    named = [day for day in around if day.weekday() == closing]
    expected = (
        max(day for day in named if day <= month_end)
        if calendar.year_end_rule == "last"
        else min(named, key=lambda day: abs(day - month_end))
    )

    found = calendar.period_of(expected, "year")

    assert found.end_on == expected + timedelta(days=1)
    assert found.label == f"FY{year % 100:02d}"


@given(week_calendars, days)
def test_quarters_have_13_weeks_and_the_last_of_a_long_year_14(calendar, day):
    year = calendar.period_of(day, "year")
    extra = weeks(year) - 52
    quarters = parts(calendar, year, "quarter", 4)
    months = [parts(calendar, quarter, "month", 3) for quarter in quarters]
    pattern = [int(each) for each in calendar.pattern.split("-")]

    assert extra in {0, 1}
    assert year.start_on.weekday() == WEEKDAYS.index(calendar.week_starts_on)
    assert [weeks(quarter) for quarter in quarters] == [13, 13, 13, 13 + extra]
    for three in months[:3]:
        assert [weeks(month) for month in three] == pattern
    assert [weeks(month) for month in months[3]] == [*pattern[:2], pattern[2] + extra]
    assert [month.label for three in months for month in three] == [
        f"{year.label} M{number:02d}" for number in range(1, 13)
    ]


@given(week_calendars, days)
def test_five_of_28_years_are_long_five_or_six_apart(calendar, day):
    lengths = [weeks(year) for year in calendar.periods_from(day, "year", 28)]
    long = [place for place, length in enumerate(lengths) if length == 53]

    assert len(long) == 5
    assert {next_one - one for one, next_one in pairwise(long)} <= {5, 6}


# ------------------------------------------------------------------ whatever the calendar


@given(calendars, days, grains)
def test_a_day_lies_in_its_period(calendar, day, grain):
    period = calendar.period_of(day, grain)

    assert period.start_on <= day < period.end_on
    assert calendar.period_of(period.start_on, grain) == period
    assert calendar.period_of(period.end_on - timedelta(days=1), grain) == period
    assert calendar.period_of(period.end_on, grain) != period


@given(calendars, days, grains, st.integers(0, 90))
def test_periods_follow_each_other_without_a_gap_and_no_two_share_a_name(
    calendar, day, grain, count
):
    periods = calendar.periods_from(day, grain, count)

    assert len(periods) == count
    assert periods[:1] == [calendar.period_of(day, grain)][:count]
    assert all(one.end_on == next_one.start_on for one, next_one in pairwise(periods))
    assert len({period.label for period in periods}) == count
    assert all(calendar.period_of(each.start_on, grain) == each for each in periods)


@given(calendars, days, grains, st.integers(0, 90))
def test_going_back_and_forth_ends_where_it_began(calendar, day, grain, count):
    back = calendar.earlier(day, grain, count)

    forth = calendar.periods_from(back.start_on, grain, count + 1)[-1]
    assert forth == calendar.period_of(day, grain)


@given(calendars)
def test_the_derived_calendar_covers_every_day_once_for_each_grain(calendar):
    rows = calendar.fiscal_periods()

    for grain in get_args(Grain):
        periods = [row[1:] for row in rows if row[0] == grain]
        assert periods[0][0] <= date(1990, 1, 1) < periods[0][1]
        assert periods[-1][0] < date(2060, 1, 1) <= periods[-1][1]
        assert all(one[1] == next_one[0] for one, next_one in pairwise(periods))
        assert len({label for *_, label in periods}) == len(periods)
        for start_on, end_on, label in periods[::7]:
            period = calendar.period_of(start_on, grain)
            assert (period.start_on, period.end_on, period.label) == (start_on, end_on, label)


@given(calendars, days)
def test_four_quarters_make_a_year_and_three_months_a_quarter(calendar, day):
    year = calendar.period_of(day, "year")
    quarters = parts(calendar, year, "quarter", 4)

    assert (quarters[0].start_on, quarters[-1].end_on) == (year.start_on, year.end_on)
    assert [quarter.label for quarter in quarters] == [f"{year.label} Q{n}" for n in range(1, 5)]
    for quarter in quarters:
        months = parts(calendar, quarter, "month", 3)
        assert (months[0].start_on, months[-1].end_on) == (quarter.start_on, quarter.end_on)


@given(calendars, days)
def test_most_days_of_a_year_lie_where_its_twelve_calendar_months_do(calendar, day):
    year = calendar.period_of(day, "year")
    same_start = FiscalCalendar(calendar.starts_in).period_of(
        year.start_on + (year.end_on - year.start_on) / 2, "year"
    )

    assert year.label == same_start.label
    assert abs(year.start_on - same_start.start_on) < WEEK
    assert abs(year.end_on - same_start.end_on) < WEEK
