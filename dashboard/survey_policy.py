"""How what customers say is counted: response, closing the loop, satisfaction, themes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

CsatRule = Literal["top_two", "mean"]


class SurveyPolicy(BaseModel):
    """Choices about surveys; all defaults are ours unless a source is named.

    ``open_days``
        An invitation without an answer is still open for so many days from the day it was sent;
        only older ones count in a response rate.
    ``close_loop_days``
        Somebody should have come back to a detractor within so many days of the answer.
    ``minimum_respondents``
        Of fewer people nothing is told where a group is shown by itself.
    ``csat``
        ``top_two``: share of ratings of 4 or 5 of 5, the usual convention; ``mean``: their mean.
    ``minimum_comments``
        With fewer comments no themes are looked for.
    ``most_themes``
        At most so many themes are looked for.
    ``comment_characters``
        So many characters of a comment are read; a longer one is cut, and counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    open_days: int = Field(default=30, ge=0)
    close_loop_days: int = Field(default=7, ge=0)
    minimum_respondents: int = Field(default=5, ge=1)
    csat: CsatRule = "top_two"
    minimum_comments: int = Field(default=50, ge=1)
    most_themes: int = Field(default=8, ge=1, le=20)
    comment_characters: int = Field(default=2000, ge=1, le=20_000)

    def sentence(self) -> str:
        """The choices in words."""
        rule = {"top_two": "the share of ratings of 4 or 5", "mean": "the mean rating"}[self.csat]
        return (
            f"A survey without an answer is open for {self.open_days} days; a loop is to be closed "
            f"within {self.close_loop_days} days; satisfaction is {rule}; of fewer than "
            f"{self.minimum_respondents} people nothing is told; at most {self.most_themes} themes "
            f"from {self.minimum_comments} comments on, each read up to "
            f"{self.comment_characters:,} characters."
        )

    def params(self) -> dict[str, object]:
        """Bind parameters of the questions about surveys."""
        return {
            "survey_open_days": self.open_days,
            "close_loop_days": self.close_loop_days,
            "minimum_respondents": self.minimum_respondents,
            "comment_characters": self.comment_characters,
        }
