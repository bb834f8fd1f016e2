import polars as pl

from dashboard.metrics import team_reviews as metrics
from dashboard.queries.talent import LEVELS, MEMBERS, RATERS, SKILLS


def members(*states: str) -> pl.DataFrame:
    return pl.DataFrame(
        [dict.fromkeys(MEMBERS) | {"review_state": state} for state in states], schema=MEMBERS
    )


def test_only_who_should_have_been_reviewed_is_overdue():
    team = members(
        *("in time", "in time", "in time", "overdue", "never reviewed"),
        *("hired lately", "reviewed on an unknown day"),
    )

    assert metrics.overdue(team) == 2
    assert metrics.never_reviewed(team) == 1
    assert metrics.in_time(team) == 0.6


def test_of_fewer_than_five_no_share_is_told():
    assert metrics.in_time(members("in time", "in time", "overdue", "overdue")) is None
    assert metrics.in_time(members(*["overdue"] * 5)) == 0


def test_without_rows_there_is_no_mean_and_nobody_is_counted():
    assert metrics.performance(RATERS.to_frame()) is None
    assert metrics.promotability(RATERS.to_frame()) is None
    assert metrics.reviewers(RATERS.to_frame()) == 0
    assert metrics.not_assessed(SKILLS.to_frame()) is None
    assert metrics.people(LEVELS.to_frame()) == 0
