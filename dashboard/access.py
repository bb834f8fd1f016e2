"""Who may see which accounts and whose talent ratings: deny by default, decided in one place.

A role gives a rule, and a rule gives a ``Scope``. The scope travels as bound parameters into every
SQL file that reads accounts or people, and it is part of every cache key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, cast, get_args

Role = Literal["executive", "finance", "cs_manager", "csm", "people"]
ROLES: Final = cast("tuple[Role, ...]", get_args(Role))

OPERATOR: Final = "operator"
SERVICE: Final = "service"
"""What a warehouse hears where nobody looks in person: an address has an @ in it."""

NOBODY: Final = ""
"""A member id that nobody carries: Snowflake's dialect refuses an empty list. Whoever is let in by
a group alone has it, too, and so no book, no reports and no one-on-ones."""

_IN_WORDS: Final[Mapping[str, str]] = {
    "executive": "CCO",
    "finance": "finance",
    "cs_manager": "CS manager",
    "csm": "CSM",
    "people": "people partner",
}


def role_in_words(role: str) -> str:
    """A role as people say it; one that the app does not know as it stands."""
    return _IN_WORDS.get(role, role)


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
    viewer: str = ""
    """The address of whoever looks, for a warehouse that decides for itself once more; empty is
    nobody in person. Part of the scope, so that no cache gives one person's answer to another."""
    reason: str = "No role gives this viewer any account."

    @property
    def sees_accounts(self) -> bool:
        """Whether any account could be visible."""
        return self.all_accounts or bool(self.member_ids)

    @property
    def rights(self) -> "Scope":
        """What is visible, whoever looks: all that an answer depends on where the app decides."""
        return replace(self, viewer="", reason="")

    @property
    def asked_by(self) -> str:
        """Whom a warehouse that decides once more is told of; an address without an @ is nobody."""
        if self.viewer:
            return self.viewer.lower() if "@" in self.viewer else NOBODY
        return OPERATOR if self.all_accounts else SERVICE

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
    whoever has left works none. The ``name`` decides nothing: reasons are told by it.
    """

    manager_id: str | None = None
    in_pool: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who looks."""

    member_id: str
    name: str
    email: str
    role: Role

    @property
    def role_in_words(self) -> str:
        """The role as people say it."""
        return role_in_words(self.role)

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
    scope = replace(_by_role(viewer, team), viewer=viewer.email)
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
    # Without a row in team_members nobody is below: an empty manager is not this person.
    known = viewer.member_id != NOBODY
    below = reports(viewer.member_id, _managers(team)) if known else ()
    tree = (viewer.member_id, *below) if known else ()
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
                member_ids=tree[:1],
                pool=pool,
                meeting_ids=tree[:1],
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
    seen = {member_id}
    waiting = [member_id]
    while waiting:
        new = [report for report in direct.get(waiting.pop(), ()) if report not in seen]
        seen.update(new)
        waiting += new
    return tuple(sorted(seen - {member_id}))


def why_account(
    viewer: Viewer | None, team: Mapping[str, Colleague], *, held_by: str | None, pooled: bool
) -> str | None:
    """Why a viewer may see an account, in a sentence; ``None`` exactly where it is not visible.

    Parameters
    ----------
    viewer
        The person who looks; ``None`` is the operator.
    team
        As in ``scope_of``.
    held_by
        Member id of the account's CSM today.
    pooled
        Whether a pool serves the account.
    """
    if viewer is None:
        return "The operator of the warehouse sees every account."
    match viewer.role:
        case "executive":
            return "Executives see every account."
        case "finance":
            return "Finance sees every account."
        case "people":
            return None
        case "csm":
            return _why_in_book(viewer, team, (), held_by, pooled=pooled)
        case "cs_manager":
            below = reports(viewer.member_id, _managers(team))
            return _why_in_book(viewer, team, below, held_by, pooled=pooled)


def _why_in_book(
    viewer: Viewer,
    team: Mapping[str, Colleague],
    below: tuple[str, ...],
    held_by: str | None,
    *,
    pooled: bool,
) -> str | None:
    if held_by == viewer.member_id:
        return "It is in your own book."
    if held_by is not None and held_by in below:
        return f"It is in the book of {_line(held_by, viewer, team, ', who reports')}."
    workers = [each for each in (viewer.member_id, *below) if _in_pool((each,), team)]
    if not (pooled and workers):
        return None
    if workers[0] == viewer.member_id:
        return "It is a pooled account, and you work the pool."
    line = _line(workers[0], viewer, team, ", who reports")
    return f"It is a pooled account, and the pool is worked by {line}."


def why_person(
    viewer: Viewer | None, team: Mapping[str, Colleague], member_id: str, *, talent: bool
) -> str | None:
    """Why a viewer may see somebody's ratings; ``None`` exactly where they are not visible."""
    if not talent:
        return None
    if viewer is None:
        return "The operator of the warehouse sees the ratings of everybody."
    if viewer.role == "people":
        return "People partners see the ratings of everybody."
    if not viewer.may_open_talent or member_id not in reports(viewer.member_id, _managers(team)):
        return None
    return f"{_line(member_id, viewer, team, ' reports')}."


def _line(member_id: str, viewer: Viewer, team: Mapping[str, Colleague], reports_: str) -> str:
    """The way up from somebody below the viewer: ``Kim Lee reports to Sam Ng, who reports to you``.

    It ends: only who is below the viewer has such a way, and each step is a person nearer.
    """
    words, above = team[member_id].name or member_id, team[member_id].manager_id
    while above is not None and above != viewer.member_id:
        words += f"{reports_} to {team[above].name or above}"
        reports_, above = ", who reports", team[above].manager_id
    return f"{words}{reports_} to you"


def _managers(team: Mapping[str, Colleague]) -> dict[str, str | None]:
    return {each: colleague.manager_id for each, colleague in team.items()}
