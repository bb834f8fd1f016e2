"""The scripts for administrators: what the code says, and derived tables as a build has them."""

import duckdb
import pytest
import sqlglot
from click.testing import CliRunner
from sqlglot import exp

from dashboard.commands.set_up import set_up_command
from dashboard.contract import SQL_ROOT
from dashboard.policy import Policy
from dashboard.warehouse.build import MARTS
from dashboard.warehouse.setting_up import parts, snowflake

FILES = {
    "snowflake/set_up.sql": ["snowflake"],
    "snowflake/after_load.sql": ["snowflake", "--after-load"],
    "postgresql/set_up.sql": ["postgresql"],
}
FISCAL = Policy(fiscal_year_starts_in=2)
UNPARSED = (
    "alter dynamic table",
    "alter warehouse",
    "create resource",
    "create role",
    "create user",
    "grant",
)
"""Statements of an administrator that sqlglot takes as they are."""


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_what_the_command_prints(file, monkeypatch, tmp_path):
    monkeypatch.setenv("CS_DASHBOARD_SETTINGS", str(tmp_path / "none.toml"))
    printed = CliRunner().invoke(set_up_command, FILES[file])
    assert printed.exit_code == 0, printed.output
    assert printed.output == (SQL_ROOT / file).read_text(encoding="utf-8"), (
        f"run `python -m dashboard set-up {' '.join(FILES[file])} > sql/{file}`"
    )


def test_every_statement_for_snowflake_is_one_of_its_dialect(caplog):
    script = snowflake.set_up(FISCAL, lag="30 minutes") + snowflake.after_load(Policy())
    for statement in sqlglot.parse(script, read="snowflake"):
        if isinstance(statement, exp.Command):
            assert statement.sql().lower().startswith(UNPARSED)
    assert script.count("target_lag = '30 minutes'") == len(MARTS)
    assert "'FY27 Q1'" in script


def test_derived_tables_are_those_that_the_build_makes(company):
    """Queries with the policy written into them, against the tables of a build that bound it."""
    with duckdb.connect(str(company), read_only=True) as connection:
        for name, query in parts.marts(Policy()).items():
            for one, other in ((query, f"from {name}"), (f"from {name}", query)):
                more = connection.execute(f"({one}) except all ({other})").fetchall()
                assert not more, name


def test_what_was_loaded_is_counted_as_the_build_counts_it(company):
    with duckdb.connect(str(company), read_only=True) as connection:
        counted = connection.execute(f"{parts.loaded_tables()} order by 1").fetchall()
        assert counted == connection.execute("from loaded_tables order by 1").fetchall()


def test_a_lag_is_a_time():
    refused = CliRunner().invoke(set_up_command, ["snowflake", "--lag", "'; drop table accounts"])
    assert refused.exit_code == 2
