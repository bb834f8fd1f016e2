"""Writers at once, lost connections, files that take no writes: nothing is written by halves."""

import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from dashboard.settings import ROOT
from dashboard.store.base import (
    EditedMeanwhileError,
    StoreError,
    StoreSettingsError,
    StoreUnreachableError,
)
from dashboard.store.store import Store
from tests.store.conftest import AT, PATIENCE

SAVED = ("Board", '{"v": 1}')


def save(store: Store, token: str = "t", on_top_of: int | None = None, by: str = "Ana") -> int:
    return store.save_policy(*SAVED, on_top_of=on_top_of, by=by, at=AT, token=token).version


@contextmanager
def at_commit(do: Callable[[sa.Connection], None]) -> Iterator[None]:
    """Does something when everything is written and nothing is committed, once."""
    done = []

    def once(connection: sa.Connection) -> None:
        if not done and connection.get_execution_options().get("store_writes"):
            done.append(True)
            do(connection)

    sa.event.listen(sa.Engine, "commit", once)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "commit", once)
    assert done


# ------------------------------------------------------------------ writers at once


def test_of_writers_at_once_on_one_version_one_wins_and_the_others_learn_of_it(url, opened):
    writers = 6
    stores = [opened(url) for _ in range(writers)]
    save(stores[0], "before")
    together = threading.Barrier(writers)

    def write(number: int) -> str:
        together.wait()
        try:
            save(stores[number], f"token {number}", on_top_of=1, by=f"writer {number}")
        except EditedMeanwhileError as error:
            return error.by
        return "won"

    with ThreadPoolExecutor(writers) as threads:
        outcomes = list(threads.map(write, range(writers)))
    assert outcomes.count("won") == 1
    winner = f"writer {outcomes.index('won')}"
    assert {each for each in outcomes if each != "won"} == {winner}
    assert stores[0].policy("Board").saved_by == winner
    assert stores[0].policy("Board").version == 2


def test_a_server_that_is_stricter_by_default_tells_the_late_writer_the_same(postgresql, opened):
    url = postgresql.new_database()
    name = sa.make_url(url).database
    postgresql.run(f"alter database {name} set default_transaction_isolation = 'serializable'")
    store, other = opened(url), opened(url)
    save(store, "before")
    with ThreadPoolExecutor(1) as thread:
        late = []

        def begin_another(_: sa.Connection) -> None:
            late.append(thread.submit(save, other, "late", on_top_of=1))
            while not postgresql.run(
                "select 1 from pg_locks join pg_database on pg_database.oid = pg_locks.database"
                " where locktype = 'advisory' and not granted and datname = %s",
                name,
            ):
                time.sleep(0.01)

        with at_commit(begin_another):
            save(store, "first", on_top_of=1)
        with pytest.raises(EditedMeanwhileError):
            late[0].result()


def test_one_click_that_arrives_many_times_at_once_is_one_write(url, opened, rows_of):
    writers = 6
    stores = [opened(url) for _ in range(writers)]
    together = threading.Barrier(writers)

    def write(store: Store) -> int:
        together.wait()
        return save(store, "one click")

    with ThreadPoolExecutor(writers) as threads:
        assert set(threads.map(write, stores)) == {1}
    assert len(rows_of("saved_policies")) == len(rows_of("writes")) == 1


def test_one_store_serves_many_threads_and_no_version_is_lost(store, rows_of):
    threads, each = 5, 6

    def write(person: int) -> None:
        for number in range(each):
            while True:
                found = store.policies()
                try:
                    seen = found[0].version if found else None
                    save(store, f"{person} {number}", on_top_of=seen, by=str(person))
                except EditedMeanwhileError:
                    continue
                break

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(write, person) for person in range(threads)]:
            done.result()
    versions = sorted(row.version for row in rows_of("saved_policies"))
    assert versions == list(range(1, threads * each + 1))
    assert len(rows_of("writes")) == threads * each


def test_a_writer_who_waits_too_long_is_told_and_readers_are_not_kept(url, opened):
    store, hasty = opened(url), opened(url, patience=0.3)
    save(store, "before")
    assert len(hasty.policies()) == 1
    said = []

    def meanwhile(_: sa.Connection) -> None:
        started = time.monotonic()
        with pytest.raises(StoreUnreachableError, match="busy") as caught:
            save(hasty, "hasty", on_top_of=1)
        said.append(time.monotonic() - started)
        assert caught.value.__cause__
        assert [each.version for each in hasty.policies()] == [1]

    with at_commit(meanwhile):
        save(store, "slow", on_top_of=1)
    assert said[0] < 3
    with pytest.raises(EditedMeanwhileError):
        save(hasty, "hasty", on_top_of=1)


# ------------------------------------------------------------------ lost on the way


class LostError(Exception):
    """What a rerun of the page or a mistake of the program would raise."""


def test_what_fails_before_it_is_committed_leaves_nothing(store, rows_of):
    def fail(_: sa.Connection) -> None:
        raise LostError

    assert store.policies() == ()
    with at_commit(fail), pytest.raises(LostError):
        save(store)
    assert rows_of("saved_policies") == rows_of("writes") == []
    assert save(store) == 1


def test_an_answer_lost_after_the_commit_is_settled_by_the_token(store, rows_of, monkeypatch):
    commit = DefaultDialect.do_commit
    assert store.policies() == ()

    def commit_and_lose(dialect: DefaultDialect, connection: Any) -> None:
        commit(dialect, connection)
        monkeypatch.setattr(DefaultDialect, "do_commit", commit)
        raise dialect.loaded_dbapi.OperationalError("the line is dead")

    monkeypatch.setattr(DefaultDialect, "do_commit", commit_and_lose)
    with pytest.raises(StoreUnreachableError, match="nothing is saved twice"):
        save(store)
    assert save(store) == 1
    assert len(rows_of("saved_policies")) == len(rows_of("writes")) == 1


WRITER = """
import sys
import sqlalchemy as sa
from tests.store.test_trouble import save
from dashboard.store.store import Store

store = Store(sys.argv[1])
store.policies()

@sa.event.listens_for(sa.Engine, "commit")
def wait(connection):
    print("written", flush=True)
    sys.stdin.readline()

save(store)
"""


def test_a_process_killed_before_the_commit_leaves_nothing(url, opened, rows_of):
    store = opened(url)
    assert store.policies() == ()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", WRITER, url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        ready, _, _ = select.select([process.stdout], [], [], 60)
        assert ready
        assert process.stdout.readline() == b"written\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert store.policies() == ()
    assert save(store) == 1
    assert len(rows_of("saved_policies")) == len(rows_of("writes")) == 1
    assert store.check_audit().broken is None


def test_a_connection_killed_before_the_commit_leaves_nothing(postgresql, opened):
    url = postgresql.new_database()
    store = opened(url)
    save(store, "before")

    def kill(connection: sa.Connection) -> None:
        own = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
        postgresql.run("select pg_terminate_backend(%s, 10000)", own)

    with at_commit(kill), pytest.raises(StoreUnreachableError) as caught:
        save(store, "killed", on_top_of=1)
    assert_says_no_secret(caught.value, url)
    assert [each.version for each in store.policies()] == [1]
    assert save(store, "killed", on_top_of=1) == 2


def test_connections_that_died_while_nobody_looked_are_not_noticed(postgresql, opened):
    store = opened(postgresql.new_database())
    save(store)
    for version in (1, 2):
        postgresql.run(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            " where application_name = 'cs-dashboard'"
        )
        assert save(store, f"token {version}", on_top_of=version) == version + 1


# ------------------------------------------------------------------ out of reach


def assert_says_no_secret(error: StoreError, url: str) -> None:
    parsed = sa.make_url(url)
    for secret in (parsed.password, parsed.host, parsed.username, "select", "insert", "psycopg"):
        assert secret is None or secret not in str(error)
    assert str(error).endswith(".")


def test_a_server_that_is_not_there_says_so_and_is_found_when_it_comes(postgresql, opened):
    url = sa.make_url(postgresql.new_database())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Bound and not listening: every connection is refused.
        lost = url.set(port=taken.getsockname()[1]).render_as_string(hide_password=False)
        store = opened(lost)
        for call in (store.policies, lambda: save(store)):
            with pytest.raises(StoreUnreachableError, match="cannot be reached") as caught:
                call()
            assert_says_no_secret(caught.value, lost)
    wrong = url.set(password="wrong").render_as_string(hide_password=False)
    with pytest.raises(StoreUnreachableError) as caught:
        opened(wrong).policies()
    assert_says_no_secret(caught.value, wrong)

    name = f"late_{url.database}"
    store = opened(url.set(database=name).render_as_string(hide_password=False))
    with pytest.raises(StoreUnreachableError):
        store.policies()
    postgresql.run(f"create database {name} encoding 'UTF8' template template0")
    assert save(store) == 1


def test_a_server_that_swallows_everything_is_given_up(postgresql, opened):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://tester:secret@127.0.0.1:{silent.getsockname()[1]}/store"
        started = time.monotonic()
        with pytest.raises(StoreUnreachableError):
            opened(url, patience=2).policies()
        assert time.monotonic() - started < PATIENCE / 2


def test_a_file_that_cannot_be_made_says_so_and_is_made_when_it_can(tmp_path, opened):
    blocked = tmp_path / "data"
    blocked.write_text("a file where a folder should be")
    store = opened(f"sqlite:///{blocked / 'app.sqlite'}")
    with pytest.raises(StoreUnreachableError, match="cannot be reached"):
        store.policies()
    blocked.unlink()
    assert save(store) == 1
    assert (blocked / "app.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_read_only_file_is_read_and_not_written(tmp_path, opened):
    file = tmp_path / "app.sqlite"
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    with pytest.raises(StoreUnreachableError):
        opened(url).policies()
    assert not file.exists()
    save(opened(f"sqlite:///{file}"))
    before = file.read_bytes()

    store = opened(url)
    assert [each.name for each in store.policies()] == ["Board"]
    for write in (
        lambda: save(store, "other", on_top_of=1),
        lambda: store.withdraw("policy", "Board", 1, by="Ana", at=AT, token="w"),
    ):
        with pytest.raises(StoreUnreachableError, match="only be read: nothing was saved"):
            write()
    assert file.read_bytes() == before


def test_a_read_only_server_is_read_and_not_written(postgresql, opened):
    url = postgresql.new_database()
    save(opened(url))
    name = sa.make_url(url).database
    postgresql.run(f"alter database {name} set default_transaction_read_only = on")
    store = opened(url)
    assert len(store.policies()) == 1
    with pytest.raises(StoreUnreachableError, match="only be read"):
        save(store, "other", on_top_of=1)


def test_a_full_disk_leaves_what_was_there(tmp_path, opened):
    file = tmp_path / "app.sqlite"
    store = opened(f"sqlite:///{file}")
    save(store)

    def fill(connection: sa.Connection) -> None:
        connection.exec_driver_sql("pragma max_page_count = 1")

    sa.event.listen(sa.Engine, "begin", fill)
    try:
        with pytest.raises(StoreUnreachableError, match="full"):
            store.save_policy(
                "Large", f'{{"a": "{"x" * 500_000}"}}', on_top_of=None, by="Ana", at=AT, token="l"
            )
    finally:
        sa.event.remove(sa.Engine, "begin", fill)
    assert [each.name for each in store.policies()] == ["Board"]


def test_a_file_that_is_no_database_is_left_alone(tmp_path, opened):
    file = tmp_path / "app.sqlite"
    file.write_text("Dear diary, " * 1000)
    before = file.read_bytes()
    with pytest.raises(StoreUnreachableError, match="no database"):
        save(opened(f"sqlite:///{file}"))
    assert file.read_bytes() == before


def test_a_file_taken_away_is_not_written_on_in_the_dark(tmp_path, opened):
    file = tmp_path / "app.sqlite"
    store = opened(f"sqlite:///{file}")
    save(store)
    file.unlink()
    with pytest.raises(StoreError):
        save(store, "after")
    assert save(store, "after") == 1
    with sqlite3.connect(file) as there:
        assert there.execute("select count(*) from saved_policies").fetchone() == (1,)
    there.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "app.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://u:geheim@h/d",
        "postgresql+asyncpg://u:geheim@h/d",
        "postgresql://u:geheim@h:port/d",
    ],
)
def test_a_setting_that_names_no_store_says_what_one_looks_like(url):
    with pytest.raises(StoreSettingsError, match=r"sqlite:///data/app\.sqlite") as caught:
        Store(url)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_driver_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreSettingsError, match=r"psycopg\[binary\]"):
        Store("postgresql://u:p@h/d")
