"""A warehouse that asks each question once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.exports.workbook import workbook_frames
from dashboard.filters import Filters
from dashboard.forecasts.company import methods_of
from dashboard.policy import Policy
from dashboard.queries import accounts, renewals
from dashboard.warehouse.base import MissingTableError
from dashboard.warehouse.embedded import EmbeddedWarehouse, bound
from dashboard.warehouse.remembering import asking_once
from tests.conftest import AS_OF
from tests.factories import account

TODAY = Filters(date(2026, 10, 31))


class Counted(EmbeddedWarehouse):
    """A warehouse that counts its statements."""

    def __init__(self, path):
        super().__init__(path, Policy())
        self.ran = Counter()

    def _run(self, statement, *, tag, viewer=""):
        self.ran[tag, repr(bound(statement))] += 1
        return super()._run(statement, tag=tag, viewer=viewer)


def test_who_waits_for_the_same_question_gets_the_same_answer(file_of):
    counted = Counted(file_of(accounts=[account("a1")]))
    once = asking_once(counted)
    together = threading.Barrier(4)

    def asked(_):
        together.wait()
        return accounts.customers(once, EVERYTHING, TODAY)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(asked, range(4)))
    assert set(counted.ran.values()) == {1}
    expected = accounts.customers(counted, EVERYTHING, TODAY)
    for answer in answers:
        assert_frame_equal(answer, expected)


def test_another_scope_or_day_is_another_question(file_of):
    counted = Counted(file_of(accounts=[account("a1")]))
    once = asking_once(counted)
    for scope, filters in (
        (EVERYTHING, TODAY),
        (Scope(member_ids=("m1",)), TODAY),
        (EVERYTHING, Filters(date(2026, 10, 30))),
    ):
        assert_frame_equal(
            accounts.customers(once, scope, filters), accounts.customers(counted, scope, filters)
        )
    assert len(counted.ran) == 3


def test_what_cannot_be_answered_is_told_to_everybody_who_asks(file_of):
    once = asking_once(Counted(file_of(accounts=[account("a1")])))
    for _ in range(2):
        with pytest.raises(MissingTableError, match="renewals"):
            renewals.due(once, EVERYTHING, TODAY)


def test_a_workbook_asks_nothing_twice_and_leaves_the_methods_to_the_pages(demo_file):
    counted = Counted(demo_file)
    frames = workbook_frames(counted, EVERYTHING, Filters(AS_OF))
    assert frames.renewals.height
    assert set(counted.ran.values()) == {1}
    before = counted.ran.total()
    assert AS_OF in methods_of(counted, AS_OF)
    assert counted.ran.total() == before
