"""Tables are made and brought up to date once, and what lay in them stays."""

import itertools
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import SecretStr

from dashboard import settings as settings_module
from dashboard.settings import ROOT, Settings
from dashboard.store import migration, opening
from dashboard.store.base import (
    AuditEntry,
    SavedAnnotation,
    SavedPolicy,
    SavedScenario,
    StoreError,
    Withdrawal,
)
from dashboard.store.tables import METADATA, SAVED
from tests.store.conftest import AT, rows_in

FIRST = Path(__file__).with_name("store_at_0001.sql")
SECOND = Path(__file__).with_name("store_at_0002.sql")
TOKENS = (f"click {number}" for number in itertools.count())


def said() -> dict[str, Any]:
    return {"by": "Ana", "at": AT, "token": next(TOKENS)}


def engine_of(url: str) -> sa.Engine:
    return sa.create_engine(url, poolclass=sa.pool.NullPool)


def test_the_step_named_as_the_last_is_the_last():
    config = Config()
    config.set_main_option("script_location", str(migration.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [migration.HEAD]
    assert script.get_bases() == ["0001"]


def test_the_steps_make_the_tables_that_the_code_names(store, url):
    store.policies()
    inspector = sa.inspect(engine_of(url))
    assert set(inspector.get_table_names()) == {*METADATA.tables, "alembic_version"}
    for name, table in METADATA.tables.items():
        made = {each["name"]: each for each in inspector.get_columns(name)}
        assert list(made) == [column.name for column in table.columns]
        for column in table.columns:
            assert made[column.name]["nullable"] == bool(column.nullable), column
            affinity = made[column.name]["type"]._type_affinity  # noqa: SLF001
            assert affinity is column.type._type_affinity, column  # noqa: SLF001
        keys = [column.name for column in table.primary_key]
        assert inspector.get_pk_constraint(name)["constrained_columns"] == keys


def test_opening_again_changes_nothing(url, opened, rows_of):
    opened(url).save_policy("Board", "{}", on_top_of=None, **said())
    before = rows_of("saved_policies"), rows_of("alembic_version")
    for _ in range(2):
        assert len(opened(url).policies()) == 1
    assert (rows_of("saved_policies"), rows_of("alembic_version")) == before


def laid(script: Path, file: Path) -> str:
    """URL of a file that an earlier version wrote, as it wrote it."""
    connection = sqlite3.connect(file)
    connection.executescript(script.read_text(encoding="utf-8"))
    step = script.stem.rpartition("_")[2]
    assert connection.execute("select version_num from alembic_version").fetchall() == [(step,)]
    connection.close()
    return f"sqlite:///{file}"


def test_a_file_of_the_first_step_keeps_its_rows(tmp_path, opened):
    store = opened(laid(FIRST, tmp_path / "app.sqlite"))
    first, second = (datetime(2026, 11, day, 10, 0, tzinfo=UTC) for day in (20, 21))
    assert store.policies() == (
        SavedPolicy("Board", 2, '{"minimum_arr": 1000}', "Ben Cole", second, None),
    )
    assert store.policy("Board", 1) == SavedPolicy(
        "Board", 1, '{"minimum_arr": 0}', "Ana Ruiz", first, None
    )
    assert store.scenarios(withdrawn=True) == (
        SavedScenario(
            "Save Größe & Söhne",
            1,
            '{"saved": ["A1"]}',
            '{"policy": "Board"}',
            date(2026, 10, 31),
            "Ana Ruiz",
            first,
            Withdrawal("Ben Cole", second),
        ),
    )
    # Tokens of before count, too.
    again = store.save_policy(
        "Board", '{"minimum_arr": 0}', on_top_of=None, by="Ana Ruiz", at=AT, token="token 1"
    )
    assert again == store.policy("Board", 1)
    assert store.save_policy("Board", "{}", on_top_of=2, **said()).version == 3


def test_a_file_of_the_second_step_keeps_its_rows(tmp_path, opened):
    url = laid(SECOND, tmp_path / "app.sqlite")
    before = [rows_in(url, table) for table in ("saved_annotations", "writes")]

    store = opened(url)
    first, second = (datetime(2026, 11, day, 10, 0, tzinfo=UTC) for day in (20, 21))
    note = SavedAnnotation(
        "f00d", 2, "New prices since 1 October", date(2026, 10, 1), "A1", "Ben Cole", second, None
    )
    assert store.annotations() == (note,)
    assert store.annotation("f00d", 1).note == "New prices from today"
    (card,) = store.scorecards()
    assert (card.name, card.saved_by, card.saved_at) == ("Vendor outcomes", "Ana Ruiz", first)
    (proposal,) = store.proposals(withdrawn=True)
    assert (proposal.name, proposal.withdrawn) == (
        "Spread Größe & Söhne",
        Withdrawal("Ana Ruiz", second),
    )
    assert [rows_in(url, table) for table in ("saved_annotations", "writes")] == before
    # A log of what is seen begins here: of before there is none, and it verifies.
    assert store.check_audit().lines == 0
    store.record([AuditEntry(AT, "Ana", "executive", "overview", "view", "overview/by_day")])
    assert store.check_audit().broken is None
    assert store.ratings() == store.meeting_entries() == store.review_cycles() == ()


def test_a_store_of_the_first_step_takes_the_later_kinds_too(url, opened):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migration, "HEAD", "0001")
        assert opened(url).policies() == ()
    saved = SavedPolicy("Board", 1, "{}", "Ana", AT, None)
    with engine_of(url).begin() as connection:
        # Past the store: what wrote at that step kept no log.
        kept = {**asdict(saved), "withdrawn_by": None, "withdrawn_at": None}
        del kept["withdrawn"]
        connection.execute(sa.insert(SAVED["policy"]), kept)
    store = opened(url)
    assert store.policies() == (saved,)
    note = store.save_annotation("a", "New prices", AT.date(), None, on_top_of=None, **said())
    assert store.annotations() == (note,)
    assert (store.scorecards(), store.proposals()) == ((), ())


def shape_of(connection: sqlite3.Connection) -> dict[str, str]:
    found = connection.execute("select name, sql from sqlite_master where sql is not null")
    return {name: " ".join(text.split()) for name, text in found}


@pytest.mark.parametrize(("script", "step"), [(FIRST, "0001"), (SECOND, "0002")])
def test_the_file_of_a_step_has_its_tables(tmp_path, opened, script, step):
    """The files kept for the tests above are not ones that nobody ever had."""
    given = sqlite3.connect(":memory:")
    given.executescript(script.read_text(encoding="utf-8"))
    file = tmp_path / "app.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migration, "HEAD", step)
        opened(f"sqlite:///{file}").policies()
    made = sqlite3.connect(file)
    assert shape_of(given) == shape_of(made)
    given.close()
    made.close()


# ------------------------------------------------------------------ a later step


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = {head!r}


def upgrade():
    with op.batch_alter_table("saved_policies") as table:
        table.add_column(sa.Column("note", sa.Text, nullable=False, server_default="none"))
        table.alter_column("definition", nullable=True)
    op.create_table("notes", sa.Column("number", sa.Integer, primary_key=True))
    {then}
"""


@pytest.fixture
def later(tmp_path, monkeypatch):
    """Adds a step to a copy of the steps; what it does at last is the test's."""

    def later(then: str = "pass") -> None:
        steps = tmp_path / "50 % of the steps"
        shutil.rmtree(steps, ignore_errors=True)
        shutil.copytree(released, steps, ignore=shutil.ignore_patterns("__pycache__"))
        text = textwrap.dedent(LATER).format(head=head, then=then)
        (steps / "versions" / "later.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(migration, "MIGRATIONS", steps)
        monkeypatch.setattr(migration, "HEAD", "later")

    released, head = migration.MIGRATIONS, migration.HEAD
    return later


def rules_of(url: str) -> set[str | None]:
    """Names of the keys, checks and unique columns of the tables that are kept."""
    inspector = sa.inspect(engine_of(url))
    return {
        rule["name"]
        for table in METADATA.tables
        for rule in (
            inspector.get_pk_constraint(table),
            *inspector.get_check_constraints(table),
            *inspector.get_unique_constraints(table),
        )
    }


def test_a_later_step_keeps_every_row(url, opened, rows_of, later):
    store = opened(url)
    store.save_policy("Board", '{"v": 1}', on_top_of=None, **said())
    store.save_policy("Board", '{"v": 2}', on_top_of=1, **said())
    store.save_scenario("Best", "{}", "{}", AT.date(), on_top_of=None, **said())
    tables = ("saved_policies", "saved_scenarios", "writes")
    before = {table: sorted(map(tuple, rows_of(table))) for table in tables}
    rules = rules_of(url)

    later()
    newer = opened(url)
    assert newer.policy("Board", 1).definition == '{"v": 1}'
    assert rows_of("alembic_version") == [("later",)]
    assert rows_of("notes") == []
    for table in tables:
        width = len(before[table][0])
        now = sorted(tuple(row)[:width] for row in rows_of(table))
        assert now == before[table]
    assert rules_of(url) == rules
    assert {row.note for row in rows_of("saved_policies")} == {"none"}
    assert newer.save_policy("Board", "{}", on_top_of=2, **said()).version == 3


def test_a_step_that_fails_half_way_leaves_the_store_as_it_was(url, opened, rows_of, later):
    opened(url).save_policy("Board", "{}", on_top_of=None, **said())
    columns = [each["name"] for each in sa.inspect(engine_of(url)).get_columns("saved_policies")]

    later('op.execute("insert into no_such_table values (1)")')
    with pytest.raises(StoreError):
        opened(url).policies()
    inspector = sa.inspect(engine_of(url))
    assert [each["name"] for each in inspector.get_columns("saved_policies")] == columns
    assert set(inspector.get_table_names()) == {*METADATA.tables, "alembic_version"}
    assert rows_of("alembic_version") != [("later",)]

    later()
    assert [each.name for each in opened(url).policies()] == ["Board"]


def test_a_store_of_a_newer_version_is_refused_and_left_alone(url, opened, rows_of):
    opened(url).save_policy("Board", "{}", on_top_of=None, **said())
    with engine_of(url).begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(StoreError, match="newer version of the dashboard"):
        opened(url).policies()
    assert rows_of("alembic_version") == [("9999",)]
    assert len(rows_of("saved_policies")) == 1


STARTER = """
import sys
from dashboard.store.store import Store

store = Store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(len(store.policies()), flush=True)
"""


def test_processes_that_start_at_once_on_an_empty_database_make_it_once(url, rows_of):
    command = [sys.executable, "-W", "error", "-c", STARTER, url]
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    processes = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(4)]  # noqa: S603
    try:
        assert [each.stdout.readline() for each in processes] == ["ready\n"] * 4
        for each in processes:
            each.stdin.write("go\n")
            each.stdin.flush()
        said = [each.communicate(timeout=60) for each in processes]
    finally:
        for each in processes:
            each.kill()
            each.wait()
    assert said == [("0\n", "")] * 4
    assert rows_of("alembic_version") == [(migration.HEAD,)]


# ------------------------------------------------------------------ the setting


def test_the_setting_names_the_store(tmp_path):
    file = tmp_path / "named.sqlite"
    store = opening.open_store(Settings(store=SecretStr(f"sqlite:///{file}")))
    assert store.policies() == ()
    store.close()
    assert file.is_file()


def test_without_a_setting_the_store_lies_beside_the_demo_company(tmp_path, monkeypatch):
    assert settings_module.DEMO_WAREHOUSE.with_name("app.sqlite") == settings_module.APP_STORE
    file = tmp_path / "50 % ?#@ full" / "app.sqlite"
    monkeypatch.setattr(opening, "APP_STORE", file)
    store = opening.open_store(Settings(store=None))
    assert store.policies() == ()
    store.close()
    assert file.is_file()


def test_the_password_is_in_no_text_of_the_settings():
    settings = Settings(store=SecretStr("postgresql://u:geheim@h/d"))
    assert "geheim" not in f"{settings!r} {settings.model_dump_json()}"
