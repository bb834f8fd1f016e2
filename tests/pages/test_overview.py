"""The first page: its numbers are those of the other pages, and its sentences lead somewhere."""

from datetime import date
from urllib.parse import parse_qs

import duckdb
import pytest

from dashboard.access import ROLES
from dashboard.policy import Policy
from dashboard.warehouse.build import building
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import fill
from tests.factories import account, member, subscription
from tests.key_numbers import key_numbers

AS_OF = date(2026, 10, 31)


def numbers(page) -> dict[str, str]:
    return {each.label: each.value for each in key_numbers(page)}


def said(page) -> str:
    kinds = (page.info, page.warning, page.error, page.markdown, page.caption)
    return " ".join(element.value for kind in kinds for element in kind)


def links(page) -> list:
    return [each.proto for each in page.get("page_link")]


SETS = {
    "everything": {},
    "a segment": {"segment": "Enterprise"},
    "an earlier day": {"as_of": "2026-05-20"},
    "another policy": {"policy": "Finance TTM", "segment": "Mid-Market"},
}
PAGES = {
    "retention": {"NRR": "NRR", "GRR": "GRR", "Logo retention": "Logo retention"},
    "health": {"ARR at green": "ARR at green", "ARR at red": "ARR at red"},
    "nps": {"NPS": "NPS"},
    "renewals": {
        "ARR due": "ARR due",
        "Renewals due": "Renewals due",
        "ARR at risk": "Open ARR at red",
    },
    "expansion": {"Open expansion": "Open expansion", "Weighted": "Weighted"},
}


@pytest.mark.parametrize("query", SETS)
def test_a_number_is_that_of_the_page_it_comes_from(app, demo_file, query):
    overview = numbers(app(demo_file, **SETS[query]))

    for file, names in PAGES.items():
        there = numbers(app(demo_file, file, **SETS[query]))
        for here, its_name in names.items():
            assert overview[here] == there[its_name], (file, here)


def test_arr_at_risk_is_that_of_the_quarters_view_of_renewals(app, demo_file):
    there = numbers(app(demo_file, "renewals", view="This quarter"))

    assert numbers(app(demo_file))["ARR at risk"] == there["ARR at risk"]


def test_another_policys_arr_is_named_beside_the_numbers(app, demo_file):
    page = app(demo_file)
    closing = numbers(app(demo_file, "retention"))["Closing ARR"]

    assert numbers(page)["ARR"] != closing, "give the company another currency"
    assert f"ARR is {closing}, as on Retention" in said(page).replace("\\", "")


def test_each_number_has_a_quarter_a_year_a_target_and_thirteen_periods(app, demo_file):
    cards = {each.label: each for each in key_numbers(app(demo_file))}

    assert len(cards) == 12
    for label, card in cards.items():
        assert card.delta, label
        assert card.said.startswith("vs "), label
        assert len(card.past) == 13, label
    for label in ("NRR", "GRR", "Logo retention", "NPS"):
        assert "target" in cards[label].said
    for label in ("ARR", "ARR at green", "ARR at red", "Open expansion", "NPS"):
        described = cards[label].said
        assert "vs 1 Oct 2026" in described
        assert "vs 1 Oct 2025" in described
    assert "vs FY26 Q3" in cards["ARR due"].said
    assert "vs FY25 Q4" in cards["ARR due"].said


def test_targets_are_not_shown_to_who_sees_a_part_of_the_company(app, demo_file):
    for query in ({"region": "Europe"}, {"segment": ["Enterprise", "Mid-Market"]}):
        cards = key_numbers(app(demo_file, **query))
        assert cards
        assert not any("target" in card.said for card in cards)


def test_the_first_view_asks_at_most_six_questions(app, demo_file, monkeypatch):
    asked = []
    fetch = EmbeddedWarehouse.fetch

    def counted(self, question, **given):
        asked.append(question)
        return fetch(self, question, **given)

    monkeypatch.setattr(EmbeddedWarehouse, "fetch", counted)
    app(demo_file)

    frame = {"accounts/filter_choices", "accounts/without_rate", "access/members"}
    assert sorted(set(asked) - frame) == [
        "expansion/pipeline_by_month",
        "overview/at_risk",
        "overview/by_day",
        "overview/changes",
        "renewals/due_by_quarter",
        "retention/by_period",
    ]
    assert len([each for each in asked if each not in frame]) == 6


# ------------------------------------------------------------------ what changed
def test_changes_are_told_in_at_most_eight_sentences_and_the_rest_is_counted(app, demo_file):
    page = app(demo_file)

    stories = [
        each.value
        for each in page.markdown
        if "Oct 2026" in each.value and not each.value.startswith("**")
    ]
    assert 4 <= len(set(stories)) <= 8
    accounts = [each for each in links(page) if each.page == "account"]
    assert len(accounts) == len(stories)
    assert len({each.query_string for each in accounts}) == len(stories)
    assert "more changes worth $" in said(page).replace("\\", "")


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ({}, "1 Oct 2026"),
        ({"compared": "28 days ago"}, "3 Oct 2026"),
        ({"compared": "a day", "compared_on": "2026-08-15"}, "15 Aug 2026"),
        ({"as_of": "2026-10-01"}, "1 Jul 2026"),
        ({"as_of": "2026-10-02"}, "1 Oct 2026"),
    ],
)
def test_the_day_compared_with_is_in_the_link(app, demo_file, query, day):
    page = app(demo_file, **query)

    assert not page.exception
    assert f"After {day} up to" in said(page) or f"Nothing changed after {day}" in said(page)


def test_a_day_that_is_not_before_the_as_of_date_becomes_the_day_before(app, demo_file):
    page = app(demo_file, compared="a day", compared_on="2026-10-20")
    page.date_input(key="as_of").set_value(date(2026, 9, 10)).run()

    assert not page.exception
    assert "After 9 Sep 2026" in said(page) or "Nothing changed after 9 Sep 2026" in said(page)


def test_links_lead_to_the_subjects_with_the_filters_of_the_page(app, demo_file):
    page = app(demo_file, segment="Enterprise", as_of="2026-09-20")

    found = {each.page: parse_qs(each.query_string) for each in links(page)}
    assert {"retention", "bridge", "health", "nps", "renewals", "expansion"} <= set(found)
    assert found["health"] == {}, "filters would stand in the address twice"


def test_names_from_outside_are_shown_as_they_are_written(app, tmp_path):
    file = tmp_path / "hostile.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account(account_name="![x](http://evil.example/)")])
        fill(connection, "subscriptions", [subscription(100, starts_on=date(2026, 10, 15))])

    page = app(file)

    texts = [each.value for each in page.markdown] + [each.label for each in links(page)]
    assert any("evil" in text for text in texts)
    assert not any("![x](http" in text for text in texts)


# ------------------------------------------------------------------ who looks, and what is missing
@pytest.mark.parametrize("role", ROLES)
def test_the_page_is_whole_for_each_role(app, demo_file, role):
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        email = connection.execute(
            "select min(email) from team_members where role = ? and left_on is null", [role]
        ).fetchone()[0]
    page = app(demo_file)
    page.selectbox(key="viewer").set_value(email).run()

    assert not page.exception
    assert not page.error
    if role == "people":
        assert page.title[0].value == "Talent"
        assert "ARR" not in numbers(page)
    else:
        assert page.title[0].value == "Overview"
        assert key_numbers(page) or page.info


def test_who_looks_after_nobody_is_told_so(app, tmp_path):
    file = tmp_path / "nobody.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="demo") as connection:
        fill(connection, "team_members", [member("m1"), member("m2")])
        fill(connection, "accounts", [account()])
        fill(connection, "subscriptions", [subscription()])

    page = app(file, viewer="M2, CSM")

    assert not page.exception
    assert not key_numbers(page)
    assert "No account is yours to see" in said(page).replace("\\", "")


def test_numbers_without_their_table_are_left_out_and_named(app, tmp_path):
    file = tmp_path / "little.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        fill(connection, "accounts", [account()])
        fill(connection, "subscriptions", [subscription(100)])
        loaded = [
            {"file": f"{table}.csv", "table_name": table, "sha256": "", "rows_read": 1}
            for table in ("accounts", "subscriptions")
        ]
        fill(connection, "loaded_files", loaded)

    page = app(file)

    assert set(numbers(page)) == {"ARR", "NRR", "GRR", "Logo retention"}
    assert numbers(page)["ARR"] == "$100"
    text = said(page)
    for table in ("survey_responses", "health_scores", "renewals", "opportunities"):
        assert f"`{table}`" in text
    assert "Nothing changed after" in text


@pytest.mark.parametrize("query", [{}, {"as_of": "2026-02-20"}, {"segment": "Enterprise"}])
def test_a_target_is_the_years_as_on_the_page_retention(app, demo_file, query):
    def targets(page) -> dict[str, str]:
        told = {each.label: each.said for each in key_numbers(page)}
        return {
            name: told[name].rpartition("target ")[2] for name in ("NRR", "GRR", "Logo retention")
        }

    here = targets(app(demo_file, **query))

    assert here == targets(app(demo_file, "retention", **query))
    assert all(each.endswith("%") for each in here.values())
