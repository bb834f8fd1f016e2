"""Won expansion counted by hand: by quarter and source, days to win, and beside NRR."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.calendar import months_before
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import retention, won
from dashboard.retention_policy import RetentionPolicy
from tests.factories import AS_OF, account, cells, member, opportunity, subscription
from tests.queries.test_drill_downs import CASES, assert_sums_to

TODAY = Filters(as_of=AS_OF)
A_YEAR_AGO = date(2025, 10, 31)


def sold(opportunity_id, amount, closed_on=date(2026, 5, 1), **fields):
    money = None if amount is None else Decimal(str(amount))
    usual = {"amount": money, "closed_on": closed_on, "won": True, "source": "csm"}
    return opportunity(opportunity_id, **{"created_on": date(2026, 4, 1)} | usual | fields)


def test_won_by_quarter_and_source_with_the_median_of_the_days(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(fiscal_year_starts_in=2),
        accounts=[account()],
        subscriptions=[subscription(1)],
        team_members=[member("m1", name="Ada")],
        opportunities=[
            sold("30 days", 10),
            sold("40 days", 20, date(2026, 5, 11)),
            sold("closed before it opened", 30, date(2026, 3, 31)),
            sold("no day of opening", 40, created_on=None),
            sold("no amount", None, source="sales"),
            sold("first day of the quarter", 5, date(2026, 8, 1), source=None),
            sold("today", 6, AS_OF, source="marketing"),
            sold("tomorrow", 6, date(2026, 11, 1)),
            sold("some day", 7, None),
            sold("lost", 8, won=False),
            sold("still open", 8, None, won=None),
        ],
    )

    rows = won.by_quarter(warehouse, EVERYTHING, TODAY)

    assert rows.rows() == [
        (date(2026, 2, 1), "csm", "csm", 1, Decimal(30), 0, 0, None),
        (date(2026, 5, 1), "csm", "csm", 3, Decimal(70), 0, 2, 35.0),
        (date(2026, 5, 1), "sales", "other", 1, Decimal(0), 1, 1, 30.0),
        (date(2026, 8, 1), "marketing", "other", 1, Decimal(6), 0, 1, 213.0),
        (date(2026, 8, 1), "unknown", "other", 1, Decimal(5), 0, 1, 122.0),
        (None, "csm", "csm", 1, Decimal(7), 0, 0, None),
    ]
    window = TODAY.window(date(2026, 5, 1), date(2026, 8, 1))
    assert won.by_source(warehouse, EVERYTHING, window).rows() == [
        ("csm", 3, Decimal(70), 0, 2, 32.5, 35.0, 37.5),
        ("other", 1, Decimal(0), 1, 1, 30.0, 30.0, 30.0),
    ]
    details = won.opportunities(warehouse, EVERYTHING, window)
    assert cells(details, "opportunity_id", "days") == [
        ("40 days", 40),
        ("30 days", 30),
        ("no amount", 30),
        ("no day of opening", None),
    ]
    for question in (won.by_quarter, won.by_source, won.opportunities):
        assert question(warehouse, Scope(), TODAY).is_empty()


@pytest.fixture
def grown(warehouse_of):
    """Customers of a year ago, what they grew by since, and what was won of it."""
    until = date(2026, 5, 1)

    def grew(account_id, before, after, **fields):
        return [
            subscription(
                before, account_id=account_id, subscription_id=f"{account_id} 1", ends_on=until
            ),
            *(
                [
                    subscription(
                        after,
                        account_id=account_id,
                        subscription_id=f"{account_id} 2",
                        starts_on=until,
                        **fields,
                    )
                ]
                if after
                else []
            ),
        ]

    return warehouse_of(
        accounts=[account(each) for each in ("both", "left", "less", "new", "quiet")],
        subscriptions=[
            *grew("both", 100, 190),
            *grew("left", 100, 0),
            *grew("less", 100, 60),
            subscription(50, account_id="new", starts_on=date(2026, 3, 1), ends_on=until),
            subscription(
                80, account_id="new", subscription_id="new 2", starts_on=until
            ),
            *grew("quiet", 100, 130),
        ],
        opportunities=[
            sold("csm 1", 60, account_id="both"),
            sold("csm 2", 20, account_id="both", closed_on=AS_OF),
            sold("sales", 40, account_id="both", source="sales"),
            sold("on the first day", 1000, A_YEAR_AGO, account_id="both"),
            sold("tomorrow", 1000, date(2026, 11, 1), account_id="both"),
            sold("left again", 25, account_id="left"),
            sold("shrank", 5, account_id="less", source=None),
            sold("bought meanwhile", 30, account_id="new"),
            sold("nobody's", 3, account_id=None),
            sold("no amount", None, account_id="quiet"),
        ],
    )  # fmt: skip


def test_what_csms_found_is_taken_off_nrr_where_movements_show_it(grown):
    rows = won.in_retention(grown, EVERYTHING, TODAY)

    # Of 400 opened 380 is kept: 190 + 0 + 60 + 130. Both grew by 90 and 120 was won: CSMs found
    # 80 of it and have 60 of the 90.
    assert rows.row(0, named=True) == {
        "opening_arr": Decimal(400),
        "net_retained_arr": Decimal(380),
        "expansion_arr": Decimal(120),
        "csm_opportunities": 6,
        "other_opportunities": 2,
        "without_amount": 1,
        "won_csm": Decimal(138),
        "won_other": Decimal(45),
        "csm_found": Decimal(60),
        "other_found": Decimal(30),
        "csm_not_found": Decimal(78),
        "other_not_found": Decimal(15),
        "without_opportunity": Decimal(30),
        "nrr": 0.95,
        "nrr_without": 0.80,
    }
    accounts = won.in_retention_accounts(grown, EVERYTHING, TODAY)
    names = ("account_id", "expansion_arr", "csm_found", "csm_not_found", "without_opportunity")
    assert cells(accounts, *names) == [
        ("both", Decimal(90), Decimal(60), Decimal(20), Decimal(0)),
        ("new", Decimal(0), Decimal(0), Decimal(30), Decimal(0)),
        ("left", Decimal(0), Decimal(0), Decimal(25), Decimal(0)),
        (None, Decimal(0), Decimal(0), Decimal(3), Decimal(0)),
        ("quiet", Decimal(30), Decimal(0), Decimal(0), Decimal(30)),
        ("less", Decimal(0), Decimal(0), Decimal(0), Decimal(0)),
    ]


def test_by_the_bridge_what_customers_won_meanwhile_grew_by_counts(grown):
    bridge = RetentionPolicy(name="bridge", nrr="bridge")

    row = won.in_retention(grown, EVERYTHING, TODAY, policy=bridge).row(0, named=True)

    assert row["net_retained_arr"] == Decimal(410)
    assert row["expansion_arr"] == Decimal(150)
    assert row["csm_found"] == Decimal(90)


def test_a_parent_grows_by_what_any_of_its_accounts_was_sold(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", parent_account_id="a1")],
        subscriptions=[
            subscription(100),
            subscription(50, account_id="a2", starts_on=date(2026, 5, 1)),
        ],
        opportunities=[sold("to the other", 40, account_id="a2")],
    )

    def found(level):
        policy = RetentionPolicy(name=level, level=level)
        rows = won.in_retention(warehouse, EVERYTHING, TODAY, policy=policy)
        return cells(rows, "expansion_arr", "csm_found", "csm_not_found")

    assert found("account") == [(Decimal(0), Decimal(0), Decimal(40))]
    assert found("parent") == [(Decimal(50), Decimal(40), Decimal(0))]


def test_without_a_customer_of_the_first_day_there_is_no_nrr(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription(1, starts_on=date(2026, 10, 1))],
        opportunities=[sold("won", 5)],
    )

    row = won.in_retention(warehouse, EVERYTHING, TODAY).row(0, named=True)

    assert (row["nrr"], row["nrr_without"], row["csm_not_found"]) == (None, None, Decimal(5))
    assert won.in_retention(warehouse, Scope(), TODAY).is_empty()


@pytest.mark.parametrize("name", ["Board", "Finance TTM", "CS renewals"])
@pytest.mark.parametrize("case", ["everything", "one segment", "two regions"])
def test_nrr_is_that_of_the_retention_page_and_customers_sum_to_it(demo, name, case):
    filters = CASES[case]
    year = filters.window(months_before(filters.as_of, 12), filters.as_of)
    effect = won.in_retention(demo, EVERYTHING, year, policy=name)
    nrr = retention.by_period(demo, EVERYTHING, year, policy=name, period="custom")

    assert effect["nrr"][0] == pytest.approx(nrr["nrr"][0], abs=1e-12)
    assert effect["opening_arr"][0] == nrr["opening_arr"][0]
    accounts = won.in_retention_accounts(demo, EVERYTHING, year, policy=name)
    amounts = [each for each in accounts.columns if accounts.schema[each].is_decimal()]
    assert {each: accounts[each].sum() for each in amounts} == {
        each: effect[each][0] for each in amounts
    }
    row = effect.row(0, named=True)
    assert row["won_csm"] == row["csm_found"] + row["csm_not_found"]
    assert row["won_other"] == row["other_found"] + row["other_not_found"]
    assert row["expansion_arr"] == (
        row["csm_found"] + row["other_found"] + row["without_opportunity"]
    )
    assert row["nrr_without"] <= row["nrr"]


@pytest.mark.parametrize("case", CASES)
def test_opportunities_sum_to_the_quarters(demo, case):
    filters = CASES[case]
    rows = won.opportunities(demo, EVERYTHING, filters)
    sums = {
        "opportunities": pl.len(),
        "amount": pl.col("amount").sum(),
        "without_amount": pl.col("amount").null_count(),
        "timed": pl.col("days").count(),
        "median_days": pl.col("days").median(),
    }

    assert_sums_to(
        rows.group_by("quarter", "source", "sourced_by").agg(**sums),
        won.by_quarter(demo, EVERYTHING, filters),
        *("quarter", "source"),
        may_be_empty=bool(filters.csm_ids),
    )
    assert_sums_to(
        rows.group_by("sourced_by").agg(**sums),
        won.by_source(demo, EVERYTHING, filters).drop("quick_days", "slow_days"),
        "sourced_by",
        may_be_empty=bool(filters.csm_ids),
    )
