"""Every question has the same answer from PostgreSQL and from the embedded warehouse."""

import pytest
import sqlalchemy as sa
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import renewals
from dashboard.questions import questions
from dashboard.warehouse import sql
from dashboard.warehouse.base import Rehearsal
from dashboard.warehouse.postgresql_text import in_postgresql
from tests.asked_alike import CASES, OTHER_RULES, answer

ASKED = {name: question for name, question in questions().items() if not question.computed}
ALSO = [case for case in CASES if case != "of one CSM"]
"""A book is a list of values, as the segments of another case are."""


@pytest.mark.sampled(3)
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


TEXTS = (
    *("2024-02-29", "2026-02-29", "2026-01-31", "2026-04-31", "2026-13-01"),
    *("", "soon", "12.5", " -3 ", "+0.005", "1.2.3", "-", "99999999999999999999", "NULL"),
)


@pytest.mark.parametrize("kind", ["date", "decimal(18, 2)"])
def test_what_cannot_be_cast_is_null_as_elsewhere(kind, embedded, warehouse):
    """``try_cast`` is a rewrite of ours."""
    rows = " union all ".join(
        f"select {number} as n, '{text}' as t" for number, text in enumerate(TEXTS)
    )
    text = f"select n, try_cast(t as {kind}) as v from ({rows}) as texts order by n"
    question = sql.Question("test/own", text, "One row.", (), frozenset())
    here, there = (
        asked._run(sa.text(asked.text(question)), tag="test/own")["v"]  # noqa: SLF001
        for asked in (embedded, warehouse)
    )
    assert here.to_list() == there.to_list()
    assert here.null_count() not in {0, len(TEXTS)}


def test_what_is_explained_is_what_ran(warehouse):
    question = sql.read("forecast/renewals_seen")
    explained = Rehearsal(warehouse).text(question)
    assert explained == in_postgresql(question.text)
    assert "QUALIFY" not in explained
    assert ":as_of" in explained


@pytest.mark.parametrize("question", [renewals.rates_by_quarter, renewals.rated])
def test_it_rates_renewals_alike_by_the_rules_that_are_no_default(
    question, embedded, warehouse, values
):
    among = Filters(values["as_of"])
    for period in ("month", "year"):
        here = question(embedded, EVERYTHING, among, policy=OTHER_RULES, period=period)
        there = question(warehouse, EVERYTHING, among, policy=OTHER_RULES, period=period)
        assert_frame_equal(here, there, rel_tol=1e-9, abs_tol=1e-9)
