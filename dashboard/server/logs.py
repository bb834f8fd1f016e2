"""How the log looks: lines of JSON in production, columns on a terminal, no address in either."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final, Literal

import structlog

Form = Literal["auto", "json", "console"]

_ADDRESS: Final = re.compile(r"[\w.+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
_SECRET: Final = re.compile(r"(?i)((?:token|secret|password|authorization|cookie)\S*?[=:]\s*)\S+")


def write_log(form: Form) -> None:
    """Write everything that is logged in this process to standard error, in one form.

    ``auto`` is columns on a terminal, and JSON where standard error goes anywhere else.
    """
    on_screen = form == "console" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(on_screen=on_screen))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("dashboard").setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "streamlit"):
        # They bring handlers of their own, which would write past this one. Below a warning they
        # tell once more of each connection, by its whole address.
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)


def formatter(*, on_screen: bool) -> structlog.stdlib.ProcessorFormatter:
    """What makes a line of a record of the standard library's logging."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_addresses,
            structlog.dev.ConsoleRenderer(colors=on_screen and sys.stderr.isatty())
            if on_screen
            else structlog.processors.JSONRenderer(default=str),
        ],
        use_get_message=True,
    )


def without_addresses(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A line without e-mail addresses, and without what follows a word such as token."""
    del logger, method
    return {
        name: _masked(value) if isinstance(value, str) else value for name, value in event.items()
    }


def _masked(text: str) -> str:
    return _SECRET.sub(r"\1...", _ADDRESS.sub("<address>", text))
