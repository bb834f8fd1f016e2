"""The customer lifecycle, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.metrics import lifecycle as metrics
from dashboard.metrics.onboarding import median_followed
from dashboard.policy import Policy
from dashboard.queries import lifecycle as queries
from dashboard.queries import onboarding
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, account, cells, subscription, was
from tests.queries.test_drill_downs import CASES, assert_sums_to

TODAY = Filters(as_of=AS_OF)
ONE_STAGE = Policy(stage_limits={"Onboarding": 30, "Trial period": 10})


def days(count: int) -> timedelta:
    return timedelta(days=count)


def stage(name: str, since: date, until: date | None = None, account_id: str = "a1"):
    return was("lifecycle_stage", name, since, until, account_id=account_id)


def test_a_customer_is_stuck_the_day_after_its_limit(warehouse_of):
    warehouse = warehouse_of(
        policy=ONE_STAGE,
        accounts=[
            account("limit", lifecycle_stage="Onboarding"),
            account("over", lifecycle_stage="onboarding "),
            account("no limit", lifecycle_stage="Adoption"),
            account("own word", lifecycle_stage="Trial_Period"),
            account("unknown day", lifecycle_stage="Onboarding"),
            account("gone", lifecycle_stage="Churned", churned_on=date(2026, 5, 1)),
            account("not yet", customer_since=AS_OF + days(1)),
        ],
        account_history=[
            stage("Onboarding", AS_OF - days(30), account_id="limit"),
            stage("onboarding ", AS_OF - days(31), account_id="over"),
            stage("Adoption", AS_OF - days(999), account_id="no limit"),
            stage("Trial_Period", AS_OF - days(11), account_id="own word"),
            stage("Churned", date(2026, 5, 1), account_id="gone"),
        ],
        subscriptions=[
            subscription(10, account_id="limit"),
            subscription("20.50", account_id="over"),
            subscription(40, account_id="no limit"),
            subscription(80, account_id="own word"),
            subscription(160, account_id="unknown day", currency="XXX"),
            subscription(7, account_id="gone", ends_on=date(2026, 5, 1)),
        ],
    )

    found = queries.by_stage(warehouse, EVERYTHING, TODAY)

    assert found.rows() == [
        ("Adoption", "no limit", 1, 1, Decimal(40), 0, None),
        ("Churned", "no limit", 1, 0, Decimal(0), 0, None),
        ("Onboarding", "entry not known", 1, 1, None, 1, 30),
        ("Onboarding", "stuck", 1, 1, Decimal("20.50"), 0, 30),
        ("Onboarding", "within its limit", 1, 1, Decimal(10), 0, 30),
        ("unmapped: Trial_Period", "stuck", 1, 1, Decimal(80), 0, 10),
    ]
    rows = queries.accounts(warehouse, EVERYTHING, TODAY)
    assert cells(rows, "account_id", "days_in_stage", "days_over", "is_customer") == [
        ("no limit", 999, None, True),
        ("gone", 183, None, False),
        ("over", 31, 1, True),
        ("limit", 30, 0, True),
        ("own word", 11, 1, True),
        ("unknown day", None, None, True),
    ]
    assert queries.by_stage(warehouse, Scope(), TODAY).is_empty()


def test_the_stage_is_that_of_the_as_of_date_and_not_todays(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(lifecycle_stage="Expansion", stage_entered_on=date(2026, 11, 5))],
        account_history=[
            stage("Onboarding", date(2026, 8, 1), date(2026, 9, 1)),
            stage("Adoption", date(2026, 9, 1), date(2026, 11, 5)),
            stage("Expansion", date(2026, 11, 5)),
        ],
        subscriptions=[subscription()],
    )

    def on(day: date) -> list[tuple]:
        rows = queries.accounts(warehouse, EVERYTHING, Filters(day))
        return cells(rows, "stage", "entered_on", "days_in_stage")

    assert on(date(2026, 8, 31)) == [("Onboarding", date(2026, 8, 1), 30)]
    assert on(date(2026, 9, 1)) == [("Adoption", date(2026, 9, 1), 0)]
    assert on(AS_OF) == [("Adoption", date(2026, 9, 1), 60)]
    assert on(date(2026, 11, 5)) == [("Expansion", date(2026, 11, 5), 0)]


def test_without_history_a_stay_begins_on_the_day_the_account_names(warehouse_of):
    warehouse = warehouse_of(
        accounts=[
            account("known", stage_entered_on=date(2026, 10, 1)),
            account("later", stage_entered_on=AS_OF + days(1)),
        ],
        subscriptions=[subscription(account_id="known"), subscription(2, account_id="later")],
    )

    rows = queries.accounts(warehouse, EVERYTHING, TODAY)

    assert cells(rows, "account_id", "stage", "entered_on") == [
        ("known", "Adoption", date(2026, 10, 1)),
        ("later", "Adoption", None),
    ]


def test_spans_of_one_stage_that_follow_each_other_are_one_stay(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        account_history=[
            stage("Adoption", date(2026, 1, 1), date(2026, 2, 1)),
            stage("adoption", date(2026, 2, 1), date(2026, 3, 1)),
            stage("Renewal", date(2026, 3, 1), date(2026, 3, 1)),  # Of no length.
            stage("Adoption", date(2026, 4, 1), date(2026, 5, 1)),  # After a gap.
            stage("Renewal", date(2026, 5, 1), date(2026, 12, 1)),
        ],
    )

    rows = queries.stays(warehouse, EVERYTHING, TODAY)

    assert cells(rows, "stage", "entered_on", "left_on", "days", "outcome") == [
        ("Renewal", date(2026, 5, 1), None, 183, "still in it"),
        ("Adoption", date(2026, 4, 1), date(2026, 5, 1), 30, "Renewal"),
        ("Adoption", date(2026, 1, 1), date(2026, 3, 1), 59, "Adoption"),
    ]
    left = queries.stays(
        warehouse, EVERYTHING, TODAY.window(date(2026, 5, 1), date(2026, 5, 2)), dated="left"
    )
    assert left["entered_on"].to_list() == [date(2026, 4, 1)]


@pytest.fixture
def journeys(warehouse_of):
    """Four accounts that entered Onboarding in January or later."""
    return warehouse_of(
        accounts=[account(name) for name in ("moved", "stays", "left", "before", "ended")],
        account_history=[
            stage("Onboarding", date(2026, 1, 10), date(2026, 2, 9), "moved"),
            stage("Adoption", date(2026, 2, 9), date(2026, 6, 9), "moved"),
            stage("Expansion", date(2026, 6, 9), None, "moved"),
            stage("Onboarding", date(2026, 1, 1), None, "stays"),
            stage("Onboarding", date(2026, 1, 5), date(2026, 1, 25), "left"),
            stage("Churned", date(2026, 1, 25), None, "left"),
            stage("Onboarding", date(2025, 12, 31), date(2026, 1, 30), "before"),
            stage("Adoption", date(2026, 1, 30), None, "before"),
            stage("Onboarding", date(2026, 1, 2), date(2026, 1, 12), "ended"),
        ],
    )


def test_conversion_is_of_those_who_entered_in_the_window(journeys):
    window = TODAY.window(date(2026, 1, 1), date(2026, 2, 1))

    found = queries.conversions(journeys, EVERYTHING, window)

    assert found.rows() == [
        ("Adoption", "still in it", 1, 1, 1.0, None),
        ("Churned", "still in it", 1, 1, 1.0, None),
        ("Onboarding", "Adoption", 1, 4, 0.25, 30.0),
        ("Onboarding", "Churned", 1, 4, 0.25, 20.0),
        ("Onboarding", "not recorded", 1, 4, 0.25, 10.0),
        ("Onboarding", "still in it", 1, 4, 0.25, None),
    ]
    assert metrics.onboarded(found) == 0.25
    assert metrics.expanded(found) == 0
    assert metrics.renewed(found) is None
    assert metrics.staying(found) == 0.4
    earlier = queries.conversions(
        journeys, EVERYTHING, Filters(date(2026, 1, 20), date(2026, 1, 1), date(2026, 2, 1))
    )
    assert dict(cells(earlier.filter(stage="Onboarding"), "outcome", "stays")) == {
        "still in it": 3,
        "not recorded": 1,
    }
    assert queries.conversions(journeys, Scope(), window).is_empty()


def test_days_in_stage_are_of_those_in_it_now_and_of_those_that_ended(journeys):
    window = TODAY.window(date(2026, 1, 25), date(2026, 2, 10))

    found = queries.days_in_stage(journeys, EVERYTHING, window)

    named = ("stage", "stays", "number", "quarter_days", "median_days", "three_quarter_days")
    assert cells(found, *named, "longest_days", "over_limit") == [
        ("Adoption", "in it now", 1, 274, 274, 274, 274, 0),
        ("Churned", "in it now", 1, 279, 279, 279, 279, 0),
        ("Expansion", "in it now", 1, 144, 144, 144, 144, 0),
        ("Onboarding", "ended", 3, 25, 30, 30, 30, 0),
        ("Onboarding", "in it now", 1, 303, 303, 303, 303, 1),
    ]
    assert metrics.days_onboarding(found) == 30
    assert metrics.days_renewal(found) is None
    assert metrics.over_limit(found) == 0


def test_each_month_has_the_stages_of_its_last_day(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2")],
        account_history=[
            stage("Onboarding", date(2026, 5, 15), date(2026, 8, 31)),
            stage("Adoption", date(2026, 8, 31)),
            stage("Renewal", date(2026, 9, 30), None, "a2"),
        ],
        subscriptions=[
            subscription(100, account_id="a1", starts_on=date(2026, 5, 15)),
            subscription(5, account_id="a2", starts_on=date(2026, 8, 1), ends_on=AS_OF),
        ],
    )

    found = queries.by_month(warehouse, EVERYTHING, TODAY)

    assert found.rows() == [
        (date(2026, 5, 31), "Onboarding", 1, Decimal(100), 0, Decimal(0)),
        (date(2026, 6, 30), "Onboarding", 1, Decimal(100), 0, Decimal(0)),
        (date(2026, 7, 31), "Onboarding", 1, Decimal(100), 0, Decimal(0)),
        (date(2026, 8, 31), "Adoption", 1, Decimal(100), 0, Decimal(0)),
        (date(2026, 8, 31), "not recorded", 1, Decimal(5), 0, Decimal(0)),
        (date(2026, 9, 30), "Adoption", 1, Decimal(100), 0, Decimal(0)),
        (date(2026, 9, 30), "Renewal", 1, Decimal(5), 0, Decimal(0)),
        (AS_OF, "Adoption", 1, Decimal(100), 0, Decimal(0)),
    ]
    august = Filters(date(2026, 8, 30))
    assert queries.by_month(warehouse, EVERYTHING, august).rows()[-2:] == [
        (date(2026, 8, 30), "Onboarding", 1, Decimal(100), 1, Decimal(100)),
        (date(2026, 8, 30), "not recorded", 1, Decimal(5), 0, Decimal(0)),
    ]
    assert metrics.stuck(queries.by_month(warehouse, EVERYTHING, august)) == 1
    assert queries.by_month(warehouse, Scope(), TODAY).is_empty()


def behaved(account_id: str, on: date):
    return {"account_id": account_id, "behaviour": f"did {on}", "first_done_on": on}


def test_time_to_value_follows_each_customer_as_long_as_it_can(warehouse_of):
    warehouse = warehouse_of(
        accounts=[
            account("quick", customer_since=date(2026, 1, 1)),
            account("slow", customer_since=date(2026, 1, 1)),
            account("waits", customer_since=date(2026, 3, 31)),
            account("left", customer_since=date(2026, 2, 1)),
            account("unrecorded", customer_since=date(2026, 2, 1), lifecycle_stage="Adoption"),
            account("next quarter", customer_since=date(2026, 4, 1)),
            account("later", customer_since=AS_OF + days(1)),
        ],
        account_history=[
            stage("Onboarding", date(2026, 1, 1), date(2026, 1, 11), "quick"),
            stage("Adoption", date(2026, 1, 11), None, "quick"),
            stage("Onboarding", date(2026, 1, 1), date(2026, 4, 11), "slow"),
            stage("Adoption", date(2026, 4, 11), None, "slow"),
            stage("Onboarding", date(2026, 3, 31), None, "waits"),
            stage("Onboarding", date(2026, 2, 1), date(2026, 2, 21), "left"),
            stage("Churned", date(2026, 2, 21), None, "left"),
            stage("Onboarding", date(2026, 4, 1), date(2026, 11, 1), "next quarter"),
            stage("Adoption", date(2026, 11, 1), None, "next quarter"),
            stage("Onboarding", AS_OF + days(1), None, "later"),
        ],
        usage_events=[
            behaved("quick", date(2025, 12, 1)),
            behaved("slow", date(2026, 1, 6)),
            behaved("slow", date(2026, 1, 4)),
            behaved("waits", AS_OF + days(1)),
            behaved("left", date(2026, 2, 22)),
        ],
    )

    rows = onboarding.accounts(warehouse, EVERYTHING, TODAY)

    named = ("account_id", "onboarding", "onboarding_days", "behaviour", "behaviour_days")
    assert cells(rows, *named) == [
        ("next quarter", "waiting", 213, "waiting", 213),
        ("waits", "waiting", 214, "waiting", 214),
        ("left", "left before", 20, "left before", 20),
        ("unrecorded", "not recorded", None, "waiting", 272),
        ("quick", "reached", 10, "reached", 0),
        ("slow", "reached", 100, "reached", 3),
    ]
    found = onboarding.cohorts(warehouse, EVERYTHING, TODAY)
    first, second = date(2026, 1, 1), date(2026, 4, 1)
    # 4 followed: one is out after 10 days (3/4 left), one leaves, 1 of 2 is out after 100 (3/8).
    assert found.rows() == [
        (first, "first key behaviour", 5, 2, 2, 1, 0, None, False),
        (first, "out of onboarding", 5, 2, 1, 1, 1, 100.0, False),
        (second, "first key behaviour", 1, 0, 1, 0, 0, None, False),
        (second, "out of onboarding", 1, 0, 1, 0, 0, None, False),
    ]
    december = onboarding.cohorts(
        warehouse, EVERYTHING, Filters(date(2026, 12, 1), date(2026, 4, 1), date(2026, 5, 1))
    )
    assert december.filter(reading="out of onboarding").rows() == [
        (second, "out of onboarding", 1, 1, 0, 0, 0, 214.0, True)
    ]
    assert onboarding.cohorts(warehouse, Scope(), TODAY).is_empty()
    assert median_followed(rows["onboarding"], rows["onboarding_days"]) is None
    early = rows.filter(pl.col("began_on") < second)
    assert median_followed(early["onboarding"], early["onboarding_days"]) == 100


@pytest.mark.parametrize(
    ("followed", "median"),
    [
        ([], None),
        ([("reached", 5)], 5),
        ([("waiting", 5)], None),
        # Exactly half: 3/4 x 2/3 is 1/2 whatever the arithmetic makes of it.
        ([("reached", 1), ("reached", 2), ("waiting", 9), ("waiting", 9)], 2),
        ([("reached", 1), ("waiting", 1), ("reached", 7)], 7),
        ([("left before", 1), ("reached", 2), ("waiting", 3), ("waiting", 4)], None),
        ([("not recorded", None), ("reached", 2)], 2),
    ],
)
def test_the_median_of_kaplan_and_meier(followed, median):
    states = pl.Series([state for state, _ in followed], dtype=pl.String)
    lengths = pl.Series([length for _, length in followed], dtype=pl.Int64)

    assert median_followed(states, lengths) == median


@pytest.mark.parametrize(
    "question",
    [
        *(queries.by_stage, queries.accounts, queries.by_month, queries.days_in_stage),
        *(queries.conversions, queries.stays, onboarding.cohorts, onboarding.accounts),
    ],
)
def test_the_lifecycle_rests_on_accounts_alone(warehouse_of, question):
    with pytest.raises(MissingTableError, match="accounts"):
        question(warehouse_of(), EVERYTHING, TODAY)
    question(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)


@pytest.mark.parametrize("case", CASES)
def test_the_rows_sum_to_their_marks(demo, case):
    filters = CASES[case]
    accounts = queries.accounts(demo, EVERYTHING, filters)
    assert_sums_to(
        accounts.group_by("stage", "reading").agg(
            accounts=pl.len(),
            customers=pl.col("is_customer").sum(),
            arr=pl.col("arr").sum(),
            without_rate=pl.col("arr").null_count(),
            limit_days=pl.col("limit_days").max(),
        ),
        queries.by_stage(demo, EVERYTHING, filters),
        *("stage", "reading"),
    )
    assert accounts["account_id"].is_unique().all()

    months = queries.by_month(demo, EVERYTHING, filters)
    shown = months["day_on"].unique().sort()
    on_days = pl.concat(
        queries.on_day(demo, EVERYTHING, filters, day_on=day) for day in (shown[0], shown[-1])
    )
    assert_sums_to(
        on_days.group_by("day_on", "stage").agg(
            customers=pl.len(),
            arr=pl.col("arr").sum(),
            stuck=pl.col("is_stuck").sum(),
            arr_stuck=pl.col("arr").filter("is_stuck").sum(),
        ),
        months.filter(pl.col("day_on").is_in([shown[0], shown[-1]])),
        *("day_on", "stage"),
    )
    # The as-of date in the months is the as-of date of the stages.
    live = accounts.filter("is_customer").group_by("stage").agg(customers=pl.len()).sort("stage")
    now = months.filter(pl.col("day_on") == filters.as_of).select("stage", "customers")
    assert dict(now.iter_rows()) == dict(live.iter_rows())

    entered = queries.stays(demo, EVERYTHING, filters)
    conversions = queries.conversions(demo, EVERYTHING, filters)
    assert_sums_to(
        entered.group_by("stage", "outcome").agg(stays=pl.len()),
        conversions.select("stage", "outcome", "stays"),
        *("stage", "outcome"),
        may_be_empty=True,
    )
    ended = queries.stays(demo, EVERYTHING, filters, dated="left")
    lengths = queries.days_in_stage(demo, EVERYTHING, filters)
    assert_sums_to(
        pl.concat(
            [
                ended.select("stage", stays=pl.lit("ended"), days="days"),
                accounts.select("stage", stays=pl.lit("in it now"), days="days_in_stage"),
            ]
        )
        .drop_nulls("days")
        .group_by("stage", "stays")
        .agg(
            number=pl.len(),
            median_days=pl.col("days").median(),
            longest_days=pl.col("days").max(),
        ),
        lengths.select("stage", "stays", "number", "median_days", "longest_days"),
        *("stage", "stays"),
    )

    begun = onboarding.accounts(demo, EVERYTHING, filters)
    cohorts = onboarding.cohorts(demo, EVERYTHING, filters)
    for reading, state in (
        ("out of onboarding", "onboarding"),
        ("first key behaviour", "behaviour"),
    ):
        assert_sums_to(
            begun.group_by("cohort_on").agg(
                accounts=pl.len(),
                reached=(pl.col(state) == "reached").sum(),
                waiting=(pl.col(state) == "waiting").sum(),
                left_before=(pl.col(state) == "left before").sum(),
                not_recorded=(pl.col(state) == "not recorded").sum(),
            ),
            cohorts.filter(reading=reading).drop("reading", "median_days", "is_complete"),
            "cohort_on",
            may_be_empty=True,
        )
        for row in cohorts.filter(reading=reading).iter_rows(named=True):
            part = begun.filter(cohort_on=row["cohort_on"])
            assert median_followed(part[state], part[f"{state}_days"]) == row["median_days"]
