"""The set-up script through the real connector, as far as the fake server goes."""

import contextlib

import pytest
import sqlglot
from sqlglot import exp

from dashboard import contract
from dashboard.policy import Policy
from dashboard.warehouse.setting_up.snowflake import DATABASE, SCHEMA, set_up
from dashboard.warehouse.snowflake_sessions import sessions

pytestmark = pytest.mark.snowflake


def test_the_set_up_makes_empty_tables_whose_age_the_app_can_tell(settings, opened):
    """Without roles, virtual warehouses and lag, which the fake does not know."""
    engine = sessions(settings())
    with contextlib.closing(engine.raw_connection()) as session:
        cursor = session.cursor()
        cursor.execute(f"create database {DATABASE}")
        cursor.execute(f"create schema {DATABASE}.{SCHEMA}")
        cursor.execute(f"use schema {DATABASE}.{SCHEMA}")
        for statement in sqlglot.parse(set_up(Policy()), read="snowflake"):
            text = statement.sql("snowflake")
            if isinstance(statement, exp.Create) and statement.kind in {"TABLE", "VIEW"}:
                if "DYNAMIC" in text:
                    query = statement.expression.sql("snowflake")
                    text = f"create table {statement.this.sql()} as {query}"
                cursor.execute(text)
            elif isinstance(statement, exp.Insert | exp.Delete):
                cursor.execute(text)
        cursor.close()
    engine.dispose()

    freshness = opened(database=DATABASE, schema=SCHEMA).freshness()

    assert freshness.absent == contract.tables().keys()
    assert freshness.policy == Policy().model_dump_json()
