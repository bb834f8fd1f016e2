"""The ARR bridge, the movements behind it and what was corrected, counted by hand."""

from datetime import date

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import bridge, retention
from dashboard.retention_policy import RetentionPolicy
from tests.factories import account, cells, member, moment, movement, rate, subscription

STARTED = date(2024, 1, 1)
YEAR = Filters(date(2026, 1, 1), date(2025, 1, 1), date(2026, 1, 1))


def line(arr, since=STARTED, until=None, account_id="a1", **fields):
    return subscription(
        arr,
        subscription_id=f"{account_id} {arr} {since}",
        account_id=account_id,
        starts_on=since,
        ends_on=until,
        **fields,
    )


def steps(warehouse, filters=YEAR, period="custom", **choices):
    """Steps with an amount, by name."""
    answer = bridge.by_period(
        warehouse, EVERYTHING, filters, period=period, policy=RetentionPolicy(**choices)
    )
    return {step: amount for step, amount in cells(answer, "step", "amount") if amount}


# ------------------------------------------------------------------ steps


def priced(*rises):
    """A customer of 100 that pays 130 from 1 June on, 50 of another from then to September."""
    june = date(2025, 6, 1)
    return {
        "accounts": [account()],
        "subscriptions": [line(100, until=june), line(130, since=june)],
        "arr_movements": [
            movement(100, "new", STARTED),
            *(
                movement(amount, "expansion", june, movement_id=f"{number}", reason=reason)
                for number, (amount, reason) in enumerate(rises)
            ),
        ],
    }


@pytest.mark.parametrize(
    ("rises", "expected"),
    [
        ([(30, "seats")], {"expansion": 30}),
        ([(5, "price"), (25, "seats")], {"expansion": 25, "price": 5}),
        ([(30, "Price")], {"price": 30}),
        ([(40, "price")], {"price": 30}),
        ([(5, "price"), (10, "fx"), (15, None)], {"expansion": 15, "price": 5, "fx": 10}),
        ([(-10, "fx"), (40, "seats")], {"expansion": 40, "fx": -10}),
        ([(50, "price"), (-20, "seats")], {"price": 30}),
        ([(-5, "price"), (35, "seats")], {"expansion": 30}),
    ],
)
def test_price_rises_and_exchange_rates_are_apart_from_expansion(warehouse_of, rises, expected):
    """A price rise explains no more of a day than there is of it, and a cut in price is no rise."""
    warehouse = warehouse_of(**priced(*rises))

    assert steps(warehouse) == {"opening": 100, **expected, "closing": 130}


def test_a_days_changes_are_one_movement(warehouse_of):
    """A product cancelled and a larger one bought, and a churn undone on the same day."""
    day = date(2025, 3, 1)
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        subscriptions=[
            line(100, until=day, product_id="A"),
            line(120, since=day, product_id="B"),
            line(50, until=day, account_id="a2"),
            line(50, since=day, account_id="a2"),
        ],
    )

    assert steps(warehouse) == {"opening": 150, "expansion": 20, "closing": 170}
    assert steps(warehouse, level="product") == {
        "opening": 150,
        "new": 120,
        "churn": -100,
        "closing": 170,
    }


def test_who_comes_back_is_no_new_customer(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        subscriptions=[
            line(100, until=date(2024, 6, 1)),
            line(60, since=date(2025, 6, 1)),
            line(40, since=date(2025, 2, 1), until=date(2025, 3, 1), account_id="a2"),
            line(45, since=date(2025, 4, 1), account_id="a2"),
        ],
    )

    assert steps(warehouse) == {"new": 40, "reactivation": 105, "churn": -40, "closing": 105}
    answer = bridge.by_period(warehouse, EVERYTHING, YEAR, period="custom")
    assert dict(cells(answer, "step", "accounts"))["reactivation"] == 2


def test_amounts_in_another_currency_add_up_to_the_cent(warehouse_of):
    days = [date(2025, month, 1) for month in range(2, 12)]
    arrs = [100, 133.33, 0, 66.67, 99.99, 10.01, 33.35, 77.77, 0, 55.55]
    warehouse = warehouse_of(
        accounts=[account(currency="EUR")],
        subscriptions=[
            line(arr, since=day, until=until)
            for day, until, arr in zip(days, [*days[1:], None], arrs, strict=True)
        ],
        fx_rates=[rate("EUR", "1.08735"), rate("EUR", "1.23455", date(2025, 6, 15))],
    )

    for fx in ("period_start", "as_of", "actual"):
        for period in ("month", "quarter", "year"):
            answer = bridge.by_period(
                warehouse,
                EVERYTHING,
                Filters(date(2026, 1, 1), since=date(2025, 1, 1)),
                period=period,
                policy=RetentionPolicy(fx=fx),
            )
            for (_, _), window in answer.group_by("period_start_on", "period_end_on"):
                *moves, closing = window["amount"]
                assert sum(moves) == closing


def test_the_order_is_that_of_the_bridge(warehouse_of):
    warehouse = warehouse_of(accounts=[account()], subscriptions=[line(100)])

    answer = bridge.by_period(warehouse, EVERYTHING, YEAR, period="quarter")

    assert answer["step"].to_list() == 4 * [
        *("opening", "new", "reactivation", "expansion", "price"),
        *("fx", "contraction", "churn", "closing"),
    ]
    assert answer["period_start_on"].is_sorted()


# ------------------------------------------------------------------ as booked

BOOKED = {
    "accounts": [account("a1"), account("a2", csm_id=None, currency="EUR")],
    "team_members": [member("m1")],
    "products": [{"product_id": "P", "product_name": "Product"}],
    "fx_rates": [rate("EUR", 2)],
    "arr_movements": [
        movement(100, "new", date(2025, 1, 1), movement_id="first day"),
        movement(20, "expansion", date(2025, 1, 2), movement_id="second day", product_id="P"),
        movement(
            *(-10, "contraction", date(2026, 1, 1)),
            movement_id="last day",
            recorded_at=moment(2025, 12, 24, 23, 59),
            reason="seats",
        ),
        movement(
            *(50, "new", date(2025, 6, 1)),
            movement_id="late",
            account_id="a2",
            recorded_at=moment(2026, 2, 1),
        ),
        movement(5, "expansion", date(2026, 1, 2), movement_id="after"),
        movement(
            *(7, "expansion", date(2025, 7, 1)),
            movement_id="no rate",
            currency="XXX",
            recorded_at=moment(2026, 1, 2),
        ),
    ],
}


def test_movements_of_the_window_as_they_were_booked(warehouse_of):
    """Those after the first day up to the last: what the bridge counts."""
    warehouse = warehouse_of(**BOOKED)

    answer = bridge.movements(warehouse, EVERYTHING, YEAR)

    names = ("movement_id", "days_late", "amount", "booked_amount", "currency", "product_name")
    assert cells(answer, *names) == [
        ("last day", -8, -10, -10, "USD", None),
        ("second day", 0, 20, 20, "USD", "Product"),
    ]
    restated = bridge.movements(warehouse, EVERYTHING, YEAR, basis="restated")
    assert cells(restated, *names) == [
        ("last day", -8, -10, -10, "USD", None),
        ("no rate", 185, None, 7, "XXX", None),
        ("late", 245, 100, 50, "EUR", None),
        ("second day", 0, 20, 20, "USD", "Product"),
    ]
    everything = bridge.movements(warehouse, EVERYTHING, Filters(date(2026, 3, 1)))
    assert everything["movement_id"].to_list() == [
        *("after", "last day", "no rate", "late", "second day", "first day"),
    ]


def test_movements_as_restated_sum_to_the_bridge(warehouse_of):
    tables = BOOKED | {"arr_movements": BOOKED["arr_movements"][:-1]}
    warehouse = warehouse_of(**tables)
    policy = RetentionPolicy(fx="as_of")

    for basis in ("reported", "restated"):
        booked = bridge.movements(warehouse, EVERYTHING, YEAR, basis=basis)
        amounts = dict(
            cells(
                bridge.by_period(
                    warehouse, EVERYTHING, YEAR, policy=policy, period="custom", basis=basis
                ),
                "step",
                "amount",
            )
        )
        assert booked["amount"].sum() == amounts["closing"] - amounts["opening"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (YEAR, [("late", 100), ("no rate", None)]),
        (Filters(date(2026, 3, 1), until=date(2026, 1, 1)), [("late", 100), ("no rate", None)]),
        (Filters(date(2026, 1, 2)), [("late", 100)]),
        (Filters(date(2026, 3, 1)), []),
        (
            Filters(date(2026, 3, 1), since=date(2025, 6, 1), until=date(2026, 1, 1)),
            [("no rate", None)],
        ),
    ],
)
def test_corrections_are_what_was_booked_after_the_window(warehouse_of, filters, expected):
    warehouse = warehouse_of(**BOOKED)

    assert cells(bridge.corrections(warehouse, EVERYTHING, filters), "movement_id", "amount") == (
        expected
    )


def test_corrections_are_the_difference_between_reported_and_restated(warehouse_of):
    tables = BOOKED | {"arr_movements": BOOKED["arr_movements"][:-1]}
    warehouse = warehouse_of(**tables)
    arr = {
        basis: retention.arr_on(warehouse, EVERYTHING, YEAR, basis=basis)["arr"].sum()
        for basis in ("reported", "restated")
    }

    corrected = bridge.corrections(warehouse, EVERYTHING, YEAR)["amount"].sum()

    assert arr["restated"] - arr["reported"] == corrected == 100


def test_movements_and_corrections_are_those_of_the_own_book(warehouse_of):
    warehouse = warehouse_of(**BOOKED)
    own = Scope(member_ids=("m1",))

    assert set(bridge.movements(warehouse, own, YEAR, basis="restated")["account_id"]) == {"a1"}
    assert set(bridge.corrections(warehouse, own, YEAR)["account_id"]) == {"a1"}
    assert set(bridge.movements(warehouse, own, YEAR)["csm_name"]) == {"M1"}
