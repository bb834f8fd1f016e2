"""What the set-up script leaves in PostgreSQL."""

import duckdb
import sqlalchemy as sa

from dashboard.warehouse.setting_up import parts
from tests.asked_alike import AS_OF
from tests.postgresql.conftest import NAME


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
