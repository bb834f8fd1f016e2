"""The same company in PostgreSQL, set up by the script that an administrator runs."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import adbc_driver_postgresql.dbapi
import duckdb
import psycopg
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from dashboard import contract
from dashboard.policy import Policy
from dashboard.settings import PostgresqlSettings
from dashboard.warehouse.postgresql import PostgresqlWarehouse
from dashboard.warehouse.setting_up.postgresql import READER, SCHEMA, set_up
from tests.asked_alike import AS_OF
from tests.postgresql_server import Server

FILLED: Final = (*contract.tables(), "loaded_files", "quarantine", "broken_rules", "notices")
SECRET: Final = "what-nobody-may-read"  # noqa: S105 -- of a server that ends with the tests
"""Password of the app's own user."""
NAME: Final = "customers"
USER: Final = "dashboard"


@pytest.fixture(scope="session")
def database(postgresql: Server, company: Path) -> sa.URL:
    """A database with the company's tables and the derived ones, as the app's user reads it.

    It sorts texts by a language, as many do: the tables see to it that answers do not.
    """
    postgresql.run(
        f"create database {NAME} encoding 'UTF8' template template0"
        " locale_provider icu icu_locale 'en-US' locale 'C.UTF-8'"
    )
    owner = postgresql.url.set(database=NAME)
    with psycopg.connect(owner.render_as_string(hide_password=False), autocommit=True) as session:
        session.execute(set_up(Policy()))
        _fill(company, owner)
        session.execute(f"call {SCHEMA}.loaded(%s)", [AS_OF])
        session.execute(f"create role {USER} login password '{SECRET}' in role {READER}")
        session.execute("analyze")
    return without_password(owner.set(username=USER))


def without_password(url: sa.URL) -> sa.URL:
    return sa.URL.create(url.drivername, url.username, None, url.host, url.port, url.database)


def _fill(company: Path, owner: sa.URL) -> None:
    uri = owner.render_as_string(hide_password=False)
    with (
        duckdb.connect(str(company), read_only=True) as duck,
        adbc_driver_postgresql.dbapi.connect(uri, autocommit=True) as session,
        session.cursor() as cursor,
    ):
        for name in FILLED:
            rows = duck.table(name).to_arrow_table()
            if rows.num_rows:
                cursor.adbc_ingest(name, rows, mode="append", db_schema_name=SCHEMA)


@pytest.fixture(scope="session")
def settings() -> Callable[..., PostgresqlSettings]:
    def settings(**other: object) -> PostgresqlSettings:
        usual: dict[str, Any] = {"schema": SCHEMA, "password": SecretStr(SECRET)}
        return PostgresqlSettings(**(usual | other))

    return settings


@pytest.fixture
def opened(database, settings) -> Iterator[Callable[..., PostgresqlWarehouse]]:
    """Opens warehouses with a port and settings of the test's own, and closes them after it."""
    with contextlib.ExitStack() as open_until_the_end:

        def opened(url: sa.URL = database, /, **other: object) -> PostgresqlWarehouse:
            made = PostgresqlWarehouse(str(url), settings(**other), Policy())
            open_until_the_end.callback(made.close)
            return made

        yield opened


@pytest.fixture(scope="session")
def warehouse(database, settings) -> Iterator[PostgresqlWarehouse]:
    made = PostgresqlWarehouse(str(database), settings(), Policy())
    yield made
    made.close()
