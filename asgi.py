"""What is served: ``streamlit run asgi.py`` serves ``app.py`` and what a company needs around it.

Security headers, /livez and /readyz, and a line in the log for each request that is news. It is one
process: sessions lie in its memory, so ``uvicorn --workers`` would break them. See
docs/deployment.md.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard.server.doors import Doors
from dashboard.server.drawn_together import draw_together
from dashboard.server.ends import open_up, share_memory, warm_up, write_last_lines
from dashboard.server.headers import Headers, failure
from dashboard.server.health import alive, ready
from dashboard.server.logs import write_log
from dashboard.server.requests import RequestLog
from dashboard.server.sockets import send_at_once
from dashboard.settings import ROOT, load_settings

log = logging.getLogger("dashboard.server")
settings = load_settings()


@asynccontextmanager
async def prepared(_app: st.App) -> AsyncIterator[None]:
    """Get ready before the first reader, and leave nothing behind after the last."""
    write_log(settings.server.log)
    share_memory()
    send_at_once()
    draw_together()
    await anyio.to_thread.run_sync(open_up)
    await anyio.to_thread.run_sync(warm_up)
    log.info("ready to serve")
    yield
    log.info("stopping")
    await anyio.to_thread.run_sync(write_last_lines)


app = st.App(
    ROOT / "app.py",
    lifespan=prepared,
    routes=[Route("/livez", alive), Route("/readyz", ready)],
    exception_handlers={Exception: failure(https=settings.server.https)},
    # The first is the outermost.
    middleware=[
        Middleware(RequestLog),
        Middleware(Headers, https=settings.server.https),
        Middleware(Doors, with_sign_in=settings.sign_in.enabled),
    ],
)
