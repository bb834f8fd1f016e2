"""What the scripts for Snowflake and PostgreSQL share, in Snowflake's words."""

from collections.abc import Iterator, Mapping
from typing import Final

from dashboard import contract
from dashboard.policy import Policy
from dashboard.warehouse import sql
from dashboard.warehouse.build import MARTS, OWN_TABLES, days_of

AS_OF: Final = "(select cast(value as date) from manifest where entry = 'as_of')"
"""The day the data speak for, of which the manifest is the one place."""
LAST: Final = "chr(1114111)"
"""Behind every id there is: derived tables are not made in batches here."""
COUNTED: Final = "loaded_tables"
"""The one of the app's own tables that is a view: what was loaded is counted when it is asked."""


def marts(policy: Policy) -> dict[str, str]:
    """The query of every derived table in the order they are built, the policy written into it."""
    literals = _literals(policy)
    return {name: sql.with_literals(sql.read(f"marts/{name}"), literals).strip() for name in MARTS}


def own_tables() -> Iterator[str]:
    """Tables beside the contract that hold something, as ``create table`` statements."""
    for statement in OWN_TABLES.split(";"):
        if statement.strip() and f"create table {COUNTED} " not in statement:
            yield statement.strip()


def loaded_tables() -> str:
    """The query that tells of each table of the contract whether anything was loaded into it."""
    return "\n\nunion all\n\n".join(_loaded(table) for table in contract.tables().values())


def calendar(policy: Policy) -> list[str]:
    """Rows of ``fiscal_periods`` by the settings; none where they are those of the calendar."""
    if policy.calendar == Policy().calendar:
        return []
    return [
        f"('{grain}', '{since}', '{until}', '{quoted(label)}')"
        for grain, since, until, label in policy.calendar.fiscal_periods()
    ]


def quoted(text: str) -> str:
    """A text as it stands between quotes."""
    return text.replace("'", "''")


def _literals(policy: Policy) -> Mapping[str, str]:
    written: dict[str, str] = {
        "as_of": AS_OF,
        "account_from": "''",
        "account_until": LAST,
    }
    for name, value in policy.params().items():
        if isinstance(value, str):
            written[name] = f"'{quoted(value)}'"
        elif isinstance(value, float):
            # As a number with a point it would be decimal, and its products rounded.
            written[name] = f"cast('{value!r}' as double)"
        elif isinstance(value, int) and not isinstance(value, bool):
            written[name] = str(value)
    return written


def _loaded(table: contract.Table) -> str:
    days = days_of(table)
    if days:
        each = " union all ".join(f"select max({day}) as d from {table.name}" for day in days)
        freshest = f"(select max(d) from ({each}) as days)"
    else:
        freshest = "cast(null as date)"
    return (
        "select\n"
        f"    '{table.name}' as table_name,\n"
        f"    exists (select 1 from {table.name}) as is_loaded,\n"
        f"    (select count(*) from {table.name}) as loaded_rows,\n"
        "    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine\n"
        f"        where table_name = '{table.name}') as quarantined_rows,\n"
        f"    {freshest} as freshest_on"
    )
