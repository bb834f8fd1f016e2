"""Files as typed rows in a database of their own beside the target, where the rules are checked.

A statement over the staged rows replaces a loop over them: ten million rows never meet Python.
Schemas of the staging database:

``files``
    One table per source with each contract column, read as far as it could be, and beside it the
    text that could not be read.
``rows``
    The same as views with each row's number in its file. A table keeps the order of its file, so
    that the number is the position.
``kept``
    Every contract table as the warehouse would hold it: without the rows that were left out, and
    empty where no file was given. The rules of ``sql/checks`` are asked there.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from dashboard import contract
from dashboard.contract import Table
from dashboard.ingest import casts, rules
from dashboard.ingest.rules import Rows
from dashboard.ingest.sources import Source

MEMORY_LIMIT: Final = "6GB"
"""What the engine may use before it goes to disk; the bar for a whole import is 8 GB."""

_OPEN: Final = """
attach '{path}' as staging;
create schema staging.files;
create schema staging.rows;
create schema staging.kept;
create table staging.main.violations (
    table_name varchar,
    row_number bigint,
    row_key varchar,
    column_name varchar,
    rule varchar,
    value varchar,
    account_id varchar,
    arr decimal(18, 2),
    is_account_arr boolean
);
create table staging.main.left_out (table_name varchar, row_number bigint);
create table staging.main.account_arr (account_id varchar, arr decimal(18, 2));
"""
_STAGE: Final = "create table staging.files.{table} as select {columns} from {relation}"
_ROWS: Final = "create view staging.rows.{table} as select {number} as row_number, * {rest}"
_KEPT: Final = """
create view staging.kept.{table} as
select {columns}
from staging.rows.{table} as staged
where not exists (
    select 1 from staging.main.left_out
    where left_out.table_name = '{table}' and left_out.row_number = staged.row_number
)
"""
_SUSPECTS: Final = """
create or replace temp table suspects as
select checked.* from staging.rows.{table} as checked where {predicate}
"""
_INSERT: Final = "insert into staging.main.violations {query}"
_LEAVE_OUT: Final = """
insert into staging.main.left_out
select distinct table_name, row_number
from staging.main.violations
where row_number is not null and rule in ({rules})
except
select table_name, row_number from staging.main.left_out
"""
_LOCATED: Final = """
select
    found.table_name,
    located.row_number,
    found.row_key,
    found.column_name,
    found.rule,
    left(found.value, {value_kept}) as value,
    found.account_id,
    coalesce(found.arr, account_arr.arr) as arr,
    found.arr is null as is_account_arr
from found
inner join staging.rows.{table} as located on found.row_key = {row_key}
left join staging.main.account_arr as account_arr on found.account_id = account_arr.account_id
where
    found.table_name = '{table}'
    and not exists (
        select 1 from staging.main.left_out
        where left_out.table_name = '{table}' and left_out.row_number = located.row_number
    )
"""


class Staging:
    """The staged rows of an import, what is wrong with them, and which are left out.

    Parameters
    ----------
    connection
        The warehouse that is being built; the staging database is attached to it.
    folder
        An empty folder for the staging database and for what does not fit into memory.
    as_of
        The day whose ARR a broken row of an account touches.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, as_of: date) -> None:
        self._warehouse = connection
        self._as_of = as_of
        quoted = str(folder).replace("'", "''")
        connection.execute(f"set temp_directory = '{quoted}'")
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        self.connection = connection.cursor()
        self.connection.execute("set TimeZone = 'UTC'")
        self.connection.execute(_OPEN.format(path=f"{quoted}/staging.duckdb"))
        self.sources: dict[str, Source] = {}

    def read(self, source: Source) -> int:
        """Stage a source; the number of its rows.

        Raises
        ------
        duckdb.Error
            The file is malformed or damaged further down than its header.
        """
        table = source.table
        relation = source.relation
        if source.frame is not None:
            relation = f"sheet_{table.name}"
            self.connection.register(relation, source.frame.to_arrow())
        selected = ["row_number"] if source.frame is not None else []
        types = dict(zip(source.names, source.types, strict=True))
        for column in table.columns:
            how = (
                casts.reading(column, f"c{source.names.index(column.name)}", types[column.name])
                if column.name in types
                else casts.absent(column)
            )
            selected.append(f"{how.value} as {column.name}")
            if how.unread:
                selected.append(f"{how.unread} as unread_{column.name}")
        # Row numbers are positions, so the order of the file has to survive.
        self.connection.execute("set preserve_insertion_order = true")
        self.connection.execute(
            _STAGE.format(table=table.name, columns=", ".join(selected), relation=relation)
        )
        self.connection.execute("set preserve_insertion_order = false")
        rest = f"from staging.files.{table.name}"
        number = f"rowid + {source.first_row}"
        if source.frame is not None:
            number, rest = "row_number", f"exclude (row_number) {rest}"
        self.connection.execute(_ROWS.format(table=table.name, number=number, rest=rest))
        self.sources[table.name] = source
        return self.count(f"staging.rows.{table.name}")

    def keep(self) -> None:
        """Make ``kept`` once every source is read."""
        for table in contract.tables().values():
            if table.name in self.sources:
                columns = ", ".join(column.name for column in table.columns)
                self.connection.execute(_KEPT.format(table=table.name, columns=columns))
            else:
                self.connection.execute("use staging.kept")
                self.connection.execute(table.ddl)
        self.connection.execute("use staging.main")
        query = rules.ACCOUNT_ARR
        if "subscriptions" not in self.sources:
            query = rules.ACCOUNT_ARR_BY_MOVEMENTS
        if self.sources.keys() & {"subscriptions", "arr_movements"}:
            query = query.format(
                subscriptions="staging.rows.subscriptions",
                arr_movements="staging.rows.arr_movements",
                as_of=self._as_of,
            )
            self.connection.execute(f"insert into staging.main.account_arr {query}")

    def checked(self, table: Table, relation: str = "") -> Rows:
        """The staged rows of a table as rules take them."""
        relation = relation or f"staging.rows.{table.name}"
        return Rows(table, relation, staged=True, account_arr="staging.main.account_arr")

    def check_rows(self, table: Table) -> None:
        """Note every value, key and reference of a table that breaks a rule of its own."""
        each = list(rules.column_rules(table, staged=True, as_of=self._as_of))
        self.connection.execute(
            _SUSPECTS.format(table=table.name, predicate=rules.any_broken(each))
        )
        if self.count("suspects"):
            suspects = self.checked(table, "suspects")
            for rule in each:
                self._note(rules.broken(rule, suspects))
        rows = self.checked(table)
        self._note(rules.repeated_keys(rows))
        for column in table.columns:
            if column.references in self.sources:
                parent = contract.tables()[column.references]
                self._note(
                    rules.missing_references(rows, column, parent, f"staging.rows.{parent.name}")
                )

    def leave_out(self, names: Iterable[str]) -> int:
        """Leave out the rows that break one of the rules; how many more that are."""
        before = self.count("staging.main.left_out")
        self.connection.execute(_LEAVE_OUT.format(rules=quoted(names)))
        return self.count("staging.main.left_out") - before

    def leave_out_what_refers_to_them(self) -> None:
        """Leave out rows that refer to a row left out, and rows that refer to those, to the end."""
        for name, source in self.sources.items():
            for column in source.table.columns:
                if column.references not in self.sources:
                    continue
                parent = contract.tables()[column.references]
                orphans = rules.missing_references(
                    self.checked(source.table, f"({self._with_row_number(name)})"),
                    column,
                    parent,
                    f"staging.kept.{parent.name}",
                    "refers_to_left_out",
                )
                self._note(orphans)
                while self.leave_out(["refers_to_left_out"]) and column.references == name:
                    self._note(orphans)

    def note_found(self, text: str, values: list[object]) -> None:
        """Note what a query of ``sql/checks`` finds among the kept rows."""
        self.connection.execute("use staging.kept")
        self.connection.execute(f"create or replace temp table found as {text}", values)
        self.connection.execute("use staging.main")
        found = self.connection.execute("select distinct table_name from found").fetchall()
        for (name,) in found:
            table = contract.tables()[name]
            self._note(
                _LOCATED.format(
                    table=name,
                    row_key=rules.row_key(table, "located"),
                    value_kept=rules.VALUE_KEPT,
                )
            )

    def count(self, relation: str) -> int:
        """Rows of a relation of the staging database, with a condition if one follows its name."""
        # Fetched to the end: a result left open blocks the next thing done on the connection.
        [(rows,)] = self.connection.execute(f"select count(*) from {relation}").fetchall()  # noqa: S608
        return int(rows)

    def close(self) -> None:
        """Let go of the staging database, so that the warehouse can be finished."""
        self.connection.close()
        self._warehouse.execute("detach staging")

    def _note(self, query: str) -> None:
        self.connection.execute(_INSERT.format(query=query))

    def _with_row_number(self, name: str) -> str:
        return (
            f"select * from staging.rows.{name} as staged where not exists ("  # noqa: S608
            f" select 1 from staging.main.left_out where left_out.table_name = '{name}'"
            " and left_out.row_number = staged.row_number)"
        )


def quoted(names: Iterable[str]) -> str:
    """Names of rules as the inside of an SQL list."""
    return ", ".join(f"'{name}'" for name in names)
