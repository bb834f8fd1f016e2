"""Every question as it is asked when its time is taken, and the statements that it sends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import sqlalchemy as sa

from benchmarks.companies import AS_OF
from dashboard.access import EVERYTHING, SERVICE
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.questions import Question, questions
from dashboard.warehouse.base import Warehouse
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.sql import bound

OWN: Final[dict[str, object]] = {
    "account_id": "A000001",
    "account_ids": ("A000001", "A000002", "A000003"),
    "behaviour": "Used the API",
    "week_on": date(2026, 10, 26),
    "band": "green",
}
"""Values for the parameters without which a question cannot be asked; a test holds them whole."""

Statement = tuple[str, list[object]]


class Noting(EmbeddedWarehouse):
    """Answers as the embedded warehouse does and notes the statements that it ran."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Policy())
        self.statements: list[Statement] = []

    def _run(self, statement: sa.TextClause, *, tag: str, viewer: str = SERVICE) -> pl.DataFrame:
        self.statements.append(bound(statement))
        return super()._run(statement, tag=tag, viewer=viewer)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with a way to ask it again and what it sends to DuckDB."""

    question: Question
    statements: list[Statement]
    ask: Callable[[Warehouse], pl.DataFrame]
    rows: int


def answer(question: Question, warehouse: Warehouse, **own: Any) -> pl.DataFrame:  # noqa: ANN401
    """The answer of everything on the as-of date, with what the question must be told."""
    needed = {each.name: OWN[each.name] for each in question.own_params if each.required}
    return question.function(warehouse, EVERYTHING, Filters(AS_OF), **needed, **own)


def asked(question: Question, noting: Noting) -> Asked:
    """Ask once and keep what was sent."""
    noting.statements.clear()
    rows = len(answer(question, noting))
    return Asked(question, list(noting.statements), lambda to: answer(question, to), rows)


def with_sql() -> list[Question]:
    """Questions that are one SQL file each."""
    return [each for each in questions().values() if not each.computed]


def computed() -> list[Question]:
    """Questions that Python computes from the answers of several SQL files."""
    return [each for each in questions().values() if each.computed]


def plainly(connection: duckdb.DuckDBPyConnection, statements: list[Statement]) -> None:
    """Run finished statements on a plain connection, values bound, to frames."""
    for text, values in statements:
        pl.from_arrow(connection.execute(text, values).to_arrow_table())
