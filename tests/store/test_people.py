"""One-on-ones and reviews: what cannot be kept, what is held on a person, and taking it out."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.store.base import UnfitValueError
from dashboard.store.personal import ABOUT_PEOPLE
from dashboard.store.reviews import calibration_name, rating_name
from dashboard.store.store import Store
from dashboard.store.tables import SAVED
from tests.store.conftest import AT

DAY = date(2026, 10, 31)
TOKENS = (f"write {number}" for number in itertools.count())


def said(by: str = "Ana") -> dict[str, Any]:
    return {"by": by, "at": AT, "token": next(TOKENS)}


def entry(store: Store, member_id: str = "M1", **values: Any):
    given = {
        "held_on": DAY,
        "entry": "action",
        "text": "Call the sponsor",
        "account_id": None,
        "due_on": None,
        "done_on": None,
    } | values
    return store.save_meeting_entry(
        next(TOKENS), member_id=member_id, **given, on_top_of=None, **said()
    )


def rate(store: Store, member_id: str, reviewer_id: str, on: date = DAY, **values: Any):
    given = {
        "performance": "exceeds",
        "promotability": "high",
        "action_plan": None,
        "skills": "{}",
    } | values
    return store.save_rating(
        rating_name("2026-H2", member_id, reviewer_id),
        cycle="2026-H2",
        member_id=member_id,
        reviewer_id=reviewer_id,
        **given,
        reviewed_on=on,
        on_top_of=None,
        **said(),
    )


def calibrate(
    store: Store, member_id: str, reason: str, on_top_of: int | None = None, on: date = DAY
):
    return store.save_calibration(
        calibration_name("2026-H2", member_id),
        cycle="2026-H2",
        member_id=member_id,
        performance="meets_all",
        promotability="high",
        reason=reason,
        calibrated_on=on,
        on_top_of=on_top_of,
        **said(),
    )


def test_names_are_drawn_from_what_they_stand_for():
    assert rating_name("2026-H2", "M1", "M2") == rating_name("2026-H2", "M1", "M2")
    names = {
        rating_name("2026-H2", "M1", "M2"),
        rating_name("2026-H2", "M2", "M1"),
        rating_name("2026-H2M1", "", "M2"),
        calibration_name("2026-H2", "M1"),
        calibration_name("2026-H1", "M1"),
    }
    assert len(names) == 5


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"entry": "wish"}, "note, decision, action"),
        ({"text": " \n "}, "An action is needed"),
        ({"text": "x" * 4_001}, "at most 4,000"),
        ({"entry": "note", "due_on": DAY}, "A note is not due"),
        ({"entry": "decision", "done_on": DAY}, "A decision is not due"),
        ({"account_id": ""}, "account"),
    ],
)
def test_a_line_that_says_nothing_is_refused(store, values, why):
    with pytest.raises(UnfitValueError, match=why):
        entry(store, **values)
    assert store.meeting_entries() == ()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"performance": "great"}, "meets_some, meets_all, exceeds"),
        ({"promotability": "now"}, "low, medium, high"),
        ({"action_plan": ""}, "A plan is needed"),
        ({"skills": "[]"}, "assessment of skills"),
    ],
)
def test_a_rating_of_unknown_words_is_refused(store, values, why):
    with pytest.raises(UnfitValueError, match=why):
        rate(store, "M1", "M2", **values)
    assert store.ratings() == ()


def test_nobody_rates_themselves_and_nobody_is_moved_without_a_reason(store):
    with pytest.raises(UnfitValueError, match="Nobody rates themselves"):
        rate(store, "M1", "M1")
    with pytest.raises(UnfitValueError, match="A reason is needed"):
        calibrate(store, "M1", " ")


def test_a_cycle_whose_days_are_not_in_order_is_refused(store):
    with pytest.raises(UnfitValueError, match="opens before"):
        store.save_review_cycle(
            "2026-H2",
            opens_on=DAY,
            rate_by_on=DAY - timedelta(days=1),
            closes_on=DAY,
            is_refresh=False,
            on_top_of=None,
            **said(),
        )


def test_every_move_of_a_calibration_is_kept_with_its_reason(store):
    calibrate(store, "M1", "As the others")
    calibrate(store, "M1", "Back", on_top_of=1)
    name = calibration_name("2026-H2", "M1")
    assert [each.reason for each in store.calibration_versions(name)] == ["As the others", "Back"]
    assert store.calibration_versions(calibration_name("2026-H2", "M2")) == ()


def test_every_kind_about_a_person_is_told_and_erased():
    about = {kind for kind, table in SAVED.items() if "member_id" in table.columns}
    assert about == set(ABOUT_PEOPLE)


def test_what_is_held_on_a_person_is_told_whole_and_erased_for_good(store, rows_of):
    entry(store, "M1")
    old = entry(store, "M1", text="Taken back")
    store.withdraw("meeting_entry", old.name, 1, **said())
    rate(store, "M1", "M2")
    rate(store, "M3", "M1")
    calibrate(store, "M1", "As the others")
    calibrate(store, "M1", "Back", on_top_of=1)
    entry(store, "M3")

    held = store.held_on("M1")
    assert [each.kind for each in held].count("meeting_entry") == 2
    assert [each.kind for each in held].count("rating") == 2  # one of them given, not received
    assert [each.kind for each in held].count("calibration") == 2
    assert held[0].values["text"] == "Call the sponsor"

    assert store.erase("M1") == {"meeting_entry": 2, "rating": 1, "calibration": 2}
    assert [each.values["member_id"] for each in store.held_on("M1")] == ["M3"]
    for kind in ABOUT_PEOPLE:
        assert "M1" not in {row.member_id for row in rows_of(SAVED[kind].name)}
    assert [each.member_id for each in store.meeting_entries()] == ["M3"]
    assert store.erase("M1") == dict.fromkeys(ABOUT_PEOPLE, 0)


def test_talent_data_that_are_too_old_are_taken_out(store):
    rate(store, "M1", "M2", on=DAY - timedelta(days=1))
    rate(store, "M3", "M2", on=DAY)
    calibrate(store, "M1", "Old", on=DAY - timedelta(days=1))
    entry(store, "M1", held_on=DAY - timedelta(days=9))
    assert store.expire_talent(DAY) == {"rating": 1, "calibration": 1}
    assert [each.member_id for each in store.ratings()] == ["M3"]
    assert store.calibrations() == ()
    assert len(store.meeting_entries()) == 1


def test_the_database_itself_keeps_out_what_is_no_rating(store, url):
    rate(store, "M1", "M2")
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.text("update saved_ratings set performance = 'great'"))
