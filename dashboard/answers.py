"""Several questions at once: a page waits for the slowest of them, not for their sum."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Concatenate, Final, ParamSpec

import polars as pl
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.questions import name_of, questions
from dashboard.session import MissingTableError, load
from dashboard.warehouse.base import Warehouse

P = ParamSpec("P")

AT_ONCE: Final = 6
"""As many as a page may ask, and as the pool of connections holds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that has not been answered yet."""

    answer: Callable[[], pl.DataFrame]


def asked(
    query: Callable[Concatenate[Warehouse, Scope, Filters, P], pl.DataFrame],
    among: Filters,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Asked:
    """A question for ``together``; takes what ``session.load`` takes."""
    return Asked(lambda: load(query, among, *args, **kwargs))


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

    return Asked(answer)


def together(*questions: Asked) -> tuple[pl.DataFrame, ...]:
    """Answers in the order of the questions, asked side by side.

    Raises
    ------
    WarehouseError
        Whatever the first of them that failed raised.
    """
    running = get_script_run_ctx()
    with ThreadPoolExecutor(
        max_workers=AT_ONCE, initializer=lambda: add_script_run_ctx(ctx=running)
    ) as pool:
        return tuple(pool.map(lambda each: each.answer(), questions))
