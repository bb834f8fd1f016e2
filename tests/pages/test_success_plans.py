"""The views of Success plans: each opens, asks little, and says what is not known."""

import pytest

from dashboard.policy import Policy
from dashboard.warehouse.build import building
from tests.conftest import fill
from tests.factories import AS_OF, account, subscription
from tests.key_numbers import key_numbers
from tests.pages.test_every_page import said
from tests.queries.test_plans import objective

VIEWS = {"Progress": ["On track", "At risk"], "Attention": ["Not validated", "Overdue objectives"]}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens_with_its_cards_and_asks_at_most_six_questions(app, demo_file, asked, view):
    page = app(demo_file, "success_plans")
    asked.clear()
    page.segmented_control(key="view").set_value(view).run()

    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert [each.label for each in key_numbers(page)][:2] == VIEWS[view]
    assert "Objectives carry no history" in said(page)
    assert len(asked) <= 6, asked


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_so_where_there_is_nothing(app, headers_only, view):
    page = app(headers_only, "success_plans", view=view)

    assert not page.exception
    assert page.info
    assert not key_numbers(page)


@pytest.mark.parametrize("view", VIEWS)
def test_what_no_average_and_no_status_holds_is_said(app, tmp_path, view):
    file = tmp_path / "few.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account("a1"), account("a2")])
        fill(connection, "subscriptions", [subscription(100), subscription(5, account_id="a2")])
        fill(
            connection,
            "objectives",
            [
                objective("1", status="paused", current_value=None),
                objective("2", due_on=None, last_validated_on="2026-11-01"),
            ],
        )

    page = app(file, "success_plans", view=view, as_of="2026-10-31")

    words = said(page)
    assert not page.exception
    assert "1 objective confirmed after the as" in words
    if view == "Progress":
        assert "1 objective without a value" in words
        assert "1 objective with no status or one the dashboard does not know" in words
    else:
        cards = {each.label: each.value for each in key_numbers(page)}
        assert cards["Customers without an objective"] == "1"
        assert cards["ARR without an objective"] == "$5"
