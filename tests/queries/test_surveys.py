import math
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import surveys
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, SINCE, account, answer, cells, subscription, was

TODAY = Filters(as_of=AS_OF)
OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)


def margin(promoters: int, passives: int, detractors: int) -> float:
    """Half the 95 % interval, from the answers valued 1, 0 and -1."""
    values = [1] * promoters + [0] * passives + [-1] * detractors
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return 100 * 1.959963985 * math.sqrt(variance / len(values))


def test_nps_by_month_counts_promoters_passives_and_detractors(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        survey_responses=[
            *(answer(score) for score in range(11)),
            answer(None),
            answer(5, survey="csat"),
            answer(9, responded_on=date(2026, 9, 30)),
            answer(6, responded_on=date(2026, 9, 1)),
            answer(10, responded_on=None),
        ],
    )

    by_month = surveys.nps_by_month(warehouse, EVERYTHING, TODAY)

    expected = [
        (SEPTEMBER, 2, 1, 0, 1, 0.0, margin(1, 0, 1)),
        (OCTOBER, 11, 2, 2, 7, 100 * -5 / 11, margin(2, 2, 7)),
        (None, 1, 1, 0, 0, 100.0, 0.0),
    ]
    assert_frame_equal(by_month, pl.DataFrame(expected, surveys.NPS_BY_MONTH, orient="row"))


def test_answers_outside_the_window_or_after_the_as_of_date_do_not_count(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        survey_responses=[
            answer(1, responded_on=date(2026, 8, 31)),
            answer(2, responded_on=date(2026, 9, 1)),
            answer(3, responded_on=date(2026, 9, 30)),
            answer(4, responded_on=date(2026, 10, 1)),
            answer(5, responded_on=AS_OF),
            answer(6, responded_on=date(2026, 11, 1)),
            answer(7, responded_on=None),
        ],
    )

    def scores(filters: Filters) -> list[int]:
        return surveys.answers(warehouse, EVERYTHING, filters)["score"].to_list()

    assert scores(TODAY) == [5, 4, 3, 2, 1, 7]
    assert scores(TODAY.window(SEPTEMBER, OCTOBER)) == [3, 2]
    assert scores(TODAY.window(OCTOBER, date(2027, 1, 1))) == [5, 4]
    assert scores(TODAY.window(None, SEPTEMBER)) == [1]
    assert scores(Filters(as_of=date(2026, 9, 1))) == [2, 1, 7]


def test_nps_by_persona_counts_the_unknown_persona_apart(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", segment="Mid-Market")],
        survey_responses=[
            answer(10, persona="decision_maker"),
            answer(9, persona="decision_maker", responded_on=SEPTEMBER),
            answer(0, persona=None),
            answer(7, account_id="a2"),
            answer(8, account_id="a2"),
        ],
    )

    assert cells(surveys.nps_by_month_and_persona(warehouse, EVERYTHING, TODAY)) == [
        (SEPTEMBER, "decision_maker", 1, 1, 0, 0, 100.0, 0.0),
        (OCTOBER, "decision_maker", 1, 1, 0, 0, 100.0, 0.0),
        (OCTOBER, "end_user", 2, 0, 2, 0, 0.0, 0.0),
        (OCTOBER, None, 1, 0, 0, 1, -100.0, 0.0),
    ]
    assert cells(surveys.nps_by_segment_and_persona(warehouse, EVERYTHING, TODAY)) == [
        ("Enterprise", "decision_maker", 2, 2, 0, 0, 100.0, 0.0),
        ("Enterprise", None, 1, 0, 0, 1, -100.0, 0.0),
        ("Mid-Market", "end_user", 2, 0, 2, 0, 0.0, 0.0),
    ]
    kept = {"personas": ("decision_maker", "unknown")}
    for question in (surveys.nps_by_month_and_persona, surveys.nps_by_segment_and_persona):
        assert set(question(warehouse, EVERYTHING, TODAY, **kept)["persona"]) == {
            "decision_maker",
            None,
        }
    assert surveys.nps_by_month(warehouse, EVERYTHING, TODAY, **kept)["responses"].sum() == 3
    assert len(surveys.answers(warehouse, EVERYTHING, TODAY, personas=("admin",))) == 0


def test_answers_are_told_with_account_and_follow_up_the_latest_first(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(churned_on=SINCE)],
        account_history=[was("segment", "Mid-Market", SINCE, None)],
        subscriptions=[subscription(ends_on=SINCE)],
        survey_responses=[
            answer(9, response_id="r1", comment="Fine", followed_up_on=AS_OF),
            answer(6, response_id="r2", persona=None, responded_on=None),
            answer(7, response_id="r3", responded_on=date(2026, 10, 11)),
        ],
    )

    answers = surveys.answers(warehouse, EVERYTHING, TODAY)

    who = ("a1", "A1", "Mid-Market")
    expected = [
        ("r3", *who, "end_user", date(2026, 10, 11), OCTOBER, 7, "passive", None, None),
        ("r1", *who, "end_user", date(2026, 10, 10), OCTOBER, 9, "promoter", "Fine", AS_OF),
        ("r2", *who, None, None, None, 6, "detractor", None, None),
    ]
    assert_frame_equal(answers, pl.DataFrame(expected, surveys.ANSWERS, orient="row"))


def test_the_margin_of_error_is_the_published_one(warehouse_of):
    """Of 324 answers a half are promoters, a third passives and a sixth detractors."""
    warehouse = warehouse_of(
        accounts=[account()],
        survey_responses=[
            answer(score, response_id=f"{score} {place}")
            for score, times in ((10, 162), (8, 108), (3, 54))
            for place in range(times)
        ],
    )

    (month,) = surveys.nps_by_month(warehouse, EVERYTHING, TODAY).iter_rows(named=True)

    assert month["nps"] == pytest.approx(100 / 3)
    assert month["margin_of_error"] / 1.959963985 == pytest.approx(4.1, abs=0.05)
    assert Decimal(month["responses"]) == 324


@pytest.mark.parametrize(
    "question",
    [
        surveys.nps_by_month,
        surveys.nps_by_month_and_persona,
        surveys.nps_by_segment_and_persona,
        surveys.answers,
    ],
)
def test_surveys_are_empty_without_answers_and_missing_without_the_table(warehouse_of, question):
    asked = warehouse_of(accounts=[account()], survey_responses=[answer(None)])
    assert question(asked, EVERYTHING, TODAY).is_empty()
    with pytest.raises(MissingTableError, match="survey_responses, which is not loaded"):
        question(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)
