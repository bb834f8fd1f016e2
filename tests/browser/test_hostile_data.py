"""Data that nobody wishes for: every page draws it or says why, and nothing calls out."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
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
        _everything_else(connection, [account for account, *_ in accounts])
        connection.execute(
            "insert into talent_reviews (member_id, cycle, reviewer_id, performance, promotability)"
            " values ('m1', ?, 'm2', 'exceeds', 'high')",
            [NAMES[0]],
        )
    return file


def _everything_else(connection: duckdb.DuckDBPyConnection, accounts: list[str]) -> None:
    """What people, systems and clocks do to the other tables: one row of each for every account."""
    days = [date(2026, 9, 15), date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)]
    moments = [datetime(each.year, each.month, each.day, 12, tzinfo=UTC) for each in days]
    strange = [float("nan"), float("-inf"), 1e15, 0.5]
    tables = {
        "products": lambda n, _: (f"p{n}", NAMES[n % 12], None),
        "support_cases": lambda n, a: (
            f"c{n}", a, NAMES[n % 12], moments[n % 4], [None, moments[0]][n % 2], [None, 9][n % 2],
        ),
        "usage_weekly": lambda n, a: (
            a, days[0] + timedelta(days=7 * (n % 6)), [None, -3, 0, 10**9][n % 4],
            [None, 0, 5][n % 3], [7, None][n % 2], [0, None, 3][n % 3],
        ),
        "usage_events": lambda n, a: (a, NAMES[n % 12], days[n % 4]),
        "timeline_entries": lambda n, a: (
            f"t{n}", a, ["m1", "nobody", None][n % 3], ["ebr", "call", "note"][n % 3],
            NAMES[n % 12], [True, None][n % 2], moments[n % 4], NAMES[n % 12],
            ["javascript:alert(1)", "http://example.invalid/", None][n % 3],
        ),
        "risks": lambda n, a: (
            f"k{n}", a, ["Weather", NAMES[0], "Adoption"][n % 3], "auto", NAMES[n % 12],
            ["m1", "nobody", None][n % 3], days[n % 4], [None, days[1]][n % 2],
            [None, None, days[1]][n % 3], NAMES[n % 12],
        ),
        "objectives": lambda n, a: (
            f"g{n}", a, NAMES[n % 12], NAMES[n % 3], strange[n % 4], strange[(n + 1) % 4],
            [None, 1.0][n % 2], days[n % 4], ["on_track", None, "no such status"][n % 3],
            [None, days[n % 4]][n % 2],
        ),
        "advocacy_events": lambda n, a: (
            f"w{n}", a, ["m1", None][n % 2], NAMES[n % 12], ["csqa", "csql", None][n % 3],
            days[n % 4], [None, 1_000_000_000_000_000][n % 2], ["XXX", None][n % 2],
        ),
        "digital_touches": lambda n, a: (
            f"d{n}", a, [None, NAMES[0]][n % 2], NAMES[n % 12], NAMES[1],
            ["test", "control", None][n % 3], moments[n % 4], [None, moments[1]][n % 2],
            [moments[1], None][n % 2],
        ),
        "product_fit": lambda n, a: (
            a, f"p{n % 12}", strange[n % 4], [None, -5, 10**15][n % 3], [None, "XXX"][n % 2],
        ),
        "account_history": lambda n, a: (
            a, ["lifecycle_stage", "segment", "csm_id"][n % 3], NAMES[n % 12], days[n % 4],
            [None, date(1, 1, 2), days[2]][n % 3],
        ),
        "churn_events": lambda n, a: (f"e{n}", a, days[n % 4], NAMES[n % 12], None, NAMES[n % 12]),
        "forecast_calls": lambda n, a: (
            f"f{n}", f"r{a}", "nobody", moments[n % 4], "csm", NAMES[n % 4], [None, -1][n % 2],
            [None, 7.0][n % 2],
        ),
        "arr_movements": lambda n, a: (
            f"v{n}", a, None, None, days[n % 4], moments[n % 4],
            ["new", "churn", "no such movement"][n % 3], NAMES[n % 12],
            [10**15, -(10**15), 0][n % 3], [None, "XXX"][n % 2],
        ),
        "targets": lambda n, _: (days[1], days[2], ["nrr", "csqa", NAMES[0]][n % 3], None, -1),
    }  # fmt: skip
    for table, row in tables.items():
        rows = [row(n, account) for n, account in enumerate(accounts)]
        rows = rows[: len(NAMES)] if table in {"products", "targets"} else rows
        places = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into {table} values ({places})", rows)


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
        for panel in ("Table", "Explain") if view == views_of(page)[0] else ("Table",):
            for button in page.get_by_role("radio", name=panel, exact=True).all()[:1]:
                button.click()
                settle(page)
    assert page.outside == []
    assert page.locator("img[src*='example.invalid']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
