"""The views of Talent: each opens, asks little, and shows nobody but those below."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.policy import Policy
from dashboard.warehouse.build import building
from tests.conftest import fill
from tests.factories import AS_OF, member, rating
from tests.key_numbers import key_numbers
from tests.pages.test_every_page import said

VIEWS = {
    "9-block": "People rated",
    "Raters": "Reviewers",
    "Levels and skills": "People on the team",
    "Reviews": "Overdue reviews",
}


@pytest.fixture(autouse=True)
def reviews_are_on(monkeypatch):
    """On a company's own data they are off until switched on."""
    monkeypatch.setenv("CS_DASHBOARD_POLICY__TALENT__ENABLED", "true")


def words(page: AppTest) -> str:
    """What the page says, as it reads."""
    return said(page).replace("\\", "")


def shown(page: AppTest) -> str:
    """Every cell of every table of the page, and the names in the blocks."""
    blocks = " ".join(each.proto.body for each in page.get("html") if "nine" in each.proto.body)
    return blocks + " ".join(
        str(cell) for each in page.dataframe for cell in each.value.values.ravel()
    )


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens_with_its_cards_and_asks_at_most_six_questions(app, demo_file, asked, view):
    page = app(demo_file, "talent")
    asked.clear()
    page.segmented_control(key="view").set_value(view).run()

    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert key_numbers(page)[0].label == VIEWS[view]
    assert "Personal data" in said(page)
    assert len(asked) <= 6, asked
    assert page.dataframe


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_so_where_there_is_nobody(app, headers_only, view):
    page = app(headers_only, "talent", view=view)

    assert not page.exception
    assert "Nobody you may see" in said(page)
    assert not key_numbers(page)


@pytest.fixture
def origin() -> str:
    """Where the company comes from: an import has no viewers, its operator sees everybody."""
    return "import"


@pytest.fixture
def small_team(tmp_path, origin):
    """Two managers who rated one person each; nobody's skills were assessed."""
    file = tmp_path / "few.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin=origin) as connection:
        fill(
            connection,
            "team_members",
            [
                member("boss", name="Bea", role="cs_manager"),
                member("other", name="Otto", role="cs_manager"),
                member("below", name="Bruno", manager_id="boss"),
                member("beside", name="Oda", manager_id="other"),
            ],
        )
        fill(
            connection,
            "talent_reviews",
            [
                rating("below", "exceeds", "high", reviewed_on="2025-12-01"),
                rating("beside", "meets_all", "low", reviewer_id="other"),
            ],
        )
    return file


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("origin", ["demo"])
@pytest.mark.parametrize(
    ("viewer", "hidden"), [("boss", ("Oda", "Otto")), ("other", ("Bruno", "Bea"))]
)
def test_a_manager_sees_nobody_beside_the_own_line(app, small_team, view, viewer, hidden):
    page = app(small_team, "talent", view=view)
    page.selectbox(key="viewer").set_value(f"{viewer}@example.com").run()

    assert not page.exception
    assert key_numbers(page)[0].value == ("0" if (view, viewer) == ("Reviews", "other") else "1")
    assert shown(page)
    assert not [name for name in hidden if name in shown(page)]


def test_of_few_people_no_mean_and_no_share_is_told(app, small_team):
    page = app(small_team, "talent", view="Raters", as_of="2026-10-31")
    cards = {each.label: each.value for each in key_numbers(page)}
    assert cards["Mean performance"] == "n/a"
    assert "2 reviewers with fewer than 5 people rated, listed without a mean" in words(page)

    page = app(small_team, "talent", view="Reviews", as_of="2026-10-31")
    cards = {each.label: each.value for each in key_numbers(page)}
    assert cards["Reviewed in time"] == "n/a"
    assert cards["Overdue reviews"] == "3"


def test_levels_are_shown_where_no_skill_was_assessed(app, small_team):
    page = app(small_team, "talent", view="Levels and skills", as_of="2026-10-31")

    assert not page.exception
    assert "No skill of anybody you may see was assessed in 2026-H1" in words(page)
    assert "4 people without a known first day" in words(page)
    assert key_numbers(page)[0].value == "4"
