"""White space counted by hand: what is owned, what is in pipeline, what is left."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import white_space
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, account, cells, fit, member, opportunity, rate, subscription
from tests.queries.test_drill_downs import CASES, assert_sums_to

TODAY = Filters(as_of=AS_OF)
PRODUCTS = [
    {"product_id": "P1", "product_name": "One"},
    {"product_id": "P2", "product_name": "Two"},
    {"product_id": "P3", "product_name": "Three"},
]


def line(product_id, arr=100, account_id="a1", **fields):
    return subscription(
        arr,
        account_id=account_id,
        subscription_id=f"{account_id} {product_id} {arr} {sorted(fields.items(), key=str)}",
        product_id=product_id,
        **fields,
    )


def asked(opportunity_id, product_id, amount, **fields):
    money = None if amount is None else Decimal(str(amount))
    return opportunity(opportunity_id, product_id=product_id, amount=money, **fields)


@pytest.fixture
def warehouse(warehouse_of):
    """Two customers: a1 in dollars owns P1, a2 in euros at 1.005 owns nothing but a trial."""
    return warehouse_of(
        team_members=[member("m1", name="Ada")],
        products=PRODUCTS,
        fx_rates=[rate("EUR", 1.005)],
        accounts=[
            account("a1"),
            account("a2", segment="Mid-Market", currency="EUR", csm_id=None),
            account("gone"),
        ],
        subscriptions=[
            line("P1"),
            line("P2", 5, ends_on=AS_OF),
            line("P3", 7, starts_on=date(2026, 11, 1)),
            line(None, 3, "a2"),
            line("P1", 0, "a2"),
            line("P2", 9, "gone", ends_on=date(2026, 10, 1)),
        ],
        product_fit=[
            fit("P1", 1000),
            fit("P2", 200, propensity=0.25),
            fit("P3", 50, propensity=None),
            fit("P1", 10, account_id="a2", currency="USD"),
            fit("P2", "0.50", account_id="a2", propensity=0.9),
            fit("P3", None, account_id="a2"),
            fit("P1", 999, account_id="gone"),
        ],
        opportunities=[
            asked("part", "P2", 30),
            asked("part too", "P2", 20, kind="cross_sell"),
            asked("unknown amount", "P2", None),
            asked("more than all", "P1", 11, account_id="a2", currency="USD"),
            asked("more of the same", "P1", 5),
            asked("no product", None, 7),
            asked("nobody's", "P2", 8, account_id=None),
            asked("left", "P2", 9, account_id="gone"),
            asked("won before", "P3", 40, closed_on=AS_OF, won=True),
            asked("lost tomorrow", "P3", 45, closed_on=date(2026, 11, 1), won=False),
            asked("opened tomorrow", "P3", 40, created_on=date(2026, 11, 1)),
        ],
    )


def test_what_is_asked_for_is_taken_off_and_what_is_owned_is_left_out(warehouse):
    names = (
        *("segment", "product_id", "customers", "owners", "estimated", "not_estimated"),
        *("owned_already", "without_potential", "candidates"),
        *("potential_arr", "in_pipeline", "net_potential", "expected_value"),
    )

    def money(*amounts):
        return tuple(Decimal(each) for each in amounts)

    assert cells(white_space.by_product(warehouse, EVERYTHING, TODAY), *names) == [
        ("Enterprise", "P1", 1, 1, 0, 0, 1, 0, 0, *money("0", "0", "0", "0")),
        ("Mid-Market", "P1", 1, 0, 1, 0, 0, 0, 0, *money("10", "10", "0", "0")),
        ("Enterprise", "P2", 1, 0, 1, 0, 0, 0, 1, *money("200", "50", "150", "37.50")),
        ("Mid-Market", "P2", 1, 0, 1, 0, 0, 0, 1, *money("0.50", "0", "0.50", "0.45")),
        ("Enterprise", "P3", 1, 0, 1, 0, 0, 0, 1, *money("50", "45", "5", "0")),
        ("Mid-Market", "P3", 1, 0, 1, 0, 0, 1, 0, *money("0", "0", "0", "0")),
    ]


def test_the_day_decides_what_is_owned_and_asked_for(warehouse):
    earlier = Filters(as_of=date(2026, 10, 30))
    rows = white_space.by_product(warehouse, EVERYTHING, earlier).filter(segment="Enterprise")

    assert cells(rows, "product_id", "owners", "net_potential") == [
        ("P1", 1, Decimal(0)),
        ("P2", 1, Decimal(0)),
        # Won on the 31st and lost on the 1st: both open the day before.
        ("P3", 0, Decimal(0)),
    ]
    ahead = white_space.by_product(
        warehouse, EVERYTHING, TODAY.window(date(2027, 1, 1), date(2027, 2, 1))
    )
    assert ahead["in_pipeline"].sum() == 0


def test_candidates_come_by_expected_value_and_stand_in_a_quadrant(warehouse):
    rows = white_space.candidates(warehouse, EVERYTHING, TODAY)
    names = ("account_id", "product_id", "csm_name", "net_potential", "expected_value", "quadrant")

    # Placed are P2 of a1 (25 %, 150) and of a2 (90 %, 0.50): the middles are 57.5 % and 75.25.
    assert cells(rows, *names) == [
        ("a1", "P2", "Ada", Decimal(150), Decimal("37.50"), "unlikely and large"),
        ("a2", "P2", None, Decimal("0.50"), Decimal("0.45"), "likely and small"),
        ("a2", "P1", None, Decimal(0), Decimal(0), "nothing left"),
        ("a1", "P3", "Ada", Decimal(5), None, "no propensity"),
        ("a2", "P3", None, None, None, "no potential"),
    ]
    assert rows["pairs"].to_list() == [5] * 5
    two = white_space.candidates(warehouse, EVERYTHING, TODAY, most=2)
    assert cells(two, "account_id", "pairs") == [("a1", 5), ("a2", 5)]
    fields = white_space.quadrants(warehouse, EVERYTHING, TODAY)
    assert set(fields["middle_propensity"]) == {0.575}
    assert set(fields["middle_potential"]) == {75.25}


def test_at_the_middle_is_likely_and_large(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[line("P0")],
        opportunities=[opportunity(product_id="P0")],
        product_fit=[
            fit("P1", 10, propensity=0.1),
            fit("P2", 20, propensity=0.2),
            fit("P3", 30, propensity=0.3),
        ],
    )

    rows = white_space.candidates(warehouse, EVERYTHING, TODAY)

    assert cells(rows, "product_id", "product_name", "quadrant") == [
        ("P3", None, "likely and large"),
        ("P2", None, "likely and large"),
        ("P1", None, "unlikely and small"),
    ]


def test_every_open_opportunity_has_one_place(warehouse):
    assert white_space.open_pipeline(warehouse, EVERYTHING, TODAY).rows() == [
        ("no customer", 1, Decimal(9), 0),
        ("product owned", 1, Decimal(5), 0),
        ("taken off", 5, Decimal(106), 1),
        ("without account", 1, Decimal(8), 0),
        ("without product", 1, Decimal(7), 0),
    ]


def test_who_may_see_no_account_sees_no_white_space(warehouse):
    for question in (
        white_space.by_product,
        white_space.candidates,
        white_space.quadrants,
        white_space.open_pipeline,
    ):
        assert question(warehouse, Scope(), TODAY).is_empty()


def test_a_potential_below_zero_or_without_a_rate_is_no_potential(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[line("P0")],
        opportunities=[opportunity()],
        product_fit=[fit("P1", -5), fit("P2", 5, currency="XXX"), fit("P3", 0)],
    )

    rows = white_space.by_product(warehouse, EVERYTHING, TODAY).filter(pl.col("estimated") > 0)

    assert cells(rows, "product_id", "without_potential", "candidates", "net_potential") == [
        ("P1", 1, 0, Decimal(0)),
        ("P2", 1, 0, Decimal(0)),
        ("P3", 0, 0, Decimal(0)),
    ]


@pytest.mark.parametrize("missing", ["product_fit", "opportunities", "subscriptions"])
def test_white_space_rests_on_estimates_lines_and_opportunities(warehouse_of, missing):
    tables = {
        "accounts": [account()],
        "subscriptions": [line("P0")],
        "opportunities": [opportunity()],
        "product_fit": [fit("P1", 5)],
    }
    del tables[missing]

    with pytest.raises(MissingTableError, match=missing):
        white_space.by_product(warehouse_of(**tables), EVERYTHING, TODAY)


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def test_candidates_sum_to_the_products_and_the_quadrants(demo, filters):
    rows = white_space.candidates(demo, EVERYTHING, filters)
    by_product = white_space.by_product(demo, EVERYTHING, filters)
    amounts = ("potential_arr", "in_pipeline", "net_potential", "expected_value")

    assert_sums_to(
        rows.group_by("segment", "product_id", "product_name").agg(
            estimated=pl.len(),
            without_potential=pl.col("potential_arr").null_count(),
            candidates=(pl.col("net_potential") > 0).sum(),
            **{name: pl.col(name).sum() for name in amounts},
        ),
        by_product.filter(pl.col("estimated") > 0).drop(
            "customers", "owners", "not_estimated", "owned_already"
        ),
        *("segment", "product_id"),
    )
    assert_sums_to(
        rows.group_by("quadrant").agg(
            pairs=pl.len(),
            accounts=pl.col("account_id").n_unique(),
            **{name: pl.col(name).sum() for name in amounts},
        ),
        white_space.quadrants(demo, EVERYTHING, filters).drop(
            "middle_propensity", "middle_potential"
        ),
        "quadrant",
    )
    assert rows.select("account_id", "product_id").is_unique().all()
    assert set(rows["pairs"]) == {len(rows)}
    assert (
        by_product["customers"]
        == by_product["owners"] + by_product["estimated"] + by_product["not_estimated"]
    ).all()
    assert (by_product["not_estimated"] >= 0).all()
    assert (
        by_product["potential_arr"] == by_product["in_pipeline"] + by_product["net_potential"]
    ).all()
