import math

import polars as pl
import pytest

from dashboard.metrics import surveys as metrics


def answers(*rows: tuple[int, int, int]) -> pl.DataFrame:
    """Promoters, passives and detractors of one group after the other."""
    frame = pl.DataFrame(
        rows,
        schema={"promoters": pl.Int64, "passives": pl.Int64, "detractors": pl.Int64},
        orient="row",
    )
    return frame.with_columns(responses=pl.sum_horizontal("promoters", "passives", "detractors"))


def test_nps_pools_the_answers_and_is_no_mean_of_other_nps():
    groups = answers((9, 0, 1), (0, 0, 1))

    assert metrics.nps(groups) == pytest.approx(100 * 7 / 11)
    assert metrics.responses(groups) == 11
    assert metrics.promoter_share(groups) == 9 / 11
    assert metrics.detractor_share(groups) == 2 / 11


@pytest.mark.parametrize(
    ("counts", "nps"),
    [((60, 20, 20), 40), ((60, 25, 15), 45), ((0, 5, 0), 0), ((0, 0, 3), -100), ((4, 0, 0), 100)],
)
def test_nps_is_the_share_of_promoters_minus_that_of_detractors(counts, nps):
    assert metrics.nps(answers(counts)) == pytest.approx(nps)


def test_the_margin_of_error_is_the_published_one():
    margin = metrics.margin_of_error(answers((162, 108, 54)))

    assert margin == pytest.approx(1.959963985 * 100 * math.sqrt((5 / 9) / 324))
    assert margin / 1.959963985 == pytest.approx(4.1, abs=0.05)
    assert metrics.margin_of_error(answers((0, 0, 7))) == 0


def test_nothing_is_defined_without_answers():
    for nobody in (answers(), answers((0, 0, 0))):
        assert metrics.nps(nobody) is None
        assert metrics.margin_of_error(nobody) is None
        assert metrics.detractor_share(nobody) is None
        assert metrics.promoter_share(nobody) is None
        assert metrics.responses(nobody) == 0


@pytest.mark.parametrize(
    ("before", "gap"),
    [
        ((20, 20, 60), (80, 57.8, 102.2)),
        ((45, 30, 25), (20, -2.3, 42.3)),
        ((60, 20, 20), (0, -22.2, 22.2)),
        # Nine answers are too few, and of answers of one kind nobody knows how far they spread.
        ((3, 3, 3), None),
        ((0, 0, 100), None),
        ((0, 0, 0), None),
    ],
)
def test_two_nps_differ_by_more_than_chance_or_cannot_be_compared(before, gap):
    now, then = answers((60, 20, 20)), answers(before)
    found = metrics.difference(metrics.level(now), metrics.level(then))

    if gap is None:
        assert found is None
    else:
        assert (found.value, found.low, found.high) == pytest.approx(gap, abs=0.05)
    assert metrics.is_detectable(now, then) == metrics.is_detectable(then, now)
    assert metrics.is_detectable(now, then) == (gap is not None and gap[1] > 0)
