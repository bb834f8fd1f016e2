"""The set-up script through the real connector, as far as the fake server goes."""

import contextlib

import pytest
import sqlglot
from sqlglot import exp

from dashboard import contract
from dashboard.policy import Policy
from dashboard.settings import Settings
from dashboard.warehouse.readiness import shortcomings
from dashboard.warehouse.setting_up.snowflake import DATABASE, SCHEMA, set_up
from dashboard.warehouse.snowflake_sessions import sessions
from tests.snowflake.conftest import LIMIT

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
        cursor.execute("alter table targets rename column value to aim")
        cursor.execute("drop table weeks")
        cursor.execute("alter table usage_weekly rename column licensed_seats to seats")
        cursor.execute("alter table usage_weekly add column licensed_seats varchar")
        cursor.close()
    engine.dispose()
    warehouse = opened(database=DATABASE, schema=SCHEMA, request_timeout=LIMIT + 1)

    freshness = warehouse.freshness()

    assert freshness.absent == contract.tables().keys()
    assert freshness.policy == Policy().model_dump_json()

    known = Settings(warehouse="snowflake", snowflake=settings(request_timeout=LIMIT + 1))
    found = [each.sentence for each in shortcomings(warehouse, known)]
    for words in (
        "targets lacks value.",
        "Derived tables that are not there or may not be read: weeks.",
        "No table has a row: load the data.",
        "a silent network is noticed late",
        "usage_weekly.licensed_seats is text and has to be integer.",
    ):
        assert any(words in each for each in found), found
    assert not any("older than the data" in each for each in found)
