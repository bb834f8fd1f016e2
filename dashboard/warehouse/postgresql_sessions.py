"""Connections to PostgreSQL: read-only, with limits, in a pool, and known to live."""

import importlib.util
import time
from typing import Any, Final

import sqlalchemy as sa

from dashboard.settings import PostgresqlSettings
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.patience import within

TRUSTED_FOR: Final = 5.0
"""Seconds after a good answer in which a connection is not asked whether it still lives."""
CONNECTION_LIVES: Final = 3600
"""Seconds after which a connection is replaced."""
APPLICATION: Final = "cs-dashboard"
PACKAGES: Final = ("sqlglot", "adbc_driver_postgresql")


class PostgresqlSettingsError(WarehouseError):
    """PostgreSQL cannot be asked by what the settings say, or for want of a package."""


def needed() -> None:
    """Nothing, where the packages that only PostgreSQL needs are installed.

    Raises
    ------
    PostgresqlSettingsError
        One is missing.
    """
    if any(importlib.util.find_spec(package) is None for package in PACKAGES):
        raise PostgresqlSettingsError(
            "A warehouse in PostgreSQL needs packages of its own: install them with "
            "`.venv/bin/python -m pip install -r requirements-postgresql.txt`."
        )


def conninfo(url: str, settings: PostgresqlSettings) -> str:
    """What libpq is told: the URL's own words, and limits where it has none.

    Raises
    ------
    PostgresqlSettingsError
        The URL is none.
    """
    try:
        parts = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise PostgresqlSettingsError(
            "The warehouse is no URL such as postgresql://user@host:5432/database."
        ) from error
    session = {
        "default_transaction_read_only": "on",
        "statement_timeout": str(settings.query_timeout * 1000),
        "TimeZone": "UTC",
        # Compiling a question of some hundred expressions takes longer than answering it.
        "jit": "off",
    }
    if settings.schema_name:
        session["search_path"] = f'"{settings.schema_name.replace(chr(34), chr(34) * 2)}"'
    told: dict[str, str | None] = {
        "host": parts.host,
        "port": str(parts.port) if parts.port else None,
        "user": parts.username,
        "dbname": parts.database,
        "password": settings.password.get_secret_value() if settings.password else None,
        "application_name": APPLICATION,
        "connect_timeout": str(settings.connect_timeout),
        # A host that has vanished is noticed by the system within half a minute.
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": str(settings.query_timeout * 1000),
    }
    told |= {name: value for name, value in parts.query.items() if isinstance(value, str)}
    options = " ".join(f"-c {name}={_spaced(value)}" for name, value in session.items())
    told["options"] = f"{told.get('options') or ''} {options}".strip()
    return " ".join(f"{name}={_quoted(value)}" for name, value in told.items() if value)


def pool(url: str, settings: PostgresqlSettings) -> sa.Pool:
    """Connections that are made when they are wanted; ``answered_at`` is kept with each.

    The driver reads the types of the server as it connects, without a limit of its own.
    """
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415 -- of the extra

    told = conninfo(url, settings)

    def connected() -> Any:  # noqa: ANN401 -- the driver's
        return within(settings.connect_timeout + 1, lambda: dbapi.connect(told, autocommit=True))

    made = sa.QueuePool(
        connected,
        pool_size=settings.pool_size,
        max_overflow=0,
        timeout=settings.query_timeout,
        recycle=CONNECTION_LIVES,
        reset_on_return=None,
    )

    @sa.event.listens_for(made, "connect")
    def trust(_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["answered_at"] = time.monotonic()

    return made


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _spaced(value: str) -> str:
    """A value among the options of the server's command line, where a space ends a word."""
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
