"""Themes of comments: what is learned, from whose words, and what must not break it."""

from datetime import date

import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.survey_policy import SurveyPolicy
from dashboard.themes.method import themes
from dashboard.themes.questions.comments import by_theme, commented
from tests.factories import AS_OF, account, answer, cells, subscription

TODAY = Filters(as_of=AS_OF)
PRICE = ["price too high", "the price is high again", "high price", "price, price: high"]
SUPPORT = ["support answers slowly", "slowly support answers", "support: answers come slowly"]


def test_words_that_stand_together_make_a_theme():
    comments = PRICE * 3 + SUPPORT * 3 + ["lovely weather", "🎉🎉", "", "好" * 50]
    found = themes(comments, 2)
    assert [set(words.split(", ")) for words in found.words] == [
        {"price", "high"},
        {"support", "answers", "slowly", "come"},
    ]
    assert found.of_comment == (0,) * 12 + (1,) * 9 + (None,) * 4


def test_the_same_comments_give_the_same_themes():
    comments = (PRICE + SUPPORT) * 5
    assert themes(comments, 3) == themes(comments, 3)


@pytest.mark.parametrize(
    "comments",
    [
        [],
        [""] * 30,
        ["🎉"] * 30,
        ["the and of"] * 30,
        ["\x00\u202e\u200b"] * 30,
        ["x" * 10_000_000] * 2 + ["y"] * 20,
        [f"word{number}" for number in range(30)],
        ["单词 单词 单词"] * 30,
        ["price"] * 9,
    ],
)
def test_comments_without_words_in_common_have_no_theme(comments):
    assert themes(comments, 8).words == ()
    assert themes(comments, 8).of_comment == (None,) * len(comments)


@pytest.mark.parametrize(
    "word",
    [
        "Straße",
        "ΣΊΣΥΦΟΣ",
        "ÇALIŞMA",
        "поддержка",
        "دعم",
        "l'équipe",
        "<b>fett</b>",
        "=cmd|' /C calc'!A0",
    ],
)
def test_comments_in_any_language_are_read(word):
    comments = [f"{word} gut"] * 15 + [f"andere sache {number % 2}" for number in range(15)]
    found = themes(comments, 2)
    assert len(found.words) == 2
    assert len(set(found.of_comment[:15])) == len(set(found.of_comment[15:])) == 1


def company(warehouse_of, *, minimum: int = 10, **choices):
    rows = [
        answer(
            score,
            response_id=f"{account_id} {place:03}",
            respondent_id=f"{account_id} {place % people}",
            account_id=account_id,
            responded_on=date(2026, 10, 1),
            comment=text,
        )
        for account_id, score, people, texts in (
            ("a1", 3, 6, PRICE * 4),
            ("a2", 10, 3, SUPPORT * 4),
            ("a3", 8, 20, ["secret merger", "merger secret plans"] * 10),
        )
        for place, text in enumerate(texts)
    ]
    return warehouse_of(
        policy=Policy(surveys=SurveyPolicy(minimum_comments=minimum, **choices)),
        accounts=[account("a1"), account("a2"), account("a3", csm_id="m2")],
        subscriptions=[
            subscription(100),
            subscription(7, account_id="a2"),
            subscription(1, account_id="a3"),
        ],
        survey_responses=rows,
    )


def test_a_theme_has_the_nps_and_the_arr_of_who_wrote_it(warehouse_of):
    warehouse = company(warehouse_of, most_themes=3)
    found = by_theme(warehouse, EVERYTHING, TODAY)
    names = ("comments", "respondents", "promoters", "passives", "detractors", "nps", "accounts")
    assert cells(found, "theme", *names) == [
        (1, 20, 20, 0, 20, 0, 0.0, 1),
        (2, 16, 6, 0, 0, 16, -100.0, 1),
        (3, 12, 3, 12, 0, 0, None, 1),  # Of three people nothing is told.
    ]
    assert [str(arr) for arr in found["arr"]] == ["1.00", "100.00", "7.00"]
    rows = commented(warehouse, EVERYTHING, TODAY)
    assert len(rows) == found["comments"].sum()
    assert rows["theme"].to_list() == sorted(rows["theme"])


def test_what_one_viewer_learns_holds_no_word_of_others_comments(warehouse_of):
    """The whole answer is that of a company that has no other account."""
    warehouse = company(warehouse_of)
    own = Scope(member_ids=("m1",))
    seen = by_theme(warehouse, own, TODAY)
    words = " ".join(seen["words"].drop_nulls())
    assert "price" in words
    assert "secret" not in words
    assert "merger" not in words
    alone = warehouse_of(
        policy=warehouse.policy,
        accounts=[account("a1"), account("a2")],
        subscriptions=[subscription(100), subscription(7, account_id="a2")],
        survey_responses=[
            {"survey": "nps", "persona": "end_user", "sent_on": date(2026, 10, 1)} | row
            for row in commented(warehouse, own, TODAY)
            .select(
                "response_id", "respondent_id", "account_id", "responded_on", "score", "comment"
            )
            .iter_rows(named=True)
        ],
    )
    assert_frame_equal(seen, by_theme(alone, EVERYTHING, TODAY))
    assert by_theme(warehouse, Scope(), TODAY).is_empty()


def test_too_few_comments_have_no_themes_and_are_counted(warehouse_of):
    assert cells(by_theme(company(warehouse_of, minimum=48), EVERYTHING, TODAY), "theme")[0] == (1,)
    few = by_theme(company(warehouse_of, minimum=49), EVERYTHING, TODAY)
    assert cells(few, "theme", "words", "comments", "is_read") == [(None, None, 48, True)]


def test_a_comment_of_ten_megabytes_is_read_up_to_the_limit_and_counted(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(surveys=SurveyPolicy(minimum_comments=1, comment_characters=30)),
        accounts=[account()],
        survey_responses=[
            answer(
                9, response_id=f"{place}", comment="good price " + "a" * 10_000_000 * (place == 0)
            )
            for place in range(20)
        ],
    )
    (row,) = by_theme(warehouse, EVERYTHING, TODAY).iter_rows(named=True)
    assert (row["comments"], row["cut"]) == (20, 1)
    assert max(map(len, commented(warehouse, EVERYTHING, TODAY)["comment"])) == 30
