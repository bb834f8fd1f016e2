"""Why the viewer may see what a card shows: the way from the account or person up to the viewer."""

from typing import Final

from dashboard import reasons, session
from dashboard.components.annotations import account_of
from dashboard.exhibit import Exhibit
from dashboard.formats import count_of

PEOPLE: Final = 12
"""People whose reasons are told one by one."""


def reason_of(exhibit: Exhibit) -> str:
    """Of one account its own reason, of ratings that of each person, else that of the role."""
    account_id = account_of(exhibit)
    if account_id is not None:
        return reasons.why_account(account_id) or session.scope().reason
    if exhibit.source.question.startswith("talent/") and "member_id" in exhibit.frame.columns:
        return f"{session.scope().reason} {_of_people(exhibit)}".strip()
    return session.scope().reason


def _of_people(exhibit: Exhibit) -> str:
    """One sentence for each person; people partners and the operator have one for all."""
    told = [
        reasons.why_person(member_id)
        for member_id in exhibit.frame["member_id"].drop_nulls().unique(maintain_order=True)
    ]
    sentences = list(dict.fromkeys(each for each in told if each))
    if len(sentences) > PEOPLE:
        left = count_of(len(sentences) - PEOPLE, "more person", "more people")
        sentences = [*sentences[:PEOPLE], f"And {left} below you."]
    return " ".join(sentences)
