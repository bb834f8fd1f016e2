from decimal import Decimal

import pytest
from pydantic import ValidationError

from dashboard.policy import Policy
from dashboard.retention_policy import LABELS, READY, RetentionPolicy, UnknownPolicyError, named

RULES = set(RetentionPolicy.model_fields) - {"name", "version"}


def test_the_default_is_the_boards():
    board = RetentionPolicy()

    assert board == READY[0] == Policy().retention() == Policy().retention("Board")
    assert board.model_dump(exclude={"name", "version"}) == {
        "grr": "lower_of_then_and_now",
        "nrr": "cohort",
        "level": "account",
        "reactivated": "kept",
        "price_rises": "included",
        "fx": "period_start",
        "minimum_arr": 0,
        "period": "ttm",
        "renewal_base": "arr_due",
        "late_renewals": "excluded",
        "grace_days": 30,
        "early_renewals": "due_date",
        "multi_year": "excluded",
        "month_to_month": "excluded",
        "logo_level": "account",
        "zero_arr_accounts": "excluded",
    }


def test_three_policies_are_ready():
    assert [policy.name for policy in READY] == ["Board", "Finance TTM", "CS renewals"]
    assert len({policy.sentence() for policy in READY}) == 3


@pytest.mark.parametrize(
    "asked", ["Finance TTM", "finance ttm", "finance_ttm", "FINANCE-TTM", "  finance   ttm "]
)
def test_a_name_is_found_without_case_and_punctuation(asked):
    assert Policy().retention(asked) is READY[1]


def test_no_other_name_is_found_and_the_message_lists_those_there_are():
    with pytest.raises(UnknownPolicyError, match=r"'CFO'. There are: Board, CS renewals, Finance"):
        named("CFO", Policy().retentions())
    with pytest.raises(ValueError, match="There is no retention policy 'CFO'"):
        Policy().retention("CFO")


def test_a_policy_itself_needs_no_name():
    policy = RetentionPolicy(name="mine", level="parent")

    assert Policy().retention(policy) is policy


# ------------------------------------------------------------------ a company's own


def test_a_company_adds_policies_and_chooses_its_own():
    policy = Policy.model_validate(
        {
            "retention_policy": "large customers",
            "retention_policies": {
                "Large customers": {"minimum_arr": "50000.00", "level": "parent"},
                "Board": {"reactivated": "excluded"},
            },
        }
    )

    assert policy.retention() == RetentionPolicy(
        name="Large customers", minimum_arr=Decimal(50_000), level="parent"
    )
    assert policy.retention("Board").reactivated == "excluded"
    assert list(policy.retentions()) == ["Board", "Finance TTM", "CS renewals", "Large customers"]
    assert policy.params()["level"] == "parent"
    assert policy.params()["minimum_arr"] == "50000.00"


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"retention_policy": "CFO"}, "There is no retention policy 'CFO'"),
        ({"retention_policies": {"mine": {"grr": "mean"}}}, "lower_of_then_and_now"),
        ({"retention_policies": {"mine": {"gross": "x"}}}, "Extra inputs"),
        ({"retention_policies": {"mine": {"minimum_arr": -1}}}, "greater than or equal to 0"),
        ({"retention_policies": {"mine": {"minimum_arr": "0.001"}}}, "2 decimal places"),
        ({"retention_policies": {"mine": {"grace_days": -1}}}, "greater than or equal to 0"),
        ({"retention_policies": {"mine": {"grace_days": 367}}}, "less than or equal to 366"),
        ({"retention_policies": {"mine@home": {}}}, "holds an @"),
        ({"retention_policies": {" ": {}}}, "no name of a policy"),
        ({"retention_policies": {"mine": {"version": 0}}}, "greater than or equal to 1"),
        ({"retention_policies": {"mine": "Board"}}, "retention_policies.mine"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(settings, complaint):
    with pytest.raises(ValidationError, match=complaint):
        Policy.model_validate(settings)


# ------------------------------------------------------------------ what is bound and said


def test_every_rule_is_bound_and_has_a_label_and_words():
    policy = RetentionPolicy()

    bound = {"grr": "grr_rule", "nrr": "nrr_rule", "fx": "fx_rule"}
    # The period is that of the question where it names one.
    assert policy.params().keys() == {bound.get(rule, rule) for rule in RULES - {"period"}}
    assert policy.choices().keys() == LABELS.keys() == RULES
    assert policy.params().items() <= Policy().params().items()


def test_a_policy_is_said_in_a_sentence():
    assert READY[1].sentence() == (
        "Finance TTM, version 1: GRR opening ARR less contraction and churn, NRR by the ARR bridge,"
        " by account, reactivated customers excluded, price rises included, exchange rates of the"
        " period's first day."
    )
    small = RetentionPolicy(name="Small too", minimum_arr=Decimal("1200.5"), fx="actual", version=3)
    assert small.sentence().startswith("Small too, version 3: ")
    assert small.sentence().endswith("exchange rates of each day, customers from 1,200.50 on.")
    assert small.choices()["minimum_arr"] == "1,200.50"
    assert RetentionPolicy().choices()["minimum_arr"] == "none"


def test_a_name_is_one_line():
    assert RetentionPolicy(name=" A\n  name\t") == RetentionPolicy(name="A name")


def test_a_policy_cannot_be_changed_after_the_fact():
    with pytest.raises(ValidationError, match="frozen"):
        RetentionPolicy().level = "parent"
