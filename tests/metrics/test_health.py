from decimal import Decimal

import polars as pl

from dashboard.metrics import health as metrics
from dashboard.queries.health import COVERAGE


def coverage(*rows: tuple[str | None, int, int | None]) -> pl.DataFrame:
    """Band, customers and ARR."""
    return pl.DataFrame(
        [
            dict.fromkeys(COVERAGE)
            | {"segment": "Enterprise", "health_band": band, "accounts": accounts}
            | {"arr": None if arr is None else Decimal(arr)}
            for band, accounts, arr in rows
        ],
        schema=COVERAGE,
    )


def test_the_green_share_is_of_the_arr_that_has_a_score():
    covered = coverage(("green", 2, 30), ("amber", 1, 50), ("red", 1, 20), (None, 5, 900))

    assert metrics.green_share(covered) == 0.3
    assert metrics.red_arr(covered) == Decimal(20)
    assert metrics.red_accounts(covered) == 1
    assert metrics.scored_share(covered) == 4 / 9
    assert metrics.arr_in(covered, None, "red") == Decimal(920)


def test_bands_of_several_segments_add_up():
    covered = coverage(("red", 2, 30), ("red", 1, 50), ("green", 1, 20))

    assert metrics.red_arr(covered) == Decimal(80)
    assert metrics.red_accounts(covered) == 3
    assert metrics.green_share(covered) == 0.2


def test_shares_are_not_defined_without_a_scored_customer():
    for covered in (coverage(), coverage((None, 4, 40))):
        assert metrics.green_share(covered) is None
        assert metrics.red_arr(covered) == 0
        assert metrics.red_accounts(covered) == 0
    assert metrics.scored_share(coverage()) is None
    assert metrics.scored_share(coverage((None, 4, 40))) == 0.0


def test_arr_that_was_not_loaded_is_unknown_and_not_zero():
    covered = coverage(("green", 2, None), ("red", 1, None))

    assert metrics.red_arr(covered) is None
    assert metrics.green_share(covered) is None
    assert metrics.red_accounts(covered) == 1
