"""Parts of the forecast add up to the whole: quarters, segments and single renewals."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.forecasts.questions import ahead
from tests.factories import AS_OF

TODAY = Filters(AS_OF)


def summed(rows: pl.DataFrame, amount: str) -> dict[date, Decimal]:
    known = rows.drop_nulls("due_quarter").group_by("due_quarter").agg(pl.col(amount).sum())
    return dict(known.sort("due_quarter").rows())


@pytest.mark.parametrize("filters", [TODAY, Filters(AS_OF, segments=("Enterprise", "Mid-Market"))])
def test_quarters_and_segments_are_sums_of_renewals(demo, filters):
    renewals = ahead.open_renewals(demo, EVERYTHING, filters)
    quarters = ahead.renewals_by_quarter(demo, EVERYTHING, filters)
    segments = ahead.renewals_by_segment(demo, EVERYTHING, filters)

    assert len(renewals) > 50
    assert summed(quarters, "arr_due") == summed(renewals, "arr_due")
    assert summed(segments, "arr_due") == summed(renewals, "arr_due")
    # Each part is rounded once: a cent for each at the most.
    for part in (quarters, segments):
        for quarter, expected in summed(part, "expected").items():
            assert abs(expected - summed(renewals, "expected")[quarter]) <= Decimal("0.05")


def test_a_viewer_who_leaves_nothing_out_is_answered_as_the_scope_would_be(demo):
    everybody = Scope(all_accounts=True)
    every_segment = tuple(demo_segments(demo))

    whole = ahead.open_renewals(demo, everybody, TODAY)
    named = ahead.open_renewals(demo, everybody, Filters(AS_OF, segments=every_segment))

    assert whole.equals(named)


def demo_segments(demo):
    return ahead.open_renewals(demo, EVERYTHING, TODAY)["segment"].unique().sort()
