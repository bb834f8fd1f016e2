"""Forty people and two managers, one of them too kind: in the tables and in the store."""

import itertools
from datetime import UTC, date, datetime
from pathlib import Path

from dashboard.policy import Policy
from dashboard.store.base import SavedCalibration, SavedRating
from dashboard.store.reviews import rating_name
from dashboard.store.store import Store
from tests.conftest import build
from tests.factories import AS_OF, Row, member

AT = datetime(2026, 10, 20, 9, tzinfo=UTC)
CYCLE = "2026-H2"
SURNAMES = [f"{a}{b}son" for a, b in itertools.product("ABCDE", "aeiouyxz")]
"""Forty of them, none a part of a word of the page."""
PEOPLE = [f"p{number:02d}" for number in range(40)]
NAMES = {each: f"Robin {name}" for each, name in zip(PEOPLE, SURNAMES, strict=True)}
KIND, STRICT = "kind", "strict"
RATED_BY = {each: KIND if number < 20 else STRICT for number, each in enumerate(PEOPLE)}


def team() -> list[Row]:
    """A head of both managers, a people partner, and their people."""
    since = date(2024, 1, 1)
    return [
        member("head", name="Hanna Quist", role="executive"),
        member("partner", name="Petra Quill", role="people", manager_id="head"),
        member(KIND, name="Kim Quaid", role="cs_manager", manager_id="head", hired_on=since),
        member(STRICT, name="Stu Quarles", role="cs_manager", manager_id="head", hired_on=since),
        *(
            member(
                each, name=NAMES[each], manager_id=RATED_BY[each], hired_on=since,
                job_track="ic", job_level=1 + number % 3, level_since_on=since,
            )
            for number, each in enumerate(PEOPLE)
        ),
    ]  # fmt: skip


def judged(person: str) -> tuple[str, str]:
    """The kind manager finds that nearly all exceed, the strict one that few do."""
    number = PEOPLE.index(person) % 20
    if RATED_BY[person] == KIND:
        return ("exceeds" if number < 16 else "meets_all"), ("high" if number < 10 else "medium")
    return ("exceeds" if number < 2 else "meets_all" if number < 14 else "meets_some"), (
        "high" if number < 2 else "medium" if number < 12 else "low"
    )


def company(file: Path, **tables: list[Row]) -> Path:
    """A demo company of these people, so that a test may look through anybody's eyes."""
    build_as_demo(file, {"team_members": team()} | tables)
    return file


def build_as_demo(file: Path, tables: dict[str, list[Row]]) -> None:
    loaded = ["talent_reviews", "skill_assessments", "accounts", "subscriptions"]
    build(file, tables, policy=Policy(), as_of=AS_OF, loaded=loaded, origin="demo")


def opened(url: str, *, closes_on: date = date(2026, 12, 15)) -> Store:
    """A store with the cycle open and everybody rated in it."""
    store = Store(url)
    store.save_review_cycle(
        CYCLE, opens_on=date(2026, 10, 1), rate_by_on=date(2026, 10, 30), closes_on=closes_on,
        is_refresh=False, on_top_of=None, by="head@example.com", at=AT, token="cycle",
    )  # fmt: skip
    for each in PEOPLE:
        performance, promotability = judged(each)
        store.save_rating(
            rating_name(CYCLE, each, RATED_BY[each]), cycle=CYCLE, member_id=each,
            reviewer_id=RATED_BY[each], performance=performance, promotability=promotability,
            action_plan=None if each == "p00" else "Shadow a renewal", skills="{}",
            reviewed_on=date(2026, 10, 20), on_top_of=None, by=f"{RATED_BY[each]}@example.com",
            at=AT, token=f"rate {each}",
        )  # fmt: skip
    return store


def rated(member_id: str, reviewer_id: str = "boss", **fields: object) -> SavedRating:
    """A rating as the store gives it back."""
    given = {
        "cycle": "2026-H1", "performance": "exceeds", "promotability": "high", "action_plan": None,
        "skills": "{}", "reviewed_on": date(2026, 6, 20), "version": 1,
        "saved_by": "boss@example.com", "saved_at": AT, "withdrawn": None,
    } | fields  # fmt: skip
    name = rating_name(str(given["cycle"]), member_id, reviewer_id)
    return SavedRating(name=name, member_id=member_id, reviewer_id=reviewer_id, **given)


def moved(member_id: str, performance: str, promotability: str, **fields: object):
    """A calibration as the store gives it back."""
    given = {
        "cycle": "2026-H1", "reason": "As the others", "calibrated_on": date(2026, 6, 25),
        "version": 1, "saved_by": "head@example.com", "saved_at": AT, "withdrawn": None,
    } | fields  # fmt: skip
    return SavedCalibration(
        name=f"{given['cycle']} {member_id}", member_id=member_id, performance=performance,
        promotability=promotability, **given,
    )  # fmt: skip
