"""What every warehouse does: run a question within a scope, conform the answer, tell its age."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

import polars as pl
import sqlalchemy as sa

from dashboard.access import SERVICE, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.warehouse import sql

ASKED_ON: Final[ContextVar[str]] = ContextVar("asked_on", default="")
"""The page that asks, for the warehouse's own history of queries; it decides nothing."""

Origin = Literal["demo", "import", "snowflake", "postgresql"]


DERIVED_FROM: Final = {"arr_movements": "subscriptions", "subscriptions": "arr_movements"}
"""A table that can be derived, and the one it is derived from."""


class WarehouseError(Exception):
    """The warehouse could not answer; the message is fit for the screen."""


class UnreachableError(WarehouseError):
    """The warehouse does not answer at all, or not in time."""


class MissingTableError(WarehouseError):
    """A question rests on a table that the company has not loaded."""

    def __init__(self, question: str, tables: tuple[str, ...]) -> None:
        self.question = question
        self.tables = tables
        names = " and ".join(tables)
        plural = "are" if len(tables) > 1 else "is"
        super().__init__(f"{question} rests on {names}, which {plural} not loaded.")


class ContractError(WarehouseError):
    """The warehouse returned columns other than the question declares."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the answers are.

    ``version`` changes with every load and is part of every cache key; ``as_of`` is the day the
    data speak for, the demo's own date on the demo; ``policy`` is the JSON of the policy that the
    weekly history was scored with; ``derived`` names the table that was made of another one.
    """

    version: str
    origin: Origin
    loaded_at: datetime
    as_of: date
    absent: frozenset[str]
    policy: str = ""
    derived: str = ""

    @property
    def derived_note(self) -> str:
        """Which table was made of another one because the company has none; empty for none."""
        if not self.derived:
            return ""
        return f"The data had no {self.derived}: derived from {DERIVED_FROM[self.derived]}."


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that the warehouse was asked, and how many bytes its answer has in memory."""

    question: str
    size: int


class Warehouse(ABC):
    """Answers named questions. One instance serves every viewer; a scope comes with each call."""

    says_when_it_changes = False
    """Whether its version is another one whenever any of its data are."""
    decides_again = True
    """Whether it is told who looks and may decide once more what that person sees."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.listeners: list[Callable[[Answered], None]] = []
        """Told of every answer, for whoever counts what pages ask."""

    def fetch(
        self,
        question: str,
        *,
        schema: pl.Schema,
        scope: Scope,
        filters: Filters,
        **params: object,
    ) -> pl.DataFrame:
        """Answer ``sql/QUESTION.sql`` as a frame of exactly ``schema``.

        Raises
        ------
        MissingTableError
            A table the question rests on was not loaded.
        UnreachableError
            The warehouse does not answer.
        ContractError
            The columns are not those of ``schema``.
        """
        read = sql.read(question)
        absent = self.freshness().absent
        if lacking := tuple(table for table in read.rests_on if table in absent):
            raise MissingTableError(question, lacking)
        values = self.parameters(scope, filters, params)
        short = self.derives_nothing(read, values)
        frame = self._answered(sql.read(question, short=short), values, scope)
        if short and not self.derives_nothing(read, values):
            # Other data were swapped in meanwhile, of which the short form says too little.
            frame = self._answered(read, values, scope)
        for listener in self.listeners:
            listener(Answered(question, int(frame.estimated_size())))
        return conform(frame, schema, question)

    def _answered(
        self, read: sql.Question, values: Mapping[str, object], scope: Scope
    ) -> pl.DataFrame:
        statement = sql.statement(replace(read, text=self.text(read)), values)
        return self._run(statement, tag=read.name, viewer=scope.asked_by)

    def parameters(
        self, scope: Scope, filters: Filters, params: Mapping[str, object]
    ) -> dict[str, object]:
        """Every value a question may bind; what the caller names comes last and wins."""
        return self.policy.params() | scope.params() | filters.params() | dict(params)

    def text(self, question: sql.Question) -> str:
        """The SQL that answers a question here, its parameters still ``:name``."""
        return question.text

    def derives_nothing(self, question: sql.Question, values: Mapping[str, object]) -> bool:
        """Whether the short form of a question is known to answer alike.

        A warehouse that would have to be asked first says no.
        """
        del question, values
        return False

    def told(self, text: str) -> pl.DataFrame:
        """What the warehouse says of itself: a statement without values that is no question."""
        return self._run(sa.text(text), tag="check")

    @property
    def source(self) -> "Warehouse":
        """The warehouse whose data these are: another one where this only stands before it."""
        return self

    @abstractmethod
    def freshness(self) -> Freshness:
        """Age and completeness of the data."""

    @abstractmethod
    def _run(self, statement: sa.TextClause, *, tag: str, viewer: str = SERVICE) -> pl.DataFrame:
        """Run a bound statement for a viewer and return the driver's frame."""


class Before(Warehouse):
    """Stands before another warehouse and is like it, but for its own ``fetch``."""

    def __init__(self, like: Warehouse) -> None:
        super().__init__(like.policy)
        self._like = like

    def text(self, question: sql.Question) -> str:
        """The text that the other warehouse runs."""
        return self._like.text(question)

    def told(self, text: str) -> pl.DataFrame:
        """What the other warehouse says of itself."""
        return self._like.told(text)

    @property
    def source(self) -> Warehouse:
        """The warehouse behind the other one."""
        return self._like.source

    def freshness(self) -> Freshness:
        """Age of the other warehouse."""
        return self._like.freshness()

    def _run(self, statement: sa.TextClause, *, tag: str, viewer: str = SERVICE) -> pl.DataFrame:
        raise NotImplementedError(tag)


class Rehearsal(Warehouse):
    """Notes what a question would be bound with, instead of asking it."""

    def __init__(self, like: Warehouse) -> None:
        super().__init__(like.policy)
        self._like = like
        self.question = ""
        self.values: dict[str, object] = {}

    def fetch(
        self,
        question: str,
        *,
        schema: pl.Schema,
        scope: Scope,
        filters: Filters,
        **params: object,
    ) -> pl.DataFrame:
        """Note the question and its values; the answer is empty."""
        self.question = question
        self.values = self.parameters(scope, filters, params)
        return schema.to_frame()

    def text(self, question: sql.Question) -> str:
        """The text that the warehouse rehearsed for would run."""
        return self._like.text(question)

    def freshness(self) -> Freshness:
        """Age of the warehouse rehearsed for."""
        return self._like.freshness()

    def _run(self, statement: sa.TextClause, *, tag: str, viewer: str = SERVICE) -> pl.DataFrame:
        raise NotImplementedError(tag)


def conform(frame: pl.DataFrame, schema: pl.Schema, question: str) -> pl.DataFrame:
    """Lower-case the names, put them in order and cast; refuse missing or undeclared columns.

    Sums arrive as other types from other engines: DECIMAL(38, 0), DOUBLE or BIGINT. Money that
    comes as a double is rounded to the cent before it becomes a decimal again.
    """
    frame = frame.rename(str.lower)
    missing = schema.keys() - set(frame.columns)
    extra = set(frame.columns) - schema.keys()
    if missing or extra:
        raise ContractError(f"{question}: missing {sorted(missing)}, undeclared {sorted(extra)}")
    return frame.select(
        _cast(pl.col(name), frame.schema[name], dtype).alias(name) for name, dtype in schema.items()
    )


def _cast(column: pl.Expr, given: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    if given == wanted:
        return column
    if isinstance(wanted, pl.Decimal) and given.is_float():
        return column.round(wanted.scale).cast(wanted)
    if isinstance(wanted, pl.Datetime) and isinstance(given, pl.Datetime):
        return column.dt.replace_time_zone(wanted.time_zone).cast(wanted)
    return column.cast(wanted)
