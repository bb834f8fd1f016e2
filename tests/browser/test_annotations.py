"""Notes in Chromium: a numbered rule, text that stays text, marks that still lead on."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.store.store import Store
from tests.browser.conftest import running, settle

pytestmark = pytest.mark.browser

TEXT = "<img src=http://example.invalid/x.png> ![x](http://example.invalid/y.png) New prices"


@pytest.fixture(scope="module")
def noted_server(demo_file, tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("noted_server")
    store = Store(f"sqlite:///{folder / 'app.sqlite'}")
    store.save_annotation(
        "a", TEXT, date(2026, 9, 16), None, on_top_of=None, by="ana@x.example",
        at=datetime(2026, 10, 2, tzinfo=UTC), token="a",
    )  # fmt: skip
    store.close()
    # By the entry that whoever looks at the demo is served by.
    with running(demo_file, folder, entry="app.py") as (url, _):
        yield url


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("path", "card"),
    [
        ("health?view=Movement", "bands_by_week"),
        ("nps", "nps_by_month"),
        ("nps", "answers_by_month"),
        ("retention", "over_time"),
        ("bridge", "movements_by_month"),
        ("churn", "churn_by_quarter"),
        ("account", "account_health"),
    ],
)
def test_a_note_is_a_numbered_rule_on_the_chart_and_a_line_below(
    open_page, noted_server, path, card
):
    page = open_page(f"{noted_server}/{path}")
    chart = page.locator(f".st-key-card_{card} [data-testid=stVegaLiteChart] svg")
    expect(chart).to_be_visible(timeout=15_000)
    rule = chart.locator("[aria-label*='New prices'][aria-roledescription*='rule']")
    expect(rule.first).to_be_attached(timeout=15_000)
    expect(chart.locator("text", has_text="1").first).to_be_attached()
    line = page.locator(f".st-key-card_{card} ol.notes li")
    expect(line).to_contain_text(f"16 Sep 2026: {TEXT} (ana@x.example")
    assert page.locator("img[src*='example.invalid']").count() == 0
    assert page.locator("ol.notes a").count() == 0
    assert page.outside == []


def test_a_mark_of_an_annotated_chart_still_leads_to_its_rows(open_page, noted_server):
    page = open_page(f"{noted_server}/health?view=Movement")
    marks = page.locator(".st-key-card_bands_by_week path[aria-label*='ARR']")
    expect(marks.first).to_be_visible(timeout=15_000)
    marks.nth(marks.count() // 2).click(force=True)
    behind = page.locator(".st-key-card_bands_by_week p.behind")
    behind.wait_for(timeout=15_000)
    assert "customer" in behind.inner_text()


def test_a_note_is_pinned_from_below_a_chart(open_page, noted_server):
    page = open_page(f"{noted_server}/bridge")
    card = page.locator(".st-key-card_movements_by_month")
    card.get_by_text("Notes", exact=True).click()
    card.locator("textarea").fill("Outage of two days")
    card.get_by_role("button", name="Pin the note").click()
    expect(card.get_by_text("The note is pinned.")).to_be_visible(timeout=15_000)
    settle(page)
    expect(card.locator("ol.notes li", has_text="Outage of two days")).to_have_count(1)
