"""Why whoever looks may see an account or somebody's ratings: the way up the reporting line."""

from dashboard import access, session
from dashboard.queries.account import facts
from dashboard.warehouse.viewers import colleagues


def why_account(account_id: str) -> str | None:
    """Why the viewer may see an account: whose book it is in, and the way up from there."""
    found = session.load(facts, session.filters().unfiltered(), account_id=account_id)
    if found.is_empty():
        return None
    held_by, pooled = found.select("held_by", "is_pooled").row(0)
    return access.why_account(session.viewer(), _colleagues(), held_by=held_by, pooled=bool(pooled))


def why_person(member_id: str) -> str | None:
    """Why the viewer may see somebody's ratings."""
    viewer, talent = session.viewer(), session.talent_is_on()
    return access.why_person(viewer, _colleagues(), member_id, talent=talent)


def _colleagues() -> dict[str, access.Colleague]:
    return colleagues(session.team(), session.today())
