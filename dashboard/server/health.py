"""``/livez`` and ``/readyz``: whether the process lives, and whether a reader would be served.

Neither asks who asks: no name, path, address or statement is in an answer.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from dashboard import visitor
from dashboard.store.base import StoreError
from dashboard.warehouse.base import WarehouseError

PATIENCE: Final = 3.0
"""Seconds for both looks together; what has not answered by then does not answer."""
HOLDS: Final = 5.0
"""Seconds for which a look holds: whoever asks often does not ask the warehouse as often."""

_log: Final = logging.getLogger("dashboard.server")

ANSWERS: Final = "answers"
SILENT: Final = "does not answer"


class Look:
    """One thing that is looked at: never twice at a time, and not again while a look holds.

    A look that hangs keeps its thread until the driver gives up; whoever asks meanwhile waits for
    that same look, as long as the patience lasts, and begins none.
    """

    def __init__(self, at: Callable[[], dict[str, Any]], *, holds: float = HOLDS) -> None:
        self._at, self._holds = at, holds
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._under_way: Future[dict[str, Any]] | None = None
        self._began = 0.0

    async def found(self, patience: float) -> dict[str, Any] | None:
        """What was found, ``None`` where there is no answer in time."""
        look = self._under_way
        is_over = look is not None and look.done()
        if look is None or (is_over and time.monotonic() - self._began >= self._holds):
            self._began = time.monotonic()
            look = self._under_way = self._threads.submit(self._at)
        await asyncio.wait({asyncio.wrap_future(look)}, timeout=patience)
        if not look.done():
            return None
        if error := look.exception():
            _log.error("readiness could not be looked at", exc_info=error)
            return None
        return look.result()


def warehouse_now() -> dict[str, Any]:
    """State of the warehouse, age of its data, and its last question."""
    watched = visitor.warehouse()
    try:
        watched.freshness()
    except WarehouseError:
        told = {"warehouse": SILENT, **_data_now()}
    else:
        told = {"warehouse": ANSWERS, **_data_now()}
    return {**told, **watched.asked.told(), **watched.circuit.told()}


def _data_now() -> dict[str, Any]:
    """Age of the data, also as last known; nothing where it never was."""
    try:
        freshness = visitor.freshness()
    except WarehouseError:
        return {}
    return {
        "data": {
            "loaded_hours_ago": round(visitor.data_age().total_seconds() / 3600, 1),
            "as_of": freshness.as_of.isoformat(),
            "stale": visitor.is_stale(),
        }
    }


def store_now() -> dict[str, Any]:
    """State of the app's own database."""
    try:
        visitor.store().has_ended("")
    except StoreError:
        return {"store": SILENT}
    return {"store": ANSWERS}


class Readiness:
    """Answers ``/readyz``: 200 where a reader would be served with fresh data, else 503."""

    def __init__(self, *looks: Look, patience: float = PATIENCE) -> None:
        self._looks, self._patience = looks, patience

    async def answer(self) -> Response:
        """The answer, within the patience."""
        found = await asyncio.gather(*(look.found(self._patience) for look in self._looks))
        told: dict[str, Any] = {"warehouse": SILENT, "store": SILENT}
        for each in found:
            told |= each or {}
        is_ready = told["warehouse"] == told["store"] == ANSWERS and not told["data"]["stale"]
        return JSONResponse({"ready": is_ready, **told}, 200 if is_ready else 503)


async def alive(request: Request) -> Response:
    """The process lives and takes requests."""
    del request
    return PlainTextResponse("ok\n")


_readiness: Final = Readiness(Look(warehouse_now), Look(store_now))


async def ready(request: Request) -> Response:
    """A reader would be served, with fresh data."""
    del request
    return await _readiness.answer()
