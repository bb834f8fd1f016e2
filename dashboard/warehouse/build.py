"""Building an embedded warehouse: a new file beside the old one, swapped in when it is whole."""

import errno
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

import duckdb

from dashboard import contract
from dashboard.policy import Policy
from dashboard.warehouse import notices, sql
from dashboard.warehouse.sql import bound

MARTS: Final = (
    "account_spans",
    "account_roots",
    "fx_spans",
    "arr_changes",
    "arr_spans",
    "arr_steps",
    "weeks",
    "account_weeks",
    "closing_bands",
)
"""Derived tables in the order they are built, each ``sql/marts/NAME.sql``."""

ACCOUNTS_PER_BATCH: Final = 10_000
"""Accounts whose weeks are derived at once: bounds the memory of a build, whatever its size."""

_FRESHEST: Final = {"date": "{}", "timestamp": "cast({} as date)"}
_LOOKS_AHEAD: Final = frozenset(
    {"due_on", "ends_on", "expected_close_on", "period_start_on", "period_end_on", "valid_to_on"}
)
"""Dates that lie in the future by their nature and say nothing about freshness."""

OWN_TABLES: Final = """
create table manifest (entry varchar not null, value varchar not null);
create table loaded_tables (
    table_name varchar not null,
    is_loaded boolean not null,
    loaded_rows bigint not null,
    quarantined_rows bigint not null,
    freshest_on date
);
create table loaded_files (
    file varchar not null,
    table_name varchar,
    sha256 varchar not null,
    rows_read bigint not null
);
create table quarantine (
    table_name varchar not null,
    file varchar not null,
    row_number bigint,
    row_key varchar,
    column_name varchar,
    rule varchar not null,
    value varchar,
    arr decimal(18, 2),
    row_values varchar
);
create table broken_rules (
    table_name varchar not null,
    row_key varchar,
    account_id varchar,
    column_name varchar,
    rule varchar not null,
    value varchar,
    arr decimal(18, 2)
);
create table notices (
    notice varchar not null,
    noticed_rows bigint not null,
    accounts bigint not null,
    arr decimal(38, 2)
);
"""
"""What lies beside the contract: the age of the data, what was loaded, and what was refused."""


@contextmanager
def building(
    target: Path,
    *,
    policy: Policy,
    as_of: date,
    origin: Literal["demo", "import"],
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A writable new warehouse with every contract table, empty; swapped in on a clean exit.

    The caller fills the contract tables and may add rows to ``manifest``, ``loaded_files``,
    ``quarantine`` and ``broken_rules``. On exit the derived tables are built and the file replaces
    ``target`` by rename; on an error it is removed and ``target`` stays as it was.

    Parameters
    ----------
    target
        Where the warehouse shall lie.
    policy
        Health weights and bands that the weekly snapshot is scored with.
    as_of
        The day the data speak for.
    origin
        Whether this is the demo company or a company's own files.
    progress
        Told what is being done.

    Raises
    ------
    OSError
        The file cannot be written, as on a full disk.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    full = os.strerror(errno.ENOSPC)
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with duckdb.connect(str(beside)) as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.execute("set TimeZone = 'UTC'")
            connection.begin()
            for table in contract.tables().values():
                connection.execute(table.ddl)
                for comment in contract.comments(table):
                    connection.execute(comment)
            connection.execute(OWN_TABLES)
            connection.commit()
            yield connection
            progress("deriving weekly snapshots")
            _derive_fiscal_periods(connection, policy)
            build_marts(connection, policy, as_of)
            # One transaction: a commit for each table took longer than counting a small company.
            connection.begin()
            _count(connection)
            notices.note(connection, policy, as_of)
            connection.commit()
            connection.executemany(
                "insert into manifest values (?, ?)",
                [
                    ("version", uuid.uuid4().hex),
                    ("origin", origin),
                    ("as_of", as_of.isoformat()),
                    ("loaded_at", datetime.now(UTC).isoformat()),
                    ("policy", policy.model_dump_json()),
                ],
            )
            connection.execute("checkpoint")
        os.replace(beside, target)  # noqa: PTH105 -- the one call whose atomicity matters
    except duckdb.Error as error:
        if full in str(error):  # The driver's own error names the path of the file.
            raise OSError(errno.ENOSPC, full) from error
        raise
    finally:
        beside.unlink(missing_ok=True)
        beside.with_name(f"{beside.name}.wal").unlink(missing_ok=True)


def build_marts(connection: duckdb.DuckDBPyConnection, policy: Policy, as_of: date) -> None:
    """Derive every table of ``sql/marts/`` from the contract tables."""
    connection.execute("set preserve_insertion_order = true")
    for mart in MARTS:
        question = sql.read(f"marts/{mart}")
        batches = [("", "\U0010ffff")]
        if "account_from" in question.placeholders:
            batches = _batches(connection)
        for number, (account_from, account_until) in enumerate(batches):
            params = policy.params() | {
                "as_of": as_of,
                "account_from": account_from,
                "account_until": account_until,
            }
            text, values = bound(sql.statement(question, params))
            verb = f"insert into {mart}" if number else f"create table {mart} as"
            connection.execute(f"{verb} {text}", values)


def _batches(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    starts = [
        str(row[0])
        for row in connection.execute(
            "select account_id from (select account_id, row_number() over (order by account_id)"
            " as position from accounts) where position % ? = 1 and position > 1"
            " order by account_id",
            [ACCOUNTS_PER_BATCH],
        ).fetchall()
    ]
    edges = ["", *starts, "\U0010ffff"]
    return list(pairwise(edges))


def _derive_fiscal_periods(connection: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    given = connection.execute("select count(*) from fiscal_periods").fetchone()
    if given and given[0]:
        return
    # A list per column in one statement: row by row it took longer than the rest of a small build.
    columns = zip(*policy.calendar.fiscal_periods(), strict=True)
    connection.execute(
        "insert into fiscal_periods select unnest(?), unnest(?), unnest(?), unnest(?)",
        [list(column) for column in columns],
    )


def days_of(table: contract.Table) -> list[str]:
    """Expressions for the days of a table that say how fresh it is."""
    return [
        _FRESHEST[column.kind].format(column.name)
        for column in table.columns
        if column.kind in _FRESHEST and column.name not in _LOOKS_AHEAD
    ]


def _count(connection: duckdb.DuckDBPyConnection) -> None:
    """Rows and freshest day of each contract table; loaded is what has a file or a row."""
    for table in contract.tables().values():
        days = days_of(table)
        freshest = f"max(greatest({', '.join(days)}))" if days else "cast(null as date)"
        name = table.name
        connection.execute(
            f"insert into loaded_tables select '{name}', count(*) > 0"  # noqa: S608 -- contract's
            f" or exists (select 1 from loaded_files where table_name = '{name}'), count(*),"
            f" (select count(distinct (file, row_number)) from quarantine"
            f" where table_name = '{name}'), {freshest} from {name}"
        )
