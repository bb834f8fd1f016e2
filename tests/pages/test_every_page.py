"""Every page, whatever the warehouse holds and whoever looks; a new page is in it by existing."""

import errno
import os
from datetime import date

import duckdb
import pytest

from dashboard import demo, session
from dashboard.access import ROLES, Viewer
from dashboard.demo import build_demo
from dashboard.navigation import ENTRIES, PAGES
from dashboard.policy import Policy
from tests.key_numbers import key_numbers

FILES = [entry.file for entry in ENTRIES]
SHOWS_NO_NUMBER = {"data", "load"}
"""Pages about the data themselves."""


def said(page) -> str:
    kinds = (page.info, page.warning, page.error, page.markdown, page.caption)
    return " ".join(element.value for kind in kinds for element in kind)


def test_the_menu_holds_every_page_file():
    assert sorted(FILES) == sorted(path.stem for path in PAGES.glob("[!_]*.py"))


@pytest.mark.parametrize("file", FILES)
def test_page_opens_on_the_demo(app, demo_file, file):
    page = app(demo_file, file)

    assert not page.exception
    assert page.title[0].value
    assert not page.error
    assert key_numbers(page) or file in SHOWS_NO_NUMBER


@pytest.mark.parametrize("file", FILES)
def test_page_says_so_when_every_table_is_empty(app, headers_only, file):
    page = app(headers_only, file)

    assert not page.exception
    assert page.title[0].value
    assert "could not be drawn" not in said(page)
    assert page.info or file in SHOWS_NO_NUMBER


@pytest.mark.parametrize("file", FILES)
def test_page_names_the_tables_it_lacks(app, empty_file, file):
    page = app(empty_file, file)

    assert not page.exception
    assert "could not be drawn" not in said(page)
    if file not in SHOWS_NO_NUMBER:
        assert "has not loaded" in said(page)


@pytest.mark.parametrize("file", FILES)
def test_page_draws_one_row_with_nothing_but_what_it_must_have(app, one_row_file, file):
    page = app(one_row_file, file)

    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert not page.error


MENU = {
    "executive": set(FILES),
    "finance": set(FILES) - {"talent", "load"},
    "cs_manager": set(FILES) - {"load"},
    "csm": set(FILES) - {"talent", "load"},
    "people": {"talent", "data"},
}


@pytest.mark.parametrize("role", ROLES)
def test_a_page_exists_only_for_roles_that_may_open_it(role):
    viewer = Viewer("m", "M", "m@demo.example", role)

    assert {entry.file for entry in ENTRIES if entry.may_open(viewer)} == MENU[role]


@pytest.mark.parametrize("role", ROLES)
def test_the_first_page_opens_for_each_role(app, demo_file, role):
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        email = connection.execute(
            "select min(email) from team_members where role = ? and left_on is null", [role]
        ).fetchone()[0]
    page = app(demo_file)

    page.selectbox(key="viewer").set_value(email).run()

    assert not page.exception
    assert page.title[0].value == ("Talent" if role == "people" else "Overview")
    assert "could not be drawn" not in said(page)


def test_renewals_are_those_of_the_fiscal_weeks_that_the_settings_name(app, tmp_path, monkeypatch):
    choices = {
        "fiscal_year_starts_in": 2,
        "fiscal_pattern": "4-5-4",
        "fiscal_week_starts_on": "sunday",
        "fiscal_year_ends": "nearest",
    }
    for name, value in choices.items():
        monkeypatch.setenv(f"CS_DASHBOARD_POLICY__{name.upper()}", str(value))
    file = tmp_path / "weeks.duckdb"
    build_demo(file, policy=Policy(**choices), as_of=date(2024, 1, 15), accounts=80)
    with duckdb.connect(str(file), read_only=True) as connection:
        (due,) = connection.execute(
            "select count(*) from renewals where due_on between '2023-10-29' and '2024-02-03'"
        ).fetchone()

    page = app(file, "renewals")

    assert "FY24 Q4, 29 Oct 2023 to 3 Feb 2024" in said(page)
    (renewals,) = [each.value for each in key_numbers(page) if each.label == "Renewals due"]
    assert renewals == str(due)
    assert {"FY24 Q4", "FY25 Q1"} <= set(page.selectbox(key="quarter").options)


def test_a_first_start_on_a_full_disk_says_what_to_do(app, monkeypatch, tmp_path):
    target = tmp_path / "demo.duckdb"

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr(session, "DEMO_WAREHOUSE", target)
    monkeypatch.setattr(demo, "build_demo", full)
    page = app(target)

    assert not page.exception
    assert "could not be built: no space left on device" in page.error[0].value
    assert str(tmp_path) not in said(page)
    assert not key_numbers(page)
