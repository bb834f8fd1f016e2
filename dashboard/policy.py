"""Choices that decide a number: health weights and bands, stage weights, coverage bands.

Each is a setting with the default that the books give; every page states the choice it used.
HB = *The Customer Success Professional's Handbook* (Vaidyanathan and Rabago, Wiley 2020).
"""

from collections.abc import Mapping
from typing import Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from dashboard import vocabulary
from dashboard.advocacy_policy import AdvocacyPolicy
from dashboard.calendar import FiscalCalendar, Pattern, Weekday, YearEnd
from dashboard.capacity_policy import CapacityPolicy
from dashboard.digital_policy import DigitalPolicy
from dashboard.journey_policy import STAGE_LIMITS, OneOnOne, RenewalWatch, SuccessPlans
from dashboard.retention_policy import BOARD, READY, RetentionPolicy, named
from dashboard.risk_policy import RiskPolicy
from dashboard.scorecard_policy import (
    CARDS,
    Band,
    Card,
    Choice,
    EngagementScorecard,
    MaturityScorecard,
    Scorecards,
    VendorScorecard,
    packed,
)
from dashboard.survey_policy import SurveyPolicy
from dashboard.talent_policy import TalentPolicy

__all__ = [
    "COVERAGE_BANDS",
    "EXPERIENCE",
    "MEASURES",
    "OUTCOMES",
    "STAGE_WEIGHTS",
    "Band",
    "CoverageBand",
    "Definition",
    "HealthBand",
    "HealthPolicy",
    "Measure",
    "Policy",
    "UnknownScorecardError",
    "packed",
]

Measure = Literal["deployment", "engagement", "adoption", "roi", "nps", "support", "sentiment"]
HealthBand = Literal["red", "amber", "green"]

OUTCOMES: Final[tuple[Measure, ...]] = ("deployment", "engagement", "adoption", "roi")
EXPERIENCE: Final[tuple[Measure, ...]] = ("nps", "support", "sentiment")
MEASURES: Final[tuple[Measure, ...]] = OUTCOMES + EXPERIENCE


def _own_bands() -> dict[Measure, Band]:
    return {"nps": Band(red_below=30, amber_below=60)}


class HealthPolicy(Choice):
    """How measures become a score and a score becomes a band (HB ch. 9).

    Outcomes is the weighted mean of deployment, engagement, adoption and ROI; experience that of
    NPS, support and sentiment; overall the weighted mean of the two. A missing measure leaves its
    weight to the others of its group; one older than ``stale_after_days`` counts as missing; an
    account with less than ``minimum_coverage`` of the weight covered is not scored.
    """

    weights: dict[Measure, float] = Field(default_factory=lambda: dict.fromkeys(MEASURES, 1.0))
    outcomes_weight: float = Field(default=1.0, ge=0)
    experience_weight: float = Field(default=1.0, ge=0)
    stale_after_days: int = Field(default=60, ge=0)
    minimum_coverage: float = Field(default=0.5, ge=0, le=1)
    overall: Band = Band()
    measures: dict[Measure, Band] = Field(default_factory=_own_bands)

    @model_validator(mode="after")
    def _weighs_something(self) -> Self:
        if any(weight < 0 for weight in self.weights.values()):
            raise ValueError("a weight below zero")
        for group in (OUTCOMES, EXPERIENCE):
            if not sum(self.weights.get(measure, 0.0) for measure in group):
                raise ValueError(f"no weight on any of {', '.join(group)}")
        if not self.outcomes_weight + self.experience_weight:
            raise ValueError("no weight on outcomes or experience")
        return self

    def band(self, measure: Measure | Literal["overall"]) -> Band:
        """Thresholds of a measure; those of the overall score where it has none of its own."""
        if measure == "overall":
            return self.overall
        return self.measures.get(measure, self.overall)

    def share(self, measure: Measure) -> float:
        """Weight of a measure inside its group; the weights of a group sum to 1."""
        group = OUTCOMES if measure in OUTCOMES else EXPERIENCE
        return self.weights.get(measure, 0.0) / sum(self.weights.get(m, 0.0) for m in group)

    def params(self) -> dict[str, object]:
        """Bind parameters of the health formula in ``sql/shared/``."""
        both = self.outcomes_weight + self.experience_weight
        params: dict[str, object] = {
            "weight_outcomes": self.outcomes_weight / both,
            "weight_experience": self.experience_weight / both,
            "stale_after_days": self.stale_after_days,
            "minimum_coverage": self.minimum_coverage,
            "red_below": self.overall.red_below,
            "amber_below": self.overall.amber_below,
        }
        for measure in MEASURES:
            params[f"weight_{measure}"] = self.share(measure)
            params[f"{measure}_red_below"] = self.band(measure).red_below
            params[f"{measure}_amber_below"] = self.band(measure).amber_below
        return params


Definition = HealthPolicy | VendorScorecard | EngagementScorecard | MaturityScorecard
"""What a scorecard of any kind is defined by."""

_KINDS: Final[dict[Card, type[Definition]]] = {
    "health": HealthPolicy,
    "vendor": VendorScorecard,
    "engagement": EngagementScorecard,
    "maturity": MaturityScorecard,
}


class UnknownScorecardError(ValueError):
    """No scorecard of that name."""


class CoverageBand(Choice):
    """How many accounts and how much ARR one CSM of a segment usually holds."""

    accounts_low: int
    accounts_high: int
    arr_low: int
    arr_high: int


COVERAGE_BANDS: Final[dict[str, CoverageBand]] = {
    "Enterprise": CoverageBand(
        accounts_low=11, accounts_high=50, arr_low=2_000_000, arr_high=5_000_000
    ),
    "Mid-Market": CoverageBand(
        accounts_low=100, accounts_high=250, arr_low=2_000_000, arr_high=5_000_000
    ),
    "Small Business": CoverageBand(
        accounts_low=100, accounts_high=250, arr_low=1_000_000, arr_high=2_000_000
    ),
}
"""Median bands of HB fig. 13.2 to 13.4."""

STAGE_WEIGHTS: Final[dict[str, float]] = {
    "E-mailed decision-maker": 0.0,
    "Discussion": 0.2,
    "Contract sent": 0.5,
    "Verbal commit": 0.8,
    "Closed won": 1.0,
    "Closed lost": 0.0,
}
"""Probability of winning by sales stage (HB table 12.3)."""


class Policy(Choice):
    """Everything that a company may choose and that changes a number."""

    reporting_currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    fiscal_year_starts_in: int = Field(default=1, ge=1, le=12)
    fiscal_pattern: Pattern = "months"
    fiscal_week_starts_on: Weekday = "monday"
    fiscal_year_ends: YearEnd = "last"
    health: HealthPolicy = HealthPolicy()
    scorecards: Scorecards = Scorecards()
    surveys: SurveyPolicy = SurveyPolicy()
    digital: DigitalPolicy = DigitalPolicy()
    stage_weights: dict[str, float] = Field(default_factory=lambda: dict(STAGE_WEIGHTS))
    coverage_bands: dict[str, CoverageBand] = Field(default_factory=lambda: dict(COVERAGE_BANDS))
    capacity: CapacityPolicy = CapacityPolicy()
    renewal_watch: RenewalWatch = RenewalWatch()
    stage_limits: dict[str, int] = Field(default_factory=lambda: dict(STAGE_LIMITS))
    success_plans: SuccessPlans = SuccessPlans()
    one_on_one: OneOnOne = OneOnOne()
    retention_policy: str = BOARD
    retention_policies: dict[str, RetentionPolicy] = Field(default_factory=dict)
    risks: RiskPolicy = RiskPolicy()
    advocacy: AdvocacyPolicy = AdvocacyPolicy()
    talent: TalentPolicy = TalentPolicy()

    @field_validator("retention_policies", mode="before")
    @classmethod
    def _named_by_key(cls, given: object) -> object:
        """A policy of the settings bears the name it stands under."""
        if not isinstance(given, Mapping):
            return given
        return {
            name: {"name": name, **choices} if isinstance(choices, Mapping) else choices
            for name, choices in given.items()
        }

    @model_validator(mode="after")
    def _retention_is_known(self) -> Self:
        named(self.retention_policy, self.retentions())
        return self

    @model_validator(mode="after")
    def _weights_are_shares(self) -> Self:
        for stage, weight in self.stage_weights.items():
            if not 0 <= weight <= 1:
                raise ValueError(f"the weight of stage {stage!r} is {weight}, not between 0 and 1")
        return self

    @model_validator(mode="after")
    def _limits_are_days(self) -> Self:
        for stage, days in self.stage_limits.items():
            if days <= 0:
                raise ValueError(f"the limit of stage {stage!r} is {days} days, not more than none")
        return self

    @property
    def calendar(self) -> FiscalCalendar:
        """The company's fiscal months, quarters and years."""
        return FiscalCalendar(
            starts_in=self.fiscal_year_starts_in,
            pattern=self.fiscal_pattern,
            week_starts_on=self.fiscal_week_starts_on,
            year_end_rule=self.fiscal_year_ends,
        )

    def retentions(self) -> dict[str, RetentionPolicy]:
        """Retention policies by name: the ready ones, and those of the settings over them."""
        return {policy.name: policy for policy in READY} | self.retention_policies

    def retention(self, chosen: RetentionPolicy | str | None = None) -> RetentionPolicy:
        """The retention policy of a name; the company's own where none is named.

        Raises
        ------
        UnknownPolicyError
            There is no policy of that name.
        """
        if isinstance(chosen, RetentionPolicy):
            return chosen
        return named(chosen or self.retention_policy, self.retentions())

    def definition(self, card: str, text: str | None = None) -> Definition:
        """The company's definition of a scorecard, or another one from its JSON.

        Raises
        ------
        UnknownScorecardError
            There is no scorecard of that name.
        ValueError
            The JSON defines none.
        """
        for known, kind in _KINDS.items():
            if known == card:
                if text is not None:
                    return kind.model_validate_json(text)
                own: Definition = (
                    self.health if card == "health" else getattr(self.scorecards, card)
                )
                return own
        raise UnknownScorecardError(
            f"There is no scorecard {card!r}. There are: {', '.join(CARDS)}."
        )

    def params(self) -> dict[str, object]:
        """Bind parameters that any SQL file may name."""
        return (
            {
                "reporting_currency": self.reporting_currency,
                "stage_weights": packed(self.stage_weights),
                "stage_limits": packed(self.stage_limits),
            }
            | vocabulary.params(self.stage_weights, self.coverage_bands)
            | self.renewal_watch.params()
            | self.success_plans.params()
            | self.one_on_one.params()
            | self.health.params()
            | self.scorecards.params()
            | self.retention().params()
            | self.risks.params()
            | self.surveys.params()
            | self.digital.params()
            | self.advocacy.params()
            | self.talent.params()
        )
