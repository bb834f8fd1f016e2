"""Several questions at once: a page waits for the slowest of them, not for their sum."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Concatenate, Final, ParamSpec

import polars as pl
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.questions import name_of, questions
from dashboard.session import MissingTableError, is_at_hand, load
from dashboard.warehouse.base import Warehouse

P = ParamSpec("P")

AT_ONCE: Final = 6
"""As many as a page may ask, and as the pool of connections holds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that has not been answered yet."""

    answer: Callable[[], pl.DataFrame]
    is_at_hand: Callable[[], bool]


def asked(
    query: Callable[Concatenate[Warehouse, Scope, Filters, P], pl.DataFrame],
    among: Filters,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Asked:
    """A question for ``together``; takes what ``session.load`` takes."""
    return Asked(
        lambda: load(query, among, *args, **kwargs),
        lambda: is_at_hand(query, among, *args, **kwargs),
    )


def asked_if_loaded(
    query: Callable[Concatenate[Warehouse, Scope, Filters, P], pl.DataFrame],
    among: Filters,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Asked:
    """The same for a part of a page: without its tables the answer is empty, not an error."""

    def answer() -> pl.DataFrame:
        try:
            return load(query, among, *args, **kwargs)
        except MissingTableError:
            return questions()[name_of(query)].schema.to_frame()

    return Asked(answer, lambda: is_at_hand(query, among, *args, **kwargs))


def together(*questions: Asked) -> tuple[pl.DataFrame, ...]:
    """Answers in the order of the questions; those that are not at hand are asked side by side.

    Raises
    ------
    WarehouseError
        Whatever the first of them that failed raised.
    """
    waited_for = [each for each in questions if not each.is_at_hand()]
    if len(waited_for) < 2:  # noqa: PLR2004 -- one alone needs no thread
        return tuple(each.answer() for each in questions)
    running = get_script_run_ctx()
    with ThreadPoolExecutor(
        max_workers=AT_ONCE, initializer=lambda: add_script_run_ctx(ctx=running)
    ) as pool:
        # Each in a copy of the run's own context: who looks is found once for all of them.
        answers = [pool.submit(copy_context().run, each.answer) for each in questions]
        return tuple(answer.result() for answer in answers)
