"""What a server does before its first reader comes, and after its last one."""

import gc
import logging
from importlib import import_module
from typing import Final

from dashboard import noting
from dashboard.store.base import StoreError

_log: Final = logging.getLogger("dashboard.server")

MODULES: Final = ("altair", "dashboard.questions", "dashboard.takeaway.menu")
"""What the first run would load, seconds of it."""


def warm_up() -> None:
    """Load what every run needs, and take it out of the sight of the garbage collector.

    With ``runner.postScriptGC = false`` Streamlit does not collect after every run; Python still
    does when enough new objects have come together, and would then look at the 216,000 that were
    loaded and never end: 144 ms of a processor each time when measured, none once they are frozen.
    """
    for name in MODULES:
        import_module(name)
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
