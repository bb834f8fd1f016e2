"""The policies for Snowflake decide as the app does, for every viewer and row of random companies.

What is run here are the very statements of ``sql/snowflake/row_access.sql``, in DuckDB's words:
the policy's condition stands where Snowflake would put it. That Snowflake applies a policy to every
query of a table is documented by Snowflake, and not tried here.
"""

import re
from collections import Counter

import duckdb
import pytest
import sqlfluff
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from dashboard import contract
from dashboard.access import OPERATOR, SERVICE
from dashboard.contract import SQL_ROOT
from dashboard.warehouse import row_access
from dashboard.warehouse.row_access import VIEWER, guarded, policies, statements
from tests.access.test_rule import (
    AS_OF,
    Company,
    addressed,
    awkward,
    companies,
    ruled_accounts,
    ruled_ratings,
)
from tests.conftest import fill
from tests.factories import rating

FILE = SQL_ROOT / "snowflake" / "row_access.sql"
POLICY_ADDED = re.compile(r"alter table \w+ add row access policy \w+ on \(\w+\)")


def in_duckdb(statement: str | exp.Expression, *, role: str = "CS_DASHBOARD_READER") -> str:
    """A statement of Snowflake as DuckDB takes it, on the as-of date of the tests."""
    text = statement if isinstance(statement, str) else statement.sql("snowflake")
    text = text.replace("current_role()", f"'{role}'")
    text = text.replace("current_date()", f"date '{AS_OF}'").replace(
        "CURRENT_DATE", f"DATE '{AS_OF}'"
    )
    return sqlglot.transpile(text, read="snowflake", write="duckdb")[0]


def parts() -> list[str]:
    """Every statement of the file."""
    body = "\n".join(each for each in statements().splitlines() if not each.startswith("--"))
    return [each.strip() for each in body.split(";") if each.strip()]


def decided(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of the mapping, filled as after a load."""
    for statement in parts():
        if statement.startswith("create table"):
            connection.execute(in_duckdb(statement.replace(" if not exists", "")))
        elif statement.startswith("insert overwrite into"):
            target, _, query = statement.removeprefix("insert overwrite into ").partition("\n")
            connection.execute(f"insert into {target} {in_duckdb(query)}")


def opened(company: Company) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for table in contract.tables().values():
        connection.execute(table.ddl)
    rows = company.tables | {
        "talent_reviews": [rating(each, "meets_all", "low") for each in company.rated],
        "renewals": [
            {
                "renewal_id": f"r {each['account_id']}",
                "account_id": each["account_id"],
                "due_on": AS_OF,
                "arr_due": 1,
                "status": "open",
            }
            for each in company.accounts
        ],
        "forecast_calls": [
            {
                "call_id": f"c {each['account_id']}",
                "renewal_id": f"r {each['account_id']}",
                "called_by": "p0",
                "called_at": AS_OF,
                "source": "csm",
            }
            for each in company.accounts
        ],
    }
    for table, given_rows in rows.items():
        if given_rows:
            fill(connection, table, given_rows)
    decided(connection)
    return connection


def seen(connection, viewer: str | None, table: str, column: str) -> set[str]:
    """What a viewer gets of a table: the rows for which the table's policy says true."""
    ((name, looked_at),) = {(policy, on) for each, policy, on in guarded() if each == table}
    policy = policies()[name]
    condition = in_duckdb(f"select {policy.condition}").removeprefix("SELECT ")
    condition = condition.replace(policy.argument, f"{table}.{looked_at}")
    connection.execute("reset variable " + VIEWER)
    if viewer is not None:
        connection.execute(f"set variable {VIEWER} = ?", [viewer])
    rows = connection.execute(f"select {column} from {table} where {condition}").fetchall()
    return {row[0] for row in rows}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(companies(), st.just(awkward())))
def test_a_policy_lets_through_what_the_rule_lets_through(company):
    connection = opened(company)
    everybody = {person["email"].lower() for person in company.people}
    for email in sorted(everybody | {"no@example.com", "", "operator'--"}):
        who = addressed(company, email)
        accounts = ruled_accounts(company, who) if who else set()
        rated = ruled_ratings(company, who, talent_is_on=True) if who else set()

        assert seen(connection, email, "accounts", "account_id") == accounts
        assert seen(connection, email, "talent_reviews", "member_id") == rated
        calls = seen(connection, email, "forecast_calls", "call_id")
        assert calls == {f"c {each}" for each in accounts}


def test_who_is_not_named_sees_nothing_and_the_operator_everything():
    connection = opened(awkward())
    connection.execute(
        "insert into opportunities by name select 'o1' as opportunity_id, 'a0' as "
        "account_id, 'upsell' as kind, 'Open' as stage, 'commit' as forecast_category"
    )
    connection.execute(
        "insert into targets by name select current_date as period_start_on, "
        "current_date as period_end_on, 'nrr' as metric, 1 as value"
    )

    for table, column in (
        ("accounts", "account_id"),
        ("talent_reviews", "member_id"),
        ("opportunities", "opportunity_id"),
        ("targets", "metric"),
        ("renewals", "renewal_id"),
    ):
        assert seen(connection, OPERATOR, table, column)
        for nobody in (None, "", SERVICE, "%", "nobody@example.com"):
            assert not seen(connection, nobody, table, column), (table, nobody)


def test_an_opportunity_without_an_account_is_its_csms():
    connection = opened(awkward())
    for number, (account_id, csm_id) in enumerate([(None, "p3"), (None, None), ("a7", "p3")]):
        fill(
            connection,
            "opportunities",
            [
                {
                    "opportunity_id": f"o{number}",
                    "account_id": account_id,
                    "csm_id": csm_id,
                    "kind": "upsell",
                    "stage": "Open",
                    "forecast_category": "commit",
                }
            ],
        )
    for table in (
        "access_viewers",
        "access_books",
        "access_accounts",
        "access_people",
        "access_renewals",
        "access_opportunities",
    ):
        connection.execute(f"drop table {table}")
    decided(connection)

    told = {
        each: seen(connection, f"{each}@example.com", "opportunities", "opportunity_id")
        for each in ("p1", "p3", "p4")
    }

    assert told == {"p1": {"o0"}, "p3": {"o0"}, "p4": {"o2"}}
    assert seen(connection, "cco@example.com", "opportunities", "opportunity_id") == {
        "o0",
        "o1",
        "o2",
    }


def test_the_file_is_what_the_rule_says_now():
    assert FILE.read_text(encoding="utf-8") == statements()


def test_another_rule_makes_another_file(monkeypatch):
    scope_of = row_access.scope_of

    def everything_for_csms(viewer, team, *, talent):
        return scope_of(viewer, team, talent=talent) if viewer.role != "csm" else ALL

    monkeypatch.setattr(row_access, "scope_of", everything_for_csms)

    assert "role in ('executive', 'finance', 'csm')" in statements()
    assert statements() != FILE.read_text(encoding="utf-8")


ALL = row_access.Scope(all_accounts=True)


def test_every_table_with_an_account_or_a_rating_has_a_policy(demo_file):
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
    telling = {
        table
        for table, column in columns
        if column in {"account_id", "csm_id", "renewal_id", "opportunity_id", "member_id"}
    } - {"team_members"}
    protected = [table for table, *_ in guarded()]

    assert telling <= set(protected)
    assert len(protected) == len(set(protected))
    by_table = Counter(table for table, _ in columns)
    assert set(protected) <= set(by_table)
    for table, policy, column in guarded():
        assert (table, column) in columns
        assert policy in policies()
    own = {"manifest", "loaded_tables", "loaded_files", "weeks", "fx_spans"}
    assert set(by_table) - set(protected) == row_access.FREE | own


@pytest.mark.parametrize("name", policies())
def test_the_role_that_derives_tables_reads_every_row_and_no_other_role_does(name):
    """Dynamic tables are refreshed by their owner, in a session that names no viewer."""
    condition = policies()[name].condition.split("\n    or ")[0]

    def held(role: str) -> object:
        return duckdb.execute(f"select {in_duckdb(condition, role=role)}").fetchone()

    assert held(row_access.OWNER) == (True,)
    assert held("CS_DASHBOARD_READER") == (False,)


def test_the_whole_file_is_snowflakes_by_sqlfluff():
    """It knows policies; sqlglot takes the words for a property of a table."""
    sqlfluff.parse(statements(), dialect="snowflake")
    with pytest.raises(sqlfluff.api.APIParsingError):
        sqlfluff.parse(statements().replace("returns boolean", "returning"), dialect="snowflake")


@pytest.mark.parametrize("statement", parts(), ids=lambda each: " ".join(each.split()[:8]))
def test_each_statement_is_one_of_snowflake_by_sqlglot(statement):
    if statement.startswith("alter table"):
        assert POLICY_ADDED.fullmatch(statement)
        return
    if statement.startswith("create row access policy"):
        _, _, condition = statement.partition("->")
        assert isinstance(sqlglot.parse_one(condition, read="snowflake"), exp.Or | exp.Exists)
        return
    (parsed,) = sqlglot.parse(statement, read="snowflake")

    assert isinstance(parsed, exp.Create | exp.Insert)
