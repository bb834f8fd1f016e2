"""Choices about risks that decide nothing are refused, and every choice is bound."""

import pytest
from pydantic import ValidationError

from dashboard.policy import Policy
from dashboard.risk_policy import PLAYS, RiskPolicy, packed
from dashboard.vocabulary import RISK_CATEGORIES


def test_the_defaults_are_those_of_the_handbook():
    policy = RiskPolicy()

    assert (policy.licence_use_below, policy.executive_months) == (0.25, 3)
    assert (policy.users_fell_by, policy.users_compared_weeks) == (0.25, 13)
    assert (policy.cases_deviations, policy.cases_days) == (2.0, 90)
    assert policy.objectives_well == ("on_track", "attained")
    assert policy.nps_below == 9
    assert RiskPolicy(nps_answer="detractor").nps_below == 7
    assert set(PLAYS.values()) == {"activation", "growth", "advocacy"}


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ({"licence_use_below": 1.1}, "less than or equal to 1"),
        ({"users_fell_by": 0}, "greater than 0"),
        ({"executive_months": 0}, "greater than or equal to 1"),
        ({"cases_days": 7}, "greater than or equal to 14"),
        ({"nps_answer": "passive"}, "detractor_or_passive"),
        ({"low_health": ["red"], "healthy": ["green", "red"]}, "red is low health and healthy"),
        ({"high_value": "amount"}, "high_value_arr does not name it"),
        ({"high_value_arr": -1}, "greater than or equal to 0"),
        ({"low_helth": ["red"]}, "Extra inputs"),
    ],
)
def test_a_policy_that_decides_nothing_is_refused(choice, complaint):
    with pytest.raises(ValidationError, match=complaint):
        RiskPolicy.model_validate(choice)


def test_plays_are_packed_without_case_and_punctuation():
    assert packed({"Go-live/Very_new ": "a|b=c", "X/Y": "z"}) == ("|go live/very new=a b c|x/y=z|")
    assert packed({}) == "||"


def test_every_choice_is_bound_and_an_empty_list_is_no_error():
    bound = RiskPolicy(objectives_well=(), low_health=(), healthy=()).params()

    assert (bound["objectives_well"], bound["low_bands"], bound["healthy_bands"]) == (
        [""],
        [""],
        [""],
    )
    assert Policy().params().keys() >= bound.keys()
    assert RiskPolicy(objectives_well=("On Track", "at-risk")).params()["objectives_well"] == [
        "on_track",
        "at_risk",
    ]


def test_every_trigger_says_its_rule_with_its_numbers():
    policy = RiskPolicy(
        licence_use_below=0.4, executive_months=5, users_fell_by=0.1, users_compared_weeks=7,
        objectives_well=("fine",), nps_answer="detractor", answer_stale_after_days=99,
        cases_deviations=1.5, cases_days=60, cases_at_least=3,
    )  # fmt: skip
    rules = policy.rules(stale_after_days=30, sentiment_red_below=45)

    # All but External, which is entered by hand.
    assert (*rules, "External") == RISK_CATEGORIES
    for category, numbers in {
        "Deployment": ["40%"],
        "Engagement": ["5 months"],
        "Adoption": ["10%", "7 weeks"],
        "ROI": ["fine"],
        "Overall": ["99 days", "detractor"],
        "Support": ["60 days", "1.5 standard", "at least 3"],
        "Sentiment": ["30 days", "below 45"],
    }.items():
        assert all(number in rules[category] for number in numbers), rules[category]
    assert "$5" in RiskPolicy(high_value="amount", high_value_arr=5).value_rule("$5")
    assert "segment" in RiskPolicy().value_rule()
