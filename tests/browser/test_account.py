"""Every name of an account leads to its page: clicked in Chromium, hostile names included."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from dashboard.policy import Policy
from dashboard.warehouse.build import building
from tests.browser.conftest import AS_OF, serving, settle

pytestmark = pytest.mark.browser

HOSTILE = [
    "![x](http://example.invalid/x.png)&account=b",
    "<img src=http://example.invalid/y.png onerror=alert(1)>",
    "AT&T + 100 % Söhne / 売上 #1?",
]


def clicked(page: Page, table, places: Iterable[float]) -> Page:
    """The page that opens when the name in the first row is clicked, somewhere near a place."""
    canvas = table.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    opened: list[Page] = []
    page.context.on("page", lambda new: opened.append(new))  # noqa: PLW0108 -- not a builtin
    for place in places:
        canvas.hover(position={"x": place, "y": 53}, force=True)
        page.wait_for_timeout(300)
        canvas.click(position={"x": place, "y": 53}, force=True)
        page.wait_for_timeout(1_000)
        if opened:
            break
    account = opened[0]
    account.wait_for_url("**/account?**")
    settle(account)
    return account


def account_in(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get("account", [])


def test_a_name_in_a_table_opens_the_page_of_that_account(open_page, server):
    page = open_page(f"{server}/health?view=Movement")
    table = page.locator(".st-key-card_crossings [data-testid=stDataFrame]")
    expect(table).to_be_visible(timeout=15_000)
    address = table.locator("[role=gridcell]").first.inner_text()

    account = clicked(page, table, (22, 40, 60))

    behind = parse_qs(urlsplit(address).query)
    assert account_in(account) == behind["account"]
    expect(account.locator("h2.account")).to_have_text(behind["name"][0])
    assert "name=" not in account.url


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """Accounts with the worst names; each has a child, so that its page has a table of accounts."""
    file = tmp_path_factory.mktemp("hostile_names") / "names.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        for number, name in enumerate(HOSTILE):
            for account_id, parent in ((f"top {number}&", None), (f"c{number}", f"top {number}&")):
                connection.execute(
                    "insert into accounts (account_id, account_name, segment, lifecycle_stage,"
                    " customer_since, parent_account_id) values (?, ?, 'S', 'Adoption', ?, ?)",
                    [account_id, name if parent is None else "Child", date(2024, 1, 1), parent],
                )
    return file


@pytest.fixture(scope="module")
def hostile_server(hostile, tmp_path_factory):
    with serving(hostile, tmp_path_factory.mktemp("hostile_names_server")) as url:
        yield url


@pytest.mark.sampled(3)
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_name_opens_its_own_page_and_stays_text(open_page, hostile_server, number):
    page = open_page(f"{hostile_server}/account?account=c{number}&view=Voice+and+support")
    table = page.locator(".st-key-card_account_family [data-testid=stDataFrame]")
    expect(table).to_be_visible(timeout=15_000)
    width = table.bounding_box()["width"]
    account = clicked(page, table, (width * share for share in (0.12, 0.2, 0.3)))

    assert account_in(account) == [f"top {number}&"]
    expect(account.locator("h2.account")).to_have_text(HOSTILE[number])
    assert account.locator("img[src*='example.invalid']").count() == 0
    assert urlsplit(account.url).netloc == urlsplit(hostile_server).netloc
    assert page.outside == []


def test_an_account_that_is_not_there_gets_a_sentence(open_page, hostile_server):
    page = open_page(f"{hostile_server}/account?account=nobody")
    text = page.locator("[data-testid=stAlert]").inner_text()
    assert "There is no account with this id that you may see" in text
