"""The views on a real PostgreSQL, where one is installed."""

import duckdb
import pytest

from dashboard.mapping.declared import IDENTITY
from tests.mapping.sources import SOURCES, made, ready, views


def test_every_ready_view_answers_the_same_on_postgresql(postgresql):
    psycopg = pytest.importorskip("psycopg")
    here, there = [], []
    url = postgresql.new_database().replace("+psycopg", "")
    with duckdb.connect() as ours, psycopg.connect(url, autocommit=True) as theirs:
        ours.execute("set TimeZone = 'UTC'")
        for source in SOURCES:
            mappings = ready(source)
            for engine, dialect, answers in ((ours, "duckdb", here), (theirs, "postgres", there)):
                use = "use {}" if dialect == "duckdb" else "set search_path to {}"
                for statement in (
                    *made(source, dialect),
                    f"create schema made_of_{source}",
                    use.format(f"made_of_{source}"),
                    *views(source, dialect),
                ):
                    engine.execute(statement)
                for one in mappings:
                    if one.table != IDENTITY.name:
                        rows = engine.execute(f"select * from {one.table}").fetchall()
                        answers.append((one.name, sorted(map(str, rows))))
    assert sum(len(rows) for _, rows in here) > 30
    assert here == there
