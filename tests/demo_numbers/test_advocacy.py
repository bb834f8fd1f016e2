"""Advocacy of the demo, worked out with dicts and loops, and the rows behind every mark."""

import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.calendar import FiscalCalendar
from dashboard.charts import advocacy as charts
from dashboard.charts import references as reference_charts
from dashboard.filters import Filters
from dashboard.queries import advocacy
from tests.demo_numbers.test_independent import Company, within
from tests.factories import AS_OF

EARLIER = date(2026, 2, 18)
CASES = {
    "today": Filters(AS_OF),
    "an earlier day": Filters(EARLIER),
    "today, narrowed": Filters(
        AS_OF,
        since=date(2025, 11, 7),
        until=date(2026, 10, 1),
        segments=("Enterprise", "Small Business"),
        regions=("Europe", "Asia Pacific"),
    ),
    "an earlier day, narrowed": Filters(
        EARLIER, since=date(2024, 1, 1), segments=("Mid-Market",), regions=("North America",)
    ),
}


class Advocates(Company):
    """The company with its advocacy events."""

    def __init__(self, connection) -> None:
        super().__init__(connection)
        for table in ("advocacy_events", "targets"):
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            self.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        self.answers = self.by_account("survey_responses")

    def events(self, filters):
        """Events of accounts that are kept, with their ARR in dollars."""
        accounts = self.accounts(filters)
        for row in self.tables["advocacy_events"]:
            account = accounts.get(row["account_id"])
            if account is not None and row["happened_on"] <= filters.as_of:
                amount = row["influenced_arr"]
                yield (
                    row,
                    None if amount is None else self.dollars(amount, row, account, filters.as_of),
                )


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Advocates:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Advocates(connection)


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def test_events_by_quarter_and_by_csm(demo, company, filters):
    names = {row["member_id"]: row["name"] for row in company.tables["team_members"]}
    quarters, members = (defaultdict(lambda: [0, set(), Decimal(0), 0]) for _ in range(2))
    for row, amount in company.events(filters):
        day = row["happened_on"]
        if not within(day, filters):
            continue
        quarter_on = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        for cell in (
            quarters[quarter_on, row["qualifies_as"], row["kind"]],
            members[row["member_id"], names.get(row["member_id"]), row["qualifies_as"]],
        ):
            cell[0] += 1
            cell[1].add(row["account_id"])
            cell[2] += amount or 0
            cell[3] += amount is None

    def keyed(frame):
        assert not frame.is_empty(), "a comparison of nothing"
        return {row[:3]: row[3:] for row in frame.iter_rows()}

    def told(cells):
        return {key: (n, len(who), arr, none) for key, (n, who, arr, none) in cells.items()}

    assert keyed(advocacy.by_quarter(demo, EVERYTHING, filters)) == told(quarters)
    assert keyed(advocacy.by_csm(demo, EVERYTHING, filters)) == told(members)


def test_references(demo, company, filters):
    on = filters.as_of
    asked, last = defaultdict(int), {}
    for row, _ in company.events(filters):
        account_id, day = row["account_id"], row["happened_on"]
        asked[account_id] += (on - day).days <= 365
        last[account_id] = max(day, last.get(account_id, day))
    expected = {}
    for account, arr in company.customers(filters):
        account_id = account["account_id"]
        band = company.band(account_id, on)
        promoters = sum(
            row["survey"] == "nps"
            and (row["score"] or 0) >= 9
            and row["responded_on"] is not None
            and 0 <= (on - row["responded_on"]).days <= 365
            for row in company.answers[account_id]
        )
        answered = band == "green" and promoters > 0
        spoke = account_id in last and (on - last[account_id]).days <= 365 and band != "red"
        if answered or spoke:
            why = "promoter and advocate" if answered and spoke else "promoter"
            expected[account_id] = (
                *(arr, band, why if answered else "advocate", asked[account_id]),
                *(asked[account_id] > 3, last.get(account_id), promoters),
            )
    found = advocacy.references(demo, EVERYTHING, filters)
    columns = ("arr", "health_band", "why", "asked", "is_asked_too_often", "last_asked_on")
    answer = found.select("account_id", *columns, "promoters")
    assert {row[0]: row[1:] for row in answer.iter_rows()} == expected
    assert len(found) == len(expected) > 10
    order = [
        (asked[each], last.get(each) or date.min, -expected[each][0], each)
        for each in found["account_id"]
    ]
    assert order == sorted(order)


def test_targets(demo, company):
    expected = sorted(
        (row["period_start_on"], row["period_end_on"], row["metric"], float(row["value"]))
        for row in company.tables["targets"]
        if row["metric"] in {"csqa", "csql"}
    )
    assert advocacy.targets(demo, EVERYTHING, Filters(AS_OF)).rows() == expected != []


SCOPES = {
    "everything": EVERYTHING,
    "three books": Scope(member_ids=("M00007", "M00009", "M00020")),
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_events_sum_to_every_mark(demo, filters, scope):
    events = advocacy.events(demo, scope, filters)
    sums = {
        "events": pl.len().cast(pl.Int64),
        "accounts": pl.col("account_id").n_unique().cast(pl.Int64),
        "influenced_arr": pl.col("influenced_arr").sum(),
        "without_amount": pl.col("influenced_arr").null_count().cast(pl.Int64),
    }
    by_quarter = advocacy.by_quarter(demo, scope, filters)
    assert_frame_equal(
        events.group_by("quarter_on", "qualifies_as", "kind").agg(**sums),
        by_quarter,
        check_row_order=False,
    )
    assert_frame_equal(
        events.group_by("member_id", "qualifies_as").agg(**sums),
        advocacy.by_csm(demo, scope, filters).drop("member_name"),
        check_row_order=False,
    )
    assert events["event_id"].is_unique().all()

    periods = FiscalCalendar().periods_from(date(2023, 10, 1), "quarter", 14)
    drawn = reference_charts.influenced(by_quarter, periods, 0.35)
    for row in drawn.iter_rows(named=True):
        behind = events.filter(pl.col("quarter_on") == row["quarter_on"])
        assert row["recorded"] == Decimal(behind["influenced_arr"].sum() or 0)
        assert row["events"] == len(behind)
        assert abs(row["credited"] - row["recorded"] * Decimal("0.35")) <= Decimal("0.005")
    assert drawn["recorded"].sum() == by_quarter["influenced_arr"].sum()

    for qualifies_as in ("csqa", "csql"):
        rows = by_quarter.filter(qualifies_as=qualifies_as)
        bars = charts.by_quarter(rows, periods)
        assert bars["events"].sum() == rows["events"].sum()
        assert set(bars["quarter_on"]) == {period.start_on for period in periods}
