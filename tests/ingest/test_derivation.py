"""From contract lines alone or movements alone: the other by rule, marked; and what is noticed."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import contract
from dashboard.contract import SQL_ROOT
from dashboard.ingest import check_warehouse, checks, derivation, import_folder
from dashboard.ingest.report import as_text
from dashboard.policy import Policy
from dashboard.vocabulary import NOTICES
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.factories import AS_OF

FIRST = date(2024, 1, 1)
MEMBER = {"member_id": "m1", "name": "M", "email": "m@example.com", "role": "csm"}


def an_account(account_id, **fields):
    return {
        "account_id": account_id,
        "account_name": account_id.upper(),
        "segment": "SMB",
        "lifecycle_stage": "Adoption",
        "customer_since": "2024-01-01",
        "csm_id": "m1",
    } | fields


def line(account_id, starts_on, ends_on, arr, **fields):
    return {
        "subscription_id": f"{account_id} {starts_on} {arr} {fields.get('product_id', '')}",
        "account_id": account_id,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "arr": arr,
    } | fields


@pytest.fixture
def loaded(folder, target):
    """Loads rows by table from CSV; the report and the warehouse's file."""

    def load(**tables):
        folder.mkdir()
        for name, rows in tables.items():
            pl.DataFrame(rows, infer_schema_length=None).write_csv(folder / f"{name}.csv")
        report = import_folder(folder, target, policy=Policy(), as_of=AS_OF)
        assert report.loaded, as_text(report)
        return report, target

    return load


def rows_of(file, query):
    with duckdb.connect(str(file), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


def test_lines_alone_become_movements_by_the_rule(loaded):
    report, file = loaded(
        team_members=[MEMBER],
        accounts=[an_account("a1"), an_account("a2"), an_account("a3")],
        products=[{"product_id": p, "product_name": p.upper()} for p in ("core", "plus")],
        subscriptions=[
            # A term followed by another at a higher price, then a gap, then a return.
            line("a1", "2024-01-01", "2025-01-01", "100.00", product_id="core"),
            line("a1", "2025-01-01", "2026-01-01", "120.50", product_id="core"),
            line("a1", "2026-03-01", None, "90.00", product_id="core"),
            # A second product, and one of the two cancelled; the end lies ahead.
            line("a2", "2024-01-01", "2027-01-01", "50.00", product_id="core"),
            line("a2", "2024-07-01", "2025-07-01", "25.00", product_id="plus"),
            # A trial, a line of no day, and one that has not begun.
            line("a3", "2024-01-01", "2025-01-01", "0.00", product_id="core"),
            line("a3", "2024-01-01", "2024-01-01", "70.00", product_id="core"),
            line("a3", "2027-01-01", None, "80.00", product_id="core"),
        ],
    )

    found = rows_of(
        file,
        "select account_id, effective_on::varchar, movement, amount::varchar, product_id,"
        " recorded_at::date = effective_on, reason"
        " from arr_movements order by account_id, effective_on",
    )

    assert found == [
        ("a1", "2024-01-01", "new", "100.00", "core", True, None),
        ("a1", "2025-01-01", "expansion", "20.50", "core", True, None),
        ("a1", "2026-01-01", "churn", "-120.50", "core", True, None),
        ("a1", "2026-03-01", "reactivation", "90.00", "core", True, None),
        ("a2", "2024-01-01", "new", "50.00", "core", True, None),
        ("a2", "2024-07-01", "expansion", "25.00", "plus", True, None),
        ("a2", "2025-07-01", "contraction", "-25.00", "plus", True, None),
    ]
    assert report.rows_derived == {"arr_movements": 7}
    assert "Derived from subscriptions: 7 rows of arr_movements" in as_text(report)
    assert check_warehouse(file, policy=Policy()) == []


def test_movements_alone_become_lines_by_the_rule(loaded):
    def moved(account_id, day, kind, amount, product_id):
        return {
            "movement_id": f"{account_id} {day} {product_id}",
            "account_id": account_id,
            "product_id": product_id,
            "effective_on": day,
            "recorded_at": f"{day}T00:00:00Z",
            "movement": kind,
            "amount": amount,
        }

    report, file = loaded(
        team_members=[MEMBER],
        accounts=[an_account("a1"), an_account("a2")],
        products=[{"product_id": p, "product_name": p.upper()} for p in ("core", "plus")],
        arr_movements=[
            moved("a1", "2024-01-01", "new", "100.00", "core"),
            moved("a1", "2024-06-01", "expansion", "40.00", "plus"),
            moved("a1", "2025-01-01", "contraction", "-100.00", "core"),
            # Less of a product than there ever was: lines of the account, not of its products.
            moved("a2", "2024-01-01", "new", "100.00", "core"),
            moved("a2", "2024-06-01", "contraction", "-30.00", "plus"),
            moved("a2", "2025-01-01", "churn", "-70.00", "core"),
        ],
    )

    found = rows_of(
        file,
        "select account_id, product_id, starts_on::varchar, ends_on::varchar, arr::varchar"
        " from subscriptions order by account_id, starts_on, product_id",
    )

    assert found == [
        ("a1", "core", "2024-01-01", "2025-01-01", "100.00"),
        ("a1", "plus", "2024-06-01", None, "40.00"),
        ("a2", None, "2024-01-01", "2024-06-01", "100.00"),
        ("a2", None, "2024-06-01", "2025-01-01", "70.00"),
    ]
    assert report.rows_derived == {"subscriptions": 4}
    assert check_warehouse(file, policy=Policy()) == []


def test_what_was_derived_is_marked(loaded):
    _, file = loaded(
        team_members=[MEMBER],
        accounts=[an_account("a1")],
        subscriptions=[line("a1", "2024-01-01", None, "100.00")],
    )

    freshness = EmbeddedWarehouse(file, Policy()).freshness()

    assert freshness.derived == "arr_movements"
    assert freshness.derived_note == "The data had no arr_movements: derived from subscriptions."
    assert "arr_movements" not in freshness.absent


def test_a_company_that_says_it_has_no_movements_is_believed(folder, target):
    folder.mkdir()
    pl.DataFrame([MEMBER]).write_csv(folder / "team_members.csv")
    pl.DataFrame([an_account("a1")]).write_csv(folder / "accounts.csv")
    pl.DataFrame([line("a1", "2024-01-01", None, "5")]).write_csv(folder / "subscriptions.csv")
    names = ",".join(column.name for column in contract.tables()["arr_movements"].columns)
    (folder / "arr_movements.csv").write_text(f"{names}\n")

    report = import_folder(folder, target, policy=Policy(), as_of=AS_OF)

    assert report.loaded, as_text(report)
    assert report.rows_derived == {}
    assert rows_of(target, "select count(*) from arr_movements") == [(0,)]


@pytest.fixture(scope="module")
def empty_company():
    with duckdb.connect() as warehouse:
        for table in contract.tables().values():
            warehouse.execute(table.ddl)
        warehouse.execute("create table manifest (entry varchar, value varchar)")
        yield warehouse


DAYS = st.integers(0, 1100).map(lambda days: FIRST + timedelta(days=days))
LINES = st.lists(
    st.tuples(
        st.sampled_from(["a1", "a2"]),
        st.sampled_from(["core", "plus", None]),
        st.sampled_from(["USD", "EUR", None]),
        DAYS,
        st.none() | DAYS,
        st.decimals(0, 999, places=2),
    ),
    max_size=12,
)


@settings(max_examples=30)
@given(LINES)
def test_derived_movements_are_the_live_lines_on_every_day_and_keep_every_rule(
    empty_company, lines
):
    warehouse = empty_company
    for table in ("arr_movements", "subscriptions", "accounts", "manifest"):
        warehouse.execute(f"delete from {table}")
    for account_id in ("a1", "a2"):
        warehouse.execute(
            "insert into accounts (account_id, account_name, segment, lifecycle_stage,"
            " customer_since, currency) values (?, 'x', 'SMB', 'Adoption', '2024-01-01', 'USD')",
            [account_id],
        )
    for number, (account_id, product_id, currency, starts_on, ends_on, arr) in enumerate(lines):
        warehouse.execute(
            "insert into subscriptions (subscription_id, account_id, product_id, currency,"
            " starts_on, ends_on, arr) values (?, ?, ?, ?, ?, ?, ?)",
            [str(number), account_id, product_id, currency, starts_on, ends_on, arr],
        )

    derivation.derive(warehouse, {"subscriptions"}, policy=Policy(), as_of=AS_OF)

    edges = sorted({d for each in lines for d in each[3:5] if d is not None and d <= AS_OF})
    booked = warehouse.execute(
        "select account_id, currency, effective_on, amount from arr_movements"
    ).fetchall()
    assert running_on(edges, booked) == live_on(edges, lines)
    for name in checks.across_rows():
        text, values = checks.asked(name, policy=Policy(), as_of=AS_OF)
        assert warehouse.execute(text, values).fetchall() == [], name


def live_on(days, lines):
    """What each account pays in each currency on each of the days, by its lines."""
    arr = defaultdict(Decimal)
    for day in days:
        for account_id, _, currency, starts_on, ends_on, amount in lines:
            if starts_on <= day and (ends_on is None or day < ends_on):
                arr[account_id, currency or "USD", day] += amount
    return {key: amount for key, amount in arr.items() if amount}


def running_on(days, movements):
    """The same by movements."""
    arr = defaultdict(Decimal)
    for account_id, currency, effective_on, amount in movements:
        for day in days:
            if effective_on <= day:
                arr[account_id, currency, day] += amount
    return {key: amount for key, amount in arr.items() if amount}


def test_the_demo_company_has_the_same_arr_from_either_table_alone(demo_file, folder, target):
    """Every account's ARR on every month's end, to the cent; movements and lines apart."""
    sums = {}
    for kept in ("subscriptions", "arr_movements"):
        folder.mkdir(exist_ok=True)
        with duckdb.connect(str(demo_file), read_only=True) as company:
            for table in ("team_members", "accounts", "products", "fx_rates", kept):
                company.execute(f"copy {table} to '{folder / table}.parquet' (format parquet)")
        report = import_folder(folder, target, policy=Policy(), as_of=AS_OF, quarantine=True)
        assert report.loaded, as_text(report)
        sums[kept] = month_ends(target)
        (folder / f"{kept}.parquet").unlink()

    assert sums["subscriptions"] == sums["arr_movements"] == month_ends(demo_file)
    assert len(sums["subscriptions"]) > 10_000


def month_ends(file):
    return {
        (account, day): arr
        for account, day, arr in rows_of(
            file,
            "select account_id, day::varchar, arr from arr_spans, range(date '2024-01-31',"
            f" date '{AS_OF}', interval 1 month) as days(day)"
            " where starts_on <= day and (ends_on is null or day < ends_on) and arr <> 0",
        )
    }


def test_each_notice_is_counted_with_its_accounts_and_arr(loaded):
    weeks = [FIRST - timedelta(weeks=200) + timedelta(weeks=each) for each in range(190)]
    report, file = loaded(
        team_members=[MEMBER],
        accounts=[
            an_account("a1", account_name="Acme"),
            an_account("a2", account_name=" ACME "),
            an_account("a3"),
            *(an_account(f"u{each:03}") for each in range(100)),
        ],
        subscriptions=[
            line("a1", "2024-01-01", "2025-06-01", "100.00"),
            line("a1", "2025-01-01", None, "40.00"),
            line("a2", "2024-01-01", "2025-01-01", "0.00"),
            line("a2", "2025-01-01", "2025-01-01", "9.00"),
        ],
        arr_movements=[
            {
                "movement_id": f"{place}",
                "account_id": "a1",
                "effective_on": day,
                "recorded_at": f"{booked}T00:00:00Z",
                "movement": kind,
                "amount": amount,
            }
            for place, (day, booked, kind, amount) in enumerate(
                [
                    ("2024-01-01", "2024-01-01", "new", "100.00"),
                    ("2025-01-01", "2025-02-10", "expansion", "40.00"),
                    ("2025-06-01", "2025-06-01", "contraction", "-100.00"),
                ]
            )
        ],
        usage_weekly=[
            {"account_id": f"u{each:03}", "week_on": week, "active_users": 3}
            for each in range(100)
            for week in weeks
        ]
        + [{"account_id": "a1", "week_on": date(2024, 2, 5), "active_users": 3}],
    )

    found = {each.notice: (each.rows, each.accounts, each.arr) for each in report.notices}

    assert found == {
        "accounts_of_one_name": (2, 2, None),
        "accounts_without_lines": (101, 101, None),
        "lines_never_live": (1, 1, Decimal("9.00")),
        "lines_of_nothing": (1, 1, Decimal("0.00")),
        "lines_overlapping": (1, 1, Decimal("40.00")),
        "lines_without_end": (1, 1, Decimal("40.00")),
        "movements_booked_late": (1, 1, Decimal("40.00")),
        "usage_outside_lines": (19_000, 100, None),
    }
    assert report.rows_derived == {}
    assert rows_of(file, "select count(*) from usage_weekly") == [(19_001,)]
    assert "outside any live contract line: they count as usage: 19,000 rows" in as_text(report)


def test_every_notice_has_its_words():
    assert set(NOTICES) == {path.stem for path in (SQL_ROOT / "notices").glob("*.sql")}
