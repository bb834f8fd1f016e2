"""The store: named, versioned things that people save, and every write to them."""

import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from dashboard.store import changes
from dashboard.store.base import Kind, NotSavedError, SavedPolicy, SavedScenario, Withdrawal
from dashboard.store.changes import Change
from dashboard.store.connections import PATIENCE, engine_of, reading, what_happened, writing
from dashboard.store.migration import bring_up_to_date
from dashboard.store.values import LONGEST_PERSON, LONGEST_TOKEN, document, moment, name_of

LAST_VERSION: Final = 2**31 - 1
"""What the column holds: a version may come from an address that anybody typed."""


class Store:
    """The app's own database. One instance serves every session and thread.

    Nothing is reached before the first call, and a store that could not be reached is tried again
    at the next one. Who may write is decided before: the store keeps what ``by`` says.

    Every write takes ``by`` and ``at`` (with a time zone), and a ``token`` drawn when the form was
    opened: the same write with the same token is made once, so a click may be repeated after any
    error. Every write raises ``StoreUnreachableError`` where the store does not answer and
    ``EditedMeanwhileError`` where somebody wrote first; then nothing was changed.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._engine = engine_of(url, patience=patience)
        self._is_current = False
        self.close = weakref.finalize(self, self._engine.dispose)
        """Let go of every connection; also called at the end of the process."""

    def policies(self, *, withdrawn: bool = False) -> tuple[SavedPolicy, ...]:
        """Latest version of each policy by name; with ``withdrawn`` those that were withdrawn."""
        return tuple(_policy(row) for row in self._list("policy", withdrawn))

    def policy(self, name: str, version: int | None = None) -> SavedPolicy:
        """A version of a policy, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the policy was withdrawn.
        """
        return _policy(self._one("policy", name, version))

    def save_policy(
        self,
        name: str,
        definition: str,
        *,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedPolicy:
        """Save a policy as the next version of its name.

        Parameters
        ----------
        name
            What the policy is called.
        definition
            JSON of the policy.
        on_top_of
            Version that was looked at; ``None`` for a name that is not in use.
        by, at, token
            See the class.
        """
        change = Change(
            "save",
            "policy",
            name_of(name),
            on_top_of,
            **_who_and_when(by, at, token),
            values={"definition": document(definition, what="policy")},
        )
        return _policy(self._write(change))

    def scenarios(self, *, withdrawn: bool = False) -> tuple[SavedScenario, ...]:
        """Latest version of each scenario by name; with ``withdrawn`` those withdrawn."""
        return tuple(_scenario(row) for row in self._list("scenario", withdrawn))

    def scenario(self, name: str, version: int | None = None) -> SavedScenario:
        """A version of a scenario, also one that was withdrawn; without a version the latest.

        Raises
        ------
        NotSavedError
            There is none, or no version is named and the scenario was withdrawn.
        """
        return _scenario(self._one("scenario", name, version))

    def save_scenario(
        self,
        name: str,
        definition: str,
        parameters: str,
        as_of: date,
        *,
        on_top_of: int | None,
        by: str,
        at: datetime,
        token: str,
    ) -> SavedScenario:
        """Save a scenario as the next version of its name.

        Parameters
        ----------
        name
            What the scenario is called.
        definition
            JSON of the scenario.
        parameters
            JSON of what its question was asked with.
        as_of
            Day it was made for.
        on_top_of
            Version that was looked at; ``None`` for a name that is not in use.
        by, at, token
            See the class.
        """
        change = Change(
            "save",
            "scenario",
            name_of(name),
            on_top_of,
            **_who_and_when(by, at, token),
            values={
                "definition": document(definition, what="scenario"),
                "parameters": document(parameters, what="question of the scenario"),
                "as_of": as_of,
            },
        )
        return _scenario(self._write(change))

    def withdraw(
        self, kind: Kind, name: str, version: int, *, by: str, at: datetime, token: str
    ) -> None:
        """Take a saved thing out of the lists; its versions stay, and ``restore`` undoes it.

        ``version`` is the latest, the one that was looked at.
        """
        given = _who_and_when(by, at, token)
        self._write(Change("withdraw", kind, name_of(name), version, **given))

    def restore(
        self, kind: Kind, name: str, version: int, *, by: str, at: datetime, token: str
    ) -> None:
        """Put what was withdrawn back into the lists; ``version`` as for ``withdraw``."""
        given = _who_and_when(by, at, token)
        self._write(Change("restore", kind, name_of(name), version, **given))

    def _list(self, kind: Kind, withdrawn: bool) -> list[sa.Row[Any]]:
        with self._transaction(reading) as connection:
            rows = changes.latest_of_each(connection, kind)
        return [row for row in rows if (row.withdrawn_at is not None) == withdrawn]

    def _one(self, kind: Kind, name: str, version: int | None) -> sa.Row[Any]:
        name = name_of(name)
        with self._transaction(reading) as connection:
            if version is None:
                row = changes.latest(connection, kind, name)
            elif version <= LAST_VERSION:
                row = changes.version_of(connection, kind, name, version)
            else:
                row = None
        if row is None:
            which = f"the {kind}" if version is None else f"version {version} of the {kind}"
            raise NotSavedError(f"{which[:1].upper()}{which[1:]} {name} is not saved.")
        if version is None and row.withdrawn_at is not None:
            raise NotSavedError(
                f"The {kind} {name} was withdrawn by {row.withdrawn_by} on "
                f"{row.withdrawn_at:%Y-%m-%d}. It can be restored."
            )
        return row

    def _write(self, change: Change) -> sa.Row[Any]:
        with self._transaction(writing) as connection:
            version = changes.make(connection, change)
            row = changes.version_of(connection, change.kind, change.name, version)
        if row is None:
            raise AssertionError(f"{change.kind} {change.name} was written and is not there")
        return row

    @contextmanager
    def _transaction(
        self, kind: Callable[[sa.Engine], AbstractContextManager[sa.Connection]]
    ) -> Iterator[sa.Connection]:
        try:
            if not self._is_current:
                bring_up_to_date(self._engine)
                self._is_current = True
            with kind(self._engine) as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            # Perhaps another database lies there now: it is looked at again before the next call.
            self._is_current = False
            raise what_happened(error) from error


def _who_and_when(by: str, at: datetime, token: str) -> dict[str, Any]:
    return {
        "by": name_of(by, what="person", longest=LONGEST_PERSON),
        "at": moment(at),
        "token": name_of(token, what="token", longest=LONGEST_TOKEN),
    }


def _policy(row: sa.Row[Any]) -> SavedPolicy:
    return SavedPolicy(
        name=row.name,
        version=row.version,
        definition=row.definition,
        saved_by=row.saved_by,
        saved_at=row.saved_at,
        withdrawn=_withdrawal(row),
    )


def _scenario(row: sa.Row[Any]) -> SavedScenario:
    return SavedScenario(
        name=row.name,
        version=row.version,
        definition=row.definition,
        parameters=row.parameters,
        as_of=row.as_of,
        saved_by=row.saved_by,
        saved_at=row.saved_at,
        withdrawn=_withdrawal(row),
    )


def _withdrawal(row: sa.Row[Any]) -> Withdrawal | None:
    if row.withdrawn_at is None:
        return None
    return Withdrawal(by=row.withdrawn_by, at=row.withdrawn_at)
