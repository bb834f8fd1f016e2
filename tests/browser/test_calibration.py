"""A calibration in Chromium: by keyboard alone, with names hidden, and kept over a restart."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import serving, settle
from tests.ratings import forty
from tests.ratings.forty import CYCLE, KIND, NAMES

pytestmark = pytest.mark.browser

HEAD = "talent?viewer=Hanna+Quist,+CCO&view=Calibration"


@pytest.fixture
def place(tmp_path) -> tuple[Path, Path]:
    """The company's file, and the folder in which the store lies."""
    folder = tmp_path / "server"
    folder.mkdir()
    forty.opened(f"sqlite:///{folder / 'app.sqlite'}").close()
    return forty.company(tmp_path / "forty.duckdb"), folder


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element of that label has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "() => { const e = document.activeElement;"
            " return e.getAttribute('aria-label') || e.innerText || ''; }"
        )
        if re.search(wanted, label):
            return
    raise AssertionError(f"no Tab leads to {wanted}")


@pytest.mark.thorough
def test_somebody_is_moved_and_moved_back_by_keyboard_alone_and_it_outlives_a_restart(
    place, open_page
):
    company, folder = place
    with serving(company, folder) as url:
        page = open_page(f"{url}/{HEAD}")
        tab_to(page, r"\bPerson$")
        page.keyboard.type(NAMES["p00"])
        page.keyboard.press("Enter")
        settle(page)
        tab_to(page, "Move to")
        page.keyboard.press("ArrowDown")
        page.keyboard.type("2B")
        page.keyboard.press("Enter")
        settle(page)
        now = page.locator(".st-key-card_after_calibration")
        expect(now.locator("li.coming")).to_have_text(NAMES["p00"])
        tab_to(page, r"^Reason \(required\)$")
        page.keyboard.type("As the others do")
        tab_to(page, "^Move$")
        page.keyboard.press("Enter")
        settle(page)
        expect(page.get_by_text("stands in 2B now")).to_be_visible(timeout=15_000)
        expect(now.locator("td", has_text="2B").locator("li.moved")).to_have_text(NAMES["p00"])
        page.context.close()

    with serving(company, folder) as url:
        page = open_page(f"{url}/{HEAD}")
        now = page.locator(".st-key-card_after_calibration")
        expect(now.locator("td", has_text="2B").locator("li.moved")).to_have_text(NAMES["p00"])
        tab_to(page, r"\A(undo\s+)?Undo: ")
        page.keyboard.press("Enter")
        settle(page)
        expect(page.get_by_text("stands in 1A again")).to_be_visible(timeout=15_000)
        expect(now.locator("li.moved")).to_have_count(0)
        told = page.locator("h3", has_text=f"2 moves of 1 person made in {CYCLE}")
        expect(told).to_be_visible()
        page.context.close()


def test_while_names_are_hidden_none_is_in_the_document_or_in_a_file(place, open_page):
    company, folder = place
    names = [*NAMES.values(), "Kim Quaid", "Stu Quarles"]
    with serving(company, folder) as url:
        for view in ("9-block", "Calibration", "Raters"):
            page = open_page(f"{url}/talent?viewer=Hanna+Quist,+CCO&names_hidden=true&view={view}")
            expect(page.get_by_text(re.compile(r"Person \d\d")).first).to_be_attached(
                timeout=30_000
            )
            settle(page)
            content = page.content()
            assert not [name for name in names if name in content]
            for key in page.locator("[class*='_csv'] button:visible").all():
                with page.expect_download() as told:
                    key.click()
                text = Path(told.value.path()).read_text()
                assert not [name for name in names if name in text]
            page.wait_for_timeout(500)
            for key in page.locator("[class*='_xlsx'] button:visible").all():
                with page.expect_download() as told:
                    key.click()
                book = zipfile.ZipFile(told.value.path())
                text = " ".join(book.read(each).decode() for each in book.namelist())
                assert not [name for name in (*names, KIND + "@") if name in text]
        page = open_page(f"{url}/{HEAD}&names_hidden=true")
        tab_to(page, r"\bPerson$")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        settle(page)
        tab_to(page, "Show this person's name")
        page.keyboard.press("Enter")
        settle(page)
        assert len([name for name in NAMES.values() if name in page.content()]) == 1
        page.context.close()
