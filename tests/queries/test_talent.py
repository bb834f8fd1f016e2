from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import talent
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, cells, member, rating

TODAY = Filters(as_of=AS_OF)
BLOCKS = {
    ("exceeds", "high"): "1A",
    ("meets_all", "high"): "1B",
    ("meets_some", "high"): "1C",
    ("exceeds", "medium"): "2A",
    ("meets_all", "medium"): "2B",
    ("meets_some", "medium"): "2C",
    ("exceeds", "low"): "3A",
    ("meets_all", "low"): "3B",
    ("meets_some", "low"): "3C",
}


def test_a_block_is_numbered_by_promotability_and_lettered_by_performance(warehouse_of):
    warehouse = warehouse_of(
        team_members=[*(member(block) for block in BLOCKS.values()), member("second 2B")],
        talent_reviews=[
            *(rating(block, *rated) for rated, block in BLOCKS.items()),
            rating("second 2B", "meets_all", "medium"),
        ],
    )

    blocks = talent.nine_block(warehouse, EVERYTHING, TODAY)

    expected = [
        (performance, promotability, block, 2 if block == "2B" else 1)
        for (performance, promotability), block in BLOCKS.items()
    ]
    assert_frame_equal(blocks, pl.DataFrame(expected, talent.NINE_BLOCK, orient="row"))


def test_people_come_with_their_block_before_calibration_and_last_cycle(warehouse_of):
    warehouse = warehouse_of(
        team_members=[
            member("m1", name="Ada", job_track="ic", job_level=3),
            member("m2", name="Bo"),
            member("boss", name="Cleo"),
        ],
        talent_reviews=[
            rating("m1", "exceeds", "low", cycle="2025-H1"),
            rating(
                *("m1", "meets_all", "low"),
                cycle="2025-H2",
                calibrated_promotability="medium",
            ),
            rating(
                *("m1", "meets_all", "medium"),
                calibrated_performance="exceeds",
                calibrated_promotability="high",
                action_plan="Promote",
            ),
            rating("m2", "meets_some", "low", reviewer_id="gone", reviewed_on=None),
        ],
    )

    people = talent.people(warehouse, EVERYTHING, TODAY)

    expected = [
        (
            *("m1", "Ada", "ic", 3, "Cleo", "2026-H1", "exceeds", "high"),
            *("1A", "2B", "2B", True, date(2026, 6, 10)),
        ),
        (
            *("m2", "Bo", None, None, None, "2026-H1", "meets_some", "low"),
            *("3C", "3C", None, False, None),
        ),
    ]
    assert_frame_equal(people, pl.DataFrame(expected, talent.PEOPLE, orient="row"))
    assert talent.nine_block(warehouse, EVERYTHING, TODAY)["block"].to_list() == ["1A", "3C"]


def test_the_latest_rating_of_several_reviewers_counts(warehouse_of):
    first, last = date(2026, 6, 1), date(2026, 6, 20)
    warehouse = warehouse_of(
        team_members=[member("m1"), member("m2"), member("ann"), member("bob")],
        talent_reviews=[
            rating("m1", "exceeds", "high", reviewer_id="ann", reviewed_on=first),
            rating("m1", "meets_some", "low", reviewer_id="bob", reviewed_on=last),
            rating("m2", "exceeds", "high", reviewer_id="bob", reviewed_on=None),
            rating("m2", "meets_all", "high", reviewer_id="ann", reviewed_on=first),
            rating("m2", "meets_some", "high", cycle="2025-H2", reviewer_id="bob"),
            rating("m2", "exceeds", "low", cycle="2025-H2", reviewer_id="ann"),
        ],
    )

    people = talent.people(warehouse, EVERYTHING, TODAY)

    assert cells(people, "member_id", "reviewer_name", "block", "block_last_cycle") == [
        ("m2", "ANN", "1B", "3A"),
        ("m1", "BOB", "3C", None),
    ]


def test_the_cycle_is_the_latest_begun_by_the_as_of_date_unless_one_is_named(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1"), member("m2")],
        talent_reviews=[
            rating("m1", "meets_all", "low", cycle="2025-H2", reviewed_on=date(2025, 12, 10)),
            rating("m1", "meets_all", "high", reviewed_on=date(2026, 6, 10)),
            rating("m2", "exceeds", "high", reviewed_on=date(2026, 6, 20)),
        ],
    )

    def rated(as_of: date, cycle: str | None = None) -> list:
        people = talent.people(warehouse, EVERYTHING, Filters(as_of=as_of), cycle=cycle)
        blocks = talent.nine_block(warehouse, EVERYTHING, Filters(as_of=as_of), cycle=cycle)
        assert sorted(blocks["block"]) == people["block"].to_list()
        return cells(people, "member_id", "cycle", "block")

    assert rated(AS_OF) == [("m2", "2026-H1", "1A"), ("m1", "2026-H1", "1B")]
    assert rated(date(2026, 6, 10)) == [("m1", "2026-H1", "1B")]
    assert rated(date(2026, 6, 9)) == [("m1", "2025-H2", "3B")]
    assert rated(AS_OF, "2025-H2") == [("m1", "2025-H2", "3B")]
    assert rated(AS_OF, "2024-H2") == []
    assert rated(date(2025, 12, 9)) == []


def test_ratings_are_those_of_the_viewers_own_reporting_line(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1"), member("m2"), member("boss")],
        talent_reviews=[
            rating("m1", "exceeds", "high"),
            rating("m2", "meets_all", "low"),
            rating("boss", "meets_all", "medium"),
            rating("boss", "meets_all", "medium", cycle="2026-H2", reviewed_on=None),
        ],
    )
    scope = Scope(talent_ids=("m1", "m2"), all_accounts=True)
    named = {"cycle": "2026-H1"}

    assert talent.people(warehouse, scope, TODAY, **named)["member_id"].to_list() == ["m1", "m2"]
    assert talent.nine_block(warehouse, scope, TODAY, **named)["people"].sum() == 2
    assert cells(talent.cycles(warehouse, scope, TODAY), "cycle", "people") == [("2026-H1", 2)]
    nobody = Scope(all_accounts=True)
    for question in (talent.people, talent.nine_block, talent.cycles):
        assert question(warehouse, nobody, TODAY).is_empty()


def test_cycles_count_people_once_the_latest_cycle_first(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1"), member("m2")],
        talent_reviews=[
            rating("m1", "exceeds", "high", cycle="2025-H2", reviewed_on=None),
            rating("m1", "exceeds", "high", reviewed_on=date(2026, 6, 1)),
            rating("m1", "exceeds", "high", reviewer_id="x", reviewed_on=date(2026, 6, 2)),
            rating("m2", "exceeds", "high", reviewed_on=date(2026, 6, 3)),
            rating("m2", "exceeds", "high", cycle="2026-H2", reviewed_on=date(2026, 11, 1)),
        ],
    )

    cycles = talent.cycles(warehouse, EVERYTHING, TODAY)

    expected = [("2026-H1", 2, date(2026, 6, 3)), ("2025-H2", 1, None)]
    assert_frame_equal(cycles, pl.DataFrame(expected, talent.CYCLES, orient="row"))


def test_talent_says_which_table_is_missing(warehouse_of):
    without_ratings = warehouse_of(team_members=[member()])
    for question in (talent.nine_block, talent.people, talent.cycles):
        with pytest.raises(MissingTableError, match="talent_reviews, which is not loaded"):
            question(without_ratings, EVERYTHING, TODAY)
