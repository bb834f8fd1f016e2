"""Files from a browser: let in only if they are what they say, loaded through the same rules."""

import io
from datetime import date
from zipfile import ZipFile

import duckdb
import polars as pl
import pytest

from dashboard.mapping import MappingError
from dashboard.mapping import uploads as files
from dashboard.policy import Policy

AS_OF = date(2026, 10, 31)
TEAM = b"member_id,name,email,role\nm1,Mia,mia@example.com,csm\n"
CUSTOMERS = (
    b"Customer ID,Company,Tier,Owner,Stage,Start Date\n"
    b"C1,Acme,Enterprise,m1,Adoption,2024-01-01\nC2,Globex,SMB,m1,Adoption,2024-03-01\n"
)
LINES = b"subscription_id,account_id,starts_on,ends_on,arr\ns1,C1,2024-01-01,,1200.50\n"
COLUMNS = {
    "account_id": "Customer ID",
    "account_name": "Company",
    "segment": "Tier",
    "csm_id": "Owner",
    "lifecycle_stage": "Stage",
    "customer_since": "Start Date",
}


def workbook(*names: str) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


def excel(rows: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    rows.write_excel(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.zip", b"PK\x03\x04", "is not let in"),
        ("a.xlsm", b"PK\x03\x04", "is not let in"),
        ("../accounts.csv", LINES, "is not let in"),
        (".csv", LINES, "is not let in"),
        ("accounts.csv", b"", "is empty"),
        ("accounts.csv", workbook("a"), "an archive or a program"),
        ("accounts.csv", b"\x1f\x8b\x08rest", "an archive or a program"),
        ("accounts.csv", b"a,b\n1,\x00", "an archive or a program"),
        ("accounts.xlsx", b"a,b\n1,2", "no Excel file"),
        ("accounts.xlsx", workbook("a.csv"), "an archive, not a workbook"),
        ("accounts.xlsx", workbook("xl/workbook.xml", "xl/vbaProject.bin"), "holds macros"),
        ("accounts.parquet", b"PAR1 cut off", "no whole Parquet"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_the_reason(name, content, said):
    assert said in files.refusal(name, content)


def test_bounds_of_size_are_kept(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    monkeypatch.setattr(files, "MOST_UNPACKED", 3)

    assert "10 are let in here" in files.refusal("a.csv", b"a" * 11)
    assert files.refusal("a.csv", b"a" * 10) == ""
    monkeypatch.setattr(files, "MOST_BYTES", 10_000)
    assert "unpacks to more" in files.refusal(
        "a.xlsx", workbook("xl/workbook.xml", "xl/a", "xl/b", "xl/c")
    )


def test_only_what_is_let_in_is_kept_and_the_next_files_take_its_place(tmp_path):
    refused = files.keep(
        tmp_path,
        [("accounts.csv", b"a\n1"), ("accounts.csv", b"a\n2"), ("x.zip", b"PK\x03\x04")],
    )

    assert set(refused) == {"accounts.csv", "x.zip"}
    assert "there twice" in refused["accounts.csv"]
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [
        ("accounts.csv", b"a\n1")
    ]
    files.keep(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_each_file_is_recognised_or_has_to_be_mapped(tmp_path):
    files.keep(
        tmp_path,
        [
            ("customers_export.csv", CUSTOMERS),
            ("team_members.csv", TEAM),
            ("subscriptions.xlsx", excel(pl.read_csv(LINES))),
            ("broken.csv", b'a,b\n"1,2\n'),
        ],
    )

    found = {each.file: each for each in files.arrived(tmp_path)}

    assert found["team_members.csv"].is_known
    assert found["subscriptions.xlsx"].is_known
    assert found["subscriptions.xlsx"].table == "subscriptions"
    assert not found["customers_export.csv"].is_known
    assert found["customers_export.csv"].table == "accounts"
    assert "Company" in found["customers_export.csv"].headers
    assert "a quote that is not closed" in found["broken.csv"].problem


@pytest.fixture
def tried(tmp_path):
    folder = tmp_path / "uploads"
    folder.mkdir()

    def load(given, mappings, **more):
        files.keep(folder, given)
        target = tmp_path / "tried.duckdb"
        done = files.tried(folder, mappings, (), target, policy=Policy(), as_of=AS_OF, **more)
        return done, target

    return load


def test_mapped_and_recognised_files_make_one_warehouse(tried):
    mapping = files.mapping_text("accounts", "customers_export.csv", COLUMNS)

    done, target = tried(
        [
            ("customers_export.csv", CUSTOMERS),
            ("team_members.csv", TEAM),
            ("subscriptions.csv", LINES),
        ],
        {"customers_export.csv": mapping},
    )

    assert done.report.loaded
    assert done.report.rows_loaded == {"team_members": 1, "accounts": 2, "subscriptions": 1}
    assert done.report.rows_derived == {"arr_movements": 1}
    with duckdb.connect(str(target), read_only=True) as warehouse:
        assert warehouse.execute(
            "select account_name, segment, customer_since from accounts order by 1"
        ).fetchall() == [
            ("Acme", "Enterprise", date(2024, 1, 1)),
            ("Globex", "SMB", date(2024, 3, 1)),
        ]


def test_a_cell_of_ten_megabytes_arrives_whole(tried):
    name = b"A" * 10_000_000
    accounts = (
        b"account_id,account_name,segment,lifecycle_stage,customer_since,csm_id\n"
        b"C1," + name + b",SMB,Adoption,2024-01-01,m1\n"
    )

    done, target = tried([("accounts.csv", accounts), ("team_members.csv", TEAM)], {})

    assert done.report.loaded
    with duckdb.connect(str(target), read_only=True) as warehouse:
        assert warehouse.execute("select length(account_name) from accounts").fetchone() == (
            10_000_000,
        )


def test_a_broken_row_stops_the_load_or_is_kept_aside(tried):
    accounts = (
        b"account_id,account_name,segment,lifecycle_stage,customer_since\n"
        b"C1,Acme,SMB,Adoption,2024-01-01\n"
    )
    given = [
        ("accounts.csv", accounts),
        ("subscriptions.csv", LINES + b"s2,C9,2024-01-01,,700.00\n"),
    ]

    stopped, target = tried(given, {})
    assert not stopped.report.loaded
    assert not target.exists()
    assert [(each.rule, each.value) for each in stopped.report.violations] == [
        ("reference_missing", "C9")
    ]

    kept, _ = tried(given, {}, quarantine=True)
    assert kept.report.loaded
    assert kept.report.rows_quarantined == {"subscriptions": 1}


def test_two_files_for_one_table_are_refused_by_name(tried):
    mapping = files.mapping_text("accounts", "a.csv", COLUMNS)
    other = files.mapping_text("accounts", "b.csv", COLUMNS)

    with pytest.raises(MappingError, match="filled twice"):
        tried([("a.csv", CUSTOMERS), ("b.csv", CUSTOMERS)], {"a.csv": mapping, "b.csv": other})


def test_what_a_required_column_lacks_is_named():
    assert files.lacking("accounts", {"account_id": "x"}) == [
        "account_name", "segment", "lifecycle_stage", "customer_since",
    ]  # fmt: skip
