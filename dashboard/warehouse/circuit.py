"""Whether a warehouse is asked: not while it cannot be reached, and again when it is back."""

import logging
import threading
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from dashboard.warehouse.base import UnreachableError, WarehouseError

FIRST: Final = 2.5
"""Seconds until the first look: longer than a failed look at the age of the data holds."""
EVERY: Final = 10.0
"""Seconds between the looks after it."""

_log: Final = logging.getLogger("dashboard.warehouse")


class Circuit:
    """Closed while the warehouse answers; open from a failure until a look finds it back.

    While it is open nobody waits for the warehouse: a thread of its own looks, and is there only
    as long. An error of another kind than ``UnreachableError`` is an answer.
    """

    def __init__(
        self, look: Callable[[], object], *, first: float = FIRST, every: float = EVERY
    ) -> None:
        self._look, self._first, self._every = look, first, every
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._since: datetime | None = None
        self._reason = ""

    @property
    def since(self) -> datetime | None:
        """Since when the warehouse cannot be reached; ``None`` while it is asked."""
        return self._since

    def expect_closed(self) -> None:
        """Nothing while the warehouse is asked.

        Raises
        ------
        UnreachableError
            It cannot be reached; what it was that failed first.
        """
        if self._since is not None:
            raise UnreachableError(self._reason)

    def open(self, error: UnreachableError) -> None:
        """Ask no more until a look finds the warehouse back; one thread looks for it."""
        with self._lock:
            if self._since is not None or self._stop.is_set():
                return
            self._since, self._reason = datetime.now(UTC), str(error)
        _log.warning("the warehouse cannot be reached")
        looking = (weakref.ref(self), self._stop, self._first, self._every)
        threading.Thread(target=_looks, args=looking, name="circuit", daemon=True).start()

    def is_back(self) -> bool:
        """Whether the warehouse answers again; then it is asked again."""
        try:
            self._look()
        except UnreachableError:
            return False
        except WarehouseError:
            pass  # It answered.
        except Exception:  # noqa: BLE001 -- the look goes on, or the warehouse stayed away for ever
            _log.exception("whether the warehouse is back could not be looked at")
            return False
        with self._lock:
            self._since = None
        _log.warning("the warehouse answers again")
        return True

    def end(self) -> None:
        """Look no more, also where the warehouse is still away."""
        self._stop.set()

    def told(self) -> dict[str, Any]:
        """For a look from outside."""
        since = self._since
        if since is None:
            return {"circuit": {"state": "closed"}}
        return {"circuit": {"state": "open", "since": since.isoformat(timespec="seconds")}}


def _looks(
    circuit: weakref.ref[Circuit], stop: threading.Event, first: float, every: float
) -> None:
    """Look until the warehouse is back; ends, too, when nobody has the circuit any more."""
    pause = first
    while not stop.wait(pause):
        pause, looked = every, circuit()
        if looked is None or looked.is_back():
            return
        del looked
