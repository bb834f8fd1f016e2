"""Which warehouse the settings name."""

from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from dashboard.settings import APP_STORE, POSTGRESQL, SNOWFLAKE, Settings
from dashboard.warehouse.base import Warehouse
from dashboard.warehouse.kept import KeptAnswers


def open_warehouse(settings: Settings) -> Warehouse:
    """The warehouse of the settings, with only its own driver loaded.

    Raises
    ------
    SnowflakeSettingsError
        The settings name Snowflake and do not say how to sign in.
    PostgresqlSettingsError
        The settings name PostgreSQL, and its packages are missing or the URL is none.
    """
    if settings.warehouse == SNOWFLAKE:
        from dashboard.warehouse.snowflake import SnowflakeWarehouse  # noqa: PLC0415

        return SnowflakeWarehouse(settings.snowflake, settings.policy)
    if settings.warehouse.startswith(POSTGRESQL):
        from dashboard.warehouse.postgresql_sessions import needed  # noqa: PLC0415

        needed()
        from dashboard.warehouse.postgresql import PostgresqlWarehouse  # noqa: PLC0415

        return PostgresqlWarehouse(settings.warehouse, settings.postgresql, settings.policy)
    from dashboard.warehouse.embedded import EmbeddedWarehouse  # noqa: PLC0415

    return EmbeddedWarehouse(Path(settings.warehouse), settings.policy)


def open_kept(settings: Settings) -> KeptAnswers | None:
    """Where last good answers are kept; ``None`` where none are, and those that lay there go."""
    asked = settings.snowflake
    where = [settings.warehouse, settings.postgresql.schema_name]
    if settings.warehouse == SNOWFLAKE:
        where += [asked.account, asked.user, asked.role, asked.database, asked.schema_name]
        where += [str(asked.pass_viewer)]
    elif settings.in_file:
        where = [str(Path(settings.warehouse).resolve())]
    kept = KeptAnswers(
        kept_folder(settings),
        where=repr(where),
        most_bytes=settings.kept.most_mb * 1_000_000,
        most=settings.kept.most_answers,
    )
    if settings.kept.enabled:
        return kept
    with suppress(OSError):
        kept.forget()
    kept.end()
    return None


def kept_folder(settings: Settings) -> Path:
    """Where the settings have answers kept: beside the app's own database where they name none."""
    if settings.kept.folder is not None:
        return settings.kept.folder
    if settings.store is not None:
        url = sa.make_url(settings.store.get_secret_value())
        if url.get_backend_name() == "sqlite" and url.database:
            return Path(url.database).parent / "kept"
    return APP_STORE.parent / "kept"
