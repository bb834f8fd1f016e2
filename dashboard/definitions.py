"""What every number on a card means: formula, edge cases, source and the policy it follows."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dashboard import metrics
from dashboard.formats import Unit
from dashboard.metrics import Direction, Metric
from dashboard.policy import Policy
from dashboard.retention_policy import RetentionPolicy

Rule = Literal[
    "retention", "renewal", "health", "stages", "coverage", "currency", "watch", "limits", "plans",
    "risks", "surveys", "digital", "advocacy", "meeting", "talent",
]  # fmt: skip

UNITS: Final[Mapping[Unit, str]] = {
    Unit.MONEY: "amount in the reporting currency",
    Unit.COUNT: "number",
    Unit.SHARE: "share, shown in per cent",
    Unit.SCORE: "score, 0 to 100",
    Unit.POINTS: "points, -100 to 100",
    Unit.RATING: "rating, 1 to 5",
}
DIRECTIONS: Final[Mapping[Direction, str]] = {
    "higher": "higher is better",
    "lower": "lower is better",
    "neither": "neither is better",
}
_FIRST_SENTENCE: Final = re.compile(r"(?<=[a-z\d)])\.\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class About:
    """What the metrics of one subject have in common.

    ``page`` is the file of the page that shows them, ``questions`` the answers they are computed
    over, ``source`` where their definition comes from, ``rule`` the choice of the company that
    moves them.
    """

    page: str
    questions: tuple[str, ...]
    source: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric as an auditor reads it."""

    subject: str
    label: str
    formula: str
    edge_cases: str
    unit: str
    direction: str
    about: About

    def matches(self, words: str) -> bool:
        """Whether every word looked for stands somewhere in it."""
        text = " ".join(
            (self.subject, self.label, self.formula, self.edge_cases, self.about.source)
        ).lower()
        return all(word in text for word in words.lower().split())


ABOUT: Final[Mapping[str, About]] = {
    "account": About("account", ("account/facts",), "HB ch. 9 and 10", "health"),
    "advocacy": About(
        "advocacy",
        ("advocacy/by_quarter", "advocacy/references"),
        "HB table 12.5; CSE p. 61",
        "advocacy",
    ),
    "behaviours": About(
        "digital",
        ("behaviours/by_cohort", "behaviours/cohorts"),
        "DCS; docs/decisions/0028-intervals-and-trials.md",
        "digital",
    ),
    "bridge": About("bridge", ("bridge/by_period",), "CSE p. 47 and 163", "retention"),
    "capacity": About(
        "coverage",
        ("coverage/by_csm", "coverage/unassigned"),
        "HB fig. 13.2 to 13.4 and 13.11; weights our own",
        "coverage",
    ),
    "churn": About("churn", ("churn/lost",), "HB ch. 12; CSE p. 50", "retention"),
    "cohorts": About("cohorts", ("cohorts/triangle",), "CSE p. 163", "retention"),
    "coverage": About("coverage", ("coverage/by_csm",), "HB fig. 13.2 to 13.4", "coverage"),
    "csat": About("nps", ("csat/by_month",), "HB ch. 10", "surveys"),
    "digital": About(
        "digital",
        ("digital/by_month", "digital/effects"),
        "DCS; docs/decisions/0028-intervals-and-trials.md",
        "digital",
    ),
    "expansion": About(
        "expansion", ("expansion/pipeline_by_month",), "HB tables 12.2 to 12.4", "stages"
    ),
    "forecast": About(
        "forecast",
        ("forecast/open_renewals", "calls/between"),
        "CSE p. 163; method in docs/decisions/0020-forecast-method.md",
        "renewal",
    ),
    "health": About("health", ("health/coverage",), "HB ch. 9, fig. 11.2 and 11.3", "health"),
    "lifecycle": About(
        "lifecycle",
        ("lifecycle/by_month", "lifecycle/days_in_stage", "lifecycle/conversions"),
        "HB ch. 7, fig. 13.9",
        "limits",
    ),
    "loops": About(
        "nps",
        ("loops/by_days", "loops/unclosed"),
        "HB fig. 10.3; Kaplan and Meier 1958",
        "surveys",
    ),
    "one_on_one": About(
        "one_on_one",
        ("one_on_one/accounts", "one_on_one/weekly"),
        "HB fig. 11.2 to 11.4",
        "meeting",
    ),
    "onboarding": About("lifecycle", ("onboarding/accounts",), "HB ch. 7", "currency"),
    "personas": About(
        "nps",
        ("surveys/nps_by_segment_and_persona", "personas/disagreements"),
        "HB fig. 13.10",
        "surveys",
    ),
    "plans": About("success_plans", ("plans/by_part", "plans/coverage"), "HB ch. 11", "plans"),
    "renewal_watch": About(
        "renewals",
        (
            "renewal_watch/stakes_by_quarter",
            "renewal_watch/calendar_by_window",
            "forecast/likelihood",
        ),
        "HB ch. 8 and 10, table 13.1",
        "watch",
    ),
    "overview": About(
        "overview",
        ("overview/by_day",),
        "HB ch. 9 and table 13.1; CSE p. 47; docs/decisions/0024-the-book-day-by-day.md",
        "health",
    ),
    "pipeline": About(
        "expansion", ("pipeline/created_by_month",), "HB tables 12.2 to 12.4", "currency"
    ),
    "renewals": About(
        "renewals",
        ("renewals/due_by_quarter", "renewals/rated"),
        "HB table 13.1, fig. 13.6 to 13.8",
        "renewal",
    ),
    "responses": About(
        "nps", ("responses/by_month",), "HB ch. 10; intervals of Wilson 1927", "surveys"
    ),
    "retention": About("retention", ("retention/by_period",), "CSE p. 47 and 163", "retention"),
    "risks": About(
        "risks",
        ("risks/by_category", "triggers/judged"),
        "HB table 12.1, fig. 12.5 to 12.7",
        "risks",
    ),
    "surveys": About("nps", ("surveys/nps_by_month",), "HB ch. 10, fig. 13.10", "currency"),
    "talent": About("talent", ("talent/people",), "HB ch. 14, tables 14.1 to 14.3", "currency"),
    "team_reviews": About(
        "talent",
        ("talent/raters", "talent/levels", "talent/skills", "talent/members"),
        "HB ch. 14, tables 14.1 to 14.3",
        "talent",
    ),
    "themes": About(
        "nps",
        ("themes/by_theme",),
        "HB ch. 10; method in docs/decisions/0027-themes-of-comments.md",
        "surveys",
    ),
    "trials": About(
        "digital",
        ("digital/effects",),
        "DCS; docs/decisions/0028-intervals-and-trials.md",
        "digital",
    ),
    "white_space": About(
        "expansion",
        ("white_space/by_product", "white_space/quadrants"),
        "HB tables 12.2 to 12.4; readings in docs/decisions/0030-growth.md",
        "currency",
    ),
    "won": About(
        "expansion",
        ("won/by_source", "won/in_retention"),
        "HB tables 12.2 to 12.4; readings in docs/decisions/0030-growth.md",
        "retention",
    ),
}
"""By module of ``dashboard/metrics/``. HB = *The Customer Success Professional's Handbook*
(Vaidyanathan and Rabago, Wiley 2020), CSE = *The Customer Success Economy* (Mehta and Pickens,
2020), DCS = Gainsight's guides to Digital Customer Success."""


def definitions() -> tuple[Definition, ...]:
    """Every metric, in the order of the modules and of their functions."""
    return tuple(
        _definition(module.name, each)
        for module in pkgutil.iter_modules(metrics.__path__)
        for each in vars(importlib.import_module(f"dashboard.metrics.{module.name}")).values()
        if isinstance(each, Metric) and each.compute.__module__.endswith(f".{module.name}")
    )


def in_force(rule: Rule, policy: Policy, retention: RetentionPolicy) -> str:
    """The company's choice behind a metric, in words, as it stands now."""
    amounts = f"Amounts in {policy.reporting_currency} at the rates of the as-of date."
    if rule == "retention":
        return retention.sentence()
    if rule == "renewal":
        chosen = retention.choices()
        return (
            f"{retention.title}: renewal rates {chosen['renewal_base']}, late renewals "
            f"{chosen['late_renewals']} after {chosen['grace_days']}, early ones "
            f"{chosen['early_renewals']}, month-to-month terms {chosen['month_to_month']}. "
            f"{amounts}"
        )
    if rule == "health":
        health = policy.health
        return (
            f"Red below {health.overall.red_below:g}, amber below {health.overall.amber_below:g}; "
            f"measurements older than {health.stale_after_days} days count as missing, and with "
            f"less than {health.minimum_coverage:.0%} of the weight covered a customer is not "
            f"scored. {amounts}"
        )
    if rule == "stages":
        weights = ", ".join(
            f"{stage} {weight:.0%}" for stage, weight in policy.stage_weights.items()
        )
        return f"Weights where an opportunity has no probability of its own: {weights}. {amounts}"
    if rule == "coverage":
        bands = "; ".join(
            f"{segment} {band.accounts_low} to {band.accounts_high} accounts, "
            f"{band.arr_low:,} to {band.arr_high:,} of ARR"
            for segment, band in policy.coverage_bands.items()
        )
        return f"Reference bands per CSM: {bands}. {amounts}"
    return f"{JOURNEY[rule](policy)} {amounts}" if rule in JOURNEY else amounts


def _watch(policy: Policy) -> str:
    watch = policy.renewal_watch
    return (
        f"Windows of {', '.join(str(days) for days in watch.windows)} days; saved after a week at "
        f"red within {watch.red_within_days} days; the model is low below "
        f"{watch.model_low_below:.0%} and high from {watch.model_high_from:.0%}."
    )


def _limits(policy: Policy) -> str:
    limits = ", ".join(f"{stage} {days} days" for stage, days in policy.stage_limits.items())
    return f"A customer is stuck after: {limits or 'no limit is set'}."


def _plans(policy: Policy) -> str:
    plans = policy.success_plans
    return (
        f"An open objective confirmed more than {plans.validated_within_days} days ago is not "
        f"validated; one due within {plans.due_within_days} days is due soon."
    )


def _meeting(policy: Policy) -> str:
    days, ahead = policy.one_on_one.silent_after_days, policy.renewal_watch.windows[0]
    return f"Silent after {days} days without a touch; a renewal counts {ahead} days ahead."


def _risks(policy: Policy) -> str:
    said = policy.risks.rules(
        stale_after_days=policy.health.stale_after_days,
        sentiment_red_below=policy.health.band("sentiment").red_below,
    )
    return f"{'; '.join(f'{category}: {each}' for category, each in said.items())}."


def _advocacy(policy: Policy) -> str:
    rules = policy.advocacy
    return (
        f"Referenceable is {rules.rule()}. More than {rules.asked_at_most} events in "
        f"{rules.asked_within_days} days are too many."
    )


JOURNEY: Final[Mapping[Rule, Callable[[Policy], str]]] = {
    "watch": _watch,
    "limits": _limits,
    "plans": _plans,
    "meeting": _meeting,
    "risks": _risks,
    "surveys": lambda policy: policy.surveys.sentence(),
    "digital": lambda policy: policy.digital.sentence(),
    "advocacy": _advocacy,
    "talent": lambda policy: policy.talent.sentence(),
}


def _definition(subject: str, each: Metric) -> Definition:
    if subject not in ABOUT:
        raise LookupError(f"dashboard/definitions.py says nothing about the metrics of {subject}")
    formula, *edge_cases = _FIRST_SENTENCE.split(each.definition, maxsplit=1)
    return Definition(
        subject,
        each.label,
        f"{formula.rstrip('.')}.",
        "".join(edge_cases),
        UNITS[each.unit],
        DIRECTIONS[each.better],
        ABOUT[subject],
    )
