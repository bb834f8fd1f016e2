from datetime import date

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


def test_ratings_are_kept_for_the_days_of_the_settings_and_plans_required_where_they_say():
    rules = TalentPolicy(keep_days=30, plan_required_in=("2B",))

    assert rules.kept_since(date(2026, 10, 31)) == date(2026, 10, 1)
    assert "for 30 days" in rules.sentence()
    assert "required in 2B" in rules.sentence()
    assert "required in no block" in TalentPolicy(plan_required_in=()).sentence()
    with pytest.raises(ValidationError):
        TalentPolicy(plan_required_in=("4D",))
