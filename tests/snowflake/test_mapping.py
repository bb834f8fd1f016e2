"""A mapping's view gives Snowflake's dialect the rows that the embedded engine gets."""

import json
import subprocess
from pathlib import Path

import duckdb
import pytest

from dashboard.mapping import Compiled
from dashboard.mapping.declared import IDENTITY
from dashboard.mapping.dialects import identifier
from dashboard.mapping.statements import view_statements
from tests.mapping.sources import SOURCES, ready

pytestmark = pytest.mark.snowflake

HERE = Path(__file__).parent


def made(source, dialect):
    """Statements that make a source's tables, every column text."""
    yield f"create schema {source}"
    for table, rows in SOURCES[source].items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        place = f"{source}.{identifier(table, dialect).sql(dialect)}"
        columns = ", ".join(f"{identifier(name, dialect).sql(dialect)} varchar" for name in names)
        yield f"create table {place} ({columns})"
        values = ", ".join(
            "(" + ", ".join(f"'{row[n]}'" if row.get(n) else "null" for n in names) + ")"
            for row in rows
        )
        yield f"insert into {place} values {values}"


def test_every_ready_view_answers_the_same_on_the_fake(fakesnow_python):
    statements = {
        dialect: [each for source in SOURCES for each in made(source, dialect)]
        for dialect in ("duckdb", "snowflake")
    }
    asked = {"duckdb": [], "snowflake": []}
    for source in SOURCES:
        mappings = ready(source)
        for dialect, texts in statements.items():
            texts.append(f"create schema made_of_{source}")
            texts.append(
                f"use schema made_of_{source}"
                if dialect == "snowflake"
                else f"use made_of_{source}"
            )
            for one in view_statements(mappings, dialect, faults=True):
                texts.append(one.rstrip(";"))
            for one in mappings:
                if one.table != IDENTITY.name:
                    asked[dialect].append(f"select * from made_of_{source}.{one.table}")
    everything = [*statements["snowflake"], *asked["snowflake"]]
    done = subprocess.run(  # noqa: S603
        [fakesnow_python, HERE / "asked_of_fake.py"],
        input=json.dumps(everything),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    there = json.loads(done.stdout)[len(statements["snowflake"]) :]
    with duckdb.connect() as engine:
        engine.execute("set TimeZone = 'UTC'")
        for statement in statements["duckdb"]:
            engine.execute(statement)
        here = [engine.execute(query).fetchall() for query in asked["duckdb"]]
    assert sum(map(len, here)) > 30
    for query, ours, theirs in zip(asked["duckdb"], here, there, strict=True):
        ours = json.loads(json.dumps(ours, default=str))
        assert sorted(map(str, ours)) == sorted(map(str, theirs)), query
