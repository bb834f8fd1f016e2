"""A warehouse whose questions are written down: how long each took, and for which run."""

import logging
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.warehouse.base import (
    Before,
    Freshness,
    MissingTableError,
    UnreachableError,
    Warehouse,
    WarehouseError,
)
from dashboard.warehouse.circuit import Circuit

_log: Final = logging.getLogger("dashboard.warehouse")


@dataclass(slots=True)
class Run:
    """One run of a page: on which socket, and what it asked.

    ``questions`` are those that it was answered, from the cache or not; ``queries`` are the
    warehouse's own ids of what was really asked, where it has such.
    """

    id: str
    socket: str
    questions: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)


RUN: Final[ContextVar[Run | None]] = ContextVar("run", default=None)
"""The run that asks, for the log and the warehouse's own history; it decides nothing."""


class Asked:
    """When a warehouse was last asked, and how many questions in a row went unanswered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: float | None = None
        self._good_at: float | None = None
        self._failed = 0

    def was(self, *, answered: bool) -> None:
        """Note a question that was just asked."""
        with self._lock:
            self._at = time.monotonic()
            self._failed = 0 if answered else self._failed + 1
            if answered:
                self._good_at = self._at

    def told(self) -> dict[str, Any]:
        """For a look from outside: no name of a question is in it."""
        with self._lock:
            if self._at is None:
                return {"last_query": None}
            told: dict[str, Any] = {"seconds_ago": _ago(self._at), "failed_in_a_row": self._failed}
            if self._good_at is not None:
                told["answered_seconds_ago"] = _ago(self._good_at)
            return {"last_query": told}


def _ago(moment: float) -> float:
    return round(time.monotonic() - moment, 1)


UP: Final = "select 1 as up"
"""What is asked to find out whether a warehouse answers at all."""


class Watched(Before):
    """Asks another warehouse, and writes a line of each question that is really asked.

    One that cannot be reached is not asked again before it is back.
    """

    def __init__(self, like: Warehouse) -> None:
        super().__init__(like)
        self.asked: Final = Asked()
        self.circuit: Final = Circuit(self._looks_back)

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
        self.circuit.expect_closed()
        run = RUN.get() or Run("", "")
        before, began = len(run.queries), time.perf_counter()
        try:
            frame = self._like.fetch(
                question, schema=schema, scope=scope, filters=filters, **params
            )
        except MissingTableError:
            raise  # It was not asked.
        except WarehouseError as error:
            self._was_asked(question, None, began, run, before)
            if isinstance(error, UnreachableError):
                self.circuit.open(error)
            raise
        self._was_asked(question, len(frame), began, run, before)
        return frame

    def _looks_back(self) -> None:
        self._like.told(UP)
        self._like.freshness()  # A failed look at it may hold: then it is not back for a page.

    def _was_asked(
        self, question: str, rows: int | None, began: float, run: Run, before: int
    ) -> None:
        self.asked.was(answered=rows is not None)
        told = {
            "question": question,
            "rows": rows,
            "ms": round(1000 * (time.perf_counter() - began), 1),
            "run": run.id,
            "queries": run.queries[before:],
        }
        _log.log(logging.WARNING if rows is None else logging.INFO, "query", extra=told)

    def freshness(self) -> Freshness:
        """Age of the other warehouse."""
        self.circuit.expect_closed()
        try:
            return self._like.freshness()
        except UnreachableError as error:
            self.circuit.open(error)
            raise
