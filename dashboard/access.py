"""Who may see which accounts and whose talent ratings: deny by default, decided in one place.

A role gives a rule, and a rule gives a ``Scope``. The scope travels as bound parameters into every
SQL file that reads accounts or people, and it is part of every cache key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, cast, get_args

Role = Literal["executive", "finance", "cs_manager", "csm", "people"]
ROLES: Final = cast("tuple[Role, ...]", get_args(Role))

NOBODY: Final = ""
"""A member id that nobody carries: Snowflake's dialect refuses an empty list."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The accounts and the talent ratings a viewer may see.

    ``member_ids`` are the CSMs whose accounts are visible, ``talent_ids`` the people whose
    ratings are, ``meeting_ids`` those whose one-on-ones are; the ``all_`` flags lift the limit.
    With ``pool`` the pooled accounts are visible too, whoever holds them.
    """

    member_ids: tuple[str, ...] = ()
    all_accounts: bool = False
    pool: bool = False
    talent_ids: tuple[str, ...] = ()
    all_talent: bool = False
    meeting_ids: tuple[str, ...] = ()
    all_meetings: bool = False
    reason: str = "No role gives this viewer any account."

    @property
    def sees_accounts(self) -> bool:
        """Whether any account could be visible."""
        return self.all_accounts or bool(self.member_ids)

    def sees_meetings_of(self, member_id: str) -> bool:
        """Whether the one-on-ones of a person may be read and written."""
        return self.all_meetings or member_id in self.meeting_ids

    def sees_ratings_of(self, member_id: str) -> bool:
        """Whether the ratings of a person may be read and written."""
        return self.all_talent or member_id in self.talent_ids

    def params(self) -> dict[str, object]:
        """Bind parameters of ``visible_accounts`` and ``visible_people``."""
        return {
            "all_accounts": self.all_accounts,
            "member_ids": list(self.member_ids) or [NOBODY],
            "pool": self.pool,
            "all_talent": self.all_talent,
            "talent_ids": list(self.talent_ids) or [NOBODY],
        }


EVERYTHING: Final = Scope(
    all_accounts=True,
    all_talent=True,
    all_meetings=True,
    reason="The operator of the warehouse sees everything.",
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """What decides of a team member, beside the role, who may see what.

    ``in_pool`` says that the person works the accounts that a pool of CSMs serves together;
    whoever has left works none.
    """

    manager_id: str | None = None
    in_pool: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who looks."""

    member_id: str
    name: str
    email: str
    role: Role

    @property
    def may_open_talent(self) -> bool:
        """Whether talent pages exist for this person."""
        return self.role in {"executive", "cs_manager", "people"}

    @property
    def may_open_accounts(self) -> bool:
        """Whether customer pages exist for this person."""
        return self.role != "people"


def scope_of(viewer: Viewer, team: Mapping[str, Colleague], *, talent: bool) -> Scope:
    """What a viewer may see, from the role and the reporting line.

    Parameters
    ----------
    viewer
        The person who looks.
    team
        Everyone in ``team_members`` by member id, leavers too: their accounts and those of people
        who still report to them belong to the tree.
    talent
        Whether reviews of the team are switched on; else nobody sees any.
    """
    scope = _by_role(viewer, team)
    return scope if talent else without_talent(scope)


def without_talent(scope: Scope) -> Scope:
    """The scope where reviews of the team are switched off."""
    return replace(scope, talent_ids=(), all_talent=False)


def may_open_cycles(viewer: Viewer | None) -> bool:
    """Who opens cycles and changes their days: executives, people partners, the operator."""
    return viewer is None or viewer.role in {"executive", "people"}


def may_rate(viewer: Viewer | None, member_id: str, managers: Mapping[str, str | None]) -> bool:
    """Who rates somebody: whoever stands above the person in the reporting line.

    People partners do not rate, and nobody rates themselves; neither does the operator, in whose
    name nobody could stand behind a rating.
    """
    if viewer is None or not viewer.may_open_talent or viewer.role == "people":
        return False
    return member_id in reports(viewer.member_id, managers)


def may_calibrate(
    viewer: Viewer | None, member_id: str, reviewer_id: str, managers: Mapping[str, str | None]
) -> bool:
    """Who moves somebody in a calibration: who stands above the person and above the rater.

    People partners may, too, but for themselves, and so may the operator.
    """
    if viewer is None:
        return True
    if not viewer.may_open_talent or viewer.member_id == member_id:
        return False
    if viewer.role == "people":
        return True
    return {member_id, reviewer_id} <= set(reports(viewer.member_id, managers))


def may_tell_what_is_held(viewer: Viewer | None) -> bool:
    """Who answers a person what is held on them, and erases it: people partners, the operator."""
    return viewer is None or viewer.role == "people"


def _by_role(viewer: Viewer, team: Mapping[str, Colleague]) -> Scope:
    below = reports(viewer.member_id, {each: member.manager_id for each, member in team.items()})
    tree = (viewer.member_id, *below)
    match viewer.role:
        case "executive":
            return Scope(
                all_accounts=True,
                talent_ids=below,
                meeting_ids=tree,
                reason="Executives see every account, and the ratings of those below them.",
            )
        case "finance":
            return Scope(all_accounts=True, reason="Finance sees every account and no ratings.")
        case "cs_manager":
            return Scope(
                member_ids=tree,
                pool=_in_pool(tree, team),
                talent_ids=below,
                meeting_ids=tree,
                reason="CS managers see their own accounts and those of everyone below them, "
                "with the pool that any of them works, and the ratings of everyone below them.",
            )
        case "csm":
            pool = _in_pool((viewer.member_id,), team)
            return Scope(
                member_ids=(viewer.member_id,),
                pool=pool,
                meeting_ids=(viewer.member_id,),
                reason="CSMs see their own book" + (", and the pool they work." if pool else "."),
            )
        case "people":
            return Scope(all_talent=True, reason="People partners see ratings and no accounts.")


def _in_pool(members: Iterable[str], team: Mapping[str, Colleague]) -> bool:
    return any(member in team and team[member].in_pool for member in members)


def reports(member_id: str, managers: Mapping[str, str | None]) -> tuple[str, ...]:
    """Everyone below a person, at any depth, sorted; a loop in the reporting line ends the walk."""
    direct: dict[str, list[str]] = {}
    for report, manager in managers.items():
        if manager is not None:
            direct.setdefault(manager, []).append(report)
    seen: set[str] = set()
    waiting: list[str] = [member_id]
    while waiting:
        for report in _new(direct.get(waiting.pop(), ()), seen | {member_id}):
            seen.add(report)
            waiting.append(report)
    return tuple(sorted(seen))


def _new(members: Iterable[str], seen: set[str]) -> list[str]:
    return [member for member in members if member not in seen]
