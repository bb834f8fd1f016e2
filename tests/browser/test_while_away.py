"""A page left open while the warehouse is away is up to date by itself when it is back."""

import os
import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serving, settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("FAULTS" not in os.environ, reason="looks for a warehouse take seconds"),
]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_page_left_open_comes_back_by_itself(demo_file, tmp_path, open_page, width, theme):
    file = tmp_path / "company.duckdb"
    shutil.copy(demo_file, file)
    with serving(file, tmp_path, CS_DASHBOARD_KEPT__ENABLED="true") as url:
        page = open_page(f"{url}/renewals", width=width, theme=theme)
        numbers = page.locator(".kpi .value").all_inner_texts()
        assert numbers
        gone = file.rename(tmp_path / "gone.duckdb")
        page.reload()
        settle(page)
        banner = page.get_by_text("the warehouse cannot be reached since")
        expect(banner).to_have_count(1)
        assert page.locator(".kpi .value").all_inner_texts() == numbers
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        gone.rename(file)
        expect(banner).to_have_count(0, timeout=120_000)
        settle(page)
        assert page.locator(".kpi .value").all_inner_texts() == numbers
