import polars as pl
import pytest

from dashboard.findings import talent as findings


def blocks(**people: int) -> pl.DataFrame:
    """People by block: ``_1A`` and so on."""
    return pl.DataFrame(
        [(name.strip("_"), number) for name, number in people.items()],
        schema={"block": pl.String, "people": pl.Int64},
        orient="row",
    )


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ({}, "Nobody you may see was rated in 2026-H1"),
        ({"_2B": 1}, "Nobody stands in 1A: 1 person rated in 2026-H1"),
        ({"_2B": 2, "_3C": 3}, "Nobody stands in 1A: 5 people rated in 2026-H1"),
        ({"_1A": 1}, "1 of 1 rated in 2026-H1 stands in 1A"),
        ({"_1A": 1, "_2B": 3}, "1 of 4 rated in 2026-H1 stands in 1A"),
        ({"_1A": 2, "_2B": 3}, "2 people of 5 rated in 2026-H1 stand in 1A"),
    ],
)
def test_nine_block_says_who_is_ready(people, sentence):
    assert findings.nine_block(blocks(**people), "2026-H1") == sentence
