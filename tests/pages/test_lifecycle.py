"""The views of Customer lifecycle: each opens, asks little, and says what it lacks."""

import duckdb
import pytest

from dashboard.demo import build_demo
from dashboard.policy import Policy
from dashboard.warehouse.build import building
from tests.conftest import fill
from tests.factories import AS_OF, account, subscription
from tests.key_numbers import key_numbers
from tests.pages.test_every_page import said

VIEWS = {
    "Stages": ["Customers", "In Onboarding"],
    "Days in stage": ["Median days in Onboarding", "Median days in Adoption"],
    "Conversion": ["Onboarding to Adoption", "Adoption to Expansion"],
    "Time to value": ["Onboardings begun", "Median days to value"],
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens_with_its_cards_and_asks_at_most_six_questions(app, demo_file, asked, view):
    page = app(demo_file, "lifecycle")
    asked.clear()
    page.segmented_control(key="view").set_value(view).run()

    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert [each.label for each in key_numbers(page)][:2] == VIEWS[view]
    assert len(asked) <= 6, asked


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_so_where_there_is_nobody(app, headers_only, view):
    page = app(headers_only, "lifecycle", view=view)

    assert not page.exception
    assert page.info
    assert not key_numbers(page)


def test_an_unknown_stage_and_a_missing_history_are_said(app, tmp_path):
    file = tmp_path / "few.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account(lifecycle_stage="Trial"), account("a2")])
        fill(connection, "subscriptions", [subscription(100)])

    page = app(file, "lifecycle", as_of="2026-10-31")

    words = said(page)
    assert not page.exception
    assert "1 account in a stage that the dashboard does not know" in words
    assert "1 account without a day of entering their stage" in words
    assert "1 account in another stage than Churned without ARR" in words
    assert "needs `account_history`" in words


def test_the_limits_of_the_settings_are_named(app, demo_file, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__STAGE_LIMITS", '{"Onboarding": 5}')

    page = app(demo_file, "lifecycle")

    assert "Onboarding 5 \\(a setting" in said(page)


def test_a_stage_that_nobody_knows_is_drawn_with_its_amount(app, tmp_path):
    file = tmp_path / "words.duckdb"
    build_demo(file, policy=Policy(), as_of=AS_OF, accounts=40, years=1)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update account_spans set lifecycle_stage = 'Ascend' where lifecycle_stage = 'Adoption'"
        )

    page = app(file, "lifecycle")

    assert not page.exception
    assert "in a stage that the dashboard does not know, shown as unmapped" in said(page)
