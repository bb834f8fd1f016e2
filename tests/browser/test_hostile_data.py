"""Data that nobody wishes for: every page draws it or says why, and nothing calls out."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.navigation import ENTRIES
from dashboard.policy import Policy
from dashboard.warehouse.build import building
from tests.browser.conftest import serving, settle, show, views_of

pytestmark = pytest.mark.browser

AS_OF = date(2026, 10, 31)
NAMES = [
    "![x](http://example.invalid/x.png)",
    "<img src=http://example.invalid/y.png onerror=alert(1)>",
    "=cmd|'/c calc'!A0",
    "'; drop table accounts; --",
    "$a$ and :red[x] **bold** `code`",
    "\u202egnp.exe",
    "zero\u200bwidth",
    "NULL",
    "🚀" * 40,
    "x" * 300,
    "Same name",
    "Same name",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """A company whose every text, number and date is at its worst."""
    file = tmp_path_factory.mktemp("hostile") / "hostile.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        connection.executemany(
            "insert into team_members (member_id, name, email, role, manager_id)"
            " values (?, ?, ?, ?, ?)",
            [
                ("m1", NAMES[0], "a@x.invalid", "csm", "m2"),
                ("m2", NAMES[1], "b@x.invalid", "cs_manager", "m1"),
                ("m3", NAMES[1], "c@x.invalid", "csm", "nobody"),
            ],
        )
        accounts = [
            (f"a{number}", name, f"{NAMES[number % 4]} {number % 9}", NAMES[number % 3], "m1")
            for number, name in enumerate(NAMES)
        ] + [(f"b{number}", "Plain", "Plain", None, "m3") for number in range(400)]
        connection.executemany(
            "insert into accounts (account_id, account_name, segment, region, csm_id,"
            " lifecycle_stage, customer_since)"
            " values (?, ?, ?, ?, ?, 'No such stage', '0001-01-01')",
            accounts,
        )
        for number, (account, *_) in enumerate(accounts):
            arr = [1e15, 0.01, 0, 250_000][number % 4]
            currency = [None, "USD", "XXX"][number % 3]
            connection.execute(
                "insert into subscriptions (subscription_id, account_id, starts_on, ends_on, arr,"
                " currency) values (?, ?, ?, ?, ?, ?)",
                [
                    f"s{account}",
                    account,
                    date(2024, 2, 29),
                    [None, date(2024, 2, 29), date(9999, 12, 31)][number % 3],
                    arr,
                    currency,
                ],
            )
            due = [date(2026, 12, 1), date(1, 1, 1), date(9999, 12, 31)][number % 3]
            connection.execute(
                "insert into renewals (renewal_id, account_id, due_on, arr_due, status, closed_on)"
                " values (?, ?, ?, ?, ?, ?)",
                [
                    f"r{account}",
                    account,
                    due,
                    arr,
                    ["open", "renewed", "churned"][number % 3],
                    None,
                ],
            )
            for measure in ("deployment", "engagement", "adoption", "roi"):
                connection.execute(
                    "insert into health_scores values (?, ?, ?, ?)",
                    [account, date(2026, 10, 26), measure, [101, -5, 50, float("inf")][number % 4]],
                )
            connection.execute(
                "insert into survey_responses (response_id, account_id, survey, persona,"
                " responded_on, score, comment) values (?, ?, 'nps', ?, ?, ?, ?)",
                [
                    f"q{account}",
                    account,
                    ["end_user", None, "ghost"][number % 3],
                    [date(2026, 9, 1), None][number % 2],
                    number % 11,
                    NAMES[number % len(NAMES)],
                ],
            )
            connection.execute(
                "insert into opportunities (opportunity_id, account_id, kind, amount, stage,"
                " forecast_category, expected_close_on) values (?, ?, 'upsell', ?, ?, ?, ?)",
                [
                    f"o{account}",
                    [account, None][number % 2],
                    [arr, None][number % 2],
                    NAMES[number % 4],
                    ["commit", "no such category"][number % 2],
                    [due, None][number % 2],
                ],
            )
        connection.execute(
            "insert into talent_reviews (member_id, cycle, reviewer_id, performance, promotability)"
            " values ('m1', ?, 'm2', 'exceeds', 'high')",
            [NAMES[0]],
        )
    return file


@pytest.fixture(scope="module")
def hostile_server(hostile, tmp_path_factory):
    with serving(hostile, tmp_path_factory.mktemp("hostile_server")) as url:
        yield url


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.file)
def test_page_draws_hostile_data_and_calls_nobody(open_page, hostile_server, entry):
    first = entry is ENTRIES[0]
    page = open_page(f"{hostile_server}/{'' if first else entry.file}")

    for view in views_of(page):
        show(page, view)
        expect(page.get_by_text("could not be drawn")).to_have_count(0)
        assert page.locator("h3.finding, [data-testid=stAlert]").count() > 0
        for panel in ("Table", "Explain"):
            for button in page.get_by_role("radio", name=panel, exact=True).all()[:2]:
                button.click()
                settle(page)
    assert page.outside == []
    assert page.locator("img[src*='example.invalid']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
