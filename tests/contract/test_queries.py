"""Every query function documents exactly the columns that it returns, and takes what it needs.

Functions not yet written are in these tests by existing.
"""

import inspect
import re
from datetime import date
from typing import Final

import polars as pl
import pytest
from polars.datatypes import DataType, DataTypeClass

from dashboard import contract
from dashboard.access import EVERYTHING
from dashboard.contract import SQL_ROOT
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries.periods import rules
from dashboard.queries.types import MOMENT, MONEY
from dashboard.questions import Question, name_of, questions
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse import sql
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import build

NAMES: Final[dict[DataType | DataTypeClass, str]] = {
    pl.String(): "String",
    pl.Date(): "Date",
    pl.Int64(): "Int64",
    pl.Float64(): "Float64",
    pl.Boolean(): "Boolean",
    MONEY: "Decimal",
    MOMENT: "Datetime",
}
"""How a docstring names a type; no answer has a column of any other."""
SECTIONS: Final = ["Grain", "Columns", "Source"]
SHARED: Final = (
    Policy().params().keys()
    | EVERYTHING.params().keys()
    | Filters(date(2026, 1, 1)).params().keys()
)
RULES: Final = rules(RetentionPolicy(), Filters(date(2026, 1, 1))).keys()
"""What a retention policy, its period and the basis decide together."""
OWN: Final = {
    "cycle": "cycle",
    "personas": "all_personas",
    "days": "changed_since",
    "quarters": "seen_since",
    "stage_weights": "stage_weights",
    "basis": "known_on",
    "on": "on_day",
    "by": "split_by",
    "definition": "minimum_coverage",
    "compared_since": "compared_since",
    "compared_until": "compared_until",
}
"""Placeholder that a parameter of another name decides."""

every_question = pytest.mark.parametrize("question", questions().values(), ids=questions().keys())


def sections(question: Question) -> dict[str, str]:
    """Text of a docstring by its underlined headings."""
    doc = inspect.getdoc(question.function) or ""
    parts = re.split(r"^(\w+)\n-+\n", doc, flags=re.MULTILINE)[1:]
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def test_there_is_one_question_for_each_sql_file_and_the_computed_ones_ask_others():
    own = tuple(name for name, question in questions().items() if not question.computed)
    assert own == sql.questions()
    for question in questions().values():
        assert question.asks
        assert set(question.asks) <= set(own), f"{question.name} asks what is no question"
    assert len(questions()) >= 25


@every_question
def test_a_query_documents_its_columns(question):
    documented = re.findall(r"^(\w+) : (\w+)$", sections(question)["Columns"], re.MULTILINE)

    assert documented == [(name, NAMES[dtype]) for name, dtype in question.schema.items()]


@every_question
def test_a_query_tells_grain_columns_and_source_in_that_order(question):
    told = sections(question)
    assert list(told) == SECTIONS
    assert all(told.values())
    described = re.findall(r"^    (\S.+)$", told["Columns"], re.MULTILINE)
    assert len(described) >= len(question.schema)
    assert all(f"``sql/{name}.sql``" in told["Source"] for name in question.asks)
    assert question.title.endswith(".") or "; " in question.title


@every_question
def test_a_query_is_named_after_its_sql_file(question):
    assert all((SQL_ROOT / f"{name}.sql").is_file() for name in question.asks)
    assert name_of(question.function) == question.name


@every_question
def test_a_query_takes_warehouse_scope_and_filters_and_names_the_rest(question):
    positional = [
        param.name
        for param in inspect.signature(question.function).parameters.values()
        if param.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]

    assert positional == ["warehouse", "scope", "filters"]


@every_question
def test_a_placeholder_is_shared_or_a_parameter_of_the_query(question):
    if question.computed:
        pytest.skip("binds nothing itself")
    placeholders = sql.read(question.name).placeholders
    own = {param.name for param in question.own_params}

    decided = {OWN[each] for each in own & OWN.keys()} | {"personas"}
    assert placeholders - SHARED - RULES <= own | decided | {"all_parts"}
    assert {OWN.get(each, each) for each in own - {"policy"}} <= placeholders
    assert "policy" not in own or placeholders & RetentionPolicy().params().keys()


@every_question
def test_an_answer_has_the_declared_columns_even_of_nothing(empty, question):
    given = {
        param.name: {"week_on": date(2026, 1, 5)}.get(param.name, "x")
        for param in question.own_params
        if param.required
    }

    answer = question.function(empty, EVERYTHING, Filters(date(2026, 1, 1)), **given)

    assert answer.schema == question.schema


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A warehouse whose every table was loaded and holds no row."""
    path = tmp_path_factory.mktemp("empty") / "empty.duckdb"
    build(path, {}, policy=Policy(), loaded=contract.tables())
    return EmbeddedWarehouse(path, Policy())
