"""Writes to the app's own database, in the name of whoever looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Protocol, TypedDict

from dashboard import answering, session
from dashboard.store.base import Kind


class Listed(Protocol):
    """A cached list of what is saved."""

    def clear(self) -> None:
        """Forget it, so that it is read anew."""


class Signed(TypedDict):
    """What every write takes beside what is written."""

    by: str
    at: datetime
    token: str


def signed(token: str) -> Signed:
    """Who writes, and when."""
    return {"by": session.who(), "at": datetime.now(UTC), "token": token}


def author(saved_by: str) -> str:
    """Who saved something, by name where the team has one."""
    people = session.team()
    found = people.filter(people["email"] == saved_by)["name"].to_list()
    return str(found[0]) if found else saved_by


@contextmanager
def listed_anew(listed: Listed) -> Iterator[None]:
    """A write after which a list is read again, also after a failure: somebody may have written."""
    try:
        yield
    finally:
        listed.clear()


def withdraw(kind: Kind, name: str, version: int, *, token: str, listed: Listed) -> None:
    """Take what is saved off its list; it can be restored.

    Raises
    ------
    StoreError
        Somebody changed it meanwhile, or the store is away.
    """
    with listed_anew(listed):
        session.store().withdraw(kind, name, version, **signed(token))


def restore(kind: Kind, name: str, version: int, *, token: str, listed: Listed) -> None:
    """Put what was withdrawn back on its list.

    Raises
    ------
    StoreError
        As of ``withdraw``.
    """
    with listed_anew(listed):
        session.store().restore(kind, name, version, **signed(token))


def erase(member_id: str) -> dict[Kind, int]:
    """Take everything on a person out for good; how many rows of each kind.

    Copies of the company's tables may name the person: all answers kept for when the warehouse
    cannot be reached go, too.

    Raises
    ------
    StoreError
        The store is away, or a copy could not be deleted.
    """
    gone = session.store().erase(member_id)
    answering.forget_last()
    return gone


def expire_talent(before: date) -> dict[Kind, int]:
    """Take out ratings and calibrations of before a day; how many rows of each kind.

    Raises
    ------
    StoreError
        The store is away.
    """
    return session.store().expire_talent(before)
