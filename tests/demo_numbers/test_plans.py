"""Success plans of the demo, worked out a second time with dicts and loops."""

import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.metrics import plans as metrics
from dashboard.queries import plans as queries
from tests.demo_numbers.test_independent import CASES, Company, within
from tests.factories import AS_OF

CLOSED = ("attained", "missed")


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = Company(connection)
        cursor = connection.execute("select * from objectives")
        names = [column[0] for column in cursor.description]
        found.tables["objectives"] = [
            dict(zip(names, row, strict=True)) for row in cursor.fetchall()
        ]
    return found


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def progress_of(row: dict) -> float | None:
    start, goal, now = row["baseline_value"], row["goal_value"], row["current_value"]
    return None if None in {start, goal, now} or start == goal else (now - start) / (goal - start)


def test_objectives_by_status_progress_and_what_they_wait_for(demo, company, filters):
    if filters.as_of != AS_OF:  # The demo's objectives are due around its last day.
        filters = filters.window(None, None)
    held = {account["account_id"] for account, _ in company.customers(filters)}
    objectives = [
        row
        for row in company.tables["objectives"]
        if row["account_id"] in held and within(row["due_on"], filters)
    ]
    counts: dict[str, int] = defaultdict(int)
    quarters: dict[tuple, int] = defaultdict(int)
    known = []
    for row in objectives:
        counts[row["status"]] += 1
        quarter = date(row["due_on"].year, 3 * ((row["due_on"].month - 1) // 3) + 1, 1)
        quarters[quarter, row["status"].replace("_", " ")] += 1
        if (share := progress_of(row)) is not None:
            known.append(min(max(share, 0.0), 1.0))
        if row["status"] in CLOSED:
            continue
        seen = row["last_validated_on"]
        if seen is None or (filters.as_of - seen).days > 90:
            counts["not validated"] += 1
        ahead = (row["due_on"] - filters.as_of).days
        counts["overdue"] += ahead < 0
        counts["due soon"] += 0 <= ahead <= 30

    parts = queries.by_part(demo, EVERYTHING, filters).filter(holder="customer")

    assert len(objectives) > 20
    assert metrics.on_track(parts) == counts["on_track"]
    assert metrics.at_risk(parts) == counts["at_risk"]
    assert metrics.attained(parts) == counts["attained"]
    assert metrics.missed(parts) == counts["missed"]
    assert metrics.not_validated(parts) == counts["not validated"]
    assert metrics.overdue(parts) == counts["overdue"]
    assert metrics.due_soon(parts) == counts["due soon"]
    assert metrics.progress(parts) == pytest.approx(sum(known) / len(known))
    due = queries.by_due_quarter(demo, EVERYTHING, filters)
    assert {row[:2]: row[2] for row in due.iter_rows()} == quarters


def test_customers_and_arr_by_plan(demo, company, filters):
    planned: dict[str, set] = defaultdict(set)
    for row in company.tables["objectives"]:
        planned[row["account_id"]].add(row["status"])
    expected: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0), 0])
    for account, arr in company.customers(filters):
        statuses = planned[account["account_id"]]
        plan = (
            "no objective"
            if not statuses
            else "at risk or missed"
            if statuses & {"at_risk", "missed"}
            else "on track or attained"
        )
        cell = expected[account["segment"], plan]
        cell[0] += 1
        cell[1] += arr

    found = queries.coverage(demo, EVERYTHING, filters)

    assert {row[:2]: list(row[2:]) for row in found.iter_rows()} == expected
    troubled = [cell[1] for (_, plan), cell in expected.items() if plan == "at risk or missed"]
    assert metrics.arr_troubled(found) == sum(troubled)
    none = [cell for (_, plan), cell in expected.items() if plan == "no objective"]
    assert metrics.without(found) == sum(cell[0] for cell in none)
    assert metrics.arr_without(found) == sum(cell[1] for cell in none)
