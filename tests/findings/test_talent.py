from datetime import date

import polars as pl
import pytest

from dashboard.findings import talent as findings
from dashboard.queries.talent import ACTION_PLANS, LEVELS, MEMBERS, RATERS, SKILLS


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


def people(*blocks: tuple[str | None, str, str]) -> pl.DataFrame:
    """Block last cycle, before calibration and after it."""
    return pl.DataFrame(
        blocks,
        schema=dict.fromkeys(("block_last_cycle", "block_before_calibration", "block"), pl.String),
        orient="row",
    )


def test_movement_is_of_who_was_rated_twice():
    assert findings.moved(people((None, "1A", "1A")), "H1").startswith("Nobody rated in H1 was")
    assert findings.moved(people(("1A", "1A", "1A")), "H1") == (
        "None of 1 person rated twice changed block in H1"
    )
    moved = people(("2A", "1A", "1A"), ("1A", "1A", "1A"), (None, "1A", "1A"))
    assert findings.moved(moved, "H1") == "1 of 2 people rated twice changed block in H1"


def test_calibration_moves_some_or_nobody():
    assert findings.calibrated(people((None, "1A", "1A")), "H1") == (
        "Calibration moved nobody of 1 person rated in H1"
    )
    assert findings.calibrated(people((None, "1A", "2A"), (None, "2A", "2A")), "H1") == (
        "Calibration moved 1 of 2 people rated in H1 to another block"
    )


def test_plans_are_missing_most_in_one_block():
    def plans(*rows: tuple[str, int, int, int]) -> pl.DataFrame:
        return pl.DataFrame(rows, schema=ACTION_PLANS, orient="row")

    assert findings.action_plans(plans(("1A", 2, 2, 0))) == (
        "Everybody has an action plan: 2 people rated"
    )
    assert findings.action_plans(plans(("1A", 2, 1, 1), ("2B", 4, 1, 3))) == (
        "4 of 6 people have no action plan, most in 2B: 3 of 4"
    )
    assert findings.action_plans(plans(("1A", 2, 1, 1))) == (
        "1 of 2 people has no action plan, most in 1A: 1 of 2"
    )


def test_the_reviewer_farthest_from_the_group_is_named():
    def rows(*each: tuple[str, float | None]) -> pl.DataFrame:
        return pl.DataFrame(
            [
                dict.fromkeys(RATERS)
                | {"reviewer_name": name, "performance_apart": apart, "performance_group": 2.0}
                for name, apart in each
            ],
            schema=RATERS,
        )

    assert findings.raters(rows(("Ann", None)), 5) == "None of 1 reviewer rated 5 people or more"
    assert findings.raters(rows(("Ann", 0.0)), 5).startswith("One reviewer rated everybody")
    assert findings.raters(rows(("Ann", 0.5), ("Bob", None)), 5) == (
        "Ann rates performance 0.50 above the group's mean of 2.00"
    )
    assert findings.raters(rows(("Ann", 0.5), ("Bob", -0.6)), 5) == (
        "Bob rates performance 0.60 below the group's mean of 2.00, the farthest of 2 with a mean"
    )
    assert "as the group does" in findings.raters(rows(("Ann", 0.001), ("Bob", None)), 5)


def test_levels_and_skills_say_where_most_stand_and_what_falls_short():
    def levels(*each: tuple[str | None, int | None, int, int, float | None]) -> pl.DataFrame:
        return pl.DataFrame(each, schema=LEVELS, orient="row")

    assert findings.levels(levels((None, None, 2, 0, None))) == "No level is known of 2 people"
    assert findings.levels(levels(("ic", 3, 5, 5, 9.6), ("manager", 2, 1, 1, 4.0))) == (
        "5 of 6 people stand at CSM 3, 10 months at the median"
    )
    assert findings.levels(levels(("manager", 2, 1, 0, None))) == "1 of 1 person stands at Mgr 2"

    def skills(*each: tuple[str, int, float | None]) -> pl.DataFrame:
        names = ("skill", "people", "below_share")
        return pl.DataFrame(
            [dict.fromkeys(SKILLS) | dict(zip(names, row, strict=True)) for row in each],
            schema=SKILLS,
        )

    assert findings.skills(skills(("Data", 4, None)), 5) == (
        "No skill was assessed of 5 people or more"
    )
    assert findings.skills(skills(("Data", 5, 0.0)), 5) == (
        "Nobody is below what the level expects in 1 skill"
    )
    assert findings.skills(skills(("Data", 5, 0.2), ("Words", 10, 0.4)), 5) == (
        "Words falls short most: 40% of 10 people are below what their level expects"
    )


def members(*each: tuple[str, int | None, date | None, float | None]) -> pl.DataFrame:
    names = ("review_state", "days_overdue", "due_on", "months_in_level")
    return pl.DataFrame(
        [dict.fromkeys(MEMBERS) | dict(zip(names, row, strict=True)) for row in each],
        schema=MEMBERS,
    )


def test_the_longest_overdue_review_is_said_or_the_next_one():
    day = date(2026, 12, 1)
    in_time = ("in time", None, day, 24.0)

    assert findings.reviews(members(in_time)) == (
        "No review of 1 person is overdue; the next is due on 1 Dec 2026"
    )
    assert findings.reviews(members(in_time, ("overdue", 3, day, None))) == (
        "1 of 2 people is overdue for a review, the longest for 3 days"
    )
    assert findings.reviews(members(("never reviewed", None, None, None))) == (
        "1 of 1 person is overdue for a review"
    )
    unknown = ("reviewed on an unknown day", None, None, None)
    assert findings.reviews(members(unknown)) == "No review is known to be overdue: 1 person"
    assert findings.longest(members(in_time, ("overdue", 3, day, 23.9), unknown)) == (
        "1 of 2 people has been on the same level for two years or longer"
    )
    assert findings.longest(members(unknown)).startswith("Of nobody is")
