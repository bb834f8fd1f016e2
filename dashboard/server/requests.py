"""One line in the log for a request or a socket, by an id that its runs repeat."""

import logging
import re
import secrets
import time
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "X-Request-Id"
LONGEST: Final = 200

_log: Final = logging.getLogger("dashboard.server")
_IS_ID: Final = re.compile(r"[0-9a-f]{16,64}")


class RequestLog:
    """Gives each request an id, and writes down how it went, but for parts of the front end.

    A proxy may give the id: anything but hexadecimal digits is replaced. The id goes on in the
    headers of the request, where a run finds it, and back in those of the response.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and write a line when it is over."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request = given if _IS_ID.fullmatch(given) else secrets.token_hex(16)
        own = [each for each in scope["headers"] if each[0].lower() != HEADER.lower().encode()]
        scope = {**scope, "headers": [*own, (HEADER.lower().encode(), request.encode())]}
        began, status = time.perf_counter(), 0

        async def sent(message: Message) -> None:
            nonlocal status
            match message["type"]:
                case "http.response.start":
                    status = message["status"]
                    MutableHeaders(scope=message)[HEADER] = request
                case "websocket.accept":
                    status = 101
                case "websocket.close" if not status:
                    status = 403  # A socket that is closed before it was accepted was refused.
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            status = status or 500
            raise
        finally:
            _log.log(
                level_of(scope["path"], status),
                "request" if scope["type"] == "http" else "socket",
                extra={
                    "request": request,
                    "method": scope.get("method", ""),
                    "path": path_of(scope["path"]),
                    "status": status,
                    "ms": round(1000 * (time.perf_counter() - began), 1),
                },
            )


def level_of(path: str, status: int) -> int:
    """A hundred parts of Streamlit's own front end, each as it should be, are no news."""
    is_part = path.startswith("/static/") and status < HTTPStatus.BAD_REQUEST
    return logging.DEBUG if is_part else logging.INFO


def path_of(path: str) -> str:
    """A path as it is written down: without what only its reader may know.

    The address of a file opens it: of ``/media/`` no name is told.
    """
    if path.startswith("/media/"):
        return "/media/..."
    return path[:LONGEST]
