"""A CFO's question in Chromium: why did NRR move, which accounts, does Finance's rule agree?"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def test_why_which_accounts_and_does_finance_agree_within_three_clicks(open_page, server):
    page = open_page(f"{server}/retention?period=quarter")
    nrr = page.locator(".kpi").first
    expect(nrr).to_contain_text(re.compile(r"pp\s*vs FY\d\d Q\d"))
    why = page.locator(".st-key-card_why_it_moved")
    expect(why.locator("h3.finding")).to_contain_text(
        re.compile(r"NRR (rose|fell) \d+\.\d pp|is where")
    )

    # One click: the bar of the part that moved it most, and the accounts behind it.
    why.locator("path[aria-roledescription=bar]").first.click()
    settle(page)
    behind = why.locator("p.behind")
    expect(behind).to_contain_text(re.compile(r"\d+ customers?, \$[\d,]+\.\d\d together"))
    expect(why.locator("[data-testid=stDataFrame]")).to_be_visible()

    # Two more: another policy.
    compare = page.locator(".st-key-compare")
    compare.scroll_into_view_if_needed()
    compare.locator("input").click()
    page.get_by_role("option", name="Finance TTM").click()
    settle(page)
    answer = page.locator(".st-key-card_definition_bridge h3.finding")
    expect(answer).to_contain_text(
        re.compile(r"Finance TTM (reads NRR \d|and Board agree|counts NRR)")
    )
    assert "compare=Finance" in page.url
    assert page.outside == []


def test_a_bar_of_the_bridge_is_the_sum_of_its_customers(open_page, server):
    page = open_page(f"{server}/bridge")
    card = page.locator(".st-key-card_bridge")
    churn = card.locator("path[aria-label*='Step: Churn']")
    said = churn.get_attribute("aria-label")
    amount = re.search(r"Amount: \W?([\d,.]+)", said)
    assert amount, said

    churn.click()
    settle(page)

    expect(card.locator("p.behind")).to_contain_text(f"(${amount[1]}) together")
