"""When a customer is at risk, how pressing that is, and what is done with those who are well.

The defaults are those of *The Customer Success Professional's Handbook* (Vaidyanathan and Rabago,
Wiley 2020), table 12.1 and figure 13.1; where it leaves a choice open, decision 29 says which was
made.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Band = Literal["red", "amber", "green"]
HighValue = Literal["segment_median", "company_median", "amount"]

PLAYS: Final[dict[str, str]] = {
    "Onboarding/Starting": "activation",
    "Onboarding/Growing": "activation",
    "Onboarding/Advanced": "activation",
    "Adoption/Starting": "activation",
    "Adoption/Growing": "growth",
    "Adoption/Advanced": "growth",
    "Renewal/Starting": "activation",
    "Renewal/Growing": "growth",
    "Renewal/Advanced": "advocacy",
    "Expansion/Starting": "growth",
    "Expansion/Growing": "growth",
    "Expansion/Advanced": "advocacy",
}
"""Play by lifecycle stage and maturity."""


class RiskPolicy(BaseModel):
    """Triggers, priorities and plays.

    ``licence_use_below``
        *Deployment*: licence use lies below the segment's median by more than this share of it.
    ``minimum_peers``
        Customers from which on a segment has a median.
    ``executive_months``
        *Engagement*: nobody of the customer's executives took part for so many months.
    ``users_fell_by``, ``users_compared_weeks``
        *Adoption*: active users fell by this share or more against so many weeks before.
    ``objectives_well``
        *ROI*: no objective has one of these statuses.
    ``nps_answer``, ``answer_stale_after_days``
        *Overall*: what the latest NPS answer is; an older one does not count.
    ``cases_deviations``, ``cases_days``, ``cases_at_least``
        *Support*: open cases exceed the mean of the week ends of so many days by so many standard
        deviations, and there are at least so many.
    ``high_value``, ``high_value_arr``
        From which ARR on a customer is of high value: the median of the segment's customers, of
        all customers, or the amount, in the reporting currency.
    ``low_health``, ``healthy``
        Bands of customers that need help, and of those that a play is for.
    ``plays``
        Play by ``stage/maturity``.

    The *Sentiment* trigger has no setting of its own: red is what the health policy says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence_use_below: float = Field(default=0.25, ge=0, le=1)
    minimum_peers: int = Field(default=5, ge=1)
    executive_months: int = Field(default=3, ge=1, le=60)
    users_fell_by: float = Field(default=0.25, gt=0, le=1)
    users_compared_weeks: int = Field(default=13, ge=1, le=104)
    objectives_well: tuple[str, ...] = ("on_track", "attained")
    nps_answer: Literal["detractor", "detractor_or_passive"] = "detractor_or_passive"
    answer_stale_after_days: int = Field(default=365, ge=0)
    cases_deviations: float = Field(default=2.0, ge=0)
    cases_days: int = Field(default=90, ge=14, le=366)
    cases_at_least: int = Field(default=1, ge=1)
    high_value: HighValue = "segment_median"
    high_value_arr: Decimal = Field(default=Decimal(0), ge=0, max_digits=18, decimal_places=2)
    low_health: tuple[Band, ...] = ("red",)
    healthy: tuple[Band, ...] = ("green",)
    plays: dict[str, str] = Field(default_factory=lambda: dict(PLAYS))

    @model_validator(mode="after")
    def _is_low_or_healthy(self) -> Self:
        if both := set(self.low_health) & set(self.healthy):
            raise ValueError(f"{', '.join(sorted(both))} is low health and healthy at once")
        return self

    @model_validator(mode="after")
    def _amount_is_named(self) -> Self:
        if self.high_value == "amount" and not self.high_value_arr:
            raise ValueError("high_value is an amount and high_value_arr does not name it")
        return self

    @property
    def nps_below(self) -> int:
        """Answers below it count: passives answer up to 8, detractors up to 6."""
        return 9 if self.nps_answer == "detractor_or_passive" else 7

    def params(self) -> dict[str, object]:
        """Bind parameters of the triggers and priorities in ``sql/shared/``."""
        return {
            "licence_use_below": self.licence_use_below,
            "minimum_peers": self.minimum_peers,
            "executive_months": self.executive_months,
            "users_fell_by": self.users_fell_by,
            "users_compared_weeks": self.users_compared_weeks,
            "objectives_well": [_key(each) for each in self.objectives_well] or [""],
            "nps_below": self.nps_below,
            "answer_stale_after_days": self.answer_stale_after_days,
            "cases_deviations": self.cases_deviations,
            "cases_days": self.cases_days,
            "cases_at_least": self.cases_at_least,
            "high_value_rule": self.high_value,
            "high_value_arr": str(self.high_value_arr),
            "low_bands": list(self.low_health) or [""],
            "healthy_bands": list(self.healthy) or [""],
            "plays": packed(self.plays),
        }

    def rules(self, *, stale_after_days: int, sentiment_red_below: float) -> dict[str, str]:
        """Every trigger's rule in words, by category; the arguments are the health policy's."""
        answer = self.nps_answer.replace("_", " ")
        statuses = " or ".join(each.replace("_", " ") for each in self.objectives_well)
        at_least = f", and at least {self.cases_at_least}" if self.cases_at_least > 1 else ""
        return {
            "Deployment": (
                f"licence use of the latest whole week is below the median of the segment's "
                f"customers by more than {self.licence_use_below:.0%} of it"
            ),
            "Engagement": f"no executive took part for {self.executive_months} months or longer",
            "Adoption": (
                f"active users of the latest whole week are {self.users_fell_by:.0%} or more below "
                f"those of {self.users_compared_weeks} weeks before"
            ),
            "ROI": f"no objective is {statuses}",
            "Overall": (
                f"the latest NPS answer, at most {self.answer_stale_after_days} days old, is "
                f"{answer}"
            ),
            "Support": (
                f"more cases are open than the mean of the week ends of {self.cases_days} days "
                f"plus {self.cases_deviations:g} standard deviations{at_least}"
            ),
            "Sentiment": (
                f"the latest sentiment score, at most {stale_after_days} days old, is below "
                f"{sentiment_red_below:g}"
            ),
        }

    def value_rule(self, amount: str = "") -> str:
        """From which ARR on a customer is of high value, in words."""
        return {
            "segment_median": "the median ARR of the segment's customers or more",
            "company_median": "the median ARR of all customers or more",
            "amount": f"an ARR of {amount or self.high_value_arr} or more",
        }[self.high_value]


def packed(plays: Mapping[str, str]) -> str:
    """Plays as one text, ``|adoption/growing=growth|``, that SQL can look into.

    Both warehouses find a play by ``split_part``; a list of pairs cannot be bound to either. Stages
    and maturities compare without case, and with ``_`` and ``-`` read as a space.
    """
    pairs = (
        f"{_spaced(place)}={re.sub('[|=]', ' ', play).strip()}" for place, play in plays.items()
    )
    return f"|{'|'.join(pairs)}|"


def _spaced(name: str) -> str:
    return "/".join(re.sub("[_-]", " ", part).strip().lower() for part in name.split("/"))


def _key(status: str) -> str:
    return re.sub("[ -]", "_", status.strip().lower())
