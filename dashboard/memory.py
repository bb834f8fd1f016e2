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
class _Kept:
    packed: bytes
    until: float


class Memory(Generic[T]):
    """Answers by whatever tells them apart, the longest unused out first.

    They are kept packed: most are frames of few rows and many columns, which take up to ten times
    as much where they lie open, and how much no frame can say. Streamlit's own cache looks through
    the key with its own eyes as well, 1 ms each time; a page is 10 to 30 answers.

    Parameters
    ----------
    lasts
        Age after which an answer is asked for anew.
    at_most
        Number of answers.
    at_most_bytes
        Size of all of them together, as they are kept.
    packed, unpacked
        An answer as bytes, and back.
    """

    def __init__(
        self,
        *,
        lasts: timedelta,
        at_most: int,
        at_most_bytes: int,
        packed: Callable[[T], bytes],
        unpacked: Callable[[bytes], T],
    ) -> None:
        self._lasts = lasts.total_seconds()
        self._at_most, self._at_most_bytes = at_most, at_most_bytes
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._under_way: dict[Hashable, Future[T]] = {}
        self._packed, self._unpacked = packed, unpacked
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
            mine: Future[T] = Future()
            with self._lock:
                if kept := self._present(key):
                    self._kept.move_to_end(key)
                asked = mine if kept else self._under_way.setdefault(key, mine)
            if kept:
                return self._unpacked(kept.packed)
            if asked is mine:
                return self._asked(key, ask, mine)
            try:
                return asked.result()
            except CancelledError:
                continue  # Whoever asked went away meanwhile: somebody else asks.

    def _asked(self, key: Hashable, ask: Callable[[], T], waited_for: Future[T]) -> T:
        try:
            answer = ask()
            packed = self._packed(answer)
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
            self._keep(key, packed)
        waited_for.set_result(answer)
        return answer

    def _present(self, key: Hashable) -> _Kept | None:
        kept = self._kept.get(key)
        if kept is not None and kept.until <= time.monotonic():
            self._forget(key)
            return None
        return kept

    def _keep(self, key: Hashable, packed: bytes) -> None:
        if len(packed) > self._at_most_bytes:
            return
        self._kept[key] = _Kept(packed, time.monotonic() + self._lasts)
        self._bytes += len(packed)
        while len(self._kept) > self._at_most or self._bytes > self._at_most_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        self._bytes -= len(self._kept.pop(key).packed)
