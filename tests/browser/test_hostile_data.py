"""Data that nobody wishes for: every page draws it or says why, and nothing calls out."""

import pytest
from playwright.sync_api import expect

from dashboard.navigation import ENTRIES
from tests.browser.conftest import serving, settle, show, views_of
from tests.hostile import build_hostile

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    build_hostile(folder / "hostile.duckdb")
    with serving(folder / "hostile.duckdb", folder) as url:
        yield url


@pytest.mark.sampled(7)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.file)
def test_page_draws_hostile_data_and_calls_nobody(open_page, hostile_server, entry):
    first = entry is ENTRIES[0]
    page = open_page(f"{hostile_server}/{'' if first else entry.file}")

    for view in views_of(page):
        show(page, view)
        expect(page.get_by_text("could not be drawn")).to_have_count(0)
        assert page.locator("h3.finding, [data-testid=stAlert]").count() > 0
        for panel in ("Table", "Explain") if view == views_of(page)[0] else ("Table",):
            for button in page.get_by_role("radio", name=panel, exact=True).all()[:1]:
                button.click()
                settle(page)
    assert page.outside == []
    assert page.locator("img[src*='example.invalid']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
