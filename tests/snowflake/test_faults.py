"""What the viewer learns when Snowflake or the way to it fails, how soon, and that it passes."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from dashboard.warehouse import snowflake_sessions
from dashboard.warehouse.base import UnreachableError, WarehouseError
from dashboard.warehouse.snowflake import SnowflakeWarehouse
from dashboard.warehouse.viewers import members
from tests.asked_alike import AS_OF
from tests.proxy import Proxy
from tests.snowflake.conftest import TOKEN

pytestmark = pytest.mark.snowflake

LIMIT = 2
QUICK = dict.fromkeys(
    ("login_timeout", "connect_timeout", "request_timeout", "query_timeout"), LIMIT
)
SOON = LIMIT + LIMIT + 1
"""Seconds within which there is a message: no heartbeat, then no sign-in or a sign-out."""


@pytest.fixture
def proxy(server) -> Iterator[Proxy]:
    with Proxy(server.port) as proxy:
        yield proxy


@pytest.fixture
def warehouse(opened, proxy) -> SnowflakeWarehouse:
    return opened(port=proxy.port, **QUICK)


def ask(warehouse: SnowflakeWarehouse) -> pl.DataFrame:
    """A question over the way that fails."""
    return members(warehouse, AS_OF)


def refusal(warehouse: SnowflakeWarehouse) -> tuple[UnreachableError, float]:
    started = time.monotonic()
    with pytest.raises(UnreachableError) as caught:
        ask(warehouse)
    return caught.value, time.monotonic() - started


QUESTIONS = 1_000 if "FAULTS" in os.environ else 30
"""``make faults`` asks a thousand times."""
FAULTS = pytest.mark.parametrize("fault", ["refuse", "reset", "black hole"])


@FAULTS
def test_a_first_connection_that_fails_is_told_soon(warehouse, proxy, fault, caplog):
    proxy.set(fault)
    error, seconds = refusal(warehouse)
    assert seconds < LIMIT + 1
    for secret in (TOKEN, "127.0.0.1", str(proxy.port), "fakesnow", "service", "select"):
        assert secret not in str(error)
    assert TOKEN not in caplog.text
    assert error.__cause__ is not None


@FAULTS
def test_a_query_that_breaks_is_told_soon_and_the_next_works(warehouse, proxy, fault):
    before = ask(warehouse)
    proxy.set(fault)
    error, seconds = refusal(warehouse)
    assert seconds < LIMIT + 1
    assert "select" not in str(error)
    proxy.set("pass")
    assert ask(warehouse).equals(before)


@FAULTS
def test_a_session_that_waited_is_asked_for_a_sign_of_life_first(
    warehouse, proxy, fault, monkeypatch
):
    before = ask(warehouse)
    monkeypatch.setattr(snowflake_sessions, "TRUSTED_FOR", 0.0)
    proxy.set(fault)
    _, seconds = refusal(warehouse)
    assert seconds < SOON
    proxy.set("pass")
    assert ask(warehouse).equals(before)


def test_a_gateway_that_answers_503_is_told_in_time(opened):
    """The driver asks again until its time is up, as it should: a service may come back."""
    error, seconds = refusal(opened(user="unlucky", **QUICK))
    assert seconds < SOON
    assert str(error) == "Snowflake could not be reached."


def test_a_user_who_must_change_the_password_is_told_to_check_the_sign_in(opened):
    with pytest.raises(WarehouseError) as caught:
        ask(opened(user="newcomer", **QUICK))
    assert "sign-in" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_black_hole_is_noticed_before_a_slow_query_would_be(opened, proxy, monkeypatch):
    warehouse = opened(port=proxy.port, **(QUICK | {"query_timeout": 60}))
    ask(warehouse)
    monkeypatch.setattr(snowflake_sessions, "TRUSTED_FOR", 0.0)
    proxy.set("black hole")
    error, seconds = refusal(warehouse)
    assert seconds < SOON
    assert str(error) == "Snowflake does not answer."


def test_connections_reset_again_and_again_cost_nobody_an_answer(opened, proxy):
    warehouse = opened(port=proxy.port)
    before = ask(warehouse)
    proxy.reset_every(5)
    for _ in range(QUESTIONS):
        assert ask(warehouse).equals(before)
    assert proxy.resets >= QUESTIONS // 5


@pytest.mark.parametrize("trusted_for", [60.0, 0.0])
def test_a_session_that_snowflake_forgot_is_replaced_unseen(
    server, warehouse, monkeypatch, trusted_for
):
    before = ask(warehouse)
    monkeypatch.setattr(snowflake_sessions, "TRUSTED_FOR", trusted_for)
    server.forget_sessions()
    server.seen("login")
    assert ask(warehouse).equals(before)
    assert len(server.seen("login")) == 1


def test_everyone_who_waits_for_the_same_failure_is_told_at_once(warehouse, proxy):
    proxy.set("black hole")
    started = time.monotonic()
    with ThreadPoolExecutor(20) as viewers:
        errors = list(viewers.map(lambda _: refusal(warehouse)[0], range(20)))
    assert time.monotonic() - started < LIMIT + 1
    assert {str(error) for error in errors} == {"Snowflake could not be reached."}


def test_more_viewers_than_connections_wait_no_longer_than_a_query_may(opened, proxy):
    warehouse = opened(
        port=proxy.port, pool_size=1, **(QUICK | {"query_timeout": 1, "request_timeout": 1})
    )
    ask(warehouse)
    proxy.set("black hole")
    started = time.monotonic()
    with ThreadPoolExecutor(4) as viewers:
        errors = list(viewers.map(lambda _: refusal(warehouse)[0], range(4)))
    assert time.monotonic() - started < 4
    assert "All connections to Snowflake are busy." in {str(error) for error in errors}


def test_many_viewers_at_once_each_get_their_own_answer(opened):
    warehouse = opened()
    first = ask(warehouse)
    with ThreadPoolExecutor(20) as viewers:
        answers = list(viewers.map(lambda _: ask(warehouse), range(100)))
    assert all(answer.equals(first) for answer in answers)


def test_a_table_that_is_not_there_is_told_without_its_statement(opened):
    with pytest.raises(WarehouseError, match="not there or that the role may not read") as caught:
        opened(schema="ELSEWHERE").freshness()
    assert not isinstance(caught.value, UnreachableError)
    assert "manifest" not in str(caught.value).lower()


def test_a_question_costs_one_round_trip(server, opened):
    warehouse = opened()
    ask(warehouse)
    server.seen("query")
    ask(warehouse)
    notes = server.seen("query")
    assert len(notes) == 1
    assert "team_members" in notes[0]["text"]


def test_a_session_that_waited_costs_a_heartbeat_more(server, opened, monkeypatch):
    warehouse = opened()
    ask(warehouse)
    monkeypatch.setattr(snowflake_sessions, "TRUSTED_FOR", 0.0)
    server.seen("heartbeat")
    ask(warehouse)
    assert len(server.seen("heartbeat")) == 1
