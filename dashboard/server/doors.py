"""What the server does not answer at all."""

import ipaddress
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

CLOSED: Final = ("/_stcore/metrics", "/_stcore/agent/")
"""Streamlit's counters and its way for programs: both answer whoever asks, without a sign-in."""


class Doors:
    """Refuses what nobody is to reach, and without sign-in whoever came over a network.

    ``serving.is_from_this_machine`` believes the setting of the server's address; an ASGI server
    that was started by its own command need not listen there. Where a connection really ended is
    looked at here.
    """

    def __init__(self, app: ASGIApp, *, with_sign_in: bool) -> None:
        self._app = app
        self._with_sign_in = with_sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a refusal, or pass the request on."""
        path = scope.get("path", "")
        if scope["type"] in {"http", "websocket"} and path not in {"/livez", "/readyz"}:
            if any(path.startswith(closed) for closed in CLOSED):
                await _refused(404, "Not found.")(scope, receive, send)
                return
            if not self._with_sign_in and not is_loopback((scope.get("server") or ("",))[0]):
                await _refused(403, "Without sign-in only the serving machine may look.")(
                    scope, receive, send
                )
                return
        await self._app(scope, receive, send)


def is_loopback(address: str) -> bool:
    """Whether no network lies between this address and itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def _refused(status: int, sentence: str) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await PlainTextResponse(f"{sentence}\n", status)(scope, receive, send)

    return answer
