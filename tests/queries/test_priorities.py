"""Value, health, priorities and plays, counted by hand."""

from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import priorities
from dashboard.risk_policy import RiskPolicy
from tests.factories import AS_OF, account, cells, member, scored, subscription, was

TODAY = Filters(AS_OF)


def company(arrs, scores, **fields):
    """Customers with an ARR and, where it is not None, a health score."""
    return {
        "accounts": [account(each, **fields) for each in arrs],
        "subscriptions": [subscription(arr, account_id=each) for each, arr in arrs.items()],
        "team_members": [member("m1", name="Ada")],
        "health_scores": [
            row
            for each, score in scores.items()
            if score is not None
            for row in scored(score, AS_OF, each)
        ],
    }


FIVE = {"a": 10, "b": 20, "c": 30, "d": 40, "e": 50}


def test_value_is_high_from_the_median_on_and_health_low_at_red(warehouse_of):
    scores = {"a": 39.9, "b": 40, "c": 39.9, "d": 40, "e": None}
    warehouse = warehouse_of(**company(FIVE, scores))

    found = priorities.customers(warehouse, EVERYTHING, TODAY)

    names = ("account_id", "value_class", "health_class", "priority", "high_from")
    assert cells(found, *names) == [
        ("e", "high", "not scored", "Not scored", Decimal(30)),
        ("d", "high", "not low", "On schedule", Decimal(30)),
        ("c", "high", "low", "Immediate", Decimal(30)),
        ("b", "low", "not low", "On schedule", Decimal(30)),
        ("a", "low", "low", "Fast", Decimal(30)),
    ]
    assert priorities.cells(warehouse, EVERYTHING, TODAY).rows() == [
        ("high", "low", "Immediate", 1, Decimal(30)),
        ("high", "not low", "On schedule", 1, Decimal(40)),
        ("high", "not scored", "Not scored", 1, Decimal(50)),
        ("low", "low", "Fast", 1, Decimal(10)),
        ("low", "not low", "On schedule", 1, Decimal(20)),
    ]


def test_one_cent_below_the_median_is_low_value(warehouse_of):
    arrs = {"a": "29.99", "b": "30.00", "c": "30.00", "d": "30.00", "e": "30.00"}
    warehouse = warehouse_of(**company(arrs, dict.fromkeys(arrs, 10)))

    found = priorities.cells(warehouse, EVERYTHING, TODAY)

    assert cells(found, "priority", "customers") == [("Immediate", 4), ("Fast", 1)]


def test_the_median_is_of_the_segment_of_all_or_an_amount(warehouse_of):
    arrs = FIVE | {"f": 1, "g": 2, "h": 3, "i": 4, "j": 5}
    tables = company(arrs, dict.fromkeys(arrs, 10))
    tables["accounts"] = [
        account(each, segment="Enterprise" if each in FIVE else "Small Business") for each in arrs
    ]

    def high(**rule):
        warehouse = warehouse_of(**tables, policy=Policy(risks=RiskPolicy(**rule)))
        found = priorities.customers(warehouse, EVERYTHING, TODAY).filter(value_class="high")
        return "".join(sorted(found["account_id"]))

    assert high() == "cdehij"
    assert high(high_value="company_median") == "abcde"
    assert high(high_value="amount", high_value_arr=Decimal("4.01")) == "abcdej"
    assert high(high_value="amount", high_value_arr=Decimal(4)) == "abcdeij"
    assert high(minimum_peers=6) == ""
    assert high(minimum_peers=6, high_value="company_median") == "abcde"
    assert high(minimum_peers=11, high_value="company_median") == ""


def test_an_unknown_value_is_a_cell_of_its_own(warehouse_of):
    tables = company(FIVE, {"a": 10, "b": 80})
    tables["subscriptions"][0] = subscription(10, account_id="a", currency="XXX")
    warehouse = warehouse_of(**tables)

    found = priorities.cells(warehouse, EVERYTHING, TODAY)

    # Four with a known ARR have no median.
    assert found.rows() == [
        ("unknown", "low", "Value unknown", 1, None),
        ("unknown", "not low", "On schedule", 1, Decimal(20)),
        ("unknown", "not scored", "Not scored", 3, Decimal(120)),
    ]


def test_which_bands_are_low_is_a_setting(warehouse_of):
    policy = Policy(risks=RiskPolicy(low_health=("red", "amber")))
    warehouse = warehouse_of(**company(FIVE, {"d": 69, "e": 70}), policy=policy)

    found = priorities.customers(warehouse, EVERYTHING, TODAY)

    assert cells(found, "account_id", "priority")[:2] == [("e", "On schedule"), ("d", "Immediate")]


def test_the_value_of_a_customer_does_not_hang_on_who_looks_or_on_the_filters(warehouse_of):
    tables = company(FIVE, dict.fromkeys(FIVE, 10))
    tables["accounts"][0] |= {"csm_id": "m2", "region": "APAC"}
    warehouse = warehouse_of(**tables)

    for found in (
        priorities.customers(warehouse, Scope(member_ids=("m2",)), TODAY),
        priorities.customers(warehouse, EVERYTHING, Filters(AS_OF, regions=("APAC",))),
    ):
        assert cells(found, "account_id", "priority", "high_from") == [("a", "Fast", Decimal(30))]
    assert priorities.cells(warehouse, Scope(), TODAY).is_empty()


def test_a_play_is_for_the_healthy_by_stage_and_maturity(warehouse_of):
    arrs = dict.fromkeys("abcdef", 10)
    scores = {"a": 70, "b": 90, "c": 90, "d": 69.9, "e": None, "f": 90}
    tables = company(arrs, scores)
    for row, (stage, maturity) in zip(
        tables["accounts"],
        [
            ("Adoption", "Growing"),
            ("RENEWAL", "advanced"),
            ("Adoption", None),
            ("Adoption", "Growing"),
            ("Adoption", "Growing"),
            ("Winding down", "Growing"),
        ],
        strict=True,
    ):
        row |= {"lifecycle_stage": stage, "maturity": maturity}
    warehouse = warehouse_of(
        **tables,
        account_history=[
            was("lifecycle_stage", "Onboarding", AS_OF, None, account_id="a"),
        ],
    )

    assert priorities.plays(warehouse, EVERYTHING, TODAY).rows() == [
        ("Adoption", "Unknown", "no play named", 1, Decimal(10)),
        ("Onboarding", "Growing", "activation", 1, Decimal(10)),
        ("RENEWAL", "advanced", "advocacy", 1, Decimal(10)),
        ("Winding down", "Growing", "no play named", 1, Decimal(10)),
    ]
    healthy = priorities.healthy(warehouse, EVERYTHING, TODAY)
    assert cells(healthy, "account_id", "play", "overall_score") == [
        ("a", "activation", 70.0),
        ("b", "advocacy", 90.0),
        ("c", "no play named", 90.0),
        ("f", "no play named", 90.0),
    ]
    assert priorities.plays(warehouse, Scope(), TODAY).is_empty()


@pytest.mark.parametrize(
    ("place", "stage", "maturity"),
    [
        ("Go-live_soon/very  new", "Go live soon", "Very  new"),
        ("a/b", "A ", " B"),
    ],
)
def test_plays_are_a_setting(warehouse_of, place, stage, maturity):
    tables = company({"a": 1}, {"a": 90}, lifecycle_stage=stage, maturity=maturity)
    policy = Policy(risks=RiskPolicy(plays={place: "call them", "x/y": "z"}))
    warehouse = warehouse_of(**tables, policy=policy)

    assert priorities.plays(warehouse, EVERYTHING, TODAY)["play"].to_list() == ["call them"]
