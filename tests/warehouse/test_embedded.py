"""The embedded warehouse: locked down, shared by threads, and following a swapped file."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard import contract
from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import HealthPolicy, Policy
from dashboard.queries import accounts, data
from dashboard.warehouse import embedded
from dashboard.warehouse.base import ContractError, UnreachableError, WarehouseError, conform
from dashboard.warehouse.build import building
from dashboard.warehouse.embedded import EmbeddedWarehouse, connected, cursor

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 10, 31)
FRAMED = embedded._frame  # noqa: SLF001


def company(file: Path, accounts_held: int) -> None:
    """A company of so many accounts, each with an ARR of 100."""
    with building(file, policy=Policy(), as_of=TODAY, origin="import") as connection:
        for number in range(accounts_held):
            connection.execute(
                "insert into accounts (account_id, account_name, segment, lifecycle_stage,"
                " customer_since) values (?, 'A', 'S', 'Adoption', '2025-01-01')",
                [f"a{number}"],
            )
            connection.execute(
                "insert into subscriptions (subscription_id, account_id, starts_on, arr)"
                " values (?, ?, '2025-01-01', 100)",
                [f"s{number}", f"a{number}"],
            )


def held(warehouse: EmbeddedWarehouse) -> int:
    return len(accounts.customers(warehouse, EVERYTHING, Filters(TODAY)))


def test_a_swapped_file_is_followed_at_the_next_question(tmp_path):
    file = tmp_path / "company.duckdb"
    company(file, 2)
    warehouse = EmbeddedWarehouse(file, Policy())
    first = (held(warehouse), warehouse.freshness().version)

    company(file, 3)

    assert first[0] == 2
    assert held(warehouse) == 3
    assert warehouse.freshness().version != first[1]


def test_a_build_that_fails_leaves_the_warehouse_as_it_was(tmp_path):
    file = tmp_path / "company.duckdb"
    company(file, 2)
    before = file.read_bytes()

    def fail_half_way() -> None:
        with building(file, policy=Policy(), as_of=TODAY, origin="import") as connection:
            connection.execute("insert into products values ('p', 'P', 1)")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()

    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["company.duckdb"]


BUILDER = """
import sys, time
from datetime import date
from pathlib import Path
from dashboard.policy import Policy
from dashboard.warehouse.build import building
with building(
    Path(sys.argv[1]), policy=Policy(), as_of=date(2026, 10, 31), origin="import"
) as connection:
    connection.execute("insert into products values ('p', 'P', 1)")
    print("half way", flush=True)
    time.sleep(600)
"""


def test_a_build_that_is_killed_leaves_the_warehouse_as_it_was(tmp_path):
    file = tmp_path / "company.duckdb"
    company(file, 2)
    before = file.read_bytes()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", BUILDER, file], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"half way\n"
    finally:
        process.kill()
        process.communicate()

    assert file.read_bytes() == before
    company(file, 3)
    assert held(EmbeddedWarehouse(file, Policy())) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/hostname')",
        "copy accounts to '/tmp/stolen.csv'",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "insert into accounts select * from accounts",
        "drop table accounts",
    ],
)
def test_a_query_reaches_no_file_no_network_and_changes_nothing(tmp_path, statement):
    file = tmp_path / "company.duckdb"
    company(file, 1)

    own = cursor(connected(file))

    with pytest.raises(duckdb.Error):
        own.execute(statement)


def test_a_small_file_is_asked_with_one_thread_and_a_large_one_with_all(tmp_path, monkeypatch):
    file = tmp_path / "company.duckdb"
    company(file, 1)

    def threads(connection: duckdb.DuckDBPyConnection) -> int:
        return connection.execute("select current_setting('threads')").fetchone()[0]

    assert threads(cursor(connected(file))) == 1
    monkeypatch.setattr(embedded, "SMALL", 0)
    assert threads(cursor(connected(file))) == threads(duckdb.connect())


def test_threads_share_a_warehouse_without_mixing_answers(tmp_path):
    file = tmp_path / "company.duckdb"
    company(file, 7)
    warehouse = EmbeddedWarehouse(file, Policy())

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: held(warehouse), range(100)))

    assert answers == [7] * 100


def test_no_more_questions_run_at_once_than_there_are_processors(tmp_path, monkeypatch):
    file = tmp_path / "company.duckdb"
    company(file, 7)
    warehouse, running, most = EmbeddedWarehouse(file, Policy()), [], []

    def framed(answered: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        running.append(answered)
        most.append(len(running))
        time.sleep(0.02)
        running.remove(answered)
        return FRAMED(answered)

    monkeypatch.setattr(embedded, "_frame", framed)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: held(warehouse), range(24)))

    assert answers == [7] * 24
    assert max(most) <= (os.cpu_count() or 1)


def test_a_missing_file_says_how_to_make_one(tmp_path):
    warehouse = EmbeddedWarehouse(tmp_path / "none.duckdb", Policy())

    with pytest.raises(UnreachableError, match="python -m dashboard demo"):
        data.tables(warehouse, EVERYTHING, Filters(TODAY))


def test_a_damaged_file_gives_the_right_answer_or_none_and_shows_no_path(tmp_path):
    file = tmp_path / "company.duckdb"
    company(file, 50)
    whole = file.read_bytes()

    def answer():
        return accounts.customers(EmbeddedWarehouse(file, Policy()), EVERYTHING, Filters(TODAY))

    def flipped(place: int) -> bytes:
        return whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :]

    right = answer()
    cut = [whole[:left] for left in (0, 1, 5000, len(whole) // 2, len(whole) - 4096)]
    turned = [flipped(place) for place in range(0, len(whole), len(whole) // 23)]
    refused = []
    for damaged in [*cut, *turned]:
        file.write_bytes(damaged)
        try:
            found = answer()
        except WarehouseError as error:
            refused.append(str(error))
        else:
            assert found.equals(right)

    assert len(refused) > len(cut)
    assert not any(str(tmp_path) in said for said in refused)


def test_every_contract_table_and_column_carries_its_comment(tmp_path):
    file = tmp_path / "company.duckdb"
    company(file, 0)

    with duckdb.connect(str(file), read_only=True) as connection:
        found = dict(
            connection.execute(
                "select table_name || '.' || column_name, comment from duckdb_columns()"
                " where schema_name = 'main'"
            ).fetchall()
        )

    for table in contract.tables().values():
        for column in table.columns:
            assert found[f"{table.name}.{column.name}"] == column.comment


def test_other_columns_than_declared_are_refused():
    schema = data.TABLES
    frame = schema.to_frame().rename({"loaded_rows": "rows"})

    with pytest.raises(ContractError, match=r"missing \['loaded_rows'\], undeclared \['rows'\]"):
        conform(frame, schema, "data/tables")


def test_the_marts_are_scored_with_the_policy_they_were_built_with(tmp_path):
    file = tmp_path / "company.duckdb"
    strict = Policy(health=HealthPolicy(overall={"red_below": 90, "amber_below": 95}))
    with building(file, policy=strict, as_of=TODAY, origin="import") as connection:
        connection.execute(
            "insert into accounts (account_id, account_name, segment, lifecycle_stage,"
            " customer_since) values ('a', 'A', 'S', 'Adoption', '2025-01-01')"
        )
        for measure in ("deployment", "engagement", "adoption", "roi"):
            connection.execute(
                "insert into health_scores values ('a', '2026-10-26', ?, 80)", [measure]
            )
        connection.execute("select 1")

    with duckdb.connect(str(file), read_only=True) as connection:
        row = connection.execute(
            "select overall_score, coverage, health_band from account_weeks"
        ).fetchall()

    assert row == [(80.0, 0.5, "red")]
