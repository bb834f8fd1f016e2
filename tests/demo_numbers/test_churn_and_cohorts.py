"""Churn and cohorts of the demo, worked out a second time from what each account pays by day."""

import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import churn, cohorts
from tests.demo_numbers.test_independent import Company, cents, monday_of
from tests.factories import AS_OF, Row

ALL_KNOWN = "restated"
DAY = timedelta(days=1)
CASES = {
    "today": Filters(as_of=AS_OF, since=date(2025, 11, 1)),
    "an earlier day": Filters(as_of=date(2026, 2, 18)),
    "narrowed": Filters(
        as_of=AS_OF,
        since=date(2025, 10, 1),
        until=date(2026, 7, 1),
        segments=("Enterprise", "Small Business"),
        regions=("Europe", "North America"),
    ),
}


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = Company(connection)
        for table in ("churn_events", "arr_movements"):
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            found.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def live(company: Company, account: Row, on: date) -> Decimal:
    """What an account pays on a day, in its own currency."""
    return sum(
        (
            row["arr"]
            for row in company.subscriptions[account["account_id"]]
            if row["starts_on"] <= on and (row["ends_on"] is None or on < row["ends_on"])
        ),
        Decimal(0),
    )


def changes(company: Company, account: Row, until: date) -> list[tuple[date, Decimal, Decimal]]:
    """Days on which an account's ARR changed, with what it was before and after."""
    rows = company.subscriptions[account["account_id"]]
    days = {row["starts_on"] for row in rows} | {row["ends_on"] for row in rows if row["ends_on"]}
    found, before = [], Decimal(0)
    for day in sorted(each for each in days if each <= until):
        after = live(company, account, day)
        if after != before:
            found.append((day, before, after))
        before = after
    return found


def reason_of(company: Company, account_id: str, day: date, after: Decimal, as_of: date) -> tuple:
    """Reason and whether it was controllable: of the renewal, of the event, of the movement."""
    words = {True: "controllable", False: "not controllable", None: "unknown"}
    if after > 0:
        booked = [
            row
            for row in company.tables["arr_movements"]
            if row["account_id"] == account_id and row["effective_on"] == day and row["amount"] < 0
        ]
        largest = min(booked, key=lambda row: (row["amount"], row["movement_id"]), default=None)
        return (largest["reason"] if largest else "no reason given", "unknown")
    for row in company.tables["renewals"]:
        of_the_day = row["account_id"] == account_id and day in {row["due_on"], row["closed_on"]}
        if of_the_day and row["status"] == "churned" and row["closed_on"] <= as_of:
            return row["churn_reason"], words[row["churn_controllable"]]
    for row in company.tables["churn_events"]:
        if row["account_id"] == account_id and row["churned_on"] == day:
            return row["reason"], words[row["controllable"]]
    return "no reason given", "unknown"


def losses(company: Company, filters: Filters) -> dict[tuple[str, date], Row]:
    """Every loss of the window by account and day."""
    found = {}
    for account in company.accounts(filters).values():
        account_id = account["account_id"]
        rate = company.rate(account["currency"] or "USD", filters.as_of)
        came_on = None
        for day, before, after in changes(company, account, filters.as_of):
            came_on = day if before <= 0 else came_on
            in_window = (filters.since or day) <= day < (filters.until or day + DAY)
            if after < before and in_window:
                reason, control = reason_of(company, account_id, day, after, filters.as_of)
                found[account_id, day] = {
                    "movement": "contraction" if after > 0 else "churn",
                    "arr_lost": cents(before * rate) - cents(after * rate),
                    "reason": reason,
                    "control": control,
                    "came_on": came_on,
                    "segment": company.attribute(account, "segment", day - DAY),
                }
    return found


def test_losses_with_their_reasons(demo, company, filters):
    expected = losses(company, filters)
    names = ("movement", "arr_lost", "reason", "control", "segment")

    rows = churn.lost(demo, EVERYTHING, filters, basis=ALL_KNOWN)

    answer = {
        (row["account_id"], row["lost_on"]): tuple(row[name] for name in names)
        for row in rows.iter_rows(named=True)
    }
    assert len(answer) > 20
    assert answer == {key: tuple(row[name] for name in names) for key, row in expected.items()}

    quarters: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0)])
    reasons: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0)])
    for (_, day), row in expected.items():
        quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        for cell in (
            quarters[quarter, row["movement"], row["control"]],
            reasons[row["movement"], row["reason"], row["control"]],
        ):
            cell[0] += 1
            cell[1] += row["arr_lost"]
    by_quarter = churn.by_quarter(demo, EVERYTHING, filters, basis=ALL_KNOWN)
    by_reason = churn.by_reason(demo, EVERYTHING, filters, basis=ALL_KNOWN)
    told = ("losses", "arr_lost")
    keys = ("quarter", "movement", "control")
    assert dict(
        zip(by_quarter.select(keys).rows(), by_quarter.select(told).rows(), strict=True)
    ) == {key: tuple(cell) for key, cell in quarters.items()}
    keys = ("movement", "reason", "control")
    assert dict(zip(by_reason.select(keys).rows(), by_reason.select(told).rows(), strict=True)) == {
        key: tuple(cell) for key, cell in reasons.items()
    }


def test_health_before_leaving(demo, company):
    filters = CASES["today"]
    ends_of_weeks: dict[date, date] = {}
    for day in sorted(company.days_measured):
        ends_of_weeks[monday_of(day)] = day
    expected = {}
    for (account_id, day), row in losses(company, filters).items():
        since = max(day - timedelta(days=365), row["came_on"])
        bands = {
            each: company.band(account_id, each)
            for each in ends_of_weeks.values()
            if since <= each < day
        }
        recent = {band for each, band in bands.items() if (day - each).days <= 90}
        best = next((band for band in ("green", "amber", "red") if band in recent), None)
        first_red = min((each for each, band in bands.items() if band == "red"), default=None)
        expected[account_id, day] = (best, first_red)

    rows = churn.lost(demo, EVERYTHING, filters, basis=ALL_KNOWN)

    assert {
        (row["account_id"], row["lost_on"]): (row["best_band"], row["first_red_on"])
        for row in rows.iter_rows(named=True)
    } == expected
    assert {"green", "amber", "red"} <= {best for best, _ in expected.values()}


@pytest.mark.parametrize("months", [3, 12], ids=["quarters", "years"])
def test_triangle(demo, company, filters, months):
    def starts(day: date) -> date:
        return date(day.year, (day.month - 1) // months * months + 1, 1)

    def after(first: date, periods: int) -> date:
        month = first.year * 12 + first.month - 1 + periods * months
        return date(month // 12, month % 12 + 1, 1)

    expected: dict[tuple, list] = defaultdict(
        lambda: [0, 0, Decimal(0), Decimal(0), Decimal(0), False]
    )
    everything = Filters(filters.as_of, segments=filters.segments, regions=filters.regions)
    for account in company.accounts(everything).values():
        moved = changes(company, account, filters.as_of)
        if not moved:
            continue
        cohort_on, age = starts(moved[0][0]), 0
        while (first := after(cohort_on, age)) <= filters.as_of:
            base_on = min(after(cohort_on, 1) - DAY, filters.as_of)
            looked_on = min(after(first, 1) - DAY, filters.as_of)
            rate = company.rate(account["currency"] or "USD", base_on)
            start = cents(live(company, account, base_on) * rate)
            now = cents(live(company, account, looked_on) * rate)
            cell = expected[cohort_on, age]
            cell[5] = after(first, 1) - DAY <= filters.as_of
            if start > 0:
                cell[0] += 1
                cell[1] += now > 0
                cell[2] += start
                cell[3] += min(start, now)
                cell[4] += now
            age += 1

    period = "quarter" if months == 3 else "year"
    triangle = cohorts.triangle(demo, EVERYTHING, everything, period=period, basis=ALL_KNOWN)

    names = ("accounts", "kept", "opening_arr", "gross_arr", "net_arr", "is_complete")
    answer = {
        (row["cohort_on"], row["age"]): tuple(row[name] for name in names)
        for row in triangle.iter_rows(named=True)
    }
    assert len(answer) > 10
    assert answer == {key: tuple(cell) for key, cell in expected.items()}
