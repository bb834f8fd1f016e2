"""What makes a book heavy: the weights of the load index, as settings.

HB ch. 13 (*The Customer Success Professional's Handbook*, Vaidyanathan and Rabago, Wiley 2020)
names what decides how many accounts a CSM can hold; the weights are our default, no book names any.
"""

from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Part = Literal["accounts", "arr", "arr_red", "renewals", "onboarding"]
PARTS: Final[tuple[Part, ...]] = ("accounts", "arr", "arr_red", "renewals", "onboarding")
RAMP: Final = "ramp"
"""The part of the index that a CSM who is still ramping has on top."""

WEIGHTS: Final[dict[Part, float]] = {
    "accounts": 0.3,
    "arr": 0.3,
    "arr_red": 0.15,
    "renewals": 0.15,
    "onboarding": 0.1,
}


class CapacityPolicy(BaseModel):
    """How the load of a CSM is weighed; an index of 100 is the middle of the reference band.

    ``weights``
        Weight of customers, ARR, ARR at red, renewals ahead and customers in onboarding. Only
        their proportions count.
    ``renewals_within_days``
        Open renewals due in so many days or fewer count, overdue ones too.
    ``ramping_capacity``
        Share of a full book that a CSM who is still ramping can carry.
    ``light_below``, ``heavy_above``
        Index below which a book counts as light, and above which as heavy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[Part, float] = Field(default_factory=lambda: dict(WEIGHTS))
    renewals_within_days: int = Field(default=90, gt=0)
    ramping_capacity: float = Field(default=0.5, gt=0, le=1)
    light_below: float = Field(default=75.0, ge=0)
    heavy_above: float = Field(default=125.0, ge=0)

    @model_validator(mode="after")
    def _weighs_something(self) -> Self:
        if any(weight < 0 for weight in self.weights.values()):
            raise ValueError("a weight of the load index lies below zero")
        if not sum(self.weights.values()):
            raise ValueError("no part of the load index has a weight")
        if self.light_below > self.heavy_above:
            raise ValueError(
                f"light_below {self.light_below} lies above heavy_above {self.heavy_above}"
            )
        return self

    def sentence(self) -> str:
        """The choices in words."""
        whole = sum(self.weights.values())
        words = {"arr": "ARR", "arr_red": "ARR at red", "renewals": "renewals ahead"}
        parts = ", ".join(
            f"{words.get(part, part)} {self.weights.get(part, 0.0) / whole:.0%}" for part in PARTS
        )
        return (
            f"Weights: {parts}. Renewals count within {self.renewals_within_days} days, overdue "
            f"ones too. A CSM who is still ramping carries {self.ramping_capacity:.0%} of a full "
            f"book. Light is below {self.light_below:g}, heavy above {self.heavy_above:g}."
        )
