"""The lifecycle of the demo, worked out a second time with dicts and loops."""

import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.metrics import lifecycle as metrics
from dashboard.metrics import onboarding as onboarding_metrics
from dashboard.queries import lifecycle as queries
from dashboard.queries import onboarding
from tests.demo_numbers.test_independent import CASES, Company, within

LIMITS = {"Onboarding": 90, "Adoption": 365, "Renewal": 120, "Expansion": 180}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = Company(connection)
        cursor = connection.execute("select * from usage_events")
        names = [column[0] for column in cursor.description]
        found.tables["usage_events"] = [
            dict(zip(names, row, strict=True)) for row in cursor.fetchall()
        ]
    return found


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def stays_of(company: Company, account_id: str, as_of: date) -> list[dict]:
    """Stages in order with the day each was entered and left, as known on a day."""
    rows = sorted(
        (
            row
            for row in company.history[account_id]
            if row["field"] == "lifecycle_stage" and row["valid_from_on"] <= as_of
        ),
        key=lambda row: row["valid_from_on"],
    )
    found = []
    for row, after in zip(rows, [*rows[1:], None], strict=False):
        ended = row["valid_to_on"] is not None and row["valid_to_on"] <= as_of
        found.append(
            {
                "stage": row["value"],
                "entered": row["valid_from_on"],
                "left": row["valid_to_on"] if ended else None,
                "next": after["value"] if after else "still in it",
            }
        )
    return found


def population(company: Company, filters: Filters):
    """Accounts that are or were customers, with their ARR and their stay of the day."""
    for account in company.accounts(filters).values():
        arr = company.arr(account, filters.as_of)
        if arr > 0 or account["customer_since"] <= filters.as_of:
            stays = stays_of(company, account["account_id"], filters.as_of)
            yield account, arr, stays


def test_stages_and_who_is_stuck(demo, company, filters):
    expected: dict[tuple, list] = defaultdict(lambda: [0, 0, Decimal(0)])
    for _, arr, stays in population(company, filters):
        stay = stays[-1]
        limit = LIMITS.get(stay["stage"])
        days = (filters.as_of - stay["entered"]).days
        reading = "no limit" if limit is None else "stuck" if days > limit else "within its limit"
        cell = expected[stay["stage"], reading]
        cell[0] += 1
        cell[1] += arr > 0
        cell[2] += arr

    found = queries.by_stage(demo, EVERYTHING, filters)

    answer = {
        (row["stage"], row["reading"]): [row["accounts"], row["customers"], row["arr"]]
        for row in found.iter_rows(named=True)
    }
    assert len(answer) > 4
    assert answer == expected


def month_ends(as_of: date) -> list[date]:
    """The last twelve ends of months before a day, and the day."""
    found, first = [as_of], as_of.replace(day=1)
    if (as_of + DAY).day == 1:
        first = as_of.replace(day=1)
    for _ in range(12):
        last = first - DAY
        found.append(last)
        first = last.replace(day=1)
    return found


def test_stages_by_month(demo, company, filters):
    expected: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0), 0, Decimal(0)])
    for account in company.accounts(filters).values():
        stays = stays_of(company, account["account_id"], filters.as_of)
        for day in month_ends(filters.as_of):
            # What was live on the day, at the rates of the as-of date.
            live: dict[str, Decimal] = defaultdict(Decimal)
            for row in company.subscriptions[account["account_id"]]:
                if row["starts_on"] <= day and (row["ends_on"] is None or day < row["ends_on"]):
                    live[row["currency"] or account["currency"] or "USD"] += row["arr"]
            arr = sum(
                (
                    company.dollars(amount, {"currency": currency}, None, filters.as_of)
                    for currency, amount in live.items()
                ),
                Decimal(0),
            )
            if arr <= 0:
                continue
            stay = next(
                each
                for each in stays
                if each["entered"] <= day and (each["left"] is None or day < each["left"])
            )
            limit = LIMITS.get(stay["stage"])
            stuck = limit is not None and (day - stay["entered"]).days > limit
            cell = expected[day, stay["stage"]]
            cell[0] += 1
            cell[1] += arr
            cell[2] += stuck
            cell[3] += arr if stuck else 0

    found = queries.by_month(demo, EVERYTHING, filters)

    assert len(found) > 40
    assert {row[:2]: list(row[2:]) for row in found.iter_rows()} == expected
    now = found.filter(day_on=filters.as_of)
    today = {stage: cell for (day, stage), cell in expected.items() if day == filters.as_of}
    assert metrics.customers(now) == sum(cell[0] for cell in today.values())
    assert metrics.onboarding(now) == today["Onboarding"][0]
    assert metrics.arr_onboarding(now) == today["Onboarding"][1]
    assert metrics.arr_renewal(now) == today["Renewal"][1]
    assert metrics.stuck(now) == sum(cell[2] for cell in today.values())
    assert metrics.arr_stuck(now) == sum(cell[3] for cell in today.values())


def test_conversion_from_stage_to_stage(demo, company, filters):
    expected: dict[tuple, list] = defaultdict(list)
    for account in company.accounts(filters).values():
        for stay in stays_of(company, account["account_id"], filters.as_of):
            if within(stay["entered"], filters):
                days = None if stay["left"] is None else (stay["left"] - stay["entered"]).days
                expected[stay["stage"], stay["next"]].append(days)
    entered: dict[str, int] = defaultdict(int)
    for (stage, _), lengths in expected.items():
        entered[stage] += len(lengths)

    found = queries.conversions(demo, EVERYTHING, filters)

    assert len(found) > 5
    for row in found.iter_rows(named=True):
        lengths = expected.pop((row["stage"], row["outcome"]))
        assert (row["stays"], row["entered"]) == (len(lengths), entered[row["stage"]])
        assert row["outcome_share"] == pytest.approx(len(lengths) / entered[row["stage"]])
        known = [days for days in lengths if days is not None]
        assert row["median_days"] == (median(known) if known else None)
    assert not expected


def test_days_in_stage(demo, company, filters):
    expected: dict[tuple, list] = defaultdict(list)
    for _, _, stays in population(company, filters):
        expected[stays[-1]["stage"], "in it now"].append(
            (filters.as_of - stays[-1]["entered"]).days
        )
    for account in company.accounts(filters).values():
        for stay in stays_of(company, account["account_id"], filters.as_of):
            if stay["left"] and within(stay["left"], filters):
                expected[stay["stage"], "ended"].append((stay["left"] - stay["entered"]).days)

    found = queries.days_in_stage(demo, EVERYTHING, filters)

    answer = {
        (row["stage"], row["stays"]): (
            *(row["number"], row["median_days"], row["longest_days"], row["over_limit"]),
        )
        for row in found.iter_rows(named=True)
    }
    assert len(answer) > 5
    assert answer == {
        (stage, kind): (
            len(days),
            median(days),
            max(days),
            sum(day > LIMITS.get(stage, 10_000) for day in days),
        )
        for (stage, kind), days in expected.items()
    }


def half_reached(followed: list[tuple[bool, int]]) -> int | None:
    """Kaplan and Meier's median, day by day from its definition."""
    share = 1.0
    for day in sorted({days for reached, days in followed if reached}):
        exposed = sum(days >= day for _, days in followed)
        share *= 1 - sum(reached and days == day for reached, days in followed) / exposed
        if round(share, 9) <= 0.5:
            return day
    return None


def test_time_to_value_by_cohort(demo, company, filters):
    first_done: dict[str, date] = {}
    for row in company.tables["usage_events"]:
        if row["first_done_on"] <= filters.as_of:
            day = first_done.get(row["account_id"], row["first_done_on"])
            first_done[row["account_id"]] = min(day, row["first_done_on"])
    cohorts: dict[tuple, list] = defaultdict(list)
    everybody: dict[str, list] = defaultdict(list)
    for account, _, stays in population(company, filters):
        began = next(stay for stay in stays if stay["stage"] == "Onboarding")
        if not within(began["entered"], filters):
            continue
        quarter = date(began["entered"].year, 3 * ((began["entered"].month - 1) // 3) + 1, 1)
        gone = next((stay["entered"] for stay in stays if stay["stage"] == "Churned"), None)
        until = gone or filters.as_of
        out = began["left"] if began["next"] != "Churned" else None
        done = first_done.get(account["account_id"])
        for reading, day in (("out of onboarding", out), ("first key behaviour", done)):
            reached = day is not None and (gone is None or day <= gone)
            days = max(((day if reached else until) - began["entered"]).days, 0)
            cohorts[quarter, reading].append((reached, days))
            everybody[reading].append((reached, days))

    found = onboarding.cohorts(demo, EVERYTHING, filters)

    answer = {
        (row["cohort_on"], row["reading"]): (row["accounts"], row["reached"], row["median_days"])
        for row in found.iter_rows(named=True)
    }
    assert len(answer) > 3
    assert answer == {
        key: (len(rows), sum(reached for reached, _ in rows), half_reached(rows))
        for key, rows in cohorts.items()
    }
    accounts = onboarding.accounts(demo, EVERYTHING, filters)
    value, behaviour = everybody["out of onboarding"], everybody["first key behaviour"]
    assert onboarding_metrics.median_onboarding(accounts) == half_reached(value)
    assert onboarding_metrics.median_behaviour(accounts) == half_reached(behaviour)
    assert onboarding_metrics.begun(accounts) == len(value)
