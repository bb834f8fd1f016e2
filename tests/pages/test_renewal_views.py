"""The views of Renewals: each opens, asks little, and says what it lacks."""

import duckdb
import pytest

from dashboard.policy import Policy
from dashboard.warehouse.build import building
from tests.conftest import fill
from tests.factories import AS_OF, account, renewal
from tests.key_numbers import key_numbers
from tests.pages.test_every_page import said

VIEWS = {
    "This quarter": ["ARR lost", "Renewals churned", "ARR at risk", "Renewals at risk"],
    "Calendar": ["ARR ahead", "Renewals ahead", "ARR without an answer", "ARR without a touch"],
    "Likelihood": ["Open renewals", "ARR with an answer", "Answered not likely", "Model low"],
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens_with_its_cards_and_asks_at_most_six_questions(app, demo_file, asked, view):
    page = app(demo_file, "renewals")
    asked.clear()
    page.segmented_control(key="view").set_value(view).run()

    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert [each.label for each in key_numbers(page)][:4] == VIEWS[view]
    assert len(asked) <= 6, asked


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_so_where_there_is_no_renewal(app, headers_only, view):
    page = app(headers_only, "renewals", view=view)

    assert not page.exception
    assert page.info
    assert not key_numbers(page)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_names_the_table_it_rests_on(app, tmp_path, view):
    file = tmp_path / "accounts.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account()])

    assert "This page needs `renewals`, which your company has not loaded" in said(
        app(file, "renewals", view=view)
    )


def test_without_health_and_touches_the_rest_of_a_view_is_there(app, tmp_path):
    file = tmp_path / "few.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account()])
        fill(
            connection,
            "renewals",
            [
                renewal(),
                renewal("r2", status="churned", closed_on="2026-10-02", due_on="2026-10-02"),
            ],
        )

    quarter = app(file, "renewals", view="This quarter", as_of="2026-10-31")
    assert "What is at risk and what was saved needs `health_scores`" in said(quarter)
    assert [each.label for each in key_numbers(quarter)] == ["ARR lost", "Renewals churned"]
    calendar = app(file, "renewals", view="Calendar", as_of="2026-10-31")
    assert "What was touched needs `timeline_entries`" in said(calendar)
    assert "ARR without a touch" not in [each.label for each in key_numbers(calendar)]


def test_the_windows_of_the_settings_are_named(app, demo_file, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__RENEWAL_WATCH__WINDOWS", "[45, 10]")

    page = app(demo_file, "renewals", view="Calendar")

    assert not page.exception
    assert "inside 45, 10 days" in said(page)


def test_the_quarter_of_the_filter_counts(app, demo_file):
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        (lost,) = connection.execute(
            "select count(*) from renewals where status = 'churned'"
            " and due_on between '2026-07-01' and '2026-09-30'"
        ).fetchone()

    page = app(demo_file, "renewals", view="This quarter", quarter="FY26 Q3")

    assert key_numbers(page)[1].value == str(lost)
