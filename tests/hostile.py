"""A company that nobody wishes for: every text, number and date at its worst."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from dashboard.policy import Policy
from dashboard.warehouse.build import building

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

SHORT = {"products", "targets", "skill_assessments"}


def build_hostile(file: Path) -> None:
    """A company whose every text, number and date is at its worst.

    Managers and parents go in circles, nobody is there who is named, ends come before starts; one
    CSM has 400 accounts and another none, some accounts have no CSM, and there are fifty segments.
    """
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        insert(
            connection,
            "team_members (member_id, name, email, role, manager_id)",
            [
                ("m1", NAMES[0], "a@x.invalid", "csm", "m2"),
                ("m2", NAMES[1], "b@x.invalid", "cs_manager", "m1"),
                ("m3", NAMES[1], "c@x.invalid", "csm", "nobody"),
                ("m4", "No accounts", "d@x.invalid", "csm", "m2"),
            ],
        )
        accounts = [
            (f"a{number}", name, f"{NAMES[number % 4]} {number % 9}", NAMES[number % 3], "m1")
            for number, name in enumerate(NAMES)
        ]
        accounts += [
            (f"b{number}", "Plain", f"Segment {number % 50}", None, "m3") for number in range(400)
        ]
        accounts += [(f"c{number}", "Nobody's", "", None, None) for number in range(3)]
        insert(
            connection,
            "accounts (account_id, account_name, segment, region, csm_id, lifecycle_stage,"
            " customer_since)",
            [(*each, "No such stage", date(1, 1, 1)) for each in accounts],
        )
        connection.execute(
            "update accounts set parent_account_id = case account_id when 'a0' then 'a1'"
            " when 'a1' then 'a0' else 'nobody' end where account_id in ('a0', 'a1', 'a2')"
        )
        connection.execute("insert into fx_rates values ('EUR', '2020-01-01', 1.1)")
        _everything_else(connection, [account for account, *_ in accounts])
        connection.execute(
            "insert into talent_reviews (member_id, cycle, reviewer_id, performance, promotability)"
            " values ('m1', ?, 'm2', 'exceeds', 'high')",
            [NAMES[0]],
        )


def _everything_else(connection: duckdb.DuckDBPyConnection, accounts: list[str]) -> None:
    """What people, systems and clocks do to the other tables: one row of each for every account."""
    days = [date(2026, 9, 15), date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)]
    moments = [datetime(each.year, each.month, each.day, 12, tzinfo=UTC) for each in days]
    due = [date(2026, 12, 1), date(1, 1, 1), date(9999, 12, 31)]
    strange = [float("nan"), float("-inf"), 1e15, 0.5]
    scores = [101, -5, 50, float("inf")]
    amounts = [Decimal(10) ** 15, Decimal("0.01"), Decimal(0), Decimal(250_000), Decimal(-5_000)]
    currencies = [None, "EUR", "XXX"]
    tables = {
        "subscriptions (subscription_id, account_id, starts_on, ends_on, arr, currency)":
            lambda n, a: (
                f"s{a}", a, days[3], [None, date(2023, 1, 1), days[2]][n % 3], amounts[n % 5],
                currencies[n % 3],
            ),
        "renewals (renewal_id, account_id, due_on, arr_due, status, closed_on)": lambda n, a: (
            f"r{a}", a, due[n % 3], amounts[n % 5], ["open", "renewed", "churned"][n % 3], None,
        ),
        "survey_responses (response_id, account_id, survey, persona, responded_on, score, comment)":
            lambda n, a: (
                f"q{a}", a, "nps", ["end_user", None, "ghost"][n % 3],
                [date(2026, 9, 1), None][n % 2], n % 11, NAMES[n % 12],
            ),
        "opportunities (opportunity_id, account_id, kind, amount, stage, forecast_category,"
        " expected_close_on)": lambda n, a: (
            f"o{a}", [a, None][n % 2], "upsell", [amounts[n % 5], None][n % 2], NAMES[n % 4],
            ["commit", "no such category"][n % 2], [due[n % 3], None][n % 2],
        ),
        **{
            f"health_scores /* {measure} */": lambda n, a, measure=measure: (
                a, date(2026, 10, 26), measure, scores[n % 4],
            )
            for measure in ("deployment", "engagement", "adoption", "roi")
        },
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
        "opportunity_history": lambda n, a: (
            f"o{a}", moments[n % 4], ["forecast_category", "stage", NAMES[0]][n % 3],
            NAMES[n % 12], [None, "commit"][n % 2],
        ),
        "skill_assessments": lambda n, _: (
            ["m1", "nobody"][n % 2], NAMES[0], NAMES[n % 12], [None, 10**9][n % 2], None,
        ),
        "targets": lambda n, _: (days[1], days[2], ["nrr", "csqa", NAMES[0]][n % 3], None, -1),
    }  # fmt: skip
    for table, row in tables.items():
        rows = [row(n, account) for n, account in enumerate(accounts)]
        insert(connection, table, rows[:12] if table in SHORT else rows)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    """Insert rows with one statement: one for each row takes half a minute."""
    places = f"({', '.join('?' for _ in rows[0])})"
    connection.execute(
        f"insert into {table} values {', '.join(places for _ in rows)}",
        [value for row in rows for value in row],
    )
