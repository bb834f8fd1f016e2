import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dashboard.calendar import FiscalCalendar
from dashboard.policy import (
    COVERAGE_BANDS,
    EXPERIENCE,
    MEASURES,
    OUTCOMES,
    STAGE_WEIGHTS,
    Band,
    HealthPolicy,
    Policy,
    packed,
)


def test_the_defaults_are_those_of_the_handbook():
    policy = Policy()

    assert policy.health.overall == Band(red_below=40, amber_below=70)
    assert policy.health.band("nps") == Band(red_below=30, amber_below=60)
    assert policy.health.band("support") == policy.health.band("overall") == Band()
    assert (policy.health.stale_after_days, policy.health.minimum_coverage) == (60, 0.5)
    assert STAGE_WEIGHTS == {
        "E-mailed decision-maker": 0,
        "Discussion": 0.2,
        "Contract sent": 0.5,
        "Verbal commit": 0.8,
        "Closed won": 1,
        "Closed lost": 0,
    }
    bands = {name: tuple(band.model_dump().values()) for name, band in COVERAGE_BANDS.items()}
    assert bands == {
        "Enterprise": (11, 50, 2_000_000, 5_000_000),
        "Mid-Market": (100, 250, 2_000_000, 5_000_000),
        "Small Business": (100, 250, 1_000_000, 2_000_000),
    }


def test_weights_are_shares_of_their_half():
    health = HealthPolicy(
        weights={"deployment": 3, "roi": 1, "nps": 2}, outcomes_weight=3, experience_weight=1
    )
    params = health.params()

    assert [health.share(measure) for measure in MEASURES] == [0.75, 0, 0, 0.25, 1, 0, 0]
    assert (params["weight_outcomes"], params["weight_experience"]) == (0.75, 0.25)
    assert params["weight_deployment"] == 0.75
    assert (params["red_below"], params["nps_red_below"], params["roi_red_below"]) == (40, 30, 40)


@given(
    st.fixed_dictionaries({measure: st.floats(0.01, 100) for measure in MEASURES}),
    st.floats(0, 9),
    st.floats(0.01, 9),
)
def test_the_weights_of_a_half_always_sum_to_one(weights, outcomes, experience):
    health = HealthPolicy(weights=weights, outcomes_weight=outcomes, experience_weight=experience)
    params = health.params()

    for group in (OUTCOMES, EXPERIENCE):
        assert sum(params[f"weight_{measure}"] for measure in group) == pytest.approx(1)
    assert params["weight_outcomes"] + params["weight_experience"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ({"weights": {"deployment": -1.0, "roi": 2.0, "nps": 1.0}}, "a weight below zero"),
        ({"weights": {"nps": 1.0}}, "no weight on any of deployment, engagement, adoption, roi"),
        ({"weights": {"roi": 1.0}}, "no weight on any of nps, support, sentiment"),
        ({"outcomes_weight": 0, "experience_weight": 0}, "no weight on outcomes or experience"),
        ({"outcomes_weight": -1}, "greater than or equal to 0"),
        ({"weights": {"mood": 1.0}}, "mood"),
        ({"minimum_coverage": 1.1}, "less than or equal to 1"),
        ({"stale_after_days": -1}, "greater than or equal to 0"),
        ({"overall": {"red_below": 70, "amber_below": 40}}, "red_below 70.0 lies above"),
        ({"stale_after": 30}, "Extra inputs"),
    ],
)
def test_a_health_policy_that_decides_nothing_is_refused(choice, complaint):
    with pytest.raises(ValidationError, match=complaint):
        HealthPolicy.model_validate(choice)


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ({"stage_weights": {"Won": 1.01}}, "the weight of stage 'Won' is 1.01"),
        ({"stage_weights": {"Lost": -0.1}}, "not between 0 and 1"),
        ({"reporting_currency": "usd"}, "pattern"),
        ({"fiscal_year_starts_in": 0}, "greater than or equal to 1"),
        ({"fiscal_year_starts_in": 13}, "less than or equal to 12"),
        ({"fiscal_pattern": "4-4-4"}, "'4-4-5'"),
        ({"fiscal_week_starts_on": "Monday"}, "'monday'"),
        ({"fiscal_year_ends": "first"}, "'last' or 'nearest'"),
    ],
)
def test_a_policy_outside_its_range_is_refused(choice, complaint):
    with pytest.raises(ValidationError, match=complaint):
        Policy.model_validate(choice)


def test_the_calendar_is_what_the_four_settings_say():
    retail = Policy(
        fiscal_year_starts_in=2,
        fiscal_pattern="4-5-4",
        fiscal_week_starts_on="sunday",
        fiscal_year_ends="nearest",
    )

    assert retail.calendar == FiscalCalendar(2, "4-5-4", "sunday", "nearest")
    assert Policy().calendar == FiscalCalendar(1, "months", "monday", "last")


def test_a_policy_cannot_be_changed_after_the_fact():
    with pytest.raises(ValidationError, match="frozen"):
        Policy().reporting_currency = "EUR"


def test_stage_weights_are_packed_without_case_and_punctuation():
    assert packed({"E-mailed_Decision-Maker": 0, " Contract sent ": 0.5, "Verbal": 1 / 3}) == (
        "|e mailed decision maker=0.000000|contract sent=0.500000|verbal=0.333333|"
    )
    assert packed({}) == "||"


def test_every_parameter_of_the_policy_is_bound_by_its_name():
    params = Policy(reporting_currency="EUR").params()

    assert params["reporting_currency"] == "EUR"
    assert params["stage_weights"] == packed(STAGE_WEIGHTS)
    assert params.keys() >= HealthPolicy().params().keys()
    assert {f"weight_{each}" for each in MEASURES} <= params.keys()
    assert {f"{each}_red_below" for each in MEASURES} <= params.keys()
