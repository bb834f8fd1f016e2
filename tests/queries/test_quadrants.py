"""Outcomes against experience, counted by hand."""

from datetime import date
from decimal import Decimal

import polars as pl
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Band, HealthPolicy, Policy
from dashboard.queries import quadrants
from tests.factories import AS_OF, account, cells, measured, member, subscription

TODAY = Filters(as_of=AS_OF)
MONDAY = date(2026, 10, 26)
PLACES = {
    "well": (70, 70),
    "false green": (69.9, 70),
    "unhappy": (70, 69.9),
    "poor": (0, 0),
    "halved": (90, None),
}


def halves(account_id: str, outcomes: float, experience: float | None) -> list[dict]:
    """Every measure of the halves at one score each."""
    names = dict.fromkeys(("deployment", "engagement", "adoption", "roi"), outcomes)
    if experience is not None:
        names |= dict.fromkeys(("nps", "support", "sentiment"), experience)
    return measured(MONDAY, account_id, **names)


def placed(warehouse_of, policy: Policy | None = None):
    return warehouse_of(
        policy=policy,
        team_members=[member("m1", name="Ada")],
        accounts=[account(each) for each in [*PLACES, "unmeasured", "second"]],
        subscriptions=[
            subscription(place + 1, account_id=each)
            for place, each in enumerate([*PLACES, "unmeasured", "second"])
        ],
        health_scores=[
            *(row for name, place in PLACES.items() for row in halves(name, *place)),
            *halves("second", 40, 90),
        ],
    )


def test_a_customer_with_good_experience_and_poor_outcomes_is_a_false_green(warehouse_of):
    warehouse = placed(warehouse_of)

    expected = [
        ("both good", 1, Decimal(1), 70.0, 70.0),
        ("both poor", 1, Decimal(4), 0.0, 0.0),
        ("false green", 2, Decimal(9), 54.95, 80.0),
        ("not placed", 2, Decimal(11), 90.0, None),
        ("poor experience", 1, Decimal(3), 70.0, 69.9),
    ]
    assert_frame_equal(
        quadrants.totals(warehouse, EVERYTHING, TODAY),
        pl.DataFrame(expected, quadrants.TOTALS, orient="row"),
        abs_tol=1e-9,
    )
    false_greens = quadrants.customers(warehouse, EVERYTHING, TODAY, quadrant="false green")
    assert cells(false_greens, "account_id", "csm_name", "outcomes", "experience", "arr") == [
        ("second", "Ada", 40.0, 90.0, Decimal(7)),
        ("false green", "Ada", 69.9, 70.0, Decimal(2)),
    ]
    assert quadrants.totals(warehouse, Scope(), TODAY).is_empty()


def test_a_list_cut_short_counts_them_all(warehouse_of):
    warehouse = placed(warehouse_of)

    first = quadrants.customers(warehouse, EVERYTHING, TODAY, most=2)
    assert cells(first, "account_id", "customers") == [("second", 7), ("unmeasured", 7)]
    false_greens = quadrants.customers(warehouse, EVERYTHING, TODAY, quadrant="false green", most=1)
    assert cells(false_greens, "account_id", "customers") == [("second", 2)]


def test_the_threshold_is_that_of_green(warehouse_of):
    policy = Policy(health=HealthPolicy(overall=Band(red_below=10, amber_below=40)))

    totals = quadrants.totals(placed(warehouse_of, policy), EVERYTHING, TODAY)

    assert dict(cells(totals, "quadrant", "accounts")) == {
        "both good": 4,
        "both poor": 1,
        "not placed": 2,
    }
