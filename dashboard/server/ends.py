"""What a server does before its first reader comes, and after its last one."""

import ctypes
import gc
import inspect
import logging
import pkgutil
from importlib import import_module
from typing import Final

import altair as alt

from dashboard import noting, visitor
from dashboard.questions import questions
from dashboard.settings import ROOT
from dashboard.store.base import StoreError

_log: Final = logging.getLogger("dashboard.server")

_M_ARENA_MAX: Final = -8
"""Of ``malloc.h``: how many places memory is taken from."""
MODULES: Final = ("dashboard.takeaway.menu",)
PACKAGES: Final = ("charts", "components", "findings", "metrics", "queries")
"""What the first run would load, seconds of it."""
LATER: Final = frozenset({"loading"})
"""Of the page that loads data, with a parser of SQL: whoever opens it waits for it."""


def share_memory() -> None:
    """Have new threads take memory from the places there are, where the C library is glibc.

    Each rerun is a thread of its own, and the library would give them eight places for each
    processor, each of which keeps what the largest answer on it once took. Python lets one thread
    run at a time: the few that the modules have opened are enough. Under thirty viewers 633 MB
    where it was 713.
    """
    try:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
    except (AttributeError, OSError, TypeError):
        _log.info("the C library of this machine has no places of memory to share")


def open_up() -> None:
    """Open the app's own database and bring it up to date before the first reader waits for it.

    Where it is away the server starts without it: its pages say so.
    """
    try:
        visitor.store().policies()
    except StoreError as error:
        _log.warning("the app's own database does not answer. %s", error)


def warm_up() -> None:
    """Load what every run needs, and take it out of the sight of the garbage collector.

    That is also the list of questions, the schema of charts, and what Python knows of the files of
    its modules: at the first piece of the first page Streamlit asks where it was called, 0.2 s.

    With ``runner.postScriptGC = false`` Streamlit does not collect after every run; Python still
    does when enough new objects have come together, and would then look at the 216,000 that were
    loaded and never end: 144 ms of a processor each time when measured, none once they are frozen.
    """
    for name in MODULES:
        import_module(name)
    for package in PACKAGES:
        for module in pkgutil.iter_modules([str(ROOT / "dashboard" / package)]):
            if module.name not in LATER:
                import_module(f"dashboard.{package}.{module.name}")
    questions()
    alt.Chart().mark_bar().encode(alt.X("value:Q").title("Value")).to_dict()
    inspect.stack()
    gc.collect()
    gc.freeze()


def write_last_lines() -> None:
    """Write what waits for the audit log.

    uvicorn ends as the signal says that it was sent: nothing that Python does at its end is done.
    """
    try:
        noting.recorder().flush()
    except StoreError as error:
        _log.error("the last views are not in the audit log. %s", error)
