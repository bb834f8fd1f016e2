import polars as pl

from dashboard.metrics import talent as metrics
from dashboard.queries.talent import PEOPLE


def people(*rows: tuple[str, str, bool]) -> pl.DataFrame:
    """Block, block before calibration, and whether there is an action plan."""
    names = ("block", "block_before_calibration", "has_action_plan")
    return pl.DataFrame(
        [dict.fromkeys(PEOPLE) | dict(zip(names, row, strict=True)) for row in rows], schema=PEOPLE
    )


def test_people_are_counted_by_readiness_plan_and_calibration():
    rated = people(("1A", "1A", True), ("1A", "2A", False), ("2B", "2B", False), ("3C", "2B", True))

    assert metrics.rated(rated) == 4
    assert metrics.ready(rated) == 2
    assert metrics.without_plan(rated) == 2
    assert metrics.calibrated(rated) == 2


def test_nobody_rated_is_nobody_in_any_count():
    for metric in (metrics.rated, metrics.ready, metrics.without_plan, metrics.calibrated):
        assert metric(people()) == 0
