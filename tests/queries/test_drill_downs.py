"""Behind every cell of a summary stand the rows of its detail: they sum to it, to the cent."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import UNASSIGNED, Filters
from dashboard.policy import MEASURES
from dashboard.queries import accounts, coverage, expansion, health, renewals, surveys, talent
from tests.factories import AS_OF

EARLIER = date(2026, 5, 20)
CASES = {
    "everything": Filters(as_of=AS_OF),
    "an earlier day": Filters(as_of=EARLIER),
    "a window": Filters(as_of=AS_OF, since=date(2026, 7, 1), until=date(2027, 4, 1)),
    "one segment": Filters(as_of=AS_OF, segments=("Enterprise",)),
    "two regions": Filters(as_of=EARLIER, regions=("Europe", "Asia Pacific")),
    "nobody's": Filters(as_of=AS_OF, csm_ids=(UNASSIGNED,)),
    "all at once": Filters(
        as_of=EARLIER,
        since=date(2026, 1, 1),
        until=date(2026, 7, 1),
        segments=("Mid-Market", "Small Business"),
        regions=("North America", "Europe"),
    ),
}


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def assert_sums_to(
    details: pl.DataFrame, summary: pl.DataFrame, *keys: str, may_be_empty: bool = False
) -> None:
    """Fail unless the details, added up by the keys, are the summary."""
    assert may_be_empty or not summary.is_empty(), "a comparison of nothing"
    assert_frame_equal(
        details.select(summary.columns).cast(dict(summary.schema)),
        summary,
        check_row_order=False,
        abs_tol=1e-9,
    )
    assert summary.select(keys).is_unique().all()


def test_renewals_due_sum_to_the_quarters(demo, filters):
    due = renewals.due(demo, EVERYTHING, filters)
    is_open = pl.col("status") == "open"

    assert_sums_to(
        due.group_by("due_quarter", "segment", "health_band").agg(
            renewals=pl.len(),
            arr_due=pl.col("arr_due").sum(),
            renewed=(pl.col("status") == "renewed").sum(),
            arr_renewed=pl.col("arr_renewed").sum(),
            arr_renewed_capped=pl.col("arr_renewed_capped").sum(),
            churned=(pl.col("status") == "churned").sum(),
            open=is_open.sum(),
            arr_open=pl.col("arr_due").filter(is_open).sum(),
        ),
        renewals.due_by_quarter(demo, EVERYTHING, filters),
        *("due_quarter", "segment", "health_band"),
    )
    assert due["renewal_id"].is_unique().all()


def test_scores_sum_to_the_segments(demo, filters):
    scores = pl.concat(
        health.scores(demo, EVERYTHING, filters, measure=measure)
        for measure in (*MEASURES, "overall")
    )

    assert_sums_to(
        scores.group_by("segment", "measure").agg(
            accounts=pl.len(),
            average_score=pl.col("score").mean(),
            arr=pl.col("arr").sum(),
            arr_red=pl.col("arr").filter(pl.col("is_red")).sum(),
        ),
        health.by_segment(demo, EVERYTHING, filters),
        *("segment", "measure"),
    )
    assert scores.select("account_id", "measure").is_unique().all()


def test_customers_in_a_band_sum_to_the_weeks(demo, filters):
    weeks = filters.window(date(2026, 4, 20), None)
    summary = health.bands_by_week(demo, EVERYTHING, weeks)
    summary = summary.filter(pl.col("week_on").is_in(summary["week_on"].unique().sort()[-5:]))
    details = pl.concat(
        health.in_band(demo, EVERYTHING, weeks, week_on=week_on, band=band or "not scored")
        for week_on, band in summary.select("week_on", "health_band").iter_rows()
    )

    assert_sums_to(
        details.group_by("week_on", "health_band").agg(accounts=pl.len(), arr=pl.col("arr").sum()),
        summary,
        *("week_on", "health_band"),
    )
    assert details.select("account_id", "week_on").is_unique().all()


def test_open_opportunities_sum_to_the_months(demo, filters):
    details = expansion.open_opportunities(demo, EVERYTHING, filters)

    assert_sums_to(
        details.group_by("month", "forecast_category").agg(
            opportunities=pl.len(),
            amount=pl.col("amount").sum(),
            weighted_amount=pl.col("weighted_amount").sum(),
            without_amount=pl.col("amount").null_count(),
        ),
        expansion.pipeline_by_month(demo, EVERYTHING, filters),
        *("month", "forecast_category"),
        may_be_empty=bool(filters.csm_ids),
    )
    assert details["opportunity_id"].is_unique().all()


def test_customers_sum_to_the_books(demo, filters):
    customers = accounts.customers(demo, EVERYTHING, filters)
    books = coverage.by_csm(demo, EVERYTHING, filters)
    counted = ("Onboarding", "Adoption", "Renewal", "Expansion")
    stage, band = pl.col("lifecycle_stage"), pl.col("health_band")

    assert_sums_to(
        customers.group_by("csm_id", "csm_name", "segment")
        .agg(
            accounts=pl.len(),
            arr=pl.col("arr").sum(),
            **{name.lower(): (stage == name).sum() for name in counted},
            other_stage=(~stage.is_in(counted)).sum(),
            **{name: (band == name).sum() for name in ("red", "amber", "green")},
            not_scored=band.null_count(),
            arr_red=pl.col("arr").filter(band == "red").sum(),
        )
        .rename({"csm_id": "member_id", "csm_name": "name"}),
        books.filter(pl.col("accounts") > 0).drop(
            "renewals_due", "arr_due", "ramped_on", "left_on"
        ),
        *("member_id", "segment"),
    )
    assert customers["account_id"].is_unique().all()
    assert set(customers["customers"]) == {len(customers)}


def test_customers_sum_to_the_coverage_of_health(demo, filters):
    customers = accounts.customers(demo, EVERYTHING, filters)

    assert_sums_to(
        customers.group_by("segment", "health_band").agg(
            accounts=pl.len(), arr=pl.col("arr").sum()
        ),
        health.coverage(demo, EVERYTHING, filters).drop("average_coverage"),
        *("segment", "health_band"),
    )


@pytest.mark.parametrize("personas", [(), ("end_user",), ("decision_maker", "unknown")])
def test_answers_sum_to_every_nps(demo, filters, personas):
    answers = surveys.answers(demo, EVERYTHING, filters, personas=personas)
    summaries = {
        surveys.nps_by_month: ["month"],
        surveys.nps_by_month_and_persona: ["month", "persona"],
        surveys.nps_by_segment_and_persona: ["segment", "persona"],
    }

    for question, keys in summaries.items():
        assert_sums_to(
            answers.group_by(keys).agg(
                responses=pl.len(),
                promoters=(pl.col("answer") == "promoter").sum(),
                passives=(pl.col("answer") == "passive").sum(),
                detractors=(pl.col("answer") == "detractor").sum(),
            ),
            question(demo, EVERYTHING, filters, personas=personas).drop("nps", "margin_of_error"),
            *keys,
        )
    assert answers["response_id"].is_unique().all()


@pytest.mark.parametrize("as_of", [AS_OF, EARLIER])
@pytest.mark.parametrize("cycle", [None, "2025-H1"])
def test_people_sum_to_the_nine_blocks(demo, as_of, cycle):
    filters = Filters(as_of=as_of)
    people = talent.people(demo, EVERYTHING, filters, cycle=cycle)

    assert_sums_to(
        people.group_by("performance", "promotability", "block").agg(people=pl.len()),
        talent.nine_block(demo, EVERYTHING, filters, cycle=cycle),
        "block",
    )
    cycles = dict(talent.cycles(demo, EVERYTHING, filters).select("cycle", "people").iter_rows())
    assert cycles[people["cycle"][0]] == len(people)
