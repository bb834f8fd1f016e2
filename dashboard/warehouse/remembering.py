"""A warehouse that leaves each question to somebody who remembers the answers."""

from collections.abc import Callable

import polars as pl
import sqlalchemy as sa

from dashboard.access import SERVICE, Scope
from dashboard.filters import Filters
from dashboard.warehouse import sql
from dashboard.warehouse.base import Freshness, Warehouse

Params = tuple[tuple[str, object], ...]
Answer = Callable[[pl.Schema, str, Scope, Filters, Params], pl.DataFrame]
"""Answers a question of a schema, by name, scope, filters and own parameters."""


class Remembering(Warehouse):
    """Asks through ``answer``, so that questions computed from the same answers share them."""

    def __init__(self, like: Warehouse, answer: Answer) -> None:
        super().__init__(like.policy)
        self._like = like
        self._answer = answer

    def fetch(
        self,
        question: str,
        *,
        schema: pl.Schema,
        scope: Scope,
        filters: Filters,
        **params: object,
    ) -> pl.DataFrame:
        """The remembered answer, or the warehouse's own where nobody asked before."""
        return self._answer(schema, question, scope, filters, tuple(sorted(params.items())))

    def text(self, question: sql.Question) -> str:
        """The text that the warehouse behind it runs."""
        return self._like.text(question)

    def freshness(self) -> Freshness:
        """Age of the warehouse behind it."""
        return self._like.freshness()

    def _run(self, statement: sa.TextClause, *, tag: str, viewer: str = SERVICE) -> pl.DataFrame:
        raise NotImplementedError(tag)
