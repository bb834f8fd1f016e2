"""The first page leads to the account of a sentence and to the page of its subject."""

from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def test_a_sentence_leads_to_its_account_and_keeps_the_filters(open_page, server):
    page = open_page(f"{server}/?segment=Enterprise&as_of=2026-09-20")
    story = page.locator(".st-key-told_moved_0")
    name = story.get_by_role("link").first
    named = name.inner_text()

    name.click()
    page.wait_for_url("**/account?**")
    settle(page)

    kept = parse_qs(urlparse(page.url).query)
    assert kept["as_of"] == ["2026-09-20"]
    assert kept["account"]
    expect(page.get_by_role("heading", name=named, exact=True)).to_be_visible(timeout=15_000)


def test_a_number_leads_to_its_page_which_shows_the_same(open_page, server):
    page = open_page(f"{server}/?segment=Enterprise")
    card = page.locator(".kpi[aria-label='ARR at red']")
    value = card.locator(".value").inner_text()

    page.get_by_role("link", name="Green and red ARR: Health").click()
    page.wait_for_url("**/health?**")
    settle(page)

    assert parse_qs(urlparse(page.url).query)["segment"] == ["Enterprise"]
    there = page.locator(".kpi[aria-label='ARR at red']")
    expect(there.locator(".value")).to_have_text(value, timeout=15_000)


def test_the_cards_are_above_the_fold(open_page, server):
    page = open_page(server)

    boxes = [card.bounding_box() for card in page.locator(".kpi").all()]
    assert len(boxes) == 12
    assert max(box["y"] + box["height"] for box in boxes) <= 900
