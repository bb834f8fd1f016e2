import pytest
from pydantic import ValidationError

from dashboard.journey_policy import RenewalWatch, SuccessPlans
from dashboard.policy import Policy


def test_a_shorter_list_of_windows_repeats_its_last_one():
    assert RenewalWatch().params() == {
        "red_within_days": 90,
        "window_1": 120,
        "window_2": 90,
        "window_3": 60,
        "window_4": 30,
    }
    assert [
        RenewalWatch(windows=(45, 10)).params()[f"window_{place}"] for place in range(1, 5)
    ] == [
        *(45, 10, 10, 10),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"windows": ()},
        {"windows": (30, 60)},
        {"windows": (30, 30)},
        {"windows": (5, 4, 3, 2, 1)},
        {"windows": (30, 0)},
        {"red_within_days": 0},
        {"model_low_below": 0.8},
        {"model_high_from": 1.1},
    ],
)
def test_a_watch_that_nobody_could_use_is_refused(wrong):
    with pytest.raises(ValidationError):
        RenewalWatch(**wrong)


def test_limits_of_stages_are_days_and_bound_as_one_text():
    policy = Policy(stage_limits={"Onboarding": 30, "Trial_period": 14})

    assert policy.params()["stage_limits"] == "|onboarding=30.000000|trial period=14.000000|"
    with pytest.raises(ValidationError, match="limit of stage 'Adoption' is 0 days"):
        Policy(stage_limits={"Adoption": 0})
    with pytest.raises(ValidationError):
        SuccessPlans(validated_within_days=0)
