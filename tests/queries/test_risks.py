"""The register of risks, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import risks
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, SINCE, account, cells, member, rate, subscription

TODAY = Filters(AS_OF)
TOMORROW = AS_OF + timedelta(days=1)


def risk(risk_id, category="ROI", **fields):
    return {
        "risk_id": risk_id,
        "account_id": "a1",
        "category": category,
        "source": "manual",
        "owner_id": "m1",
        "opened_on": date(2026, 10, 1),
    } | fields


def company(*arrs):
    """Customers a1, a2 and so on with an ARR each."""
    return {
        "accounts": [account(f"a{number}") for number in range(1, len(arrs) + 1)],
        "subscriptions": [
            subscription(arr, account_id=f"a{number}") for number, arr in enumerate(arrs, 1)
        ],
        "team_members": [
            member("m1", name="Ada"),
            member("gone", name="Bo", left_on=AS_OF),
            member("going", name="Cy", left_on=TOMORROW),
        ],
    }


def test_the_register_holds_what_is_open_on_the_day_as_it_was_then(warehouse_of):
    warehouse = warehouse_of(
        **company(100),
        risks=[
            risk("open", severity="high", note="sponsor left"),
            risk("opened today", opened_on=AS_OF),
            risk("opened tomorrow", opened_on=TOMORROW),
            risk("resolved today", resolved_on=AS_OF),
            risk("resolved tomorrow", resolved_on=TOMORROW, escalated_on=TOMORROW, severity=" "),
            risk("escalated", escalated_on=AS_OF),
        ],
    )

    found = risks.register(warehouse, EVERYTHING, TODAY)

    names = ("risk_id", "severity", "age_days", "escalated_on", "is_escalated", "note")
    assert cells(found, *names) == [
        ("escalated", None, 30, AS_OF, True, None),
        ("open", "high", 30, None, False, "sponsor left"),
        ("opened today", None, 0, None, False, None),
        ("resolved tomorrow", None, 30, None, False, None),
    ]


def test_the_register_says_who_owns_a_risk_and_who_has_left(warehouse_of):
    warehouse = warehouse_of(
        **company(100),
        risks=[
            risk("1"),
            risk("2", owner_id="gone"),
            risk("3", owner_id="going"),
            risk("4", owner_id="stranger"),
            risk("5", owner_id=None),
        ],
    )

    found = risks.register(warehouse, EVERYTHING, TODAY)

    assert cells(found, "risk_id", "owner_name", "owner_state") == [
        ("1", "Ada", "in the team"),
        ("2", "Bo", "has left"),
        ("3", "Cy", "in the team"),
        ("4", None, "not in the team"),
        ("5", None, "nobody"),
    ]
    assert risks.by_category(warehouse, EVERYTHING, TODAY)["without_owner"].to_list() == [3]


def test_an_accounts_arr_counts_once_per_category_and_once_in_all(warehouse_of):
    warehouse = warehouse_of(
        **company(100, 10),
        risks=[
            risk("old", opened_on=SINCE),
            risk("new", opened_on=AS_OF),
            risk("escalated", escalated_on=AS_OF),
            risk("other", "Support", opened_on=SINCE),
            risk("second", "Support", account_id="a2", opened_on=date(2026, 9, 1)),
        ],
    )

    found = risks.register(warehouse, EVERYTHING, TODAY)
    assert cells(found, "risk_id", "arr", "arr_in_category", "arr_in_all") == [
        ("escalated", Decimal(100), Decimal(100), Decimal(100)),
        ("new", Decimal(100), Decimal(0), Decimal(0)),
        ("old", Decimal(100), Decimal(0), Decimal(0)),
        ("other", Decimal(100), Decimal(100), Decimal(0)),
        ("second", Decimal(10), Decimal(10), Decimal(10)),
    ]

    assert risks.by_category(warehouse, EVERYTHING, TODAY).rows() == [
        ("ROI", False, 2, 0, Decimal(0), 0, Decimal(0), 0, 0, SINCE),
        ("ROI", True, 1, 1, Decimal(100), 1, Decimal(100), 0, 0, date(2026, 10, 1)),
        ("Support", False, 2, 2, Decimal(110), 1, Decimal(10), 0, 0, SINCE),
    ]


def test_a_category_that_nobody_knows_is_shown_with_its_amount(warehouse_of):
    warehouse = warehouse_of(
        **company(100),
        risks=[risk("1", " Legal "), risk("2", "roi"), risk("3", "SENTIMENT"), risk("4", "")],
    )

    found = risks.by_category(warehouse, EVERYTHING, TODAY)

    assert cells(found, "category", "risks", "arr") == [
        ("ROI", 1, Decimal(100)),
        ("Sentiment", 1, Decimal(100)),
        ("unmapped: ", 1, Decimal(100)),
        ("unmapped: Legal", 1, Decimal(100)),
    ]
    assert found["arr_in_all"].sum() == 100


def test_arr_without_a_rate_is_counted_and_that_of_who_left_is_nothing(warehouse_of):
    tables = company(100, 50, 7)
    tables["subscriptions"] = [
        subscription(100, currency="XXX"),
        subscription(50, account_id="a2", ends_on=AS_OF),
        subscription(7, account_id="a3", currency="EUR"),
    ]
    warehouse = warehouse_of(
        **tables,
        fx_rates=[rate("EUR", 1.5)],
        risks=[risk("1"), risk("2", account_id="a2"), risk("3", account_id="a3")],
    )

    found = risks.by_category(warehouse, EVERYTHING, TODAY)
    assert cells(found, "risks", "accounts", "arr", "without_arr") == [(3, 3, Decimal("10.50"), 1)]
    register = risks.register(warehouse, EVERYTHING, TODAY)
    assert register["arr"].to_list() == [Decimal("10.50"), Decimal(0), None]


def test_the_backlog_is_what_was_opened_and_not_resolved(warehouse_of):
    warehouse = warehouse_of(
        **company(100),
        risks=[
            risk("1", opened_on=date(2026, 8, 31), resolved_on=date(2026, 10, 1)),
            risk("2", opened_on=date(2026, 8, 1), resolved_on=date(2026, 8, 20)),
            risk("3", opened_on=date(2026, 10, 31), resolved_on=TOMORROW),
            risk("4", opened_on=TOMORROW),
        ],
    )

    assert risks.by_month(warehouse, EVERYTHING, TODAY).rows() == [
        (date(2026, 8, 1), 2, 1, 1),
        (date(2026, 10, 1), 1, 1, 1),
    ]


def test_half_of_the_risks_are_resolved_within_the_median(warehouse_of):
    def life(name, days, resolved, **fields):
        opened_on = date(2026, 6, 1) if resolved else AS_OF - timedelta(days=days)
        resolved_on = opened_on + timedelta(days=days) if resolved else None
        return risk(name, opened_on=opened_on, resolved_on=resolved_on, **fields)

    warehouse = warehouse_of(
        **company(100),
        risks=[
            # Of five 4/5 are left after 10 days, the one censored at 15 leaves three, of which
            # 2/3 stay after 20: 8/15, and half of that after 30: 4/15.
            life("a", 10, True),
            life("b", 15, False),
            life("c", 20, True),
            life("d", 30, True),
            life("e", 40, False),
            life("f", 5, False, category="Support"),
            risk("later", "Support", opened_on=TOMORROW),
            risk("wrong", "Deployment", resolved_on=SINCE),
        ],
    )

    found = risks.time_to_resolve(warehouse, EVERYTHING, TODAY)

    assert found.rows() == [
        ("All categories", 7, 4, 3, 20),
        ("Deployment", 1, 1, 0, 0),
        ("ROI", 5, 3, 2, 30),
        ("Support", 1, 0, 1, None),
    ]
    window = TODAY.window(date(2026, 6, 1), date(2026, 6, 2))
    assert risks.time_to_resolve(warehouse, EVERYTHING, window).rows() == [
        ("All categories", 3, 3, 0, 20),
        ("ROI", 3, 3, 0, 20),
    ]


def test_exactly_half_is_the_median(warehouse_of):
    warehouse = warehouse_of(
        **company(100),
        risks=[
            risk("1", resolved_on=date(2026, 10, 4)),
            risk("2", resolved_on=date(2026, 10, 9)),
        ],
    )

    found = risks.time_to_resolve(warehouse, EVERYTHING, TODAY)
    assert cells(found.filter(category="ROI"), "median_days") == [(3,)]


@pytest.mark.parametrize(
    "question", [risks.register, risks.by_category, risks.by_month, risks.time_to_resolve]
)
def test_risks_of_others_and_without_the_table(warehouse_of, question):
    warehouse = warehouse_of(**company(100), risks=[risk("1", resolved_on=TOMORROW)])
    assert not question(warehouse, EVERYTHING, TODAY).is_empty()
    assert question(warehouse, Scope(), TODAY).is_empty()
    assert question(warehouse, EVERYTHING, Filters(AS_OF, regions=("APAC",))).is_empty()

    with pytest.raises(MissingTableError, match="risks"):
        question(warehouse_of(**company(100)), EVERYTHING, TODAY)
