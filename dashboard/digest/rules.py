"""What to do: named rules over the rows of the pages' questions, the first that holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """Something to do, when, and under which name the documentation has it."""

    name: str
    when: str
    do: str

    @property
    def said(self) -> str:
        """What is to be done, with the name of the rule."""
        return f"To do ({self.name}): {self.do}." if self.do else "To do: nothing."


NOTHING: Final = Rule("nothing", "the news is good, or somebody is at it", "")
SETTLE: Final = Rule(
    "overdue renewal",
    "a renewal is past its day and open",
    "Settle it: it is past its day and open",
)
SAVE_PLAN: Final = Rule(
    "save plan",
    "a customer at red renews in this fiscal quarter",
    "Agree on a plan: red, and renewing this quarter",
)
RECOVER: Final = Rule(
    "back to green",
    "a customer is red, and no renewal of this quarter presses",
    "Agree on what makes it green again",
)
CALL: Final = Rule(
    "call before the renewal",
    "a renewal within the days of digest.call_within_days had no touch",
    "The renewal is near and nobody has been in touch",
)
ARRANGE: Final = Rule(
    "arrange a talk",
    "a renewal further ahead had no touch",
    "Arrange a talk before the renewal comes near",
)
ASK: Final = Rule(
    "ask for the answer",
    "a renewal ahead was touched and the survey has no answer",
    "Ask how likely the renewal is",
)
CLOSE: Final = Rule(
    "close the loop",
    "a detractor has waited for more than policy.surveys.close_loop_days",
    "Come back to the respondent today",
)
REPLY: Final = Rule(
    "come back in time",
    "a detractor waits, for fewer days than that",
    "Come back to the respondent in time",
)
UNHAPPY: Final = Rule(
    "look after the detractor",
    "a detractor answered, whether or not somebody came back",
    "See that somebody comes back to the respondent",
)
OPEN_RISK: Final = Rule(
    "open a risk",
    "a trigger fires and no risk of its category is open",
    "Open a risk, or note why it is none",
)
FOLLOW: Final = Rule(
    "follow the risk", "a trigger fires and a risk is open", "Follow up the open risk"
)
SPEAK: Final = Rule(
    "break the silence",
    "a customer has been silent for longer than policy.one_on_one.silent_after_days",
    "Get in touch",
)
REASON: Final = Rule(
    "record the reason", "a customer left or did not renew", "See that the reason is recorded"
)
SHRANK: Final = Rule(
    "find out why it shrank",
    "a customer pays less, or renewed for less",
    "Find out what they need less of",
)
FELL: Final = Rule(
    "ask about the forecast",
    "a forecast fell, or an opportunity has no category any more",
    "Ask the owner why the forecast fell",
)
FRESH_RISK: Final = Rule(
    "next step of the risk",
    "a risk was opened or escalated",
    "Agree on the next step with the owner of the risk",
)
RULES: Final = (
    *(SETTLE, SAVE_PLAN, RECOVER, CALL, ARRANGE, ASK, CLOSE, REPLY, UNHAPPY, OPEN_RISK, FOLLOW),
    *(SPEAK, REASON, SHRANK, FELL, FRESH_RISK, NOTHING),
)

CATEGORIES: Final = {"omitted": 0, "pipeline": 1, "best_case": 2, "commit": 3, "closed": 4}
"""Forecast categories from unsure to sure."""


def for_red_renewal(row: Row, quarter_on: date) -> Rule:
    """Over a row of ``queries.overview.AT_RISK``; the quarter is that of the as-of date."""
    if row["days_left"] < 0:
        return SETTLE
    return SAVE_PLAN if row["due_quarter"] == quarter_on else RECOVER


def for_renewal_ahead(row: Row, call_within_days: int) -> Rule:
    """Over a row of ``queries.renewal_watch.CALENDAR``."""
    if "no touch" in row["state"]:
        return CALL if row["days_to_due"] <= call_within_days else ARRANGE
    return ASK if row["state"] == "no answer" else NOTHING


def for_stake(row: Row) -> Rule:
    """Over a row of ``queries.renewal_watch.STAKES``."""
    return {"churned": REASON, "reduced": SHRANK, "at_risk": SAVE_PLAN}.get(row["state"], NOTHING)


def for_loop(row: Row) -> Rule:
    """Over a row of ``queries.loops.UNCLOSED``."""
    return REPLY if row["state"] == "open, in time" else CLOSE


def for_customer(row: Row, quarter_until: date) -> Rule:
    """Over a row of ``queries.one_on_one.ACCOUNTS``; the day is the first after the quarter."""
    if row["bucket"] == "red":
        soon = row["next_renewal_on"] is not None and row["next_renewal_on"] < quarter_until
        return SAVE_PLAN if soon else RECOVER
    return SPEAK if row["bucket"] == "silent" else NOTHING


def for_category(row: Row) -> Rule:
    """Over a row of ``queries.expansion.CATEGORY_CHANGES``; of words it does not know, nothing."""
    before, after = (CATEGORIES.get(row[f"category_{when}"] or "") for when in ("before", "after"))
    if row["category_before"] and not row["category_after"]:
        return FELL
    return FELL if before is not None and after is not None and after < before else NOTHING


_OF_CHANGES: Final = (
    ("churn", REASON),
    ("renewal lost", REASON),
    ("became red", RECOVER),
    ("detractor", UNHAPPY),
    ("contraction", SHRANK),
    ("risk escalated", FRESH_RISK),
    ("risk opened", FRESH_RISK),
)


def for_changes(rows: Iterable[Row]) -> Rule:
    """Over the rows of ``queries.overview.CHANGES`` of one account."""
    rows = list(rows)
    kinds = {row["kind"] for row in rows}
    for kind, rule in _OF_CHANGES:
        if kind in kinds:
            return rule
    # A forecast that fell has its amount below zero.
    fell = any("forecast" in row["kind"] and (row["arr"] or 0) < 0 for row in rows)
    return FELL if fell else NOTHING
