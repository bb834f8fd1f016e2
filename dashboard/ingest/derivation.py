"""Of contract lines and movements of ARR, the one that a company lacks, by ``sql/derived``."""

from collections.abc import Set as AbstractSet
from datetime import date

import duckdb

from dashboard.policy import Policy
from dashboard.warehouse import sql
from dashboard.warehouse.base import DERIVED_FROM
from dashboard.warehouse.sql import bound


def derive(
    warehouse: duckdb.DuckDBPyConnection,
    loaded: AbstractSet[str],
    *,
    policy: Policy,
    as_of: date,
) -> dict[str, int]:
    """Fill the table that was not loaded from the one that was; note it in the manifest.

    A table whose file had no rows was loaded: its company says that there are none, and nothing is
    put in their place. Where both were loaded, ``sql/checks`` reconciles them instead.

    Returns
    -------
    dict
        Rows derived, by table: none, or those of one table.
    """
    rows = {}
    for table, source in DERIVED_FROM.items():
        if table in loaded or source not in loaded:
            continue
        question = sql.read(f"derived/{table}")
        text, values = bound(sql.statement(question, policy.params() | {"as_of": as_of}))
        warehouse.execute(f"insert into {table} {text}", values)
        warehouse.execute("insert into manifest values ('derived', ?)", [table])
        counted = warehouse.execute(f"select count(*) from {table}").fetchone()  # noqa: S608 -- contract's
        rows[table] = int(counted[0]) if counted else 0
    return rows
