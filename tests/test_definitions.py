"""What every number means: whole, true to the code, and found by its words."""

import importlib
import pkgutil

import pytest

from dashboard import metrics
from dashboard.advocacy_policy import AdvocacyPolicy
from dashboard.definitions import ABOUT, definitions, in_force
from dashboard.journey_policy import RenewalWatch, SuccessPlans
from dashboard.metrics import Metric
from dashboard.navigation import ENTRIES
from dashboard.policy import CoverageBand, HealthPolicy, Policy
from dashboard.questions import questions
from dashboard.risk_policy import RiskPolicy
from dashboard.talent_policy import TalentPolicy

DEFINITIONS = definitions()
POLICY = Policy()


def test_every_metric_is_defined_once():
    declared = [
        (module.name, each.label)
        for module in pkgutil.iter_modules(metrics.__path__)
        for each in vars(importlib.import_module(f"dashboard.metrics.{module.name}")).values()
        if isinstance(each, Metric) and each.compute.__module__.endswith(module.name)
    ]

    assert [(each.subject, each.label) for each in DEFINITIONS] == declared
    assert {each.subject for each in DEFINITIONS} == set(ABOUT)


@pytest.mark.parametrize("subject", ABOUT)
def test_a_subject_names_a_page_and_questions_that_exist(subject):
    about = ABOUT[subject]

    assert about.page in {entry.file for entry in ENTRIES}
    assert set(about.questions) <= set(questions())
    assert about.source


@pytest.mark.parametrize("each", DEFINITIONS, ids=lambda each: f"{each.subject} {each.label}")
def test_formula_and_edge_cases_are_the_whole_definition(each):
    module = importlib.import_module(f"dashboard.metrics.{each.subject}")
    (declared,) = [
        value
        for value in vars(module).values()
        if isinstance(value, Metric) and value.label == each.label
    ]

    assert each.formula.endswith(".")
    assert f"{each.formula} {each.edge_cases}".strip() == declared.definition.rstrip(".") + "."


def test_a_definition_is_found_by_words_in_any_order_and_case():
    found = [each.label for each in DEFINITIONS if each.matches("CHURN surprise")]

    assert found == ["Surprise churn"]


def test_the_choice_in_force_is_the_companys_own():
    policy = Policy(
        reporting_currency="EUR",
        health=HealthPolicy(stale_after_days=45),
        risks=RiskPolicy(executive_months=7),
        advocacy=AdvocacyPolicy(asked_at_most=9),
        stage_weights={"Legal": 0.4},
        stage_limits={"Trial": 14},
        success_plans=SuccessPlans(validated_within_days=60),
        talent=TalentPolicy(review_within_days=91),
        renewal_watch=RenewalWatch(windows=(45, 10), model_low_below=0.4),
        coverage_bands={
            "Key": CoverageBand(accounts_low=1, accounts_high=2, arr_low=3000, arr_high=4000)
        },
    )
    retention = policy.retention("Finance TTM")

    assert in_force("retention", policy, retention).startswith("Finance TTM, version 1: GRR ")
    assert "late renewals" in in_force("renewal", policy, retention)
    assert "older than 45 days" in in_force("health", policy, retention)
    assert "Legal 40%" in in_force("stages", policy, retention)
    assert "Key 1 to 2 accounts, 3,000 to 4,000 of ARR" in in_force("coverage", policy, retention)
    assert "Windows of 45, 10 days" in in_force("watch", policy, retention)
    assert "low below 40%" in in_force("watch", policy, retention)
    assert "stuck after: Trial 14 days" in in_force("limits", policy, retention)
    assert "more than 60 days ago" in in_force("plans", policy, retention)
    assert "no executive took part for 7 months" in in_force("risks", policy, retention)
    assert "More than 9 events in 365 days" in in_force("advocacy", policy, retention)
    assert "older than 91 days" in in_force("talent", policy, retention)
    assert in_force("currency", policy, retention).startswith("Amounts in EUR ")
