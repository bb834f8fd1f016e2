"""Headers of every response: what a browser may load, run and tell others about a page."""

import base64
import hashlib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INDEX: Final = Path(st.__file__).parent / "static" / "index.html"
"""The one document that Streamlit serves; everything else is loaded from it."""
YEAR: Final = 31_536_000

_DIRECTIVES: Final = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    # Streamlit's components write their styles into the document.
    "style-src": "'self' 'unsafe-inline'",
    # The socket of this very address is part of 'self'.
    "connect-src": "'self'",
    "font-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_UNUSED: Final = ("camera", "geolocation", "microphone", "payment", "usb")
_KEPT_NOWHERE: Final = ("/media/", "/livez", "/readyz")


class Headers:
    """Puts the headers on every response of an application."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = headers_of(INDEX.read_text(encoding="utf-8"), https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its response with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                is_file = "attachment" in headers.get("content-disposition", "")
                if is_file or scope["path"].startswith(_KEPT_NOWHERE):
                    # The address of a file answers without a sign-in: no cache may hold it.
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, sent)


def failure(*, https: bool) -> Callable[[Request, Exception], Response]:
    """What answers a request that broke: past every middleware, so with the headers itself."""
    headers = headers_of(INDEX.read_text(encoding="utf-8"), https=https)

    def answer(request: Request, error: Exception) -> Response:
        del request, error  # The server's own log has it.
        return PlainTextResponse("This went wrong.\n", 500, headers)

    return answer


def headers_of(document: str, *, https: bool) -> dict[str, str]:
    """The headers for an application that serves this document.

    Parameters
    ----------
    document
        HTML: the scripts written in it may run, no other one that is not a file of ours.
    https
        Whether every reader comes by https: then the browser remembers to use nothing else.
    """
    scripts = " ".join(["'self'", *(f"'sha256-{each}'" for each in script_hashes(document))])
    policy = "; ".join(f"{name} {value}" for name, value in _DIRECTIVES.items())
    headers = {
        "Content-Security-Policy": f"{policy}; script-src {scripts}",
        "X-Content-Type-Options": "nosniff",
        # Filters stand in the address: it is nobody else's business.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if https:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return headers


def script_hashes(document: str) -> list[str]:
    """SHA-256 of each script that is written in the document, as a browser computes it."""
    found = _Scripts()
    found.feed(document)
    return [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in found.texts
    ]


class _Scripts(HTMLParser):
    """The scripts written in a document; those that only name a file are not among them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and "src" not in dict(attrs)
        if self._is_inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1] += data
