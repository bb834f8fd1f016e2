"""Every question of the forecast on companies with next to nothing in them."""

from datetime import date, timedelta

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.forecasts.questions.ahead import open_renewals, renewals_by_quarter
from dashboard.forecasts.questions.record import method
from dashboard.forecasts.questions.sales import expansion_by_quarter, year_end
from dashboard.questions import questions
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, account, churned, renewal, renewed, subscription

TODAY = Filters(AS_OF)
FORECASTS = [question for name, question in questions().items() if name.startswith("forecast/")]


def past(count, lost=0):
    days = [date(2026, 1, 10) + timedelta(days=7 * n) for n in range(count)]
    return [
        churned(f"p{n}", day, due_on=day) if n < lost else renewed(f"p{n}", day, 100, due_on=day)
        for n, day in enumerate(days)
    ]


@pytest.mark.parametrize("count", [0, 1, 5])
@pytest.mark.parametrize("lost", [0, 1])
def test_few_past_renewals(warehouse_of, count, lost):
    ahead = renewal("ahead", due_on=date(2026, 12, 1))
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[*past(count, lost), ahead],
        loaded=("opportunities", "arr_movements"),
    )
    for question in FORECASTS:
        assert question.function(warehouse, EVERYTHING, TODAY).schema == question.schema
    (row,) = method(warehouse, EVERYTHING, TODAY).rows(named=True)
    assert not row["uses_model"]
    assert "base rate" in row["reason"]
    (one,) = open_renewals(warehouse, EVERYTHING, TODAY).rows(named=True)
    lost = min(lost, count)
    company = (count - lost + 18) / (count + 20)
    own = (count - lost + 20 * company) / (count + 20) if count else company
    assert one["probability"] == one["base_rate"] == pytest.approx(own, abs=1e-6)
    assert one["pushed_down"] is None


def test_four_quarters_with_what_is_open_in_them(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[
            renewal("overdue", due_on=date(2026, 10, 2)),
            renewal("of last quarter", due_on=date(2026, 9, 29)),
            renewal("next", due_on=date(2027, 1, 5), arr_due=50),
            renewal("in two", due_on=date(2027, 4, 5), arr_due=70),
            renewal("in a year", due_on=date(2027, 10, 5)),
            renewed("done", date(2026, 10, 20), 90, due_on=date(2026, 10, 25)),
        ],
    )
    rows = renewals_by_quarter(warehouse, EVERYTHING, TODAY)
    assert rows.select("due_quarter", "arr_due").rows() == [
        (date(2026, 10, 1), 100),
        (date(2027, 1, 1), 50),
        (date(2027, 4, 1), 70),
        (date(2027, 7, 1), 0),
    ]
    assert rows["expected"].to_list()[:2] == rows["base_rate_expected"].to_list()[:2]
    assert renewals_by_quarter(warehouse, Scope(), TODAY).is_empty()


def test_without_an_exchange_rate_a_renewal_is_left_out(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewal("known"), renewal("unknown", currency="XXX")],
    )
    assert open_renewals(warehouse, EVERYTHING, TODAY)["renewal_id"].to_list() == ["known"]


def test_without_renewals_the_table_is_named_and_without_others_there_is_an_answer(warehouse_of):
    nothing = warehouse_of(accounts=[account()])
    with pytest.raises(MissingTableError, match="renewals"):
        renewals_by_quarter(nothing, EVERYTHING, TODAY)
    alone = warehouse_of(
        accounts=[account()], renewals=[renewal()], subscriptions=[subscription(100)]
    )
    assert len(renewals_by_quarter(alone, EVERYTHING, TODAY)) >= 1
    (row,) = year_end(alone, EVERYTHING, TODAY).rows(named=True)
    assert (row["opening_arr"], row["renewals_due"], row["pipeline_expected"]) == (100, 100, 0)
    assert row["nrr_expected"] == pytest.approx(0.9, abs=0.02)
    with pytest.raises(MissingTableError, match="opportunities"):
        expansion_by_quarter(alone, EVERYTHING, TODAY)


def test_a_month_to_month_customer_follows_the_curve(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(customer_since=date(2026, 10, 12))],
        subscriptions=[
            subscription(subscription_id="s", starts_on=date(2026, 10, 12), term_months=1)
        ],
        renewals=[renewal("r", subscription_id="s", due_on=date(2026, 11, 12))],
    )
    (row,) = open_renewals(warehouse, EVERYTHING, TODAY).rows(named=True)
    assert row["probability"] == row["base_rate"] == pytest.approx(0.97)
