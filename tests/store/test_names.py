"""Hostile names and documents: kept whole or refused, never half and never run."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.store.base import NotSavedError, UnfitValueError
from dashboard.store.store import Store
from dashboard.store.values import LONGEST_NAME
from tests.store.conftest import AT

SAID: dict[str, Any] = {"on_top_of": None, "at": AT}
TOKENS = itertools.count()

KEPT = [
    "'; drop table saved_policies; --",
    'Robert"); delete from writes; --',
    "%s %(name)s :name ? {name} $1",
    "50 % off_the\\table",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "Größe, 売上, λ, Ж",
    "🧮 round",
    "null",
    "0",
    "x" * LONGEST_NAME,
]


@pytest.mark.parametrize("name", KEPT)
def test_a_strange_name_is_only_a_name(store, name):
    store.save_policy("Board", "{}", by="Ana", token="first", **SAID)
    saved = store.save_policy(name, "{}", by=name, token=name, **SAID)
    assert (saved.name, saved.saved_by, saved.version) == (name, name, 1)
    assert store.policy(name) == saved
    store.withdraw("policy", name, 1, by=name, at=AT, token="last")
    assert [each.name for each in store.policies()] == ["Board"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " \t\n\u3000",
        "x" * (LONGEST_NAME + 1),
        "nothing\0after",
        "a\u200bb",
        "turned \u202egnippihs",
        "\ufeffBoard",
        "bell\x07",
        "half \ud83d pair",
        "private \ue000",
    ],
)
def test_a_name_that_cannot_be_read_is_refused(store, name):
    with pytest.raises(UnfitValueError):
        store.save_policy(name, "{}", by="Ana", token="t", **SAID)
    with pytest.raises(UnfitValueError):
        store.save_policy("Board", "{}", by="Ana", token=name * 3, **SAID)
    assert store.policies() == ()


def test_two_spellings_that_look_alike_are_one_name(store):
    store.save_policy("  Café\u00a0 Board\n", "{}", by="Ana", token="t", **SAID)
    assert [each.name for each in store.policies()] == ["Café Board"]
    assert store.policy("Cafe\u0301 Board").version == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        "null",
        '"text"',
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": 1',
        '{"a": "\0"}',
        '{"a": "\ud83d"}',
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"a": "' + "x" * 1_000_000 + '"}',
    ],
    ids=lambda text: ascii(text[:15]),
)
def test_what_is_no_json_object_is_refused(store, text):
    with pytest.raises(UnfitValueError):
        store.save_policy("Board", text, by="Ana", token="t", **SAID)
    with pytest.raises(UnfitValueError):
        store.save_scenario("Board", "{}", text, AT.date(), by="Ana", token="t", **SAID)
    assert store.policies() == ()
    assert store.scenarios() == ()


def test_a_document_is_kept_to_the_letter(store):
    text = '{ "b":1.10,\n"a":"\\u0000 \\ud83d 売上 \' \\\\", "b":2e400 }'
    assert store.save_policy("Board", text, by="Ana", token="t", **SAID).definition == text
    assert store.policy("Board").definition == text


@pytest.fixture(scope="module")
def one_store(tmp_path_factory):
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('names') / 'app.sqlite'}")
    yield store
    store.close()


@given(name=st.text(max_size=LONGEST_NAME + 5))
def test_any_text_is_refused_or_found_again_under_what_was_typed(one_store, name):
    before = {each.name for each in one_store.policies()}
    try:
        seen = _version(one_store, name)
        said = {"on_top_of": seen, "by": "Ana", "at": AT, "token": f"token {next(TOKENS)}"}
        saved = one_store.save_policy(name, "{}", **said)
    except UnfitValueError:
        assert {each.name for each in one_store.policies()} == before
    else:
        assert one_store.policy(name) == one_store.policy(saved.name) == saved
        assert {each.name for each in one_store.policies()} == before | {saved.name}


def _version(store: Store, name: str) -> int | None:
    try:
        return store.policy(name).version
    except NotSavedError:
        return None
