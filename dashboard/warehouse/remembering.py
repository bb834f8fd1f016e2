"""A warehouse that leaves each question to somebody who remembers the answers."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.warehouse.base import Before, Warehouse

Params = tuple[tuple[str, object], ...]
Answer = Callable[[pl.Schema, str, Scope, Filters, Params], pl.DataFrame]
"""Answers a question of a schema, by name, scope, filters and own parameters."""


def told_apart(params: Params) -> Params:
    """Parameters as a part of a key: what holds several values does so in a way that stands."""
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in params
    )


class Remembering(Before):
    """Asks through ``answer``, so that questions computed from the same answers share them."""

    def __init__(self, like: Warehouse, answer: Answer) -> None:
        super().__init__(like)
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


def asking_once(like: Warehouse) -> Remembering:
    """A warehouse that asks a question once, also where several wait for it at the same time."""
    answers: dict[tuple[object, ...], Future[pl.DataFrame]] = {}
    lock = threading.Lock()

    def answer(
        schema: pl.Schema, question: str, scope: Scope, filters: Filters, params: Params
    ) -> pl.DataFrame:
        key = (question, scope, filters, told_apart(params))
        with lock:
            is_new = key not in answers
            answered = answers.setdefault(key, Future())
        if is_new:
            try:
                answered.set_result(
                    like.fetch(
                        question, schema=schema, scope=scope, filters=filters, **dict(params)
                    )
                )
            except BaseException as error:  # noqa: BLE001 -- raised for each who waits, below
                answered.set_exception(error)
        return answered.result()

    return Remembering(like, answer)
