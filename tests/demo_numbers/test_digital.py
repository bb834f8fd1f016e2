"""The demo's programmes and behaviours, worked out a second time with dicts and loops."""

import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import behaviours, digital
from tests.demo_numbers.test_independent import Company, cents, month_of, within
from tests.factories import AS_OF, Row

CASES = {
    "today": Filters(as_of=AS_OF),
    "an earlier day": Filters(as_of=date(2026, 2, 18), since=date(2024, 6, 1)),
    "narrowed": Filters(
        as_of=AS_OF,
        since=date(2025, 1, 1),
        until=date(2026, 9, 1),
        segments=("Mid-Market", "Small Business"),
        regions=("Europe", "North America"),
    ),
}
TABLES = ("digital_touches", "usage_weekly", "usage_events", "arr_movements")


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = Company(connection)
        for table in TABLES:
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            found.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def touches(company: Company, filters: Filters) -> list[Row]:
    """Messages sent by the as-of date, with what had become of them by then."""
    accounts, found = company.accounts(filters), []
    for row in company.tables["digital_touches"]:
        sent_on = row["sent_at"].date()
        if row["account_id"] not in accounts or sent_on > filters.as_of:
            continue
        seen = {
            name: row[f"{name}_at"].date()
            if row[f"{name}_at"] and row[f"{name}_at"].date() <= filters.as_of
            else None
            for name in ("reached", "acted")
        }
        found.append(
            row
            | {
                "sent_on": sent_on,
                "reached_on": seen["reached"] if row["arm"] != "control" else None,
                "acted_on": seen["acted"],
            }
        )
    return found


def in_days(day: date | None, start: date, days: int) -> bool:
    return day is not None and (day - start).days <= days


def test_reach_by_month(demo, company, filters):
    expected: dict[tuple, list[int]] = defaultdict(lambda: [0] * 6)
    for row in touches(company, filters):
        sent_on = row["sent_on"]
        if not within(sent_on, filters):
            continue
        cell = expected[month_of(sent_on), row["program"], row["channel"], row["arm"]]
        settled = (filters.as_of - sent_on).days >= 30
        reached = row["reached_on"] is not None
        acted = in_days(row["acted_on"], sent_on, 30)
        cell[0] += 1
        cell[1] += settled
        cell[2] += settled
        cell[3] += settled and reached
        cell[4] += settled and reached and acted
        cell[5] += settled and acted

    answer = digital.by_month(demo, EVERYTHING, filters)

    assert {row[:4]: list(row[4:10]) for row in answer.iter_rows()} == expected
    assert answer["reached_in_control"].sum() == 0
    assert sum(cell[4] for cell in expected.values()) > 10


def test_the_funnel(demo, company, filters):
    accounts = company.accounts(filters)
    steps: dict[tuple, list[str]] = defaultdict(list)
    for row in touches(company, filters):
        if row["arm"] == "control" or (filters.as_of - row["sent_on"]).days < 30:
            continue
        if not within(row["sent_on"], filters):
            continue
        place = 2
        if row["reached_on"]:
            place = 4 if in_days(row["acted_on"], row["sent_on"], 30) else 3
        for each in range(1, place + 1):
            steps[row["program"], each].append(row["account_id"])

    answer = digital.funnel(demo, EVERYTHING, filters)

    assert {(row[0], row[1]): row[3:] for row in answer.iter_rows()} == {
        key: (
            len(ids),
            len(set(ids)),
            sum((company.arr(accounts[each], filters.as_of) for each in set(ids)), Decimal(0)),
        )
        for key, ids in steps.items()
    }


def mean_users(rows: list[Row], first: date, end: date, as_of: date) -> float | None:
    users = [
        row["active_users"]
        for row in rows
        if first <= row["week_on"] < min(end, as_of + timedelta(days=1))
    ]
    return sum(users) / len(users) if users else None


def test_what_came_after(demo, company, filters):
    accounts, as_of = company.accounts(filters), filters.as_of
    weeks, moves = company.by_account("usage_weekly"), company.by_account("arr_movements")
    due = company.by_account("renewals")
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in touches(company, filters):
        groups[row["program"], row["account_id"]].append(row)
    expected: dict[tuple, list] = defaultdict(lambda: [0] * 10 + [Decimal(0)])
    for (program, account_id), rows in groups.items():
        start = min(row["sent_on"] for row in rows)
        if not within(start, filters):
            continue
        account = accounts[account_id]
        (arm,) = {row["arm"] for row in rows}
        acted = any(in_days(row["acted_on"], start, 30) for row in rows)
        reached = any(in_days(row["reached_on"], start, 30) for row in rows)
        response = (
            "acted"
            if acted
            else "not asked"
            if arm == "control"
            else "reached, not acted"
            if reached
            else "not reached"
        )
        cell = expected[program, arm, response]
        cell[0] += 1
        if (as_of - start).days >= 30:
            cell[1] += 1
            cell[2] += acted
        if (as_of - start).days < 90:
            continue
        cell[3] += 1
        end = start + timedelta(days=90)
        before = mean_users(weeks[account_id], start - timedelta(days=28), start, as_of)
        after = mean_users(weeks[account_id], end - timedelta(days=28), end, as_of)
        left_on = account["churned_on"]
        if left_on and left_on <= as_of and left_on <= end:
            after = 0.0
        if before is not None and after is not None:
            cell[4] += 1
            cell[5] += before
            cell[6] += after
            cell[7] += after > before
        grew = [
            row
            for row in moves[account_id]
            if row["movement"] == "expansion"
            and start < row["effective_on"] <= end
            and row["recorded_at"].date() <= as_of
        ]
        cell[8] += bool(grew)
        cell[10] += sum(
            (company.dollars(row["amount"], row, account, as_of) for row in grew), Decimal(0)
        )
        outcomes = [
            row["status"]
            for row in due[account_id]
            if start < row["due_on"] <= end
            and row["status"] != "open"
            and row["closed_on"] <= as_of
        ]
        cell[9] += 100 * bool(outcomes) + (bool(outcomes) and "churned" not in outcomes)

    answer = digital.effects(demo, EVERYTHING, filters)

    assert len(answer) == len(expected)
    for row in answer.iter_rows(named=True):
        cell = expected[row["program"], row["arm"], row["response"]]
        counted = ("accounts", "settled", "acted", "measured", "users_known")
        assert [row[name] for name in counted] == cell[:5]
        assert (row["users_before"], row["users_after"]) == pytest.approx(tuple(cell[5:7]))
        assert (row["grown"], row["expanded"]) == (cell[7], cell[8])
        assert 100 * row["renewals"] + row["renewed"] == cell[9]
        assert row["expansion_arr"] == cents(cell[10])


def test_key_behaviours(demo, company, filters):
    as_of = filters.as_of
    first_done: dict[tuple, date] = {
        (row["account_id"], row["behaviour"]): row["first_done_on"]
        for row in company.tables["usage_events"]
        if row["first_done_on"] <= as_of
    }
    accounts = {
        account_id: account
        for account_id, account in company.accounts(filters).items()
        if account["customer_since"] <= as_of
    }
    names = {behaviour for account_id, behaviour in first_done if account_id in accounts}
    renewals, moves = company.by_account("renewals"), company.by_account("arr_movements")
    expected: dict[tuple, list[int]] = defaultdict(lambda: [0] * 8)
    looked_at = 0
    for account_id, account in accounts.items():
        since = account["customer_since"]
        left_on = account["churned_on"]
        if (as_of - since).days < 90 or (left_on and (left_on - since).days <= 90):
            continue
        looked_at += 1
        first = min(renewals[account_id], key=lambda row: row["due_on"], default=None)
        renewed = None
        if (
            first
            and (first["due_on"] - since).days > 90
            and first["due_on"] <= as_of
            and first["status"] != "open"
            and first["closed_on"] <= as_of
        ):
            renewed = first["status"] == "renewed"
        expanded = None
        if (as_of - since).days >= 365:
            expanded = any(
                row["movement"] == "expansion"
                and 90 < (row["effective_on"] - since).days <= 365
                and row["recorded_at"].date() <= as_of
                for row in moves[account_id]
            )
        for name in names:
            cell = expected[name, date(since.year, 1, 1)]
            done_on = first_done.get((account_id, name))
            side = 0 if done_on and (done_on - since).days <= 90 else 2
            if renewed is not None:
                cell[side] += 1
                cell[side + 1] += renewed
            if expanded is not None:
                cell[4 + side] += 1
                cell[4 + side + 1] += expanded

    answer = behaviours.by_cohort(demo, EVERYTHING, filters)

    assert {row[:2]: list(row[2:]) for row in answer.iter_rows()} == expected
    cohorts = behaviours.cohorts(demo, EVERYTHING, filters)
    out = cohorts["too_young"].sum() + cohorts["left_before"].sum()
    assert cohorts["accounts"].sum() - out == looked_at
    assert cohorts["accounts"].sum() == len(accounts)
