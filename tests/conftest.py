"""A warehouse small enough to check by hand, and the demo company."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import hypothesis
import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.demo import build_demo
from dashboard.policy import Policy
from dashboard.warehouse.build import building
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.sql import bound
from tests.asked_alike import company, embedded, values
from tests.factories import AS_OF, Row
from tests.postgresql_server import postgresql

# How long an example takes is the machine's affair; timings live in benchmarks.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

__all__ = ["company", "embedded", "postgresql", "values"]
"""Fixtures of several folders, each made once for all of them."""

WarehouseOf = Callable[..., EmbeddedWarehouse]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--thorough",
        action="store_true",
        help="also what walks through everything: bin/check thorough",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for --thorough alone: some tests, and of others all but each nth case."""
    if config.getoption("--thorough"):
        return
    cases = Counter[str]()
    kept, left_out = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        every = 1
        if (sampled := item.get_closest_marker("sampled")) is not None:
            (every,) = sampled.args
        test = item.nodeid.partition("[")[0]
        is_kept = cases[test] % every == 0 and item.get_closest_marker("thorough") is None
        cases[test] += 1
        (kept if is_kept else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether everything is walked through."""
    return bool(request.config.getoption("--thorough"))


@pytest.fixture(autouse=True, scope="session")
def store_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A store for whatever names none of its own: nobody's ``data/app.sqlite`` is written to."""
    file = tmp_path_factory.mktemp("store") / "app.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{file}")
        # Writing answers to disk is for the tests of it.
        patch.setenv("CS_DASHBOARD_KEPT__ENABLED", "false")
        yield


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    """Insert rows given as dicts; columns a row does not name stay empty."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    places = ", ".join(f"({', '.join('?' for _ in names)})" for _ in rows)
    connection.execute(
        f"insert into {table} ({', '.join(names)}) values {places}",
        [row.get(name) for row in rows for name in names],
    )


def build(
    path: Path,
    tables: Mapping[str, Iterable[Row]],
    *,
    policy: Policy,
    as_of: date = AS_OF,
    loaded: Iterable[str] = (),
    origin: Literal["demo", "import"] = "import",
) -> None:
    """Build a warehouse file by the code that builds every other one."""
    with building(path, policy=policy, as_of=as_of, origin=origin) as connection:
        connection.begin()
        for table, rows in tables.items():
            if rows:
                fill(connection, table, rows)
        for table in loaded:
            fill(
                connection,
                "loaded_files",
                [{"file": f"{table}.csv", "table_name": table, "sha256": "", "rows_read": 0}],
            )
        connection.commit()


@pytest.fixture(scope="session")
def small_companies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    """Where small warehouses lie, and the file of each by what it was built from."""
    return tmp_path_factory.mktemp("small"), {}


@pytest.fixture
def file_of(small_companies: tuple[Path, dict[str, Path]]) -> Callable[..., Path]:
    """File of a small warehouse, built the first time that its rows are asked for."""
    folder, built = small_companies

    def file(
        *, policy: Policy | None = None, loaded: Iterable[str] = (), **tables: list[Row]
    ) -> Path:
        policy = policy or Policy()
        tables = {table: list(rows) for table, rows in tables.items()}
        wanted = repr((policy.model_dump_json(), sorted(loaded := tuple(loaded)), tables))
        if wanted not in built:
            path = folder / f"company {len(built)}.duckdb"
            build(path, tables, policy=policy, loaded=loaded)
            built[wanted] = path
        return built[wanted]

    return file


@pytest.fixture
def warehouse_of(file_of: Callable[..., Path]) -> WarehouseOf:
    """Warehouse with the rows given by table; ``loaded`` names tables whose file had no row.

    Nobody writes to it: who asks for the same rows again gets the file that is there.
    """

    def open_one(
        *, policy: Policy | None = None, loaded: Iterable[str] = (), **tables: list[Row]
    ) -> EmbeddedWarehouse:
        return EmbeddedWarehouse(
            file_of(policy=policy, loaded=loaded, **tables), policy or Policy()
        )

    return open_one


_ANSWERS: dict[tuple[object, ...], pl.DataFrame] = {}


@pytest.fixture
def answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that was answered before, from the same file and values, is not run again.

    It lies beneath everything that counts or refuses questions: what is asked is asked.
    """
    keep_answers(monkeypatch)


def keep_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``answers_are_kept``, for a fixture that lives longer than a test."""
    run = EmbeddedWarehouse._run  # noqa: SLF001 -- the one place where DuckDB is asked

    def once(
        self: EmbeddedWarehouse, statement: sa.TextClause, *, tag: str, viewer: str
    ) -> pl.DataFrame:
        self.freshness()
        key = (self._path, self._identity, repr(bound(statement)))
        if key not in _ANSWERS:
            _ANSWERS[key] = run(self, statement, tag=tag, viewer=viewer)
        return _ANSWERS[key]

    monkeypatch.setattr(EmbeddedWarehouse, "_run", once)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the demo company on its as-of date."""
    path = tmp_path_factory.mktemp("company") / "demo.duckdb"
    build_demo(path, policy=Policy(), as_of=AS_OF, seed=7)
    return path


@pytest.fixture(scope="session")
def demo(demo_file: Path) -> EmbeddedWarehouse:
    """The demo company."""
    return EmbeddedWarehouse(demo_file, Policy())
