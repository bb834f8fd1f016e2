from datetime import date
from decimal import Decimal

import polars as pl
from polars.testing import assert_frame_equal

from dashboard import contract
from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import data
from tests.factories import AS_OF, account, answer, cells, member, moment, note, renewal, was

TODAY = Filters(as_of=AS_OF)


def refused(file: str, row_number: int, rule: str, **fields: object) -> dict[str, object]:
    return {"table_name": "accounts", "file": file, "row_number": row_number, "rule": rule} | fields


def test_tables_lists_the_whole_contract_with_rows_and_the_freshest_day(warehouse_of):
    warehouse = warehouse_of(
        loaded=["renewals"],
        accounts=[account(churned_on=date(2026, 10, 20))],
        account_history=[was("segment", "x", date(2026, 1, 1), date(2027, 1, 1))],
        timeline_entries=[note("x", moment(2026, 10, 30, 23)), note("y", moment(2026, 1, 1))],
        quarantine=[
            refused("a.csv", 2, "key"),
            refused("a.csv", 2, "required"),
            refused("b.csv", 2, "key"),
        ],
    )

    tables = data.tables(warehouse, Scope(), TODAY)

    assert tables["table_name"].to_list() == sorted(contract.tables())
    told = {row["table_name"]: row for row in tables.iter_rows(named=True)}
    assert told["accounts"] == {
        "table_name": "accounts",
        "is_loaded": True,
        "loaded_rows": 1,
        "quarantined_rows": 2,
        "freshest_on": date(2026, 10, 20),
    }
    assert told["account_history"]["freshest_on"] == date(2026, 1, 1)
    assert told["timeline_entries"]["freshest_on"] == date(2026, 10, 30)
    assert tuple(told["renewals"].values()) == ("renewals", True, 0, 0, None)
    assert tuple(told["products"].values()) == ("products", False, 0, 0, None)
    assert "fiscal_periods" in told


def test_a_date_ahead_by_its_nature_says_nothing_about_freshness(warehouse_of):
    warehouse = warehouse_of(
        renewals=[renewal(due_on=date(2030, 1, 1), closed_on=date(2026, 1, 1))],
        survey_responses=[answer(5, sent_on=date(2026, 3, 1), responded_on=None)],
        team_members=[member()],
    )

    freshest = dict(cells(data.tables(warehouse, EVERYTHING, TODAY), "table_name", "freshest_on"))

    assert freshest["renewals"] == date(2026, 1, 1)
    assert freshest["survey_responses"] == date(2026, 3, 1)
    assert freshest["team_members"] is None


def test_quarantine_counts_refused_rows_by_column_and_rule(warehouse_of):
    warehouse = warehouse_of(
        quarantine=[
            refused("a.csv", 2, "at least 0", column_name="arr_due", arr=Decimal("1.50")),
            refused("a.csv", 3, "at least 0", column_name="arr_due", arr=Decimal(2)),
            refused("a.csv", 4, "key"),
        ]
    )

    expected = [
        ("accounts", "arr_due", "at least 0", 2, Decimal("3.50")),
        ("accounts", None, "key", 1, None),
    ]
    assert_frame_equal(
        data.quarantine(warehouse, EVERYTHING, TODAY),
        pl.DataFrame(expected, data.QUARANTINE, orient="row"),
    )
    assert data.quarantine(warehouse, Scope(member_ids=("m1",)), TODAY).is_empty()


def test_broken_rules_count_rows_and_accounts_by_table_and_rule(warehouse_of):
    def broken(rule: str, account_id: str | None, arr: int | None) -> dict[str, object]:
        return {"table_name": "renewals", "rule": rule, "account_id": account_id, "arr": arr}

    warehouse = warehouse_of(
        broken_rules=[
            broken("without date", "a1", 1),
            broken("without date", "a1", 2),
            broken("without date", None, None),
            broken("churned with ARR", None, None),
        ]
    )

    expected = [
        ("renewals", "churned with ARR", 1, 0, None),
        ("renewals", "without date", 3, 1, Decimal(3)),
    ]
    assert_frame_equal(
        data.broken_rules(warehouse, EVERYTHING, TODAY),
        pl.DataFrame(expected, data.BROKEN_RULES, orient="row"),
    )
    assert data.broken_rules(warehouse, Scope(member_ids=("m1",)), TODAY).is_empty()
