"""Pipeline created, counted by hand: by month, kind and stage, and what became of it."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import pipeline
from tests.factories import (
    AS_OF,
    account,
    cells,
    change,
    member,
    moment,
    opportunity,
    rate,
    subscription,
)
from tests.queries.test_drill_downs import CASES, assert_sums_to

TODAY = Filters(as_of=AS_OF)
OCTOBER = date(2026, 10, 1)


def opened(opportunity_id, created_on=date(2026, 10, 2), **fields):
    return opportunity(opportunity_id, **{"created_on": created_on, "source": "csm"} | fields)


def closed(opportunity_id, won, closed_on, **fields):
    stage = {True: "Closed won", False: "Closed lost", None: "Closed"}[won]
    return opened(opportunity_id, won=won, closed_on=closed_on, stage=stage, **fields)


def stage(before, after, changed_at):
    return {
        name: value
        for name, value in change("stage", before, after, changed_at).items()
        if name != "opportunity_id"
    }


@pytest.fixture
def warehouse(warehouse_of):
    return warehouse_of(
        team_members=[member("m1", name="Ada")],
        accounts=[account("a1"), account("euro", currency="EUR")],
        subscriptions=[subscription(1)],
        fx_rates=[rate("EUR", 1.005)],
        products=[{"product_id": "P1", "product_name": "One"}],
        opportunities=[
            opened("open", product_id="P1"),
            opened("euro", account_id="euro", amount=Decimal("0.50")),
            opened("no amount", amount=None),
            opened("nobody's", account_id=None),
            closed("won today", won=True, closed_on=AS_OF),
            closed("won tomorrow", won=True, closed_on=date(2026, 11, 1)),
            closed("lost", won=False, closed_on=date(2026, 10, 9), kind="cross_sell"),
            closed("lost tomorrow", won=False, closed_on=date(2026, 11, 1), kind="cross_sell"),
            closed("closed", won=None, closed_on=date(2026, 10, 9)),
            closed("won some day", won=True, closed_on=None),
            opened("september", date(2026, 9, 30), source=None),
            opened("no day", None),
            opened("tomorrow", date(2026, 11, 1)),
        ],
        opportunity_history=[
            {
                "opportunity_id": "won tomorrow",
                **stage("Discussion", "Closed won", moment(2026, 11, 1)),
            },
            {"opportunity_id": "open", **stage("Early", "Discussion", moment(2026, 11, 1))},
            {"opportunity_id": "open", **stage("Very early", "Early", moment(2026, 10, 31, 23))},
            change("amount", 40, 100, moment(2026, 11, 2), opportunity_id="open"),
        ],
    )


def test_opportunities_stand_as_they_did_on_the_day(warehouse):
    rows = pipeline.created_by_month(warehouse, EVERYTHING, TODAY.window(OCTOBER, None))

    assert rows.rows() == [
        (OCTOBER, "cross_sell", "csm", "Closed lost", "lost", 1, Decimal(100), 0),
        # Lost tomorrow: open today, and no history tells in which stage.
        (OCTOBER, "cross_sell", "csm", None, "open", 1, Decimal(100), 0),
        (OCTOBER, "upsell", "csm", "Closed", "unknown", 1, Decimal(100), 0),
        (OCTOBER, "upsell", "csm", "Closed won", "won", 2, Decimal(200), 0),
        # In euros 0.50 x 1.005; without an amount; of nobody; and what is won tomorrow.
        (OCTOBER, "upsell", "csm", "Discussion", "open", 4, Decimal("200.50"), 1),
        (OCTOBER, "upsell", "csm", "Early", "open", 1, Decimal(40), 0),
    ]


def test_a_month_without_a_day_and_a_source_without_a_name_are_kept(warehouse):
    rows = pipeline.created_by_month(warehouse, EVERYTHING, TODAY)

    others = rows.filter(pl.col("month").is_null() | (pl.col("month") != OCTOBER))
    assert cells(others, "month", "source", "opportunities") == [
        (date(2026, 9, 1), "unknown", 1),
        (None, "csm", 1),
    ]


def test_who_sees_no_account_sees_no_opportunity(warehouse):
    assert pipeline.created_by_month(warehouse, Scope(), TODAY).is_empty()
    assert pipeline.created(warehouse, Scope(), TODAY).is_empty()
    own = pipeline.created(warehouse, Scope(member_ids=("m1",)), TODAY)
    assert "nobody's" in set(own["opportunity_id"])


def test_created_names_product_and_csm_and_closes_what_had_closed(warehouse):
    rows = pipeline.created(warehouse, EVERYTHING, TODAY)

    assert rows["opportunity_id"][-1] == "no day"
    first = rows.filter(opportunity_id="open").row(0, named=True)
    assert (first["product_name"], first["csm_name"], first["closed_on"]) == ("One", "Ada", None)
    later = rows.filter(opportunity_id="won tomorrow").row(0, named=True)
    assert (later["outcome"], later["closed_on"]) == ("open", None)


@pytest.mark.parametrize("case", CASES)
def test_opportunities_sum_to_the_months(demo, case):
    filters = CASES[case]
    rows = pipeline.created(demo, EVERYTHING, filters)

    assert_sums_to(
        rows.group_by("month", "kind", "source", "stage", "outcome").agg(
            opportunities=pl.len(),
            amount=pl.col("amount").sum(),
            without_amount=pl.col("amount").null_count(),
        ),
        pipeline.created_by_month(demo, EVERYTHING, filters),
        *("month", "kind", "source", "stage", "outcome"),
        may_be_empty=bool(filters.csm_ids),
    )
    assert rows["opportunity_id"].is_unique().all()
