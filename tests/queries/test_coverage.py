from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import coverage
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    SINCE,
    account,
    cells,
    measured,
    member,
    rate,
    renewal,
    renewed,
    scored,
    subscription,
    was,
)

TODAY = Filters(as_of=AS_OF)
MEASURED_ON = date(2026, 10, 26)


def test_by_csm_counts_customers_by_stage_and_band_and_sums_their_arr(warehouse_of):
    stages = ["Onboarding", "Adoption", "Renewal", "Expansion", "Nurture"]
    warehouse = warehouse_of(
        team_members=[member("m1", name="Ada"), member("m2", name="Bo")],
        fx_rates=[rate("EUR", 1.005)],
        accounts=[
            *(account(stage, lifecycle_stage=stage) for stage in stages),
            account("euro", csm_id="m1", segment="Mid-Market", currency="EUR"),
            account("nobody's", csm_id=None),
            account("left"),
        ],
        subscriptions=[
            *(subscription(10**place, account_id=stage) for place, stage in enumerate(stages)),
            subscription("0.50", account_id="euro"),
            subscription(7, account_id="nobody's"),
            subscription(9, account_id="left", ends_on=AS_OF),
        ],
        health_scores=[
            *scored(39.9, MEASURED_ON, "Onboarding"),
            *scored(20, MEASURED_ON, "Adoption"),
            *scored(40, MEASURED_ON, "Renewal"),
            *scored(70, MEASURED_ON, "Expansion"),
            *measured(MEASURED_ON, "Nurture", deployment=90),
        ],
    )

    books = coverage.by_csm(warehouse, EVERYTHING, TODAY)

    expected = [
        (
            *("m1", "Ada", "Enterprise", 5, Decimal(11111), 1, 1, 1, 1, 1),
            *(2, 1, 1, 1, Decimal(11), 0, Decimal(0), None, None),
        ),
        (
            *(None, None, "Enterprise", 1, Decimal(7), 0, 1, 0, 0, 0),
            *(0, 0, 0, 1, Decimal(0), 0, Decimal(0), None, None),
        ),
        (
            *("m1", "Ada", "Mid-Market", 1, Decimal("0.50"), 0, 1, 0, 0, 0),
            *(0, 0, 0, 1, Decimal(0), 0, Decimal(0), None, None),
        ),
        (
            *("m2", "Bo", None, 0, Decimal(0), 0, 0, 0, 0, 0),
            *(0, 0, 0, 0, Decimal(0), 0, Decimal(0), None, None),
        ),
    ]
    assert_frame_equal(books, pl.DataFrame(expected, coverage.BY_CSM, orient="row"))


def test_by_csm_counts_open_renewals_up_to_the_end_of_the_next_quarter(warehouse_of):
    tables = {
        "accounts": [account()],
        "subscriptions": [subscription(1)],
        "fx_rates": [rate("EUR", 1.005)],
        "renewals": [
            renewal("overdue", due_on=date(2026, 1, 1), arr_due=1),
            renewal("last day", due_on=date(2027, 3, 31), arr_due=2),
            renewal("too late", due_on=date(2027, 4, 1), arr_due=4),
            renewed("closed today", AS_OF, 8, arr_due=8),
            renewed("closed tomorrow", date(2026, 11, 1), 16, arr_due=16),
            renewal("euro", arr_due="0.50", currency="EUR"),
            renewal("no rate", arr_due=32, currency="XXX"),
        ],
    }
    ahead = ("renewals_due", "arr_due")

    books = coverage.by_csm(warehouse_of(**tables), EVERYTHING, TODAY)
    assert cells(books, *ahead) == [(5, Decimal("19.50"))]

    february = warehouse_of(policy=Policy(fiscal_year_starts_in=2), **tables)
    assert cells(coverage.by_csm(february, EVERYTHING, TODAY), *ahead) == [(4, Decimal("17.50"))]
    chosen = coverage.by_csm(february, EVERYTHING, TODAY, due_until=date(2026, 1, 2))
    assert cells(chosen, *ahead) == [(1, Decimal(1))]


def test_by_csm_shows_a_csm_without_customers_while_employed(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", csm_id="busy")],
        subscriptions=[subscription(1)],
        team_members=[
            member("busy", segment_focus="Enterprise"),
            member("idle", segment_focus="Mid-Market"),
            member("joins today", hired_on=AS_OF, segment_focus="Enterprise"),
            member("joins tomorrow", hired_on=date(2026, 11, 1)),
            member("leaves tomorrow", left_on=date(2026, 11, 1), segment_focus="Enterprise"),
            member("left today", left_on=AS_OF),
            member("boss", role="cs_manager"),
        ],
    )

    def books(scope: Scope = EVERYTHING, **parts: tuple[str, ...]) -> list:
        frame = coverage.by_csm(warehouse, scope, Filters(as_of=AS_OF, **parts))
        return cells(frame, "member_id", "segment", "accounts")

    assert books() == [
        ("busy", "Enterprise", 1),
        ("idle", "Mid-Market", 0),
        ("joins today", "Enterprise", 0),
        ("leaves tomorrow", "Enterprise", 0),
    ]
    assert books(segments=("Mid-Market",)) == [("idle", "Mid-Market", 0)]
    assert books(csm_ids=("idle",)) == [("idle", "Mid-Market", 0)]
    assert books(regions=("EMEA",)) == [("busy", "Enterprise", 1)]
    assert books(Scope(member_ids=("idle",))) == [("idle", "Mid-Market", 0)]
    assert books(Scope()) == []


def test_by_csm_gives_a_customer_to_whoever_had_it_on_the_as_of_date(warehouse_of):
    handed_over = date(2026, 10, 15)
    warehouse = warehouse_of(
        team_members=[member("m1"), member("m2")],
        accounts=[account(csm_id="m2", lifecycle_stage="Renewal")],
        account_history=[
            was("csm_id", "m1", SINCE, handed_over),
            was("lifecycle_stage", "Onboarding", SINCE, handed_over),
        ],
        subscriptions=[subscription(5)],
    )

    def held(as_of: date) -> list:
        books = coverage.by_csm(warehouse, EVERYTHING, Filters(as_of=as_of))
        return cells(books.filter(pl.col("accounts") > 0), "member_id", "onboarding", "renewal")

    assert held(date(2026, 10, 14)) == [("m1", 1, 0)]
    assert held(handed_over) == [("m2", 0, 1)]


def test_by_csm_leaves_arr_empty_where_none_was_loaded(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", churned_on=AS_OF)],
        health_scores=scored(10, MEASURED_ON),
    )

    books = coverage.by_csm(warehouse, EVERYTHING, TODAY)

    assert cells(books, "accounts", "arr", "red", "arr_red", "arr_due") == [
        (1, None, 1, None, Decimal(0))
    ]


def test_by_csm_rests_on_accounts_alone(warehouse_of):
    with pytest.raises(MissingTableError, match="rests on accounts, which is not loaded"):
        coverage.by_csm(warehouse_of(team_members=[member()]), EVERYTHING, TODAY)


NINETY = date(2027, 1, 30)
"""The first day after the ninety days that follow the as-of date."""


@pytest.fixture
def handed(warehouse_of):
    """Customers of a CSM, of nobody, of one who has left, and of one nobody knows."""
    return warehouse_of(
        team_members=[
            member("m1", name="Ada", ramped_on=date(2026, 12, 1)),
            member("leaves", name="Lea", left_on=date(2026, 11, 1)),
            member("left", name="Lou", left_on=AS_OF),
        ],
        fx_rates=[rate("EUR", 1.005)],
        accounts=[
            account("held"),
            account("still held", csm_id="leaves"),
            account("nobody's", csm_id=None, currency="EUR"),
            account("left behind", csm_id="left"),
            account("unknown", csm_id="who?"),
            account("gone", csm_id=None),
        ],
        subscriptions=[
            subscription(10, account_id="held"),
            subscription(20, account_id="still held"),
            subscription("0.50", account_id="nobody's"),
            subscription(40, account_id="left behind"),
            subscription(30, account_id="unknown"),
            subscription(99, account_id="gone", ends_on=AS_OF),
        ],
        renewals=[
            renewal("in time", account_id="left behind", due_on=date(2027, 1, 29), arr_due=40),
            renewal("overdue", account_id="left behind", due_on=date(2026, 9, 1), arr_due=2),
            renewal("too late", account_id="unknown", due_on=NINETY, arr_due=30),
            renewal("of none", account_id="gone", arr_due=99),
        ],
        health_scores=scored(10, MEASURED_ON, "left behind"),
    )


def test_accounts_say_who_holds_them_and_what_they_weigh(handed):
    rows = coverage.accounts(handed, EVERYTHING, TODAY, due_until=NINETY)

    names = ("account_id", "csm_name", "holder", "is_customer", "arr", "renewals_due", "arr_due")
    assert cells(rows, *names) == [
        ("left behind", "Lou", "left", True, Decimal(40), 2, Decimal(42)),
        ("unknown", None, "unknown", True, Decimal(30), 0, Decimal(0)),
        ("still held", "Lea", "held", True, Decimal(20), 0, Decimal(0)),
        ("held", "Ada", "held", True, Decimal(10), 0, Decimal(0)),
        ("nobody's", None, "nobody", True, Decimal("0.50"), 0, Decimal(0)),
        ("gone", None, "nobody", False, None, 0, Decimal(0)),
    ]
    assert rows["next_renewal_on"][0] == date(2026, 9, 1)
    assert coverage.accounts(handed, Scope(), TODAY).is_empty()
    own = coverage.accounts(handed, Scope(member_ids=("left",)), TODAY)
    assert cells(own, "account_id") == [("left behind",)]


def test_unassigned_are_customers_that_nobody_employed_holds(handed):
    names = ("account_id", "holder", "health_band", "renewals_due")
    rows = coverage.unassigned(handed, EVERYTHING, TODAY, due_until=NINETY)
    assert cells(rows, *names) == [
        ("left behind", "left", "red", 2),
        ("unknown", "unknown", None, 0),
        ("nobody's", "nobody", None, 0),
    ]

    tomorrow = Filters(as_of=date(2026, 11, 1))
    assert "still held" in set(coverage.unassigned(handed, EVERYTHING, tomorrow)["account_id"])
    before = Filters(as_of=date(2026, 10, 30))
    later = coverage.unassigned(handed, EVERYTHING, before)["account_id"].to_list()
    assert later == ["gone", "unknown", "nobody's"]


def test_without_a_list_of_people_a_named_csm_holds(warehouse_of):
    warehouse = warehouse_of(accounts=[account()], subscriptions=[subscription(1)])

    assert coverage.unassigned(warehouse, EVERYTHING, TODAY).is_empty()
    assert coverage.accounts(warehouse, EVERYTHING, TODAY)["holder"].to_list() == ["held"]


def test_by_csm_says_who_is_ramping_and_who_has_left(handed):
    books = coverage.by_csm(handed, EVERYTHING, TODAY).filter(pl.col("name").is_not_null())

    assert sorted(cells(books, "name", "ramped_on", "left_on")) == [
        ("Ada", date(2026, 12, 1), None),
        ("Lea", None, date(2026, 11, 1)),
        ("Lou", None, AS_OF),
    ]
