"""The floor behind what ``asgi.py`` does: modules loaded and frozen, small answers at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
import streamlit as st

from dashboard.server.ends import warm_up
from dashboard.server.sockets import send_at_once


@asynccontextmanager
async def prepared(_app: st.App) -> AsyncIterator[None]:
    """Get ready as the dashboard does."""
    send_at_once()
    await anyio.to_thread.run_sync(warm_up)
    yield


app = st.App(Path(__file__).with_name("app.py"), lifespan=prepared)
