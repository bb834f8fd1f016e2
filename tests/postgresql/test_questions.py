"""Every question has the same answer from PostgreSQL and from the embedded warehouse."""

import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import renewals
from dashboard.questions import questions
from tests.asked_alike import CASES, OTHER_RULES, answer

ASKED = {name: question for name, question in questions().items() if not question.computed}
ALSO = [case for case in CASES if case != "of one CSM"]
"""A book is a list of values, as the segments of another case are."""


@pytest.mark.parametrize("question", ASKED.values(), ids=ASKED)
def test_postgresql_gives_the_same_answers(question, embedded, warehouse, values):
    """In the same order, of the same kinds, and amounts to the cent."""
    for case in ALSO:
        here = answer(question, case, values, embedded)
        there = answer(question, case, values, warehouse)
        assert_frame_equal(here, there, rel_tol=1e-9, abs_tol=1e-9)


def test_what_is_computed_is_computed_from_answers_that_were_compared():
    computed = [question for question in questions().values() if question.computed]
    assert computed
    assert {asked for question in computed for asked in question.asks} <= set(ASKED)


@pytest.mark.parametrize("question", [renewals.rates_by_quarter, renewals.rated])
def test_it_rates_renewals_alike_by_the_rules_that_are_no_default(
    question, embedded, warehouse, values
):
    among = Filters(values["as_of"])
    for period in ("month", "year"):
        here = question(embedded, EVERYTHING, among, policy=OTHER_RULES, period=period)
        there = question(warehouse, EVERYTHING, among, policy=OTHER_RULES, period=period)
        assert_frame_equal(here, there, rel_tol=1e-9, abs_tol=1e-9)
