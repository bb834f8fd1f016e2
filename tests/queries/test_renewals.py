from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import renewals
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    SINCE,
    account,
    cells,
    churned,
    measured,
    member,
    rate,
    renewal,
    renewed,
    scored,
    was,
)

TODAY = Filters(as_of=AS_OF)
QUARTER = date(2026, 10, 1)


def test_due_by_quarter_counts_and_sums_each_outcome(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", segment="Mid-Market")],
        renewals=[
            renewal("open", arr_due=100),
            renewal("overdue", due_on=date(2026, 10, 1), arr_due="50.25"),
            renewed("grown", date(2026, 10, 20), 300, due_on=date(2026, 10, 20), arr_due=200),
            renewed("shrunk", date(2026, 10, 21), 60, due_on=date(2026, 10, 21), arr_due=80),
            churned("lost", date(2026, 10, 22), due_on=date(2026, 10, 22), arr_due=40),
            renewal("next quarter", due_on=date(2027, 1, 1), arr_due=7, account_id="a2"),
        ],
    )

    due = renewals.due_by_quarter(warehouse, EVERYTHING, TODAY)

    expected = [
        (
            *(QUARTER, "Enterprise", None, 5, Decimal("470.25")),
            *(2, Decimal(360), Decimal(260), 1, 2, Decimal("150.25")),
        ),
        (
            *(date(2027, 1, 1), "Mid-Market", None, 1, Decimal(7)),
            *(0, Decimal(0), Decimal(0), 0, 1, Decimal(7)),
        ),
    ]
    assert_frame_equal(due, pl.DataFrame(expected, renewals.DUE_BY_QUARTER, orient="row"))


def test_due_keeps_the_first_day_of_the_window_and_leaves_out_its_end(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[
            renewal("day before", due_on=date(2026, 9, 30)),
            renewal("first day", due_on=date(2026, 10, 1)),
            renewal("last day", due_on=date(2026, 12, 31)),
            renewal("end", due_on=date(2027, 1, 1)),
        ],
    )
    window = TODAY.window(date(2026, 10, 1), date(2027, 1, 1))

    assert cells(renewals.due(warehouse, EVERYTHING, window), "renewal_id", "due_quarter") == [
        ("first day", QUARTER),
        ("last day", QUARTER),
    ]
    assert len(renewals.due(warehouse, EVERYTHING, TODAY)) == 4
    since = TODAY.window(date(2026, 12, 31), None)
    assert len(renewals.due(warehouse, EVERYTHING, since)) == 2


def test_due_shows_a_renewal_as_it_stood_on_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[
            renewed("closed today", AS_OF, 110, due_on=date(2026, 11, 1)),
            renewed("closed tomorrow", date(2026, 11, 1), 110, due_on=date(2026, 11, 2)),
            churned("lost tomorrow", date(2026, 11, 1), due_on=date(2026, 11, 3)),
            renewed("closed undated", None, 90, due_on=date(2026, 11, 4)),
            renewal("open", due_on=date(2026, 11, 5)),
        ],
    )
    outcome = ("renewal_id", "status", "closed_on", "arr_renewed", "arr_renewed_capped")

    assert cells(renewals.due(warehouse, EVERYTHING, TODAY), *outcome) == [
        ("closed today", "renewed", AS_OF, Decimal(110), Decimal(100)),
        ("closed tomorrow", "open", None, None, None),
        ("lost tomorrow", "open", None, None, None),
        ("closed undated", "renewed", None, Decimal(90), Decimal(90)),
        ("open", "open", None, None, None),
    ]
    tomorrow = renewals.due(warehouse, EVERYTHING, Filters(as_of=date(2026, 11, 1)))
    assert tomorrow["status"].to_list() == ["renewed", "renewed", "churned", "renewed", "open"]


def test_due_takes_segment_region_and_csm_as_they_were_on_the_as_of_date(warehouse_of):
    promoted = date(2026, 10, 15)
    warehouse = warehouse_of(
        accounts=[account(segment="Enterprise", region=None, csm_id="m2")],
        account_history=[
            was("segment", "Mid-Market", date(2024, 1, 1), promoted),
            was("segment", "Enterprise", promoted, None),
            was("csm_id", "m1", date(2024, 1, 1), promoted),
        ],
        team_members=[member("m1", name="Ada"), member("m2", name="Bo")],
        renewals=[renewal()],
    )
    attributes = ("segment", "region", "csm_name")

    before = renewals.due(warehouse, EVERYTHING, Filters(as_of=date(2026, 10, 14)))
    assert cells(before, *attributes) == [("Mid-Market", "Unknown", "Ada")]
    after = renewals.due(warehouse, EVERYTHING, Filters(as_of=promoted))
    assert cells(after, *attributes) == [("Enterprise", "Unknown", "Bo")]

    narrowed = Filters(as_of=date(2026, 10, 14), segments=("Enterprise",))
    assert renewals.due(warehouse, EVERYTHING, narrowed).is_empty()
    elsewhere = Filters(as_of=AS_OF, regions=("Unknown",), csm_ids=("m1",))
    assert renewals.due(warehouse, EVERYTHING, elsewhere).is_empty()
    here = Filters(as_of=AS_OF, segments=("Enterprise", "x"), regions=("Unknown",), csm_ids=("m2",))
    assert len(renewals.due(warehouse, EVERYTHING, here)) == 1


def test_due_converts_at_the_rates_of_the_as_of_date_and_rounds_each_row_to_the_cent(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", currency="EUR"), account("a3", currency=None)],
        fx_rates=[
            rate("EUR", 1.1, date(2026, 1, 1)),
            rate("EUR", 1.155, AS_OF),
            rate("EUR", 9, date(2026, 11, 1)),
            rate("USD", 3, date(2026, 1, 1)),
        ],
        renewals=[
            renewal("own currency", arr_due=10),
            renewal("the row's currency", currency="EUR", arr_due="0.10"),
            renewal("the account's currency", account_id="a2", arr_due="0.10"),
            renewal("the reporting currency", account_id="a3", arr_due=5),
            renewal("no rate", currency="XXX", arr_due=1_000),
            renewal("billions", currency="EUR", arr_due="98765432109.87", due_on=SINCE),
        ],
    )

    due = renewals.due(warehouse, EVERYTHING, TODAY)
    assert dict(cells(due, "renewal_id", "arr_due")) == {
        "own currency": Decimal(10),
        "the row's currency": Decimal("0.12"),
        "the account's currency": Decimal("0.12"),
        "the reporting currency": Decimal(5),
        "no rate": None,
        "billions": Decimal("114074074086.90"),
    }

    quarter = TODAY.window(QUARTER, None)
    (total,) = renewals.due_by_quarter(warehouse, EVERYTHING, quarter).iter_rows(named=True)
    assert (total["renewals"], total["open"]) == (5, 5)
    assert total["arr_due"] == total["arr_open"] == Decimal("15.24")
    earlier = renewals.due(warehouse, EVERYTHING, Filters(as_of=date(2026, 10, 30)))
    assert dict(cells(earlier, "renewal_id", "arr_due"))["the row's currency"] == Decimal("0.11")


def test_due_names_the_band_of_today_while_open_and_of_the_week_before_closing_once_closed(
    warehouse_of,
):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        health_scores=[
            *scored(20, date(2026, 10, 5)),
            *scored(50, date(2026, 10, 12)),
            *scored(90, date(2026, 10, 26)),
            *measured(date(2026, 10, 26), "a2", deployment=10),
        ],
        renewals=[
            renewal("open", due_on=date(2026, 11, 1)),
            churned("lost a week on", date(2026, 10, 18), due_on=date(2026, 11, 2)),
            churned("lost two weeks on", date(2026, 10, 19), due_on=date(2026, 11, 3)),
            renewal("hardly measured", account_id="a2", due_on=date(2026, 11, 4)),
        ],
    )

    due = renewals.due(warehouse, EVERYTHING, TODAY)

    assert cells(due, "renewal_id", "health_band", "overall_score") == [
        ("open", "green", 90.0),
        ("lost a week on", "red", 90.0),
        ("lost two weeks on", "amber", 90.0),
        ("hardly measured", None, None),
    ]
    by_band = renewals.due_by_quarter(warehouse, EVERYTHING, TODAY)
    assert by_band["health_band"].to_list() == ["amber", "green", "red", None]


@pytest.mark.parametrize(
    ("policy", "quarter", "next_quarter"),
    [
        (Policy(fiscal_year_starts_in=2), date(2026, 8, 1), date(2026, 11, 1)),
        # The last Sunday of December 2025 is the 28th: 26 weeks from the Monday after it.
        (Policy(fiscal_pattern="4-4-5"), date(2026, 6, 29), date(2026, 9, 28)),
        # The year has 53 weeks and started on 29 January 2023: its last quarter has 14.
        (
            Policy(
                fiscal_year_starts_in=2,
                fiscal_pattern="4-5-4",
                fiscal_week_starts_on="sunday",
                fiscal_year_ends="nearest",
            ),
            date(2023, 10, 29),
            date(2024, 2, 4),
        ),
    ],
)
def test_due_by_quarter_follows_the_fiscal_year(warehouse_of, policy, quarter, next_quarter):
    warehouse = warehouse_of(
        policy=policy,
        accounts=[account()],
        renewals=[
            renewal("first day of a quarter", due_on=quarter),
            renewal("last day of it", due_on=next_quarter - timedelta(days=1)),
            renewal("first day of the next", due_on=next_quarter),
        ],
    )

    due = renewals.due_by_quarter(warehouse, EVERYTHING, TODAY)

    assert cells(due, "due_quarter", "renewals") == [(quarter, 2), (next_quarter, 1)]


def test_due_by_quarter_follows_the_periods_a_company_loads(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        fiscal_periods=[
            {
                "grain": "quarter",
                "period_start_on": date(2026, 10, 5),
                "period_end_on": date(2027, 1, 4),
                "label": "Q4",
            }
        ],
        renewals=[
            renewal("inside", due_on=date(2027, 1, 3)),
            renewal("beyond", due_on=date(2027, 2, 3)),
        ],
    )

    due = renewals.due(warehouse, EVERYTHING, TODAY)

    assert due["due_quarter"].to_list() == [date(2026, 10, 5), date(2027, 1, 1)]


@pytest.mark.parametrize("question", [renewals.due, renewals.due_by_quarter])
def test_renewals_are_empty_where_the_file_had_no_row_and_missing_where_there_was_none(
    warehouse_of, question
):
    assert question(
        warehouse_of(accounts=[account()], loaded=["renewals"]), EVERYTHING, TODAY
    ).is_empty()
    with pytest.raises(MissingTableError, match="rests on renewals, which is not loaded"):
        question(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)
    with pytest.raises(MissingTableError, match="renewals and accounts, which are not loaded"):
        question(warehouse_of(), EVERYTHING, TODAY)


def test_overdue_is_open_and_due_before_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1")],
        renewals=[
            renewal("long past", due_on=date(2026, 7, 31), arr_due="10.50"),
            renewal("yesterday", due_on=date(2026, 10, 30), arr_due=20),
            renewal("today", due_on=AS_OF, arr_due=30),
            renewed("closed", date(2026, 10, 1), 40, due_on=date(2026, 10, 1), arr_due=40),
            renewed("closed later", date(2026, 11, 5), 50, due_on=date(2026, 10, 29), arr_due=50),
        ],
    )

    overdue = renewals.overdue(warehouse, EVERYTHING, TODAY)

    assert overdue.select("renewal_id", "arr_due", "days_overdue").rows() == [
        ("long past", Decimal("10.50"), 92),
        ("closed later", Decimal(50), 2),
        ("yesterday", Decimal(20), 1),
    ]
