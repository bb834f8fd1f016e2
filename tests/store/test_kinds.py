"""Every kind is kept alike, in versions; and each has its own values."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, get_args

import pytest

from dashboard.store.base import (
    EditedMeanwhileError,
    Kind,
    NotSavedError,
    SavedAnnotation,
    SavedCalibration,
    SavedMeetingEntry,
    SavedPolicy,
    SavedProposal,
    SavedRating,
    SavedReviewCycle,
    SavedScenario,
    SavedScorecard,
    TokenReusedError,
    UnfitValueError,
    Withdrawal,
)
from dashboard.store.store import Store
from dashboard.store.values import LONGEST_NOTE
from tests.store.conftest import AT

DAY = date(2026, 10, 31)
TOKENS = (f"token {number}" for number in itertools.count())


@dataclass(frozen=True)
class OfKind:
    """How a kind is listed, and two things of it to save under one name."""

    several: str
    saved: Callable[..., Any]
    first: tuple[Any, ...]
    second: tuple[Any, ...]
    named: tuple[str, ...] = ()
    """Names of the values, where there are too many to tell them by their place."""


KINDS: dict[Kind, OfKind] = {
    "policy": OfKind("policies", SavedPolicy, ("{}",), ('{"v": 2}',)),
    "scenario": OfKind("scenarios", SavedScenario, ("{}", "{}", DAY), ('{"v": 2}', "{}", DAY)),
    "scorecard": OfKind("scorecards", SavedScorecard, ('{"weights": {}}',), ('{"v": 2}',)),
    "proposal": OfKind("proposals", SavedProposal, ("{}", DAY), ("{}", DAY + timedelta(days=7))),
    "annotation": OfKind(
        "annotations",
        SavedAnnotation,
        ("New price list", DAY, None),
        ("New price list", DAY, "A-0001"),
    ),
    "meeting_entry": OfKind(
        "meeting_entries",
        SavedMeetingEntry,
        ("M1", DAY, "action", "Call the sponsor", None, DAY, None),
        ("M1", DAY, "action", "Call the sponsor", "A-0001", DAY, DAY + timedelta(days=1)),
        ("member_id", "held_on", "entry", "text", "account_id", "due_on", "done_on"),
    ),
    "review_cycle": OfKind(
        "review_cycles",
        SavedReviewCycle,
        (DAY, DAY, DAY + timedelta(days=9), False),
        (DAY, DAY + timedelta(days=1), DAY + timedelta(days=9), True),
        ("opens_on", "rate_by_on", "closes_on", "is_refresh"),
    ),
    "rating": OfKind(
        "ratings",
        SavedRating,
        ("2026-H2", "M1", "M2", "exceeds", "high", None, "{}", DAY),
        ("2026-H2", "M1", "M2", "meets_all", "low", "Lead a review", '{"Discovery": 3}', DAY),
        (
            *("cycle", "member_id", "reviewer_id", "performance", "promotability"),
            *("action_plan", "skills", "reviewed_on"),
        ),
    ),
    "calibration": OfKind(
        "calibrations",
        SavedCalibration,
        ("2026-H2", "M1", "exceeds", "high", "As the others of the level", DAY),
        ("2026-H2", "M1", "meets_all", "high", "Not yet", DAY),
        ("cycle", "member_id", "performance", "promotability", "reason", "calibrated_on"),
    ),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def said(by: str = "Ana", minutes: int = 0, token: str | None = None) -> dict[str, Any]:
    return {"by": by, "at": AT + timedelta(minutes=minutes), "token": token or next(TOKENS)}


def save(store: Store, kind: Kind, values: tuple[Any, ...], on_top_of: int | None, **who: Any):
    named = KINDS[kind].named
    given = dict(zip(named, values, strict=True)) if named else {}
    write = getattr(store, f"save_{kind}")
    return write("Board", *(() if named else values), **given, on_top_of=on_top_of, **who)


def test_no_kind_is_left_out():
    assert set(KINDS) == set(get_args(Kind))


@every_kind
def test_what_is_saved_comes_back_with_its_older_version(store, rows_of, kind):
    of = KINDS[kind]
    first = save(store, kind, of.first, None, **said())
    second = save(store, kind, of.second, 1, **said("Ben", 5))
    assert first == of.saved("Board", 1, *of.first, "Ana", AT, None)
    assert second == of.saved("Board", 2, *of.second, "Ben", AT + timedelta(minutes=5), None)
    assert first != second
    assert getattr(store, of.several)() == (second,)
    assert getattr(store, kind)("Board") == second
    assert getattr(store, kind)("Board", 1) == first
    for other in set(KINDS) - {kind}:
        assert getattr(store, KINDS[other].several)() == ()
    assert len(rows_of(f"saved_{of.several}")) == 2


@every_kind
def test_a_click_that_is_repeated_is_made_once_and_another_with_its_token_refused(store, kind):
    of = KINDS[kind]
    saved = save(store, kind, of.first, None, **said(token="click"))
    assert save(store, kind, of.first, None, **said(minutes=1, token="click")) == saved
    with pytest.raises(TokenReusedError):
        save(store, kind, of.second, None, **said(token="click"))
    assert getattr(store, of.several)() == (saved,)


@every_kind
def test_who_comes_second_is_told_and_changes_nothing(store, kind):
    of = KINDS[kind]
    save(store, kind, of.first, None, **said())
    second = save(store, kind, of.second, 1, **said("Ben", 5))
    with pytest.raises(EditedMeanwhileError, match="Ben saved version 2") as caught:
        save(store, kind, of.first, 1, **said("Cleo", 10))
    assert (caught.value.kind, caught.value.by, caught.value.version) == (kind, "Ben", 2)
    with pytest.raises(EditedMeanwhileError):
        store.withdraw(kind, "Board", 1, **said("Cleo", 10))
    assert getattr(store, of.several)() == (second,)


@every_kind
def test_what_is_withdrawn_leaves_the_list_and_comes_back(store, kind):
    of = KINDS[kind]
    saved = save(store, kind, of.first, None, **said())
    store.withdraw(kind, "Board", 1, **said("Ben", 5))
    assert getattr(store, of.several)() == ()
    (withdrawn,) = getattr(store, of.several)(withdrawn=True)
    assert withdrawn.withdrawn == Withdrawal("Ben", AT + timedelta(minutes=5))
    with pytest.raises(NotSavedError, match="withdrawn by Ben"):
        getattr(store, kind)("Board")
    store.restore(kind, "Board", 1, **said("Cleo", 9))
    assert getattr(store, of.several)() == (saved,)


@every_kind
def test_what_was_never_saved_is_not_there(store, kind):
    with pytest.raises(NotSavedError):
        getattr(store, kind)("Board")
    with pytest.raises(NotSavedError):
        getattr(store, kind)("Board", 3)
    with pytest.raises(NotSavedError):
        save(store, kind, KINDS[kind].first, 1, **said())


# ------------------------------------------------------------------ documents and notes


@pytest.mark.parametrize("kind", ["scorecard", "proposal"])
def test_a_definition_that_is_no_json_object_is_refused(store, kind):
    of = KINDS[kind]
    for text in ("", "[1]", '{"a": NaN}', '{"a": "\ud83d"}'):
        with pytest.raises(UnfitValueError, match=f"The {kind} cannot be saved"):
            save(store, kind, (text, *of.first[1:]), None, **said())
    assert getattr(store, of.several)() == ()


def annotate(store: Store, note: str, account_id: str | None = None) -> SavedAnnotation:
    token = next(TOKENS)
    return store.save_annotation(
        token, note, DAY, account_id, on_top_of=None, by="Ana", at=AT, token=token
    )


@pytest.mark.parametrize(
    "note",
    [
        "'; drop table saved_annotations; --",
        "<img src=x onerror=alert(1)> ![x](http://x) $a$ :red[x] =1+1",
        "売上 🧮 Größe",
        "x" * LONGEST_NOTE,
        "one line\nand another\n\nand a third",
    ],
)
def test_a_note_is_only_text(store, note):
    saved = annotate(store, note)
    assert saved.note == note
    assert store.annotations() == (saved,)


def test_a_note_is_kept_without_spaces_around_it(store):
    assert (
        annotate(store, " \n Cafe\u0301\u00a0 opened \r\n here\t\n\n").note == "Café opened\nhere"
    )


@pytest.mark.parametrize(
    "note", ["", " \n\t ", "x" * (LONGEST_NOTE + 1), "a\0b", "turned \u202egnippihs", "\ud83d"]
)
def test_a_note_that_cannot_be_read_is_refused(store, note):
    with pytest.raises(UnfitValueError):
        annotate(store, note)
    assert store.annotations() == ()


@pytest.mark.parametrize("account_id", ["a 1 ", "'; --", "Cafe\u0301", "../x?y=1&z#", "0" * 254])
def test_the_id_of_an_account_is_kept_to_the_letter(store, account_id):
    annotate(store, "Sponsor left", account_id)
    assert [each.account_id for each in store.annotations()] == [account_id]


@pytest.mark.parametrize("account_id", ["", "a\0", "\ud83d", "0" * 255])
def test_an_id_that_no_database_keeps_is_refused(store, account_id):
    with pytest.raises(UnfitValueError, match="id of the account"):
        annotate(store, "Sponsor left", account_id)
    assert store.annotations() == ()


def test_a_message_about_an_annotation_does_not_show_the_name_that_was_drawn(store):
    saved = annotate(store, "Sponsor left")
    store.withdraw("annotation", saved.name, 1, **said("Ben", 5))
    for attempt in (
        lambda: store.annotation(saved.name),
        lambda: store.annotation("another"),
        lambda: store.withdraw("annotation", saved.name, 1, **said()),
        lambda: store.withdraw("annotation", saved.name, 7, **said()),
    ):
        with pytest.raises((NotSavedError, EditedMeanwhileError)) as caught:
            attempt()
        assert "annotation" in str(caught.value)
        assert saved.name not in str(caught.value)
        assert "another" not in str(caught.value)
