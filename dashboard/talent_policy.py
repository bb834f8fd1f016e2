"""When a review of a team member is due, and of how few people nothing is told."""

from pydantic import BaseModel, ConfigDict, Field


class TalentPolicy(BaseModel):
    """Choices about reviews of the team.

    ``enabled``
        Whether the app shows and keeps reviews of the team: personal data, so off until switched
        on. Without a word it is on for the demo company only.
    ``review_within_days``
        A review is overdue when the last one is older: half a year, as a cycle runs twice a year
        (HB ch. 14).
    ``minimum_people``
        Of fewer people no mean and no share is told; it can be raised, not lowered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool | None = None
    review_within_days: int = Field(default=183, gt=0)
    minimum_people: int = Field(default=5, ge=5)

    def is_on(self, *, demo: bool) -> bool:
        """Whether reviews are shown, on the demo company or on a company's own data."""
        return demo if self.enabled is None else self.enabled

    def sentence(self) -> str:
        """The choices in words."""
        return (
            f"A review is overdue when the last one is older than {self.review_within_days} days; "
            f"of fewer than {self.minimum_people} people no mean and no share is told."
        )

    def params(self) -> dict[str, object]:
        """Bind parameters of the questions about talent."""
        return {
            "review_within_days": self.review_within_days,
            "minimum_people": self.minimum_people,
        }
