"""From the staging database into the warehouse: what is kept, what is not, and from which files."""

from collections.abc import Iterable, Mapping
from typing import Final

import duckdb

from dashboard.ingest import checks
from dashboard.ingest.report import FileRead
from dashboard.ingest.sources import Source
from dashboard.ingest.staging import Staging, quoted

_LOAD: Final = "insert into {table} ({columns}) select {columns} from staging.kept.{table}"
_SET_ASIDE: Final = """
insert into quarantine
select
    violations.table_name,
    '{file}' as file,
    violations.row_number,
    violations.row_key,
    violations.column_name,
    violations.rule,
    violations.value,
    violations.arr,
    raw.row_values
from staging.main.violations
left join (
    select row_number, json_object({pairs}) as row_values
    from ({numbered}) as numbered
    where row_number in (
        select row_number from staging.main.left_out where table_name = '{table}'
    )
) as raw
    on violations.row_number = raw.row_number
where violations.table_name = '{table}' and violations.rule in ({rules})
"""
_NUMBERED: Final = "select *, row_number() over () + {before} as row_number from {relation}"
_NOTE_BROKEN: Final = """
insert into broken_rules
select table_name, row_key, account_id, column_name, rule, value, arr
from staging.main.violations
where rule in ({rules})
"""


def load(staging: Staging, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Put the kept rows of every table into the warehouse."""
    for name, source in staging.sources.items():
        columns = ", ".join(column.name for column in source.table.columns)
        warehouse.execute(_LOAD.format(table=name, columns=columns))


def note_files(reads: Iterable[FileRead], warehouse: duckdb.DuckDBPyConnection) -> None:
    """Put each file with its hash into the warehouse's list of what it was made from."""
    rows = [(read.file, read.table or None, read.sha256, read.rows) for read in reads]
    if rows:
        warehouse.executemany("insert into loaded_files values (?, ?, ?, ?)", rows)


def note_entries(entries: Mapping[str, str], warehouse: duckdb.DuckDBPyConnection) -> None:
    """Put what is to be remembered of a load into the warehouse's manifest."""
    if entries:
        warehouse.executemany("insert into manifest values (?, ?)", list(entries.items()))


def set_aside(staging: Staging, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Put the rows left out into quarantine, and broken rules across rows beside them."""
    for name, source in staging.sources.items():
        if staging.count(f"staging.main.left_out where table_name = '{name}'"):
            _quarantine(source, warehouse)
    warehouse.execute(_NOTE_BROKEN.format(rules=quoted(checks.across_rows())))


def _quarantine(source: Source, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Read the file once more for the rows left out, so that they stand as it wrote them."""
    pairs = []
    for number, column in enumerate(source.header):
        name = column.replace("'", "''")
        pairs.append(f"'{name}', cast(c{number} as varchar)")
    if source.frame is None:
        numbered = _NUMBERED.format(before=source.first_row - 1, relation=source.relation)
    else:
        numbered = f"from sheet_{source.table.name}"
        warehouse.register(f"sheet_{source.table.name}", source.frame.to_arrow())
    # Row numbers are positions, so the order of the file has to survive.
    warehouse.execute("set preserve_insertion_order = true")
    warehouse.execute(
        _SET_ASIDE.format(
            file=source.file.replace("'", "''"),
            table=source.table.name,
            pairs=", ".join(pairs),
            numbered=numbered,
            rules=quoted([*checks.LEAVE_OUT, "refers_to_left_out"]),
        )
    )
    warehouse.execute("set preserve_insertion_order = false")
