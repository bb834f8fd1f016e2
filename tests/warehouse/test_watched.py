"""Each question that is really asked is written down with its run, and the last one is known."""

import logging
import shutil
import threading

import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import accounts
from dashboard.warehouse import sql
from dashboard.warehouse.base import MissingTableError, UnreachableError
from dashboard.warehouse.circuit import Circuit
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.watched import RUN, Run, Watched
from tests.conftest import AS_OF


@pytest.fixture
def run():
    """The run that asks."""
    run = Run("0123abcd", "a socket")
    token = RUN.set(run)
    yield run
    RUN.reset(token)


def test_a_question_is_written_down_with_its_run(warehouse_of, run, caplog):
    there = warehouse_of(loaded=sql.read("accounts/without_rate").rests_on)
    watched = Watched(there)
    with caplog.at_level(logging.INFO, "dashboard.warehouse"):
        accounts.without_rate(watched, EVERYTHING, Filters(AS_OF))
    (line,) = caplog.records
    assert (line.message, line.question, line.run) == ("query", "accounts/without_rate", run.id)
    assert line.rows is not None
    assert watched.asked.told()["last_query"]["failed_in_a_row"] == 0


def test_what_goes_unanswered_is_counted_and_not_asked_again_before_it_is_back(
    file_of, run, tmp_path
):
    missing = tmp_path / "none.duckdb"
    nowhere = Watched(EmbeddedWarehouse(missing, Policy()))
    assert nowhere.asked.told() == {"last_query": None}
    for _ in range(2):
        with pytest.raises(UnreachableError, match=r"none\.duckdb"):
            accounts.without_rate(nowhere, EVERYTHING, Filters(AS_OF))
        assert nowhere.asked.told()["last_query"]["failed_in_a_row"] == 1
    since = nowhere.circuit.told()["circuit"]["since"]
    assert not nowhere.circuit.is_back()
    with pytest.raises(UnreachableError):
        nowhere.freshness()
    assert nowhere.circuit.told() == {"circuit": {"state": "open", "since": since}}

    shutil.copy(file_of(loaded=sql.read("accounts/without_rate").rests_on), missing)
    assert nowhere.circuit.is_back()
    assert nowhere.circuit.told() == {"circuit": {"state": "closed"}}
    accounts.without_rate(nowhere, EVERYTHING, Filters(AS_OF))
    assert nowhere.asked.told()["last_query"]["failed_in_a_row"] == 0
    nowhere.circuit.end()


def test_a_table_that_was_never_loaded_says_nothing_of_the_warehouse(warehouse_of, run):
    there = Watched(warehouse_of())
    with pytest.raises(MissingTableError):
        accounts.without_rate(there, EVERYTHING, Filters(AS_OF))
    assert there.asked.told() == {"last_query": None}
    assert there.circuit.since is None


def test_a_thread_looks_for_a_warehouse_that_is_away_and_ends_when_it_is_back():
    looks, back = [], threading.Event()

    def look():
        looks.append(threading.current_thread())
        if len(looks) < 3:
            raise UnreachableError("away")
        back.set()

    circuit = Circuit(look, first=0.01, every=0.01)
    for _ in range(3):  # Several fail at once; one looks.
        circuit.open(UnreachableError("away"))
    with pytest.raises(UnreachableError, match="away"):
        circuit.expect_closed()
    assert back.wait(60)
    looks[0].join(60)
    assert circuit.since is None
    assert len(looks) == 3
    assert len(set(looks)) == 1
