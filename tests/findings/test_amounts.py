"""Amounts that are all unknown are no amount of nothing, neither in a title nor on its card."""

import polars as pl
import pytest

from dashboard.findings import account, capacity, expansion, health, pipeline, renewals, won
from dashboard.formats import NOT_AVAILABLE
from dashboard.metrics import capacity as capacity_metrics
from dashboard.metrics import expansion as expansion_metrics
from dashboard.metrics import pipeline as pipeline_metrics
from dashboard.metrics import renewals as renewal_metrics
from dashboard.metrics import won as won_metrics
from dashboard.queries import coverage
from dashboard.queries.account_records import OPPORTUNITIES
from dashboard.queries.expansion import PIPELINE_BY_MONTH
from dashboard.queries.health import CROSSINGS
from dashboard.queries.pipeline import CREATED_BY_MONTH
from dashboard.queries.renewals import DUE_BY_QUARTER, OVERDUE
from dashboard.queries.won import BY_QUARTER


def row(schema: pl.Schema, **fields: object) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | fields], schema=schema)


UNASSIGNED = row(coverage.UNASSIGNED, renewals_due=1)
DUE = row(DUE_BY_QUARTER, renewals=3, open=2)
LATE = row(OVERDUE)
CREATED = row(CREATED_BY_MONTH, opportunities=2, outcome="won")
OPEN = row(PIPELINE_BY_MONTH, opportunities=2, without_amount=2)
WON = row(BY_QUARTER, opportunities=2, sourced_by="csm")
FELL = row(CROSSINGS, band_before="green", band_now="red")


@pytest.mark.parametrize(
    "title",
    [
        capacity.unassigned(UNASSIGNED, 90, currency="USD"),
        renewals.due_by_quarter(DUE, "Q1", currency="USD"),
        renewals.overdue(LATE, currency="USD"),
        pipeline.by_month(CREATED, "a year", currency="USD"),
        expansion.pipeline(OPEN, currency="USD"),
        won.by_quarter(WON, "Q1", currency="USD"),
        health.crossings(FELL, 7, currency="USD"),
        account.opportunities(row(OPPORTUNITIES, status="open"), currency="USD"),
    ],
)
def test_a_title_over_unknown_amounts_names_no_amount(title):
    assert NOT_AVAILABLE in title


def test_a_card_over_unknown_amounts_has_none():
    for metric, rows in (
        (capacity_metrics.unassigned_arr, UNASSIGNED),
        (capacity_metrics.unassigned_arr_due, UNASSIGNED),
        (expansion_metrics.amount, OPEN),
        (expansion_metrics.weighted_amount, OPEN),
        (pipeline_metrics.created, CREATED),
        (pipeline_metrics.won, CREATED),
        (renewal_metrics.arr_overdue, LATE),
        (won_metrics.by_csms, WON),
    ):
        assert metric(rows) is None, metric.name
        assert metric(rows.clear()) == 0, metric.name


def test_customers_without_a_renewal_ahead_have_none_due():
    assert capacity_metrics.unassigned_arr_due(row(coverage.UNASSIGNED, renewals_due=0)) == 0
