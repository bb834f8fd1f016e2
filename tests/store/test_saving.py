"""What is saved comes back, once, in versions, and nobody is written over unseen."""

import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from dashboard.store.base import (
    EditedMeanwhileError,
    NotSavedError,
    SavedPolicy,
    SavedScenario,
    TokenReusedError,
    Withdrawal,
)
from tests.store.conftest import AT

TOKENS = (f"token {number}" for number in itertools.count())


def said(by: str = "Ana", minutes: int = 0, token: str | None = None) -> dict[str, Any]:
    return {"by": by, "at": AT + timedelta(minutes=minutes), "token": token or next(TOKENS)}


def test_a_policy_comes_back_as_it_was_saved(store):
    text = '{"level": "account", "minimum_arr": 0.10, "note": "über 10 €"}'
    saved = store.save_policy("Board", text, on_top_of=None, **said())
    assert saved == SavedPolicy("Board", 1, text, "Ana", AT, None)
    assert store.policy("Board") == saved
    assert store.policies() == (saved,)
    assert store.scenarios() == ()


def test_a_scenario_comes_back_with_its_question_and_day(store):
    saved = store.save_scenario(
        "Save Northwind",
        '{"saved": ["A1"]}',
        '{"policy": "Board"}',
        date(2026, 10, 31),
        on_top_of=None,
        **said(),
    )
    day = date(2026, 10, 31)
    assert saved == SavedScenario(
        "Save Northwind", 1, '{"saved": ["A1"]}', '{"policy": "Board"}', day, "Ana", AT, None
    )
    assert store.scenario("Save Northwind") == saved
    assert store.scenarios() == (saved,)
    assert store.policies() == ()


def test_saving_a_name_again_adds_a_version_and_keeps_the_older(store):
    store.save_policy("Board", '{"v": 1}', on_top_of=None, **said())
    second = store.save_policy("Board", '{"v": 2}', on_top_of=1, **said("Ben", 5))
    assert (second.version, second.saved_by) == (2, "Ben")
    assert store.policies() == (second,)
    assert store.policy("Board", 1).definition == '{"v": 1}'
    assert store.policy("Board", 2) == store.policy("Board") == second


def test_a_moment_is_the_same_moment_in_whatever_zone_it_was_said(store):
    at = datetime(2026, 11, 22, 1, 15, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    store.save_policy("Board", "{}", on_top_of=None, by="Ana", at=at, token="t")
    assert store.policy("Board").saved_at == at
    assert store.policy("Board").saved_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_a_mistake_of_the_program(store):
    naive = AT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        store.save_policy("Board", "{}", on_top_of=None, by="Ana", at=naive, token="t")
    assert store.policies() == ()


def test_names_are_listed_in_one_order_on_every_database(store):
    for name in ("b", "Zug", "a", "B", "ärger", "Apfel"):
        store.save_policy(name, "{}", on_top_of=None, **said())
    assert [each.name for each in store.policies()] == ["a", "Apfel", "B", "b", "Zug", "ärger"]


# ------------------------------------------------------------------ tokens


def test_the_same_write_with_the_same_token_is_made_once(store, rows_of):
    first = store.save_policy("Board", "{}", on_top_of=None, **said(token="click"))
    again = store.save_policy("Board", "{}", on_top_of=None, **said(minutes=1, token="click"))
    assert again == first
    assert len(rows_of("saved_policies")) == len(rows_of("writes")) == 1


def test_a_token_answers_with_its_own_version_after_later_ones(store):
    first = store.save_policy("Board", "{}", on_top_of=None, **said(token="click"))
    store.save_policy("Board", '{"v": 2}', on_top_of=1, **said("Ben"))
    assert store.save_policy("Board", "{}", on_top_of=None, **said(token="click")) == first
    assert store.policy("Board").version == 2


def test_a_token_that_stands_for_another_write_is_refused(store):
    store.save_policy("Board", "{}", on_top_of=None, **said(token="click"))
    for other in (
        lambda: store.save_policy("Board", '{"v": 2}', on_top_of=1, **said(token="click")),
        lambda: store.save_policy("Other", "{}", on_top_of=None, **said(token="click")),
        lambda: store.save_policy("Board", "{}", on_top_of=None, **said("Ben", token="click")),
        lambda: store.withdraw("policy", "Board", 1, **said(token="click")),
    ):
        with pytest.raises(TokenReusedError):
            other()
    assert [each.version for each in store.policies()] == [1]


def test_withdrawing_twice_with_one_token_does_not_undo_a_restore(store):
    store.save_policy("Board", "{}", on_top_of=None, **said())
    store.withdraw("policy", "Board", 1, **said(token="click"))
    store.restore("policy", "Board", 1, **said())
    store.withdraw("policy", "Board", 1, **said(token="click"))
    assert len(store.policies()) == 1


# ------------------------------------------------------------------ edited meanwhile


def test_saving_over_a_version_that_was_not_seen_says_who_and_when(store):
    store.save_policy("Board", '{"v": 1}', on_top_of=None, **said())
    store.save_policy("Board", '{"v": 2}', on_top_of=1, **said("Ben", 5))
    with pytest.raises(EditedMeanwhileError) as caught:
        store.save_policy("Board", '{"v": 3}', on_top_of=1, **said("Cleo", 10))
    error = caught.value
    assert (error.kind, error.name, error.version) == ("policy", "Board", 2)
    assert (error.action, error.by, error.at) == ("save", "Ben", AT + timedelta(minutes=5))
    assert str(error).startswith(
        "Ben saved version 2 of the policy Board on 2026-11-22 at 09:35 UTC."
    )
    assert store.policy("Board").definition == '{"v": 2}'


def test_a_name_thought_to_be_free_is_not_written_over(store):
    store.save_policy("Board", '{"v": 1}', on_top_of=None, **said())
    with pytest.raises(EditedMeanwhileError, match="Ana saved version 1"):
        store.save_policy("Board", '{"v": 2}', on_top_of=None, **said("Ben"))
    assert store.policy("Board").saved_by == "Ana"


def test_a_version_that_never_was_cannot_be_written_on(store):
    with pytest.raises(NotSavedError):
        store.save_policy("Board", "{}", on_top_of=1, **said())
    store.save_policy("Board", "{}", on_top_of=None, **said())
    for never in (2, 2**70):
        with pytest.raises(NotSavedError):
            store.save_policy("Board", "{}", on_top_of=never, **said())
    with pytest.raises(EditedMeanwhileError):
        store.save_policy("Board", "{}", on_top_of=0, **said())
    assert len(store.policies()) == 1


def test_a_policy_and_a_scenario_of_one_name_do_not_touch(store):
    store.save_policy("Board", "{}", on_top_of=None, **said())
    store.save_scenario("Board", "{}", "{}", AT.date(), on_top_of=None, **said())
    store.withdraw("scenario", "Board", 1, **said())
    assert [each.name for each in store.policies()] == ["Board"]
    assert store.scenarios() == ()


# ------------------------------------------------------------------ withdrawn and restored


def test_what_is_withdrawn_leaves_the_list_and_comes_back(store):
    saved = store.save_policy("Board", '{"v": 1}', on_top_of=None, **said())
    store.withdraw("policy", "Board", 1, **said("Ben", 5))
    withdrawn = Withdrawal("Ben", AT + timedelta(minutes=5))
    assert store.policies() == ()
    assert [each.withdrawn for each in store.policies(withdrawn=True)] == [withdrawn]
    with pytest.raises(NotSavedError, match="withdrawn by Ben on 2026-11-22"):
        store.policy("Board")
    # A number in an old export still has its rule.
    assert store.policy("Board", 1).definition == '{"v": 1}'

    store.restore("policy", "Board", 1, **said("Cleo", 9))
    assert store.policies() == (saved,)
    assert store.policies(withdrawn=True) == ()


@pytest.mark.parametrize("do", ["withdraw", "restore"])
def test_nobody_withdraws_or_restores_what_changed_meanwhile(store, do):
    store.save_policy("Board", '{"v": 1}', on_top_of=None, **said())
    if do == "restore":
        store.withdraw("policy", "Board", 1, **said())
        store.save_policy("Board", '{"v": 2}', on_top_of=None, **said("Ben", 5))
    else:
        store.save_policy("Board", '{"v": 2}', on_top_of=1, **said("Ben", 5))
    with pytest.raises(EditedMeanwhileError, match="Ben saved version 2"):
        getattr(store, do)("policy", "Board", 1, **said())
    assert [each.version for each in store.policies()] == [2]


def test_saving_over_what_was_withdrawn_meanwhile_says_so(store):
    store.save_policy("Board", "{}", on_top_of=None, **said())
    store.withdraw("policy", "Board", 1, **said("Ben", 5))
    with pytest.raises(EditedMeanwhileError, match="Ben withdrew the policy Board"):
        store.save_policy("Board", "{}", on_top_of=1, **said())
    with pytest.raises(EditedMeanwhileError, match="Ben withdrew the policy Board"):
        store.withdraw("policy", "Board", 1, **said())
    store.restore("policy", "Board", 1, **said("Cleo", 9))
    with pytest.raises(EditedMeanwhileError, match="Cleo restored the policy Board"):
        store.restore("policy", "Board", 1, **said())


def test_the_name_of_what_was_withdrawn_may_be_used_again_as_its_next_version(store):
    store.save_policy("Board", '{"v": 1}', on_top_of=None, **said())
    store.withdraw("policy", "Board", 1, **said())
    assert store.save_policy("Board", '{"v": 2}', on_top_of=None, **said("Ben")).version == 2
    assert store.policy("Board", 1).definition == '{"v": 1}'


@pytest.mark.parametrize("version", [None, 0, -1, 3, 2**31, 2**70])
def test_what_was_never_saved_is_not_there(store, version):
    with pytest.raises(NotSavedError, match=r"[Bb]oard is not saved"):
        store.policy("Board", version)
    with pytest.raises(NotSavedError):
        store.withdraw("policy", "Board", 1, **said())
    with pytest.raises(NotSavedError):
        store.restore("scenario", "Board", 1, **said())
