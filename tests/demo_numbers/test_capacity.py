"""Loads and the unassigned of the demo, worked out a second time with dicts and loops."""

import shutil
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.capacity_policy import CapacityPolicy
from dashboard.filters import Filters
from dashboard.metrics import capacity
from dashboard.policy import COVERAGE_BANDS
from dashboard.queries import coverage
from tests.demo_numbers.test_independent import Company
from tests.factories import AS_OF

CASES = {
    "today": Filters(as_of=AS_OF),
    "an earlier day": Filters(as_of=date(2026, 1, 15)),
    "narrowed": Filters(as_of=AS_OF, segments=("Enterprise",), regions=("Europe", "North America")),
}
WEIGHTS = {"accounts": 0.3, "arr": 0.3, "red": 0.15, "renewals": 0.15, "onboarding": 0.1}
DAYS = 90


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Company(connection)


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def due(company: Company, account_id: str, as_of: date) -> tuple[int, Decimal]:
    """Open renewals of an account within ninety days, and what is due in them."""
    found = [
        row
        for row in company.tables["renewals"]
        if row["account_id"] == account_id
        and (row["status"] == "open" or row["closed_on"] > as_of)
        and row["due_on"] <= as_of + timedelta(days=DAYS)
    ]
    return len(found), sum((row["arr_due"] for row in found), Decimal(0))


def has_left(member: Mapping | None, as_of: date) -> bool:
    return member is None or bool(member["left_on"] and member["left_on"] <= as_of)


def held_books(company: Company, filters: Filters, members: Mapping) -> dict[tuple, dict]:
    """Parts of the load by CSM and segment."""
    as_of = filters.as_of
    held: dict[tuple, dict[str, float]] = defaultdict(lambda: dict.fromkeys(WEIGHTS, 0.0))
    for account, arr in company.customers(filters):
        csm = company.attribute(account, "csm_id", as_of)
        if has_left(members.get(csm), as_of):
            continue
        book = held[csm, company.attribute(account, "segment", as_of)]
        book["accounts"] += 1
        book["arr"] += float(arr)
        if company.band(account["account_id"], as_of) == "red":
            book["red"] += float(arr)
        book["renewals"] += due(company, account["account_id"], as_of)[0]
        book["onboarding"] += company.attribute(account, "lifecycle_stage", as_of) == "Onboarding"
    return held


def shares_of(held: Mapping[tuple, Mapping[str, float]]) -> dict[str, float]:
    """What of a book in the middle is at red, due or in onboarding."""
    totals: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(WEIGHTS, 0.0))
    for (csm, _), book in held.items():
        for part, value in book.items():
            totals[csm][part] += value

    def share(part: str, base: str) -> float:
        middle = median(each[part] / each[base] for each in totals.values())
        return middle or sum(each[part] for each in totals.values()) / sum(
            each[base] for each in totals.values()
        )

    return {
        "accounts": 1.0,
        "arr": 1.0,
        "red": share("red", "arr"),
        "renewals": share("renewals", "accounts"),
        "onboarding": share("onboarding", "accounts"),
    }


def test_loads(demo, company, filters):
    as_of = filters.as_of
    members = {row["member_id"]: row for row in company.tables["team_members"]}
    held = held_books(company, filters, members)
    shares = shares_of(held)
    present = {part for part in WEIGHTS if shares[part] > 0}
    whole = sum(WEIGHTS[part] for part in present)
    expected: dict[str, float] = defaultdict(float)
    for (csm, segment), book in held.items():
        band = COVERAGE_BANDS[segment]
        middles = {
            "accounts": (band.accounts_low + band.accounts_high) / 2,
            "arr": (band.arr_low + band.arr_high) / 2,
        }
        for part in present:
            middle = middles["arr" if part in {"arr", "red"} else "accounts"] * shares[part]
            expected[csm] += 100 * WEIGHTS[part] / whole * book[part] / middle
    for csm in expected:
        if members[csm]["ramped_on"] > as_of:
            expected[csm] *= 2

    rows = coverage.by_csm(demo, EVERYTHING, filters, due_until=as_of + timedelta(days=DAYS + 1))
    references = capacity.references(rows, COVERAGE_BANDS, as_of)
    loads = capacity.loads(rows, references, CapacityPolicy(), as_of)

    answer = {
        row["member_id"]: row["index"] for row in loads.iter_rows(named=True) if row["customers"]
    }
    assert len(answer) > 5
    assert answer == pytest.approx(expected)
    for row in loads.iter_rows(named=True):
        assert sum(row[part] for part in capacity.POINTS.values()) == pytest.approx(row["index"])
    if filters is CASES["an earlier day"]:
        assert loads["is_ramping"].any()


def test_unassigned(demo, company, filters):
    as_of = filters.as_of
    members = {row["member_id"]: row for row in company.tables["team_members"]}
    expected = {}
    for account, arr in company.customers(filters):
        csm = company.attribute(account, "csm_id", as_of)
        if has_left(members.get(csm), as_of):
            number, amount = due(company, account["account_id"], as_of)
            dollars = company.dollars(amount, {"currency": None}, account, as_of)
            expected[account["account_id"]] = (arr, "left" if csm else "nobody", number, dollars)

    rows = coverage.unassigned(
        demo, EVERYTHING, filters, due_until=as_of + timedelta(days=DAYS + 1)
    )

    assert expected or as_of < AS_OF
    assert {
        row["account_id"]: (row["arr"], row["holder"], row["renewals_due"], row["arr_due"])
        for row in rows.iter_rows(named=True)
    } == expected
