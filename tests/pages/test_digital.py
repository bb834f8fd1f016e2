"""The views of *Digital programmes*, full, empty and with tables missing."""

from datetime import date

import pytest

from dashboard.policy import Policy
from dashboard.warehouse.build import building
from tests.conftest import fill
from tests.factories import account, moment
from tests.key_numbers import key_numbers
from tests.pages.conftest import AS_OF
from tests.pages.test_every_page import said

VIEWS = {
    "Reach and effect": "Messages",
    "Test against control": "Accounts in test arms",
    "What came after": "Accounts that acted",
    "Key behaviours": "Customers looked at",
}


def touch(**fields):
    return {
        "touch_id": "1",
        "account_id": "a1",
        "program": "Welcome",
        "channel": "e-mail",
        "sent_at": moment(2026, 6, 1),
    } | fields


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_its_numbers(app, demo_file, view):
    page = app(demo_file, "digital", view=view)
    assert not page.exception
    assert not page.error
    assert key_numbers(page)[0].label == VIEWS[view]
    assert not [each.label for each in key_numbers(page) if each.value == "n/a"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_so_when_there_is_nothing(app, headers_only, empty_file, view):
    page = app(headers_only, "digital", view=view)
    assert not page.exception
    assert page.info
    page = app(empty_file, "digital", view=view)
    assert not page.exception
    assert "has not loaded" in said(page)


@pytest.mark.parametrize(
    "outcome", ["Did what was asked", "Active users grew", "Expanded", "Renewed"]
)
def test_every_outcome_of_a_trial_has_a_verdict(app, demo_file, outcome):
    page = app(demo_file, "digital", view="Test against control", outcome=outcome)
    assert not page.exception
    text = said(page)
    assert "no detectable difference" in text or "points more often" in text
    assert "as it was assigned" in text.replace("\\", "")


def test_key_behaviours_are_called_association(app, demo_file):
    page = app(demo_file, "digital", view="Key behaviours", goes_with="Expansion")
    assert not page.exception
    assert "association, not cause" in said(page).replace("\\", "")


def test_an_outcome_without_its_table_names_the_table(app, tmp_path):
    file = tmp_path / "touches.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account(), account("a2")])
        rows = [touch(arm="test"), touch(touch_id="2", account_id="a2", arm="control")]
        fill(connection, "digital_touches", rows)
    page = app(file, "digital", view="Test against control", outcome="Active users grew")
    assert not page.exception
    assert "usage_weekly" in said(page)


def test_messages_without_an_arm_are_no_trial(app, tmp_path):
    file = tmp_path / "touches.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account(customer_since=date(2026, 1, 1))])
        fill(connection, "digital_touches", [touch()])
    page = app(file, "digital", view="Test against control")
    assert not page.exception
    assert "had a test and a control arm" in said(page).replace("\\", "")
    assert {each.label: each.value for each in key_numbers(app(file, "digital"))}["Messages"] == "1"
