"""Every page, whatever the warehouse holds and whoever looks; a new page is in it by existing."""

import duckdb
import pytest

from dashboard.access import ROLES, Viewer
from dashboard.navigation import ENTRIES, PAGES

FILES = [entry.file for entry in ENTRIES]


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
    assert page.metric or file == "data"


@pytest.mark.parametrize("file", FILES)
def test_page_says_so_when_every_table_is_empty(app, headers_only, file):
    page = app(headers_only, file)

    assert not page.exception
    assert page.title[0].value
    assert "could not be drawn" not in said(page)
    assert page.info or file == "data"


@pytest.mark.parametrize("file", FILES)
def test_page_names_the_tables_it_lacks(app, empty_file, file):
    page = app(empty_file, file)

    assert not page.exception
    assert "could not be drawn" not in said(page)
    if file != "data":
        assert "has not loaded" in said(page)


MENU = {
    "executive": set(FILES),
    "finance": set(FILES) - {"talent"},
    "cs_manager": set(FILES),
    "csm": set(FILES) - {"talent"},
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
    assert page.title[0].value == ("Talent" if role == "people" else "Renewals")
    assert "could not be drawn" not in said(page)
