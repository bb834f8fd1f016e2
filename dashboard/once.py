"""What does not change while a page runs is found once in a run and not at every question."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_FOUND: Final[ContextVar[dict[object, object] | None]] = ContextVar("found", default=None)


@contextmanager
def in_one_run() -> Iterator[None]:
    """Whatever runs in here is one run, or belongs to the one that is under way."""
    if _FOUND.get() is not None:
        yield
        return
    begun = _FOUND.set({})
    try:
        yield
    finally:
        _FOUND.reset(begun)


def once_a_run(find: Callable[P, T]) -> Callable[P, T]:
    """A function that is called once in a run for the same arguments; outside of one, each time.

    Nothing outlives the run: who looks and what they may see is found anew at the next one. What
    is found must follow from the arguments and from what no run changes. An error is not kept.
    """

    @wraps(find)
    def found(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = _FOUND.get()
        if kept is None:
            return find(*args, **kwargs)
        key = (found, args, tuple(kwargs.items()))
        if key not in kept:
            kept[key] = find(*args, **kwargs)
        return kept[key]  # type: ignore[return-value]

    return found
