"""What a load through mappings does with rows that do not fit: each is told, none is lost."""

import json
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import polars as pl
import pytest
import xlsxwriter

from dashboard.ingest.sources import UnreadableFileError
from dashboard.mapping import MappingError, load, mappings_in, sample
from dashboard.mapping.source_files import opened
from dashboard.policy import Policy
from tests.mapping.sources import AS_OF, write_tables

MAPPING = {
    "source": "name: own\n",
    "accounts": (
        "table: accounts\nfrom: customers\ncolumns:\n  account_id: no\n  account_name: title\n"
        "  segment: {value: Enterprise}\n  lifecycle_stage: {value: Adoption}\n"
        "  customer_since: since\n"
    ),
    "subscriptions": (
        "table: subscriptions\nfrom: lines\ncolumns:\n  subscription_id: no\n"
        "  account_id: customer\n  starts_on: first\n  ends_on: last\n  arr: amount\n"
    ),
    "arr_movements": (
        "table: arr_movements\nfrom: bookings\ncolumns:\n  movement_id: no\n"
        "  account_id: customer\n  effective_on: day\n  recorded_at: booked\n"
        "  movement: kind\n  amount: amount\n"
    ),
    "usage_weekly": (
        "table: usage_weekly\nfrom: use\ncolumns:\n  account_id: customer\n  week_on: week\n"
        "  active_users: people\n"
    ),
}
WEEKS = 100
CUSTOMERS = [f"C{number:03}" for number in range(192)]
"""The first two have a subscription."""


def files(folder):
    first = date(2024, 1, 1)
    write_tables(
        folder,
        {
            "customers": [{"no": each, "title": each, "since": "2024-01-01"} for each in CUSTOMERS],
            "lines": [
                {"no": no, "customer": who, "first": "2024-01-01", "last": "", "amount": amount}
                for no, who, amount in (
                    ("L0", "C000", "100"),
                    ("L1", "C001", "12,5"),
                    ("L2", "C001", "7.005"),
                    ("L3", "C001", "50"),
                )
            ],
            "bookings": [
                {"no": "B0", "customer": "C000", "day": "2024-01-01", "kind": "new",
                 "booked": "2024-01-01T00:00:00Z", "amount": "100"},
                {"no": "B1", "customer": "C001", "day": "2024-01-01", "kind": "new",
                 "booked": "2024-03-05T00:00:00Z", "amount": "50"},
            ],
        },
    )  # fmt: skip
    pl.DataFrame({"customer": CUSTOMERS}).join(
        pl.DataFrame({"week": [first + timedelta(weeks=week) for week in range(WEEKS)]}),
        how="cross",
    ).with_columns(people=pl.lit(3)).write_parquet(folder / "use.parquet")
    return folder


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    for name, text in MAPPING.items():
        (folder / f"{name}.yaml").write_text(text)
    where = {"place": files(folder / "files"), "target": folder / "w.duckdb"}
    found = load(mappings_in([folder]), **where, policy=Policy(), as_of=AS_OF, quarantine=True)
    return found, where


def test_use_outside_any_subscription_is_told_and_kept(done):
    found, _ = done
    told = {each.notice: (each.rows, each.accounts, each.arr) for each in found.report.notices}
    assert told["usage_outside_lines"] == (19_000, 190, None)
    assert told["movements_booked_late"] == (1, 1, Decimal("50.00"))
    assert found.report.rows_loaded["usage_weekly"] == 19_200


def test_an_amount_that_cannot_be_read_is_refused_as_the_source_wrote_it(done):
    found, _ = done
    assert {(each.rule, each.row_key, each.value) for each in found.report.violations} == {
        ("unreadable", "L1", "12,5"),
        ("money_decimals", "L2", "7.005000000000"),
    }
    (row,) = found.reconciled.filter(pl.col("table_name") == "subscriptions").rows(named=True)
    assert (row["source_rows"], row["refused_rows"], row["loaded_rows"]) == (4, 2, 2)
    assert row["loaded_amount"] == Decimal("150.00")


def test_without_quarantine_nothing_is_loaded_and_the_warehouse_stays(done):
    _, where = done
    before = where["target"].read_bytes()
    folder = where["place"].parent
    found = load(mappings_in([folder]), **where, policy=Policy(), as_of=AS_OF)
    assert not found.report.loaded
    assert where["target"].read_bytes() == before


def test_the_warehouse_remembers_the_source_files_and_what_was_left_out(done):
    _, where = done
    with duckdb.connect(str(where["target"]), read_only=True) as connection:
        origins = connection.execute(
            "select file, rows_read, length(sha256) from loaded_files where table_name is null"
            " order by file"
        ).fetchall()
        (noted,) = connection.execute(
            "select value from manifest where entry = 'mapping'"
        ).fetchone()
    assert origins == [
        ("own/bookings.csv", 2, 64),
        ("own/customers.csv", 192, 64),
        ("own/lines.csv", 4, 64),
        ("own/use.parquet", 19_200, 64),
    ]
    assert json.loads(noted)["left_out"] == []


def test_a_duckdb_file_is_a_source_too(done, tmp_path):
    found, where = done
    source = tmp_path / "source.duckdb"
    with duckdb.connect(str(source)) as connection:
        connection.execute("create schema own")
        for path in sorted(where["place"].iterdir()):
            reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
            options = "" if path.suffix == ".parquet" else ", all_varchar = true"
            connection.execute(
                f"create table own.{path.stem} as select * from {reader}('{path}'{options})"
            )
    again = load(
        mappings_in([where["place"].parent]), source, tmp_path / "again.duckdb",
        policy=Policy(), as_of=AS_OF, quarantine=True,
    )  # fmt: skip
    assert again.reconciled.equals(found.reconciled)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("from: customers", "from: clients"), "the source has no table clients"),
        (("account_name: title", "account_name: titel"), "the source has no column titel"),
        (("account_id: no", "account_id: {sql: cast(title as integer)}"), "Could not convert"),
    ],
)
def test_a_mapping_that_does_not_fit_is_told_by_file(done, tmp_path, change, said):
    _, where = done
    (tmp_path / "source.yaml").write_text(MAPPING["source"])
    (tmp_path / "accounts.yaml").write_text(MAPPING["accounts"].replace(*change))
    with pytest.raises(MappingError, match=said):
        load(
            mappings_in([tmp_path]), where["place"], tmp_path / "w.duckdb",
            policy=Policy(), as_of=AS_OF,
        )  # fmt: skip


def test_a_source_file_with_a_column_twice_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("id,Name,NAME\n1,a,b\n")
    with pytest.raises(UnreadableFileError, match="the column name is there twice"):
        sample(tmp_path / "x.csv")


def test_a_workbook_is_a_source_too(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        for name in ("customers", "notes"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["no", "title"])
            sheet.write_row(1, 0, [7, "Acme"])
    with opened(tmp_path, [("own", "")]) as sources:
        rows = sources.frame("from own.customers").rows()
    assert rows == [("7", "Acme")]
    assert [each.file for each in sources.files] == ["own/book.xlsx", "own/book.xlsx"]


def test_the_engine_of_a_source_reaches_no_file(tmp_path):
    (tmp_path / "t.csv").write_text("a\n1\n")
    with opened(tmp_path, [("own", "")]) as sources, pytest.raises(duckdb.Error):
        sources.frame(f"select * from read_csv('{tmp_path / 't.csv'}')")
