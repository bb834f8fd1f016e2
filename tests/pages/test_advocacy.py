"""The page Advocacy: the share that is credited, targets of the company, and missing tables."""

import re
import shutil

import duckdb
import pytest

from dashboard.warehouse.base import Warehouse
from tests.key_numbers import key_numbers


def said(page) -> str:
    kinds = (page.info, page.warning, page.error, page.markdown, page.caption)
    return " ".join(element.value for kind in kinds for element in kind)


def titles(page) -> str:
    bodies = [each.proto.body for each in page.get("html")]
    return " ".join(body for body in bodies if 'class="finding"' in body)


@pytest.mark.parametrize("percent", [100, 40, 0])
def test_the_share_of_the_link_is_credited_and_stated(app, demo_file, percent):
    page = app(demo_file, "advocacy", credited=str(percent))

    assert not page.exception
    assert page.slider(key="credited").value == percent
    assert f"if {percent}% of the $" in titles(page)
    assert f"Assumption: {percent}% of what was recorded is credited" in said(page).replace(
        "\\", ""
    )


def test_the_share_of_the_settings_is_the_first(app, demo_file, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__ADVOCACY__CREDITED_SHARE", "0.25")

    assert app(demo_file, "advocacy").slider(key="credited").value == 25


def test_the_link_says_which_qualification_is_shown(app, demo_file):
    assert "qualified advocate" in titles(app(demo_file, "advocacy"))

    page = app(demo_file, "advocacy", qualified="leads")

    assert "qualified lead" in titles(page)
    assert "qualified advocate" not in titles(page)


def test_targets_are_the_companys_where_a_filter_narrows_the_page(app, demo_file):
    assert "Targets are the company" not in said(app(demo_file, "advocacy"))

    page = app(demo_file, "advocacy", segment="Enterprise")

    assert "Targets are the company's, not of these filters" in said(page).replace("\\", "")
    assert re.search(r"by these filters; the company&#x27;s target is \d+", titles(page))


def test_without_targets_the_page_says_there_are_none(app, demo_file, tmp_path):
    file = shutil.copy(demo_file, tmp_path / "without.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update loaded_tables set is_loaded = false where table_name = 'targets'"
        )

    page = app(file, "advocacy")

    assert not page.exception
    assert "without a target" in titles(page)
    assert len(key_numbers(page)) == 6


def test_without_events_the_page_names_the_table(app, demo_file, tmp_path):
    file = shutil.copy(demo_file, tmp_path / "without.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update loaded_tables set is_loaded = false where table_name = 'advocacy_events'"
        )

    assert "`advocacy_events`" in said(app(file, "advocacy"))


def test_the_page_asks_at_most_six_questions(app, demo_file, monkeypatch):
    asked = []
    fetch = Warehouse.fetch

    def noted(self, question, **given):
        asked.append(question)
        return fetch(self, question, **given)

    monkeypatch.setattr(Warehouse, "fetch", noted)

    app(demo_file, "advocacy")

    assert 3 < len([each for each in asked if each.startswith("advocacy/")]) <= 6, asked


def test_a_quarter_that_runs_is_measured_by_as_much_of_the_one_before(app, demo_file):
    """The demo speaks for 31 October: one month of the quarter, and one a year before."""
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        (now,), (then,), (all_of_then,) = (
            connection.execute(
                "select count(*) from advocacy_events where qualifies_as = 'csqa'"
                " and happened_on >= ? and happened_on < ?",
                days,
            ).fetchone()
            for days in (
                ("2026-10-01", "2026-11-01"),
                ("2025-10-01", "2025-11-01"),
                ("2025-10-01", "2026-01-01"),
            )
        )
    assert then != all_of_then, "a comparison of nothing"

    card = key_numbers(app(demo_file, "advocacy"))[0]

    assert card.value == str(now)
    assert card.delta.strip("±") == (f"{now - then:+d}" if now != then else "0")
    assert "vs FY25 Q4 up to 31 Oct" in card.said
