"""A warehouse asked for a workbook: each question once, and several side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self, TypeVar

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.warehouse.base import MissingTableError, Warehouse
from dashboard.warehouse.remembering import asking_once

T = TypeVar("T")

AT_ONCE: Final = 4
"""Questions under way beside the one waited for: fewer than a pool of connections holds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A warehouse asked by one viewer; a question whose tables were not loaded has no rows.

    Used as a context: whoever leaves it waits for what is still under way.
    """

    warehouse: Warehouse
    scope: Scope
    pool: ThreadPoolExecutor
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Questions without an answer, and the tables they lack."""

    @classmethod
    def of(cls, warehouse: Warehouse, scope: Scope) -> Self:
        """Nothing asked yet."""
        return cls(asking_once(warehouse), scope, ThreadPoolExecutor(AT_ONCE))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # After an error nobody waits for what has not begun.
        self.pool.shutdown(cancel_futures=error is not None)

    def __call__(
        self,
        question: Callable[..., pl.DataFrame],
        schema: pl.Schema,
        filters: Filters,
        **own: object,
    ) -> pl.DataFrame:
        """The answer."""
        try:
            return question(self.warehouse, self.scope, filters, **own)
        except MissingTableError as error:
            self.missing[error.question] = error.tables
            return schema.to_frame()

    def beside(
        self,
        question: Callable[..., pl.DataFrame],
        schema: pl.Schema,
        filters: Filters,
        **own: object,
    ) -> Callable[[], pl.DataFrame]:
        """The answer asked for while others are; it is waited for where this is called."""
        return self.meanwhile(lambda: self(question, schema, filters, **own))

    def meanwhile(self, answer: Callable[[], T]) -> Callable[[], T]:
        """What is worked out while questions are asked, for the page that asks."""
        return self.pool.submit(copy_context().run, answer).result
