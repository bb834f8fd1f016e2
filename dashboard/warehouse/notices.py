"""What a load holds that breaks no rule but changes what a number means, by ``sql/notices``."""

from datetime import date

import duckdb

from dashboard.contract import SQL_ROOT
from dashboard.policy import Policy
from dashboard.warehouse import sql
from dashboard.warehouse.sql import bound


def note(connection: duckdb.DuckDBPyConnection, policy: Policy, as_of: date) -> None:
    """Count every notice over the tables that were loaded, and keep those that found a row."""
    loaded = {
        str(row[0])
        for row in connection.execute(
            "select table_name from loaded_tables where is_loaded"
        ).fetchall()
    }
    for path in sorted((SQL_ROOT / "notices").glob("*.sql")):
        question = sql.read(f"notices/{path.stem}")
        if not loaded.issuperset(question.rests_on):
            continue
        text, values = bound(sql.statement(question, policy.params() | {"as_of": as_of}))
        connection.execute(
            f"insert into notices select '{path.stem}', found.*"  # noqa: S608 -- a file of ours
            f" from ({text}) as found where found.noticed_rows > 0",
            values,
        )
