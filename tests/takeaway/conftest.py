"""The demo company, run with and without a screen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from dashboard import visitor
from dashboard.access import Viewer
from tests.access.conftest import canaries, canary_store  # noqa: F401 -- fixtures
from tests.pages.conftest import demo_file, empty_file, headers_only  # noqa: F401 -- fixtures


@contextmanager
def serving(file: Path, store: str) -> Iterator[pytest.MonkeyPatch]:
    """The app over a warehouse file and a store, its caches its own."""
    components = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        # The runner scans for each app anew, and sends no request: this is a browser's.
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: components)
        patch.setattr(visitor, "request_headers", lambda: [("Host", "127.0.0.1:8501")])
        patch.setenv("CS_DASHBOARD_WAREHOUSE", str(file))
        patch.setenv("CS_DASHBOARD_OPERATOR", "true")
        patch.setenv("CS_DASHBOARD_STORE", store)
        st.cache_data.clear()
        st.cache_resource.clear()
        yield patch
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Iterator[Path]:  # noqa: F811 -- the fixture
    """The demo company, served for all tests of a module."""
    store = tmp_path_factory.mktemp("store of files") / "app.sqlite"
    with serving(demo_file, f"sqlite:///{store}"):
        yield demo_file


@pytest.fixture
def served(tmp_path) -> Iterator[Callable[[Path], pytest.MonkeyPatch]]:
    """Serves any warehouse file for one test."""
    opened = []

    def over(file: Path) -> pytest.MonkeyPatch:
        context = serving(file, f"sqlite:///{tmp_path / 'app.sqlite'}")
        opened.append(context)
        return context.__enter__()

    yield over
    for context in reversed(opened):
        context.__exit__(None, None, None)


def somebody(file: Path, role: str) -> Viewer:
    """A current team member of a role."""
    with duckdb.connect(str(file), read_only=True) as connection:
        row = connection.execute(
            "select member_id, name, email, role from team_members"
            " where role = ? and left_on is null order by member_id",
            [role],
        ).fetchone()
    return Viewer(*row)
