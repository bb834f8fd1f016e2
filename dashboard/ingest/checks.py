"""The contract's rules over a warehouse: one row at a time, and across rows by ``sql/checks``."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from dashboard import contract
from dashboard.contract import SQL_ROOT
from dashboard.ingest import rules
from dashboard.ingest.report import LISTED_PER_RULE, Violation
from dashboard.ingest.rules import Rows
from dashboard.policy import Policy
from dashboard.warehouse import sql
from dashboard.warehouse.base import UnreachableError, WarehouseError
from dashboard.warehouse.embedded import HARDENED
from dashboard.warehouse.sql import bound

OF_ONE_ROW: Final = (
    "closed_renewals_without_date",
    "churned_renewals_with_arr",
    "csat_answers_out_of_range",
    "currency_without_rate",
)
"""Checks that blame a single row, which a quarantine can leave out."""

LEAVE_OUT: Final = (
    "unreadable",
    "money_decimals",
    "not_finite",
    "required",
    "vocabulary",
    "range",
    "date_out_of_bounds",
    "key_repeated",
    "reference_missing",
    *OF_ONE_ROW,
)
"""Every rule that blames a single row."""

_FOUND: Final = """
select
    found.table_name, files.file, found.row_key, found.column_name, found.rule,
    left(found.value, {value_kept}), found.account_id, found.arr
from ({query}) as found
left join (
    select table_name, min(file) as file from loaded_files group by table_name
) as files
    on found.table_name = files.table_name
limit {listed}
"""
_LOADED: Final = "select table_name from loaded_tables where is_loaded"


def across_rows() -> tuple[str, ...]:
    """Names of the checks that blame no single row but how several agree."""
    names = sorted(path.stem for path in (SQL_ROOT / "checks").glob("*.sql"))
    return tuple(name for name in names if name not in OF_ONE_ROW)


def rests_on(name: str) -> frozenset[str]:
    """Tables without which a check has nothing to compare."""
    return frozenset(sql.read(f"checks/{name}").rests_on)


def asked(name: str, *, policy: Policy, as_of: date) -> tuple[str, list[object]]:
    """``sql/checks/NAME.sql`` with its values, as the embedded engine takes it."""
    question = sql.read(f"checks/{name}")
    return bound(sql.statement(question, policy.params() | {"as_of": as_of}))


def check_warehouse(path: Path, *, policy: Policy) -> list[Violation]:
    """Everything in an embedded warehouse that breaks a rule of the contract.

    The warehouse is opened read-only. At most ``LISTED_PER_RULE`` rows are named for each rule of
    a column and for each check.

    Raises
    ------
    UnreachableError
        There is no such file.
    WarehouseError
        The file is no warehouse of this version.
    """
    if not path.is_file():
        raise UnreachableError(f"There is no warehouse file {path.name}.")
    try:
        with duckdb.connect(str(path), read_only=True, config=HARDENED) as warehouse:
            return list(_violations(warehouse, policy))
    except duckdb.Error as error:
        raise WarehouseError(
            f"{path.name} is not a warehouse this version can read. "
            "Build it again with `python -m dashboard demo` or `import`."
        ) from error


def _violations(warehouse: duckdb.DuckDBPyConnection, policy: Policy) -> Iterator[Violation]:
    as_of = _as_of(warehouse)
    loaded = {str(row[0]) for row in warehouse.execute(_LOADED).fetchall()}
    for query in _row_queries(loaded, as_of):
        yield from _asked(warehouse, query, [])
    for name in (*OF_ONE_ROW, *across_rows()):
        if not rests_on(name) <= loaded:
            continue
        text, values = asked(name, policy=policy, as_of=as_of)
        yield from _asked(warehouse, text, values)


def _row_queries(loaded: set[str], as_of: date) -> Iterator[str]:
    names = {name: name for name in ("subscriptions", "arr_movements")}
    by_lines = "subscriptions" in loaded
    arr = rules.ACCOUNT_ARR if by_lines else rules.ACCOUNT_ARR_BY_MOVEMENTS
    account_arr = f"({arr.format(**names, as_of=as_of)})"
    for table in contract.tables().values():
        if table.name not in loaded:
            continue
        rows = Rows(table, table.name, staged=False, account_arr=account_arr)
        for rule in rules.column_rules(table, staged=False, as_of=as_of):
            yield rules.broken(rule, rows)
        yield rules.repeated_keys(rows)
        for column in table.columns:
            if column.references in loaded:
                parent = contract.tables()[column.references]
                yield rules.missing_references(rows, column, parent, parent.name)


def _asked(
    warehouse: duckdb.DuckDBPyConnection, query: str, values: list[object]
) -> Iterator[Violation]:
    text = _FOUND.format(query=query, value_kept=rules.VALUE_KEPT, listed=LISTED_PER_RULE)
    for table, file, key, column, rule, value, account, arr in warehouse.execute(
        text, values
    ).fetchall():
        yield Violation(table, file or "", None, key, column, rule, value, account, arr)


def _as_of(warehouse: duckdb.DuckDBPyConnection) -> date:
    row = warehouse.execute("select value from manifest where entry = 'as_of'").fetchone()
    if row is None:
        raise WarehouseError("The warehouse does not say which day its data speak for.")
    return date.fromisoformat(row[0])
