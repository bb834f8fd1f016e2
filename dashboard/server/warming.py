"""What a server does before its first reader comes."""

import gc
from importlib import import_module
from typing import Final

MODULES: Final = ("altair", "dashboard.questions", "dashboard.takeaway.menu")
"""What the first run would load, seconds of it."""


def warm_up() -> None:
    """Load what every run needs, and take it out of the sight of the garbage collector.

    With ``runner.postScriptGC = false`` Streamlit does not collect after every run; Python still
    does when enough new objects have come together, and would then look at the hundreds of
    thousands that were loaded and never end.
    """
    for name in MODULES:
        import_module(name)
    gc.collect()
    gc.freeze()
