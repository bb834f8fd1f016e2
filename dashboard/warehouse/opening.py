"""Which warehouse the settings name."""

from pathlib import Path

from dashboard.settings import POSTGRESQL, SNOWFLAKE, Settings
from dashboard.warehouse.base import Warehouse


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
