"""Choices about advocacy that decide nothing are refused."""

import pytest
from pydantic import ValidationError

from dashboard.advocacy_policy import AdvocacyPolicy
from dashboard.policy import Policy


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ({"credited_share": 1.01}, "less than or equal to 1"),
        ({"asked_at_most": -1}, "greater than or equal to 0"),
        ({"answer_within_days": 0}, "greater than or equal to 1"),
        ({"reference_bands": ["blue"]}, "'green'"),
        ({"barred_bands": ["green"]}, "green is asked and barred at once"),
        ({"asked": 3}, "Extra inputs"),
    ],
)
def test_a_policy_that_decides_nothing_is_refused(choice, complaint):
    with pytest.raises(ValidationError, match=complaint):
        AdvocacyPolicy.model_validate(choice)


def test_every_choice_is_bound_and_an_empty_list_is_no_error():
    bound = AdvocacyPolicy(reference_bands=(), barred_bands=()).params()

    assert (bound["reference_bands"], bound["barred_bands"]) == ([""], [""])
    assert Policy().params().keys() >= bound.keys()


def test_the_rule_is_said_with_its_choices():
    policy = AdvocacyPolicy(reference_bands=("green", "amber"), answer_within_days=90)
    assert "health is green or amber" in policy.rule()
    assert "last 90 days; or one with an advocacy event in the last 365 days" in policy.rule()
    assert policy.rule().endswith("whose health is not red")
    assert "event" not in AdvocacyPolicy(event_within_days=0).rule()
    assert AdvocacyPolicy(barred_bands=()).rule().endswith("in the last 365 days")
