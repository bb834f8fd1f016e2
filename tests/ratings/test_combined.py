"""Loaded ratings and those of the app are one answer, by the rule that the page states."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import talent
from dashboard.ratings import combined as both
from dashboard.ratings import tables
from dashboard.vocabulary import PERFORMANCES, PROMOTABILITIES
from tests.factories import AS_OF
from tests.ratings.forty import moved, rated

LONG_AGO = date(1990, 1, 1)
NAMES = {"a": "Ana", "b": "Bo", "boss": "Bea", "other": "Otto"}


def loaded(*rows: dict[str, object]) -> pl.DataFrame:
    given = {
        "name": "Ana", "cycle": "2026-H1", "reviewer_id": "boss", "reviewer_name": "Bea",
        "performance": "meets_all", "promotability": "medium", "calibrated_performance": None,
        "calibrated_promotability": None, "action_plan": None, "reviewed_on": date(2026, 6, 10),
    }  # fmt: skip
    return pl.DataFrame([{"member_id": "a"} | given | row for row in rows], schema=talent.RATINGS)


def put_together(frame, ratings=(), calibrations=(), *, as_of=AS_OF, kept_since=LONG_AGO):
    return both.combined(
        frame, ratings, calibrations, names=NAMES, as_of=as_of, kept_since=kept_since
    )


def blocks(frame: pl.DataFrame, cycle: str = "2026-H1") -> dict[str, str]:
    return dict(both.in_cycle(frame, cycle).select("member_id", "block").iter_rows())


def test_a_rating_in_the_app_replaces_the_loaded_one_of_the_same_reviewer_with_its_calibration():
    found = put_together(loaded({"calibrated_performance": "meets_some"}), [rated("a")])

    assert found.height == 1
    assert blocks(found) == {"a": "1A"}
    assert found["rated_in"].to_list() == ["app"]


def test_of_several_reviewers_the_latest_rating_counts_from_either_source():
    early = rated("a", "other", reviewed_on=date(2026, 6, 1))
    late = rated("a", "other", reviewed_on=date(2026, 6, 30))

    assert blocks(put_together(loaded({}), [early])) == {"a": "2B"}
    assert blocks(put_together(loaded({}), [late])) == {"a": "1A"}


def test_a_calibration_in_the_app_counts_over_a_loaded_one_whoever_rated():
    frame = loaded({"calibrated_performance": "exceeds"}, {"reviewer_id": "other"})
    (row,) = both.in_cycle(
        put_together(frame, calibrations=[moved("a", "meets_some", "low")]), "2026-H1"
    ).rows(named=True)

    assert (row["block_before_calibration"], row["block"]) == ("2B", "3C")
    assert row["block_without_move"] == "2A"
    assert row["calibrated_in"] == "app"


def test_the_last_version_until_the_day_that_is_looked_at_stands():
    steps = [
        moved("a", "exceeds", "high", calibrated_on=date(2026, 6, 25)),
        moved("a", "meets_some", "low", calibrated_on=date(2026, 7, 1), version=2),
    ]
    on = {day: put_together(loaded({}), (), steps, as_of=day) for day in (
        date(2026, 6, 20), date(2026, 6, 25), date(2026, 7, 1))}  # fmt: skip

    assert [blocks(frame)["a"] for frame in on.values()] == ["2B", "1A", "3C"]


def test_what_is_older_than_ratings_are_kept_is_left_out_and_what_bears_no_day_is_shown():
    frame = loaded({}, {"member_id": "b", "reviewed_on": None})
    found = put_together(frame, [rated("c")], kept_since=date(2026, 6, 25))

    assert set(blocks(found)) == {"b"}


def test_movement_is_from_the_cycle_before_after_its_calibration():
    frame = loaded({"cycle": "2025-H2", "calibrated_promotability": "high"}, {})
    found = put_together(frame, [rated("a", cycle="2026-H2", reviewed_on=AS_OF)])

    assert both.people(found, "2026-H2")["block_last_cycle"].to_list() == ["2B"]
    assert both.people(found, "2026-H1")["block_last_cycle"].to_list() == ["1B"]
    assert both.people(found, "2025-H2")["block_last_cycle"].to_list() == [None]


def test_the_page_says_how_many_come_from_where():
    found = put_together(
        loaded({}, {"member_id": "b", "calibrated_performance": "exceeds"}),
        [rated("c")],
        [moved("a", "exceeds", "low")],
    )

    assert both.sources(found, "2026-H1") == {
        "loaded": 2, "app": 1, "calibrated loaded": 1, "calibrated app": 1
    }  # fmt: skip


cells = st.fixed_dictionaries(
    {
        "member_id": st.sampled_from("ab"),
        "cycle": st.sampled_from(["2025-H2", "2026-H1"]),
        "reviewer_id": st.sampled_from(["boss", "other"]),
        "performance": st.sampled_from(PERFORMANCES),
        "promotability": st.sampled_from(PROMOTABILITIES),
        "reviewed_on": st.none() | st.dates(date(2025, 6, 1), date(2026, 10, 31)),
    }
)
kept = st.builds(
    lambda cell: rated(
        cell.pop("member_id"), cell.pop("reviewer_id"), **cell | {
            "reviewed_on": cell["reviewed_on"] or date(2026, 1, 1)}),
    cells.map(dict),
)  # fmt: skip
KEY = ("member_id", "cycle", "reviewer_id")


@given(
    st.lists(cells, max_size=6, unique_by=lambda cell: tuple(cell[key] for key in KEY)),
    st.lists(kept, max_size=4, unique_by=lambda each: each.name),
)
def test_each_person_and_cycle_counts_once_and_nothing_is_dropped(rows, ratings):
    ratings = sorted(ratings, key=lambda each: each.name)
    found = put_together(loaded(*rows), ratings)

    wanted = {tuple(row[key] for key in KEY) for row in rows}
    wanted |= {(each.member_id, each.cycle, each.reviewer_id) for each in ratings}
    assert sorted(found.select(KEY).rows()) == sorted(wanted)
    counting = found.filter("counts").select("member_id", "cycle")
    assert sorted(counting.rows()) == sorted({row[:2] for row in wanted})


@pytest.mark.parametrize("block", [f"{row}{column}" for row in "123" for column in "ABC"])
def test_a_block_is_two_judgements_and_back(block):
    assert both.block_of(*both.judgements_of(block)) == block


def test_skills_given_in_the_app_stand_in_place_of_the_loaded_ones():
    schema = {"member_id": "a", "job_track": "ic", "job_level": 2}
    levels = pl.DataFrame(
        [
            schema
            | {"cycle": "2026-H1", "skill": "Talk", "expected_level": 3, "assessed_level": 1},
            schema
            | {"cycle": "2026-H1", "skill": "Plan", "expected_level": 2, "assessed_level": 2},
        ],
        schema=talent.SKILL_LEVELS,
    )
    team = pl.DataFrame(
        [schema | {"name": "Ana"}, schema | {"member_id": "b", "name": "Bo"}],
        schema=talent.TEAM,
    )
    own = [rated("a", skills='{"Talk": 4}'), rated("b", skills='{"Plan": 1}')]
    found = tables.with_own_skills(levels, own, team).sort("member_id", "skill")

    # Nothing was loaded of the second person: the level usually expects a 2.
    assert found.select("member_id", "skill", "expected_level", "assessed_level").rows() == [
        ("a", "Plan", 2, 2), ("a", "Talk", 3, 4), ("b", "Plan", 2, 1)
    ]  # fmt: skip


# ------------------------------------------------------------------ the warehouse's answers


def same(found: pl.DataFrame, wanted: pl.DataFrame) -> None:
    assert_frame_equal(found.sort(found.columns), wanted.select(found.columns).sort(found.columns))


@pytest.fixture(scope="module")
def without_store(demo):
    return put_together(talent.ratings(demo, EVERYTHING, Filters(AS_OF)))


def test_with_an_empty_store_every_view_says_what_the_warehouse_alone_says(demo, without_store):
    among, rules = Filters(AS_OF), Policy().talent
    team = talent.team(demo, EVERYTHING, among)
    same(tables.cycles(without_store), talent.cycles(demo, EVERYTHING, among))
    for cycle in tables.cycles(without_store)["cycle"]:
        people = both.people(without_store, cycle)
        assert people.height > 10
        same(people, talent.people(demo, EVERYTHING, among, cycle=cycle))
        same(both.nine_block(people), talent.nine_block(demo, EVERYTHING, among, cycle=cycle))
        same(tables.action_plans(people), talent.action_plans(demo, EVERYTHING, among, cycle=cycle))
        same(
            tables.raters(without_store, cycle, rules.minimum_people),
            talent.raters(demo, EVERYTHING, among, cycle=cycle),
        )
        levels = talent.skill_levels(demo, EVERYTHING, among)
        same(
            tables.skills(levels, team, cycle, rules.minimum_people),
            talent.skills(demo, EVERYTHING, among, cycle=cycle),
        )
    same(
        tables.due_reviews(team, without_store, as_of=AS_OF, within_days=rules.review_within_days),
        talent.members(demo, EVERYTHING, among),
    )
