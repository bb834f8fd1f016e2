"""A store on SQLite and one on a PostgreSQL server that was started here."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from dashboard.store.store import Store
from tests.postgresql_server import Server

AT: Final = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PATIENCE: Final = 20.0
"""Seconds, where a test does not want less."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'app.sqlite'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """Opens stores and closes them after the test."""
    stores: list[Store] = []

    def opened(url: str, *, patience: float = PATIENCE) -> Store:
        stores.append(Store(url, patience=patience))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[..., Store], url: str) -> Store:
    return opened(url)


@pytest.fixture
def rows_of(url: str) -> Callable[[str], list[Any]]:
    """What lies in a table, looked at past the store."""

    return partial(rows_in, url)


def rows_in(url: str, table: str) -> list[Any]:
    """Rows of a table of any store, looked at past the code."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return list(connection.execute(sa.text(f"select * from {table}")).all())
