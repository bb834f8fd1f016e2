"""The views of *Voice of the customer*, full, empty and with tables missing."""

import duckdb
import pytest

from dashboard.policy import Policy
from dashboard.survey_policy import SurveyPolicy
from dashboard.themes.questions import comments
from dashboard.warehouse.build import building
from tests.conftest import fill
from tests.factories import account, answer, subscription
from tests.key_numbers import key_numbers
from tests.pages.conftest import AS_OF
from tests.pages.test_every_page import said

VIEWS = {
    "NPS over time": "NPS",
    "Personas and CSMs": "NPS of decision-makers",
    "Response rate": "Response rate",
    "Closing the loop": "Days to close the loop",
    "Satisfaction": "Satisfied, surveys",
    "Themes": "Comments",
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_its_numbers(app, demo_file, view):
    page = app(demo_file, "nps", view=view)
    assert not page.exception
    assert not page.error
    assert key_numbers(page)[0].label == VIEWS[view]
    assert not [each.label for each in key_numbers(page) if each.value == "n/a"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_so_when_there_is_nothing(app, headers_only, empty_file, view):
    page = app(headers_only, "nps", view=view)
    assert not page.exception
    assert page.info
    page = app(empty_file, "nps", view=view)
    assert not page.exception
    assert "has not loaded" in said(page)


def test_satisfaction_is_told_where_surveys_alone_were_loaded(app, tmp_path):
    file = tmp_path / "one.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account()])
        fill(connection, "survey_responses", [answer(5, survey="csat")])
    page = app(file, "nps", view="Satisfaction")
    assert not page.exception
    assert "support_cases" in said(page)
    values = {each.label: each.value for each in key_numbers(page)}
    assert values == {
        "Satisfied, surveys": "100.0%",
        "Survey answers": "1",
        "Satisfied, support cases": "n/a",
        "Rated cases": "0",
    }


def test_satisfaction_is_a_mean_where_the_settings_say_so(app, demo_file, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__SURVEYS__CSAT", "mean")
    page = app(demo_file, "nps", view="Satisfaction")
    values = {each.label: each.value for each in key_numbers(page)}
    assert 1 <= float(values["Mean rating, surveys"]) <= 5
    assert "mean of ratings" in said(page)


def test_comments_of_any_kind_break_no_page_and_show_as_they_were_written(app, tmp_path):
    """Ten megabytes, markup, formulas, emoji and direction marks, with a theme made of each."""
    hostile = [
        "x" * 10_000_000,
        "<img src=x onerror=alert(1)> <img src=y>",
        "![x](http://example.invalid/a.png) $a$ :red[x]",
        "=cmd|' /C calc'!A0",
        "\u202egnitteg \u200bworse \x00 price",
        "🎉🎉🎉",
        "NULL",
    ]
    policy = Policy(surveys=SurveyPolicy(minimum_comments=1))
    file = tmp_path / "hostile.duckdb"
    with building(file, policy=policy, as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account()])
        fill(connection, "subscriptions", [subscription()])
        fill(
            connection,
            "survey_responses",
            [
                answer(3, response_id=f"{place}", respondent_id=f"{place}", comment=text)
                for place, text in enumerate(hostile * 5)
            ],
        )
    page = app(file, "nps", view="Themes")
    assert not page.exception
    # The default of the settings asks for more comments than there are.
    assert "35 comments: themes are looked for from 50 on" in said(page).replace("\\", "")


def test_the_same_comments_make_themes_with_the_words_escaped(app, tmp_path, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__SURVEYS__MINIMUM_COMMENTS", "10")
    file = tmp_path / "hostile.duckdb"
    texts = [
        f"{text} {'-' * 300}"
        for text in ("<img onerror> script", "![x](http://example.invalid) link", "😀 price price")
    ]
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account()])
        fill(
            connection,
            "survey_responses",
            [
                answer(3, response_id=f"{place}", respondent_id=f"{place}", comment=text)
                for place, text in enumerate(texts * 10)
            ],
        )
    learned = []

    def counted(*given):
        learned.append(given)
        return learn(*given)

    learn = comments._learned  # noqa: SLF001 -- what goes to a process of its own is one call
    monkeypatch.setattr(comments, "_learned", counted)
    page = app(file, "nps", view="Themes")
    assert not page.exception
    assert {each.label: each.value for each in key_numbers(page)}["Themes"] == "3"
    assert len(learned) == 1
    assert "The latest 3 of 10 comments of this theme, 3 of them cut after 300" in said(page)
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("select count(*) from survey_responses").fetchone() == (30,)
