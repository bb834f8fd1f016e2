"""The scripts that make a Snowflake account ready for the app, and follow every load.

    python -m dashboard set-up snowflake > sql/snowflake/set_up.sql
    python -m dashboard set-up snowflake --after-load > sql/snowflake/after_load.sql

A test fails where the files are not what this module says for the default policy.
"""

import re
from collections.abc import Iterator
from typing import Final

from dashboard import contract
from dashboard.policy import Policy
from dashboard.warehouse.build import MARTS
from dashboard.warehouse.row_access import OWNER
from dashboard.warehouse.setting_up import parts

READER: Final = "CS_DASHBOARD_READER"
USER: Final = "CS_DASHBOARD"
WAREHOUSE: Final = "CS_DASHBOARD_WH"
LOADER: Final = "CS_DASHBOARD_LOAD_WH"
MONITOR: Final = "CS_DASHBOARD_MONITOR"
DATABASE: Final = "CUSTOMER_SUCCESS"
SCHEMA: Final = "MART"
SUSPEND_AFTER: Final = 60
"""Seconds without a query after which the app's virtual warehouse stops costing anything."""
LAG: Final = "1 hour"

_HEAD: Final = f"""\
-- Roles, a user, two virtual warehouses, tables and derived tables for the dashboard. Written by
--     python -m dashboard set-up snowflake
-- from sql/contract, sql/marts and the policy of the settings: change those, not this file.
-- Run it once, from top to bottom; what stands in angle brackets is yours. See docs/snowflake.md.

use role useradmin;
create role if not exists {OWNER};
create role if not exists {READER};
create user if not exists {USER}
    type = service
    default_role = {READER}
    default_warehouse = {WAREHOUSE}
    rsa_public_key = '<the public key, on one line>';
grant role {READER} to user {USER};
grant role {OWNER} to role sysadmin;

use role sysadmin;
create warehouse if not exists {WAREHOUSE}
    warehouse_size = xsmall
    auto_suspend = {SUSPEND_AFTER}
    auto_resume = true
    initially_suspended = true
    statement_timeout_in_seconds = 20
    statement_queued_timeout_in_seconds = 20;
create warehouse if not exists {LOADER}
    warehouse_size = xsmall
    auto_suspend = {SUSPEND_AFTER}
    auto_resume = true
    initially_suspended = true;
create database if not exists {DATABASE};
create schema if not exists {DATABASE}.{SCHEMA};
grant usage on warehouse {WAREHOUSE} to role {READER};
grant usage on warehouse {LOADER} to role {OWNER};
grant usage on database {DATABASE} to role {OWNER};
grant usage on database {DATABASE} to role {READER};
grant ownership on schema {DATABASE}.{SCHEMA} to role {OWNER} copy current grants;

use role accountadmin;
create resource monitor if not exists {MONITOR} with
    credit_quota = 30
    frequency = monthly
    start_timestamp = immediately
    triggers
        on 75 percent do notify
        on 100 percent do suspend;
alter warehouse {WAREHOUSE} set resource_monitor = {MONITOR};
alter warehouse {LOADER} set resource_monitor = {MONITOR};

use role {OWNER};
use warehouse {LOADER};
use schema {DATABASE}.{SCHEMA};

-- The company's tables, empty. Where the data lie in tables of yours, put a view in the place of a
-- table, with the same columns in the same types, such as
--     create or replace view products as
--     select cast(sku as varchar) as product_id, ... from <your table>;
"""

_GRANTS: Final = f"""\
grant usage on schema {DATABASE}.{SCHEMA} to role {READER};
grant select on all tables in schema {DATABASE}.{SCHEMA} to role {READER};
grant select on future tables in schema {DATABASE}.{SCHEMA} to role {READER};
grant select on all views in schema {DATABASE}.{SCHEMA} to role {READER};
grant select on future views in schema {DATABASE}.{SCHEMA} to role {READER};
grant select on all dynamic tables in schema {DATABASE}.{SCHEMA} to role {READER};
grant select on future dynamic tables in schema {DATABASE}.{SCHEMA} to role {READER};

-- Who sees which rows, decided by Snowflake once more: row_access.sql. Its six tables are not for
-- the app: behind it, run
--     revoke select on table access_viewers from role {READER};
-- and the same for access_books, access_accounts, access_people, access_renewals and
-- access_opportunities.
"""


def set_up(policy: Policy, lag: str = LAG) -> str:
    """The whole script; derived tables follow the data by themselves within ``lag``."""
    return "\n".join([_HEAD, *_tables(), *_derived(policy, lag), _follow(policy), _GRANTS])


def after_load(policy: Policy) -> str:
    """What belongs behind every load, as a script of its own."""
    return "\n".join(
        [
            "-- Behind every load. Written by `python -m dashboard set-up snowflake --after-load`.",
            "-- Run it as the tables' owner: the derived tables follow, then the app is told.",
            "",
            _follow(policy),
        ]
    )


def _follow(policy: Policy) -> str:
    """The manifest up to the derived tables, these, and then the version that empties the cache."""
    told = parts.quoted(policy.model_dump_json().replace("\\", "\\\\"))
    refreshed = "\n".join(f"alter dynamic table {name} refresh;" for name in MARTS)
    return f"""\
delete from manifest where entry in ('as_of', 'loaded_at', 'policy');
insert into manifest (entry, value)
select 'as_of', cast(current_date() as varchar)
union all
select 'loaded_at', to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS') || '+00:00'
union all
select 'policy', '{told}';
{refreshed}
delete from manifest where entry in ('version', 'derived_at');
insert into manifest (entry, value)
select 'version', uuid_string()
union all
select 'derived_at', to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS') || '+00:00';
"""


def _tables() -> Iterator[str]:
    for table in contract.tables().values():
        yield _kept(table.ddl)
    for statement in parts.own_tables():
        yield f"{_kept(statement)};\n"
    query = parts.loaded_tables()
    yield f"create or replace view {parts.COUNTED} as\n{query};\n"


def _kept(ddl: str) -> str:
    return ddl.replace("create table ", "create table if not exists ")


def _derived(policy: Policy, lag: str) -> Iterator[str]:
    rows = parts.calendar(policy)
    if rows:
        yield "insert into fiscal_periods values\n" + ",\n".join(rows) + ";\n"
    for name, query in parts.marts(policy).items():
        # In what order rows lie is Snowflake's own affair.
        unordered = re.sub(r"\norder by [^()]*\Z", "", query)
        yield (
            f"create or replace dynamic table {name}\n"
            f"    target_lag = '{lag}'\n"
            f"    warehouse = {LOADER}\n"
            f"    refresh_mode = full\n"
            f"as\n{unordered};\n"
        )
