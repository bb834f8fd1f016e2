import pytest
from pydantic import ValidationError

from dashboard.policy import Policy
from dashboard.talent_policy import TalentPolicy


def test_the_choices_are_bound_and_said():
    policy = Policy(talent=TalentPolicy(review_within_days=90, minimum_people=8))

    assert policy.params()["review_within_days"] == 90
    assert policy.params()["minimum_people"] == 8
    assert "older than 90 days" in policy.talent.sentence()
    assert "fewer than 8 people" in policy.talent.sentence()


@pytest.mark.parametrize("wrong", [{"minimum_people": 4}, {"review_within_days": 0}])
def test_nothing_is_told_of_fewer_than_five_whatever_the_company_sets(wrong):
    with pytest.raises(ValidationError):
        TalentPolicy(**wrong)
