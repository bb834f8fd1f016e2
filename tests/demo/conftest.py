from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboard.demo import build_demo
from dashboard.policy import Policy

AS_OF = date(2026, 3, 31)

Ask = Callable[..., list[tuple]]


def asked(path: Path) -> Ask:
    connection = duckdb.connect(str(path), read_only=True)

    def ask(query: str, *values: object) -> list[tuple]:
        return connection.execute(query, list(values)).fetchall()

    return ask


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The company of the default size, as a function that answers SQL."""
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    build_demo(path, policy=Policy(), as_of=AS_OF)
    return asked(path)


COMPANIES = {
    "as it comes": (AS_OF, 7, 500, 3, Policy()),
    "another seed, a leap day, fiscal weeks": (
        date(2028, 2, 29),
        11,
        300,
        2,
        Policy(fiscal_pattern="4-4-5", fiscal_week_starts_on="sunday", fiscal_year_ends="nearest"),
    ),
    "larger, a fiscal year from February": (
        date(2026, 11, 22),
        3,
        1_500,
        3,
        Policy(fiscal_year_starts_in=2),
    ),
}


@pytest.fixture(scope="session", params=COMPANIES)
def any_company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, company: Ask
) -> tuple[Ask, date]:
    """Companies of several sizes, seeds and dates, each with its as-of date."""
    as_of, seed, accounts, years, policy = COMPANIES[request.param]
    if request.param == "as it comes":
        return company, as_of
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    build_demo(path, policy=policy, as_of=as_of, seed=seed, accounts=accounts, years=years)
    return asked(path), as_of
