"""A page waits for few round trips to Snowflake, and for several of them at once."""

import json
import threading
from datetime import date

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import answering, session, visitor
from dashboard.access import EVERYTHING
from dashboard.answers import asked, together
from dashboard.filters import Filters
from dashboard.navigation import SHOWING
from dashboard.queries import accounts, renewals
from dashboard.settings import ROOT
from dashboard.store.shelf import Place
from dashboard.takeaway.round_trips import FRAME
from dashboard.warehouse.watched import Watched

pytestmark = pytest.mark.snowflake

MOST: int = 6
"""Round trips that one view of a page may cost."""


@pytest.fixture
def page(snowflake, monkeypatch, tmp_path):
    """Opens the app over Snowflake, for whoever runs it."""
    monkeypatch.setenv("CS_DASHBOARD_WAREHOUSE", "snowflake")
    monkeypatch.setenv("CS_DASHBOARD_AS_OF", "2026-10-31")
    monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'app.sqlite'}")
    st.cache_data.clear()
    st.cache_resource.clear()
    watched = Watched(snowflake)
    for module in (session, visitor):
        monkeypatch.setattr(module, "warehouse", lambda: watched)
    monkeypatch.setattr(visitor, "request_headers", lambda: [("Host", "127.0.0.1:8501")])
    monkeypatch.setenv("CS_DASHBOARD_OPERATOR", "true")

    def opened(file: str, **query: str) -> AppTest:
        app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        return app.switch_page(f"dashboard/pages/{file}.py").run()

    return opened


@pytest.mark.sampled(5)
@pytest.mark.parametrize("file", [entry.file for entry in SHOWING])
def test_a_view_costs_at_most_six_round_trips(page, server, file):
    app = page(file)
    assert not app.exception
    views = [each for each in app.segmented_control if each.key == "view"]

    costs = {}
    for view in views[0].options if views else [""]:
        if view:
            app.segmented_control(key="view").set_value(view)
        answering.forget()
        server.seen("query")
        app.run()
        assert not app.exception
        costs[view] = [
            tag for tag in map(tag_of, server.seen("query")) if tag not in FRAME | {"freshness"}
        ]

    assert all(len(tags) <= MOST for tags in costs.values()), costs


def tag_of(note) -> str:
    """The question that a query belongs to, by the tag it was sent with."""
    tag = note["parameters"].get("QUERY_TAG", "{}")
    return str(json.loads(tag).get("question", "")) if tag.startswith("{") else str(tag)


def test_questions_of_a_page_are_asked_side_by_side(snowflake, monkeypatch):
    """Each waits until the other was sent: one after the other, neither would ever be answered."""
    answering.forget()
    watched = Watched(snowflake)
    for module in (session, visitor):
        monkeypatch.setattr(module, "warehouse", lambda: watched)
    monkeypatch.setattr(session, "scope", lambda: EVERYTHING)
    monkeypatch.setattr(visitor, "place", lambda: Place("operator", "operator", "renewals"))
    both = threading.Barrier(2, timeout=20)
    fetch = type(snowflake).fetch

    def waiting(self, question, **rest):
        both.wait()
        return fetch(self, question, **rest)

    monkeypatch.setattr(type(snowflake), "fetch", waiting)
    among = Filters(date(2026, 10, 31))

    customers, due = together(
        asked(accounts.customers, among, most=5), asked(renewals.due_by_quarter, among)
    )

    assert len(customers) == 5
    assert not due.is_empty()
