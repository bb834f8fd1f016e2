"""What holds for every book: random companies of many accounts, and the calculation by hand.

One company holds many random accounts, so that one build of a warehouse tests them all.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import bridge, retention
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import build
from tests.factories import Row
from tests.retention.books import AS_OF, companies, late_rows
from tests.retention.reference import KINDS, ZERO, Book, Window, calendar_months, rates_of

few = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    # Shrinking a whole company takes longer than reading it.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CALENDAR = calendar_months()
PERIODS = ["month", "quarter", "year", "ttm", "fiscal_year_to_date", "quarter_annualised"]
as_of_days = st.sampled_from([date(2024, 2, 29), date(2025, 1, 20), date(2025, 3, 31), AS_OF])
later_days = st.sampled_from([date(2024, 10, 1), date(2025, 1, 20), date(2025, 3, 31), AS_OF])
bases = st.sampled_from(["reported", "restated"])
policies = st.builds(
    RetentionPolicy,
    grr=st.sampled_from(["lower_of_then_and_now", "sum_of_losses", "churn_only"]),
    nrr=st.sampled_from(["cohort", "bridge"]),
    level=st.sampled_from(["account", "parent", "product"]),
    reactivated=st.sampled_from(["kept", "excluded"]),
    price_rises=st.sampled_from(["included", "excluded"]),
    fx=st.sampled_from(["period_start", "as_of", "actual"]),
    minimum_arr=st.sampled_from([Decimal(0), Decimal("33.33"), Decimal(100)]),
    logo_level=st.sampled_from(["account", "parent"]),
    zero_arr_accounts=st.sampled_from(["excluded", "counted"]),
)
windows = st.sampled_from(
    [
        Window(date(2024, 1, 1), date(2025, 1, 1)),
        Window(date(2024, 2, 29), date(2025, 1, 20)),
        Window(date(2023, 12, 31), date(2024, 2, 29)),
    ]
)
Open = Callable[[Mapping[str, list[Row]]], EmbeddedWarehouse]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("books")


@pytest.fixture(scope="module")
def opened(folder) -> Open:
    """A warehouse of a company; files of those before the last two are removed."""

    def open_one(tables: Mapping[str, list[Row]]) -> EmbeddedWarehouse:
        files = sorted(folder.iterdir())
        for file in files[:-2]:
            file.unlink()
        file = folder / f"{len(files) and int(files[-1].stem) + 1:06d}.duckdb"
        build(file, tables, policy=Policy(), as_of=AS_OF)
        return EmbeddedWarehouse(file, Policy())

    return open_one


def assert_rates(row: Row, expected: Row, names=("nrr", "grr", "logo_retention")) -> None:
    for name in names:
        if row[name] is None or expected[name] is None:
            assert row[name] is expected[name], name
        else:
            assert row[name] == pytest.approx(expected[name], rel=1e-9, abs=1e-9), name


# ------------------------------------------------------------------ the calculation by hand


@few
@given(companies(), as_of_days, bases, st.data())
def test_by_period_is_what_the_definitions_say(opened, company, as_of, basis, data):
    warehouse = opened(company)
    book = Book(company, as_of, restated=basis == "restated")
    for _ in range(3):
        policy, period = data.draw(policies), data.draw(st.sampled_from(PERIODS))
        power = 4 if period == "quarter_annualised" else 1
        level = min(policy.level, policy.logo_level)

        answer = retention.by_period(
            warehouse, EVERYTHING, Filters(as_of), policy=policy, period=period, basis=basis
        )

        found = book.windows(CALENDAR, period, level=level)
        days = answer.select("period_start_on", "period_end_on").rows()
        assert days == [(each.start, each.end) for each in found]
        for row, window in zip(answer.iter_rows(named=True), found, strict=True):
            units = book.count(policy, policy.level, window)
            expected = rates_of(units, book.count(policy, policy.logo_level, window), power)
            money = ("opening_arr", "closing_arr", "accounts")
            assert [row[name] for name in money] == [expected[name] for name in money]
            assert_rates(row, expected)


@pytest.mark.thorough
@few
@given(st.data())
def test_one_window_taken_apart_in_every_way(opened, data):
    """Steps, customers and parts are those by hand, and add up to what was taken apart."""
    company, as_of, basis = data.draw(companies()), data.draw(as_of_days), data.draw(bases)
    policy, window = data.draw(policies), data.draw(windows)
    as_of = max(as_of, window.end)
    warehouse, filters = opened(company), Filters(as_of, window.start, window.end)
    asked = {"policy": policy, "basis": basis}
    book = Book(company, as_of, restated=basis == "restated")
    units = book.count(policy, policy.level, window)

    steps = bridge.by_period(warehouse, EVERYTHING, filters, period="custom", **asked)
    assert steps.select("step", "amount").rows() == (
        [
            ("opening", sum((each.opening for each in units), ZERO)),
            *((kind, sum((each.moved[kind] for each in units), ZERO)) for kind in KINDS),
            ("closing", sum((each.closing for each in units), ZERO)),
        ]
        if len(steps)
        else []
    )
    amounts = dict(steps.select("step", "amount").iter_rows())
    assert sum(amounts.values()) == 2 * amounts.get("closing", 0)

    customers = retention.accounts(warehouse, EVERYTHING, filters, **asked)
    names = {"opening": "opening_arr", "closing": "closing_arr"}
    for step, amount in amounts.items():
        assert (customers[names.get(step, step)].sum() or 0) == amount, step

    whole = retention.by_period(warehouse, EVERYTHING, filters, period="custom", **asked)
    for row in whole.iter_rows(named=True):
        expected = book.rated(policy, window)
        assert_rates(row, expected)
        assert (customers["cohort_arr"].sum() or 0) == row["opening_arr"]
        assert (customers["net_retained_arr"].sum() or 0) == expected["net"]
        assert (customers["gross_retained_arr"].sum() or 0) == expected["gross"]
        assert customers["logos"].sum() == row["accounts"]
        assert customers["kept_logos"].sum() == expected["kept"]

    by = data.draw(st.sampled_from(retention.PARTS))
    if by == "product":
        policy = policy.model_copy(update={"level": "product"})
        units = book.count(policy, "product", window)
    parts = retention.by_part(
        warehouse, EVERYTHING, filters, by=by, period="custom", policy=policy, basis=basis
    )
    logos = units if by == "product" else book.count(policy, policy.logo_level, window)
    expected = {}
    for part in {book.part(by, each.unit, window.start) for each in (*units, *logos)}:
        mine = [
            [each for each in group if book.part(by, each.unit, window.start) == part]
            for group in (units, logos)
        ]
        expected[part] = rates_of(*mine)
    found = {row["part"]: row for row in parts.iter_rows(named=True)}
    for part, row in expected.items():
        keys = ("opening_arr", "closing_arr", "net", "accounts")
        if part not in found:
            assert not any(row[key] for key in keys), part
            continue
        sums = ("opening_arr", "closing_arr", "net_retained_arr", "gross_retained_arr")
        wanted = ("opening_arr", "closing_arr", "net", "gross")
        assert [found[part][key] for key in sums] == [row[key] for key in wanted]
        assert (found[part]["accounts"], found[part]["kept"]) == (row["accounts"], row["kept"])
        assert_rates(found[part], row)
    assert found.keys() <= expected.keys()


# ------------------------------------------------------------------ what always holds


@pytest.mark.thorough
@few
@given(companies(), as_of_days, policies, bases)
def test_rates_are_in_range_and_quarters_join(opened, company, as_of, policy, basis):
    cohort = policy.model_copy(update={"nrr": "cohort", "grr": "lower_of_then_and_now"})
    joined = policy.model_copy(update={"fx": "as_of", "minimum_arr": Decimal(0)})
    warehouse, filters = opened(company), Filters(as_of)

    def asked(rules: RetentionPolicy) -> pl.DataFrame:
        return retention.by_period(
            warehouse, EVERYTHING, filters, policy=rules, period="quarter", basis=basis
        )

    for row in asked(cohort).iter_rows(named=True):
        if row["opening_arr"]:
            assert row["grr"] <= min(1, row["nrr"])
            assert row["grr"] >= 0
        else:
            assert row["nrr"] is None
            assert row["grr"] is None
        assert row["logo_retention"] is None or 0 <= row["logo_retention"] <= 1
    for earlier, later in pairwise(asked(joined).iter_rows(named=True)):
        assert earlier["period_end_on"] == later["period_start_on"]
        assert earlier["closing_arr"] == later["opening_arr"]


@pytest.mark.thorough
@few
@given(companies(), later_days, policies, st.data())
def test_what_is_booked_later_changes_restated_answers_alone(opened, company, as_of, policy, data):
    # A line of nothing has no movement that could say when it was booked.
    policy = policy.model_copy(update={"zero_arr_accounts": "excluded"})
    later = data.draw(late_rows(company, as_of))
    more = {table: rows + later.get(table, []) for table, rows in company.items()}
    before, after = opened(company), opened(more)
    filters = Filters(as_of)

    def answers(warehouse, basis):
        asked = {"policy": policy, "basis": basis}
        return [
            retention.by_period(warehouse, EVERYTHING, filters, period="quarter", basis=basis),
            retention.by_period(warehouse, EVERYTHING, filters, period="month", **asked),
            retention.by_part(warehouse, EVERYTHING, filters, by="csm", period="year", **asked),
            retention.movements_by_month(warehouse, EVERYTHING, filters, **asked),
            retention.arr_on(warehouse, EVERYTHING, filters, **asked),
            bridge.by_period(warehouse, EVERYTHING, filters, period="quarter", **asked),
        ]

    for one, other in zip(answers(before, "reported"), answers(after, "reported"), strict=True):
        assert_frame_equal(one, other)
    book = Book(more, as_of, restated=True)
    arr = retention.arr_on(after, EVERYTHING, filters, policy=policy, basis="restated")["arr"].sum()
    whole = Window(as_of, as_of)
    constant = policy.model_copy(update={"fx": "as_of"})
    assert arr == sum((each.opening for each in book.count(constant, policy.level, whole)), ZERO)


@few
@given(companies(), policies, windows)
def test_deleting_what_came_after_a_churn_never_raises_nrr(opened, company, policy, window):
    policy = policy.model_copy(update={"level": "account"})
    book = Book(company, window.end)
    gone = {}
    for unit in book.units("account"):
        left = [step.day for step in unit.within(window) if step.movement == "churn"]
        if left:
            gone[unit.unit_id] = min(left)
    never = date.max
    deleted = company | {
        "subscriptions": [
            row
            for row in company["subscriptions"]
            if row["starts_on"] <= gone.get(row["account_id"], never)
        ],
        "arr_movements": [
            row
            for row in company["arr_movements"]
            if row["effective_on"] <= gone.get(row["account_id"], never)
        ],
    }
    filters = Filters(window.end, window.start, window.end)

    def nrr(tables):
        answer = retention.by_part(
            opened(tables), EVERYTHING, filters, policy=policy, period="custom"
        )
        return dict(answer.select("part", "nrr").iter_rows())

    before, after = nrr(company), nrr(deleted)
    for segment, share in after.items():
        assert share is None or share <= before[segment] + 1e-12, policy.sentence()


@pytest.mark.thorough
@few
@given(companies(), st.randoms(use_true_random=False))
def test_the_derived_tables_do_not_depend_on_the_order_of_rows(opened, folder, company, shuffler):
    shuffled = {table: shuffler.sample(rows, len(rows)) for table, rows in company.items()}

    def derived(tables):
        opened(tables)
        file = max(folder.iterdir())
        with duckdb.connect(str(file), read_only=True) as connection:
            return [
                connection.sql(f"select * from {name} order by all").pl()
                for name in ("account_roots", "arr_changes", "arr_spans", "arr_steps")
            ]

    for one, other in zip(derived(company), derived(shuffled), strict=True):
        assert_frame_equal(one, other)
