from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.metrics.overview import arr, arr_at_risk, green_share, on_or_before, red_arr
from dashboard.queries.overview import BY_DAY


def days(*rows):
    return pl.DataFrame(list(rows), schema=BY_DAY)


DAY = {
    "on_day": date(2026, 10, 1),
    "arr": Decimal(100),
    "green_arr": Decimal(30),
    "red_arr": Decimal(10),
    "scored_arr": Decimal(60),
    "arr_at_risk": Decimal(7),
}


def test_numbers_are_those_of_the_last_day():
    rows = days({"on_day": date(2026, 9, 1), "arr": Decimal(1)}, DAY)

    assert (arr(rows), red_arr(rows), arr_at_risk(rows)) == (100, 10, 7)
    assert green_share(rows) == 0.5


@pytest.mark.parametrize("metric", [arr, green_share, red_arr, arr_at_risk])
def test_without_a_day_a_number_is_not_known(metric):
    assert metric(days()) is None
    assert metric(days({"on_day": date(2026, 10, 1)})) is None


def test_nothing_scored_has_no_share():
    assert green_share(days(DAY | {"scored_arr": Decimal(0), "green_arr": Decimal(0)})) is None
    assert green_share(days(DAY | {"green_arr": None})) is None


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 8, 31), []),
        (date(2026, 9, 1), [date(2026, 9, 1)]),
        (date(2026, 9, 30), [date(2026, 9, 1)]),
        (date(2027, 1, 1), [date(2026, 10, 1)]),
    ],
)
def test_a_day_is_found_on_it_or_before(day, found):
    rows = days({"on_day": date(2026, 9, 1)}, DAY)

    assert on_or_before(rows, day)["on_day"].to_list() == found
