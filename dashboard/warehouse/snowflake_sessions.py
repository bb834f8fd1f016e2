"""Signing in to Snowflake: what the driver is told, and a pool of sessions known to live."""

import os
import time
from typing import Any, Final

import sqlalchemy as sa

from dashboard.settings import SnowflakeSettings
from dashboard.warehouse.base import UnreachableError, WarehouseError
from dashboard.warehouse.patience import OutOfPatienceError, within

TRUSTED_FOR: Final = 5.0
"""Seconds after a good answer in which a session is not asked whether it still lives."""
SESSION_LIVES: Final = 3600
"""Seconds after which a session is replaced, well before the server would end it."""

_AUTHENTICATORS: Final = {
    "key_pair": "SNOWFLAKE_JWT",
    "oauth": "OAUTH",
    "token": "PROGRAMMATIC_ACCESS_TOKEN",
    "workload_identity": "WORKLOAD_IDENTITY",
}


class SnowflakeSettingsError(WarehouseError):
    """The settings do not say how to sign in to Snowflake."""


def connect_args(settings: SnowflakeSettings) -> dict[str, object]:
    """Arguments of the driver's ``connect``.

    Raises
    ------
    SnowflakeSettingsError
        A password is set, or what the chosen authenticator needs is not.
    """
    given = {
        "account": settings.account,
        "user": settings.user,
        "role": settings.role,
        "warehouse": settings.warehouse,
        "database": settings.database,
        "schema": settings.schema_name,
        "host": settings.host,
        "port": settings.port,
    }
    if not settings.account:
        raise SnowflakeSettingsError("No Snowflake account is set.")
    return {name: value for name, value in given.items() if value} | {
        "protocol": settings.protocol,
        **_credentials(settings),
        "client_store_temporary_credential": False,
        "login_timeout": settings.login_timeout,
        "connect_timeout": settings.connect_timeout,
        "request_timeout": settings.request_timeout,
        "query_timeout": settings.query_timeout,
        "retry_timeout": settings.query_timeout,
        # Signing out from a network that swallows everything would take 15 seconds.
        "logout_total_timeout_seconds": 1,
        "logout_max_attempts": 1,
        "enable_server_session_keep_alive_auto_detection": False,
        "auto_cleanup": False,
        "paramstyle": "qmark",
        "arrow_number_to_decimal": True,
        "autocommit": True,
        "timezone": "UTC",
        "session_parameters": {
            "WEEK_START": 1,
            "STATEMENT_TIMEOUT_IN_SECONDS": settings.query_timeout,
            "CLIENT_TELEMETRY_ENABLED": False,
            "CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED": False,
        },
    }


def _credentials(settings: SnowflakeSettings) -> dict[str, object]:
    if settings.password is not None:
        raise SnowflakeSettingsError(
            "Passwords are not accepted for Snowflake. Remove the password and set the "
            "authenticator to key_pair (with private_key_file), oauth (with token), token (a "
            "programmatic access token) or workload_identity (with workload_identity_provider)."
        )
    token = settings.token.get_secret_value() if settings.token else None
    passphrase = settings.private_key_passphrase
    provider = settings.workload_identity_provider
    needed: dict[str, object]
    optional: dict[str, object] = {}
    match settings.authenticator:
        case "key_pair":
            needed = {"private_key_file": settings.private_key_file}
            optional = {"private_key_password": passphrase and passphrase.get_secret_value()}
        case "oauth" | "token":
            needed = {"token": token}
        case "workload_identity":
            needed = {"workload_identity_provider": provider}
            (needed if provider == "OIDC" else optional)["token"] = token
    if lacking := [name for name, value in needed.items() if not value]:
        raise SnowflakeSettingsError(
            f"The Snowflake authenticator {settings.authenticator} needs {' and '.join(lacking)}."
        )
    found = {name: value for name, value in (needed | optional).items() if value}
    return {"authenticator": _AUTHENTICATORS[settings.authenticator]} | found


def sessions(settings: SnowflakeSettings) -> sa.Engine:
    """A pool of sessions that are asked for a heartbeat when they have not answered lately.

    ``pool_pre_ping`` would put a query before every query, and let it wait as long as a query may.
    """
    # The driver would ask the metadata services of three clouds where it runs, for its telemetry.
    os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
    engine = sa.create_engine(
        "snowflake://",
        connect_args=connect_args(settings),
        paramstyle="qmark",
        isolation_level=None,  # The sign-in sets autocommit; saying it again is a round trip.
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.query_timeout,
        pool_recycle=SESSION_LIVES,
        pool_reset_on_return=None,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def trust(_session: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["answered_at"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def heartbeat(session: Any, record: sa.pool.ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 -- the driver's
        if time.monotonic() - record.info.get("answered_at", 0.0) < TRUSTED_FOR:
            return
        match _lives(session, settings.request_timeout):
            case None:
                raise UnreachableError("Snowflake does not answer.")
            case False:
                raise sa.exc.DisconnectionError

    return engine


def _lives(session: Any, limit: float) -> bool | None:  # noqa: ANN401 -- the driver's
    """Whether a session gives a sign of life; ``None`` where none comes in time.

    The driver waits five minutes for it, whatever its limits say.
    """
    try:
        return within(limit, lambda: bool(session.is_valid()))
    except OutOfPatienceError:
        return None
