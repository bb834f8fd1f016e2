"""Scorecards beside the health score: what each measures, how it scales, weighs and is banded.

Vendor outcomes are what the customer does for us, engagement is what we do together, maturity is
how far the use has come. The handbook (HB, Vaidyanathan and Rabago 2020, ch. 9) names them and
leaves weights and scales to the company; those here are our defaults unless a source is named.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashboard.vocabulary import compared

VendorMeasure = Literal["retention", "expansion", "advocacy"]
EngagementMeasure = Literal["executive", "touches", "survey"]
MaturityMeasure = Literal["maturity", "features", "objectives"]
Card = Literal["health", "vendor", "engagement", "maturity"]

CARDS: Final[dict[Card, str]] = {
    "health": "Customer outcomes and experience",
    "vendor": "Vendor outcomes",
    "engagement": "Engagement",
    "maturity": "Maturity",
}
"""Scorecards with how they read; ``health`` is the health score itself."""


class Choice(BaseModel):
    """A choice that cannot be changed after the fact, and has no field of another name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(Choice):
    """Thresholds of one score: red below the first, amber below the second, green from there."""

    red_below: float = 40.0
    amber_below: float = 70.0

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.red_below > self.amber_below:
            raise ValueError(
                f"red_below {self.red_below} lies above amber_below {self.amber_below}"
            )
        return self


class _Scorecard(Choice):
    """A score of three measures, each 0 to 100, by the rule of the health score.

    A missing or stale measure leaves its weight to the others; a customer with less than
    ``minimum_coverage`` of the weight covered is not scored.
    """

    card: ClassVar[Card]
    measures: ClassVar[tuple[str, ...]]

    minimum_coverage: float = Field(default=0.5, ge=0, le=1)
    overall: Band = Band()

    def share(self, measure: str) -> float:
        """Weight of a measure; the weights of the scorecard sum to 1."""
        return self._weights().get(measure, 0.0) / sum(self._weights().values())

    def params(self) -> dict[str, object]:
        """Bind parameters of ``sql/shared/scorecard_scores.sql``."""
        named: dict[str, object] = {
            f"card_{self.card}_minimum_coverage": self.minimum_coverage,
            f"card_{self.card}_red_below": self.overall.red_below,
            f"card_{self.card}_amber_below": self.overall.amber_below,
        }
        return named | {f"weight_{measure}": self.share(measure) for measure in self.measures}

    def _weights(self) -> Mapping[str, float]:
        # Each scorecard has measures of its own.
        return cast("Mapping[str, float]", self.model_dump()["weights"])

    @model_validator(mode="after")
    def _weighs_something(self) -> Self:
        if any(weight < 0 for weight in self._weights().values()):
            raise ValueError("a weight below zero")
        if not sum(self._weights().values()):
            raise ValueError(f"no weight on any of {', '.join(self.measures)}")
        return self


class VendorScorecard(_Scorecard):
    """What customers bring: ARR kept, ARR added, and what they do for us in twelve months.

    ``retention`` is ARR now by ARR twelve months ago, at most 100. ``expansion`` is 100 from
    ``expansion_full_share`` of that ARR, ``advocacy`` from ``advocacy_full_events`` events.
    """

    card: ClassVar[Card] = "vendor"
    measures: ClassVar[tuple[str, ...]] = ("retention", "expansion", "advocacy")

    weights: dict[VendorMeasure, float] = Field(
        default={"retention": 1.0, "expansion": 1.0, "advocacy": 1.0}
    )
    expansion_full_share: float = Field(default=0.2, gt=0, le=10)
    advocacy_full_events: int = Field(default=2, ge=1, le=1000)

    def params(self) -> dict[str, object]:
        """Bind parameters of the measures, too."""
        return super().params() | {
            "expansion_full_share": self.expansion_full_share,
            "advocacy_full_events": self.advocacy_full_events,
        }


class EngagementScorecard(_Scorecard):
    """Whether both sides talk: executives, touches, answers to surveys.

    ``executive`` is 100 up to ``executive_full_days`` since the last engagement of an executive
    and 0 from ``executive_none_days`` (by default it is red from about three months, where the
    handbook opens a risk). ``touches`` is 100 from ``touches_full`` in ``touches_days``.
    ``survey`` is 100 where a survey was answered in ``survey_days``, 0 where one was sent and not.
    """

    card: ClassVar[Card] = "engagement"
    measures: ClassVar[tuple[str, ...]] = ("executive", "touches", "survey")

    weights: dict[EngagementMeasure, float] = Field(
        default={"executive": 1.0, "touches": 1.0, "survey": 1.0}
    )
    executive_full_days: int = Field(default=30, ge=0, le=3660)
    executive_none_days: int = Field(default=130, ge=1, le=3660)
    touches_days: int = Field(default=90, ge=1, le=3660)
    touches_full: int = Field(default=6, ge=1, le=1000)
    survey_days: int = Field(default=180, ge=1, le=3660)

    @model_validator(mode="after")
    def _falls(self) -> Self:
        if self.executive_full_days >= self.executive_none_days:
            raise ValueError(
                f"executive_full_days {self.executive_full_days} does not lie below "
                f"executive_none_days {self.executive_none_days}"
            )
        return self

    def params(self) -> dict[str, object]:
        """Bind parameters of the measures, too."""
        names = ("executive_full_days", "executive_none_days", "touches_days", "touches_full")
        return super().params() | {name: getattr(self, name) for name in (*names, "survey_days")}


class MaturityScorecard(_Scorecard):
    """How far the use has come: the account's level, features used, objectives attained.

    ``maturity`` is what ``levels`` gives to the account's level; a level that is not named there
    is missing. ``features`` is features used by features entitled, ``objectives`` the share
    attained; both are stale after ``stale_after_days``, the objectives counted from the last day
    the customer confirmed one.
    """

    card: ClassVar[Card] = "maturity"
    measures: ClassVar[tuple[str, ...]] = ("maturity", "features", "objectives")

    weights: dict[MaturityMeasure, float] = Field(
        default={"maturity": 1.0, "features": 1.0, "objectives": 1.0}
    )
    levels: dict[str, float] = Field(default={"Starting": 0.0, "Growing": 50.0, "Advanced": 100.0})
    stale_after_days: int = Field(default=60, ge=0, le=3660)

    @model_validator(mode="after")
    def _levels_are_scores(self) -> Self:
        for level, score in self.levels.items():
            if not 0 <= score <= 100:  # noqa: PLR2004 -- scores are 0 to 100
                raise ValueError(f"the score of level {level!r} is {score}, not between 0 and 100")
        return self

    def params(self) -> dict[str, object]:
        """Bind parameters of the measures, too."""
        return super().params() | {
            "maturity_levels": packed(self.levels),
            "card_maturity_stale_after_days": self.stale_after_days,
        }


class Scorecards(Choice):
    """The three scorecards beside the health score."""

    vendor: VendorScorecard = VendorScorecard()
    engagement: EngagementScorecard = EngagementScorecard()
    maturity: MaturityScorecard = MaturityScorecard()

    def params(self) -> dict[str, object]:
        """Bind parameters of all three."""
        return self.vendor.params() | self.engagement.params() | self.maturity.params()


def packed(weights: Mapping[str, float]) -> str:
    """Numbers by name as one text, ``|discussion=0.2|contract sent=0.5|``, that SQL can look into.

    Both warehouses find a number by ``split_part``; a list of pairs cannot be bound to either.
    Names compare without case, and with ``_`` and ``-`` read as a space.
    """
    pairs = (f"{compared(name)}={weight:.6f}" for name, weight in weights.items())
    return f"|{'|'.join(pairs)}|"
