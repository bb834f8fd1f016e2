"""Waiting no longer than one is willing to, for drivers that would wait as long as the network."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class OutOfPatienceError(Exception):
    """No answer in time; whoever works on it goes on and is no longer listened to."""


def within(
    seconds: float, work: Callable[[], Answer], *, late: Callable[[], object] = lambda: None
) -> Answer:
    """What ``work`` returns or raises, if that comes in time.

    The work is done in a thread that may be left behind: a driver that waits for a silent network
    hears of nothing else. When such a thread ends at last, it calls ``late`` to clear up.

    Raises
    ------
    OutOfPatienceError
        The time is up.
    """
    answers: queue.SimpleQueue[tuple[bool, Answer | Exception]] = queue.SimpleQueue()
    lock, given_up = threading.Lock(), threading.Event()

    def answer() -> None:
        try:
            found: tuple[bool, Answer | Exception] = (True, work())
        except Exception as error:  # noqa: BLE001 -- raised again by whoever waits
            found = (False, error)
        with lock:
            answers.put(found)
            is_late = given_up.is_set()
        if is_late:
            late()

    threading.Thread(target=answer, daemon=True).start()
    try:
        done, value = answers.get(timeout=seconds)
    except queue.Empty:
        with lock:
            given_up.set()
            if answers.empty():
                raise OutOfPatienceError from None
            done, value = answers.get_nowait()
    if not done:
        raise value  # type: ignore[misc]
    return value  # type: ignore[return-value]
