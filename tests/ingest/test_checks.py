"""The rules of ``sql/checks`` as files, and what they say of accounts drawn by hand."""

import re
from datetime import date
from decimal import Decimal

import duckdb
import pytest
import sqlglot

from dashboard import contract
from dashboard.contract import SQL_ROOT
from dashboard.ingest import checks, report
from dashboard.ingest.report import Violation, violations_as_text
from dashboard.policy import Policy
from dashboard.warehouse import sql

CHECKS = sorted(path.stem for path in (SQL_ROOT / "checks").glob("*.sql"))
COLUMNS = ["table_name", "row_key", "account_id", "column_name", "rule", "value", "arr"]
# Missing in one of the two engines, or another thing there.
BANNED = re.compile(
    r"\b(dateadd|iff|nvl|div0|to_char|filter|generate_series|string_agg|listagg|asof|pivot"
    r"|greatest|least)\b"
)


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        for table in contract.tables().values():
            connection.execute(table.ddl)
        yield connection


def asked(warehouse, name):
    return warehouse.execute(*checks.asked(name, policy=Policy(), as_of=date(2026, 1, 1)))


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_says_what_a_broken_row_is_and_reads_in_both_engines(name, warehouse):
    question = sql.read(f"checks/{name}")
    source = (SQL_ROOT / "checks" / f"{name}.sql").read_text()
    assert re.search(r", one row per [a-z ]+\.$", question.grain)
    assert source.splitlines()[1].startswith("-- Params: ")
    assert question.placeholders <= {"as_of", "reporting_currency"}
    assert not BANNED.search(question.text)
    text = re.sub(r":\w+", "null", question.text)
    for dialect in ("snowflake", "duckdb"):
        [statement] = sqlglot.parse(text, dialect=dialect)
        assert statement.named_selects == COLUMNS
    assert [column[0] for column in asked(warehouse, name).description] == COLUMNS
    assert f"'{name}' as rule" in source
    assert "decimal(18, 2)) as arr" in source


def test_every_check_is_either_of_one_row_or_across_rows():
    assert sorted([*checks.OF_ONE_ROW, *checks.across_rows()]) == CHECKS


def story(warehouse, *movements, currency="USD"):
    """Movements of one account, each (day, kind, amount); they are recorded in this order."""
    warehouse.execute(
        "insert into accounts (account_id, account_name, segment, lifecycle_stage, customer_since,"
        " currency) values ('a', 'A', 's', 'l', '2024-01-01', ?)",
        [currency],
    )
    for number, (day, kind, amount, *own) in enumerate(movements):
        warehouse.execute(
            "insert into arr_movements (movement_id, account_id, effective_on, recorded_at,"
            " movement, amount, currency) values (?, 'a', ?, '2025-12-31 00:00:00', ?, ?, ?)",
            [f"v{number}", f"2024-{day}", kind, amount, own[0] if own else None],
        )


@pytest.mark.parametrize(
    ("movements", "broken"),
    [
        ([("01-01", "new", 100), ("02-01", "churn", -100), ("03-01", "reactivation", 50)], {}),
        # Leaving and coming back within a day is no churn.
        ([("01-01", "new", 100), ("02-01", "churn", -100), ("02-01", "new", 120)], {}),
        # A swap of products that passes below zero on the way.
        ([("01-01", "new", 100), ("02-01", "churn", -180), ("02-01", "expansion", 90)], {}),
        ([("01-01", "new", 100), ("01-01", "contraction", -40), ("02-01", "churn", -60)], {}),
        ([("01-01", "contraction", -40), ("01-01", "new", 100)], {}),
        # A trial is no customer, and a price change of nothing no movement.
        ([("01-01", "expansion", 0), ("02-01", "new", 10), ("03-01", "contraction", 0)], {}),
        # Came and went in a day: whether it was a customer is open.
        ([("01-01", "new", 9), ("01-01", "churn", -9), ("03-01", "reactivation", 5)], {}),
        ([("01-01", "new", 9), ("01-01", "churn", -9), ("03-01", "new", 5)], {}),
        (
            [("01-01", "new", 9), ("01-01", "churn", -9), ("03-01", "expansion", 5)],
            {"movements_start_with_new": ["v2"]},
        ),
        ([("01-01", "reactivation", 100)], {"movements_start_with_new": ["v0"]}),
        (
            [("01-01", "new", 100), ("02-01", "churn", -100), ("03-01", "new", 50)],
            {"return_only_with_reactivation": ["v2"]},
        ),
        (
            [("01-01", "new", 100), ("02-01", "contraction", -100)],
            {"reach_zero_only_with_churn": ["v1"]},
        ),
        # Only where it crosses zero, not on each day after.
        (
            [("01-01", "new", 100), ("02-01", "churn", -150), ("03-01", "contraction", -1)],
            {"movements_run_below_zero": ["v1"]},
        ),
    ],
)
def test_movements_are_judged_by_the_end_of_the_day(movements, broken, warehouse):
    story(warehouse, *movements)
    found = {
        name: [row[1] for row in asked(warehouse, name).fetchall()] for name in checks.across_rows()
    }
    assert {name: rows for name, rows in found.items() if rows} == broken


def test_movements_in_two_currencies_are_summed_at_one_set_of_rates(warehouse):
    warehouse.execute(
        "insert into fx_rates values ('EUR', '2020-01-01', 2), ('EUR', '2030-01-01', 9)"
    )
    story(
        warehouse,
        ("01-01", "new", 100, "EUR"),
        ("02-01", "contraction", -150, "USD"),
        ("03-01", "churn", -50, "USD"),
    )
    for name in checks.across_rows():
        assert asked(warehouse, name).fetchall() == []


@pytest.mark.parametrize(
    ("arr", "ends_on", "values"),
    [
        (100, None, []),
        (101, None, []),
        ("101.01", None, [Decimal("1.01")]),
        (100, "2024-03-01", [Decimal("100.00")]),
        (100, "2026-03-01", []),
        # A term that is followed by another is no change.
        (100, "2024-02-01", []),
    ],
)
def test_arr_by_movements_is_compared_up_to_the_last_day_recorded(arr, ends_on, values, warehouse):
    story(warehouse, ("01-01", "new", 100))
    warehouse.execute(
        "insert into arr_movements (movement_id, account_id, effective_on, recorded_at, movement,"
        " amount) values ('later', 'b', '2025-06-01', '2025-06-01 00:00:00', 'new', 1)"
    )
    insert = (
        "insert into subscriptions (subscription_id, account_id, starts_on, ends_on, arr)"
        " values (?, ?, ?, ?, ?)"
    )
    warehouse.execute(insert, ["s", "a", "2024-01-01", ends_on, arr])
    warehouse.execute(insert, ["empty", "a", "2024-01-05", "2024-01-05", 77])
    warehouse.execute(insert, ["b", "b", "2025-06-01", None, 1])
    if ends_on == "2024-02-01":
        warehouse.execute(insert, ["next", "a", ends_on, None, arr])
    found = asked(warehouse, "arr_differs_from_subscriptions").fetchall()
    assert [row[-1] for row in found] == values


def test_an_account_without_any_movement_differs_from_its_subscriptions(warehouse):
    story(warehouse, ("01-01", "new", 100))
    for key in ("a", "b"):
        warehouse.execute(
            "insert into subscriptions (subscription_id, account_id, starts_on, arr)"
            f" values ('s{key}', '{key}', '2024-01-01', 100)"
        )
    [row] = asked(warehouse, "arr_differs_from_subscriptions").fetchall()
    assert row[:3] == ("subscriptions", "sb", "b")


def violation(number, rule="range", arr=None):
    return Violation("t", "t.csv", number, f"k{number}", "c", rule, "v", "a", arr)


def test_text_names_twenty_rows_a_rule_and_counts_the_rest():
    text = violations_as_text(
        [*(violation(number, arr=Decimal("1.50")) for number in range(2, 47)), violation(2, "odd")]
    )
    assert "range: the number is out of range (45 rows, ARR 67.50)" in text
    assert len(re.findall(r"t\.csv", text)) == report.SHOWN_PER_RULE + 1
    assert "and 25 more" in text
    assert "odd: odd (1 row, ARR unknown)" in text


def test_no_violation_is_said_in_words():
    assert violations_as_text([]) == "Every rule is kept."
