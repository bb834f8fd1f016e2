"""One line in the log for every run of a page: on which socket, how long, and what it asked."""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import streamlit as st

from dashboard import visitor
from dashboard.warehouse.watched import Run

SOCKET: Final = "X-Request-Id"
"""The header by which ``server.requests`` gives a socket its id."""

_RUN: Final = "_run"
_log: Final = logging.getLogger("dashboard.run")


@contextmanager
def written_down() -> Iterator[None]:
    """Whatever runs in here is one run; its line is written when it is over.

    No viewer is named: who saw what is in the audit log, which only its readers may read.
    """
    run = Run(secrets.token_hex(8), st.context.headers.get(SOCKET, ""))
    st.session_state[_RUN] = run
    began = time.perf_counter()
    try:
        yield
    finally:
        _log.info(
            "run",
            extra={
                "run": run.id,
                "socket": run.socket,
                "page": visitor.page(),
                "ms": round(1000 * (time.perf_counter() - began), 1),
                "questions": sorted(set(run.questions)),
                "queries": list(run.queries),
            },
        )


def present() -> Run | None:
    """The run that is under way; of a part that runs by itself, the one that drew it."""
    run = st.session_state.get(_RUN)
    return run if isinstance(run, Run) else None
