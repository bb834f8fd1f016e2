"""The demo's numbers, worked out a second time with dicts and loops from the contract's tables.

Nothing here knows the SQL: only what a row of the contract means and how a number is defined.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from statistics import NormalDist

import duckdb
import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import coverage, expansion, health, renewals, surveys, talent
from tests.factories import AS_OF, Row

OUTCOMES = ("deployment", "engagement", "adoption", "roi")
EXPERIENCE = ("nps", "support", "sentiment")
STAGE_WEIGHTS = {
    "E-mailed decision-maker": Decimal(0),
    "Discussion": Decimal("0.2"),
    "Contract sent": Decimal("0.5"),
    "Verbal commit": Decimal("0.8"),
    "Closed won": Decimal(1),
    "Closed lost": Decimal(0),
}
TABLES = (
    *("accounts", "account_history", "subscriptions", "renewals", "health_scores", "fx_rates"),
    *("survey_responses", "opportunities", "opportunity_history", "talent_reviews"),
    *("team_members",),
)

EARLIER = date(2026, 2, 18)
CASES = {
    "today": Filters(as_of=AS_OF),
    "an earlier day": Filters(as_of=EARLIER),
    "today, narrowed": Filters(
        as_of=AS_OF,
        since=date(2026, 7, 1),
        until=date(2027, 4, 1),
        segments=("Enterprise", "Small Business"),
        regions=("Europe", "Asia Pacific"),
    ),
    "an earlier day, narrowed": Filters(
        as_of=EARLIER,
        since=date(2025, 10, 1),
        until=date(2026, 4, 1),
        segments=("Mid-Market",),
        regions=("North America",),
    ),
}


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def month_of(day: date | None) -> date | None:
    return None if day is None else day.replace(day=1)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def within(day: date | None, filters: Filters) -> bool:
    """Whether a day lies in the window; a row without a date only lies in no window at all."""
    if day is None:
        return filters.since is None and filters.until is None
    return (filters.since or day) <= day and (filters.until is None or day < filters.until)


class Company:
    """The contract's tables as lists of dicts, and what they say about a day."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.tables: dict[str, list[Row]] = {}
        for table in TABLES:
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            self.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        self.subscriptions = self.by_account("subscriptions")
        self.history = self.by_account("account_history")
        self.measured = self.by_account("health_scores")
        self.days_measured = {row["measured_on"] for row in self.tables["health_scores"]}

    def by_account(self, table: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables[table]:
            found[row["account_id"]].append(row)
        return found

    def attribute(self, account: Row, field: str, on: date) -> str | None:
        """An attribute as it was on a day."""
        for row in self.history[account["account_id"]]:
            ended = row["valid_to_on"]
            if row["field"] == field and row["valid_from_on"] <= on and (not ended or on < ended):
                return row["value"]
        return account[field]

    def accounts(self, filters: Filters) -> dict[str, Row]:
        """Accounts that the filters keep, with their attributes on the as-of date."""
        kept = {}
        for account in self.tables["accounts"]:
            then = {
                field: self.attribute(account, field, filters.as_of)
                for field in ("segment", "region", "csm_id", "lifecycle_stage")
            }
            then["region"] = then["region"] or "Unknown"
            if filters.segments and then["segment"] not in filters.segments:
                continue
            if filters.regions and then["region"] not in filters.regions:
                continue
            kept[account["account_id"]] = account | then
        return kept

    def rate(self, currency: str, on: date) -> Decimal:
        """Dollars for one unit of a currency on a day."""
        if currency == "USD":
            return Decimal(1)
        rows = self.tables["fx_rates"]
        known = [row for row in rows if row["currency"] == currency and row["valid_on"] <= on]
        return max(known, key=lambda row: row["valid_on"])["rate_to_reporting"]

    def dollars(self, amount: Decimal, row: Row, account: Row | None, on: date) -> Decimal:
        """An amount of a row in dollars, at the rate of a day."""
        currency = row["currency"] or (account or {}).get("currency") or "USD"
        return cents(amount * self.rate(currency, on))

    def arr(self, account: Row, on: date) -> Decimal:
        """ARR of an account: what is live on a day, by currency, then in dollars."""
        live: dict[str, Decimal] = defaultdict(Decimal)
        for row in self.subscriptions[account["account_id"]]:
            if row["starts_on"] <= on and (row["ends_on"] is None or on < row["ends_on"]):
                live[row["currency"] or account["currency"] or "USD"] += row["arr"]
        return sum((cents(arr * self.rate(each, on)) for each, arr in live.items()), Decimal(0))

    def customers(self, filters: Filters) -> Iterator[tuple[Row, Decimal]]:
        """Accounts with ARR on the as-of date."""
        for account in self.accounts(filters).values():
            arr = self.arr(account, filters.as_of)
            if arr > 0:
                yield account, arr

    def measures(self, account_id: str, on: date) -> dict[str, float]:
        """The latest score of each measure that is not older than 60 days."""
        latest: dict[str, Row] = {}
        for row in self.measured[account_id]:
            if row["measured_on"] <= on:
                before = latest.get(row["measure"])
                if before is None or before["measured_on"] < row["measured_on"]:
                    latest[row["measure"]] = row
        return {
            measure: row["score"]
            for measure, row in latest.items()
            if (on - row["measured_on"]).days <= 60
        }

    def overall(self, account_id: str, on: date) -> float | None:
        """The score by its definition: the mean of the two halves' means, to six decimals."""
        scores = self.measures(account_id, on)
        outcomes = [scores[measure] for measure in OUTCOMES if measure in scores]
        experience = [scores[measure] for measure in EXPERIENCE if measure in scores]
        if (3 * len(outcomes) + 4 * len(experience)) < 12:  # of 24: less than half of the weight
            return None
        halves = [half for half in (mean(outcomes), mean(experience)) if half is not None]
        return round(sum(halves) / len(halves), 6)

    def band(self, account_id: str, on: date) -> str | None:
        score = self.overall(account_id, on)
        if score is None:
            return None
        return "red" if score < 40 else "amber" if score < 70 else "green"

    def band_of_the_week_before(self, account_id: str, closed_on: date) -> str | None:
        """Band at the last measurement of the week before the one a renewal was closed in."""
        monday = monday_of(closed_on) - timedelta(days=7)
        days = [day for day in self.days_measured if monday_of(day) == monday]
        return self.band(account_id, max(days)) if days else None


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Company(connection)


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def keyed(frame: pl.DataFrame, keys: int) -> dict[tuple, tuple]:
    """Rows of an answer by their first columns."""
    assert not frame.is_empty(), "a comparison of nothing"
    return {row[:keys]: row[keys:] for row in frame.iter_rows()}


def test_renewals_due_by_quarter(demo, company, filters):
    accounts = company.accounts(filters)
    expected: dict[tuple, list] = defaultdict(
        lambda: [0, Decimal(0), 0, Decimal(0), Decimal(0), 0, 0, Decimal(0)]
    )
    for row in company.tables["renewals"]:
        account = accounts.get(row["account_id"])
        if account is None or not within(row["due_on"], filters):
            continue
        due_on = row["due_on"]
        closed = row["status"] != "open" and row["closed_on"] <= filters.as_of
        band = (
            company.band_of_the_week_before(row["account_id"], row["closed_on"])
            if closed
            else company.band(row["account_id"], filters.as_of)
        )
        quarter = date(due_on.year, (due_on.month - 1) // 3 * 3 + 1, 1)
        arr_due = company.dollars(row["arr_due"], row, account, filters.as_of)
        cell = expected[quarter, account["segment"], band]
        cell[0] += 1
        cell[1] += arr_due
        if closed and row["status"] == "renewed":
            cell[2] += 1
            cell[3] += company.dollars(row["arr_renewed"], row, account, filters.as_of)
            capped = min(row["arr_renewed"], row["arr_due"])
            cell[4] += company.dollars(capped, row, account, filters.as_of)
        elif closed:
            cell[5] += 1
        else:
            cell[6] += 1
            cell[7] += arr_due

    answer = keyed(renewals.due_by_quarter(demo, EVERYTHING, filters), 3)

    assert answer == {key: tuple(cell) for key, cell in expected.items()}


def test_coverage_by_csm(demo, company, filters):
    names = {row["member_id"]: row["name"] for row in company.tables["team_members"]}
    bands = ("red", "amber", "green", None)
    expected: dict[tuple, dict] = defaultdict(
        lambda: {"accounts": 0, "arr": Decimal(0)} | dict.fromkeys(bands, 0)
    )
    for account, arr in company.customers(filters):
        csm_id = account["csm_id"]
        book = expected[csm_id, names.get(csm_id), account["segment"]]
        book["accounts"] += 1
        book["arr"] += arr
        book[company.band(account["account_id"], filters.as_of)] += 1

    books = coverage.by_csm(demo, EVERYTHING, filters)
    columns = ("member_id", "name", "segment", "accounts", "arr")
    held = books.filter(pl.col("accounts") > 0).select(
        *columns, "red", "amber", "green", "not_scored"
    )

    assert keyed(held, 3) == {key: tuple(book.values()) for key, book in expected.items()}
    if not filters.regions:
        busy = {csm_id for csm_id, *_ in expected}
        idle = {
            row["member_id"]
            for row in company.tables["team_members"]
            if row["role"] == "csm"
            and row["member_id"] not in busy
            and (row["hired_on"] or filters.as_of) <= filters.as_of
            and (row["left_on"] is None or row["left_on"] > filters.as_of)
        }
        assert set(books.filter(pl.col("accounts") == 0)["member_id"]) == idle


def test_health_by_segment(demo, company, filters):
    scores: dict[tuple, list[tuple[float, Decimal]]] = defaultdict(list)
    for account, arr in company.customers(filters):
        found = company.measures(account["account_id"], filters.as_of)
        overall = company.overall(account["account_id"], filters.as_of)
        if overall is not None:
            found["overall"] = overall
        for measure, score in found.items():
            scores[account["segment"], measure].append((score, arr))
    expected = {
        (segment, measure): (
            len(found),
            mean([score for score, _ in found]),
            sum((arr for _, arr in found), Decimal(0)),
            sum(
                (arr for score, arr in found if score < (30 if measure == "nps" else 40)),
                Decimal(0),
            ),
        )
        for (segment, measure), found in scores.items()
    }

    answer = keyed(health.by_segment(demo, EVERYTHING, filters), 2)

    assert {key: (row[0], *row[2:]) for key, row in answer.items()} == {
        key: (row[0], *row[2:]) for key, row in expected.items()
    }
    assert {key: row[1] for key, row in answer.items()} == pytest.approx(
        {key: row[1] for key, row in expected.items()}, abs=1e-9, rel=0
    )


def test_nps_by_month(demo, company, filters):
    accounts = company.accounts(filters)
    answers: dict[date | None, list[int]] = defaultdict(list)
    for row in company.tables["survey_responses"]:
        answered_on = row["responded_on"]
        if (
            row["survey"] == "nps"
            and row["score"] is not None
            and row["account_id"] in accounts
            and (answered_on is None or answered_on <= filters.as_of)
            and within(answered_on, filters)
        ):
            answers[month_of(answered_on)].append(row["score"])
    counts, floats = {}, {}
    for month, scores in answers.items():
        promoters = sum(score >= 9 for score in scores)
        detractors = sum(score <= 6 for score in scores)
        number = len(scores)
        counts[month] = (number, promoters, number - promoters - detractors, detractors)
        nps = (promoters - detractors) / number
        variance = (promoters + detractors) / number - nps**2
        floats[month] = [100 * nps, 100 * NormalDist().inv_cdf(0.975) * sqrt(variance / number)]

    frame = surveys.nps_by_month(demo, EVERYTHING, filters)

    assert {row[0]: row[1:5] for row in frame.iter_rows()} == counts
    assert {row[0]: row[5] for row in frame.iter_rows()} == pytest.approx(
        {month: nps for month, (nps, _) in floats.items()}, abs=1e-9, rel=0
    )
    assert {row[0]: row[6] for row in frame.iter_rows()} == pytest.approx(
        {month: margin for month, (_, margin) in floats.items()}, rel=1e-9
    )


def opportunities_then(company: Company, filters: Filters) -> Iterator[tuple[Row, Row | None]]:
    """Opportunities open on the as-of date as they were then, each with its account."""
    later: dict[tuple, list[Row]] = defaultdict(list)
    for change in company.tables["opportunity_history"]:
        if change["changed_at"].date() > filters.as_of:
            later[change["opportunity_id"], change["field"]].append(change)
    read = {"amount": Decimal, "expected_close_on": date.fromisoformat}
    accounts = company.accounts(filters)
    narrowed = bool(filters.segments or filters.regions)
    for row in company.tables["opportunities"]:
        if row["account_id"] not in accounts and (row["account_id"] is not None or narrowed):
            continue
        if (row["created_on"] or filters.as_of) > filters.as_of:
            continue
        if row["closed_on"] is not None and row["closed_on"] <= filters.as_of:
            continue
        then = dict(row)
        for field in ("stage", "forecast_category", "amount", "expected_close_on"):
            if changes := later[row["opportunity_id"], field]:
                old = min(changes, key=lambda change: change["changed_at"])["old_value"]
                then[field] = None if old is None else read.get(field, str)(old)
        yield then, accounts.get(row["account_id"])


def weight_of(row: Row) -> Decimal:
    """The own probability of an opportunity, else the weight of its stage."""
    if row["probability"] is None:
        return STAGE_WEIGHTS[row["stage"]]
    return Decimal(str(row["probability"])).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def test_pipeline_by_month(demo, company, filters):
    expected: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0), Decimal(0), 0])
    for row, account in opportunities_then(company, filters):
        if not within(row["expected_close_on"], filters):
            continue
        cell = expected[month_of(row["expected_close_on"]), row["forecast_category"]]
        cell[0] += 1
        if row["amount"] is None:
            cell[3] += 1
            continue
        dollars = company.dollars(row["amount"], row, account, filters.as_of)
        cell[1] += dollars
        cell[2] += cents(dollars * weight_of(row))

    answer = keyed(expansion.pipeline_by_month(demo, EVERYTHING, filters), 2)

    assert answer == {key: tuple(cell) for key, cell in expected.items()}


@pytest.mark.parametrize("as_of", [AS_OF, EARLIER, date(2025, 12, 15)])
def test_nine_block(demo, company, as_of):
    given = [row for row in company.tables["talent_reviews"] if row["reviewed_on"] <= as_of]
    cycle = max(row["cycle"] for row in given)
    latest: dict[str, Row] = {}
    for row in sorted(given, key=lambda row: row["reviewed_on"]):
        if row["cycle"] == cycle:
            latest[row["member_id"]] = row
    expected: dict[tuple, int] = defaultdict(int)
    for row in latest.values():
        performance = row["calibrated_performance"] or row["performance"]
        promotability = row["calibrated_promotability"] or row["promotability"]
        number = {"high": "1", "medium": "2", "low": "3"}[promotability]
        letter = {"exceeds": "A", "meets_all": "B", "meets_some": "C"}[performance]
        expected[performance, promotability, number + letter] += 1

    answer = keyed(talent.nine_block(demo, EVERYTHING, Filters(as_of=as_of)), 3)

    assert answer == {key: (people,) for key, people in expected.items()}
