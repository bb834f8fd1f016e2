from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import churn, retention
from dashboard.retention_policy import RetentionPolicy
from tests.factories import (
    AS_OF,
    SINCE,
    account,
    cells,
    churned,
    measured,
    member,
    moment,
    movement,
    rate,
    scored,
    subscription,
    was,
)

TODAY = Filters(as_of=AS_OF)
LEFT = date(2026, 9, 1)
SHRANK = date(2026, 6, 1)


def line(account_id, arr, starts_on=SINCE, ends_on=None, **fields):
    """A contract line of an account."""
    own = {"subscription_id": f"{account_id} {arr} {starts_on}", "account_id": account_id}
    return subscription(arr, **own | {"starts_on": starts_on, "ends_on": ends_on} | fields)


def left(account_id="a1", arr=100, on=LEFT, **fields):
    """The line of an account that left on a day."""
    return line(account_id, arr, ends_on=on, **fields)


def event(event_id, churned_on=LEFT, **fields):
    return {"event_id": event_id, "account_id": "a1", "churned_on": churned_on} | fields


def accounts(*ids):
    return [account(each) for each in ids]


def test_lost_is_each_loss_with_what_is_known_of_it(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", industry="Software"), account("a2", customer_since=LEFT)],
        products=[
            {"product_id": "p1", "product_name": "Core"},
            {"product_id": "p2", "product_name": "Extra"},
        ],
        team_members=[member("m1", name="Ada")],
        subscriptions=[
            left("a1", 100, product_id="p1"),
            line("a2", 60, product_id="p1"),
            line("a2", 25, ends_on=SHRANK, product_id="p2"),
            line("a2", 5, ends_on=SHRANK, product_id="p1"),
            line("a2", 10, starts_on=SHRANK, product_id="p1"),
        ],
        renewals=[churned("r1", LEFT, due_on=LEFT, churn_reason="Price", churn_controllable=True)],
        arr_movements=[
            movement(-25, "contraction", SHRANK, account_id="a2", reason="product"),
            movement(-5, "contraction", SHRANK, account_id="a2", reason="seats", movement_id="m"),
        ],
        health_scores=scored(80, date(2026, 8, 3)) + scored(20, date(2026, 7, 6)),
    )

    lost = churn.lost(warehouse, EVERYTHING, TODAY)

    expected = [
        (
            *("a1", "a1", "A1", LEFT, "churn", "Enterprise", "Enterprise", Decimal(100)),
            *("Price", "controllable", "Enterprise", "EMEA", "Software", "Ada"),
            *((LEFT - SINCE).days, "2 to 3 years", "Core", 1, "green", date(2026, 7, 6), 57, None),
        ),
        (
            *("a2", "a2", "A2", SHRANK, "contraction", "Enterprise", "Enterprise", Decimal(20)),
            *("product", "unknown", "Enterprise", "EMEA", None, "Ada"),
            *((SHRANK - SINCE).days, "2 to 3 years", "Extra", 1, None, None, None, None),
        ),
    ]
    assert_frame_equal(lost, pl.DataFrame(expected, churn.LOST, orient="row"))


def test_the_reason_is_of_the_renewal_lost_that_day_else_of_the_event_else_there_is_none(
    warehouse_of,
):
    due, closed = date(2026, 9, 1), date(2026, 7, 20)
    everyone = ("due", "closed", "event", "both", "blank", "other day", "later", "won", "none")
    warehouse = warehouse_of(
        accounts=accounts(*everyone),
        subscriptions=[left(each) for each in everyone],
        renewals=[
            churned("1", closed, account_id="due", due_on=due, churn_reason="Price"),
            churned("2", due, account_id="closed", due_on=closed, churn_reason=" Competitor "),
            churned("3", due, account_id="both", due_on=due, churn_reason="Budget"),
            churned("4", due, account_id="blank", due_on=due, churn_reason=" "),
            churned("5", closed, account_id="other day", due_on=closed, churn_reason="Price"),
            churned("6", date(2026, 11, 1), account_id="later", due_on=due, churn_reason="Price"),
            churned("7", due, account_id="won", due_on=due, churn_reason="Price", status="renewed"),
        ],
        churn_events=[
            event("1", account_id="event", reason="Merger", controllable=False),
            event("2", account_id="both", reason="Insolvency", controllable=False),
            event("3", account_id="blank", reason="Insolvency", controllable=False),
            event("4", date(2026, 9, 2), account_id="none", reason="Merger", controllable=True),
        ],
    )

    lost = churn.lost(warehouse, EVERYTHING, TODAY).sort("account_id")

    assert cells(lost, "account_id", "reason", "control") == [
        ("blank", "Insolvency", "not controllable"),
        ("both", "Budget", "not controllable"),
        ("closed", "Competitor", "unknown"),
        ("due", "Price", "unknown"),
        ("event", "Merger", "not controllable"),
        ("later", "no reason given", "unknown"),
        ("none", "no reason given", "unknown"),
        ("other day", "no reason given", "unknown"),
        ("won", "no reason given", "unknown"),
    ]


def test_a_surprise_was_green_in_any_week_of_the_ninety_days_before(warehouse_of):
    scores = {"green": 70, "amber": 69.9, "red": 39.9}
    warehouse = warehouse_of(
        accounts=accounts(*scores, "both", "few", "green long ago"),
        subscriptions=[left(each) for each in (*scores, "both", "few", "green long ago")],
        health_scores=[
            row
            for band, score in scores.items()
            for row in scored(score, LEFT - timedelta(days=30), band)
        ]
        + scored(20, LEFT - timedelta(days=60), "both")
        + scored(75, LEFT - timedelta(days=30), "both")
        + measured(LEFT - timedelta(days=30), "few", roi=90)
        + scored(90, LEFT - timedelta(days=200), "green long ago"),
    )

    lost = churn.lost(warehouse, EVERYTHING, TODAY)

    assert dict(lost.select("account_id", "best_band").iter_rows()) == {
        "green": "green",
        "amber": "amber",
        "red": "red",
        "both": "green",
        "few": None,
        "green long ago": None,
    }


@pytest.mark.parametrize(
    ("days", "band"), [(91, None), (90, "green"), (1, "green"), (0, None), (-1, None)]
)
def test_a_week_ninety_days_before_counts_and_one_of_ninety_one_does_not(warehouse_of, days, band):
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[left()],
        health_scores=scored(80, LEFT - timedelta(days=days)),
    )

    assert cells(churn.lost(warehouse, EVERYTHING, TODAY), "best_band") == [(band,)]


@pytest.mark.parametrize(
    ("reds", "days_from_red"),
    [((366,), None), ((365,), 365), ((200, 100, 3), 200), ((0,), None), ((), None)],
)
def test_the_first_red_is_the_first_of_the_year_before(warehouse_of, reds, days_from_red):
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[left(), left(arr=5, on=LEFT - timedelta(days=50))],
        health_scores=[row for day in reds for row in scored(39, LEFT - timedelta(days=day))],
    )

    lost = churn.lost(warehouse, EVERYTHING, TODAY).filter(movement="churn")

    first = None if days_from_red is None else LEFT - timedelta(days=days_from_red)
    assert cells(lost, "first_red_on", "days_from_red") == [(first, days_from_red)]


def test_red_before_an_earlier_leaving_is_not_this_ones(warehouse_of):
    first_left, back = date(2026, 3, 2), date(2026, 4, 6)
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[left(on=first_left), line("a1", 80, starts_on=back, ends_on=LEFT)],
        health_scores=scored(10, date(2026, 2, 2)) + scored(10, date(2026, 7, 6)),
    )

    lost = churn.lost(warehouse, EVERYTHING, TODAY).sort("lost_on")

    assert cells(lost, "lost_on", "arr_lost", "first_red_on", "returned_on") == [
        (first_left, Decimal(100), date(2026, 2, 2), back),
        (LEFT, Decimal(80), date(2026, 7, 6), None),
    ]


@pytest.mark.parametrize(
    ("since", "tenure"),
    [
        (date(2025, 9, 2), "under 1 year"),
        (date(2025, 9, 1), "1 to 2 years"),
        (date(2024, 9, 2), "1 to 2 years"),
        (date(2024, 9, 1), "2 to 3 years"),
        (date(2023, 9, 1), "3 to 5 years"),
        (date(2021, 9, 2), "3 to 5 years"),
        (date(2021, 9, 1), "5 years and more"),
    ],
)
def test_tenure_is_counted_from_the_first_day_by_the_account_or_by_its_arr(
    warehouse_of, since, tenure
):
    lately, later = date(2026, 8, 1), date(2026, 12, 1)
    warehouse = warehouse_of(
        accounts=[account("a1", customer_since=since), account("a2", customer_since=later)],
        subscriptions=[left("a1", starts_on=lately), left("a2", starts_on=since)],
    )

    lost = churn.lost(warehouse, EVERYTHING, TODAY)

    assert cells(lost, "tenure_days", "tenure") == [((LEFT - since).days, tenure)] * 2


def test_segment_region_and_csm_are_those_of_the_day_before(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(segment="Mid-Market", region=None, csm_id=None)],
        account_history=[
            was("segment", "Enterprise", SINCE, LEFT),
            was("segment", "Mid-Market", LEFT, None),
            was("csm_id", "m1", SINCE, LEFT),
            was("region", "EMEA", SINCE, LEFT),
        ],
        team_members=[member("m1", name="Ada")],
        subscriptions=[left()],
    )

    (row,) = cells(churn.lost(warehouse, EVERYTHING, TODAY), "segment", "region", "csm_name")

    assert row == ("Enterprise", "EMEA", "Ada")
    assert cells(churn.by_part(warehouse, EVERYTHING, TODAY, by="csm"), "part", "label") == [
        ("m1", "Ada")
    ]


def test_the_window_takes_its_first_day_and_leaves_out_its_end(warehouse_of):
    days = {f"a{day}": date(2026, 6, day) for day in (1, 2, 29, 30)}
    warehouse = warehouse_of(
        accounts=accounts(*days),
        subscriptions=[left(each, on=day) for each, day in days.items()],
    )
    window = TODAY.window(date(2026, 6, 2), date(2026, 6, 30))

    lost = churn.lost(warehouse, EVERYTHING, window)

    assert sorted(lost["account_id"]) == ["a2", "a29"]
    assert churn.lost(warehouse, EVERYTHING, Filters(date(2026, 5, 31))).is_empty()
    on_the_day = churn.lost(warehouse, EVERYTHING, Filters(date(2026, 6, 1)))
    assert on_the_day["account_id"].to_list() == ["a1"]


def test_a_loss_of_several_products_is_shared_out_to_the_cent(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", currency="EUR"), account("a2")],
        fx_rates=[rate("EUR", "0.3333")],
        products=[{"product_id": each, "product_name": each.upper()} for each in ("p1", "p2")],
        subscriptions=[
            left("a1", 1, product_id="p1"),
            left("a1", 1, product_id="p2", subscription_id="second"),
            left("a1", 1, subscription_id="third"),
            left("a2", 90, product_id="p1"),
            line("a2", 30, starts_on=LEFT, product_id="p2"),
        ],
    )

    rows = churn.lost(warehouse, EVERYTHING, TODAY, by="product").sort("account_id", "label")

    assert cells(rows, "account_id", "movement", "part", "label", "arr_lost", "products") == [
        ("a1", "churn", None, None, Decimal("0.33"), 3),
        ("a1", "churn", "p1", "P1", Decimal("0.33"), 3),
        ("a1", "churn", "p2", "P2", Decimal("0.34"), 3),
        ("a2", "contraction", "p1", "P1", Decimal("60.00"), 1),
    ]
    whole = churn.lost(warehouse, EVERYTHING, TODAY)
    assert cells(whole, "account_id", "arr_lost", "product_name", "products") == [
        ("a2", Decimal(60), "P1", 1),
        ("a1", Decimal(1), "P1", 3),
    ]
    parts = churn.by_part(warehouse, EVERYTHING, TODAY, by="product")
    assert cells(parts, "movement", "part", "losses", "accounts", "arr_lost") == [
        ("churn", "p2", 1, 1, Decimal("0.34")),
        ("churn", "p1", 1, 1, Decimal("0.33")),
        ("churn", None, 1, 1, Decimal("0.33")),
        ("contraction", "p1", 1, 1, Decimal("60.00")),
    ]


def company(warehouse_of):
    """Four churns and a contraction over two quarters."""
    third, fourth = date(2026, 9, 30), date(2026, 10, 1)
    return warehouse_of(
        accounts=[*accounts("a1", "a2", "a3", "a4"), account("a5", segment="Mid-Market")],
        subscriptions=[
            left("a1", 100, on=third),
            left("a2", 50, on=third),
            left("a3", 30, on=fourth),
            left("a4", 20, on=fourth),
            line("a5", 70),
            left("a5", 7, on=fourth),
        ],
        churn_events=[
            event("1", third, account_id="a1", reason="Price", controllable=True),
            event("2", third, account_id="a2", reason="Price"),
            event("3", fourth, account_id="a3", reason="Price", controllable=True),
        ],
    )


def test_by_reason_sums_and_names_what_the_reasons_do_not_cover(warehouse_of):
    reasons = churn.by_reason(company(warehouse_of), EVERYTHING, TODAY)

    assert reasons.rows() == [
        ("churn", "Price", "controllable", 2, 2, Decimal(130), 0.65),
        ("churn", "Price", "unknown", 1, 1, Decimal(50), 0.25),
        ("churn", "no reason given", "unknown", 1, 1, Decimal(20), 0.1),
        ("contraction", "no reason given", "unknown", 1, 1, Decimal(7), 1.0),
    ]


def test_by_part_sums_each_movement_and_what_was_controllable(warehouse_of):
    parts = churn.by_part(company(warehouse_of), EVERYTHING, TODAY)

    assert parts.rows() == [
        (
            *("churn", "Enterprise", "Enterprise", 4, 4),
            *(Decimal(200), Decimal(130), Decimal(70)),
        ),
        ("contraction", "Mid-Market", "Mid-Market", 1, 1, Decimal(7), Decimal(0), Decimal(7)),
    ]


def test_by_quarter_is_by_the_fiscal_quarter_of_the_day(warehouse_of):
    quarters = churn.by_quarter(company(warehouse_of), EVERYTHING, TODAY)

    third, fourth = date(2026, 7, 1), date(2026, 10, 1)
    assert quarters.rows() == [
        (third, "churn", "controllable", 1, 1, Decimal(100)),
        (third, "churn", "unknown", 1, 1, Decimal(50)),
        (fourth, "churn", "controllable", 1, 1, Decimal(30)),
        (fourth, "churn", "unknown", 1, 1, Decimal(20)),
        (fourth, "contraction", "unknown", 1, 1, Decimal(7)),
    ]


def test_who_left_twice_is_two_losses_of_one_customer(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        subscriptions=[
            left(on=date(2026, 7, 10)),
            line("a1", 40, starts_on=date(2026, 8, 1), ends_on=LEFT),
        ],
    )

    (row,) = cells(churn.by_quarter(warehouse, EVERYTHING, TODAY), "losses", "accounts", "arr_lost")

    assert row == (2, 1, Decimal(140))


def test_a_parent_has_left_when_the_last_of_its_accounts_has(warehouse_of):
    parts = [account("a1"), account("a2", parent_account_id="a1"), account("a3")]
    warehouse = warehouse_of(
        accounts=parts,
        subscriptions=[left("a1", 10, on=date(2026, 7, 1)), left("a2", 20), line("a3", 5)],
        churn_events=[event("e", account_id="a2", reason="Merger", controllable=False)],
        health_scores=scored(80, date(2026, 8, 10), "a2"),
    )

    lost = churn.lost(warehouse, EVERYTHING, TODAY, policy=RetentionPolicy(level="parent"))

    assert cells(lost, "unit_id", "movement", "arr_lost", "reason", "best_band") == [
        ("a1", "churn", Decimal(20), "Merger", "green"),
        ("a1", "contraction", Decimal(10), "no reason given", None),
    ]


def test_a_parent_out_of_sight_is_named_by_the_first_account_in_sight(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("root", csm_id="m2"), account("a2", parent_account_id="root")],
        subscriptions=[left("root", 10), left("a2", 20)],
    )
    parents = RetentionPolicy(level="parent")

    lost = churn.lost(warehouse, Scope(member_ids=("m1",)), TODAY, policy=parents)

    assert cells(lost, "unit_id", "account_id", "arr_lost") == [("a2", "a2", Decimal(20))]


def test_a_product_is_lost_as_such_under_a_policy_of_products(warehouse_of):
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        products=[{"product_id": each, "product_name": each.upper()} for each in ("p1", "p2")],
        subscriptions=[left(product_id="p1"), line("a1", 30, product_id="p2")],
        arr_movements=[movement(-100, "contraction", LEFT, product_id="p1", reason="product")],
    )
    policy = RetentionPolicy(level="product")

    (row,) = cells(
        churn.lost(warehouse, EVERYTHING, TODAY, policy=policy),
        *("unit_id", "movement", "arr_lost", "product_name"),
    )

    assert row == ("a1/p1", "churn", Decimal(100), "P1")


def test_what_was_booked_later_is_in_the_restated_losses_only(warehouse_of):
    late = movement(-40, "contraction", SHRANK, recorded_at=moment(2026, 11, 5), reason="seats")
    warehouse = warehouse_of(
        accounts=accounts("a1"),
        products=[{"product_id": "p1", "product_name": "P1"}],
        subscriptions=[line("a1", 60), left(arr=40, on=SHRANK)],
        arr_movements=[movement(100, "new", SINCE), late],
    )

    assert churn.lost(warehouse, EVERYTHING, TODAY).is_empty()
    restated = churn.lost(warehouse, EVERYTHING, TODAY, basis="restated")
    assert cells(restated, "movement", "arr_lost", "reason") == [
        ("contraction", Decimal(40), "seats")
    ]


def test_an_amount_without_a_rate_is_unknown_and_not_nothing(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1", currency="XXX"), account("a2")],
        subscriptions=[left("a1"), left("a2", 5)],
    )

    assert cells(churn.lost(warehouse, EVERYTHING, TODAY), "account_id", "arr_lost") == [
        ("a2", Decimal(5)),
        ("a1", None),
    ]


def test_flags_that_disagree_with_the_subscriptions_both_ways(warehouse_of):
    day = date(2026, 10, 1)
    warehouse = warehouse_of(
        accounts=[
            account("day", churned_on=AS_OF),
            account("stage", lifecycle_stage="churned"),
            account("tomorrow", churned_on=AS_OF + timedelta(days=1)),
            account("silent"),
            account("said", churned_on=day),
            account("staged", lifecycle_stage="Churned"),
            account("never"),
            account("pays"),
            account("trial", churned_on=day),
        ],
        team_members=[member("m1", name="Ada")],
        subscriptions=[
            line("day", 10),
            line("stage", 30),
            line("tomorrow", 7),
            left("silent", 20),
            left("said", 5),
            left("staged", 6),
            line("pays", 9),
            line("trial", 0),
        ],
    )

    flags = churn.flags(warehouse, EVERYTHING, TODAY)

    assert flags.rows() == [
        (
            *("stage", "STAGE", "Enterprise", "Ada", "flagged, still pays", None, "churned"),
            *(Decimal(30), None, None),
        ),
        (
            *("day", "DAY", "Enterprise", "Ada", "flagged, still pays", AS_OF, "Adoption"),
            *(Decimal(10), None, None),
        ),
        (
            *("silent", "SILENT", "Enterprise", "Ada", "pays nothing, not flagged", None),
            *("Adoption", Decimal(0), LEFT, Decimal(20)),
        ),
    ]
    before = churn.flags(warehouse, EVERYTHING, Filters(as_of=LEFT - timedelta(days=1)))
    assert set(before["account_id"]) == {"stage", "staged"}


def test_there_is_no_other_part(warehouse_of):
    warehouse = warehouse_of(accounts=accounts("a1"))
    for question in (churn.lost, churn.by_part):
        with pytest.raises(ValueError, match=r"no part 'colour'\. There are: segment"):
            question(warehouse, EVERYTHING, TODAY, by="colour")


def test_who_may_see_no_account_sees_no_loss(warehouse_of):
    warehouse = company(warehouse_of)
    assert churn.lost(warehouse, Scope(), TODAY).is_empty()
    assert churn.by_reason(warehouse, Scope(), TODAY).is_empty()


POLICIES = {
    "Board": None,
    "products": RetentionPolicy(level="product"),
    "parents": RetentionPolicy(level="parent"),
    "rates of the day": RetentionPolicy(fx="actual"),
}
WINDOWS = {
    "all time": TODAY,
    "twelve months": TODAY.window(date(2025, 11, 1), date(2026, 11, 1)),
    "an earlier quarter": Filters(date(2026, 5, 20)).window(date(2026, 1, 1), date(2026, 4, 1)),
    "one segment": Filters(as_of=AS_OF, segments=("Enterprise",)),
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("policy", "window", "basis"),
    [
        *((policy, "twelve months", "reported") for policy in POLICIES),
        *(("Board", window, "restated") for window in WINDOWS),
    ],
)
def test_losses_are_the_movements_of_retention_to_the_cent(demo, policy, window, basis):
    asked = {"policy": POLICIES[policy], "basis": basis}
    moved = retention.movements_by_month(demo, EVERYTHING, WINDOWS[window], **asked)
    expected = dict(
        moved.filter(pl.col("movement").is_in(["churn", "contraction"]))
        .group_by("movement")
        .agg(-pl.col("amount").sum())
        .iter_rows()
    )
    assert expected, "a comparison of nothing"

    def sums(rows):
        return dict(rows.group_by("movement").agg(pl.col("arr_lost").sum()).iter_rows())

    for question in (churn.lost, churn.by_reason, churn.by_quarter):
        assert sums(question(demo, EVERYTHING, WINDOWS[window], **asked)) == expected
    for part in churn.PARTS:
        rows = churn.lost(demo, EVERYTHING, WINDOWS[window], by=part, **asked)
        assert sums(rows) == expected
        parts = churn.by_part(demo, EVERYTHING, WINDOWS[window], by=part, **asked)
        assert sums(parts) == expected
        found = (
            rows.group_by("movement", "part")
            .agg(pl.len().cast(pl.Int64), pl.col("arr_lost").sum())
            .sort("movement", "part")
        )
        assert found.rows() == cells(
            parts.sort("movement", "part"), "movement", "part", "losses", "arr_lost"
        )
