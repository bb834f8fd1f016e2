"""The session keeps what it asked, and that nobody answered."""

from datetime import date

import polars as pl
import pytest
import streamlit as st

from dashboard import answering, noting, session, visitor
from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.store.base import StoreError
from dashboard.store.shelf import Place
from dashboard.warehouse.base import Warehouse
from dashboard.warehouse.remembering import Remembering

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


def test_the_cache_keeps_one_answer_in_whatever_order_parameters_are_named(monkeypatch):
    keys = []
    monkeypatch.setattr(session, "name_of", lambda _query: "accounts/customers")
    monkeypatch.setattr(session, "scope", lambda: EVERYTHING)
    monkeypatch.setattr(
        answering, "answer", lambda _query, *key: keys.append(key) or pl.DataFrame()
    )
    monkeypatch.setattr(visitor, "place", lambda: Place("operator", "operator", "renewals"))
    monkeypatch.setattr(noting, "answered", lambda *_said, **_how: None)
    session.load(len, TODAY, most=5, by="csm")
    session.load(len, TODAY, by="csm", most=5)

    assert keys[0] == keys[1]
