"""A source is read the same from text files and from a warehouse with types."""

import duckdb

from tests.mapping.sources import SOURCES, ready, views, write


def test_every_ready_view_answers_the_same_on_typed_tables(tmp_path):
    write(tmp_path, SOURCES)
    answers = []
    for all_text in ("true", "false"):
        with duckdb.connect() as engine:
            engine.execute("set TimeZone = 'UTC'")
            told = {}
            for source in SOURCES:
                engine.execute(f"create schema {source}; create schema made_of_{source}")
                for file in sorted((tmp_path / source).iterdir()):
                    engine.execute(
                        f'create table {source}."{file.stem}" as'
                        f" select * from read_csv('{file}', all_varchar = {all_text})"
                    )
                engine.execute(f"use made_of_{source}")
                mappings = ready(source)
                for statement in views(source, "duckdb"):
                    engine.execute(statement)
                for one in mappings:
                    view = f"identity_{source}" if one.table == "identity" else one.table
                    told[one.name] = sorted(map(str, engine.execute(f"from {view}").fetchall()))
            answers.append(told)
    text, typed = answers
    assert text == typed
    assert sum(map(len, text.values())) > 40
