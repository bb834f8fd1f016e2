"""Response, loops, satisfaction and disagreement, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.metrics import csat as csat_metrics
from dashboard.metrics import loops as loop_metrics
from dashboard.metrics import responses as response_metrics
from dashboard.policy import Policy
from dashboard.queries import csat, loops, personas, responses, surveys
from dashboard.survey_policy import SurveyPolicy
from dashboard.warehouse.base import MissingTableError
from tests.factories import AS_OF, account, answer, cells, member, moment, subscription

TODAY = Filters(as_of=AS_OF)
OCTOBER = date(2026, 10, 1)
UNANSWERED = {"responded_on": None}


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


# ------------------------------------------------------------------ response


def test_an_unanswered_survey_of_the_last_days_is_open_and_in_no_rate(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        survey_responses=[
            answer(None, sent_on=days_ago(29), response_id="1", **UNANSWERED),
            answer(None, sent_on=days_ago(30), response_id="2", **UNANSWERED),
            answer(9, sent_on=days_ago(29), responded_on=AS_OF, response_id="3"),
            answer(9, sent_on=days_ago(30), responded_on=AS_OF, response_id="4"),
            answer(9, sent_on=days_ago(40), responded_on=days_ago(-1), response_id="5"),
            answer(9, sent_on=days_ago(-1), responded_on=days_ago(-1), response_id="6"),
            answer(4, sent_on=days_ago(40), responded_on=None, response_id="7"),
            answer(None, sent_on=None, response_id="8", **UNANSWERED),
            answer(4, sent_on=OCTOBER, survey="csat", persona=None, response_id="9"),
        ],
    )

    by_month = responses.by_month(warehouse, EVERYTHING, TODAY)

    where = ("Enterprise", "end_user")
    assert cells(by_month) == [
        ("csat", OCTOBER, "Enterprise", None, 1, 1, 0, 0, 1, 1),
        ("nps", date(2026, 9, 1), *where, 2, 1, 1, 0, 2, 1),
        ("nps", OCTOBER, *where, 4, 2, 1, 1, 2, 1),
        ("nps", None, *where, 1, 0, 1, 0, 0, 0),
    ]
    assert by_month["settled"].sum() == 5
    assert response_metrics.response_rate(by_month) == 3 / 5
    assert response_metrics.still_open(by_month) == 1
    states = responses.invitations(warehouse, EVERYTHING, TODAY)
    assert dict(cells(states, "response_id", "state")) == {
        "1": "still open",
        "2": "no answer",
        "3": "answered",
        "4": "answered",
        "5": "no answer",
        "7": "answered",
        "8": "no answer",
        "9": "answered",
    }
    assert dict(cells(states, "response_id", "days_to_answer"))["4"] == 30


def test_how_long_a_survey_stays_open_is_a_choice(warehouse_of):
    policy = Policy(surveys=SurveyPolicy(open_days=0))
    warehouse = warehouse_of(
        policy=policy,
        accounts=[account()],
        survey_responses=[answer(None, sent_on=AS_OF, **UNANSWERED)],
    )
    (row,) = responses.by_month(warehouse, EVERYTHING, TODAY).iter_rows(named=True)
    assert (row["still_open"], row["no_answer"], row["settled"]) == (0, 1, 1)


# ------------------------------------------------------------------ loops


LOOPS = [
    answer(6, response_id="in time", responded_on=OCTOBER, followed_up_on=date(2026, 10, 8)),
    answer(0, response_id="late", responded_on=OCTOBER, followed_up_on=date(2026, 10, 9)),
    answer(3, response_id="young", responded_on=days_ago(7)),
    answer(3, response_id="overdue", responded_on=days_ago(8), account_id="a2"),
    answer(3, response_id="later", responded_on=OCTOBER, followed_up_on=days_ago(-1)),
    answer(2, response_id="before", responded_on=OCTOBER, followed_up_on=date(2026, 9, 1)),
    answer(1, response_id="undated", responded_on=None),
    answer(1, response_id="undated, closed", responded_on=None, followed_up_on=AS_OF),
    answer(7, response_id="passive", responded_on=OCTOBER),
    answer(1, response_id="csat", survey="csat", responded_on=OCTOBER),
]


def test_a_loop_is_closed_by_the_as_of_date_or_open_and_as_old_as_it_is(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(), account("a2")],
        subscriptions=[subscription(100), subscription(50, account_id="a2")],
        survey_responses=LOOPS,
    )

    rows = loops.detractors(warehouse, EVERYTHING, TODAY)

    assert {row[0]: row[1:] for row in cells(rows, "response_id", "days", "state")} == {
        "in time": (7, "closed in time"),
        "late": (8, "closed late"),
        "young": (7, "open, in time"),
        "overdue": (8, "open, overdue"),
        "later": (30, "open, overdue"),
        "before": (None, "closed, days unknown"),
        "undated": (None, "open, age unknown"),
        "undated, closed": (None, "closed, days unknown"),
    }
    summary = loops.by_days(warehouse, EVERYTHING, TODAY)
    assert summary["loops"].sum() == len(rows)
    unclosed = loops.unclosed(warehouse, EVERYTHING, TODAY)
    assert cells(unclosed, "response_id", "arr") == [
        ("later", Decimal(100)),
        ("overdue", Decimal(50)),
        ("young", Decimal(100)),
        ("undated", Decimal(100)),
    ]
    assert loop_metrics.arr_behind(unclosed) == 150
    assert loop_metrics.open_loops(summary) == 4
    assert loop_metrics.overdue(summary) == 2


def test_the_target_is_a_choice_and_the_window_is_of_the_answer(warehouse_of):
    policy = Policy(surveys=SurveyPolicy(close_loop_days=8))
    warehouse = warehouse_of(
        policy=policy, accounts=[account(), account("a2")], survey_responses=LOOPS
    )
    window = TODAY.window(OCTOBER, date(2026, 10, 2))
    assert cells(loops.by_days(warehouse, EVERYTHING, window), "state", "days", "loops") == [
        ("closed in time", 7, 1),
        ("closed in time", 8, 1),
        ("closed, days unknown", None, 1),
        ("open, overdue", 30, 1),
    ]


# ------------------------------------------------------------------ satisfaction


def case(case_id, csat, **fields):
    return {
        "case_id": case_id,
        "account_id": "a1",
        "priority": "high",
        "opened_at": moment(2026, 9, 1),
        "closed_at": moment(2026, 10, 3, 17),
        "csat": csat,
    } | fields


def test_satisfaction_keeps_surveys_and_cases_apart(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        survey_responses=[
            answer(4, survey="csat"),
            answer(3, survey="csat"),
            answer(9, survey="csat"),
            answer(9),
            answer(5, survey="csat", responded_on=None),
            answer(5, survey="csat", responded_on=days_ago(-1)),
        ],
        support_cases=[
            case("1", 5),
            case("2", 1, priority=None),
            case("3", None),
            case("4", 4, closed_at=moment(2026, 11, 1)),
            case("5", 2, closed_at=None),
            case("6", 4, closed_at=moment(2026, 10, 31, 23, 59)),
            case("7", 2, opened_at=moment(2026, 11, 1), closed_at=None),
        ],
    )

    by_month = csat.by_month(warehouse, EVERYTHING, TODAY)

    assert cells(by_month) == [
        ("support case", OCTOBER, "high", 2, 2, 9, 41, 0),
        ("support case", OCTOBER, None, 1, 0, 1, 1, 0),
        ("support case", None, "high", 1, 0, 2, 4, 0),
        ("survey", OCTOBER, None, 2, 1, 7, 25, 1),
        ("survey", None, None, 1, 1, 5, 25, 0),
    ]
    assert csat_metrics.survey_satisfied(by_month) == pytest.approx(2 / 3)
    assert csat_metrics.case_satisfied(by_month) == 0.5
    assert csat_metrics.survey_mean(by_month) == 4
    assert csat_metrics.case_mean(by_month) == 3
    ratings = csat.ratings(warehouse, EVERYTHING, TODAY)
    assert sorted(ratings["rating_id"].to_list())[:4] == [
        "1",
        "2",
        "3 [('survey', 'csat')]",
        "4 [('survey', 'csat')]",
    ]
    assert len(ratings) == by_month["ratings"].sum()
    inside = TODAY.window(date(2026, 10, 3), date(2026, 10, 4))
    assert csat.by_month(warehouse, EVERYTHING, inside)["ratings"].sum() == 2


def test_ratings_of_one_kind_are_told_where_the_other_was_not_loaded(warehouse_of):
    cases = warehouse_of(accounts=[account()], support_cases=[case("1", 5)])
    assert cells(csat.by_month(cases, EVERYTHING, TODAY), "source", "ratings") == [
        ("support case", 1)
    ]
    answers = warehouse_of(accounts=[account()], survey_responses=[answer(5, survey="csat")])
    assert cells(csat.by_month(answers, EVERYTHING, TODAY), "source", "ratings") == [("survey", 1)]


# ------------------------------------------------------------------ personas


def test_customers_disagree_where_one_side_promotes_and_the_other_does_not(warehouse_of):
    signs, uses = {"persona": "decision_maker"}, {"persona": "end_user"}
    names = ("big", "small", "agree", "even", "one", "gone")
    warehouse = warehouse_of(
        team_members=[member()],
        accounts=[account(name) for name in names],
        subscriptions=[
            subscription(number, account_id=name)
            for number, name in zip((900, 100, 800, 700, 600), names, strict=False)
        ],
        survey_responses=[
            answer(10, account_id="small", **signs),
            answer(8, account_id="small", **signs),
            answer(6, account_id="small", **uses),
            answer(0, account_id="small", persona="admin"),
            answer(1, account_id="big", **signs),
            answer(10, account_id="big", responded_on=date(2026, 10, 12), **uses),
            answer(9, account_id="agree", **signs),
            answer(9, account_id="agree", **uses),
            answer(9, account_id="even", **signs),
            answer(8, account_id="even", **uses),
            answer(9, account_id="one", **signs),
            answer(9, account_id="gone", **signs),
            answer(0, account_id="gone", **uses),
        ],
    )

    found = personas.disagreements(warehouse, EVERYTHING, TODAY)

    assert cells(found.drop("account_name", "segment")) == [
        ("big", "M1", Decimal(900), "end_user", 1, -100.0, 1, 100.0, date(2026, 10, 12), 4),
        ("small", "M1", Decimal(100), "decision_maker", 2, 50.0, 1, -100.0, date(2026, 10, 10), 4),
    ]
    assert personas.disagreements(warehouse, Scope(), TODAY).is_empty()


def test_of_a_csm_with_few_respondents_nothing_is_told(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(surveys=SurveyPolicy(minimum_respondents=2)),
        team_members=[member()],
        accounts=[account(), account("a2", csm_id="m2"), account("a3", csm_id=None)],
        survey_responses=[
            answer(10, respondent_id="p1"),
            answer(9, respondent_id="p1"),
            answer(0, respondent_id="p2"),
            answer(9, account_id="a2", respondent_id="p3"),
            answer(8, account_id="a2", respondent_id="p3"),
            answer(9, account_id="a3"),
            answer(8, account_id="a3"),
        ],
    )

    told = personas.by_csm(warehouse, EVERYTHING, TODAY)

    assert cells(told, "csm_id", "csm_name", "responses", "respondents") == [
        ("m1", "M1", 3, 2),
        ("m2", None, 2, 1),
        (None, None, 2, 2),
    ]
    assert told["nps"].to_list() == [pytest.approx(100 / 3), None, 50.0]
    assert told["margin_of_error"].is_null().to_list() == [False, True, False]


def test_a_long_comment_is_cut_and_an_empty_one_is_none(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(surveys=SurveyPolicy(comment_characters=4)),
        accounts=[account()],
        survey_responses=[
            answer(9, response_id="long", comment="fünf!", respondent_id="p"),
            answer(9, response_id="fits", comment="vier"),
            answer(9, response_id="blank", comment="  "),
            answer(9, response_id="none"),
            answer(9, response_id="csat", survey="csat", comment="no"),
        ],
    )
    assert cells(
        surveys.comments(warehouse, EVERYTHING, TODAY),
        *("response_id", "respondent_id", "comment", "is_cut"),
    ) == [("fits", "fits", "vier", False), ("long", "p", "fünf", True)]


@pytest.mark.parametrize(
    "question",
    [
        personas.by_csm,
        personas.disagreements,
        responses.by_month,
        responses.invitations,
        loops.by_days,
        loops.detractors,
        loops.unclosed,
        surveys.comments,
    ],
)
def test_nobodys_scope_is_empty_and_a_missing_table_is_named(warehouse_of, question):
    rows = [answer(0, comment="x"), answer(10, persona="decision_maker", comment="y")]
    asked = warehouse_of(
        accounts=[account()], subscriptions=[subscription()], survey_responses=rows
    )
    assert len(question(asked, EVERYTHING, TODAY)) > 0
    assert question(asked, Scope(member_ids=("m2",)), TODAY).is_empty()
    with pytest.raises(MissingTableError, match="survey_responses, which is not loaded"):
        question(warehouse_of(accounts=[account()]), EVERYTHING, TODAY)
