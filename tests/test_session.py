"""The session keeps what it asked, and that nobody answered."""

from dataclasses import fields, replace
from datetime import date, timedelta
from types import SimpleNamespace

import polars as pl
import pytest
import streamlit as st

from dashboard import answering, noting, session, visitor
from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.memory import Memory
from dashboard.policy import Policy
from dashboard.store.base import StoreError
from dashboard.store.shelf import Place
from dashboard.warehouse.base import Warehouse
from dashboard.warehouse.remembering import Remembering, told_apart

TODAY = Filters(date(2026, 10, 31))


@pytest.fixture
def store_away(monkeypatch):
    """A store that does not answer; one entry for each time it was asked."""
    asked = []

    def away():
        asked.append(1)
        raise StoreError("away")

    monkeypatch.setattr(session, "store", away)
    st.cache_data.clear()
    yield asked
    st.cache_data.clear()


def test_a_store_that_is_away_is_not_waited_for_at_every_click(store_away):
    first = session.retention_policies()

    assert first
    assert session.retention_policies() == first
    assert len(store_away) == 1


class _Silent(Warehouse):
    def freshness(self):
        raise NotImplementedError

    def _run(self, statement, *, tag, viewer):
        raise NotImplementedError


def test_a_computed_question_is_the_same_in_whatever_order_parameters_are_named():
    asked = []

    def answer(_schema, question, _scope, _filters, params):
        asked.append((question, params))
        return pl.DataFrame()

    warehouse = Remembering(_Silent(Policy()), answer)
    for params in ({"most": 5, "by": "csm"}, {"by": "csm", "most": 5}):
        warehouse.fetch("a/b", schema=pl.Schema(), scope=EVERYTHING, filters=TODAY, **params)

    assert asked == [("a/b", (("by", "csm"), ("most", 5)))] * 2


class _DecidesAgain(_Silent):
    decides_again = True


class _AsTold(_Silent):
    decides_again = False


@pytest.fixture
def cache(monkeypatch):
    """A cache of its own, over a warehouse that nothing is asked of."""
    kept = Memory(
        lasts=timedelta(minutes=1),
        at_most=10,
        at_most_bytes=10_000,
        packed=answering.packed,
        unpacked=answering.unpacked,
    )
    monkeypatch.setattr(answering, "_answers", lambda: kept)
    monkeypatch.setattr(visitor, "warehouse", lambda: _AsTold(Policy()))
    monkeypatch.setattr(visitor, "freshness", lambda: SimpleNamespace(version="1"))
    monkeypatch.setattr(visitor, "away_since", lambda: None)
    monkeypatch.setattr(session, "name_of", lambda _query: "accounts/customers")
    monkeypatch.setattr(session, "scope", lambda: EVERYTHING)
    monkeypatch.setattr(visitor, "place", lambda: Place("operator", "operator", "renewals"))
    monkeypatch.setattr(noting, "answered", lambda *_said, **_how: None)
    return kept


@pytest.mark.usefixtures("cache")
def test_the_cache_keeps_one_answer_in_whatever_order_parameters_are_named():
    asked = []

    def customers(_warehouse, _scope, _among, *, most, by):
        asked.append((most, by))
        return pl.DataFrame({"most": [most], "by": [by]})

    assert not session.is_at_hand(customers, TODAY, by="csm", most=5)
    first = session.load(customers, TODAY, most=5, by="csm")

    assert session.is_at_hand(customers, TODAY, by="csm", most=5)
    assert session.load(customers, TODAY, by="csm", most=5).equals(first)
    assert not session.load(customers, TODAY, by="csm", most=6).equals(first)
    assert asked == [(5, "csm"), (6, "csm")]


def test_a_parameter_of_several_values_is_part_of_a_key():
    params = (("most", 5), ("personas", ["admin", "end_user"]))

    assert hash(told_apart(params))
    assert told_apart(params) != told_apart((("most", 5), ("personas", ["admin"])))


RIGHTS = Scope(member_ids=("m1", "m2"), talent_ids=("m2",), meeting_ids=("m2",))
OTHERS = (
    replace(RIGHTS, member_ids=("m1",)),
    replace(RIGHTS, all_accounts=True),
    replace(RIGHTS, pool=True),
    replace(RIGHTS, talent_ids=()),
    replace(RIGHTS, all_talent=True),
    replace(RIGHTS, meeting_ids=()),
    replace(RIGHTS, all_meetings=True),
)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("warehouse", [_AsTold, _DecidesAgain])
def test_two_with_the_same_rights_share_an_answer_unless_the_warehouse_decides_again(
    monkeypatch, warehouse
):
    asked = []
    monkeypatch.setattr(visitor, "warehouse", lambda: warehouse(Policy()))

    def customers(_warehouse, scope, _among):
        asked.append(scope)
        return pl.DataFrame({"told": [len(asked)]})

    def seen_by(viewer: str, rights: Scope = RIGHTS) -> int:
        monkeypatch.setattr(session, "scope", lambda: replace(rights, viewer=viewer))
        return session.load(customers, TODAY)["told"][0]

    first = seen_by("ana@x.invalid")

    assert (seen_by("bo@x.invalid") == first) is (warehouse is _AsTold)
    assert seen_by("ana@x.invalid") == first
    others = [seen_by("ana@x.invalid", other) for other in OTHERS]
    assert len({first, *others}) == 1 + len(OTHERS)
    if warehouse is _AsTold:
        assert {scope.viewer for scope in asked} == {""}


def test_every_right_is_part_of_what_tells_answers_apart():
    told = {field.name for field in fields(Scope)} - {"viewer", "reason"}
    different = {
        field.name for each in OTHERS for field in fields(Scope)
        if getattr(each, field.name) != getattr(RIGHTS, field.name)
    }  # fmt: skip
    assert different == told, "a right that no case above tells apart"
