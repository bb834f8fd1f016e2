from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import cohorts
from dashboard.retention_policy import RetentionPolicy
from tests.factories import account, cells, member, moment, movement, rate, subscription

Q1, Q2, Q3 = date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1)
AS_OF = date(2025, 9, 29)
"""The day before the third quarter ends."""
TODAY = Filters(as_of=AS_OF)


def line(account_id, arr, starts_on, ends_on=None, **fields):
    own = {"subscription_id": f"{account_id} {arr} {starts_on}", "account_id": account_id}
    return subscription(arr, **own | {"starts_on": starts_on, "ends_on": ends_on} | fields)


def accounts(*ids):
    return [account(each, customer_since=Q1) for each in ids]


def test_triangle_is_what_is_left_of_the_arr_on_the_first_periods_last_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("grows", "shrinks", "leaves", "gone at once", "second"),
        subscriptions=[
            # First ARR 40, but 100 on the quarter's last day: that is what it is measured by.
            line("grows", 40, Q1),
            line("grows", 60, date(2025, 3, 31)),
            line("grows", 50, Q2),
            line("shrinks", 100, date(2025, 3, 31), Q3),
            line("shrinks", 70, Q3),
            # The last day of the second quarter is its last: it is there at age 1, gone at age 2.
            line("leaves", 100, Q1, Q3),
            line("gone at once", 30, Q1, date(2025, 3, 31)),
            line("second", 80, Q2),
        ],
    )

    triangle = cohorts.triangle(warehouse, EVERYTHING, TODAY)

    first, second, third = date(2025, 3, 31), date(2025, 6, 30), AS_OF
    opening = (3, 3, 1, Decimal(300))
    expected = [
        (Q1, 0, first, *opening, Decimal(300), Decimal(300), 1.0, 1.0, 1.0, True),
        (Q1, 1, second, *opening, Decimal(300), Decimal(350), 1.0, 1.0, 3.5 / 3, True),
        (
            *(Q1, 2, third, 3, 2, 1, Decimal(300), Decimal(170), Decimal(220)),
            *(2 / 3, 1.7 / 3, 2.2 / 3, False),
        ),
        (Q2, 0, second, 1, 1, 0, Decimal(80), Decimal(80), Decimal(80), 1.0, 1.0, 1.0, True),
        (Q2, 1, third, 1, 1, 0, Decimal(80), Decimal(80), Decimal(80), 1.0, 1.0, 1.0, False),
    ]
    assert_frame_equal(triangle, pl.DataFrame(expected, cohorts.TRIANGLE, orient="row"))


@pytest.mark.parametrize(
    ("as_of", "complete", "looked_on"),
    [
        (date(2025, 6, 29), False, date(2025, 6, 29)),
        (date(2025, 6, 30), True, date(2025, 6, 30)),
        (date(2025, 7, 1), True, date(2025, 6, 30)),
    ],
)
def test_an_age_is_complete_on_its_periods_last_day(warehouse_of, as_of, complete, looked_on):
    warehouse = warehouse_of(accounts=accounts("a1"), subscriptions=[line("a1", 10, Q1)])

    triangle = cohorts.triangle(warehouse, EVERYTHING, Filters(as_of=as_of))

    assert cells(triangle.filter(age=1), "looked_on", "is_complete") == [(looked_on, complete)]
    assert triangle.filter(age=0)["is_complete"].to_list() == [True]


def test_a_cohort_begins_with_the_fiscal_period_of_the_first_arr_ever(warehouse_of):
    policy = Policy(fiscal_year_starts_in=2)
    warehouse = warehouse_of(
        policy=policy,
        accounts=accounts("last day", "first day", "back"),
        subscriptions=[
            line("last day", 10, date(2025, 1, 31)),
            line("first day", 10, date(2025, 2, 1)),
            line("back", 10, date(2024, 11, 1), date(2025, 2, 10)),
            line("back", 10, date(2025, 3, 1)),
        ],
    )

    def cohort_of(period):
        rows = cohorts.accounts(warehouse, EVERYTHING, TODAY, age=0, period=period)
        return dict(rows.select("account_id", "cohort_on").iter_rows())

    november, february = date(2024, 11, 1), date(2025, 2, 1)
    assert cohort_of("quarter") == {
        "last day": november,
        "first day": february,
        "back": november,
    }
    assert cohort_of("year") == {
        "last day": date(2024, 2, 1),
        "first day": february,
        "back": date(2024, 2, 1),
    }
    assert cohort_of("month") == {
        "last day": date(2025, 1, 1),
        "first day": february,
        "back": november,
    }


def back_again(warehouse_of):
    """A customer that left in the second quarter and came back smaller in the third."""
    return warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[line("a1", 100, Q1, Q2), line("a1", 60, Q3)],
    )


def test_a_return_is_kept_or_not_by_the_policy(warehouse_of):
    warehouse = back_again(warehouse_of)
    left = ("age", "kept", "gross_arr", "net_arr")

    kept = cohorts.triangle(warehouse, EVERYTHING, TODAY)
    assert cells(kept, *left) == [
        (0, 1, Decimal(100), Decimal(100)),
        (1, 0, Decimal(0), Decimal(0)),
        (2, 1, Decimal(60), Decimal(60)),
    ]
    excluded = RetentionPolicy(reactivated="excluded")
    gone = cohorts.triangle(warehouse, EVERYTHING, TODAY, policy=excluded)
    assert cells(gone, *left)[2] == (2, 0, Decimal(0), Decimal(0))


def test_gross_is_the_lower_of_start_and_now_whatever_the_policys_grr(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[line("a1", 100, Q1), line("a1", 50, date(2025, 4, 10), date(2025, 5, 10))],
    )

    for grr in ("lower_of_then_and_now", "sum_of_losses", "churn_only"):
        triangle = cohorts.triangle(
            warehouse, EVERYTHING, TODAY, policy=RetentionPolicy(grr=grr, nrr="bridge")
        )
        assert triangle["gross_share"].to_list() == [1.0, 1.0, 1.0]
        assert triangle["net_share"].to_list() == [1.0, 1.0, 1.0]


def test_price_rises_are_taken_off_where_the_policy_leaves_them_out(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[line("a1", 100, Q1), line("a1", 25, Q2)],
        arr_movements=[
            movement(100, "new", Q1),
            movement(25, "expansion", Q2, reason="price"),
        ],
    )
    out = RetentionPolicy(price_rises="excluded")

    assert cohorts.triangle(warehouse, EVERYTHING, TODAY)["net_arr"][1] == Decimal(125)
    assert cohorts.triangle(warehouse, EVERYTHING, TODAY, policy=out)["net_arr"][1] == Decimal(100)


def test_who_starts_below_the_policys_minimum_is_left_out_and_counted(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("small", "large"),
        subscriptions=[line("small", "9.99", Q1), line("large", 10, Q1)],
    )

    triangle = cohorts.triangle(
        warehouse, EVERYTHING, TODAY, policy=RetentionPolicy(minimum_arr=Decimal(10))
    )

    assert cells(triangle.head(1), "accounts", "left_out", "opening_arr") == [(1, 1, Decimal(10))]


@pytest.mark.parametrize(
    ("fx", "start", "now"),
    [("period_start", 20, 20), ("as_of", 50, 50), ("actual", 20, 30)],
)
def test_rates_are_those_of_the_policy(warehouse_of, fx, start, now):
    warehouse = warehouse_of(
        accounts=[account("a1", currency="EUR", customer_since=Q1)],
        fx_rates=[
            rate("EUR", 1, Q1),
            rate("EUR", 2, date(2025, 3, 31)),
            rate("EUR", 3, date(2025, 6, 30)),
            rate("EUR", 5, date(2025, 7, 1)),
        ],
        subscriptions=[line("a1", 10, Q1)],
    )

    triangle = cohorts.triangle(warehouse, EVERYTHING, TODAY, policy=RetentionPolicy(fx=fx))

    assert cells(triangle.filter(age=1), "opening_arr", "net_arr") == [(Decimal(start), now)]


def test_who_has_no_rate_is_left_out_and_counted(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", currency="XXX", customer_since=Q1), *accounts("a2")],
        subscriptions=[line("a1", 10, Q1), line("a2", 5, Q1)],
    )

    triangle = cohorts.triangle(warehouse, EVERYTHING, TODAY)

    assert cells(triangle.head(1), "accounts", "left_out", "opening_arr") == [(1, 1, Decimal(5))]


def test_parents_and_products_are_cohorts_of_their_own_under_their_policy(warehouse_of):
    warehouse = warehouse_of(
        accounts=[*accounts("a1"), account("a2", parent_account_id="a1", customer_since=Q2)],
        products=[{"product_id": each, "product_name": each} for each in ("p1", "p2")],
        subscriptions=[
            line("a1", 100, Q1, Q3, product_id="p1"),
            line("a2", 50, Q2, product_id="p2"),
        ],
    )
    shares = ("cohort_on", "age", "accounts", "kept", "opening_arr", "gross_arr", "net_arr")

    parents = RetentionPolicy(level="parent", logo_level="parent")
    by_parent = cohorts.triangle(warehouse, EVERYTHING, TODAY, policy=parents)
    assert cells(by_parent, *shares) == [
        (Q1, 0, 1, 1, Decimal(100), Decimal(100), Decimal(100)),
        (Q1, 1, 1, 1, Decimal(100), Decimal(100), Decimal(150)),
        (Q1, 2, 1, 1, Decimal(100), Decimal(50), Decimal(50)),
    ]
    # ARR by product, logos by account: two rows of the same customer, each with its own part.
    products = RetentionPolicy(level="product")
    by_product = cohorts.triangle(warehouse, EVERYTHING, TODAY, policy=products)
    assert cells(by_product, *shares)[2:4] == [
        (Q1, 2, 1, 0, Decimal(100), Decimal(0), Decimal(0)),
        (Q2, 0, 1, 1, Decimal(50), Decimal(50), Decimal(50)),
    ]
    rows = cohorts.accounts(warehouse, EVERYTHING, TODAY, cohort_on=Q1, age=2, policy=products)
    assert cells(rows, "level", "unit_id", "start_arr", "logos") == [
        ("product", "a1/p1", Decimal(100), 0),
        ("account", "a1", Decimal(0), 1),
    ]


def test_a_live_contract_of_nothing_keeps_a_logo_where_the_policy_counts_it(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[line("a1", 10, Q1, Q2), line("a1", 0, Q2)],
    )
    counted = RetentionPolicy(zero_arr_accounts="counted")

    assert cohorts.triangle(warehouse, EVERYTHING, TODAY)["kept"].to_list() == [1, 0, 0]
    again = cohorts.triangle(warehouse, EVERYTHING, TODAY, policy=counted)
    assert again["kept"].to_list() == [1, 1, 1]
    assert again["net_arr"].to_list() == [10, 0, 0]


def test_what_was_booked_later_is_in_the_restated_triangle_only(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[line("a1", 60, Q1), line("a1", 40, Q1, Q2)],
        arr_movements=[
            movement(100, "new", Q1),
            movement(-40, "contraction", Q2, recorded_at=moment(2025, 11, 5)),
        ],
    )

    assert cohorts.triangle(warehouse, EVERYTHING, TODAY)["net_arr"].to_list() == [100] * 3
    restated = cohorts.triangle(warehouse, EVERYTHING, TODAY, basis="restated")
    assert restated["net_arr"].to_list() == [100, 60, 60]


def test_the_window_is_on_the_cohorts_first_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("a1", "a2", "a3"),
        subscriptions=[line("a1", 1, Q1), line("a2", 1, Q2), line("a3", 1, Q3)],
    )

    triangle = cohorts.triangle(warehouse, EVERYTHING, TODAY.window(Q2, Q3))

    assert set(triangle["cohort_on"]) == {Q2}
    assert triangle["age"].to_list() == [0, 1]


def test_accounts_are_those_of_a_cell_with_the_largest_loss_first(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("a1", "a2", "a3", "gone at once"),
        team_members=[member("m1", name="Ada")],
        subscriptions=[
            line("a1", 100, Q1),
            line("a2", 30, Q1, Q2),
            line("a3", 50, Q2),
            line("gone at once", 5, Q1, date(2025, 2, 1)),
        ],
    )

    rows = cohorts.accounts(warehouse, EVERYTHING, TODAY, cohort_on=Q1, age=1)

    second = date(2025, 6, 30)
    who = ("Enterprise", "EMEA", "Ada", Q1)
    expected = [
        (
            *(Q1, 1, second, "account", "a2", "a2", "A2", *who),
            *(Decimal(30), Decimal(0), Decimal(0), 1, 0, True, True),
        ),
        (
            *(Q1, 1, second, "account", "a1", "a1", "A1", *who),
            *(Decimal(100), Decimal(100), Decimal(100), 1, 1, True, True),
        ),
        (
            *(Q1, 1, second, "account", "gone at once", "gone at once", "GONE AT ONCE", *who),
            *(Decimal(0), Decimal(0), Decimal(0), 0, 0, False, True),
        ),
    ]
    assert_frame_equal(rows, pl.DataFrame(expected, cohorts.ACCOUNTS, orient="row"))
    last = cohorts.accounts(warehouse, EVERYTHING, TODAY)
    assert set(last.select("cohort_on", "age").iter_rows()) == {(Q1, 2), (Q2, 1)}


def test_there_is_no_cohort_by_week(warehouse_of):
    warehouse = warehouse_of(accounts=accounts("a1"))
    for question in (cohorts.triangle, cohorts.accounts):
        with pytest.raises(ValueError, match=r"no cohort by 'ttm'\. There are: month, quarter"):
            question(warehouse, EVERYTHING, TODAY, period="ttm")


def test_who_may_see_no_account_sees_no_cohort(warehouse_of):
    warehouse = back_again(warehouse_of)
    assert cohorts.triangle(warehouse, Scope(), TODAY).is_empty()
    assert cohorts.accounts(warehouse, Scope(), TODAY).is_empty()


@pytest.mark.sampled(3)
@pytest.mark.parametrize("period", ["quarter", "year"])
@pytest.mark.parametrize(
    "policy",
    [None, RetentionPolicy(level="product", fx="actual"), RetentionPolicy(logo_level="parent")],
    ids=["Board", "products", "logos by parent"],
)
def test_accounts_sum_to_every_cell_of_the_demo(demo, period, policy):
    today = Filters(as_of=date(2026, 10, 31))
    triangle = cohorts.triangle(demo, EVERYTHING, today, period=period, policy=policy)
    rows = pl.concat(
        cohorts.accounts(demo, EVERYTHING, today, age=age, period=period, policy=policy)
        for age in triangle["age"].unique().sort()
    )

    found = (
        rows.group_by("cohort_on", "age")
        .agg(
            accounts=pl.col("logos").sum(),
            kept=pl.col("kept_logos").sum(),
            opening_arr=pl.col("start_arr").sum(),
            gross_arr=pl.col("gross_arr").sum(),
            net_arr=pl.col("net_arr").sum(),
        )
        .sort("cohort_on", "age")
    )

    assert len(found) > 10
    assert found.rows() == triangle.select(found.columns).rows()
    sums = triangle["accounts", "opening_arr"]
    assert triangle.filter(age=0)["kept"].sum() == triangle.filter(age=0)["accounts"].sum()
    assert (sums["opening_arr"] >= triangle["gross_arr"]).all()
    assert (triangle["gross_arr"] <= triangle["net_arr"]).all()
