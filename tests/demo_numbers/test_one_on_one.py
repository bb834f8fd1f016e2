"""Books of the demo's CSMs, worked out a second time with dicts and loops from the tables."""

import itertools
import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.metrics import one_on_one as metrics
from dashboard.queries import one_on_one, overview
from tests.demo_numbers.test_independent import OUTCOMES, Company, mean, monday_of
from tests.demo_numbers.test_lifecycle import stays_of
from tests.factories import AS_OF

CASES = {
    "today": Filters(as_of=AS_OF),
    "an earlier day": Filters(as_of=date(2026, 2, 18)),
    "narrowed": Filters(as_of=AS_OF, segments=("Enterprise",), regions=("Europe", "North America")),
}
TOUCHES = {"ebr", "call", "meeting", "email"}


class Book(Company):
    """The company with its touches."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        cursor = connection.execute("select * from timeline_entries")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        self.touches = defaultdict(list)
        for row in rows:
            if row["kind"] in TOUCHES:
                self.touches[row["account_id"]].append(row)

    def then_open(self, account_id: str, as_of: date) -> list[Decimal | None]:
        """Amounts of the opportunities open on a day, as they were on it."""
        found = []
        for row in self.tables["opportunities"]:
            if row["account_id"] != account_id or (row["created_on"] or as_of) > as_of:
                continue
            if row["closed_on"] is None and row["won"] is not None:
                continue
            if row["closed_on"] is not None and row["closed_on"] <= as_of:
                continue
            later = [
                each
                for each in self.tables["opportunity_history"]
                if each["opportunity_id"] == row["opportunity_id"]
                and each["field"] == "amount"
                and each["changed_at"].date() > as_of
            ]
            amount = row["amount"]
            if later:
                old = min(later, key=lambda each: each["changed_at"])["old_value"]
                amount = None if old is None else Decimal(old)
            found.append(row | {"amount": amount})
        return found


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Book:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Book(connection)


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def expected(company: Book, filters: Filters) -> dict[str, tuple]:
    """Bucket, ARR, band, last touch, renewals, what is due, opportunities and their ARR."""
    found, as_of = {}, filters.as_of
    for account, arr in company.customers(filters):
        account_id = account["account_id"]
        band = company.band(account_id, as_of)
        days = [row["happened_at"].date() for row in company.touches[account_id]]
        last = max((day for day in days if day <= as_of), default=None)
        due = [
            row
            for row in company.tables["renewals"]
            if row["account_id"] == account_id
            and (row["status"] == "open" or row["closed_on"] > as_of)
            and row["due_on"] <= as_of + timedelta(days=120)
        ]
        offers = company.then_open(account_id, as_of)
        if band == "red":
            bucket = "red"
        elif as_of - (last or account["customer_since"]) > timedelta(days=60):
            bucket = "silent"
        elif due:
            bucket = "renewing"
        elif offers:
            bucket = "expansion open"
        else:
            bucket = "on course"
        sums = [
            sum((company.dollars(row[name], row, account, as_of) for row in rows), Decimal(0))
            for name, rows in (
                ("arr_due", due),
                ("amount", [row for row in offers if row["amount"] is not None]),
            )
        ]
        found[account_id] = (bucket, arr, band, last, len(due), sums[0], len(offers), sums[1])
    return found


def test_books(company, demo, filters):
    rows = one_on_one.accounts(demo, EVERYTHING, filters)
    wanted = expected(company, filters)

    assert len({each[0] for each in wanted.values()}) >= 4
    assert {
        row["account_id"]: (
            row["bucket"],
            row["arr"],
            row["health_band"],
            row["last_touch_on"],
            row["renewals_due"],
            row["arr_due"],
            row["opportunities"],
            row["expansion_amount"] or Decimal(0),
        )
        for row in rows.rows(named=True)
    } == wanted
    assert metrics.customers(rows) == len(wanted)
    assert metrics.arr(rows) == sum(each[1] for each in wanted.values())
    assert metrics.red_arr(rows) == sum(each[1] for each in wanted.values() if each[2] == "red")
    assert metrics.renewals_ahead(rows) == sum(each[4] for each in wanted.values())
    assert metrics.renewing_arr(rows) == sum(each[5] for each in wanted.values())
    assert metrics.open_expansion(rows) == sum(each[7] for each in wanted.values())


def test_cells(company, demo, filters):
    rows = one_on_one.book(demo, EVERYTHING, filters)
    found = {(row["account_id"], row["measure"]): row for row in rows.rows(named=True)}
    customers = [account["account_id"] for account, _ in company.customers(filters)]
    assert len(found) == 8 * len(customers) == len(rows)

    for account_id in customers:
        fresh = company.measures(account_id, filters.as_of)
        for measure in ("deployment", "engagement", "adoption", "roi", "nps", "support"):
            row, score = found[account_id, measure], fresh.get(measure)
            limits = (30, 60) if measure == "nps" else (40, 70)
            assert row["score"] == score
            band = None
            if score is not None:
                band = "red" if score < limits[0] else "amber" if score < limits[1] else "green"
            assert row["health_band"] == band
        assert found[account_id, "overall"]["score"] == pytest.approx(
            company.overall(account_id, filters.as_of)
        )


NEW = {"renewal ahead", "customer stage", "opportunity stage"}
CROSSINGS = {"became red", "became green", "left red"}
TOLD = ["kind", "account_id", "changed_on", "arr", "before", "after", "detail", "source_id"]


@pytest.mark.parametrize("days", [7, 60])
def test_what_changed_beside_the_overview(company, demo, filters, days):
    since = filters.as_of - timedelta(days=days)
    rows = one_on_one.changes(demo, EVERYTHING, filters, compared_on=since)
    wanted = [
        *entering(company, filters, since),
        *stages(company, filters, since),
        *opportunity_stages(company, filters, since),
    ]
    found = rows.filter(pl.col("kind").is_in(NEW)).select(TOLD).rows()
    assert sorted(found, key=repr) == sorted(wanted, key=repr)
    assert days == 7 or {row[0] for row in wanted} == NEW

    of_overview = overview.changes(demo, EVERYTHING, filters, compared_on=since)
    others = rows.filter(~pl.col("kind").is_in(NEW)).select(of_overview.columns)
    assert others.equals(of_overview)


@pytest.mark.parametrize("days", [7, 60])
def test_the_measure_behind_every_crossing(company, demo, filters, days):
    since = filters.as_of - timedelta(days=days)
    rows = one_on_one.changes(demo, EVERYTHING, filters, compared_on=since)
    # The last of each week's measurements by the day, as the bands of the two days are.
    closing = defaultdict(lambda: date.min)
    for day in company.days_measured:
        closing[monday_of(day)] = max(closing[monday_of(day)], day)
    then = max(day for day in closing.values() if day <= since)
    crossed = rows.filter(pl.col("kind").is_in(CROSSINGS)).rows(named=True)
    for row in crossed:
        before = company.measures(row["account_id"], then)
        now = company.measures(row["account_id"], filters.as_of)
        moves = []
        for measure in before.keys() & now.keys():
            move = now[measure] - before[measure]
            weight = 1 / 8 if measure in OUTCOMES else 1 / 6
            if move and (move < 0) == (row["kind"] == "became red"):
                moves.append((abs(move) * weight, measure))
        most = max(moves, default=(None, None))[1]
        assert (row["measure"], row["score_before"], row["score_now"]) == (
            (most, before[most], now[most]) if most else (None, None, None)
        )
    assert days == 7 or len(crossed) > 5
    assert rows.filter(~pl.col("kind").is_in(CROSSINGS))["measure"].null_count() == len(rows) - len(
        crossed
    )


def entering(company: Book, filters: Filters, since: date) -> list[tuple]:
    accounts, found = company.accounts(filters), []
    for row in company.tables["renewals"]:
        account, entered = accounts.get(row["account_id"]), row["due_on"] - timedelta(days=120)
        still_open = row["status"] == "open" or row["closed_on"] > filters.as_of
        if account and still_open and since < entered <= filters.as_of:
            arr = company.dollars(row["arr_due"], row, account, filters.as_of)
            due = row["due_on"].isoformat()
            found.append(
                ("renewal ahead", row["account_id"], entered, arr, None, due, None,
                 row["renewal_id"])
            )  # fmt: skip
    return found


def stages(company: Book, filters: Filters, since: date) -> list[tuple]:
    found = []
    for account, arr in company.customers(filters):
        stays = stays_of(company, account["account_id"], filters.as_of)
        for before, after in itertools.pairwise(stays):
            if before["stage"] != after["stage"] and since < after["entered"] <= filters.as_of:
                found.append(
                    ("customer stage", account["account_id"], after["entered"], arr,
                     before["stage"], after["stage"], None, None)
                )  # fmt: skip
    return found


def opportunity_stages(company: Book, filters: Filters, since: date) -> list[tuple]:
    accounts, found = company.accounts(filters), []
    for row in company.tables["opportunities"]:
        nobodys = row["account_id"] is None and not filters.segments and not filters.regions
        if not (row["account_id"] in accounts or nobodys):
            continue
        history = sorted(
            (
                each
                for each in company.tables["opportunity_history"]
                if each["opportunity_id"] == row["opportunity_id"]
            ),
            key=lambda each: each["changed_at"],
        )
        moves = [
            each
            for each in history
            if each["field"] == "stage" and since < each["changed_at"].date() <= filters.as_of
        ]
        if not moves or moves[0]["old_value"] == moves[-1]["new_value"]:
            continue
        amount = row["amount"]
        for each in reversed(history):
            if each["field"] == "amount" and each["changed_at"].date() > filters.as_of:
                amount = None if each["old_value"] is None else Decimal(each["old_value"])
        arr = amount
        if amount is not None:
            arr = company.dollars(amount, row, accounts.get(row["account_id"]), filters.as_of)
            closed = row["closed_on"] is None or row["closed_on"] <= filters.as_of
            if row["won"] is False and closed:
                arr = -arr
        found.append(
            ("opportunity stage", row["account_id"], moves[-1]["changed_at"].date(), arr,
             moves[0]["old_value"], moves[-1]["new_value"], row["kind"], row["opportunity_id"])
        )  # fmt: skip
    return found


def test_weeks(company, demo, filters):
    since = monday_of(filters.as_of - timedelta(weeks=26))
    rows = one_on_one.weekly(demo, EVERYTHING, filters.window(since, None))
    last_of_week = defaultdict(lambda: date.min)
    for day in company.days_measured:
        last_of_week[monday_of(day)] = max(last_of_week[monday_of(day)], day)
    wanted = defaultdict(list)
    for account, _ in company.customers(filters):
        latest = {}
        for row in company.measured[account["account_id"]]:
            week = monday_of(row["measured_on"])
            if week < since or last_of_week[week] > filters.as_of:
                continue
            key = (week, row["measure"])
            if key not in latest or latest[key]["measured_on"] < row["measured_on"]:
                latest[key] = row
        for key, row in latest.items():
            wanted[key].append(row["score"])

    found = {(row["week_on"], row["measure"]): row for row in rows.rows(named=True)}
    known = {key: scores for key, scores in wanted.items() if key[1] in {"deployment", "adoption"}}
    assert len(known) > 40
    assert {key: row["measured"] for key, row in found.items() if row["measured"]} == {
        key: len(scores) for key, scores in known.items()
    }
    for key, scores in known.items():
        assert found[key]["average_score"] == pytest.approx(mean(scores))


def test_executives(company, demo, filters):
    rows = one_on_one.executives_by_month(demo, EVERYTHING, filters)
    wanted = defaultdict(list)
    for account, _ in company.customers(filters):
        for row in company.touches[account["account_id"]]:
            day = row["happened_at"].date()
            if row["executive"] and day <= filters.as_of:
                wanted[day.replace(day=1)].append(account["account_id"])

    assert rows.rows() == [
        (month, len(ids), len(set(ids))) for month, ids in sorted(wanted.items())
    ]
    assert metrics.executive_touches(rows) == sum(len(ids) for ids in wanted.values())
