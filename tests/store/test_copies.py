"""A backup goes back into either kind of database, whole, and nothing is lost by accident."""

import sqlite3
import stat
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from dashboard.commands import main
from dashboard.store.base import StoreError
from dashboard.store.store import Store
from dashboard.store.tables import AUDIT_LOG, METADATA
from tests.store.conftest import AT, rows_in
from tests.store.test_audit import MORE, past_the_store, without_guard
from tests.store.test_kinds import KINDS, said, save
from tests.store.test_migration import SECOND, laid

LATER = AT + timedelta(days=1)


@pytest.fixture
def full(store) -> Store:
    """Two versions of every kind, a withdrawal, sign-outs, and a log of all of it."""
    for kind, of in KINDS.items():
        save(store, kind, of.first, None, **said())
        save(store, kind, of.second, 1, **said("Ben", 5))
    store.withdraw("policy", "Board", 2, **said("Ben", 9))
    store.record(MORE)
    store.end_session("ended before", at=AT, forget=AT - timedelta(days=2))
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request, tmp_path) -> str:
    """Another empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other.sqlite'}"
    return request.getfixturevalue("postgresql").new_database()


def everything(url: str, *, without: str = "") -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, as the code reads them: the kinds of databases keep days apart."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in METADATA.sorted_tables
            if table.name != without
        }


def test_a_backup_of_either_kind_goes_into_either_kind(full, url, other, opened, tmp_path):
    file = tmp_path / "backup.sqlite"
    copied = full.copy_to(file)
    here = everything(url)
    assert all(here.values()), "a table without a row proves nothing"
    assert copied.rows == {name: len(rows) for name, rows in here.items()}
    assert everything(f"sqlite:///{file}") == here
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    target = opened(other)
    assert target.restore_from(file, at=LATER) == copied

    log = AUDIT_LOG.name
    assert everything(other, without=log) == everything(url, without=log)
    *before, last = everything(other)[log]
    assert before == here[log]
    assert "restored a backup" in last
    # It goes on from there: numbers of writes, versions, and a log that still refuses to change.
    save(target, "scenario", KINDS["scenario"].second, 2, **said("Cleo", 20))
    assert target.check_audit(head=(copied.log.lines, copied.log.head)).broken is None
    with pytest.raises(sa.exc.DBAPIError, match="only grows"):
        past_the_store(other, "delete from audit_log")


def test_what_is_there_is_replaced_only_when_that_is_said(store, url, opened, tmp_path):
    source, file = opened(f"sqlite:///{tmp_path / 'source.sqlite'}"), tmp_path / "backup.sqlite"
    theirs = save(source, "policy", ('{"theirs": 1}',), None, **said())
    source.copy_to(file)
    save(store, "policy", ('{"mine": 1}',), None, **said())
    store.end_session("ended since", at=LATER, forget=AT)
    mine, head = everything(url), store.check_audit()

    with pytest.raises(StoreError, match="holds 4 rows already"):
        store.restore_from(file, at=LATER)
    assert everything(url) == mine

    store.restore_from(file, at=LATER, replace=True)
    assert store.policies() == (theirs,)
    assert store.has_ended("ended since"), "a restore brings no sign-in back to life"
    assert f"1:{head.head}" in list(store.audit_lines())[-1].entry.filters


def test_a_backup_that_is_not_sound_changes_nothing(full, url, opened, tmp_path):
    file = tmp_path / "backup.sqlite"
    full.copy_to(file)
    with pytest.raises(StoreError, match="overwrites nothing"):
        full.copy_to(file)
    before = everything(url)
    damaged, other = tmp_path / "damaged", tmp_path / "other"
    damaged.write_bytes(file.read_bytes()[:-5000])
    other.write_text("no database")
    with sqlite3.connect(file) as connection:
        for statement in without_guard("sqlite"):
            connection.execute(statement)
        connection.execute("update audit_log set who = 'nobody' where number = 3")
    connection.close()
    for unsound, why in (
        (damaged, "damaged"),
        (other, "damaged"),
        (file, "Line 3 was changed"),
        (tmp_path / "none", "cannot be read"),
    ):
        with pytest.raises(StoreError, match=why):
            full.restore_from(unsound, at=LATER, replace=True)
    assert everything(url) == before


def test_a_backup_of_an_older_version_is_brought_up_to_date_and_stays_what_it_is(
    store, url, tmp_path
):
    file = tmp_path / "old.sqlite"
    laid(SECOND, file)
    content = file.read_bytes()
    store.restore_from(file, at=LATER)
    assert store.policies()
    assert file.read_bytes() == content


def test_the_commands_say_what_they_did(full, url, monkeypatch, tmp_path):
    monkeypatch.setenv("CS_DASHBOARD_STORE", url)
    file = tmp_path / "backup.sqlite"

    def run(*words: object) -> tuple[int, str]:
        done = CliRunner().invoke(main, [str(word) for word in words])
        return done.exit_code, done.output

    code, output = run("backup", file)
    lines = len(rows_in(url, "audit_log"))
    assert code == 0
    assert f"audit log {lines}:" in output
    assert list(full.audit_lines())[-1].entry.subject == "backup"
    code, output = run("restore", file)
    assert code == 1
    assert "--replace takes them out first" in output
    code, output = run("restore", file, "--replace")
    assert code == 0, output
    assert output.endswith("Every line of the audit log is what was written.\n")
    assert len(rows_in(url, "audit_log")) == lines + 1
