from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import accounts
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    SINCE,
    account,
    cells,
    measured,
    member,
    movement,
    opportunity,
    rate,
    renewal,
    renewed,
    scored,
    subscription,
    was,
)

TODAY = Filters(as_of=AS_OF)


def test_customers_come_with_health_and_next_renewal_the_largest_first(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1", name="Ada")],
        accounts=[account("a1"), account("a2", csm_id=None), account("a3", region=None)],
        subscriptions=[
            subscription(10, account_id="a1"),
            subscription(300, account_id="a2"),
            subscription("20.50", account_id="a3"),
            subscription("4.50", account_id="a3"),
        ],
        health_scores=[
            *measured(
                date(2026, 10, 26),
                deployment=80,
                engagement=60,
                adoption=70,
                roi=70,
                nps=20,
                support=30,
                sentiment=40,
            ),
            *measured(date(2026, 10, 26), "a3", deployment=10),
        ],
        renewals=[
            renewed("won", date(2026, 10, 1), 10, due_on=date(2026, 10, 1)),
            renewed("won today", AS_OF, 10, due_on=date(2026, 11, 5)),
            renewed("won after today", date(2026, 11, 1), 10, due_on=date(2026, 11, 20)),
            renewal("open", due_on=date(2026, 12, 1)),
        ],
    )

    customers = accounts.customers(warehouse, EVERYTHING, TODAY)

    expected = [
        (
            *("a2", "A2", "Enterprise", "EMEA", None, None, "Adoption"),
            *(None, None, None, None, Decimal(300), None, 3),
        ),
        (
            *("a3", "A3", "Enterprise", "Unknown", "m1", "Ada", "Adoption"),
            *(None, None, 10.0, None, Decimal(25), None, 3),
        ),
        (
            *("a1", "A1", "Enterprise", "EMEA", "m1", "Ada", "Adoption"),
            *("amber", 50.0, 70.0, 30.0, Decimal(10), date(2026, 11, 20), 3),
        ),
    ]
    assert_frame_equal(customers, pl.DataFrame(expected, accounts.CUSTOMERS, orient="row"))
    largest = accounts.customers(warehouse, EVERYTHING, TODAY, most=1)
    assert cells(largest, "account_id", "customers") == [("a2", 3)]


def test_a_customer_has_a_live_subscription_with_arr_whatever_the_churn_flag_says(warehouse_of):
    day_after = date(2026, 11, 1)
    warehouse = warehouse_of(
        accounts=[
            account("flagged as churned", churned_on=date(2026, 1, 1)),
            account("ends tomorrow"),
            account("ended today"),
            account("starts today"),
            account("starts tomorrow"),
            account("trial"),
            account("zero length"),
            account("without subscription"),
        ],
        subscriptions=[
            subscription(1, account_id="flagged as churned"),
            subscription(2, account_id="ends tomorrow", ends_on=day_after),
            subscription(3, account_id="ended today", ends_on=AS_OF),
            subscription(4, account_id="starts today", starts_on=AS_OF),
            subscription(5, account_id="starts tomorrow", starts_on=day_after),
            subscription(0, account_id="trial"),
            subscription(6, account_id="zero length", starts_on=AS_OF, ends_on=AS_OF),
        ],
    )

    today = accounts.customers(warehouse, EVERYTHING, TODAY)
    assert dict(cells(today, "account_id", "arr")) == {
        "flagged as churned": Decimal(1),
        "ends tomorrow": Decimal(2),
        "starts today": Decimal(4),
    }
    tomorrow = accounts.customers(warehouse, EVERYTHING, Filters(as_of=day_after))
    assert set(tomorrow["account_id"]) == {"flagged as churned", "starts today", "starts tomorrow"}


def test_arr_is_summed_over_currencies_at_the_rates_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", currency="EUR")],
        fx_rates=[rate("EUR", 1.005, date(2026, 1, 1)), rate("EUR", 2, AS_OF)],
        subscriptions=[
            subscription(100, account_id="a1"),
            subscription("0.50", account_id="a1", currency="EUR"),
            subscription(7, account_id="a2"),
        ],
    )

    def arr(as_of: date) -> dict:
        asked = accounts.customers(warehouse, EVERYTHING, Filters(as_of=as_of))
        return dict(cells(asked, "account_id", "arr"))

    assert arr(AS_OF) == {"a1": Decimal(101), "a2": Decimal(14)}
    assert arr(date(2026, 10, 30)) == {"a1": Decimal("100.50"), "a2": Decimal("7.04")}
    assert arr(date(2025, 12, 31)) == {"a1": Decimal(100), "a2": None}


def test_arr_of_billions_is_exact(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        fx_rates=[rate("EUR", 1.12345678)],
        subscriptions=[
            subscription("98765432109.87", currency="EUR"),
            subscription("9999999999999999.99"),
        ],
    )

    customers = accounts.customers(warehouse, EVERYTHING, TODAY)

    assert customers["arr"].to_list() == [Decimal("10000110958694333.45")]


def test_who_pays_in_a_currency_without_a_rate_stays_a_customer_of_unknown_arr(warehouse_of):
    warehouse = warehouse_of(
        accounts=[
            account("pays", currency="XXX"),
            account("pays, flagged as churned", currency="XXX", churned_on=date(2026, 1, 1)),
            account("pays in another than its own", currency="USD"),
            account("pays in two", currency="USD"),
            account("paid", currency="XXX"),
            account("tries", currency="XXX"),
            account("never paid", currency="XXX"),
        ],
        subscriptions=[
            subscription(1, account_id="pays"),
            subscription(2, account_id="pays, flagged as churned"),
            subscription(3, account_id="pays in another than its own", currency="XXX"),
            subscription(4, account_id="pays in two", currency="XXX"),
            subscription(5, account_id="pays in two"),
            subscription(6, account_id="paid", ends_on=AS_OF),
            subscription(0, account_id="tries"),
        ],
    )

    assert dict(cells(accounts.customers(warehouse, EVERYTHING, TODAY), "account_id", "arr")) == {
        "pays": None,
        "pays, flagged as churned": None,
        "pays in another than its own": None,
        "pays in two": Decimal(5),
    }
    assert cells(accounts.without_rate(warehouse, EVERYTHING, TODAY)) == [
        ("subscriptions", "XXX", 4, Decimal(10))
    ]


def test_arr_comes_from_movements_where_there_are_no_subscriptions(warehouse_of):
    booked = [
        movement(100, "new", SINCE),
        movement(20, "expansion", AS_OF),
        movement(-120, "churn", date(2026, 11, 1)),
    ]
    warehouse = warehouse_of(accounts=[account("a1"), account("a2")], arr_movements=booked)

    def arr(as_of: date) -> list:
        return cells(
            accounts.customers(warehouse, EVERYTHING, Filters(as_of=as_of)), "account_id", "arr"
        )

    assert arr(date(2026, 10, 30)) == [("a1", Decimal(100))]
    assert arr(AS_OF) == [("a1", Decimal(120))]
    assert arr(date(2026, 11, 1)) == []
    both = warehouse_of(
        accounts=[account()], arr_movements=booked, subscriptions=[subscription(42)]
    )
    assert accounts.customers(both, EVERYTHING, TODAY)["arr"].to_list() == [Decimal(42)]


def test_customers_are_those_who_have_not_churned_where_no_arr_was_loaded(warehouse_of):
    warehouse = warehouse_of(
        accounts=[
            account("stays"),
            account("leaves tomorrow", churned_on=date(2026, 11, 1)),
            account("left today", churned_on=AS_OF),
        ],
        health_scores=scored(80, date(2026, 10, 26), "stays"),
    )

    customers = accounts.customers(warehouse, EVERYTHING, TODAY)

    assert cells(customers, "account_id", "health_band", "arr", "next_renewal_on") == [
        ("leaves tomorrow", None, None, None),
        ("stays", "green", None, None),
    ]


def test_filter_choices_name_what_the_visible_accounts_were_on_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        team_members=[member("m1", name="Ada")],
        accounts=[
            account("a1"),
            account("a2", segment="Mid-Market", region=None, csm_id=None),
            account("a3", csm_id="gone"),
        ],
        account_history=[was("region", "APAC", SINCE, AS_OF)],
    )

    assert cells(accounts.filter_choices(warehouse, EVERYTHING, TODAY)) == [
        ("csm", "m1", "Ada", 1),
        ("csm", "unassigned", "Unassigned", 1),
        ("csm", "gone", "gone", 1),
        ("region", "EMEA", "EMEA", 2),
        ("region", "Unknown", "Unknown", 1),
        ("segment", "Enterprise", "Enterprise", 2),
        ("segment", "Mid-Market", "Mid-Market", 1),
    ]
    before = accounts.filter_choices(warehouse, EVERYTHING, Filters(as_of=date(2026, 10, 30)))
    assert ("region", "APAC", "APAC", 1) in cells(before)
    unassigned = Filters(as_of=AS_OF, csm_ids=("unassigned",))
    assert accounts.customers(warehouse, EVERYTHING, unassigned)["account_id"].to_list() == ["a2"]


def test_without_rate_counts_every_amount_that_no_sum_holds(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", currency="XXX"), account("a2")],
        fx_rates=[rate("EUR", 1.1, date(2026, 11, 1)), rate("GBP", 1.3)],
        subscriptions=[subscription(10), subscription(1, ends_on=AS_OF)],
        renewals=[
            renewal("the account's", arr_due="1.50"),
            renewal("not yet a rate", currency="EUR", arr_due=2),
            renewal("a rate", currency="GBP", arr_due=4),
            renewal("reporting", account_id="a2", arr_due=8),
        ],
        opportunities=[
            opportunity("o1", amount=16),
            opportunity("o2", amount=None),
            opportunity("o3", account_id=None, currency="YYY", amount=32),
            opportunity("o4", account_id=None, amount=64),
        ],
    )

    without = accounts.without_rate(warehouse, EVERYTHING, TODAY)

    assert cells(without) == [
        ("opportunities", "XXX", 1, Decimal(16)),
        ("opportunities", "YYY", 1, Decimal(32)),
        ("renewals", "EUR", 1, Decimal(2)),
        ("renewals", "XXX", 1, Decimal("1.50")),
        ("subscriptions", "XXX", 1, Decimal(10)),
    ]
    later = accounts.without_rate(warehouse, EVERYTHING, Filters(as_of=date(2026, 11, 1)))
    assert "EUR" not in later["currency"].to_list()


@pytest.mark.parametrize(
    "question", [accounts.customers, accounts.filter_choices, accounts.without_rate]
)
def test_accounts_are_what_every_question_about_them_rests_on(warehouse_of, question):
    with pytest.raises(MissingTableError, match="rests on accounts, which is not loaded"):
        question(warehouse_of(), EVERYTHING, TODAY)
