"""The same seed, date and size give the same company; another seed gives another."""

from datetime import date

import duckdb
import pytest

from dashboard import contract
from dashboard.demo import build_demo, company
from dashboard.policy import Policy

AS_OF = date(2026, 6, 30)


def built(path, **options):
    build_demo(path, policy=Policy(), as_of=AS_OF, **options)
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            table: connection.execute(
                f"select count(*), sum(hash(columns(*)::varchar)::hugeint) from"
                f" (select {table}::varchar as row from {table})"
            ).fetchall()
            for table in contract.tables()
        }


def test_the_same_inputs_give_the_same_rows_in_every_table(tmp_path):
    one = built(tmp_path / "one.duckdb", seed=5, accounts=60, years=2)
    two = built(tmp_path / "two.duckdb", seed=5, accounts=60, years=2)
    assert one == two


def test_another_seed_gives_other_rows_in_every_table_that_is_drawn(tmp_path):
    one = built(tmp_path / "one.duckdb", seed=5, accounts=60, years=2)
    two = built(tmp_path / "two.duckdb", seed=6, accounts=60, years=2)
    same = {table for table in one if one[table] == two[table]}
    assert same <= {"products", "targets", "fiscal_periods"}


@pytest.mark.parametrize(("accounts", "years"), [(1, 1), (3, 1), (20, 1), (60, 5)])
def test_a_company_may_be_small_or_old(tmp_path, accounts, years):
    rows = built(tmp_path / "small.duckdb", accounts=accounts, years=years)
    assert rows["accounts"][0][0] == accounts


def test_accounts_of_several_batches_keep_one_order_and_one_northwind(tmp_path, monkeypatch):
    monkeypatch.setattr(company, "ACCOUNTS_PER_BATCH", 25)
    path = tmp_path / "batches.duckdb"
    rows = built(path, accounts=110, years=1)
    assert rows["accounts"][0][0] == 110
    with duckdb.connect(str(path), read_only=True) as connection:
        ((names, ids),) = connection.execute(
            "select count(*) filter (where account_name = 'Northwind Logistics'),"
            " bool_and(regexp_matches(account_id, '^A[0-9]{6}$')) from accounts"
        ).fetchall()
        assert (names, ids) == (1, True)
        assert (
            connection.execute(
                "select account_id from accounts except select account_id from subscriptions"
            ).fetchall()
            == []
        )


def test_the_manifest_says_what_the_company_was_made_from(tmp_path):
    path = tmp_path / "demo.duckdb"
    built(path, seed=5, accounts=20, years=1)
    with duckdb.connect(str(path), read_only=True) as connection:
        manifest = dict(connection.execute("select entry, value from manifest").fetchall())
    assert (manifest["seed"], manifest["accounts"], manifest["years"]) == ("5", "20", "1")
    assert manifest["origin"] == "demo"
    assert manifest["as_of"] == AS_OF.isoformat()


def test_progress_names_every_batch(tmp_path):
    said = []
    build_demo(
        tmp_path / "demo.duckdb",
        policy=Policy(),
        as_of=AS_OF,
        accounts=20,
        years=1,
        progress=said.append,
    )
    assert "20 of 20 accounts" in said


def test_a_company_without_accounts_is_refused(tmp_path):
    with pytest.raises(ValueError, match="0 accounts"):
        build_demo(tmp_path / "demo.duckdb", policy=Policy(), as_of=AS_OF, accounts=0)
