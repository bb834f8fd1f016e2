"""Behind every mark of the voice of the customer stand rows that sum to it."""

import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.queries import csat, loops, personas, responses, surveys
from dashboard.themes.questions.comments import by_theme, commented
from tests.queries.test_drill_downs import CASES, assert_sums_to


@pytest.fixture(params=CASES)
def filters(request):
    return CASES[request.param]


def test_invitations_sum_to_the_months(demo, filters):
    rows = responses.invitations(demo, EVERYTHING, filters)
    answered = pl.col("state") == "answered"
    assert_sums_to(
        rows.group_by("survey", "month", "segment", "persona").agg(
            sent=pl.len(),
            answered=answered.sum(),
            no_answer=(pl.col("state") == "no answer").sum(),
            still_open=(pl.col("state") == "still open").sum(),
            settled=pl.col("is_settled").sum(),
            settled_answered=(pl.col("is_settled") & answered).sum(),
        ),
        responses.by_month(demo, EVERYTHING, filters),
        *("survey", "month", "segment", "persona"),
    )
    assert rows["response_id"].is_unique().all()


def test_detractors_sum_to_the_days_and_the_open_ones_are_among_them(demo, filters):
    rows = loops.detractors(demo, EVERYTHING, filters)
    assert_sums_to(
        rows.group_by("month", "state", "days").agg(loops=pl.len()),
        loops.by_days(demo, EVERYTHING, filters),
        *("month", "state", "days"),
    )
    unclosed = loops.unclosed(demo, EVERYTHING, filters)
    assert set(unclosed["response_id"]) == set(
        rows.filter(pl.col("closed_on").is_null())["response_id"]
    )
    assert unclosed["response_id"].is_unique().all()
    detractors = surveys.answers(demo, EVERYTHING, filters).filter(answer="detractor")
    assert set(rows["response_id"]) == set(detractors["response_id"])


def test_ratings_sum_to_the_months(demo, filters):
    rating = pl.col("rating")
    assert_sums_to(
        csat.ratings(demo, EVERYTHING, filters)
        .group_by("source", "month", "priority")
        .agg(
            ratings=pl.len(),
            satisfied=(rating >= 4).sum(),
            rating_sum=rating.sum(),
            rating_squares=(rating**2).sum(),
            out_of_range=pl.lit(0),
        ),
        csat.by_month(demo, EVERYTHING, filters),
        *("source", "month", "priority"),
    )


def test_comments_sum_to_the_themes(demo, filters):
    rows = commented(demo, EVERYTHING, filters)
    summary = by_theme(demo, EVERYTHING, filters)
    assert_sums_to(
        rows.group_by("theme", "words", "is_read").agg(
            comments=pl.len(),
            respondents=pl.col("respondent_id").n_unique(),
            promoters=(pl.col("answer") == "promoter").sum(),
            passives=(pl.col("answer") == "passive").sum(),
            detractors=(pl.col("answer") == "detractor").sum(),
            accounts=pl.col("account_id").n_unique(),
            arr=pl.col("arr").filter(pl.col("account_id").is_first_distinct()).sum(),
            cut=pl.col("is_cut").sum(),
        ),
        summary.drop("nps", "margin_of_error"),
        *("theme", "is_read"),
    )


def test_answers_sum_to_the_csms(demo, filters):
    told = personas.by_csm(demo, EVERYTHING, filters)
    assert told["responses"].sum() == len(surveys.answers(demo, EVERYTHING, filters))
    for csm_id, responses_of in told.drop_nulls("csm_id").select("csm_id", "responses").iter_rows():
        narrowed = filters.window(filters.since, filters.until)
        rows = surveys.answers(
            demo, EVERYTHING, type(filters)(
                as_of=filters.as_of, since=narrowed.since, until=narrowed.until,
                segments=filters.segments, regions=filters.regions, csm_ids=(csm_id,),
            ),
        )  # fmt: skip
        assert len(rows) == responses_of
