"""Each question that is really asked is written down with its run, and the last one is known."""

import logging

import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import accounts
from dashboard.warehouse import sql
from dashboard.warehouse.base import MissingTableError, UnreachableError
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


def test_what_goes_unanswered_is_counted_until_something_is_answered(
    warehouse_of, run, tmp_path, caplog
):
    nowhere = Watched(EmbeddedWarehouse(tmp_path / "none.duckdb", Policy()))
    assert nowhere.asked.told() == {"last_query": None}
    for count in (1, 2):
        with pytest.raises(UnreachableError):
            accounts.without_rate(nowhere, EVERYTHING, Filters(AS_OF))
        assert nowhere.asked.told()["last_query"]["failed_in_a_row"] == count
    # A table that was never loaded says nothing of the warehouse.
    there = Watched(warehouse_of())
    with pytest.raises(MissingTableError):
        accounts.without_rate(there, EVERYTHING, Filters(AS_OF))
    assert there.asked.told() == {"last_query": None}
