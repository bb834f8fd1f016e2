"""A page changes as a whole: what a quick run draws leaves in one go."""

import asyncio
from typing import Final
from weakref import WeakKeyDictionary

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession, AppSessionState

PATIENCE: Final = 0.15
"""Seconds that a run may take before what it has drawn so far is sent."""

_flush: Final = AppSession.flush_browser_queue


def draw_together(patience: float = PATIENCE) -> None:
    """Hold back what a run draws until it is over, or has taken that many seconds.

    Streamlit sends every hundredth of a second what a run has drawn since, and the browser goes
    over the whole page for each such part: first to fade what is old, then part by part. A run
    that finds its answers at hand takes a third of ``PATIENCE``; sent as one, the browser goes
    over the page once, and nobody sees half of a change. What waits stays in Streamlit's own queue.
    Streamlit 1.67 has no setting for it, and no public word for whether a session runs.
    """
    held_since = WeakKeyDictionary[AppSession, float]()

    def flushed(self: AppSession) -> list[ForwardMsg]:
        if self._state is not AppSessionState.APP_IS_RUNNING:
            held_since.pop(self, None)
            return _flush(self)
        loop = asyncio.get_running_loop()
        since = held_since.get(self)
        if since is None:
            since = held_since[self] = loop.time()
            # It looks again when more is drawn: a run that waits for an answer draws nothing.
            if (look := self._message_enqueued_callback) is not None:
                loop.call_later(patience, look)
        return [] if loop.time() < since + patience else _flush(self)

    AppSession.flush_browser_queue = flushed  # type: ignore[method-assign]
