"""Whether a warehouse that a company keeps has what the questions need, told in words.

Every shortcoming is a sentence for the administrator: who signed in and what that role may, which
tables, columns and types are missing, whether derived tables follow the data, and limits and clock.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from dashboard import contract
from dashboard.policy import Policy
from dashboard.settings import SNOWFLAKE, Settings
from dashboard.warehouse.base import Freshness, Warehouse, WarehouseError
from dashboard.warehouse.build import MARTS, OWN_TABLES

CLOCKS_DIFFER: Final = timedelta(minutes=2)
OLD: Final = timedelta(days=2)
"""Age of a load after which it is worth a word."""
MANAGING: Final = frozenset({"ACCOUNTADMIN", "SECURITYADMIN", "SYSADMIN", "USERADMIN", "ORGADMIN"})

_KINDS: Final[Mapping[str, frozenset[contract.Kind]]] = {
    "bigint": frozenset({"integer"}),
    "boolean": frozenset({"boolean"}),
    "character varying": frozenset({"text"}),
    "date": frozenset({"date"}),
    "double": frozenset({"double"}),
    "double precision": frozenset({"double"}),
    "float": frozenset({"double"}),
    "integer": frozenset({"integer"}),
    "number": frozenset({"integer", "decimal"}),
    "decimal": frozenset({"integer", "decimal"}),
    "numeric": frozenset({"integer", "decimal"}),
    "text": frozenset({"text"}),
    "timestamp": frozenset({"timestamp"}),
    "timestamp without time zone": frozenset({"timestamp"}),
    "timestamp_ntz": frozenset({"timestamp"}),
    "varchar": frozenset({"text"}),
}
"""Kinds of the contract by the type that a warehouse tells."""

_COLUMNS: Final = """
select
    lower(table_name) as table_name,
    lower(column_name) as column_name,
    lower(data_type) as data_type
from information_schema.columns
where table_schema = current_schema()
"""
_POSTGRESQL_COLUMNS: Final = """
select
    relname as table_name,
    attname as column_name,
    format_type(atttypid, null) as data_type
from pg_attribute
inner join pg_class on attrelid = pg_class.oid
where
    relnamespace = (select oid from pg_namespace where nspname = current_schema())
    and relkind in ('r', 'p', 'v', 'm', 'f')
    and attnum > 0
    and not attisdropped
    and has_table_privilege(pg_class.oid, 'select')
"""
"""``information_schema`` knows no materialised views."""
_SNOWFLAKE_SAYS: Final = """
select
    current_role() as role,
    current_schema() as schema_name,
    cast(current_timestamp() as varchar) as clock
"""
_POSTGRESQL_SAYS: Final = """
select
    current_user as role,
    current_schema() as schema_name,
    cast(clock_timestamp() as varchar) as clock,
    current_setting('statement_timeout') as statement_timeout,
    current_setting('default_transaction_read_only') as reads_only,
    (select rolsuper from pg_roles where rolname = current_user) as manages
"""
_COLLATED: Final = """
select distinct table_name
from information_schema.columns
where
    table_schema = current_schema()
    and data_type in ('character varying', 'text')
    and collation_name is distinct from 'C'
    and (select datcollate from pg_database where datname = current_database()) <> 'C'
"""


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """What is missing, and whether questions fail for it or only deserve less trust."""

    sentence: str
    serious: bool = True


def shortcomings(warehouse: Warehouse, settings: Settings) -> list[Shortcoming]:
    """Everything that is found, the serious first; empty where the app can be served.

    Raises
    ------
    WarehouseError
        The warehouse could not be reached or signed in to.
    """
    columns = _COLUMNS if settings.warehouse == SNOWFLAKE else _POSTGRESQL_COLUMNS
    found = [*_session(warehouse, settings), *_tables(_lower(warehouse.told(columns)))]
    try:
        freshness = warehouse.freshness()
    except WarehouseError as error:
        found.append(Shortcoming(str(error)))
    else:
        found += [*_data(warehouse, freshness, warehouse.policy)]
    return sorted(found, key=lambda each: not each.serious)


def _session(warehouse: Warehouse, settings: Settings) -> Iterator[Shortcoming]:
    on_snowflake = settings.warehouse == SNOWFLAKE
    text = _SNOWFLAKE_SAYS if on_snowflake else _POSTGRESQL_SAYS
    says = _lower(warehouse.told(text)).row(0, named=True)
    limits = settings.snowflake if on_snowflake else settings.postgresql
    if not says["role"]:
        yield Shortcoming("No role is active: name one in snowflake.role, or a default role.")
    elif says["role"].upper() in MANAGING or says.get("manages"):
        yield Shortcoming(
            f"The app signs in as {says['role']}, which may do far more than read. "
            "Give it the role that the set-up script makes."
        )
    if not says["schema_name"]:
        yield Shortcoming("The schema is not there, or the role may not use it.")
    if says.get("reads_only", "on") != "on":
        yield Shortcoming("The connection may write: something between takes the options away.")
    if "statement_timeout" in says and says["statement_timeout"] == "0":
        yield Shortcoming("The server ends no slow question: statement_timeout is 0.")
    if limits.request_timeout > limits.query_timeout:
        yield Shortcoming(
            f"request_timeout ({limits.request_timeout}) is longer than query_timeout "
            f"({limits.query_timeout}): a silent network is noticed late.",
            serious=False,
        )
    apart = abs(_moment(says["clock"]) - datetime.now(UTC))
    if apart > CLOCKS_DIFFER:
        yield Shortcoming(
            f"The clocks of the warehouse and of this machine are {apart.seconds // 60} minutes "
            "apart: ages of the data are wrong by that much.",
            serious=False,
        )


def _tables(columns: pl.DataFrame) -> Iterator[Shortcoming]:
    there: dict[str, dict[str, str]] = defaultdict(dict)
    for table, column, kind in columns.rows():
        there[table][column] = kind
    own = tuple(line.split()[2] for line in OWN_TABLES.splitlines() if "create table" in line)
    if lacking := [name for name in (*contract.tables(), *own) if name not in there]:
        yield Shortcoming(
            f"Not there, or the role may not read them: {', '.join(lacking)}. "
            "Make them by the set-up script, empty where you have no such data."
        )
    if lacking := [name for name in MARTS if name not in there]:
        yield Shortcoming(
            f"Derived tables that are not there or may not be read: {', '.join(lacking)}."
        )
    for table in contract.tables().values():
        if table.name in there:
            yield from _columns(table, there[table.name])


def _columns(table: contract.Table, there: Mapping[str, str]) -> Iterator[Shortcoming]:
    if lacking := [column.name for column in table.columns if column.name not in there]:
        yield Shortcoming(f"{table.name} lacks {', '.join(lacking)}.")
    for column in table.columns:
        given = there.get(column.name, "").split("(")[0]
        if given and column.kind not in _KINDS.get(given, frozenset()):
            yield Shortcoming(
                f"{table.name}.{column.name} is {given} and has to be {column.sql_type}."
            )


def _data(warehouse: Warehouse, freshness: Freshness, policy: Policy) -> Iterator[Shortcoming]:
    if freshness.absent == contract.tables().keys():
        yield Shortcoming("No table has a row: load the data.")
    elif freshness.absent:
        yield Shortcoming(
            f"Without rows, so that their questions have no answer: "
            f"{', '.join(sorted(freshness.absent))}.",
            serious=False,
        )
    manifest = dict(_lower(warehouse.told("select entry, value from manifest")).rows())
    derived = manifest.get("derived_at")
    if derived is None or _moment(derived) < freshness.loaded_at - timedelta(seconds=1):
        yield Shortcoming(
            "The derived tables are older than the data: run what belongs behind every load."
        )
    if _told_apart(freshness.policy, policy):
        yield Shortcoming(
            "The settings have another policy than the derived tables were made with: print the "
            "set-up script again and run its derived tables.",
            serious=False,
        )
    if datetime.now(UTC) - freshness.loaded_at > OLD:
        yield Shortcoming(f"Nothing was loaded since {freshness.loaded_at:%-d %b %Y}.", False)
    if freshness.origin == "postgresql":
        collated = [str(name) for (name,) in warehouse.told(_COLLATED).rows()]
        if expected := sorted(set(collated) & contract.tables().keys()):
            yield Shortcoming(
                "Texts sort by a language and not by their bytes, so that lists stand in another "
                f"order than elsewhere, in {', '.join(expected)}.",
                serious=False,
            )


def _told_apart(told: str, policy: Policy) -> bool:
    """Whether what the derived tables rest on differs from the settings; the rest is asked live."""
    if not told:
        return True
    then = Policy.model_validate_json(told)
    return (then.health, then.reporting_currency, then.calendar) != (
        policy.health,
        policy.reporting_currency,
        policy.calendar,
    )


def _lower(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename(str.lower)


def _moment(text: str) -> datetime:
    """A moment as a warehouse writes it: ``2026-11-30 10:00:00.1+00`` or ``... +0000``."""
    found = datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
