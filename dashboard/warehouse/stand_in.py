"""What stands in for a warehouse that cannot be reached: its last good answers, for a time."""

import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Final

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.warehouse import sql
from dashboard.warehouse.base import (
    Before,
    Freshness,
    MissingTableError,
    UnreachableError,
    Warehouse,
    WarehouseError,
)
from dashboard.warehouse.kept import KeptAnswers, Loaded
from dashboard.warehouse.viewers import members
from dashboard.warehouse.watched import Watched

MOMENTS: Final[ContextVar[list[datetime] | None]] = ContextVar("moments", default=None)
"""When the answers were asked for that something is made of, for whoever wants to know."""
AGAIN: Final = 60.0
"""Seconds after which it is written down again that the warehouse answered."""


def of_moment(asked_at: datetime) -> None:
    """Say when an answer was asked for, to whoever wants to know."""
    if (moments := MOMENTS.get()) is not None:
        moments.append(asked_at)


class Keeping(Before):
    """Asks another warehouse, and keeps what it answers where ``may_keep`` allows the question."""

    def __init__(self, like: Warehouse, kept: KeptAnswers, may_keep: Callable[[str], bool]) -> None:
        super().__init__(like)
        self._kept, self._may_keep = kept, may_keep

    def fetch(
        self,
        question: str,
        *,
        schema: pl.Schema,
        scope: Scope,
        filters: Filters,
        **params: object,
    ) -> pl.DataFrame:
        """The other warehouse's answer."""
        asked_at = datetime.now(UTC)
        frame = self._like.fetch(question, schema=schema, scope=scope, filters=filters, **params)
        if self._may_keep(question):
            values = self.parameters(scope, filters, params)
            said = {"question": question, "filters": asdict(filters), "params": params}
            with suppress(WarehouseError):  # Gone since: its answer is good.
                said["version"] = self._like.freshness().version
            key = self._kept.key(sql.read(question), schema, scope, values)
            self._kept.keep(key, frame, asked_at=asked_at, said=said)
        return frame


class FromKept(Before):
    """Answers from what was kept alone, and says when each answer was asked for."""

    def __init__(self, like: Warehouse, kept: KeptAnswers, age: Callable[[], Freshness]) -> None:
        super().__init__(like)
        self._kept, self._age = kept, age

    def fetch(
        self,
        question: str,
        *,
        schema: pl.Schema,
        scope: Scope,
        filters: Filters,
        **params: object,
    ) -> pl.DataFrame:
        """The last answer to the same question of the same scope."""
        read, absent = sql.read(question), self.freshness().absent
        if lacking := tuple(table for table in read.rests_on if table in absent):
            raise MissingTableError(question, lacking)
        values = self.parameters(scope, filters, params)
        found = self._kept.answer(self._kept.key(read, schema, scope, values))
        if found is None:
            raise UnreachableError("There is no last answer to this.")
        of_moment(found.asked_at)
        return found.frame

    @property
    def source(self) -> Warehouse:
        """Itself: what is learnt of older answers is not of the warehouse."""
        return self

    def freshness(self) -> Freshness:
        """Age of the data as it was last known."""
        return self._age()


class OrKept(FromKept):
    """Asks the warehouse, and answers from what was kept where it cannot be reached."""

    def __init__(self, like: Watched, kept: KeptAnswers, age: Callable[[], Freshness]) -> None:
        super().__init__(like, kept, age)
        self._watched = like

    @property
    def source(self) -> Warehouse:
        """The warehouse; not where it is away: what is learnt then is of older answers."""
        return self._watched.source if self._watched.circuit.since is None else self

    def fetch(
        self,
        question: str,
        *,
        schema: pl.Schema,
        scope: Scope,
        filters: Filters,
        **params: object,
    ) -> pl.DataFrame:
        """The answer, or the last one."""
        try:
            return self._like.fetch(question, schema=schema, scope=scope, filters=filters, **params)
        except UnreachableError:
            return FromKept.fetch(
                self, question, schema=schema, scope=scope, filters=filters, **params
            )


class StandIn:
    """What is last known of a warehouse: its answers, the age of its data, who works there.

    Parameters
    ----------
    watched
        The warehouse, which is asked first.
    kept
        Where its answers are kept; without it nothing stands in.
    team_holds
        How long the last known list of the team says who may see what.
    """

    def __init__(
        self, watched: Watched, kept: KeptAnswers | None, *, team_holds: timedelta
    ) -> None:
        self._watched, self.kept, self._team_holds = watched, kept, team_holds
        self._known: Loaded | None = None
        self._written_at = 0.0

    @property
    def away_since(self) -> datetime | None:
        """Since when the warehouse cannot be reached; ``None`` while it is asked."""
        return self._watched.circuit.since

    def freshness(self) -> Freshness:
        """Age of the data; as it was last known where the warehouse cannot be reached.

        Raises
        ------
        UnreachableError
            Nothing was ever known.
        """
        try:
            found = self._watched.freshness()
        except UnreachableError:
            if (last := self._last_known()) is None:
                raise
            return last.freshness
        if self.kept is not None:
            self._note(self.kept, found)
        return found

    def last_good_day(self) -> date | None:
        """The day on which a warehouse that is away last answered; ``None`` where it is not."""
        if self.away_since is None or (last := self._last_known()) is None:
            return None
        return last.at.date()

    def answers(self) -> FromKept | None:
        """What answers from the last good answers alone."""
        if self.kept is None:
            return None
        return FromKept(self._watched, self.kept, self.freshness)

    def or_kept(self) -> Warehouse:
        """The warehouse, with its last good answers where it cannot be reached."""
        if self.kept is None:
            return self._watched
        return OrKept(self._watched, self.kept, self.freshness)

    def team(self, on: date) -> tuple[pl.DataFrame, datetime]:
        """The last known list of the team, and when it was asked for.

        Raises
        ------
        UnreachableError
            None is known, or it is too old to say who may see what.
        """
        moments: list[datetime] = []
        token = MOMENTS.set(moments)
        try:
            if (answers := self.answers()) is None:
                self._watched.circuit.expect_closed()
                raise UnreachableError("Who may see what is not known.")
            people = members(answers, on)
        finally:
            MOMENTS.reset(token)
        self.expect_valid(moments[0])
        return people, moments[0]

    def expect_valid(self, asked_at: datetime) -> None:
        """Nothing where a list of the team of that moment still says who may see what.

        Raises
        ------
        UnreachableError
            It is too old.
        """
        if datetime.now(UTC) - asked_at > self._team_holds:
            raise UnreachableError(
                f"Who may see what was last known {asked_at:%-d %b %Y %H:%M} UTC, too long ago: "
                "until the warehouse answers nothing is shown."
            )

    def _last_known(self) -> Loaded | None:
        if self._known is None and self.kept is not None:
            self._known = self.kept.loaded()
        return self._known if self.kept is not None else None

    def _note(self, kept: KeptAnswers, found: Freshness) -> None:
        is_other = self._known is None or self._known.freshness != found
        self._known = Loaded(found, datetime.now(UTC))
        if is_other or time.monotonic() - self._written_at > AGAIN:
            self._written_at = time.monotonic()
            kept.keep_loaded(self._known)
