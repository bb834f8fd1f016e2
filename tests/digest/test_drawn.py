"""The HTML of a digest as Chromium draws it: on a phone and wide, light and dark."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from dashboard.digest.content import Unanswered
from dashboard.digest.markup import html
from tests.browser.conftest import QUIET

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield chromium
        chromium.close()


@pytest.mark.sampled(4)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 800])
@pytest.mark.parametrize("role", ["executive", "csm"])
def test_a_digest_fits_asks_for_nothing_and_can_be_read(  # noqa: PLR0917 -- fixtures and choices
    browser, digests, by_role, tmp_path, role, width, scheme
):
    digest = digests[by_role[role]]
    first, *others = digest.parts
    wide = replace(first.items[0], account="W" * 120) if first.items else None
    part = replace(first, items=(wide, *first.items[1:])) if wide else first
    file = tmp_path / "digest.html"
    file.write_text(
        html(
            replace(
                digest,
                parts=(part, *others),
                stale_days=3,
                unanswered=(Unanswered("Renewals at risk", "renewals is not loaded."),),
            )
        ),
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(file.as_uri())

    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.sheet').offsetWidth") <= 640
    found = Axe().run(page).response["violations"]
    assert not [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
    assert page.locator("th[scope=row]").count() == sum(len(each.items) for each in (part, *others))
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
    assert dark == (scheme == "dark")
    page.close()
