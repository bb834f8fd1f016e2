"""Renewals to watch of the demo, worked out a second time with dicts and loops."""

import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.forecasts.questions import ahead as forecast
from dashboard.forecasts.questions.likelihood import likelihood
from dashboard.metrics import renewal_watch as metrics
from dashboard.policy import Policy
from dashboard.queries import renewal_watch as queries
from tests.demo_numbers.test_independent import CASES, Company, monday_of, within

TOUCHES = ("ebr", "call", "meeting", "email")


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = Company(connection)
        cursor = connection.execute("select * from timeline_entries")
        names = [column[0] for column in cursor.description]
        found.tables["timeline_entries"] = [
            dict(zip(names, row, strict=True)) for row in cursor.fetchall()
        ]
    return found


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def due(company: Company, filters: Filters):
    """Renewals of the window with their account, their state on the day and their amounts."""
    accounts = company.accounts(filters)
    for row in company.tables["renewals"]:
        account = accounts.get(row["account_id"])
        if account is None or not within(row["due_on"], filters):
            continue
        is_closed = row["status"] != "open" and row["closed_on"] <= filters.as_of
        amount = company.dollars(row["arr_due"], row, account, filters.as_of)
        yield row, account, row["status"] if is_closed else "open", amount


def was_red(company: Company, row: dict) -> bool:
    """Whether the account was red at the end of a measured week in the 90 days before it closed."""
    last_of_week: dict = {}
    for day in company.days_measured:
        monday = monday_of(day)
        last_of_week[monday] = max(day, last_of_week.get(monday, day))
    return any(
        company.band(row["account_id"], day) == "red"
        for day in last_of_week.values()
        if timedelta(0) < row["closed_on"] - day <= timedelta(days=90)
    )


def test_lost_at_risk_and_saved(demo, company, filters):
    expected: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0), 0])

    def add(account, row, state, amount):
        month = 3 * ((row["due_on"].month - 1) // 3) + 1
        cell = expected[row["due_on"].replace(month=month, day=1), account["segment"], state]
        cell[0] += 1
        cell[1] += amount

    for row, account, status, amount in due(company, filters):
        if status == "churned":
            add(account, row, "churned", amount)
        elif status == "open":
            if company.band(row["account_id"], filters.as_of) == "red":
                add(account, row, "at_risk", amount)
        else:
            renewed = company.dollars(row["arr_renewed"], row, account, filters.as_of)
            kept = min(amount, renewed)
            if kept < amount:
                add(account, row, "reduced", amount - kept)
            if was_red(company, row):
                add(account, row, "saved", kept)

    found = queries.stakes_by_quarter(demo, EVERYTHING, filters)

    assert len(found) > 5
    assert {row[:3]: list(row[3:]) for row in found.iter_rows()} == expected
    sums = {
        state: sum(cell[1] for key, cell in expected.items() if key[2] in state)
        for state in (("churned", "reduced"), ("at_risk",), ("saved",))
    }
    assert metrics.arr_lost(found) == sums["churned", "reduced"]
    assert metrics.arr_at_risk(found) == sums["at_risk",]
    assert metrics.arr_saved(found) == sums["saved",]


def test_the_renewal_calendar(demo, company, filters):
    ahead = filters.window(None, None)
    expected: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0), 0])
    for row, _, status, amount in due(company, ahead):
        days = (row["due_on"] - ahead.as_of).days
        if status != "open" or not 0 <= days <= 120:
            continue
        window = next(each for each in (30, 60, 90, 120) if days <= each)
        touched = any(
            entry["account_id"] == row["account_id"]
            and entry["kind"] in TOUCHES
            and 0 <= (ahead.as_of - entry["happened_at"].date()).days <= window
            for entry in company.tables["timeline_entries"]
        )
        answered = row["renewal_likelihood"] is not None
        state = {
            (True, True): "answered and touched",
            (True, False): "no touch",
            (False, True): "no answer",
            (False, False): "no answer, no touch",
        }[answered, touched]
        cell = expected[window, state]
        cell[0] += 1
        cell[1] += amount

    found = queries.calendar_by_window(demo, EVERYTHING, ahead)

    assert len(found) > 5
    assert {row[:2]: list(row[2:]) for row in found.iter_rows()} == expected
    neither = [cell for (_, state), cell in expected.items() if state == "no answer, no touch"]
    assert metrics.arr_neither(found) == sum(cell[1] for cell in neither)
    assert metrics.neither(found) == sum(cell[0] for cell in neither)


def test_answers_beside_probabilities(demo, company):
    filters = CASES["today"]
    chances = dict(
        forecast.open_renewals(demo, EVERYTHING, filters)
        .select("renewal_id", "probability")
        .iter_rows()
    )
    expected: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0)])
    for row, _, status, amount in due(company, filters):
        if status != "open" or row["due_on"] >= date(2027, 10, 1):
            continue
        chance = chances.get(row["renewal_id"])
        model = (
            "no probability"
            if chance is None
            else "low"
            if chance < 0.5
            else "high"
            if chance >= 0.75
            else "in between"
        )
        said = (row["renewal_likelihood"] or "no answer").replace("_", " ")
        cell = expected[said, model]
        cell[0] += 1
        cell[1] += amount

    rows = metrics.with_readings(likelihood(demo, EVERYTHING, filters), Policy().renewal_watch)

    found: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0)])
    for said, model, amount in rows.select("answer", "model", "arr_due").iter_rows():
        found[said, model][0] += 1
        found[said, model][1] += amount
    assert len(found) > 6
    assert found == expected
    against = [("likely", "low"), ("not likely", "high")]
    assert metrics.arr_disagreeing(rows) == sum(expected[key][1] for key in against)
