"""The load index by hand: references, parts that sum to it, ramp, and what nobody has."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from pydantic import ValidationError

from dashboard.capacity_policy import PARTS, CapacityPolicy
from dashboard.metrics import capacity
from dashboard.policy import CoverageBand
from dashboard.queries.coverage import BY_CSM, UNASSIGNED
from tests.factories import AS_OF

BANDS = {
    "Enterprise": CoverageBand(accounts_low=10, accounts_high=30, arr_low=100, arr_high=300),
    "Small": CoverageBand(accounts_low=100, accounts_high=300, arr_low=10, arr_high=30),
}
EVEN = CapacityPolicy(weights=dict.fromkeys(PARTS, 1.0))


def book(member_id, accounts, arr, *, red=0, renewals=0, onboarding=0, **fields):
    usual = {
        "member_id": member_id,
        "name": member_id,
        "segment": "Enterprise",
        "accounts": accounts,
        "arr": None if arr is None else Decimal(arr),
        "arr_red": None if red is None else Decimal(red),
        "renewals_due": renewals,
        "onboarding": onboarding,
    }
    return dict.fromkeys(BY_CSM) | usual | fields


def books(*rows):
    return pl.DataFrame(list(rows), schema=BY_CSM)


def loads(rows, policy=EVEN, bands=BANDS):
    return capacity.loads(rows, capacity.references(rows, bands, AS_OF), policy, AS_OF)


MIDDLE = book("middle", 20, 200, red=20, renewals=4, onboarding=2)


def test_a_book_in_the_middle_of_the_band_has_an_index_of_100():
    frame = loads(books(MIDDLE))

    assert frame["index"].to_list() == [100.0]
    assert frame.select(capacity.POINTS.values()).row(0) == (20.0, 20.0, 20.0, 20.0, 20.0, 0.0)
    assert frame["reading"][0] == "● in between"


def test_each_part_stands_to_the_band_or_to_the_median_of_the_team():
    rows = books(
        MIDDLE,
        # Twice the customers of the middle, half its ARR, half of that at red.
        book("other", 40, 100, red=50, renewals=4, onboarding=0),
        book("third", 10, 200, red=20, renewals=1, onboarding=1),
        # Nobody's, and one who has left: in no load and in no median.
        book(None, 500, 9000, red=9000, renewals=90),
        book("left", 500, 9000, red=9000, renewals=90, left_on=AS_OF),
    )

    frame = loads(rows).sort("member_id")

    # Red of ARR: 10 %, 50 %, 10 %: 10 % of 200 is 20. Renewals of customers: 20 %, 10 %, 10 %:
    # 10 % of 20 is 2. In onboarding: 10 %, 0, 10 %: 10 % of 20 is 2.
    assert frame["member_id"].to_list() == ["middle", "other", "third"]
    points = frame.select(capacity.POINTS.values()).rows()
    assert points[0] == pytest.approx((20, 20, 20, 40, 20, 0))
    assert points[1] == pytest.approx((40, 10, 50, 40, 0, 0))
    assert points[2] == pytest.approx((10, 20, 20, 10, 10, 0))
    assert frame["index"].to_list() == pytest.approx([120, 140, 70])
    assert frame["reading"].to_list() == ["● in between", "▲ heavy", "▽ light"]


def test_a_csm_who_is_still_ramping_carries_more_with_the_same_book():
    half = CapacityPolicy(ramping_capacity=0.5, weights=EVEN.weights)
    rows = books(
        MIDDLE | {"ramped_on": date(2026, 11, 1)},
        MIDDLE | {"member_id": "full", "ramped_on": AS_OF},
        MIDDLE | {"member_id": "unknown"},
    )

    frame = loads(rows, half).sort("member_id")

    assert frame["index"].to_list() == [100.0, 200.0, 100.0]
    assert frame["ramp_points"].to_list() == [0.0, 100.0, 0.0]
    assert frame["is_ramping"].to_list() == [False, True, False]


def test_what_nobody_has_leaves_its_weight_to_the_others():
    frame = loads(books(book("m1", 20, 200)))
    assert frame["index"].to_list() == [100.0]
    assert frame.select(capacity.POINTS.values()).row(0) == (50.0, 50.0, 0.0, 0.0, 0.0, 0.0)
    unknown = loads(books(book("m1", 20, None, red=None)))
    assert unknown["index"].to_list() == [100.0]
    assert unknown["arr"].to_list() == [None]
    # Half the team has no renewal ahead: its share as a whole, 2 of 60, of 20.
    some = loads(books(book("m1", 20, 200, renewals=2), book("m2", 20, 200), book("m3", 20, 200)))
    assert some["renewals_points"].to_list() == pytest.approx([100.0, 0.0, 0.0])


def test_segments_add_up_and_one_without_a_band_has_the_median_book_for_its_middle():
    weights = CapacityPolicy(weights={"accounts": 1.0})
    rows = books(
        book("both", 10, 100),
        book("both", 100, 10, segment="Small"),
        book("new 1", 4, 1, segment="New"),
        book("new 2", 8, 1, segment="New"),
        book("idle", 0, 0, segment=None),
    )

    frame = loads(rows, weights).sort("member_id")

    assert dict(frame.select("member_id", "index").iter_rows()) == pytest.approx(
        {"both": 100.0, "idle": 0.0, "new 1": 100 * 4 / 6, "new 2": 100 * 8 / 6}
    )
    assert frame["segments"].to_list() == ["Enterprise, Small", "", "New", "New"]
    assert loads(rows.clear()).is_empty()


def test_equal_names_carry_the_id():
    frame = loads(books(MIDDLE, MIDDLE | {"member_id": "m2", "name": "middle"}))
    assert sorted(frame["csm"]) == ["middle (m2)", "middle (middle)"]


def test_the_cards_of_loads_and_of_the_unassigned():
    frame = loads(books(MIDDLE, book("light", 2, 20), book("idle", 0, 0)))
    assert capacity.median_index(frame) == frame["index"].median()
    assert capacity.heaviest(frame) == frame["index"].max()
    held = frame.filter(pl.col("customers") > 0)["index"]
    assert capacity.spread(frame) == pytest.approx(held.max() - held.min())
    assert capacity.heavy(frame) == frame.filter(pl.col("index") > 125).height
    assert capacity.ramping(frame) == 0
    nothing = frame.clear()
    assert capacity.median_index(nothing) is None
    assert capacity.heaviest(nothing) is None
    assert capacity.spread(nothing) is None
    rows = pl.DataFrame(
        [
            dict.fromkeys(UNASSIGNED)
            | {"arr": Decimal(5), "renewals_due": 2, "arr_due": Decimal(4)},
            dict.fromkeys(UNASSIGNED) | {"arr": None, "renewals_due": 0, "arr_due": Decimal(0)},
        ],
        schema=UNASSIGNED,
    )
    assert capacity.unassigned(rows) == 2
    assert capacity.unassigned_arr(rows) == 5
    assert capacity.unassigned_renewals(rows) == 2
    assert capacity.unassigned_arr_due(rows) == 4


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"weights": {"arr": -1.0}}, "below zero"),
        ({"weights": {"arr": 0.0}}, "no part of the load index"),
        ({"light_below": 130.0}, "above heavy_above"),
        ({"ramping_capacity": 0.0}, "greater than 0"),
        ({"weights": {"accounts": 1.0, "meetings": 1.0}}, "Input should be"),
    ],
)
def test_weights_that_weigh_nothing_are_refused(choice, message):
    with pytest.raises(ValidationError, match=message):
        CapacityPolicy(**choice)


def test_the_choices_in_words():
    assert (
        CapacityPolicy(weights={"arr": 3.0, "accounts": 1.0})
        .sentence()
        .startswith(
            "Weights: accounts 25%, ARR 75%, ARR at red 0%, renewals ahead 0%, onboarding 0%. "
        )
    )
