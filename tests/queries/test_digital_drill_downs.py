"""Behind every mark of digital programmes stand rows that sum to it."""

import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.queries import behaviours, digital
from tests.queries.test_drill_downs import CASES, assert_sums_to


@pytest.fixture(params=CASES)
def filters(request):
    return CASES[request.param]


def test_messages_sum_to_the_months_and_the_steps(demo, filters):
    rows = digital.messages(demo, EVERYTHING, filters)
    settled = pl.col("is_settled")
    reached = pl.col("is_reached")
    acted = pl.col("has_acted")
    assert_sums_to(
        rows.group_by("month", "program", "channel", "arm").agg(
            messages=pl.len(),
            settled=settled.sum(),
            identified=(settled & pl.col("is_identified")).sum(),
            reached=(settled & reached).sum(),
            reached_acted=(settled & reached & acted).sum(),
            acted=(settled & acted).sum(),
        ),
        digital.by_month(demo, EVERYTHING, filters).drop("reached_in_control"),
        *("month", "program", "channel", "arm"),
        may_be_empty=bool(filters.csm_ids),
    )
    assert rows["touch_id"].is_unique().all()
    sent = rows.filter(settled, pl.col("arm") != "control")
    steps = {
        "sent": sent,
        "right contact identified": sent.filter("is_identified"),
        "reached": sent.filter("is_reached"),
        "acted": sent.filter(reached & acted),
    }
    for row in digital.funnel(demo, EVERYTHING, filters).iter_rows(named=True):
        behind = steps[row["step"]].filter(program=row["program"])
        assert (row["messages"], row["accounts"]) == (
            len(behind),
            behind["account_id"].n_unique(),
        )


def test_participants_sum_to_the_effects(demo, filters):
    rows = digital.participants(demo, EVERYTHING, filters)
    measured = pl.col("is_measured")
    known = measured & pl.col("has_grown").is_not_null()
    assert_sums_to(
        rows.group_by("program", "arm", "response").agg(
            accounts=pl.len(),
            settled=pl.col("is_settled").sum(),
            acted=(pl.col("is_settled") & pl.col("has_acted")).sum(),
            measured=measured.sum(),
            users_known=known.sum(),
            users_before=pl.col("users_before").filter(known).sum(),
            users_after=pl.col("users_after").filter(known).sum(),
            grown=(known & pl.col("has_grown")).sum(),
            expanded=(measured & pl.col("has_expanded")).sum(),
            expansion_arr=pl.col("expansion_arr").filter(measured).sum(),
            renewals=(measured & pl.col("is_renewed").is_not_null()).sum(),
            renewed=(measured & pl.col("is_renewed").fill_null(False)).sum(),
        ),
        digital.effects(demo, EVERYTHING, filters).drop("expansions_without_rate"),
        *("program", "arm", "response"),
        may_be_empty=bool(filters.csm_ids),
    )
    assert rows.select("program", "account_id").is_unique().all()


def test_accounts_sum_to_a_behaviour(demo, filters):
    summary = behaviours.by_cohort(demo, EVERYTHING, filters)
    for behaviour in summary["behaviour"].unique().sort():
        rows = behaviours.accounts(demo, EVERYTHING, filters, behaviour=behaviour)
        early = pl.col("is_early")
        decided = pl.col("first_renewal").is_in(["renewed", "churned"])
        renewed = pl.col("first_renewal") == "renewed"
        old = pl.col("expansion") != "too young"
        expanded = pl.col("expansion") == "expanded"
        assert_sums_to(
            rows.group_by("cohort_on").agg(
                behaviour=pl.lit(behaviour),
                renewal_early=(decided & early).sum(),
                renewal_early_renewed=(renewed & early).sum(),
                renewal_rest=(decided & ~early).sum(),
                renewal_rest_renewed=(renewed & ~early).sum(),
                expansion_early=(old & early).sum(),
                expansion_early_expanded=(expanded & early).sum(),
                expansion_rest=(old & ~early).sum(),
                expansion_rest_expanded=(expanded & ~early).sum(),
            ),
            summary.filter(pl.col("behaviour") == behaviour),
            "cohort_on",
        )
        assert rows["account_id"].is_unique().all()
