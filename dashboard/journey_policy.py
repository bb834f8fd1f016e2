"""When a renewal, a stage or an objective needs somebody: windows, limits and ages, as settings.

The windows of the renewal calendar and the age of an objective are those of HB, *The Customer
Success Professional's Handbook* (Vaidyanathan and Rabago, Wiley 2020); the other defaults are ours.
"""

from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Days = Annotated[int, Field(gt=0)]
PLACES: Final = 4
"""Windows that a question is bound with; a shorter list repeats its last one."""

STAGE_LIMITS: Final[dict[str, int]] = {
    "Onboarding": 90,
    "Adoption": 365,
    "Renewal": 120,
    "Expansion": 180,
}
"""Days after which a customer counts as stuck in a stage: our default, no book names any."""


class _Choice(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RenewalWatch(_Choice):
    """When a renewal counts as saved, and when it lacks an answer or a touch.

    ``windows``
        Days before the due date at which a renewal wants an answer and a touch anew, one to four
        of them, the longest first (HB ch. 8 and 10).
    ``red_within_days``
        A renewed customer counts as saved if it was red so many days or fewer before it closed.
    ``model_low_below``, ``model_high_from``
        Probabilities below which the model says that a renewal will hardly renew, and from which
        it says that it will; an answer that says the opposite disagrees.
    """

    windows: tuple[Days, ...] = Field(default=(120, 90, 60, 30), min_length=1, max_length=PLACES)
    red_within_days: Days = 90
    model_low_below: float = Field(default=0.5, ge=0, le=1)
    model_high_from: float = Field(default=0.75, ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.windows) != sorted(set(self.windows), reverse=True):
            raise ValueError(f"windows {self.windows} are not each shorter than the one before")
        if self.model_low_below > self.model_high_from:
            raise ValueError(
                f"model_low_below {self.model_low_below} lies above model_high_from "
                f"{self.model_high_from}"
            )
        return self

    def params(self) -> dict[str, object]:
        """Bind parameters of ``sql/shared/renewal_stakes.sql`` and ``renewal_calendar.sql``."""
        padded = (*self.windows, *[self.windows[-1]] * (PLACES - len(self.windows)))
        params: dict[str, object] = {"red_within_days": self.red_within_days}
        for place, days in enumerate(padded, start=1):
            params[f"window_{place}"] = days
        return params


class SuccessPlans(_Choice):
    """When an objective needs somebody.

    ``validated_within_days``
        An open objective that the customer has not confirmed for longer is not validated (HB ch.
        11).
    ``due_within_days``
        An open objective due in so many days or fewer is due soon.
    """

    validated_within_days: Days = 90
    due_within_days: Days = 30

    def params(self) -> dict[str, object]:
        """Bind parameters of ``sql/shared/plan_objectives.sql``."""
        return {
            "validated_within_days": self.validated_within_days,
            "due_within_days": self.due_within_days,
        }


class OneOnOne(_Choice):
    """When a customer asks for a word in the meeting of a CSM and her manager.

    ``silent_after_days``
        A customer without a call, meeting, e-mail or business review for longer is silent.
    """

    silent_after_days: Days = 60

    def params(self) -> dict[str, object]:
        """Bind parameters of ``sql/one_on_one/accounts.sql``."""
        return {"silent_after_days": self.silent_after_days}
