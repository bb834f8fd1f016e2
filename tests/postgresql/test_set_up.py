"""What the set-up script leaves in PostgreSQL."""

import duckdb
import psycopg
import pytest
import sqlalchemy as sa

from dashboard.policy import Policy
from dashboard.settings import Settings
from dashboard.warehouse.base import UnreachableError
from dashboard.warehouse.readiness import shortcomings
from dashboard.warehouse.setting_up import parts
from dashboard.warehouse.setting_up.postgresql import READER, SCHEMA, set_up
from tests.asked_alike import AS_OF
from tests.postgresql.conftest import NAME, without_password


def test_what_was_loaded_is_counted_as_the_build_counts_it(warehouse, company):
    query = sa.text(f"select * from {parts.COUNTED} order by table_name")
    there = warehouse._run(query, tag="test/own")  # noqa: SLF001
    with duckdb.connect(str(company), read_only=True) as connection:
        here = connection.sql("from loaded_tables order by 1").pl()
    assert there.rows() == here.rows()


def test_the_manifest_tells_when_the_derived_tables_followed(warehouse, postgresql):
    freshness = warehouse.freshness()
    assert freshness.as_of == AS_OF
    assert freshness.origin == "postgresql"
    told = dict(postgresql.run("select entry, value from mart.manifest", database=NAME))
    assert told["derived_at"] == told["loaded_at"]


def told(warehouse, url, settings) -> dict[str, bool]:
    """Sentences of the check, and whether each is serious."""
    known = Settings(warehouse=str(url), postgresql=settings())
    return {each.sentence: each.serious for each in shortcomings(warehouse, known)}


def test_where_everything_is_there_nothing_serious_is_told(warehouse, database, settings):
    assert not any(told(warehouse, database, settings).values())


BROKEN = f"""
alter table {SCHEMA}.targets rename column value to aim;
alter table {SCHEMA}.usage_weekly alter column licensed_seats type varchar;
revoke select on {SCHEMA}.renewals from {READER};
drop materialized view {SCHEMA}.fx_spans;
delete from {SCHEMA}.manifest where entry = 'derived_at';
"""


def test_what_is_missing_is_told_in_words(database, postgresql, opened, settings):
    url = sa.make_url(postgresql.new_database())
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as session:
        session.execute(set_up(Policy()))
        session.execute(BROKEN)
    mine = database.set(database=url.database)

    found = told(opened(mine), mine, settings)

    serious = " ".join(sentence for sentence, is_serious in found.items() if is_serious)
    for words in (
        "Not there, or the role may not read them: renewals.",
        "Derived tables that are not there or may not be read: fx_spans.",
        "targets lacks value.",
        "usage_weekly.licensed_seats is character varying and has to be integer.",
        "The derived tables are older than the data",
        "may not read",
    ):
        assert words in serious


def test_an_owner_who_may_write_is_told(postgresql, settings, opened):
    owner = without_password(postgresql.url.set(database=NAME))
    found = told(opened(owner, password=postgresql.url.password), owner, settings)
    assert any("may do far more than read" in each for each in found)


def test_a_check_of_a_server_that_is_not_there_says_so(opened, database, settings):
    gone = database.set(port=1)
    with pytest.raises(UnreachableError):
        told(opened(gone), gone, settings)
