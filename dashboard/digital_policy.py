"""How digital programmes and key behaviours are counted."""

from pydantic import BaseModel, ConfigDict, Field


class DigitalPolicy(BaseModel):
    """Choices about digital programmes; all defaults are ours.

    ``act_within_days``
        Who was asked has so many days to do what was asked; younger messages count in no share.
    ``outcome_days``
        Usage, expansion and renewals are looked at for so many days after an account was first
        asked. At least four weeks, over which usage is averaged.
    ``behaviour_days``
        A behaviour counts as early when it was first seen within so many days of becoming a
        customer.
    ``expansion_days``
        An expansion counts up to so many days after becoming a customer.
    ``smallest_difference``
        The difference between test and control that is worth seeing, as a share: how many
        accounts a trial needs is told for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    act_within_days: int = Field(default=30, ge=0)
    outcome_days: int = Field(default=90, ge=28)
    behaviour_days: int = Field(default=90, ge=0)
    expansion_days: int = Field(default=365, ge=1)
    smallest_difference: float = Field(default=0.1, gt=0, lt=1)

    def sentence(self) -> str:
        """The choices in words."""
        return (
            f"Who was asked has {self.act_within_days} days to act; usage, expansion and renewals "
            f"count for {self.outcome_days} days after; a behaviour is early within "
            f"{self.behaviour_days} days of becoming a customer, an expansion counts up to "
            f"{self.expansion_days} days after it; a difference of "
            f"{100 * self.smallest_difference:g} points is worth seeing."
        )

    def params(self) -> dict[str, object]:
        """Bind parameters of the questions about digital programmes."""
        return {
            "act_within_days": self.act_within_days,
            "outcome_days": self.outcome_days,
            "behaviour_days": self.behaviour_days,
            "expansion_days": self.expansion_days,
        }
