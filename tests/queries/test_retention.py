"""Retention of books small enough to count by hand."""

from datetime import date
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.calendar import FiscalCalendar
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import bridge, retention
from dashboard.retention_policy import RetentionPolicy
from tests.factories import account, cells, member, moment, movement, rate, subscription, was

YEAR = (date(2025, 1, 1), date(2026, 1, 1))
AFTER = date(2026, 1, 1)
OVER_THE_YEAR = Filters(AFTER, *YEAR)
STARTED = date(2024, 1, 1)
NUMBERS = ("opening_arr", "closing_arr", "nrr", "grr", "logo_retention", "accounts")


def line(arr, account_id="a1", since=STARTED, until=None, **fields):
    return subscription(
        arr,
        subscription_id=f"{account_id} {arr} {since} {fields.get('product_id')}",
        account_id=account_id,
        starts_on=since,
        ends_on=until,
        **fields,
    )


def over_the_year(warehouse, *, filters=OVER_THE_YEAR, **choices):
    """The numbers of the one window; None where there is none."""
    policy = RetentionPolicy(**choices)
    answer = retention.by_period(warehouse, EVERYTHING, filters, policy=policy, period="custom")
    assert len(answer) <= 1
    return next(iter(cells(answer, *NUMBERS)), None)


# ------------------------------------------------------------------ books with little in them


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"accounts": [account()]},
        {"accounts": [account()], "subscriptions": [line(0)]},
        {"accounts": [account()], "subscriptions": [line(100, until=date(2023, 1, 1))]},
        {"accounts": [account()], "subscriptions": [line(100, until=STARTED)]},
    ],
    ids=["nothing loaded", "no line", "a trial", "ends before it starts", "lasts no day"],
)
def test_who_never_paid_has_no_period(warehouse_of, tables):
    warehouse = warehouse_of(**tables, loaded=["accounts"])

    for period in ("month", "year", "ttm", "custom"):
        asked = {"filters": OVER_THE_YEAR, "period": period}
        assert retention.by_period(warehouse, EVERYTHING, **asked).is_empty()
        assert bridge.by_period(warehouse, EVERYTHING, **asked).is_empty()
        assert retention.by_part(warehouse, EVERYTHING, **asked).is_empty()
    assert retention.accounts(warehouse, EVERYTHING, OVER_THE_YEAR).is_empty()
    arr = cells(retention.arr_on(warehouse, EVERYTHING, OVER_THE_YEAR))
    assert arr == [(AFTER, 0, 0)] * len(tables.get("accounts", []))


def test_a_window_before_the_first_customer_is_there_and_empty(warehouse_of):
    warehouse = warehouse_of(accounts=[account()], subscriptions=[line(100, since=YEAR[1])])

    assert over_the_year(warehouse) == (0, 100, None, None, None, 0)
    assert over_the_year(warehouse, nrr="bridge") == (0, 100, None, None, None, 0)


def test_negative_arr_is_no_customer_and_still_adds_up(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("credit"), account("debt")],
        subscriptions=[
            line(100),
            line(-30, "credit"),
            line(20, "debt"),
            line(-50, "debt", since=date(2025, 6, 1)),
        ],
    )

    share = pytest.approx(70 / 120)
    assert over_the_year(warehouse) == (120, 40, share, share, 0.5, 2)
    steps = bridge.by_period(warehouse, EVERYTHING, OVER_THE_YEAR, period="custom")
    amounts = dict(cells(steps, "step", "amount"))
    assert (amounts["opening"], amounts["churn"], amounts["closing"]) == (90, -50, 40)


# ------------------------------------------------------------------ days


@pytest.mark.parametrize(
    ("as_of", "period", "windows"),
    [
        (date(2024, 2, 29), "ttm", [(date(2023, 2, 28), date(2024, 2, 29))]),
        (date(2025, 2, 28), "ttm", [(date(2024, 2, 28), date(2025, 2, 28))]),
        (date(2025, 4, 1), "quarter", [(date(2025, 1, 1), date(2025, 4, 1))]),
        (date(2025, 3, 31), "quarter", [(date(2024, 10, 1), date(2025, 1, 1))]),
        (date(2025, 1, 1), "fiscal_year_to_date", [(date(2024, 1, 1), date(2025, 1, 1))]),
        (date(2025, 1, 2), "fiscal_year_to_date", [(date(2025, 1, 1), date(2025, 1, 2))]),
        (date(2025, 1, 1), "year", [(date(2024, 1, 1), date(2025, 1, 1))]),
    ],
)
def test_the_last_window(warehouse_of, as_of, period, windows):
    """It ends on the as-of date where that is the first day after a period."""
    warehouse = warehouse_of(
        accounts=[account()], subscriptions=[line(100, since=date(2020, 2, 29))]
    )
    answer = retention.by_period(warehouse, EVERYTHING, Filters(as_of), period=period)

    assert cells(answer.tail(1), "period_start_on", "period_end_on") == windows


def test_a_change_on_the_first_day_is_in_the_opening_and_one_on_the_last_in_the_closing(
    warehouse_of,
):
    first, last = YEAR
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[
            line(100, until=first),
            line(200, since=first, until=last),
            line(260, since=last),
        ],
    )

    assert over_the_year(warehouse)[:3] == (200, 260, 1.3)
    steps = bridge.by_period(warehouse, EVERYTHING, OVER_THE_YEAR, period="custom")
    assert dict(cells(steps, "step", "amount"))["expansion"] == 60


def test_quarters_of_weeks(warehouse_of):
    """A 4-4-5 year that starts on Monday 30 December 2024."""
    policy = Policy(fiscal_pattern="4-4-5", fiscal_year_ends="nearest")
    assert policy.calendar == FiscalCalendar(1, "4-4-5", "monday", "nearest")
    days = [date(2024, 12, 30), date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 29)]
    warehouse = warehouse_of(
        policy=policy,
        accounts=[account()],
        subscriptions=[line(100, until=days[1]), line(90, since=days[1])],
    )
    since = Filters(days[-1], since=days[0])

    answer = retention.by_period(warehouse, EVERYTHING, since, period="quarter")
    assert cells(answer, "period_start_on", "period_end_on", "nrr") == [
        (days[0], days[1], 0.9),
        (days[1], days[2], 1.0),
        (days[2], days[3], 1.0),
    ]
    months = retention.movements_by_month(warehouse, EVERYTHING, since)
    assert cells(months) == [(days[1], "contraction", 1, -10)]


def test_a_window_of_filters_holds_whole_periods_only(warehouse_of):
    warehouse = warehouse_of(accounts=[account()], subscriptions=[line(100)])
    filters = Filters(AFTER, date(2025, 1, 2), date(2025, 12, 31))

    answer = retention.by_period(warehouse, EVERYTHING, filters, period="quarter")

    assert answer["period_start_on"].to_list() == [date(2025, 4, 1), date(2025, 7, 1)]


# ------------------------------------------------------------------ currencies


def test_rates_of_the_first_day_of_the_as_of_date_and_of_each_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", currency="EUR"), account("a2")],
        subscriptions=[
            line(100, until=date(2025, 7, 1)),
            line(50, since=date(2025, 7, 1)),
            line(100, "a2"),
        ],
        fx_rates=[rate("EUR", 2), rate("EUR", 3, date(2025, 6, 1)), rate("EUR", 4, AFTER)],
    )
    assert over_the_year(warehouse)[:3] == (300, 200, 200 / 300)
    assert over_the_year(warehouse, fx="as_of")[:3] == (500, 300, 0.6)
    assert over_the_year(warehouse, fx="actual")[:3] == (300, 300, 1.0)

    def steps(fx):
        policy = RetentionPolicy(fx=fx)
        found = bridge.by_period(
            warehouse, EVERYTHING, OVER_THE_YEAR, policy=policy, period="custom"
        )
        return {step: amount for step, amount in cells(found, "step", "amount") if amount}

    assert steps("period_start") == {"opening": 300, "contraction": -100, "closing": 200}
    assert steps("actual") == {"opening": 300, "fx": 100, "contraction": -100, "closing": 300}


def test_an_account_without_a_currency_is_in_the_reporting_currency(warehouse_of):
    warehouse = warehouse_of(accounts=[account(currency=None)], subscriptions=[line(100)])

    assert over_the_year(warehouse)[:3] == (100, 100, 1.0)


def test_a_trial_in_another_currency_changes_nothing(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(currency=None)],
        subscriptions=[line(100, currency="EUR"), line(0, currency="USD")],
        fx_rates=[rate("EUR", 2)],
    )
    assert over_the_year(warehouse)[:3] == (200, 200, 1.0)


def test_an_account_in_two_currencies_is_taken_at_the_rates_of_the_as_of_date(warehouse_of):
    """Also for an earlier day, whatever rates and currencies came after it."""
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[line(100), line(50, currency="EUR")],
        fx_rates=[rate("EUR", 2), rate("EUR", 9, date(2026, 3, 1))],
    )
    assert over_the_year(warehouse)[:3] == (200, 200, 1.0)
    later = Filters(date(2026, 6, 1), *YEAR)
    assert over_the_year(warehouse, filters=later)[:3] == (550, 550, 1.0)


def test_a_currency_that_comes_later_does_not_count_before(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(currency="EUR")],
        subscriptions=[
            line(100, until=date(2026, 2, 1)),
            line(120, since=date(2026, 2, 1), currency="USD"),
        ],
        fx_rates=[rate("EUR", 2), rate("EUR", 3, date(2025, 6, 1))],
    )
    assert over_the_year(warehouse)[:3] == (200, 200, 1.0)


def test_arr_without_a_rate_is_in_no_number_and_its_customer_in_the_count_of_a_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", currency="XXX")],
        subscriptions=[line(100), line(7, "a2")],
    )
    assert over_the_year(warehouse) == (100, 100, 1, 1, 1, 1)
    assert cells(retention.arr_on(warehouse, EVERYTHING, OVER_THE_YEAR)) == [(AFTER, 100, 2)]


# ------------------------------------------------------------------ who counts


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [("100", (300, 330, 1.1, 2)), ("100.01", (200, 330, 1.15, 1)), ("500", (0, 330, None, 0))],
)
def test_a_customer_counts_from_the_minimum_on(warehouse_of, minimum, expected):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        subscriptions=[line(100), line(200, "a2"), line(30, "a2", since=date(2025, 5, 1))],
    )
    opening, closing, nrr, _, _, accounts = over_the_year(warehouse, minimum_arr=Decimal(minimum))
    assert (opening, closing, nrr, accounts) == expected
    opening, closing, nrr, _, _, accounts = over_the_year(
        warehouse, nrr="bridge", minimum_arr=Decimal(minimum)
    )
    assert (opening, closing, nrr, accounts) == expected


def test_an_account_with_a_live_contract_that_costs_nothing_may_be_a_logo(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("paying"), account("free"), account("free and gone"), account("no line")],
        subscriptions=[
            line(100, "paying", until=date(2025, 5, 1)),
            line(0, "paying", since=date(2025, 5, 1)),
            line(0, "free"),
            line(0, "free and gone", until=date(2025, 5, 1)),
        ],
    )
    assert over_the_year(warehouse)[-2:] == (0.0, 1)
    counted = over_the_year(warehouse, zero_arr_accounts="counted")
    assert counted[-2:] == (pytest.approx(2 / 3), 3)


def test_nothing_is_nothing_in_any_currency(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("free", currency="XXX")],
        subscriptions=[line(100), line(0, "free"), line(5, "free", since=date(2026, 2, 1))],
    )
    assert over_the_year(warehouse, zero_arr_accounts="counted")[-2:] == (1.0, 2)


GROUP = [
    account("p1", parent_account_id="top", csm_id="m1"),
    account("p2", parent_account_id="top", csm_id="m2"),
    account("top", csm_id="m2", segment="Small Business"),
    account("alone", csm_id="m1"),
]
GROUP_LINES = [
    line(100, "p1", until=date(2025, 5, 1)),
    line(60, "p2"),
    line(60, "p2", since=date(2025, 5, 1)),
    line(40, "alone"),
]


def test_a_parent_keeps_what_one_of_its_accounts_loses_and_another_wins(warehouse_of):
    warehouse = warehouse_of(accounts=GROUP, subscriptions=GROUP_LINES)

    assert over_the_year(warehouse) == (200, 160, 0.8, 0.5, pytest.approx(2 / 3), 3)
    assert over_the_year(warehouse, level="parent", logo_level="parent") == (
        *(200, 160, 0.8, 0.8),
        *(1.0, 2),
    )
    assert over_the_year(warehouse, logo_level="parent") == (200, 160, 0.8, 0.5, 1.0, 2)


@pytest.mark.parametrize("level", ["account", "parent", "product"])
def test_no_id_of_an_account_out_of_sight_appears(warehouse_of, level):
    """The parent, its other account and what they pay are another CSM's."""
    warehouse = warehouse_of(
        accounts=GROUP, subscriptions=GROUP_LINES, team_members=[member("m1"), member("m2")]
    )
    own = Scope(member_ids=("m1",))
    policy = RetentionPolicy(level=level, logo_level="parent")

    answer = retention.accounts(warehouse, own, OVER_THE_YEAR, policy=policy)

    assert set(answer["account_id"]) == {"p1", "alone"}
    seen = " ".join(str(cell) for row in answer.iter_rows() for cell in row)
    assert not {"top", "p2", "P2", "TOP"} & set(seen.replace("/", " ").split())
    assert answer["opening_arr"].sum() == 140
    for by in retention.PARTS:
        parts = retention.by_part(
            warehouse, own, OVER_THE_YEAR, by=by, policy=policy, period="custom"
        )
        assert parts["opening_arr"].sum() == 140
        assert not {"top", "p2", "m2", "M2", "Small Business"} & set(parts["part"])


@pytest.mark.parametrize(
    ("parents", "companies"),
    [
        ({"y": "z", "z": "y", "b": "z", "a": "b"}, 1),
        ({"a": "a", "b": None, "c": "b", "d": "nobody"}, 3),
        ({"a": "b", "b": "c", "c": "d", "d": None}, 1),
        ({"d": "c", "c": "d", "a": "b", "b": "a"}, 2),
    ],
    ids=["a circle and who leads into it", "its own parent", "a chain", "two circles"],
)
def test_parents_in_a_circle_are_one_company(warehouse_of, parents, companies):
    warehouse = warehouse_of(
        accounts=[account(each, parent_account_id=parent) for each, parent in parents.items()],
        subscriptions=[line(100, each) for each in parents],
    )

    *_, logos = over_the_year(warehouse, logo_level="parent")

    assert logos == companies


def test_logos_on_another_level_have_rows_without_amounts(warehouse_of):
    warehouse = warehouse_of(accounts=GROUP, subscriptions=GROUP_LINES)
    policy = RetentionPolicy(logo_level="parent")

    answer = retention.accounts(warehouse, EVERYTHING, OVER_THE_YEAR, policy=policy)

    names = ("level", "unit_id", "opening_arr", "churn", "closing_arr", "logos", "kept_logos")
    assert sorted(cells(answer, *names)) == [
        ("account", "alone", 40, 0, 40, 0, 0),
        ("account", "p1", 100, -100, 0, 0, 0),
        ("account", "p2", 60, 0, 120, 0, 0),
        ("parent", "alone", 0, 0, 0, 1, 1),
        ("parent", "p1", 0, 0, 0, 1, 1),
    ]
    by_product = retention.accounts(
        warehouse, EVERYTHING, OVER_THE_YEAR, policy=policy, by="product"
    )
    assert set(by_product["level"]) == {"product"}
    assert by_product["logos"].sum() == 3


# ------------------------------------------------------------------ products and parts


def test_who_changes_product_churns_one_and_is_new_to_the_other(warehouse_of):
    change_on = date(2025, 6, 1)
    warehouse = warehouse_of(
        accounts=[account()],
        products=[{"product_id": p, "product_name": f"Product {p}"} for p in ("A", "B")],
        subscriptions=[
            line(100, until=change_on, product_id="A"),
            line(90, since=change_on, product_id="B"),
            line(10),
        ],
    )

    assert over_the_year(warehouse)[2:5] == (100 / 110, 100 / 110, 1.0)
    assert over_the_year(warehouse, level="product")[2:4] == (10 / 110, 10 / 110)
    answer = retention.by_part(warehouse, EVERYTHING, OVER_THE_YEAR, by="product", period="custom")
    names = ("part", "label", "opening_arr", "closing_arr", "net_retained_arr", "accounts", "kept")
    assert cells(answer, *names) == [
        ("A", "Product A", 100, 0, 0, 1, 0),
        ("B", "Product B", 0, 90, 0, 0, 0),
        (None, None, 10, 10, 10, 1, 1),
    ]


MOVED = {
    "accounts": [
        account("a1", segment="Enterprise", csm_id="m2", industry="Steel"),
        account("a2", segment="Enterprise", csm_id=None, region=None),
    ],
    "account_history": [
        was("segment", "Mid-Market", STARTED, date(2025, 6, 1)),
        was("csm_id", "m1", STARTED, date(2025, 6, 1)),
    ],
    "subscriptions": [line(100, until=date(2025, 9, 1)), line(50, "a2")],
    "team_members": [member("m1"), member("m2")],
}


@pytest.mark.parametrize(
    ("by", "parts"),
    [
        (
            "segment",
            [("Enterprise", "Enterprise", 50, 1.0), ("Mid-Market", "Mid-Market", 100, 0.0)],
        ),
        ("csm", [("m1", "M1", 100, 0.0), (None, None, 50, 1.0)]),
        ("region", [("EMEA", "EMEA", 100, 0.0), ("Unknown", "Unknown", 50, 1.0)]),
        ("industry", [("Steel", "Steel", 100, 0.0), (None, None, 50, 1.0)]),
        ("cohort", [("2024", "2024", 150, 1 / 3)]),
    ],
)
def test_a_part_is_what_a_customer_stood_in_on_the_first_day(warehouse_of, by, parts):
    warehouse = warehouse_of(**MOVED)

    answer = retention.by_part(warehouse, EVERYTHING, OVER_THE_YEAR, by=by, period="custom")

    assert cells(answer, "part", "label", "opening_arr", "nrr") == [
        (*named, opening, pytest.approx(nrr)) for *named, opening, nrr in parts
    ]


def test_who_changed_part_between_two_periods_is_a_part_of_its_own(warehouse_of):
    warehouse = warehouse_of(**MOVED)
    filters = Filters(AFTER, date(2025, 7, 1), AFTER)

    answer = retention.moved_parts(
        warehouse,
        EVERYTHING,
        filters,
        compared_since=date(2025, 1, 1),
        compared_until=date(2025, 7, 1),
    )

    assert cells(answer) == [
        ("Enterprise", "Enterprise", 50, 50, 50, 1, 50, 50, 50, 1),
        ("changed", "changed", 100, 100, 100, 1, 100, 0, 0, 1),
    ]


# ------------------------------------------------------------------ what was booked when

LATE = {
    "accounts": [account()],
    "subscriptions": [line(100, until=date(2025, 10, 1)), line(70, since=date(2025, 10, 1))],
    "arr_movements": [
        movement(100, "new", STARTED),
        movement(-30, "contraction", date(2025, 10, 1), recorded_at=moment(2026, 2, 1)),
    ],
}


@pytest.mark.parametrize("has_lines", [True, False], ids=["with lines", "movements alone"])
def test_a_movement_that_was_not_booked_yet_is_in_restated_numbers_only(warehouse_of, has_lines):
    tables = LATE if has_lines else LATE | {"subscriptions": []}
    warehouse = warehouse_of(**tables)

    def asked(as_of, basis):
        filters = Filters(as_of, *YEAR)
        (arr,) = cells(retention.arr_on(warehouse, EVERYTHING, filters, basis=basis), "arr")
        (nrr,) = cells(
            retention.by_period(warehouse, EVERYTHING, filters, period="custom", basis=basis),
            "nrr",
        )
        moves = retention.movements_by_month(warehouse, EVERYTHING, filters, basis=basis)
        return *arr, *nrr, len(moves)

    assert asked(AFTER, "reported") == (100, 1.0, 0)
    assert asked(AFTER, "restated") == (70, 0.7, 1)
    assert asked(date(2026, 1, 31), "reported") == (100, 1.0, 0)
    assert asked(date(2026, 2, 1), "reported") == (70, 0.7, 1)


def test_a_first_customer_booked_later_adds_no_period(warehouse_of):
    late = {"recorded_at": moment(2026, 3, 1)}
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        subscriptions=[
            line(100, since=date(2025, 1, 1)),
            line(50, "a2", since=date(2023, 1, 1), until=date(2025, 5, 1)),
        ],
        arr_movements=[
            movement(50, "new", date(2023, 1, 1), account_id="a2", **late),
            movement(-50, "churn", date(2025, 5, 1), account_id="a2", **late),
        ],
    )

    def years(basis):
        answer = retention.by_period(
            warehouse, EVERYTHING, Filters(AFTER), period="year", basis=basis
        )
        return cells(answer, "period_start_on", "nrr")

    assert years("reported") == [(date(2025, 1, 1), 1.0)]
    assert years("restated") == [
        (date(2023, 1, 1), 1.0),
        (date(2024, 1, 1), 1.0),
        (date(2025, 1, 1), 100 / 150),
    ]


# ------------------------------------------------------------------ what cannot be asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"period": "week"}, "There is no period 'week'. There are: month, quarter, year, ttm"),
        ({"basis": "final"}, "There is no basis 'final'. There are: reported, restated"),
        ({"policy": "CFO"}, "no retention policy 'CFO'. There are: Board, CS renewals, Finance"),
        ({"period": "custom"}, "A custom period needs both its days"),
    ],
)
@pytest.mark.parametrize("question", [retention.by_period, retention.by_part, bridge.by_period])
def test_what_does_not_exist_is_refused_in_a_sentence(warehouse_of, question, asked, said):
    warehouse = warehouse_of(accounts=[account()])

    with pytest.raises(ValueError, match=said):
        question(warehouse, EVERYTHING, Filters(AFTER), **asked)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2025, 1, 1), None, "needs both its days"),
        (None, date(2025, 1, 1), "needs both its days"),
        (date(2025, 1, 1), date(2025, 1, 1), "has no length"),
        (date(2025, 1, 1), date(2026, 1, 2), "ends on 2026-01-02, after 2026-01-01"),
    ],
)
def test_a_window_that_is_none_is_refused(warehouse_of, since, until, said):
    warehouse = warehouse_of(accounts=[account()])
    filters = Filters(AFTER, since, until)

    with pytest.raises(ValueError, match=said):
        retention.by_period(warehouse, EVERYTHING, filters, period="custom")
    for question in (retention.accounts, retention.moved_parts):
        with pytest.raises(ValueError, match=said):
            question(warehouse, EVERYTHING, filters)


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        ((date(2025, 3, 1), date(2025, 9, 1)), "must begin and end before the other"),
        ((date(2024, 3, 1), date(2026, 1, 1)), "must begin and end before the other"),
        ((date(2024, 3, 1), date(2024, 3, 1)), "has no length"),
    ],
)
def test_a_period_to_compare_with_lies_before(warehouse_of, compared, said):
    warehouse = warehouse_of(accounts=[account()])

    with pytest.raises(ValueError, match=said):
        retention.moved_parts(
            warehouse,
            EVERYTHING,
            OVER_THE_YEAR,
            compared_since=compared[0],
            compared_until=compared[1],
        )


def test_no_other_part_and_no_day_ahead(warehouse_of):
    warehouse = warehouse_of(accounts=[account()])

    with pytest.raises(ValueError, match=r"There is no part 'size'\. There are: segment, region"):
        retention.by_part(warehouse, EVERYTHING, OVER_THE_YEAR, by="size")
    with pytest.raises(ValueError, match="ARR on 2026-01-02 is not known on 2026-01-01"):
        retention.arr_on(warehouse, EVERYTHING, OVER_THE_YEAR, on=date(2026, 1, 2))
