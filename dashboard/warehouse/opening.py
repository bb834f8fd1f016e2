"""Which warehouse the settings name."""

from pathlib import Path

from dashboard.settings import SNOWFLAKE, Settings
from dashboard.warehouse.base import Warehouse


def open_warehouse(settings: Settings) -> Warehouse:
    """The warehouse of the settings, with only its own driver loaded.

    Raises
    ------
    SnowflakeSettingsError
        The settings name Snowflake and do not say how to sign in.
    """
    if settings.warehouse == SNOWFLAKE:
        from dashboard.warehouse.snowflake import SnowflakeWarehouse  # noqa: PLC0415

        return SnowflakeWarehouse(settings.snowflake, settings.policy)
    from dashboard.warehouse.embedded import EmbeddedWarehouse  # noqa: PLC0415

    return EmbeddedWarehouse(Path(settings.warehouse), settings.policy)
