"""Reviews of the team: when one is due, who needs a plan, how long ratings are kept."""

from datetime import date, timedelta
from typing import Final, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field

Block = Literal["1A", "1B", "1C", "2A", "2B", "2C", "3A", "3B", "3C"]
"""A block of the nine: 1 is high promotability, A exceeds."""
BLOCKS: Final = cast("tuple[Block, ...]", get_args(Block))


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
    ``keep_days``
        Ratings and calibrations that are older are taken out of the app's own database, and older
        ones of the company's tables are not shown.
    ``plan_required_in``
        Blocks in which everybody needs an action plan: whoever is to be promoted, and whoever
        only meets some of what the level expects.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool | None = None
    review_within_days: int = Field(default=183, gt=0)
    minimum_people: int = Field(default=5, ge=5)
    keep_days: int = Field(default=1095, gt=0)
    plan_required_in: tuple[Block, ...] = ("1A", "1C", "2C", "3C")

    def is_on(self, *, demo: bool) -> bool:
        """Whether reviews are shown, on the demo company or on a company's own data."""
        return demo if self.enabled is None else self.enabled

    def kept_since(self, today: date) -> date:
        """The first day of which ratings are kept and shown."""
        return today - timedelta(days=self.keep_days)

    def sentence(self) -> str:
        """The choices in words."""
        return (
            f"A review is overdue when the last one is older than {self.review_within_days} days; "
            f"of fewer than {self.minimum_people} people no mean and no share is told. Ratings are "
            f"kept and shown for {self.keep_days:,} days. An action plan is required in "
            f"{', '.join(self.plan_required_in) or 'no block'}."
        )

    def params(self) -> dict[str, object]:
        """Bind parameters of the questions about talent."""
        return {
            "review_within_days": self.review_within_days,
            "minimum_people": self.minimum_people,
        }
