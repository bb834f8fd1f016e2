from decimal import Decimal

import polars as pl

from dashboard.metrics import coverage as metrics
from dashboard.queries.coverage import BY_CSM


def book(member_id: str | None, accounts: int, arr: int | None, segment: str = "Enterprise"):
    return {
        "member_id": member_id,
        "segment": segment,
        "accounts": accounts,
        "arr": None if arr is None else Decimal(arr),
    }


def books(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(BY_CSM) | row for row in rows], schema=BY_CSM)


def test_medians_are_over_csms_with_all_their_segments_and_the_idle_but_not_the_unassigned():
    held = books(
        book("m1", 10, 100),
        book("m1", 2, 20, "Mid-Market"),
        book("m2", 4, 50),
        book("idle", 0, 0),
        book(None, 99, 999),
    )

    assert metrics.median_accounts(held) == 4
    assert metrics.median_arr(held) == 50
    assert metrics.csms(held) == 3
    assert metrics.unassigned_arr(held) == Decimal(999)


def test_the_median_of_two_lies_between_them():
    held = books(book("m1", 10, 100), book("m2", 5, 51))

    assert metrics.median_accounts(held) == 7.5
    assert metrics.median_arr(held) == 75.5


def test_without_csms_no_median_is_defined():
    nobody = books(book(None, 3, 30))

    for held in (nobody, books()):
        assert metrics.median_accounts(held) is None
        assert metrics.median_arr(held) is None
        assert metrics.csms(held) == 0
    assert metrics.unassigned_arr(books(book("m1", 3, 30))) == 0


def test_arr_that_was_not_loaded_is_unknown_and_not_zero():
    held = books(book("m1", 3, None), book("idle", 0, 0), book(None, 1, None))

    assert metrics.median_arr(held) is None
    assert metrics.unassigned_arr(held) is None
    assert metrics.median_accounts(held) == 1.5
    partly = books(book("m1", 3, None), book("m1", 1, 8, "Mid-Market"), book("m2", 2, None))
    assert metrics.median_arr(partly) == 8
