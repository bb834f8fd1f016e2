"""From the claims of a sign-in to a verified identity, or the reason why there is none: pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from dashboard.access import Role
from dashboard.settings import SignInSettings

LEAST_FIRST: Final[tuple[Role, ...]] = ("csm", "cs_manager", "finance", "people", "executive")
"""Of several roles the first counts. Ratings of people are guarded more than amounts."""
CLOCKS_APART: Final = timedelta(minutes=5)
_MAKES_IT_THIS_ONE: Final = ("iss", "sub", "sid", "nonce", "at_hash", "iat", "exp")

Why = Literal["nobody", "ended", "refused", "away"]


class NotAdmittedError(Exception):
    """Nobody is let in; the message is a sentence for whoever looks.

    Parameters
    ----------
    why
        ``nobody`` is signed in, the sign-in has ``ended``, the person is ``refused``, or what
        decides of it is ``away``.
    sentence
        What is said.
    """

    def __init__(self, why: Why, sentence: str) -> None:
        super().__init__(sentence)
        self.why: Why = why


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who proved an address.

    ``key`` stands for this one sign-in. ``role`` is that of the groups, ``None`` where
    ``team_members`` decides.
    """

    key: str
    email: str
    name: str
    ends_at: datetime
    role: Role | None = None


def identity_of(claims: Mapping[str, object], rules: SignInSettings, now: datetime) -> Identity:
    """Who signed in, as long as the sign-in lasts.

    Raises
    ------
    NotAdmittedError
        Nobody is signed in, the sign-in has ended, the address is not verified, or no group of the
        person gives a role.
    """
    if claims.get("is_logged_in") is not True:
        raise NotAdmittedError("nobody", "Nobody is signed in.")
    ends_at = _end_of(claims, rules, now)
    if ends_at <= now:
        raise NotAdmittedError("ended", "Your sign-in has ended.")
    email = claims.get("email")
    if not isinstance(email, str) or not email.strip():
        raise NotAdmittedError("refused", "Your sign-in carries no e-mail address.")
    if claims.get("email_verified") not in (True, "true"):
        raise NotAdmittedError(
            "refused", f"The address {email} is not verified by your sign-in provider."
        )
    name = claims.get("name")
    return Identity(
        key=_key(claims),
        email=email.strip(),
        name=name if isinstance(name, str) and name.strip() else email.strip(),
        ends_at=ends_at,
        role=_role(claims, rules, email) if rules.role_from == "claim" else None,
    )


def _end_of(claims: Mapping[str, object], rules: SignInSettings, now: datetime) -> datetime:
    """The end of the token, or of the hours after this sign-in if that is sooner.

    The hours run from ``iat``. ``auth_time`` may be older than this sign-in, when the provider
    knew the person already, and signing in again would not make it younger: it counts only where
    there is nothing else.
    """
    began, expires = _moment(claims.get("iat", claims.get("auth_time"))), _moment(claims.get("exp"))
    if began is None or expires is None:
        raise NotAdmittedError("ended", "Your sign-in does not say how long it lasts.")
    if began > now + CLOCKS_APART:
        raise NotAdmittedError(
            "ended", "The clock of this machine is behind that of your sign-in provider."
        )
    return min(expires, began + timedelta(hours=rules.session_hours))


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _role(claims: Mapping[str, object], rules: SignInSettings, email: str) -> Role:
    named = claims.get(rules.role_claim)
    groups = {named} if isinstance(named, str) else set()
    if isinstance(named, list):
        groups = {group for group in named if isinstance(group, str)}
    for role in LEAST_FIRST:
        if groups.intersection(rules.roles.get(role, ())):
            return role
    raise NotAdmittedError("refused", f"No group of {email} gives access to the dashboard.")


def _key(claims: Mapping[str, object]) -> str:
    """A hash that stands for the sign-in: the same in every tab and process, another next time."""
    parts = json.dumps([str(claims.get(name, "")) for name in _MAKES_IT_THIS_ONE])
    return hashlib.sha256(parts.encode()).hexdigest()
