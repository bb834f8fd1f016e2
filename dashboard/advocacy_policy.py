"""Who may be asked to speak for the company, how often, and how much of a sale that is credited.

The rule of who is referenceable is our default; no book names one (CSE, *The Customer Success
Economy*, Mehta and Pickens, 2020, p. 61, counts the advocates and leads that qualify).
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Band = Literal["red", "amber", "green"]


class AdvocacyPolicy(BaseModel):
    """References and the revenue they influence.

    ``reference_bands``, ``answer_within_days``
        A customer of such health with a promoter's NPS answer of so many days is referenceable.
    ``event_within_days``, ``barred_bands``
        So is one with an advocacy event of so many days, unless its health is barred; 0 days: no
        event makes a reference.
    ``asked_at_most``, ``asked_within_days``
        More events than that in so many days are too many.
    ``credited_share``
        Share of the recorded influenced ARR that is credited, until the reader chooses another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference_bands: tuple[Band, ...] = ("green",)
    barred_bands: tuple[Band, ...] = ("red",)
    answer_within_days: int = Field(default=365, ge=1, le=3660)
    event_within_days: int = Field(default=365, ge=0, le=3660)
    asked_at_most: int = Field(default=3, ge=0)
    asked_within_days: int = Field(default=365, ge=1, le=3660)
    credited_share: float = Field(default=1.0, ge=0, le=1)

    @model_validator(mode="after")
    def _is_barred_or_asked(self) -> Self:
        if both := set(self.reference_bands) & set(self.barred_bands):
            raise ValueError(f"{', '.join(sorted(both))} is asked and barred at once")
        return self

    def params(self) -> dict[str, object]:
        """Bind parameters of the questions about advocacy."""
        return {
            "reference_bands": list(self.reference_bands) or [""],
            "barred_bands": list(self.barred_bands) or [""],
            "promoted_within_days": self.answer_within_days,
            "event_within_days": self.event_within_days,
            "asked_at_most": self.asked_at_most,
            "asked_within_days": self.asked_within_days,
        }

    def rule(self) -> str:
        """Who is referenceable, in words."""
        said = (
            f"a customer with ARR whose health is {' or '.join(self.reference_bands)} and of whom "
            f"a promoter answered in the last {self.answer_within_days} days"
        )
        if not self.event_within_days:
            return said
        barred = f" and whose health is not {' or '.join(self.barred_bands)}"
        return (
            f"{said}; or one with an advocacy event in the last {self.event_within_days} days"
            f"{barred if self.barred_bands else ''}"
        )
