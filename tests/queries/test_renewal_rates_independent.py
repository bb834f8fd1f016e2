"""Renewal rates against a second calculation: on the demo, and on books nobody would write down."""

import shutil
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import get_args

import duckdb
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import renewals
from dashboard.queries.renewals import RatePeriod
from dashboard.retention_policy import READY, RetentionPolicy
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import build
from tests.demo_numbers.test_independent import CASES, Company
from tests.factories import account, rate, renewal, subscription
from tests.queries.renewal_reference import Book, Rates, months_after, period_start, rates

PERIODS = get_args(RatePeriod)
OUTCOMES = {
    *("renewed", "churned", "open", "late, within grace", "late, churn", "windfall"),
    *("month to month", "anniversary", "amount unknown"),
}
STARTS_IN = 2
"""Month that the fiscal year of the random books begins with."""

policies = st.builds(
    RetentionPolicy,
    renewal_base=st.sampled_from(["arr_due", "total_arr"]),
    late_renewals=st.sampled_from(["excluded", "churned", "renewed"]),
    grace_days=st.sampled_from([0, 1, 30, 31, 90]),
    early_renewals=st.sampled_from(["due_date", "close_date"]),
    multi_year=st.sampled_from(["excluded", "anniversaries"]),
    month_to_month=st.sampled_from(["excluded", "counted"]),
)
days = st.dates(date(2023, 6, 1), date(2027, 2, 1))


def assert_rates(answer: pl.DataFrame, expected: dict[date, Rates]) -> None:
    """Counts and money equal; rates to nine digits."""
    found = {row[0]: row[1:] for row in answer.iter_rows()}
    assert {day: row[:3] for day, row in found.items()} == {
        day: row[:3] for day, row in expected.items()
    }
    for day, row in found.items():
        for told, share in zip(row[3:], expected[day][3:], strict=True):
            assert (told is None) == (share is None), day
            assert told is None or told == pytest.approx(share, abs=1e-9, rel=1e-9), day


def assert_rows_behind(rows: pl.DataFrame, answer: pl.DataFrame) -> None:
    """The rows of the decided sum to the rates of ARR due, and all but month-to-month are there."""
    behind: dict[date, list] = {}
    for row in rows.filter(pl.col("outcome") != "month to month").iter_rows(named=True):
        behind.setdefault(row["counted_in"], []).append(row)
    assert set(behind) == set(answer["due_quarter"])
    for told in answer.iter_rows(named=True):
        found = behind[told["due_quarter"]]
        decided = [row for row in found if row["is_decided"]]
        assert len(found) == told["renewals"]
        assert sum(row["arr_due"] or 0 for row in found) == told["arr_due"]
        assert len(decided) == told["decided"]
        due = sum(row["counted_arr_due"] for row in decided)
        if not due:
            assert told["gross_renewal_rate"] is told["net_renewal_rate"] is None
            continue
        for rate_name, column in (("gross", "counted_arr_capped"), ("net", "counted_arr_renewed")):
            part = sum(row[column] for row in decided)
            assert told[f"{rate_name}_renewal_rate"] == pytest.approx(float(part / due), abs=1e-12)
        kept = sum(row["outcome"] in {"renewed", "anniversary"} for row in decided)
        assert told["logo_renewal_rate"] == pytest.approx(kept / len(decided), abs=1e-12)
    for row in rows.filter(~pl.col("is_decided")).iter_rows(named=True):
        assert row["counted_arr_due"] is row["counted_arr_renewed"] is None
        assert row["counted_arr_capped"] is None


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Company(connection)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("policy", READY, ids=lambda policy: policy.name)
def test_the_demo_is_rated_alike_by_hand(demo, company, policy, case):
    filters = CASES[case]
    book = Book(company.accounts(filters), company.tables)
    for period in PERIODS:
        expected = rates(book, policy, filters, partial(period_start, period=period))

        answer = renewals.rates_by_quarter(
            demo, EVERYTHING, filters, policy=policy.name, period=period
        )

        assert any(row[3] is not None for row in expected.values()), "a comparison of nothing"
        assert_rates(answer, expected)
        rows = renewals.rated(demo, EVERYTHING, filters, policy=policy.name, period=period)
        assert_rows_behind(rows, answer)


def book_of(number: int) -> dict[str, list[dict]]:
    """A book as a segment of its own: every boundary of every rule is likely in it."""
    chance = Random(number)  # noqa: S311 -- no secret
    tables: dict[str, list] = {"accounts": [], "subscriptions": [], "renewals": []}
    for place in range(chance.randint(1, 9)):
        account_id = f"{number}-{place}"
        currency = chance.choice(["USD", "EUR", None])
        tables["accounts"].append(account(account_id, segment=f"book {number}", currency=currency))
        for each in range(chance.randint(0, 3)):
            starts_on = chance.choice([
                date(2024, 2, 29),
                date(2023, chance.randint(1, 12), 1),
                date(2023, 1, 1) + timedelta(days=chance.randint(0, 1200)),
            ])  # fmt: skip
            term = chance.choice([1, 3, 5, 6, 12, 12, 23, 24, 36])
            ends_on = chance.choice([
                months_after(starts_on, term),
                months_after(starts_on, term) - timedelta(days=1),
                months_after(starts_on, chance.choice([5, 6, 23, 24])),
                None,
            ])  # fmt: skip
            tables["subscriptions"].append(
                subscription(
                    chance.choice(["0", "100", "33.33", "1000000.01"]),
                    subscription_id=f"{account_id}-{each}",
                    account_id=account_id,
                    currency=chance.choice([None, None, "GBP"]),
                    starts_on=starts_on,
                    ends_on=ends_on,
                    term_months=chance.choice([term, None]),
                )
            )
        tables["renewals"] += renewals_of(account_id, tables["subscriptions"], chance)
    return tables


def renewals_of(account_id: str, lines: list[dict], chance: Random) -> list[dict]:
    own = [line for line in lines if line["account_id"] == account_id]
    found = []
    for each in range(chance.randint(0, 6)):
        line = chance.choice(own) if own and chance.random() < 0.8 else None
        due_on = date(2023, 6, 1) + timedelta(days=chance.randint(0, 1300))
        if line is not None and chance.random() < 0.8:
            years = months_after(line["starts_on"], 12 * chance.randint(1, 2))
            due_on = chance.choice([line["ends_on"] or years, years])
        named = line is not None and chance.random() < 0.6
        status = chance.choice(["open", "renewed", "renewed", "renewed", "churned"])
        days_late = chance.choice([None, -200, -40, -1, 0, 0, 1, 29, 30, 31, 32, 91, 400])
        closed_on = None
        if status != "open" and days_late is not None:
            closed_on = due_on + timedelta(days=days_late)
        paid = {"renewed": chance.choice([None, "0", "40.1", "100", "250.55"]), "churned": "0"}
        arr_renewed = paid.get(status)
        found.append(
            renewal(
                f"{account_id} {each}",
                account_id=account_id,
                subscription_id=line["subscription_id"] if named else None,
                due_on=due_on,
                arr_due=Decimal(chance.choice(["0", "100", "66.67", "98765432109.87"])),
                currency=chance.choice([None, None, "EUR", "GBP", "XXX"]),
                status=status,
                closed_on=closed_on,
                arr_renewed=None if arr_renewed is None else Decimal(arr_renewed),
            )
        )
    return found


FX_RATES = [
    rate("EUR", 1.1, date(2020, 1, 1)),
    rate("EUR", 1.25, date(2025, 1, 1)),
    rate("GBP", 1.33337, date(2020, 1, 1)),
]
BOOKS = {number: book_of(number) for number in range(40)}
JOINED = {
    table: [row for book in BOOKS.values() for row in book[table]]
    for table in ("accounts", "subscriptions", "renewals")
}


@pytest.fixture(scope="module")
def random_books(tmp_path_factory) -> EmbeddedWarehouse:
    policy = Policy(fiscal_year_starts_in=STARTS_IN)
    path = tmp_path_factory.mktemp("books") / "books.duckdb"
    build(path, JOINED | {"fx_rates": FX_RATES}, policy=policy)
    return EmbeddedWarehouse(path, policy)


def test_the_books_hold_every_outcome(random_books):
    excluded = RetentionPolicy(multi_year="anniversaries")
    churned = RetentionPolicy(late_renewals="churned", month_to_month="counted")
    outcomes = {
        outcome
        for policy in (excluded, churned)
        for outcome in renewals.rated(
            random_books, EVERYTHING, Filters(date(2026, 3, 1)), policy=policy
        )["outcome"]
    }
    assert outcomes == OUTCOMES


@st.composite
def asked(draw: st.DrawFn) -> Filters:
    """Filters over some of the books, with and without a window."""
    window = sorted(draw(st.lists(days, min_size=2, max_size=2)))
    since, until = draw(st.sampled_from([(None, None), tuple(window), (window[0], None)]))
    books = draw(st.lists(st.sampled_from(list(BOOKS)), max_size=12, unique=True))
    return Filters(draw(days), since, until, segments=tuple(f"book {each}" for each in books))


@pytest.mark.thorough
@settings(max_examples=50, deadline=None)
@given(policies, asked(), st.sampled_from(PERIODS))
def test_any_book_under_any_policy_is_rated_alike_by_hand(random_books, policy, filters, period):
    among = filters.segments or tuple(f"book {number}" for number in BOOKS)
    accounts = {row["account_id"]: row for row in JOINED["accounts"] if row["segment"] in among}
    book = Book(accounts, JOINED | {"fx_rates": FX_RATES})
    start_of = partial(period_start, period=period, starts_in=STARTS_IN)

    answer = renewals.rates_by_quarter(
        random_books, EVERYTHING, filters, policy=policy, period=period
    )

    assert_rates(answer, rates(book, policy, filters, start_of))
    rows = renewals.rated(random_books, EVERYTHING, filters, policy=policy, period=period)
    told = sorted((str(row[0]), row[1], row[6], row[7], row[14]) for row in rows.iter_rows())
    judged = [
        (
            str(each.renewal_id),
            each.account_id,
            each.due_on,
            start_of(each.counted_on),
            each.outcome,
        )
        for each in book.judged(policy, filters.as_of)
        if (filters.since or each.counted_on) <= each.counted_on
        and (filters.until is None or each.counted_on < filters.until)
    ]
    assert told == sorted(judged)
    if policy.renewal_base == "arr_due":
        assert_rows_behind(rows, answer)


@settings(max_examples=40, deadline=None)
@given(policies, asked(), st.sampled_from(PERIODS))
def test_gross_is_at_most_net_and_one_and_decided_at_most_due(
    random_books, policy, filters, period
):
    answer = renewals.rates_by_quarter(
        random_books, EVERYTHING, filters, policy=policy, period=period
    )
    assume(not answer.is_empty())

    for row in answer.iter_rows(named=True):
        assert 0 <= row["decided"] <= row["renewals"]
        gross, net, logo = (
            row["gross_renewal_rate"],
            row["net_renewal_rate"],
            row["logo_renewal_rate"],
        )
        if gross is not None:
            assert gross <= min(1, net) + 1e-12
        if policy.renewal_base == "arr_due" and logo is not None:
            assert 0 <= logo <= 1
        if row["decided"] == 0:
            assert gross is net is logo is None


@pytest.fixture(scope="module")
def not_closed_since(tmp_path_factory) -> EmbeddedWarehouse:
    """The random books as they would have been loaded on a day before their latest closings."""
    policy = Policy(fiscal_year_starts_in=STARTS_IN)
    path = tmp_path_factory.mktemp("earlier") / "books.duckdb"
    still_open = {"status": "open", "closed_on": None, "arr_renewed": None}
    then = [
        row | still_open if (row["closed_on"] or AS_THEN) > AS_THEN else row
        for row in JOINED["renewals"]
    ]
    lines = [row for row in JOINED["subscriptions"] if row["starts_on"] <= AS_THEN]
    known = {line["subscription_id"] for line in lines}
    kept = [row for row in then if row["subscription_id"] in known | {None}]
    assert sum(row["status"] == "open" for row in then) > 30 + sum(
        row["status"] == "open" for row in JOINED["renewals"]
    )
    build(path, JOINED | {"fx_rates": FX_RATES, "renewals": kept}, policy=policy)
    return EmbeddedWarehouse(path, policy)


AS_THEN = date(2025, 8, 15)


@settings(max_examples=20, deadline=None)
@given(policies, st.sampled_from(PERIODS))
def test_what_closed_later_changes_nothing(random_books, not_closed_since, policy, period):
    filters = Filters(AS_THEN)
    ask = partial(renewals.rated, scope=EVERYTHING, filters=filters, policy=policy, period=period)
    earlier = ask(not_closed_since)
    assert len(earlier) > 100
    ids = set(earlier["renewal_id"])
    now = ask(random_books).filter(pl.col("renewal_id").is_null() | pl.col("renewal_id").is_in(ids))
    assert earlier.rows() == now.rows()
