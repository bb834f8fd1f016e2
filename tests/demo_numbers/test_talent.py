"""Raters, levels, skills and due reviews of the demo, worked out a second time with loops."""

from collections import defaultdict
from datetime import date, timedelta
from statistics import mean, median

import duckdb
import pytest

from dashboard.access import EVERYTHING, Scope, reports
from dashboard.filters import Filters
from dashboard.metrics import team_reviews as metrics
from dashboard.queries import talent
from tests.factories import AS_OF, cells

STEPS = {"meets_some": 1, "meets_all": 2, "exceeds": 3, "low": 1, "medium": 2, "high": 3}
DAYS = [AS_OF, date(2026, 2, 18), date(2026, 6, 15)]
MANAGER = "M00004"


@pytest.fixture(scope="module")
def tables(demo_file) -> dict[str, list[dict]]:
    found = {}
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        for table in ("team_members", "talent_reviews", "skill_assessments"):
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


@pytest.fixture(params=["everybody", "a manager"])
def seen(request, tables) -> tuple[Scope, set[str]]:
    """A scope, and the ids of whom it may see, from the reporting line."""
    managers = {row["member_id"]: row["manager_id"] for row in tables["team_members"]}
    if request.param == "everybody":
        return EVERYTHING, set(managers)
    below = {MANAGER}
    for _ in managers:
        below |= {each for each, manager in managers.items() if manager in below}
    assert len(below) > 8
    return Scope(talent_ids=reports(MANAGER, managers)), below - {MANAGER}


def at_work(tables, ids, as_of) -> dict[str, dict]:
    return {
        row["member_id"]: row
        for row in tables["team_members"]
        if row["member_id"] in ids
        and row["role"] in {"csm", "cs_manager"}
        and not (row["hired_on"] and row["hired_on"] > as_of)
        and not (row["left_on"] and row["left_on"] <= as_of)
    }


def cycle_on(tables, as_of) -> str:
    return max(row["cycle"] for row in tables["talent_reviews"] if row["reviewed_on"] <= as_of)


@pytest.mark.parametrize("as_of", DAYS)
def test_raters(demo, tables, seen, as_of):
    scope, ids = seen
    cycle = cycle_on(tables, as_of)
    given: dict[str, list] = defaultdict(list)
    for row in tables["talent_reviews"]:
        if row["cycle"] == cycle and row["reviewed_on"] <= as_of and row["member_id"] in ids:
            given[row["reviewer_id"]].append(
                (STEPS[row["performance"]], STEPS[row["promotability"]])
            )
    everybody = [pair for pairs in given.values() for pair in pairs]

    raters = talent.raters(demo, scope, Filters(as_of=as_of))

    groups = [mean(each) if len(everybody) >= 5 else None for each in zip(*everybody, strict=True)]
    expected = {}
    for reviewer, pairs in given.items():
        own = [mean(each) if len(pairs) >= 5 else None for each in zip(*pairs, strict=True)]
        apart = [
            None if None in {one, whole} else one - whole
            for one, whole in zip(own, groups, strict=True)
        ]
        means = [value for three in zip(own, groups, apart, strict=True) for value in three]
        expected[reviewer] = pytest.approx((len(pairs), *means))
    names = [f"{what}_{which}" for what in ("performance", "promotability")
             for which in ("mean", "group", "apart")]  # fmt: skip
    found = {row[0]: row[1:] for row in cells(raters, "reviewer_id", "people", *names)}
    assert found == expected
    assert metrics.reviewers(raters) == len(given)
    assert metrics.performance(raters) == pytest.approx(groups[0])
    assert metrics.promotability(raters) == pytest.approx(groups[1])
    few = [each for each in given.values() if len(each) < 5]
    assert metrics.suppressed_reviewers(raters) == len(few)


@pytest.mark.parametrize("as_of", DAYS)
def test_levels(demo, tables, seen, as_of):
    scope, ids = seen
    days: dict[tuple, list[int | None]] = defaultdict(list)
    for row in at_work(tables, ids, as_of).values():
        since = row["level_since_on"]
        known = since is not None and since <= as_of
        place = (row["job_track"], row["job_level"]) if known else (None, None)
        days[place].append((as_of - since).days if known else None)

    levels = talent.levels(demo, scope, Filters(as_of=as_of))

    assert {row[:2]: row[2:] for row in levels.rows()} == {
        place: (
            len(each),
            sum(one is not None for one in each),
            pytest.approx(median(each) / 30.4375) if None not in each else None,
        )
        for place, each in days.items()
    }
    assert metrics.people(levels) == sum(map(len, days.values()))
    for metric, track in ((metrics.contributors, "ic"), (metrics.managers, "manager")):
        assert metric(levels) == sum(len(each) for (one, _), each in days.items() if one == track)
    members = talent.members(demo, scope, Filters(as_of=as_of))
    assert {tuple(key): len(rows) for key, rows in members.group_by("job_track", "job_level")} == {
        place: len(each) for place, each in days.items()
    }


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("cycle", [None, "2025-H1"])
def test_skills(demo, tables, seen, as_of, cycle):
    scope, ids = seen
    active = at_work(tables, ids, as_of)
    gaps: dict[str, list[int]] = defaultdict(list)
    gone: dict[str, int] = defaultdict(int)
    reached = set()
    for row in tables["skill_assessments"]:
        if row["cycle"] != (cycle or cycle_on(tables, as_of)) or row["member_id"] not in ids:
            continue
        if row["member_id"] in active:
            gaps[row["skill"]].append(row["assessed_level"] - row["expected_level"])
            reached.add(row["member_id"])
        else:
            gone[row["skill"]] += 1

    skills = talent.skills(demo, scope, Filters(as_of=as_of), cycle=cycle)

    names = ("skill", "people", "mean_gap", "below_share", "people_missing", "people_gone")
    assert all(len(each) >= 5 for each in gaps.values())
    assert cells(skills, *names) == [
        (
            name,
            len(each),
            pytest.approx(mean(each)),
            pytest.approx(sum(gap < 0 for gap in each) / len(each)),
            len(active) - len(reached),
            gone[name],
        )
        for name, each in sorted(gaps.items())
    ]
    assert metrics.not_assessed(skills) == len(active) - len(reached)


@pytest.mark.parametrize("as_of", [*DAYS, date(2026, 12, 31)])
def test_due_reviews(demo, tables, seen, as_of):
    scope, ids = seen
    states: dict[str, int] = defaultdict(int)
    late = {}
    for member_id, row in at_work(tables, ids, as_of).items():
        days = [
            each["reviewed_on"]
            for each in tables["talent_reviews"]
            if each["member_id"] == member_id and each["reviewed_on"] <= as_of
        ]
        due = (max(days) if days else row["hired_on"]) + timedelta(days=183)
        kinds = ("in time", "overdue") if days else ("hired lately", "never reviewed")
        states[kinds[due < as_of]] += 1
        if due < as_of:
            late[member_id] = (as_of - due).days

    members = talent.members(demo, scope, Filters(as_of=as_of))

    rows = members.drop_nulls("days_overdue")
    assert dict(cells(rows, "member_id", "days_overdue")) == late
    assert metrics.overdue(members) == len(late)
    assert metrics.never_reviewed(members) == states["never reviewed"]
    judged = states["in time"] + states["overdue"] + states["never reviewed"]
    assert metrics.in_time(members) == pytest.approx(states["in time"] / judged)
    assert bool(late) == (as_of in {date(2026, 6, 15), date(2026, 12, 31)})


@pytest.mark.parametrize("as_of", DAYS)
def test_action_plans(demo, tables, as_of):
    cycle = cycle_on(tables, as_of)
    given = [
        row
        for row in tables["talent_reviews"]
        if row["cycle"] == cycle and row["reviewed_on"] <= as_of
    ]
    without = sum(row["action_plan"] is None for row in given)

    plans = talent.action_plans(demo, EVERYTHING, Filters(as_of=as_of))

    assert plans["people"].sum() == len(given)
    assert plans["without_plan"].sum() == without
    people = talent.people(demo, EVERYTHING, Filters(as_of=as_of))
    assert {row[0]: row[1:] for row in plans.rows()} == {
        block: (len(rows), rows["has_action_plan"].sum(), (~rows["has_action_plan"]).sum())
        for (block,), rows in people.group_by("block")
    }
