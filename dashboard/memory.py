"""Answers kept in memory: each is asked for once, also where several wait for it at once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    answer: T
    size: int
    until: float


class Memory(Generic[T]):
    """Answers by whatever tells them apart, the longest unused out first.

    The same frame is given to everybody: a polars frame is not changed where it lies. Streamlit's
    own cache copies a frame at every hit and looks through the key with its own eyes, 1 ms each
    time; a page is 10 to 30 answers.

    Parameters
    ----------
    lasts
        Age after which an answer is asked for anew.
    at_most
        Number of answers.
    at_most_bytes
        Size of all of them together.
    size_of
        Bytes of an answer.
    """

    def __init__(
        self,
        *,
        lasts: timedelta,
        at_most: int,
        at_most_bytes: int,
        size_of: Callable[[T], float],
    ) -> None:
        self._lasts = lasts.total_seconds()
        self._at_most, self._at_most_bytes = at_most, at_most_bytes
        self._kept: OrderedDict[Hashable, _Kept[T]] = OrderedDict()
        self._under_way: dict[Hashable, Future[T]] = {}
        self._size_of = size_of
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        """Forget everything; what is asked just now is kept when it is answered."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def holds(self, key: Hashable) -> bool:
        """Whether an answer is at hand."""
        with self._lock:
            return self._present(key) is not None

    def answer(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer at hand, or what ``ask`` answers; an error is raised for each who waits."""
        while True:
            with self._lock:
                kept = self._present(key)
                if kept is not None:
                    self._kept.move_to_end(key)
                    return kept.answer
                asked = self._under_way.get(key)
                if asked is None:
                    waited_for = self._under_way[key] = Future()
                    break
            try:
                return asked.result()
            except CancelledError:
                continue  # Whoever asked went away meanwhile: somebody else asks.
        return self._asked(key, ask, waited_for)

    def _asked(self, key: Hashable, ask: Callable[[], T], waited_for: Future[T]) -> T:
        try:
            answer = ask()
        except BaseException as error:
            with self._lock:
                del self._under_way[key]
            if isinstance(error, Exception):
                waited_for.set_exception(error)
            else:
                waited_for.cancel()
            raise
        with self._lock:
            del self._under_way[key]
            self._keep(key, answer)
        waited_for.set_result(answer)
        return answer

    def _present(self, key: Hashable) -> _Kept[T] | None:
        kept = self._kept.get(key)
        if kept is not None and kept.until <= time.monotonic():
            self._forget(key)
            return None
        return kept

    def _keep(self, key: Hashable, answer: T) -> None:
        size = int(self._size_of(answer))
        if size > self._at_most_bytes:
            return
        self._kept[key] = _Kept(answer, size, time.monotonic() + self._lasts)
        self._bytes += size
        while len(self._kept) > self._at_most or self._bytes > self._at_most_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        self._bytes -= self._kept.pop(key).size
