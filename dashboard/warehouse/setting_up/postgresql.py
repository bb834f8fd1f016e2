"""The script that makes a PostgreSQL database ready for the app: ``sql/postgresql/set_up.sql``.

    python -m dashboard set-up postgresql > sql/postgresql/set_up.sql

A test fails where the file is not what this module says for the default policy.
"""

import re
from collections.abc import Iterator
from typing import Final

from dashboard import contract
from dashboard.policy import Policy
from dashboard.warehouse.build import MARTS
from dashboard.warehouse.postgresql_text import in_postgresql
from dashboard.warehouse.setting_up import parts

READER: Final = "cs_dashboard_reader"
SCHEMA: Final = "mart"

_HEAD: Final = f"""\
-- Tables, derived tables and the role that reads them. Written by
--     python -m dashboard set-up postgresql
-- from sql/contract, sql/marts and the policy of the settings: change those, not this file.
--
-- Run it once, as whoever shall own the tables (docs/postgresql.md):
--     psql -v ON_ERROR_STOP=1 -1 -d DATABASE -f set_up.sql

create schema if not exists {SCHEMA};
set search_path = {SCHEMA};
"""

_READER: Final = f"""\
do $$
begin
    if not exists (select 1 from pg_roles where rolname = '{READER}') then
        create role {READER} nologin;
    end if;
end
$$;
grant usage on schema {SCHEMA} to {READER};
grant select on all tables in schema {SCHEMA} to {READER};
"""


def set_up(policy: Policy) -> str:
    """The whole script."""
    return "\n".join([_HEAD, *_tables(), *_derived(policy), after_load(policy), _READER])


def after_load(policy: Policy) -> str:
    """What belongs behind every load: the derived tables follow, then everybody is told."""
    refreshed = "\n".join(f"    refresh materialized view {name};" for name in MARTS)
    return f"""\
-- Behind every load, in its transaction or in one of its own: call {SCHEMA}.loaded();
create or replace procedure loaded(speaks_for date default current_date)
language plpgsql
set search_path = {SCHEMA}
as $$
begin
    delete from manifest;
    insert into manifest (entry, value) values
        ('as_of', cast(speaks_for as varchar)),
        ('loaded_at', cast(now() as varchar)),
        ('policy', '{parts.quoted(policy.model_dump_json())}');
{refreshed}
    insert into manifest (entry, value) values
        ('version', cast(gen_random_uuid() as varchar)),
        ('derived_at', cast(now() as varchar));
end
$$;
call loaded();
"""


def _tables() -> Iterator[str]:
    for table in contract.tables().values():
        yield f"{_compared_by_byte(in_postgresql(_without_comments(table.ddl)))};"
        yield "".join(f"{comment};\n" for comment in contract.comments(table))
    for statement in parts.own_tables():
        yield f"{_compared_by_byte(in_postgresql(statement))};\n"
    yield f"create view {parts.COUNTED} as\n{in_postgresql(parts.loaded_tables())};\n"


def _derived(policy: Policy) -> Iterator[str]:
    rows = parts.calendar(policy)
    if rows:
        yield "insert into fiscal_periods values\n" + ",\n".join(rows) + ";\n"
    for name, query in parts.marts(policy).items():
        yield f"create materialized view {name} as\n{in_postgresql(query)};\n"
    yield "create index on account_weeks (week_on, account_id);\n"


def _compared_by_byte(ddl: str) -> str:
    """Texts sort by their bytes, as in the other warehouses, whatever the database's own order."""
    return re.sub(r"\b(VARCHAR|TEXT)\b", r'\1 COLLATE "C"', ddl)


def _without_comments(ddl: str) -> str:
    return "\n".join(line.split(" -- ")[0] for line in ddl.splitlines() if line[:2] != "--")
