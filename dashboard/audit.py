"""Who saw, took away and did what: on its way to the audit log.

What is seen waits in a queue and is written in batches, so that nobody waits for it. Files that
are taken away, ratings and everything else that must not be given without its line are written
before they are given.
"""

import atexit
import json
import logging
import threading
import time
from collections import deque
from collections.abc import Hashable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

from dashboard.filters import Filters
from dashboard.retention_policy import RetentionPolicy
from dashboard.store.base import AuditEntry, StoreError
from dashboard.store.store import Store

ONCE_WITHIN: Final = timedelta(minutes=15)
"""The same view is noted once in this time: as long as its answer is kept."""
AT_MOST: Final = 10_000
"""Views that may wait: some megabytes, and a morning of fifty people."""
EVERY: Final = 0.5
"""Seconds between two batches."""
AGAIN_AFTER: Final = 2.0
"""Seconds after which a store that was away is asked again."""
AWAY_FOR: Final = 10.0
"""Seconds after which a failure says nothing any more; what waits is tried more often."""
LONGEST_VALUE: Final = 80
"""Characters of a parameter that are repeated: a longer one is somebody's text or a document."""

_SAME: Final = ("who", "role", "page", "action", "subject", "filters", "rows")
_log: Final = logging.getLogger("dashboard.audit")


class NotNotedError(StoreError):
    """The log cannot be written, so what was asked for is not given."""

    @classmethod
    def because(cls, error: StoreError) -> Self:
        """The refusal, with what happened."""
        return cls(f"Who sees or takes it must be written down first. {error}")


class Recorder:
    """The way to the audit log of one store; one for every session and thread of a process."""

    def __init__(self, store: Store, *, at_most: int = AT_MOST, every: float = EVERY) -> None:
        self._store = store
        self._at_most, self._every = at_most, every
        self._waiting: deque[AuditEntry] = deque()
        self._seen: dict[Hashable, datetime] = {}
        self._forget_from = 1_000
        self._lost = 0
        self._failure: tuple[float, str] | None = None
        self._writer: threading.Thread | None = None
        self._closed = threading.Event()
        self._changing = threading.Lock()
        """Held for the fields above, never while the store is asked."""
        self._writing = threading.Lock()
        """Held by the one who asks the store: lines stand in the order in which they came."""
        atexit.register(self.close)

    @property
    def is_away(self) -> bool:
        """Whether the log could not be written when it was tried a moment ago."""
        failure = self._failure
        return failure is not None and time.monotonic() - failure[0] < AWAY_FOR

    @property
    def lost(self) -> int:
        """Views that found the queue full, and are not yet told of in the log."""
        return self._lost

    def seen(self, entry: AuditEntry, *, among: Hashable = None, first: bool = False) -> None:
        """Note what somebody is shown, once within 15 minutes for the same session and scope.

        Parameters
        ----------
        entry
            What is shown.
        among
            What makes it another view beside what the line says: the session and the scope.
        first
            Write it before this returns: for what must not be shown without its line.

        Raises
        ------
        NotNotedError
            With ``first``, where the log cannot be written.
        """
        view = (*(getattr(entry, name) for name in _SAME), among)
        with self._changing:
            last = self._seen.get(view)
            if last is not None and _together(entry.at, last):
                return
            if not first:
                if self._queued(entry):
                    self._remember(view, entry.at)
                return
        self.noted(entry)
        with self._changing:
            self._remember(view, entry.at)

    def noted(self, entry: AuditEntry) -> None:
        """Write a line, and before it all that waits.

        Raises
        ------
        NotNotedError
            The log cannot be written: what the line is about must not be given.
        """
        try:
            self._write(entry)
        except StoreError as error:
            raise NotNotedError.because(error) from error

    def flush(self) -> None:
        """Write what waits.

        Raises
        ------
        StoreError
            The log cannot be written; everything goes on waiting.
        """
        self._write()

    def close(self) -> None:
        """Write what waits, for the last time."""
        self._closed.set()
        atexit.unregister(self.close)
        try:
            self.flush()
        except StoreError as error:
            _log.error("audit log: %d views were not written. %s", len(self._waiting), error)

    def _write(self, *now: AuditEntry) -> None:
        with self._writing:
            failure = self._failure
            if now and failure is not None and time.monotonic() - failure[0] < AGAIN_AFTER:
                # Six questions of a page, and fifty pages, do not wait one after the other.
                raise StoreError(failure[1])
            with self._changing:
                waiting, lost = tuple(self._waiting), self._lost
            lines = [*waiting, *([_lost_views(lost)] if lost else []), *now]
            try:
                self._store.record(lines)
            except StoreError as error:
                if self._failure is None:
                    _log.warning("audit log: cannot be written, %d wait. %s", len(waiting), error)
                self._failure = (time.monotonic(), str(error))
                raise
            if lines:
                self._failure = None
            with self._changing:
                for _ in waiting:
                    self._waiting.popleft()
                self._lost -= lost

    def _queued(self, entry: AuditEntry) -> bool:
        room = len(self._waiting) < self._at_most
        if room:
            self._waiting.append(entry)
        else:
            if not self._lost:
                _log.error("audit log: %d views wait, more are not kept", self._at_most)
            self._lost += 1
        if self._writer is None or not self._writer.is_alive():
            # Daemon: an end of the process does not wait for a store that is away.
            self._writer = threading.Thread(target=self._write_on, name="audit log", daemon=True)
            self._writer.start()
        return room

    def _write_on(self) -> None:
        """Write batches until nothing waits any more."""
        pause = self._every
        while not self._closed.wait(pause):
            try:
                self.flush()
                pause = self._every
            except StoreError:
                pause = AGAIN_AFTER
            with self._changing:
                if not self._waiting and not self._lost:
                    self._writer = None
                    return

    def _remember(self, view: Hashable, at: datetime) -> None:
        self._seen[view] = at
        if len(self._seen) >= self._forget_from:
            self._seen = {each: then for each, then in self._seen.items() if _together(at, then)}
            self._forget_from = max(1_000, 2 * len(self._seen))


def _together(one: datetime, other: datetime) -> bool:
    """Whether two moments are one view; a clock that was put back makes another one of it."""
    return abs(one - other) < ONCE_WITHIN


def filters_of(among: Filters, params: Mapping[str, object], **more: object) -> str:
    """JSON of what an answer was narrowed to: ids, days and names of policies, no text."""
    said: dict[str, object] = {
        "as_of": among.as_of,
        "since": among.since,
        "until": among.until,
        "segments": among.segments,
        "regions": among.regions,
        "csm_ids": among.csm_ids,
        **params,
        **more,
    }
    return json.dumps(
        {name: _value(value) for name, value in said.items() if value is not None and value != ()},
        default=str,
    )


def _value(value: object) -> object:
    if isinstance(value, date | RetentionPolicy):
        return str(value)
    if isinstance(value, str) and (len(value) > LONGEST_VALUE or value[:1] in {"{", "["}):
        return f"(a text of {len(value):,} characters)"
    return value


def _lost_views(number: int) -> AuditEntry:
    return AuditEntry(
        at=datetime.now(UTC),
        who="dashboard",
        role="dashboard",
        page="audit log",
        action="view",
        subject="views that were not written down",
        rows=number,
    )
