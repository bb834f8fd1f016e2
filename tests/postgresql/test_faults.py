"""What the viewer learns when PostgreSQL or the way to it fails, how soon, and that it passes."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import accounts
from dashboard.warehouse import postgresql_sessions, sql
from dashboard.warehouse.base import ASKED_ON, UnreachableError, WarehouseError
from dashboard.warehouse.postgresql import PostgresqlWarehouse
from dashboard.warehouse.viewers import members
from tests.asked_alike import AS_OF
from tests.postgresql.conftest import SECRET, USER
from tests.proxy import Proxy

QUICK = {"connect_timeout": 2, "request_timeout": 1, "query_timeout": 2}
SOON = 12
"""Seconds within which there is a message, on a machine that does much else; libpq would wait for
ever."""


@pytest.fixture
def proxy(database) -> Iterator[Proxy]:
    with Proxy(database.port) as proxy:
        yield proxy


@pytest.fixture
def through(opened, proxy, database) -> PostgresqlWarehouse:
    """A warehouse behind the proxy, of one connection."""
    return opened(database.set(port=proxy.port), pool_size=1, **QUICK)


def ask(warehouse: PostgresqlWarehouse) -> pl.DataFrame:
    return members(warehouse, AS_OF)


def run(warehouse: PostgresqlWarehouse, text: str) -> pl.DataFrame:
    """The answer to a statement of the test's own."""
    return warehouse._run(sa.text(text), tag="test/own")  # noqa: SLF001


def refusal(warehouse: PostgresqlWarehouse) -> UnreachableError:
    started = time.monotonic()
    with pytest.raises(UnreachableError) as caught:
        ask(warehouse)
    assert time.monotonic() - started < SOON
    return caught.value


QUESTIONS = 1_000 if "FAULTS" in os.environ else 60
"""``make faults`` asks a thousand times."""
FAULTS = pytest.mark.parametrize("fault", ["refuse", "reset", "black hole"])


@FAULTS
def test_a_first_connection_that_fails_is_told_soon(through, proxy, fault, caplog):
    proxy.set(fault)
    error = refusal(through)
    assert str(error) == "PostgreSQL could not be reached."
    for secret in (SECRET, USER, "127.0.0.1", str(proxy.port), "select"):
        assert secret not in str(error) + caplog.text
    assert error.__cause__ is not None


@FAULTS
@pytest.mark.parametrize("trusted_for", [60.0, 0.0])
def test_a_connection_that_breaks_is_told_soon_and_the_next_works(
    through, proxy, fault, trusted_for, monkeypatch
):
    """Whether it answered just now, or is first asked for a sign of life."""
    before = ask(through)
    monkeypatch.setattr(postgresql_sessions, "TRUSTED_FOR", trusted_for)
    proxy.set(fault)
    assert "select" not in str(refusal(through))
    proxy.set("pass")
    assert ask(through).equals(before)


def test_a_connection_that_the_server_ended_is_replaced_unseen(through, postgresql, database):
    before = ask(through)
    ended = postgresql.run(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", USER
    )
    assert ended
    assert ask(through).equals(before)


def test_connections_reset_again_and_again_cost_nobody_an_answer(through, proxy, capfd, caplog):
    before = ask(through)
    proxy.reset_every(60)
    for _ in range(QUESTIONS):
        assert ask(through).equals(before)
    assert proxy.resets >= QUESTIONS // 30
    # Where the log goes is for whoever set it up: an earlier test may have.
    logged = "".join(capfd.readouterr()) + "".join(str(vars(each)) for each in caplog.records)
    assert "retry_scheduled" in logged
    assert "select" not in logged.lower()
    assert "127.0.0.1" not in logged


def test_a_slow_question_ends_on_the_server_and_says_so(opened):
    warehouse = opened(query_timeout=1)
    with pytest.raises(UnreachableError, match="gave no answer in 1 seconds"):
        run(warehouse, "select pg_sleep(60)")
    assert len(ask(warehouse))


def test_everybody_who_waits_is_told(through, proxy):
    ask(through)
    proxy.set("black hole")
    with ThreadPoolExecutor(4) as viewers:
        told = list(viewers.map(lambda _: str(refusal(through)), range(4)))
    assert set(told) <= {
        "PostgreSQL does not answer.",
        "PostgreSQL could not be reached.",
        "All connections to PostgreSQL are busy.",
    }


def test_a_wrong_password_is_told_as_such(opened):
    with pytest.raises(WarehouseError, match="refused the sign-in") as caught:
        ask(opened(password="wrong"))  # noqa: S106
    assert not isinstance(caught.value, UnreachableError)


def test_a_table_that_is_not_there_is_told_without_its_statement(opened):
    with pytest.raises(WarehouseError, match="not there or that the role may not read") as caught:
        opened(schema="elsewhere").freshness()
    assert "manifest" not in str(caught.value).lower()


def test_nothing_can_be_written(warehouse):
    with pytest.raises(WarehouseError, match="25006"):
        run(warehouse, "create table mart.mine (n int)")


def test_the_server_is_told_which_page_asks_for_whom(opened, postgresql):
    warehouse = opened(pool_size=1)
    token = ASKED_ON.set("renewals")
    try:
        for viewer in ("Kim@example.com", "sam@example.com"):
            scope = replace(EVERYTHING, viewer=viewer)
            accounts.filter_choices(warehouse, scope, Filters(AS_OF))
            [(told,)] = postgresql.run(
                "select application_name from pg_stat_activity"
                " where usename = %s and application_name like %s",
                USER,
                "% renewals %",
            )
            assert told == f"cs-dashboard renewals {viewer.lower()}"
    finally:
        ASKED_ON.reset(token)
    accounts.filter_choices(warehouse, Scope(viewer="é" * 80 + "@example.com"), Filters(AS_OF))


@pytest.mark.parametrize(
    ("text", "values", "answer"),
    [
        ("select cast(:text as varchar) as v", {"text": "'; drop table a; -- é 🙂 \\ : %"}, ...),
        ("select cast(:text as varchar) as v", {"text": None}, None),
        ("select :n + 1 as v", {"n": 41}, 42),
        ("select :n + 1 as v", {"n": 2**40}, 2**40 + 1),
        ("select 1 as v where 'b' in :several", {"several": ["a", "b"]}, 1),
        ("select 1 as v where :yes and not :no", {"yes": True, "no": False}, 1),
        ("select cast(:day as date) - 1 as v", {"day": AS_OF}, AS_OF.replace(day=30)),
        ("select cast(:day as date) is null or :day > '2026-01-01' as v", {"day": None}, True),
    ],
)  # fmt: skip
def test_every_kind_of_value_arrives_as_what_it_is(warehouse, text, values, answer):
    question = sql.Question("test/own", text, "One row.", (), frozenset(values))
    frame = warehouse._run(sql.statement(question, values), tag="test/own")  # noqa: SLF001
    assert frame.item() == (values["text"] if answer is ... else answer)


def test_numbers_are_exact_where_money_is_and_doubles_where_they_are_means(warehouse):
    frame = run(
        warehouse,
        "select cast('1234567890123456.78' as decimal(18, 2)) as money, avg(n) as mean,"
        " sum(n) as total, cast('NaN' as numeric) as odd, cast(null as numeric) as nothing"
        " from (values (cast(1 as bigint)), (2), (4)) as numbers (n)",
    )
    assert str(frame["money"][0]) == "1234567890123456.78"
    assert frame["mean"].dtype == pl.Float64
    assert frame["mean"][0] == pytest.approx(7 / 3)
    assert frame["total"].cast(pl.Int64)[0] == 7
    assert frame["odd"].is_nan().all()
    assert frame["nothing"].is_null().all()
