"""A ratio says something only if both sides give the same numbers and the command exists."""

import re
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.asked import OWN, with_sql
from benchmarks.by_hand import ByHand, by_hand
from benchmarks.companies import AS_OF
from benchmarks.report import BEGIN, END, written
from dashboard.demo import build_demo
from dashboard.policy import Policy
from dashboard.questions import questions
from dashboard.settings import ROOT
from dashboard.warehouse.embedded import EmbeddedWarehouse

PAGE = ROOT / "docs" / "performance.md"


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("benchmarks") / "company.duckdb"
    build_demo(path, policy=Policy(), as_of=AS_OF)
    return path


def test_sql_by_hand_gives_the_numbers_of_its_question(company):
    warehouse = EmbeddedWarehouse(company, Policy())
    assert len(by_hand()) >= 8
    with duckdb.connect(str(company), read_only=True) as plain:
        for each in by_hand():
            each.compared(warehouse, plain)
            assert len(each.plain(plain)) > 0, each.question


def test_sql_that_gives_another_number_is_found_out(company):
    other = ByHand("retention/arr_on", "select $as_of as on_day, 1 as arr, 1 as accounts")
    with (
        duckdb.connect(str(company), read_only=True) as plain,
        pytest.raises(ValueError, match="arr differs"),
    ):
        other.compared(EmbeddedWarehouse(company, Policy()), plain)


def test_every_question_can_be_asked_for_its_time():
    needed = {each.name for one in questions().values() for each in one.own_params if each.required}
    assert needed == set(OWN)
    assert len(with_sql()) > 100


def test_the_page_names_commands_that_exist():
    text = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"^\S*python -m benchmarks(\.\w+)?(.*)$", text, re.MULTILINE)
    assert shown
    for module, arguments in shown:
        if module:
            assert (ROOT / "benchmarks" / f"{module[1:]}.py").is_file()
            continue
        names = [
            word for word in arguments.split() if word in {"questions", "pages", "naive", "load"}
        ]
        help_of = CliRunner().invoke(main, [*names, "--help"])
        assert help_of.exit_code == 0, arguments
        options = CliRunner().invoke(main, ["--help"]).output
        assert all(word in options for word in arguments.split() if word.startswith("--"))


def test_what_was_measured_goes_between_the_markers_and_nowhere_else(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    written(page, "new\n")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert BEGIN in PAGE.read_text(encoding="utf-8")
