"""Customers and renewals behind the marks of health, added up again."""

import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.metrics.scorecards import from_band_to_band, moves, side_by_side
from dashboard.policy import Band, Policy
from dashboard.queries import outcome_check, quadrants, scorecards
from dashboard.scorecard_policy import CARDS
from tests.queries.test_drill_downs import CASES, assert_sums_to


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def test_customers_sum_to_every_scorecard(demo, filters):
    summary = scorecards.bands(demo, EVERYTHING, filters)
    details = pl.concat(
        scorecards.customers(demo, EVERYTHING, filters, scorecard=card).with_columns(
            scorecard=pl.lit(card)
        )
        for card in CARDS
    )

    assert_sums_to(
        details.group_by("scorecard", "segment", "health_band").agg(
            accounts=pl.len(),
            arr=pl.col("arr").sum(),
            average_score=pl.col("score").mean(),
            average_coverage=pl.col("coverage").mean(),
        ),
        summary,
        *("scorecard", "segment", "health_band"),
    )
    assert details.select("scorecard", "account_id").is_unique().all()


@pytest.mark.sampled(4)
def test_customers_sum_to_the_states_of_every_measure(demo, filters):
    summary = scorecards.measure_states(demo, EVERYTHING, filters)
    kept = pl.col("measure").is_in(["roi", "nps", "survey", "features", "objectives"])
    details = pl.concat(
        scorecards.in_state(demo, EVERYTHING, filters, measure=measure, state=state).with_columns(
            scorecard=pl.lit(card)
        )
        for card, measure, state in summary.filter(kept)
        .select("scorecard", "measure", "state")
        .rows()
    )

    assert_sums_to(
        details.group_by("scorecard", "measure", "state").agg(
            accounts=pl.len(),
            arr=pl.col("arr").sum(),
            average_age_days=pl.col("age_days").mean(),
        ),
        summary.filter(kept),
        *("measure", "state"),
    )
    whole = summary.group_by("measure").agg(pl.col("accounts").sum())
    assert whole["accounts"].n_unique() == 1


def test_customers_sum_to_the_quadrants(demo, filters):
    summary = quadrants.totals(demo, EVERYTHING, filters)
    details = pl.concat(
        quadrants.customers(demo, EVERYTHING, filters, quadrant=quadrant)
        for quadrant in summary["quadrant"]
    )

    assert_sums_to(
        details.group_by("quadrant").agg(
            accounts=pl.len(),
            arr=pl.col("arr").sum(),
            average_outcomes=pl.col("outcomes").mean(),
            average_experience=pl.col("experience").mean(),
        ),
        summary,
        "quadrant",
    )
    everyone = quadrants.customers(demo, EVERYTHING, filters)
    assert set(everyone["account_id"]) == set(details["account_id"])
    assert set(everyone["customers"]) == {len(everyone)}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("card", ["health", "maturity"])
def test_a_proposal_moves_whom_its_definition_moves(demo, filters, card):
    answer = scorecards.thresholds(demo, EVERYTHING, filters, scorecard=card)
    present = Policy().definition(card)
    now = scorecards.customers(demo, EVERYTHING, filters, scorecard=card)

    for proposal, red, amber in (
        answer.select("proposal", "red_below", "amber_below").unique().iter_rows()
    ):
        definition = present.model_copy(
            update={"overall": Band(red_below=red, amber_below=amber)}
        ).model_dump_json()
        then = scorecards.customers(
            demo, EVERYTHING, filters, scorecard=card, definition=definition
        )
        both = side_by_side(now, then)
        expected = answer.filter(proposal=proposal).select(
            "band_now", "band_then", "accounts", "arr"
        )
        assert_sums_to(moves(both), expected, "band_now", "band_then")
        for before, after, accounts, arr in expected.iter_rows():
            behind = from_band_to_band(both, before, after)
            assert (len(behind), behind["arr"].sum()) == (accounts, arr)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("days_before", [60])
def test_renewals_sum_to_the_outcome_check(demo, filters, days_before):
    summary = outcome_check.by_band(demo, EVERYTHING, filters, days_before=days_before)
    details = pl.concat(
        outcome_check.renewals(
            demo,
            EVERYTHING,
            filters,
            measure=measure,
            band=band or "not scored",
            days_before=days_before,
        )
        for measure, band in summary.select("measure", "health_band").iter_rows()
    )

    few = pl.col("renewals") < 5
    assert_sums_to(
        details.group_by("measure", "health_band")
        .agg(
            renewals=pl.len(),
            renewed=pl.col("is_renewed").sum(),
            arr_due=pl.col("arr_due").sum(),
            arr_kept=pl.col("arr_kept").sum(),
        )
        .with_columns(pl.when(~few).then(name).alias(name) for name in ("renewed", "arr_kept")),
        summary.select("measure", "health_band", "renewals", "renewed", "arr_due", "arr_kept"),
        *("measure", "health_band"),
        may_be_empty=bool(filters.csm_ids),
    )
    assert details.select("measure", "renewal_id").is_unique().all()
    assert summary.select("measure", "all_renewals").unique()["all_renewals"].n_unique() <= 1
