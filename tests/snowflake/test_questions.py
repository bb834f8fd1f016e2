"""Every question has the same answer from Snowflake and from the embedded warehouse."""

import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import renewals
from dashboard.questions import questions
from tests.asked_alike import CASES, MAY_BE_EMPTY, OTHER_RULES, answer

pytestmark = pytest.mark.snowflake


@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("question", questions().values(), ids=questions())
def test_both_warehouses_give_the_same_answer(question, case, embedded, snowflake, values):
    here = answer(question, case, values, embedded)
    there = answer(question, case, values, snowflake)
    assert_frame_equal(here, there, rel_tol=1e-9, abs_tol=1e-9)
    if case == "of everything" and question.name not in MAY_BE_EMPTY:
        assert len(here), "equal because empty: give the company data for this question"


@pytest.mark.parametrize("period", ["month", "year"])
@pytest.mark.parametrize("question", [renewals.rates_by_quarter, renewals.rated])
def test_both_warehouses_rate_renewals_alike_by_the_rules_that_are_no_default(
    question, period, embedded, snowflake, values
):
    filters = Filters(values["as_of"])
    here = question(embedded, EVERYTHING, filters, policy=OTHER_RULES, period=period)
    there = question(snowflake, EVERYTHING, filters, policy=OTHER_RULES, period=period)
    assert_frame_equal(here, there, rel_tol=1e-9, abs_tol=1e-9)
    assert here["renewals" if "renewals" in here.columns else "is_decided"].sum() > 0
