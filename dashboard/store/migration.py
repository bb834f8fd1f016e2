"""Bringing the tables of a store up to date, once, whoever starts first."""

import threading
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from dashboard.store.base import StoreError
from dashboard.store.connections import writing
from dashboard.store.tables import AUDIT_LOG, METADATA

MIGRATIONS: Final = Path(__file__).parent / "migrations"
HEAD: Final = "0003"
"""Step that the tables of this version stand at: known without loading Alembic and its files."""

_VERSIONS: Final = sa.table("alembic_version", sa.column("version_num"))
_ALEMBIC: Final = threading.Lock()
"""Alembic keeps the migration under way in a module: one at a time in a process."""


def bring_up_to_date(engine: sa.Engine) -> None:
    """Run the steps that are missing, all or none; nothing where none is.

    Other processes wait, and find nothing missing when it is their turn.

    Raises
    ------
    StoreError
        A newer version of the dashboard has written this store.
    """
    with engine.connect() as connection:
        if _stands_at(connection) == HEAD:
            return
    with _ALEMBIC, writing(engine) as connection:
        _upgrade(connection)


def make_anew(connection: sa.Connection) -> None:
    """Drop every table of the store, whatever is in them, and make them again, empty.

    The audit log refuses to lose a line, not to be dropped whole: whoever does that says so in
    the new one.
    """
    METADATA.drop_all(connection)
    connection.execute(sa.text(f"drop table if exists {_VERSIONS.name}"))
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"drop function if exists {AUDIT_LOG.name}_only_grows()"))
    with _ALEMBIC:
        _upgrade(connection)


def _stands_at(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSIONS.name):
        return None
    found: str | None = connection.scalar(sa.select(_VERSIONS.c.version_num))
    return found


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415 -- rarely needed, and 0.2 s
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    # The value is read by configparser, which has a meaning for the per cent sign.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise StoreError(
            "The app's own database was written by a newer version of the dashboard."
        ) from error
