"""The command line over a small demo company."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dashboard.commands import main
from dashboard.demo import build_demo
from dashboard.policy import Policy

AS_OF = date(2026, 10, 31)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory) -> Path:
    """A demo company of 80 accounts."""
    file = tmp_path_factory.mktemp("commands") / "demo.duckdb"
    build_demo(file, policy=Policy(), as_of=AS_OF, accounts=80)
    return file


@pytest.fixture
def run(demo_file) -> Callable[..., Result]:
    """A command over the demo company, with its result."""
    return lambda *words: CliRunner().invoke(main, [*words, "--warehouse", str(demo_file)])


@pytest.fixture
def ask(run) -> Callable[..., list[dict[str, object]]]:
    """Rows of an answer."""

    def answer(question: str, *options: str) -> list[dict[str, object]]:
        result = run("ask", question, "--format", "json", *options)
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    return answer
