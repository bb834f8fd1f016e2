"""Raters, levels, skills, plans and due reviews, worked out by hand."""

from datetime import date, timedelta

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import talent
from dashboard.talent_policy import TalentPolicy
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, cells, member, rating

TODAY = Filters(as_of=AS_OF)
NOBODY = Scope(all_accounts=True)
LAST_REVIEW = AS_OF - timedelta(days=183)
FIVE = [f"m{number}" for number in range(5)]


def skill(member_id: str, expected: int | None, assessed: int | None, **fields: object) -> dict:
    return {
        "member_id": member_id,
        "cycle": "2026-H1",
        "skill": "Negotiation",
        "expected_level": expected,
        "assessed_level": assessed,
    } | fields


def test_a_plan_that_is_missing_is_counted_in_its_block(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1"), member("m2"), member("m3")],
        talent_reviews=[
            rating("m1", "exceeds", "high", action_plan="Promote"),
            rating("m2", "meets_all", "high", calibrated_performance="exceeds"),
            rating("m3", "meets_some", "low"),
        ],
    )

    plans = talent.action_plans(warehouse, EVERYTHING, TODAY)

    assert plans.rows() == [("1A", 2, 1, 1), ("3C", 1, 0, 1)]
    assert talent.action_plans(warehouse, Scope(talent_ids=("m3",)), TODAY).rows() == [
        ("3C", 1, 0, 1)
    ]
    assert talent.action_plans(warehouse, NOBODY, TODAY).is_empty()


@pytest.fixture
def rated(warehouse_of):
    """Ann rates five, all exceeding; Bob four, of whom one twice in two cycles."""
    return warehouse_of(
        team_members=[*map(member, [*FIVE, "n1", "n2", "n3", "n4", "ann", "bob"])],
        talent_reviews=[
            *(
                rating(
                    *(each, "exceeds", "medium"),
                    reviewer_id="ann",
                    calibrated_performance="meets_some",
                )
                for each in FIVE
            ),
            rating("n1", "meets_some", "low", reviewer_id="bob"),
            rating("n2", "meets_some", "high", reviewer_id="bob", reviewed_on=None),
            rating("n3", "meets_all", "high", reviewer_id="bob"),
            rating("n4", "meets_all", "high", reviewer_id="bob"),
            rating("n1", "exceeds", "high", reviewer_id="bob", cycle="2025-H2"),
            rating("ann", "exceeds", "high", reviewer_id="bob", reviewed_on=date(2026, 11, 1)),
        ],
    )


def test_a_reviewer_is_compared_with_everybody_before_calibration(rated):
    raters = talent.raters(rated, EVERYTHING, TODAY)

    group, promotable = (5 * 3 + 1 + 1 + 2 + 2) / 9, (5 * 2 + 1 + 3 + 3 + 3) / 9
    assert cells(raters, "reviewer_id", "reviewer_name", "cycle", "people", "is_suppressed") == [
        ("ann", "ANN", "2026-H1", 5, False),
        ("bob", "BOB", "2026-H1", 4, True),
    ]
    ann, bob = raters.select("^(performance|promotability)_.*$").rows()
    assert ann == pytest.approx((3, group, 3 - group, 2, promotable, 2 - promotable))
    assert bob == pytest.approx((None, group, None, None, promotable, None))


def test_raters_are_those_of_the_people_in_line_and_of_few_nothing_is_told(rated):
    below_bob = Scope(talent_ids=("n1", "n2", "n3", "n4", *FIVE[:1]))

    raters = talent.raters(rated, below_bob, TODAY)

    assert cells(raters, "reviewer_id", "people", "performance_mean", "performance_group") == [
        ("bob", 4, None, pytest.approx((1 + 1 + 2 + 2 + 3) / 5)),
        ("ann", 1, None, pytest.approx((1 + 1 + 2 + 2 + 3) / 5)),
    ]
    four = talent.raters(rated, Scope(talent_ids=("n1", "n2", "n3", "n4")), TODAY)
    assert cells(four, "people", "performance_mean", "performance_group") == [(4, None, None)]
    assert talent.raters(rated, NOBODY, TODAY).is_empty()
    named = talent.raters(rated, EVERYTHING, TODAY, cycle="2025-H2")
    assert cells(named, "reviewer_id", "cycle", "people") == [("bob", "2025-H2", 1)]


def test_the_least_number_of_people_can_be_raised(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(talent=TalentPolicy(minimum_people=6)),
        team_members=[*map(member, FIVE)],
        talent_reviews=[rating(each, "exceeds", "low") for each in FIVE],
        skill_assessments=[skill(each, 2, 1) for each in FIVE],
    )

    assert talent.raters(warehouse, EVERYTHING, TODAY)["is_suppressed"].to_list() == [True]
    assert talent.skills(warehouse, EVERYTHING, TODAY)["is_suppressed"].to_list() == [True]


def test_people_stand_on_their_levels_since_a_day(warehouse_of):
    def on(member_id: str, track: str | None, level: int | None, **fields: object) -> dict:
        return member(member_id, job_track=track, job_level=level, **fields)

    warehouse = warehouse_of(
        team_members=[
            on("1", "ic", 3, level_since_on=AS_OF - timedelta(days=100)),
            on("2", "ic", 3, level_since_on=AS_OF - timedelta(days=200)),
            on("3", "ic", 3),
            on("boss", "manager", 2, role="cs_manager", level_since_on=AS_OF),
            on("new level", "ic", 5, level_since_on=AS_OF + timedelta(days=1)),
            on("no level", None, None),
            on("gone", "ic", 3, left_on=AS_OF),
            on("leaves", "ic", 1, left_on=AS_OF + timedelta(days=1), hired_on=AS_OF),
            on("comes", "ic", 1, hired_on=AS_OF + timedelta(days=1)),
            on("chief", "manager", 8, role="executive"),
        ],
        talent_reviews=[rating("1", "exceeds", "high")],
    )

    levels = talent.levels(warehouse, EVERYTHING, TODAY)

    assert levels.rows() == [
        ("ic", 1, 1, 0, None),
        ("ic", 3, 3, 2, pytest.approx(150 / 30.4375)),
        ("manager", 2, 1, 1, 0.0),
        (None, None, 2, 0, None),
    ]
    below_boss = Scope(talent_ids=("1", "2", "gone"))
    assert cells(talent.levels(warehouse, below_boss, TODAY), "job_level", "people") == [(3, 2)]
    assert talent.levels(warehouse, NOBODY, TODAY).is_empty()
    months = talent.members(warehouse, below_boss, TODAY).sort("member_id")
    assert cells(months, "member_id", "months_in_level") == [
        ("1", pytest.approx(100 / 30.4375)),
        ("2", pytest.approx(200 / 30.4375)),
    ]


def test_skills_are_assessed_against_what_is_expected(warehouse_of):
    warehouse = warehouse_of(
        team_members=[
            *map(member, [*FIVE, "unfinished", "missed"]),
            member("gone", left_on=date(2026, 7, 1)),
        ],
        talent_reviews=[
            rating(FIVE[0], "exceeds", "high"),
            rating(FIVE[0], "exceeds", "high", cycle="2026-H2", reviewed_on=date(2026, 12, 1)),
        ],
        skill_assessments=[
            *(skill(each, 3, seen) for each, seen in zip(FIVE, (1, 2, 3, 3, 5), strict=True)),
            *(skill(each, 3, 1, skill="Data") for each in FIVE[:4]),
            skill("unfinished", 3, None),
            skill("gone", 3, 0),
            skill(FIVE[0], 3, 0, cycle="2026-H2"),
            skill(FIVE[0], 4, 4, cycle="2025-H2", skill="Old"),
        ],
    )

    skills = talent.skills(warehouse, EVERYTHING, TODAY)

    assert skills.rows() == [
        ("Data", "2026-H1", 4, None, None, True, 0, 1, 0),
        ("Negotiation", "2026-H1", 5, pytest.approx(-0.2), pytest.approx(0.4), False, 1, 1, 1),
    ]
    before = Filters(as_of=date(2026, 6, 30))
    then = talent.skills(warehouse, EVERYTHING, before).filter(skill="Negotiation")
    assert cells(then, "people", "below_share", "people_gone") == [(6, 0.5, 0)]
    few = talent.skills(warehouse, Scope(talent_ids=tuple(FIVE[:2])), TODAY)
    assert cells(few, "skill", "people", "mean_gap", "people_missing") == [
        ("Data", 2, None, 0),
        ("Negotiation", 2, None, 0),
    ]
    assert talent.skills(warehouse, NOBODY, TODAY).is_empty()
    for begins_later in ("2026-H2", "2025-H2"):
        assert talent.skills(warehouse, EVERYTHING, TODAY, cycle=begins_later).is_empty()


def test_a_review_is_overdue_after_the_days_of_the_policy(warehouse_of):
    warehouse = warehouse_of(
        team_members=[
            *map(member, ["today", "late", "undated"]),
            member("boss", name="Boss", role="cs_manager", hired_on=LAST_REVIEW),
            member("never"),
            member("long", hired_on=LAST_REVIEW - timedelta(days=10), manager_id="boss"),
            member("gone", left_on=AS_OF),
            member("money", role="finance"),
        ],
        talent_reviews=[
            rating("today", "exceeds", "high", reviewed_on=LAST_REVIEW),
            rating("late", "exceeds", "high", reviewed_on=LAST_REVIEW - timedelta(days=1)),
            rating("late", "exceeds", "high", cycle="2025-H1", reviewed_on=date(2025, 6, 1)),
            rating("late", "exceeds", "low", cycle="2026-H2", reviewed_on=date(2026, 11, 1)),
            rating("undated", "exceeds", "high", reviewed_on=None),
        ],
    )

    members = talent.members(warehouse, EVERYTHING, TODAY)

    yesterday, before = AS_OF - timedelta(days=1), LAST_REVIEW - timedelta(days=1)
    names = ("member_id", "last_reviewed_on", "due_on", "days_overdue", "review_state")
    assert cells(members, *names) == [
        ("never", None, None, None, "never reviewed"),
        ("undated", None, None, None, "reviewed on an unknown day"),
        ("long", None, AS_OF - timedelta(days=10), 10, "never reviewed"),
        ("late", before, yesterday, 1, "overdue"),
        ("boss", None, AS_OF, None, "hired lately"),
        ("today", LAST_REVIEW, AS_OF, None, "in time"),
    ]
    below_boss = talent.members(warehouse, Scope(talent_ids=("long",)), TODAY)
    assert cells(below_boss, "member_id", "manager_name") == [("long", "Boss")]
    assert talent.members(warehouse, NOBODY, TODAY).is_empty()


def test_the_days_after_which_a_review_is_due_are_a_setting(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(talent=TalentPolicy(review_within_days=90)),
        team_members=[member()],
        talent_reviews=[rating("m1", "exceeds", "high", reviewed_on=AS_OF - timedelta(days=91))],
    )

    assert talent.members(warehouse, EVERYTHING, TODAY)["days_overdue"].to_list() == [1]


def test_the_questions_say_which_table_is_missing(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member()], talent_reviews=[rating("m1", "exceeds", "high")]
    )
    with pytest.raises(MissingTableError, match="skill_assessments, which is not loaded"):
        talent.skills(warehouse, EVERYTHING, TODAY)
    without_ratings = warehouse_of(team_members=[member()])
    for question in (talent.raters, talent.action_plans, talent.members):
        with pytest.raises(MissingTableError, match="talent_reviews, which is not loaded"):
            question(without_ratings, EVERYTHING, TODAY)
