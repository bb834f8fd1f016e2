import polars as pl
import pytest

from dashboard.findings import coverage as findings

DRAWN = {
    "member_id": pl.String,
    "csm": pl.String,
    "segment": pl.String,
    "accounts": pl.Int64,
    "accounts_low": pl.Int64,
    "accounts_high": pl.Int64,
    "arr": pl.Decimal(38, 2),
    "arr_high": pl.Int64,
}


def books(*rows: tuple[str | None, str, int, int | None]) -> pl.DataFrame:
    """CSM, segment, customers and ARR; the bands end at 50 customers and 5,000,000."""
    return pl.DataFrame(
        [
            (csm, csm or "Unassigned", segment, accounts, 10, 50, arr, 5_000_000)
            for csm, segment, accounts, arr in rows
        ],
        schema=DRAWN,
        orient="row",
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Nobody holds a customer"),
        ([(None, "Enterprise", 99, 1), ("Idle", "Enterprise", 0, 0)], "Nobody holds a customer"),
        (
            [("Ada", "Enterprise", 9, 1), ("Bo", "Enterprise", 50, 1)],
            "1 of 2 books holds fewer customers than the band starts at; Bo holds most, 50",
        ),
        (
            [("Ada", "Enterprise", 40, 1), ("Bo", "Enterprise", 50, 1)],
            "No book holds more customers than its band; Bo has most, 50",
        ),
        (
            [("Ada", "Enterprise", 51, 1), ("Bo", "Enterprise", 9, 1)],
            "Ada holds 51 customers, above the 50 of Enterprise",
        ),
        (
            [("Ada", "Enterprise", 51, 1), ("Bo", "Mid-Market", 80, 1), (None, "x", 99, 1)],
            "Bo holds 80 customers, above the 50 of Mid-Market, as do 1 more",
        ),
    ],
)
def test_accounts_says_who_holds_more_than_the_band(rows, sentence):
    assert findings.accounts(books(*rows)) == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Nobody holds a customer"),
        ([(None, "Enterprise", 9, 9_000_000)], "Nobody holds a customer"),
        (
            [("Ada", "Enterprise", 1, 4_000_000), ("Bo", "Enterprise", 1, 5_000_000)],
            "No book is above its ARR band; Bo holds most, $5.0M",
        ),
        (
            [("Ada", "x", 1, 6_000_000), ("Bo", "x", 1, None), (None, "x", 1, 9_000_000)],
            "1 book is above the ARR band of the segment; Ada holds most, $6.0M",
        ),
        (
            [("Ada", "x", 1, 6_000_000), ("Bo", "x", 1, 7_000_000)],
            "2 books are above the ARR band of the segment; Bo holds most, $7.0M",
        ),
        ([("Ada", "x", 1, None)], "No book is above its ARR band; Ada holds most, n/a"),
    ],
)
def test_arr_says_how_many_books_are_above_the_band(rows, sentence):
    assert findings.arr(books(*rows), currency="USD") == sentence
