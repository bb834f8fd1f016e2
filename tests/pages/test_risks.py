"""Every view of the page Risks, and what it says where tables are missing."""

import shutil

import duckdb
import pytest

from dashboard.warehouse.base import Warehouse
from tests.key_numbers import key_numbers

FIRST = {
    "Register": "risks_by_category",
    "Triggers": "triggers",
    "Priorities": "priorities",
    "Plays": "plays",
}


def said(page) -> str:
    kinds = (page.info, page.warning, page.error, page.markdown, page.caption)
    return " ".join(element.value for kind in kinds for element in kind)


def cards(page) -> set[str]:
    """Keys of the cards on the page, by the control under each."""
    controls = {each.key for each in page.get("button_group") if each.key}
    return {key.removesuffix("_panel") for key in controls if key.endswith("_panel")}


@pytest.mark.parametrize("view", FIRST)
def test_a_view_draws_its_own(app, demo_file, view):
    page = app(demo_file, "risks", view=view)

    assert not page.exception
    assert not page.error
    assert "could not be drawn" not in said(page)
    drawn = cards(page)
    assert FIRST[view] in drawn
    assert not {card for other, card in FIRST.items() if other != view} & drawn
    assert len(key_numbers(page)) == 5
    line = key_numbers(page)[0].past
    assert len(line) == (13 if view == "Register" else 0)
    if line:
        assert line[-1] == key_numbers(page)[0].value


@pytest.mark.parametrize("view", FIRST)
def test_a_view_says_so_when_every_table_is_empty(app, headers_only, view):
    page = app(headers_only, "risks", view=view)

    assert not page.exception
    assert page.info
    assert "could not be drawn" not in said(page)


@pytest.mark.parametrize("view", FIRST)
def test_without_a_register_the_other_views_work(app, demo_file, tmp_path, view):
    file = shutil.copy(demo_file, tmp_path / "without.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute("delete from risks")
        connection.execute("update loaded_tables set is_loaded = false where table_name = 'risks'")

    page = app(file, "risks", view=view)

    assert not page.exception
    assert "The register needs `risks`" in said(page)
    assert not key_numbers(page)
    assert bool(cards(page)) == (view != "Register")
    assert ("Triggers against the register needs `risks`" in said(page)) == (view == "Triggers")


@pytest.mark.parametrize("view", FIRST)
def test_a_view_asks_at_most_six_questions(app, demo_file, monkeypatch, view):
    asked = []
    fetch = Warehouse.fetch

    def noted(self, question, **given):
        asked.append(question)
        return fetch(self, question, **given)

    monkeypatch.setattr(Warehouse, "fetch", noted)

    app(demo_file, "risks", view=view)

    # What the frame around the page asks is not the page's.
    own = [each for each in asked if each.startswith(("risks/", "triggers/", "priorities/"))]
    assert 3 < len(own) <= 6, own


def test_plays_need_health(app, demo_file, tmp_path):
    file = shutil.copy(demo_file, tmp_path / "without.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update loaded_tables set is_loaded = false where table_name = 'health_scores'"
        )

    page = app(file, "risks", view="Plays")

    assert "Which customers are healthy needs `health_scores`" in said(page)


def test_the_rules_in_force_stand_beside_the_triggers(app, demo_file, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__RISKS__EXECUTIVE_MONTHS", "7")

    page = app(demo_file, "risks", view="Triggers")

    assert "took part for 7 months" in said(page)
