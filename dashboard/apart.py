"""Work of seconds in a process of its own, which ends when nothing was asked of it for a while.

For what takes large libraries and comes seldom: learning a forecast, themes of comments. In the
server these libraries would stay for good, and while they work in Python nobody else is served.
One process works for all who ask the same, one piece of work after the other.
"""

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Final, TypeVar

from dashboard.settings import ROOT

T = TypeVar("T")

IDLE_SECONDS: Final = 60.0
"""Without work after which the process ends: it takes 1.7 s to come back."""


class EndedError(RuntimeError):
    """The process ended before its work was done, as where memory is short."""


class Apart:
    """The process that works, while there is one."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None
        atexit.register(self.end)

    def work(self, function: Callable[..., T], *arguments: object) -> T:
        """What a function of a module answers.

        Raises
        ------
        EndedError
            The process ended before its work was done.
        Exception
            Whatever the function raises.
        """
        with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            try:
                result, error = self._asked(function, arguments)
            except BaseException:
                self._stop()  # Half an answer would be taken for the next one.
                raise
            self._idle = threading.Timer(self._idle_seconds, self.end)
            self._idle.daemon = True
            self._idle.start()
        if error is not None:
            raise error
        return result

    def end(self) -> None:
        """End the process; the next work starts another one."""
        with self._turn:
            self._stop()

    @property
    def is_running(self) -> bool:
        """Whether there is a process now."""
        return self._process is not None and self._process.poll() is None

    def _asked(
        self, function: Callable[..., T], arguments: tuple[object, ...]
    ) -> tuple[T, Exception | None]:
        if not self.is_running:
            self._stop()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dashboard.apart"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Whoever stops the server by the keyboard stops this one by its pipe.
                start_new_session=True,
            )
        asks, answers = _ends(self._process)
        try:
            pickle.dump((function, arguments), asks)
            asks.flush()
            answer: tuple[T, Exception | None] = pickle.load(answers)  # noqa: S301 -- our own process
        except (EOFError, OSError) as error:
            raise EndedError(
                f"The process that works at {function.__name__} ended before it was done, as it "
                "does where memory is short. Try again; if it ends again, give the server more."
            ) from error
        return answer

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for each in _ends(process):
                with suppress(BrokenPipeError):  # What could not be sent any more.
                    each.close()
            process.wait()


def _ends(process: subprocess.Popen[bytes] | None) -> tuple[IO[bytes], IO[bytes]]:
    if process is None or process.stdin is None or process.stdout is None:
        raise TypeError(process)
    return process.stdin, process.stdout


def main() -> None:
    """Work until whoever asks has gone."""
    # What a library prints must not stand between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(EOFError):
        while True:
            pickle.dump(_answered(sys.stdin.buffer), answers)
            answers.flush()


def _answered(asks: IO[bytes]) -> tuple[object, Exception | None]:
    function, arguments = pickle.load(asks)  # noqa: S301 -- of our own parent
    try:
        return function(*arguments), None
    except Exception as error:  # noqa: BLE001 -- whoever asked is told
        return None, error


if __name__ == "__main__":
    main()
