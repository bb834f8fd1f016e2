"""Pages run by Streamlit's own test runner, over a warehouse of the test's choice."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard import contract, visitor
from dashboard.demo import build_demo
from dashboard.navigation import ENTRIES
from dashboard.policy import Policy
from dashboard.warehouse.build import building
from dashboard.warehouse.embedded import EmbeddedWarehouse

ROOT = Path(__file__).parent.parent.parent
AS_OF = date(2026, 10, 31)
FRAME = {"accounts/filter_choices", "accounts/without_rate"}
"""What the frame around every page asks."""


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory) -> Path:
    """A demo company of 80 accounts."""
    file = tmp_path_factory.mktemp("pages") / "demo.duckdb"
    build_demo(file, policy=Policy(), as_of=AS_OF, accounts=80)
    return file


@pytest.fixture(scope="session")
def components() -> list:
    """Components that packages of this environment bring; the runner looks anew for each app."""
    return manifest_scanner.scan_component_manifests()


@pytest.fixture
def app(monkeypatch, tmp_path, components, answers_are_kept) -> Callable[..., AppTest]:
    """The whole app over a warehouse file, opened on a page."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", lambda: components)

    # The runner sends no request: this is what a browser on the same machine sends.
    monkeypatch.setattr(visitor, "request_headers", lambda: [("Host", "127.0.0.1:8501")])

    def opened(file: Path, page: str = "", **query: str) -> AppTest:
        monkeypatch.setenv("CS_DASHBOARD_WAREHOUSE", str(file))
        monkeypatch.setenv("CS_DASHBOARD_OPERATOR", "true")
        monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'app.sqlite'}")
        st.cache_data.clear()
        st.cache_resource.clear()
        test = AppTest.from_file(ROOT / "app.py", default_timeout=300)
        for name, value in query.items():
            test.query_params[name] = value
        if page and page != ENTRIES[0].file:  # A link to a page opens no other page before it.
            test.switch_page(f"dashboard/pages/{page}.py")
        return test.run()

    return opened


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory) -> Path:
    """A company that loaded nothing at all."""
    file = tmp_path_factory.mktemp("empty") / "empty.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import"):
        pass
    return file


@pytest.fixture(scope="session")
def headers_only(tmp_path_factory) -> Path:
    """A company that loaded every table without a row."""
    file = tmp_path_factory.mktemp("headers") / "headers.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        connection.execute(
            "insert into loaded_files select table_name || '.csv', table_name, '0', 0"
            " from duckdb_tables()"
        )
    return file


@pytest.fixture(scope="session")
def one_row_file(tmp_path_factory) -> Path:
    """One row in every table, and in it nothing but what the contract demands."""
    least = {"date": date(2026, 1, 1), "timestamp": datetime(2026, 1, 1), "boolean": True}  # noqa: DTZ001
    file = tmp_path_factory.mktemp("one row") / "one.duckdb"
    with building(file, policy=Policy(), as_of=AS_OF, origin="import") as connection:
        for table in contract.tables().values():
            needed = [column for column in table.columns if column.required]
            values = [
                (column.vocabulary or ("x",))[0]
                if column.sql_type == "varchar"
                else least.get(column.kind, 1)
                for column in needed
            ]
            places = ", ".join("?" for _ in values)
            names = ", ".join(column.name for column in needed)
            connection.execute(f"insert into {table.name} ({names}) values ({places})", values)
    return file


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Names of the SQL files that a page asks, without those of the frame around it."""
    names: list[str] = []
    fetch = EmbeddedWarehouse.fetch

    def noted(self, question, **params):
        if question not in FRAME:
            names.append(question)
        return fetch(self, question, **params)

    monkeypatch.setattr(EmbeddedWarehouse, "fetch", noted)
    return names
