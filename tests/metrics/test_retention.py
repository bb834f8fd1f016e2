from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.metrics import retention as metrics
from dashboard.queries.retention import BY_PERIOD, MOVED_PARTS

ROW = {
    "period_start_on": date(2025, 1, 1),
    "period_end_on": date(2026, 1, 1),
    "opening_arr": Decimal("600.00"),
    "closing_arr": Decimal("645.00"),
    "nrr": 0.95,
    "grr": 0.9,
    "logo_retention": 1.0,
    "accounts": 6,
}


def test_the_numbers_of_a_card_are_those_of_the_last_period_of_the_rows():
    earlier = ROW | {"nrr": 0.5, "opening_arr": Decimal(1)}
    periods = pl.DataFrame([earlier, ROW], schema=BY_PERIOD)

    assert metrics.nrr(periods) == 0.95
    assert metrics.grr(periods) == 0.9
    assert metrics.logo_retention(periods) == 1.0
    assert metrics.opening_arr(periods) == Decimal(600)
    assert metrics.closing_arr(periods) == Decimal(645)


def test_without_a_period_there_is_no_number():
    nothing = pl.DataFrame([], schema=BY_PERIOD)

    assert [
        metric(nothing)
        for metric in (
            metrics.nrr,
            metrics.grr,
            metrics.logo_retention,
            metrics.opening_arr,
            metrics.closing_arr,
        )
    ] == [None] * 5


def moved(*parts: tuple[str | None, int, int, int, int]) -> pl.DataFrame:
    """Part, then opening and retained ARR of the period before and of this one."""
    names = ("before_opening_arr", "before_net_retained_arr", "opening_arr", "net_retained_arr")
    return pl.DataFrame(
        [
            dict.fromkeys(MOVED_PARTS)
            | {"part": part, "label": part}
            | {name: Decimal(amount) for name, amount in zip(names, amounts, strict=True)}
            for part, *amounts in parts
        ],
        schema=MOVED_PARTS,
    )


def test_a_rate_that_fell_in_one_part_is_that_parts_own():
    effects = metrics.rate_and_mix(moved(("a", 100, 100, 100, 90), ("b", 100, 80, 100, 80)), "nrr")

    assert effects.select("part", "before_rate", "rate").rows() == [
        ("a", 1.0, 0.9),
        ("b", 0.8, 0.8),
    ]
    assert effects["rate_effect"].to_list() == pytest.approx([-0.05, 0])
    assert effects["mix_effect"].to_list() == pytest.approx([0, 0])


def test_a_book_that_moved_to_the_weaker_part_is_mix():
    effects = metrics.rate_and_mix(moved(("a", 100, 100, 50, 50), ("b", 100, 80, 150, 120)), "nrr")

    assert effects["rate_effect"].to_list() == pytest.approx([0, 0])
    # From 90 % to 85 %: each part's weight moved by a quarter, 12.5 and 7.5 points from the mean.
    assert effects["mix_effect"].to_list() == pytest.approx([-0.25 * 0.125, 0.25 * -0.075])
    assert effects["mix_effect"].sum() == pytest.approx(-0.05)


def test_those_that_changed_part_are_marked():
    effects = metrics.rate_and_mix(moved(("a", 10, 10, 10, 9), ("changed", 5, 5, 5, 9)), "nrr")

    assert effects["is_changed"].to_list() == [False, True]


def test_without_one_of_the_periods_nothing_is_taken_apart():
    assert metrics.rate_and_mix(moved(("a", 0, 0, 10, 9)), "nrr").is_empty()
    assert metrics.rate_and_mix(moved(("a", 10, 9, 0, 0)), "grr").is_empty()


amounts = st.integers(0, 10_000)
part = st.tuples(amounts, amounts, amounts, amounts)


@given(st.lists(part, min_size=1, max_size=6))
def test_the_effects_sum_to_the_change_whatever_the_parts(parts):
    before_whole, whole = (sum(each[place] for each in parts) for place in (0, 2))
    rows = moved(*((f"p{number}", *each) for number, each in enumerate(parts)))

    effects = metrics.rate_and_mix(rows, "nrr")

    if not before_whole or not whole:
        assert effects.is_empty()
        return
    change = sum(each[3] for each in parts) / whole - sum(each[1] for each in parts) / before_whole
    assert effects["rate_effect"].sum() + effects["mix_effect"].sum() == pytest.approx(
        change, abs=1e-9
    )
