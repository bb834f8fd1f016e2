from datetime import date
from decimal import Decimal

import polars as pl
from polars.testing import assert_frame_equal

from dashboard import contract
from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import data
from tests.factories import (
    AS_OF,
    account,
    answer,
    cells,
    member,
    moment,
    note,
    opportunity,
    renewal,
    subscription,
    was,
)

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


def test_broken_rows_are_listed_the_largest_first_and_counted_beyond_the_limit(warehouse_of):
    def broken(key: str, arr: int | None, account_id: str | None = "a1") -> dict[str, object]:
        named = {"row_key": key, "account_id": account_id, "column_name": "closed_on"}
        return {"table_name": "renewals", "rule": "without date", "arr": arr} | named

    warehouse = warehouse_of(
        accounts=[account(account_name="Acme")],
        broken_rules=[broken("r1", 1), broken("r2", 2), broken("r3", None, None)],
    )

    listed = data.broken_rows(warehouse, EVERYTHING, TODAY, most=2)

    assert cells(listed, "row_key", "account_name", "arr", "broken_rows") == [
        ("r2", "Acme", Decimal(2), 3),
        ("r1", "Acme", Decimal(1), 3),
    ]
    everything = data.broken_rows(warehouse, EVERYTHING, TODAY)
    assert cells(everything, "row_key", "account_name")[-1] == ("r3", None)
    assert data.broken_rows(warehouse, Scope(member_ids=("m1",)), TODAY).is_empty()


def test_refused_rows_are_listed_with_file_line_and_value(warehouse_of):
    warehouse = warehouse_of(
        quarantine=[
            refused("a.csv", 2, "range", column_name="score", value="101"),
            refused("a.csv", 9, "key", row_key="x", arr=Decimal(5)),
        ]
    )

    listed = data.refused_rows(warehouse, EVERYTHING, TODAY, most=1)

    assert listed.rows() == [("accounts", "a.csv", 9, "x", None, "key", None, Decimal(5), 2)]
    everything = data.refused_rows(warehouse, EVERYTHING, TODAY)
    assert cells(everything, "row_number", "value") == [(9, None), (2, "101")]
    assert data.refused_rows(warehouse, Scope(member_ids=("m1",)), TODAY).is_empty()


def test_a_word_that_nothing_knows_is_listed_with_what_bears_it(warehouse_of):
    warehouse = warehouse_of(
        accounts=[
            account("a1", lifecycle_stage="Adoption", segment="Enterprise"),
            account("a2", lifecycle_stage="Dormant", segment="Start-up"),
        ],
        subscriptions=[
            subscription(100, subscription_id="s1", account_id="a1"),
            subscription(40, subscription_id="s2", account_id="a2"),
        ],
        opportunities=[
            opportunity("o1", account_id="a1", stage="contract-sent", amount=10),
            opportunity("o2", account_id="a1", stage="Legal", amount=None),
            opportunity("o3", account_id="a2", stage="Legal", amount=7),
            opportunity("o4", account_id="a2", stage="Legal", amount=9, closed_on=AS_OF),
        ],
        renewals=[
            renewal("r1", account_id="a1", forecast_category="at_risk", arr_due=5),
            renewal("r2", account_id="a1", forecast_category="Upside", arr_due=6),
        ],
        risks=[
            {
                "risk_id": f"k{number}",
                "account_id": "a2",
                "category": category,
                "source": "manual",
                "opened_on": date(2026, 9, 1),
                "resolved_on": resolved_on,
            }
            for number, (category, resolved_on) in enumerate(
                [("External", None), ("Weather", None), ("Weather", AS_OF)]
            )
        ],
    )

    expected = [
        ("accounts", "lifecycle_stage", "Dormant", 1, 1, Decimal(40), 0),
        ("accounts", "segment", "Start-up", 1, 1, Decimal(40), 0),
        ("opportunities", "stage", "Legal", 2, 2, Decimal(7), 1),
        ("renewals", "forecast_category", "Upside", 1, 1, Decimal(6), 0),
        ("risks", "category", "Weather", 1, 1, Decimal(40), 0),
    ]
    assert_frame_equal(
        data.unmapped_values(warehouse, EVERYTHING, TODAY),
        pl.DataFrame(expected, data.UNMAPPED_VALUES, orient="row"),
    )
    assert data.unmapped_values(warehouse, Scope(), TODAY).is_empty()


def test_a_company_without_coverage_bands_knows_no_segment(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(coverage_bands={}),
        accounts=[account(segment="Enterprise")],
        subscriptions=[subscription(100)],
    )

    unmapped = data.unmapped_values(warehouse, EVERYTHING, TODAY)

    assert cells(unmapped, "column_name", "value") == [("segment", "Enterprise")]
