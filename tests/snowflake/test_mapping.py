"""A mapping's view gives Snowflake's dialect the rows that the embedded engine gets."""

import json
import subprocess
from pathlib import Path

import duckdb
import pytest

from dashboard.mapping.declared import IDENTITY
from tests.mapping.sources import SOURCES, made, ready, views

pytestmark = pytest.mark.snowflake

HERE = Path(__file__).parent


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
            for one in views(source, dialect):
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
        told = json.loads(json.dumps(ours, default=str))
        assert sorted(map(str, told)) == sorted(map(str, theirs)), query
