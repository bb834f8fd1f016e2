"""What a folder may hold: formats, hostile values, damaged files, and what becomes of each."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter

from dashboard import contract
from dashboard.ingest.report import as_text
from tests.ingest.company import (
    COMPANY,
    imported,
    write_csv,
    write_excel,
    write_parquet,
)

ACCOUNTS = {"accounts": COMPANY["accounts"][2:]}
"""One account that refers to nothing."""


def contents(path):
    """Every contract table of a warehouse as sorted rows."""
    with duckdb.connect(str(path), read_only=True) as warehouse:
        return {
            name: warehouse.execute(f"select * from {name} order by all").fetchall()
            for name in contract.tables()
        }


def one(path, query):
    with duckdb.connect(str(path), read_only=True) as warehouse:
        return warehouse.execute(query).fetchone()


@pytest.fixture(scope="module")
def from_csv(tmp_path_factory):
    """What the company is as CSV files."""
    where = tmp_path_factory.mktemp("csv")
    write_csv(where / "files", COMPANY)
    assert imported(where / "files", where / "company.duckdb").loaded
    return where


def test_csv_values_arrive_as_the_contract_types(from_csv):
    tables = contents(from_csv / "company.duckdb")
    assert tables["subscriptions"][0] == (
        "s1", "a1", "p1", None, date(2024, 1, 1), date(2025, 1, 1), Decimal("1000.00"), None,
        10, None, True, None, None,
    )  # fmt: skip
    recorded = [row[5] for row in tables["arr_movements"]]
    assert recorded[:3] == [
        datetime(2024, 1, 1, 9),  # noqa: DTZ001 -- the warehouse holds UTC without a zone
        datetime(2025, 1, 1, 9, 30),  # noqa: DTZ001
        datetime(2024, 3, 1),  # noqa: DTZ001
    ]
    assert tables["fx_rates"] == [("EUR", date(2024, 1, 1), Decimal("1.08000000"))]


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(write_parquet, id="parquet"),
        pytest.param(lambda folder, c: write_excel(folder / "Company.xlsx", c), id="workbook"),
        pytest.param(lambda folder, c: write_csv(folder, c, delimiter=";"), id="semicolons"),
        pytest.param(
            lambda folder, c: write_csv(
                folder, c, delimiter="\t", line_end="\n", encoding="utf-8-sig"
            ),
            id="tabs-and-bom",
        ),
    ],
)
def test_every_format_gives_the_same_tables(write, from_csv, folder, target):
    write(folder, COMPANY)
    report = imported(folder, target)
    assert report.loaded, as_text(report)
    assert contents(target) == contents(from_csv / "company.duckdb")


def test_file_names_and_columns_count_in_any_case(folder, target):
    folder.mkdir()
    (folder / "Products.CSV").write_text(" PRODUCT_ID ,Product_Name\np1,Base\n")
    assert imported(folder, target).loaded
    assert contents(target)["products"] == [("p1", "Base", None)]


def test_unknown_files_and_columns_are_ignored_and_named(company, folder, target):
    write_csv(folder, ACCOUNTS)
    text = (folder / "accounts.csv").read_text()
    header, rest = text.split("\n", 1)
    (folder / "accounts.csv").write_text(f"{header.strip()},Colour,\n{rest.strip()},red,x\n")
    (folder / "notes.csv").write_text("a,b\n")
    (folder / "accounts.txt").write_text("")
    (folder / "old").mkdir()

    report = imported(folder, target)

    assert report.loaded
    assert report.files[0].ignored_columns == ("Colour", "(column 9)")
    assert report.ignored_files == ("accounts.txt", "notes.csv", "old/")
    for name in ("Colour", "notes.csv", "accounts.txt", "old/"):
        assert name in as_text(report)


def test_the_manifest_holds_each_files_hash(from_csv):
    with duckdb.connect(str(from_csv / "company.duckdb"), read_only=True) as warehouse:
        listed = warehouse.execute("select * from loaded_files order by file").fetchall()
    assert listed == [
        (
            f"{table}.csv",
            table,
            hashlib.sha256((from_csv / "files" / f"{table}.csv").read_bytes()).hexdigest(),
            len(COMPANY[table]),
        )
        for table in sorted(COMPANY)
    ]


HOSTILE = {
    "formula": "=cmd|' /C calc'!A0",
    "emoji": "👩‍👩‍👧 🏳️‍🌈",
    "right to left": "abc\u202etxt.exe",
    "zero width": "a\u200bb",
    "quotes": "say \"hi\", 'there'; drop table accounts; --",
    "null word": "NULL",
    "not a number word": "nan",
    "braces": "{table} {0} :as_of $1 ?",
    "lines": "one\r\ntwo\nthree",
    "markup": "<img onerror=x> ![x](http://x) $a$ :red[x]",
    "blanks": "  spaced  ",
    "control": "bell\x07",
}


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_hostile_text_arrives_as_it_was(write, folder, target):
    rows = [
        ACCOUNTS["accounts"][0] | {"account_id": k, "account_name": HOSTILE[k]} for k in HOSTILE
    ]
    write(folder, {"accounts": rows})
    assert imported(folder, target).loaded
    assert {row[0]: row[1] for row in contents(target)["accounts"]} == HOSTILE


def test_a_cell_of_ten_megabytes_arrives_whole_and_is_cut_in_the_report(folder, target):
    long = "x" * 10_000_000
    rows = [ACCOUNTS["accounts"][0] | {"account_name": long, "touch_model": long}]
    write_csv(folder, {"accounts": rows})

    refused = imported(folder, target)
    assert [(each.rule, len(each.value)) for each in refused.violations] == [("vocabulary", 500)]
    assert len(as_text(refused)) < 2_000

    assert imported(folder, target, quarantine=True).loaded
    [length] = one(target, "select length(row_values ->> 'account_name') from quarantine")
    assert length == len(long)


def test_text_for_people_never_turns_the_reading_direction(folder, target):
    write_csv(folder, {"accounts": [ACCOUNTS["accounts"][0] | {"touch_model": "a\u202eb\x1b[2J"}]})
    text = as_text(imported(folder, target))
    assert "a\\u202eb\\u001b[2J" in text
    assert "\u202e" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", ["in[1]", 'it\'s *all? "x"', "day=1"])
def test_a_folder_may_bear_any_name(name, tmp_path, target):
    for file, accounts in ((tmp_path / name, ACCOUNTS), (tmp_path / "in1", COMPANY)):
        write_csv(file, {"accounts": accounts["accounts"]})
        write_parquet(file, {"products": COMPANY["products"]})
    assert imported(tmp_path / name, target).loaded
    assert len(contents(target)["accounts"]) == 1


def test_numbers_from_a_data_frame_are_the_same_money(folder, target):
    folder.mkdir()
    pl.DataFrame(
        {
            "subscription_id": [1, 2, 3],
            "account_id": ["a3", "a3", "a3"],
            "starts_on": [datetime(2024, 1, 1)] * 3,  # noqa: DTZ001
            "arr": [0.1 + 0.2, 123456789012.34, 1e15],
            "licensed_seats": [3.0, None, 7.0],
        }
    ).write_parquet(folder / "subscriptions.parquet")
    assert imported(folder, target).loaded
    assert [(row[0], row[4], row[6], row[8]) for row in contents(target)["subscriptions"]] == [
        ("1", date(2024, 1, 1), Decimal("0.30"), 3),
        ("2", date(2024, 1, 1), Decimal("123456789012.34"), None),
        ("3", date(2024, 1, 1), Decimal("1000000000000000.00"), 7),
    ]


def test_typed_values_are_checked_like_text(folder, target):
    folder.mkdir()
    breaks = [
        ({"starts_on": datetime(2024, 1, 1, 12)}, "unreadable", "2024-01-01 12:00:00"),  # noqa: DTZ001
        ({"arr": 1.005}, "money_decimals", "1.005"),
        ({"arr": float("nan")}, "not_finite", "nan"),
        ({"arr": 1e17}, "unreadable", "1e+17"),
        ({"licensed_seats": 1.5}, "unreadable", "1.5"),
        ({"uplift_share": float("inf")}, "not_finite", "inf"),
        ({"account_id": ""}, "required", None),
        ({"auto_renew": 2}, "unreadable", "2"),
    ]
    sound = {"account_id": "a", "starts_on": datetime(2024, 1, 1), "arr": 1.0}  # noqa: DTZ001
    rows = [
        {"subscription_id": f"s{number}"} | sound | change
        for number, (change, _, _) in enumerate(breaks)
    ]
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(folder / "subscriptions.parquet")

    report = imported(folder, target)

    assert [(v.row, v.column, v.rule, v.value) for v in report.violations] == [
        (number, next(iter(change)), rule, said)
        for number, (change, rule, said) in enumerate(breaks, start=1)
    ]


def test_a_row_of_a_large_file_is_named_by_its_place_in_any_format(folder, tmp_path, target):
    folder.mkdir()
    frame = pl.DataFrame({"product_id": [f"p{i}" for i in range(400_000)]}).with_columns(
        product_name=pl.lit("a,\nb"), list_arr=pl.lit("1.00")
    )
    place = 333_333
    frame = frame.with_columns(
        list_arr=pl.when(pl.int_range(pl.len()) == place).then(pl.lit("x")).otherwise("list_arr")
    )
    frame.write_csv(folder / "products.csv")
    report = imported(folder, target, quarantine=True)
    assert [(each.row, each.row_key) for each in report.violations] == [(place + 2, f"p{place}")]
    [values] = one(target, "select row_values from quarantine")
    assert json.loads(values) == {
        "product_id": f"p{place}",
        "product_name": "a,\nb",
        "list_arr": "x",
    }

    (folder / "products.csv").unlink()
    frame.write_parquet(folder / "products.parquet", row_group_size=10_000)
    report = imported(folder, target, quarantine=True)
    assert [(each.row, each.row_key) for each in report.violations] == [(place + 1, f"p{place}")]
    assert one(target, "select row_values ->> 'product_id' from quarantine") == (f"p{place}",)


def test_excel_rows_are_counted_past_blank_ones(folder, target):
    rows = [{"product_id": f"p{i}", "product_name": "x", "list_arr": "1.00"} for i in range(3)]
    write_excel(folder / "products.xlsx", {"products": [rows[0], {}, rows[1], rows[1]]})
    report = imported(folder, target, quarantine=True)
    assert [(each.rule, each.file, each.row) for each in report.violations] == [
        ("key_repeated", "products.xlsx", 5)
    ]
    assert report.files[0].rows == 3
    [values] = one(target, "select row_values from quarantine")
    assert json.loads(values) == {"product_id": "p1", "product_name": "x", "list_arr": "1"}


def test_a_spreadsheet_error_is_no_empty_cell(folder, target):
    folder.mkdir()
    with xlsxwriter.Workbook(folder / "Company.xlsx") as workbook:
        workbook.add_worksheet("Notes & sums").write_formula(0, 0, "=1/0", value="#DIV/0!")
        sheet = workbook.add_worksheet("Products")
        sheet.write_row(0, 0, ["product_id", "product_name", "list_arr"])
        sheet.write_row(1, 0, ["p1", "#REF!"])
        sheet.write_formula(1, 2, "=1/0", value="#DIV/0!")
    assert imported(folder, target).refused == (
        "Company.xlsx: the cell C2 holds an error, not a value",
    )


def test_a_workbook_of_one_table_may_call_its_sheet_anything(folder, target):
    folder.mkdir()
    frame = pl.DataFrame({"product_id": ["p1"], "product_name": ["Base"]})
    frame.write_excel(folder / "products.xlsx", worksheet="Export 1")
    assert imported(folder, target).loaded
    assert contents(target)["products"] == [("p1", "Base", None)]


def damaged(content):
    """A Parquet file with one bit of its pages turned, and one that ends early."""
    turned = bytearray(content)
    turned[len(content) // 3] ^= 0x10
    return bytes(turned), content[: len(content) // 2]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("accounts.csv", b""), "the file is empty"),
        (("accounts.parquet", b""), "the file is empty"),
        (("accounts.xlsx", b""), "not a workbook"),
        (("accounts.xlsx", b"PK\x03\x04 no"), "not a workbook"),
        (("accounts.parquet", b"account_id\n1\n"), "cut off or damaged"),
        (("products.csv", b"product_id,product_name\np1,B\np2\n"), "line 3: 1 columns where"),
        (("products.csv", b"product_id,product_name\np1,B,C\n"), "line 2: 3 columns where"),
        (("products.csv", b'product_id,product_name\np1,"B\n'), "a quote that is not closed"),
        (("products.csv", b"product_id,product_name\np1,B\np2,\xfc\n"),
         "line 3: the text is not UTF-8"),
        (("products.csv", "product_id,product_name\np1,B\n".encode("utf-16")), "not UTF-8"),
        (("products.csv", b"product_id,name\np1,B\n"), "required column product_name missing"),
        (("products.csv", b"product_id,product_name,Product_ID\np1,B,p1\n"),
         "product_id is there twice"),
        (("products.csv", b"\n\n"), "no header"),
    ],
)  # fmt: skip
def test_an_unfit_file_is_refused_by_name_with_the_reason_in_either_mode(
    file, said, folder, target
):
    name, content = file
    write_csv(folder, {"fx_rates": COMPANY["fx_rates"]})
    (folder / name).write_bytes(content)
    report = imported(folder, target, quarantine=True)
    assert imported(folder, target) == report
    assert not report.loaded
    assert not target.exists()
    assert len(report.refused) == 1
    assert report.refused[0].startswith(f"{name}: ")
    assert said in report.refused[0]
    assert said in as_text(report)


def test_a_parquet_file_cut_off_is_refused_and_one_with_a_turned_bit_is_told_by_its_hash(
    folder, target
):
    rows = [{"product_id": f"p{i}", "product_name": f"n{i % 7}"} for i in range(2_000)]
    write_parquet(folder, {"products": rows})
    path = folder / "products.parquet"
    sound = path.read_bytes()
    turned, cut = damaged(sound)

    path.write_bytes(cut)
    report = imported(folder, target)
    assert not report.loaded
    assert report.refused[0].startswith("products.parquet: the file is cut off or damaged (")
    assert str(folder) not in report.refused[0]

    path.write_bytes(turned)
    report = imported(folder, target)
    if report.loaded:
        assert report.files[0].sha256 != hashlib.sha256(sound).hexdigest()
    else:
        assert report.refused or report.violations


def test_two_files_for_one_table_are_refused_together(folder, target):
    write_csv(folder, ACCOUNTS)
    write_parquet(folder, ACCOUNTS)
    report = imported(folder, target)
    assert report.refused == (
        "accounts.csv and accounts.parquet both hold accounts; keep one of them",
    )


@pytest.mark.parametrize("exists", [False, True])
def test_a_folder_without_tables_is_refused(exists, folder, target):
    if exists:
        folder.mkdir()
    report = imported(folder, target)
    assert not report.loaded
    assert len(report.refused) == 1
    assert not target.exists()


def test_a_file_that_may_not_be_read_is_refused(folder, target):
    write_csv(folder, ACCOUNTS)
    (folder / "products.csv").symlink_to(folder / "nowhere")
    report = imported(folder, target)
    assert report.refused == ("products.csv: No such file or directory",)


def test_a_second_import_replaces_the_first_only_when_it_is_whole(folder, target):
    write_csv(folder, ACCOUNTS)
    assert imported(folder, target).loaded
    before = target.read_bytes()

    renamed = ACCOUNTS["accounts"][0] | {"account_name": "Renamed"}
    write_csv(folder, {"accounts": [renamed, renamed]})
    assert not imported(folder, target).loaded
    assert target.read_bytes() == before

    write_csv(folder, {"accounts": [renamed]})
    assert imported(folder, target).loaded
    assert [row[1] for row in contents(target)["accounts"]] == ["Renamed"]
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_header_alone_is_a_loaded_table_without_rows(folder, target):
    write_csv(folder, ACCOUNTS)
    (folder / "health_scores.csv").write_text("account_id,measured_on,measure,score")
    report = imported(folder, target)
    assert report.loaded
    assert report.rows_loaded == {"accounts": 1, "health_scores": 0}
    assert one(
        target, "select is_loaded from loaded_tables where table_name = 'health_scores'"
    ) == (True,)


def test_the_worked_examples_break_no_rule(target):
    folder = Path(__file__).parent.parent / "worked_examples" / "tables"
    assert imported(folder, target).loaded


def test_a_report_is_plain_data_with_money_as_text(company, folder, target):
    company["subscriptions"][1]["uplift_share"] = "3"
    write_csv(folder, company)
    plain = json.loads(json.dumps(imported(folder, target).as_json()))
    assert plain["loaded"] is False
    assert plain["violations"] == [
        {
            "table": "subscriptions",
            "file": "subscriptions.csv",
            "row": 3,
            "row_key": "s2",
            "column": "uplift_share",
            "rule": "range",
            "value": "3.0",
            "account_id": "a1",
            "arr": "1500.50",
        }
    ]
    assert plain["rules"] == [
        {"rule": "range", "meaning": "the number is out of range", "rows": 1, "arr": "1500.50"}
    ]


def test_sums_are_exact_where_a_rule_lists_only_its_first_rows(folder, target, monkeypatch):
    monkeypatch.setattr("dashboard.ingest.importing.LISTED_PER_RULE", 10)
    usage = [
        {"account_id": "a3", "week_on": f"{1990 + week}-01-01", "active_users": "-1"}
        for week in range(36)
    ]
    current = {
        "subscription_id": "s",
        "account_id": "a3",
        "starts_on": "2024-01-01",
        "arr": "70.00",
    }
    write_csv(folder, ACCOUNTS | {"usage_weekly": usage, "subscriptions": [current]})
    report = imported(folder, target)
    assert len(report.violations) == 10
    # The account's ARR counts once, however many of its weeks are broken.
    assert [(each.rule, each.rows, each.arr) for each in report.sums] == [
        ("range", 36, Decimal("70.00"))
    ]
    assert "and 16 more" in as_text(report)
