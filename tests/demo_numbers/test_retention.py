"""Retention of the demo company, worked out a second time by hand for every policy and period."""

import shutil
from datetime import date
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import bridge, retention
from dashboard.retention_policy import READY, RetentionPolicy
from tests.factories import AS_OF
from tests.retention.reference import KINDS, ZERO, Book, Window, calendar_months, rates_of

EARLIER = date(2026, 2, 18)
CALENDAR = calendar_months()
BOARD = READY[0]
PERIODS = ("month", "quarter", "year", "ttm", "fiscal_year_to_date")
TABLES = ("accounts", "subscriptions", "arr_movements", "account_history", "fx_rates")
CUSTOM = Window(date(2025, 3, 5), date(2026, 1, 17))

ONE_CHOICE = {
    f"{name} {value}": RetentionPolicy(**{name: value})
    for name, values in {
        "grr": ("sum_of_losses", "churn_only"),
        "nrr": ("bridge",),
        "level": ("parent", "product"),
        "reactivated": ("excluded",),
        "price_rises": ("excluded",),
        "fx": ("as_of", "actual"),
        "minimum_arr": (20_000,),
        "logo_level": ("parent",),
        "zero_arr_accounts": ("counted",),
    }.items()
    for value in values
}
POLICIES = {policy.name: policy for policy in READY} | ONE_CHOICE
BASES = {
    "today": (AS_OF, "reported"),
    "an earlier day as reported": (EARLIER, "reported"),
    "an earlier day restated": (EARLIER, "restated"),
}
NARROWED = {
    "segments": {"segments": ("Enterprise", "Small Business")},
    "region": {"regions": ("Europe",)},
    "segment and region": {"segments": ("Mid-Market",), "regions": ("North America",)},
}


class Company:
    """The contract's tables, and the book they are on a day for what filters keep."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.tables = {}
        for table in TABLES:
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            self.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        self.books: dict[object, Book] = {}

    def book(self, filters: Filters, basis: str = "reported") -> Book:
        key = (filters.as_of, filters.segments, filters.regions, filters.csm_ids, basis)
        if key not in self.books:
            self.books[key] = self._book(filters, basis)
        return self.books[key]

    def _book(self, filters: Filters, basis: str) -> Book:
        whole = Book({**self.tables, "subscriptions": []}, filters.as_of)
        narrowed = (
            ("segment", filters.segments),
            ("region", filters.regions),
            ("csm_id", filters.csm_ids),
        )
        keep = [
            account_id
            for account_id in whole.accounts
            if all(
                not values or whole.attribute(account_id, name, filters.as_of) in values
                for name, values in narrowed
            )
        ]
        return Book(self.tables, filters.as_of, restated=basis == "restated", keep=keep)


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Company(connection)


@pytest.fixture(params=BASES)
def asked(request) -> tuple[Filters, str]:
    as_of, basis = BASES[request.param]
    return Filters(as_of), basis


def assert_rated(row, expected) -> None:
    money = ("opening_arr", "closing_arr", "accounts")
    assert [row[name] for name in money] == [expected[name] for name in money]
    for name in ("nrr", "grr", "logo_retention"):
        assert (row[name] is None) == (expected[name] is None)
        assert row[name] is None or row[name] == pytest.approx(expected[name], abs=1e-9)


def assert_by_period(demo, company, filters, *, policy, period, basis="reported") -> None:
    book = company.book(filters, basis)
    answer = retention.by_period(
        demo, EVERYTHING, filters, policy=policy, period=period, basis=basis
    )

    windows = book.windows(CALENDAR, period, filters.since, filters.until)
    assert answer.select("period_start_on", "period_end_on").rows() == [
        (window.start, window.end) for window in windows
    ]
    assert windows, "a comparison of nothing"
    power = 4 if period == "quarter_annualised" else 1
    for row, window in zip(answer.iter_rows(named=True), windows, strict=True):
        units = book.count(policy, policy.level, window)
        assert_rated(row, rates_of(units, book.count(policy, policy.logo_level, window), power))


# ------------------------------------------------------------------ by period


@pytest.mark.sampled(3)
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("policy", READY, ids=lambda policy: policy.name)
def test_by_period(demo, company, policy, period):
    assert_by_period(demo, company, Filters(AS_OF), policy=policy, period=period)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_by_period_of_an_earlier_day_and_as_restated(demo, company, asked, policy):
    filters, basis = asked
    lately = filters.window(date(2025, 1, 1), None)
    assert_by_period(demo, company, lately, policy=policy, period="quarter", basis=basis)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_by_period_of_one_window(demo, company, policy):
    filters = Filters(AS_OF, CUSTOM.start, CUSTOM.end)
    assert_by_period(demo, company, filters, policy=policy, period="custom")
    lately = Filters(AS_OF, date(2025, 4, 1), date(2026, 7, 1))
    for period in ("ttm", "fiscal_year_to_date", "quarter_annualised"):
        assert_by_period(demo, company, lately, policy=policy, period=period)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("narrowed", NARROWED)
@pytest.mark.parametrize("policy", READY, ids=lambda policy: policy.name)
def test_by_period_of_a_part_of_the_book(demo, company, policy, narrowed):
    for as_of in (AS_OF, EARLIER):
        filters = Filters(as_of, **NARROWED[narrowed])
        assert_by_period(demo, company, filters, policy=policy, period="quarter")


def test_by_period_of_the_book_of_one_csm(demo, company):
    held = [row["csm_id"] for row in company.tables["accounts"] if row["csm_id"]]
    csm = max(sorted(set(held)), key=held.count)
    for level in ("account", "parent", "product"):
        policy = RetentionPolicy(level=level, logo_level="parent")
        filters = Filters(AS_OF, csm_ids=(csm,))
        assert_by_period(demo, company, filters, policy=policy, period="year")


def test_what_was_booked_late_makes_a_difference(demo, company):
    """Or the tests of an earlier day would compare the same numbers twice."""
    answers = [
        retention.by_period(demo, EVERYTHING, Filters(EARLIER), period="month", basis=basis)
        for basis in ("reported", "restated")
    ]
    assert not answers[0].equals(answers[1])


# ------------------------------------------------------------------ one window taken apart


def window_of(filters: Filters) -> tuple[Window, Filters]:
    window = Window(date(filters.as_of.year - 1, filters.as_of.month, 1), filters.as_of)
    return window, filters.window(window.start, window.end)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_the_bridge_and_the_customers_behind_it(demo, company, asked, policy):
    filters, basis = asked
    window, filters = window_of(filters)
    book = company.book(filters, basis)
    units = book.count(policy, policy.level, window)
    rated = book.rated(policy, window)

    steps = bridge.by_period(
        demo, EVERYTHING, filters, policy=policy, period="custom", basis=basis
    ).select("step", "amount", "accounts")
    wanted = [("opening", [each.opening for each in units])]
    wanted += [(kind, [each.moved[kind] for each in units]) for kind in KINDS]
    wanted += [("closing", [each.closing for each in units])]
    assert steps.rows() == [
        (step, sum(amounts, ZERO), sum(amount != 0 for amount in amounts))
        for step, amounts in wanted
    ]
    amounts = dict(steps.select("step", "amount").iter_rows())
    assert sum(amounts.values()) == 2 * amounts["closing"]

    customers = retention.accounts(demo, EVERYTHING, filters, policy=policy, basis=basis)
    of_level = customers.filter(pl.col("level") == policy.level)
    columns = {"opening": "opening_arr", "closing": "closing_arr"}
    assert {step: customers[columns.get(step, step)].sum() for step in amounts} == amounts
    assert customers["cohort_arr"].sum() == rated["opening_arr"]
    assert customers["net_retained_arr"].sum() == rated["net"]
    assert customers["gross_retained_arr"].sum() == rated["gross"]
    assert customers["logos"].sum() == rated["accounts"]
    assert customers["kept_logos"].sum() == rated["kept"]
    by_unit = {
        each.unit.account_id if policy.level == "parent" else each.unit.unit_id: each
        for each in units
    }
    for row in of_level.iter_rows(named=True):
        each = by_unit[row["unit_id"]]
        assert (row["net_retained_arr"], row["gross_retained_arr"]) == (each.net, each.gross)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("by", retention.PARTS)
@pytest.mark.parametrize(
    "policy",
    [*READY, RetentionPolicy(level="parent", logo_level="parent", minimum_arr=20_000)],
    ids=lambda policy: f"{policy.name} {policy.level}",
)
def test_by_part(demo, company, asked, policy, by):
    filters, basis = asked
    filters = filters.window(date(2025, 1, 1), None)
    book = company.book(filters, basis)
    counted = policy.model_copy(update={"level": "product"}) if by == "product" else policy

    answer = retention.by_part(
        demo, EVERYTHING, filters, by=by, policy=policy, period="quarter", basis=basis
    )

    expected = {}
    for window in book.windows(CALENDAR, "quarter", filters.since):
        units = book.count(counted, counted.level, window)
        logos = units if by == "product" else book.count(counted, counted.logo_level, window)
        parts = {book.part(by, each.unit, window.start) for each in (*units, *logos)}
        for part in parts:
            mine = [
                [each for each in group if book.part(by, each.unit, window.start) == part]
                for group in (units, logos)
            ]
            rated = rates_of(*mine)
            if any(rated[name] for name in ("opening_arr", "closing_arr", "net", "accounts")):
                expected[window.start, part] = rated
    found = {(row["period_start_on"], row["part"]): row for row in answer.iter_rows(named=True)}
    assert len(found) == len(answer) > 4
    assert found.keys() == expected.keys()
    for key, row in found.items():
        assert_rated(row, expected[key])
        assert row["net_retained_arr"] == expected[key]["net"]
        assert row["gross_retained_arr"] == expected[key]["gross"]
        assert row["kept"] == expected[key]["kept"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("by", retention.PARTS)
@pytest.mark.parametrize("policy", READY, ids=lambda policy: policy.name)
def test_moved_parts(demo, company, policy, by):
    window, before = (
        Window(date(2025, 10, 1), date(2026, 10, 1)),
        Window(date(2023, 7, 1), date(2024, 7, 1)),
    )
    filters = Filters(AS_OF, window.start, window.end)
    book = company.book(filters)
    counted = policy.model_copy(update={"level": "product"}) if by == "product" else policy
    expected: dict[object, list] = {}
    earlier = {each.unit.unit_id: each for each in book.count(counted, counted.level, before)}
    later = {each.unit.unit_id: each for each in book.count(counted, counted.level, window)}
    for unit_id in earlier.keys() | later.keys():
        then, now = earlier.get(unit_id), later.get(unit_id)
        unit = (now or then).unit
        was, stands = book.part(by, unit, before.start), book.part(by, unit, window.start)
        both = then and now and then.is_cohort and now.is_cohort
        left = then and then.is_cohort and not (now and now.is_cohort)
        part = "changed" if both and was != stands else was if left else stands
        row = expected.setdefault(part, [ZERO, ZERO, ZERO, 0, ZERO, ZERO, ZERO, 0])
        for place, each in ((0, then), (4, now)):
            if each:
                amounts = (each.cohort, each.net, each.gross, each.is_cohort)
                row[place : place + 4] = [
                    total + amount
                    for total, amount in zip(row[place : place + 4], amounts, strict=True)
                ]

    answer = retention.moved_parts(
        demo,
        EVERYTHING,
        filters,
        compared_since=before.start,
        compared_until=before.end,
        by=by,
        policy=policy,
    )

    found = {row[0]: list(row[2:]) for row in answer.iter_rows()}
    assert found == {part: row for part, row in expected.items() if any(row[:2] + row[4:6])}
    for place, each in ((0, before), (4, window)):
        rated = book.rated(counted, each)
        sums = [sum((row[place + n] for row in found.values()), ZERO) for n in range(3)]
        assert sums == [rated["opening_arr"], rated["net"], rated["gross"]]
    assert ("changed" in found) == (by in {"segment", "csm"})


# ------------------------------------------------------------------ ARR and movements


@pytest.mark.sampled(3)
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_arr_on_a_day_and_movements_by_month(demo, company, asked, policy):
    filters, basis = asked
    book = company.book(filters, basis)
    constant = policy.model_copy(update={"fx": "as_of"}) if policy.fx != "actual" else policy
    for on in (date(2024, 2, 29), date(2025, 12, 31), filters.as_of):
        day = Window(on, on)
        units = book.count(constant, policy.level, day)
        logos = book.count(constant, policy.logo_level, day)
        answer = retention.arr_on(demo, EVERYTHING, filters, on=on, policy=policy, basis=basis)
        assert answer.rows() == [
            (
                on,
                sum((each.opening for each in units), ZERO),
                sum(each.opening > 0 for each in logos),
            )
        ]

    expected: dict[tuple, list] = {}
    for unit in book.units(policy.level):
        for step in unit.steps:
            rate_on = step.day if policy.fx == "actual" else filters.as_of
            rate = book.rate(unit.currency, rate_on)
            cell = expected.setdefault((step.day.replace(day=1), step.movement), [set(), ZERO])
            cell[0].add(unit.unit_id)
            cell[1] += (step.after * rate).quantize(Decimal("0.01"), "ROUND_HALF_UP")
            cell[1] -= (step.before * rate).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    answer = retention.movements_by_month(demo, EVERYTHING, filters, policy=policy, basis=basis)
    assert {row[:2]: row[2:] for row in answer.iter_rows()} == {
        key: (len(units), amount) for key, (units, amount) in expected.items()
    }
