"""Advocates, leads and references, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.advocacy_policy import AdvocacyPolicy
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import advocacy
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, account, answer, cells, member, rate, scored, subscription

TODAY = Filters(AS_OF)
TOMORROW = AS_OF + timedelta(days=1)
QUARTER = date(2026, 10, 1)


def event(event_id, **fields):
    return {
        "event_id": event_id,
        "account_id": "a1",
        "member_id": "m1",
        "kind": "Referral",
        "qualifies_as": "csql",
        "happened_on": date(2026, 10, 15),
    } | fields


def company(*account_ids, **fields):
    return {
        "accounts": [account(each, **fields) for each in account_ids],
        "subscriptions": [
            subscription(100 + place, account_id=each) for place, each in enumerate(account_ids)
        ],
        "team_members": [member("m1", name="Ada"), member("m2", name="Bo")],
    }


def test_events_by_quarter_kind_and_qualification(warehouse_of):
    warehouse = warehouse_of(
        **company("a1", "a2"),
        advocacy_events=[
            event("1", influenced_arr=Decimal("10.50")),
            event("2", happened_on=AS_OF),
            event("3", account_id="a2", influenced_arr=Decimal(5)),
            event("4", happened_on=TOMORROW),
            event("5", happened_on=date(2026, 9, 30), qualifies_as="csqa", kind="Review"),
            event("6", qualifies_as=None, kind=" "),
        ],
    )

    assert advocacy.by_quarter(warehouse, EVERYTHING, TODAY).rows() == [
        (date(2026, 7, 1), "csqa", "Review", 1, 1, Decimal(0), 1),
        (QUARTER, "csql", "Referral", 3, 2, Decimal("15.50"), 1),
        (QUARTER, "neither", "Unknown", 1, 1, Decimal(0), 1),
    ]
    window = TODAY.window(date(2026, 9, 30), QUARTER)
    found = advocacy.events(warehouse, EVERYTHING, window)
    assert cells(found, "event_id", "quarter_on") == [("5", date(2026, 7, 1))]


def test_amounts_are_in_the_reporting_currency_and_those_without_a_rate_are_counted(warehouse_of):
    amount = Decimal("0.10")
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", currency="EUR")],
        fx_rates=[rate("EUR", 1.155), rate("EUR", 9, TOMORROW)],
        advocacy_events=[
            event("own", influenced_arr=amount, currency="EUR"),
            event("the account's", account_id="a2", influenced_arr=amount),
            event("none", influenced_arr=amount, currency="XXX"),
            event("zero", influenced_arr=Decimal(0)),
        ],
    )

    found = advocacy.events(warehouse, EVERYTHING, TODAY)
    amounts = dict(found.select("event_id", "influenced_arr").rows())
    assert amounts == {
        "own": Decimal("0.12"),
        "the account's": Decimal("0.12"),
        "none": None,
        "zero": Decimal(0),
    }
    summed = advocacy.by_quarter(warehouse, EVERYTHING, TODAY)
    assert cells(summed, "influenced_arr", "without_amount") == [(Decimal("0.24"), 1)]


def test_events_by_who_arranged_them(warehouse_of):
    warehouse = warehouse_of(
        **company("a1"),
        advocacy_events=[
            event("1"),
            event("2", member_id="m2", qualifies_as="csqa"),
            event("3", member_id=None, influenced_arr=Decimal(3)),
            event("4", member_id="gone"),
            event("5"),
        ],
    )

    assert advocacy.by_csm(warehouse, EVERYTHING, TODAY).rows() == [
        ("gone", None, "csql", 1, 1, Decimal(0), 1),
        ("m1", "Ada", "csql", 2, 1, Decimal(0), 2),
        ("m2", "Bo", "csqa", 1, 1, Decimal(0), 1),
        (None, None, "csql", 1, 1, Decimal(3), 0),
    ]
    found = advocacy.events(warehouse, EVERYTHING, TODAY)
    assert cells(found, "event_id", "arranged_by", "csm_name")[0] == ("1", "Ada", "Ada")


def test_targets_are_the_companys_and_of_advocates_and_leads(warehouse_of):
    def target(metric, value, scope="company", end=date(2027, 1, 1)):
        return {
            "period_start_on": QUARTER,
            "period_end_on": end,
            "metric": metric,
            "scope": scope,
            "value": value,
        }

    warehouse = warehouse_of(
        targets=[
            target("csqa", 15),
            target("csql", 8, None, date(2026, 12, 1)),
            target("csql", 3, "Enterprise"),
            target("nrr", 1),
        ]
    )

    assert advocacy.targets(warehouse, EVERYTHING, TODAY).rows() == [
        (QUARTER, date(2026, 12, 1), "csql", 8.0),
        (QUARTER, date(2027, 1, 1), "csqa", 15.0),
    ]


# ------------------------------------------------------------------ references


def promoter(account_id, days=0, score=9):
    return answer(score, account_id=account_id, responded_on=AS_OF - timedelta(days=days))


def happened(account_id, days, number=1):
    happened_on = AS_OF - timedelta(days=days)
    return event(f"{account_id} {days} {number}", account_id=account_id, happened_on=happened_on)


def test_a_green_customer_with_a_promoter_of_the_year_is_referenceable(warehouse_of):
    names = ("yes", "amber", "passive", "old", "edge", "unscored", "later")
    scores = dict.fromkeys(names, 70.0) | {"amber": 69.9}
    del scores["unscored"]
    warehouse = warehouse_of(
        **company(*names),
        health_scores=[row for each, score in scores.items() for row in scored(score, AS_OF, each)],
        survey_responses=[
            promoter("yes"),
            promoter("yes", 10, 3),
            promoter("amber"),
            promoter("passive", score=8),
            promoter("old", 366),
            promoter("edge", 365),
            promoter("unscored"),
            promoter("later", -1),
        ],
        loaded=["advocacy_events"],
    )

    found = advocacy.references(warehouse, EVERYTHING, TODAY)

    names = ("account_id", "why", "asked", "promoters", "last_promoter_on", "last_asked_on")
    assert cells(found, *names) == [
        ("edge", "promoter", 0, 1, AS_OF - timedelta(days=365), None),
        ("yes", "promoter", 0, 1, AS_OF, None),
    ]


def test_so_is_who_spoke_for_the_company_this_year_unless_it_is_red(warehouse_of):
    names = ("yes", "red", "old", "edge", "later", "unscored")
    scores = dict.fromkeys(names, 50.0) | {"red": 39.9}
    del scores["unscored"]
    warehouse = warehouse_of(
        **company(*names),
        health_scores=[row for each, score in scores.items() for row in scored(score, AS_OF, each)],
        advocacy_events=[
            happened("yes", 0),
            happened("red", 0),
            happened("old", 366),
            happened("edge", 365),
            happened("later", -1),
            happened("unscored", 0),
        ],
    )
    found = advocacy.references(warehouse, EVERYTHING, TODAY)
    assert cells(found, "account_id", "why", "asked") == [
        ("edge", "advocate", 1),
        ("unscored", "advocate", 1),
        ("yes", "advocate", 1),
    ]

    tables = {"accounts": [account("yes")], "subscriptions": [subscription(account_id="yes")]}
    rows = [happened("yes", 0)]
    never = Policy(advocacy=AdvocacyPolicy(event_within_days=0))
    warehouse = warehouse_of(**tables, advocacy_events=rows, policy=never)
    assert advocacy.references(warehouse, EVERYTHING, TODAY).is_empty()


def test_only_a_customer_with_arr_is_a_reference(warehouse_of):
    tables = company("a1", "left", "no rate")
    tables["subscriptions"] = [
        subscription(1),
        subscription(1, account_id="left", ends_on=AS_OF),
        subscription(1, account_id="no rate", currency="XXX"),
    ]
    warehouse = warehouse_of(
        **tables, advocacy_events=[happened(each, 1) for each in ("a1", "left", "no rate")]
    )

    assert cells(advocacy.references(warehouse, EVERYTHING, TODAY), "account_id") == [("a1",)]


def test_who_was_asked_least_comes_first_and_who_was_asked_too_often_is_marked(warehouse_of):
    names = ("often", "limit", "once", "long ago", "never", "never, smaller")
    green = [row for each in names for row in scored(90, AS_OF, each)]
    tables = company(*names)
    tables["subscriptions"][-1] = subscription(1, account_id="never, smaller")
    warehouse = warehouse_of(
        **tables,
        health_scores=green,
        survey_responses=[promoter(each) for each in names],
        advocacy_events=[
            *(happened("often", 5, number) for number in range(4)),
            *(happened("limit", 5, number) for number in range(3)),
            happened("limit", 366),
            happened("once", 365),
            happened("long ago", 400),
        ],
    )

    found = advocacy.references(warehouse, EVERYTHING, TODAY)

    assert cells(found, "account_id", "asked", "is_asked_too_often", "why") == [
        ("never", 0, False, "promoter"),
        ("never, smaller", 0, False, "promoter"),
        ("long ago", 0, False, "promoter"),
        ("once", 1, False, "promoter and advocate"),
        ("limit", 3, False, "promoter and advocate"),
        ("often", 4, True, "promoter and advocate"),
    ]
    policy = Policy(advocacy=AdvocacyPolicy(asked_at_most=0, asked_within_days=400))
    warehouse = warehouse_of(
        **company("a1", "a2"),
        health_scores=[*scored(90, AS_OF, "a1"), *scored(90, AS_OF, "a2")],
        survey_responses=[promoter("a1"), promoter("a2")],
        advocacy_events=[happened("a1", 400), happened("a2", 401)],
        policy=policy,
    )
    found = advocacy.references(warehouse, EVERYTHING, TODAY)
    assert cells(found, "account_id", "asked", "is_asked_too_often") == [
        ("a2", 0, False),
        ("a1", 1, True),
    ]


@pytest.mark.parametrize(
    "question", [advocacy.by_quarter, advocacy.by_csm, advocacy.events, advocacy.references]
)
def test_events_of_others_and_without_the_table(warehouse_of, question):
    warehouse = warehouse_of(**company("a1"), advocacy_events=[event("1")])
    assert not question(warehouse, EVERYTHING, TODAY).is_empty()
    assert question(warehouse, Scope(), TODAY).is_empty()
    assert question(warehouse, EVERYTHING, Filters(AS_OF, segments=("x",))).is_empty()

    with pytest.raises(MissingTableError, match="advocacy_events"):
        question(warehouse_of(**company("a1")), EVERYTHING, TODAY)
