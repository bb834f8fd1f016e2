"""Each rule of the contract broken once: found, named, kept out, and nothing else with it."""

from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb
import pytest

from dashboard import contract
from dashboard.ingest import check_warehouse
from dashboard.ingest.checks import LEAVE_OUT, across_rows
from dashboard.ingest.report import MEANINGS
from dashboard.policy import Policy
from dashboard.warehouse.base import UnreachableError, WarehouseError
from tests.ingest.company import COMPANY, imported, write_csv

D = Decimal


@dataclass(frozen=True)
class Break:
    """One change of the company and the one violation it must give."""

    said: str
    table: str
    place: int
    change: dict[str, str]
    rule: str
    column: str
    value: str | None
    arr: Decimal | None = None
    added: bool = False
    also: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    without: str = ""
    found_in: str = ""

    def __call__(self, company):
        if self.added:
            company[self.table].append(self.change)
        else:
            company[self.table][self.place] |= self.change
        for table, (place, change) in self.also.items():
            company[table][place] |= change
        company.pop(self.without, None)


BREAKS = [
    Break("a date that is none", "accounts", 0, {"customer_since": "01.02.2024"},
          "unreadable", "customer_since", "01.02.2024", D("1500.50")),
    Break("a day that does not exist", "accounts", 0, {"customer_since": "2025-02-29"},
          "unreadable", "customer_since", "2025-02-29", D("1500.50")),
    Break("a thousand separator", "subscriptions", 0, {"arr": "1,000.00"},
          "unreadable", "arr", "1,000.00", D("1500.50")),
    Break("an underscore in a number", "subscriptions", 0, {"arr": "1_000"},
          "unreadable", "arr", "1_000", D("1500.50")),
    Break("half a seat", "subscriptions", 0, {"licensed_seats": "1.5"},
          "unreadable", "licensed_seats", "1.5", D("1000.00")),
    Break("a boolean in words", "subscriptions", 0, {"auto_renew": "maybe"},
          "unreadable", "auto_renew", "maybe", D("1000.00")),
    Break("a time of day that is none", "arr_movements", 0, {"recorded_at": "2024-01-01T25:00"},
          "unreadable", "recorded_at", "2024-01-01T25:00", D("1000.00")),
    Break("a tenth of a cent", "subscriptions", 0, {"arr": "1000.001"},
          "money_decimals", "arr", "1000.001", D("1000.00")),
    Break("a score that is no number", "health_scores", 0, {"score": "NaN"},
          "not_finite", "score", "NaN", D("1500.50")),
    Break("an infinite amount", "opportunities", 0, {"amount": "-Infinity"},
          "not_finite", "amount", "-Infinity", D("200.00")),
    Break("no name", "accounts", 0, {"account_name": ""},
          "required", "account_name", None, D("1500.50")),
    Break("no amount", "arr_movements", 1, {"amount": ""},
          "required", "amount", None, D("1500.50")),
    Break("an id used twice", "accounts", 1, {"account_id": "a1", "currency": "USD"},
          "key_repeated", "account_id", "a1", D("1500.50"),
          also={"subscriptions": (2, {"account_id": "a1", "arr": "0"}),
                "arr_movements": (2, {"account_id": "a1", "amount": "0"}),
                "renewals": (2, {"account_id": "a1"}),
                "health_scores": (2, {"account_id": "a1"}),
                "survey_responses": (1, {"account_id": "a1"}),
                "opportunities": (0, {"account_id": "a1", "currency": ""})}),
    Break("the same measure twice a day", "health_scores", 1, {"measured_on": "2025-12-01"},
          "key_repeated", "account_id", "a1 | 2025-12-01 | adoption", D("1500.50")),
    Break("a target twice with no scope", "targets", 0,
          {"period_start_on": "2026-01-01", "period_end_on": "2026-04-01", "metric": "nrr",
           "value": "1.1"},
          "key_repeated", "period_start_on", "2026-01-01 | 2026-04-01 | nrr | ", added=True),
    Break("an account that is not there", "health_scores", 0, {"account_id": "a9"},
          "reference_missing", "account_id", "a9"),
    Break("a parent that is not there", "accounts", 1, {"parent_account_id": "a9"},
          "reference_missing", "parent_account_id", "a9", D("200.00")),
    Break("a manager who is not there", "team_members", 1, {"manager_id": "m9"},
          "reference_missing", "manager_id", "m9"),
    Break("a word the contract does not know", "arr_movements", 1, {"movement": "upgrade"},
          "vocabulary", "movement", "upgrade", D("500.50")),
    Break("a word in another case", "accounts", 0, {"touch_model": "High"},
          "vocabulary", "touch_model", "High", D("1500.50")),
    Break("a score of 101", "health_scores", 0, {"score": "101"},
          "range", "score", "101.0", D("1500.50")),
    Break("a share in per cent", "opportunities", 0, {"probability": "20"},
          "range", "probability", "20.0", D("50.00")),
    Break("an NPS answer of 11", "survey_responses", 0, {"score": "11"},
          "range", "score", "11", D("1500.50")),
    Break("negative ARR due", "renewals", 0, {"arr_due": "-1.00"},
          "range", "arr_due", "-1.00", D("-1.00")),
    Break("a rate of nothing", "fx_rates", 0,
          {"currency": "SEK", "valid_on": "2024-01-01", "rate_to_reporting": "0"},
          "range", "rate_to_reporting", "0.00000000", added=True),
    Break("a CSAT answer of 6", "survey_responses", 1, {"score": "6"},
          "csat_answers_out_of_range", "score", "6", D("200.00")),
    Break("a day before 1990", "accounts", 0, {"customer_since": "1989-12-31"},
          "date_out_of_bounds", "customer_since", "1989-12-31", D("1500.50")),
    Break("a day more than 20 years ahead", "subscriptions", 1, {"ends_on": "2046-01-02"},
          "date_out_of_bounds", "ends_on", "2046-01-02", D("1500.50")),
    Break("a moment in year 9999", "arr_movements", 0, {"recorded_at": "9999-12-31T00:00:00Z"},
          "date_out_of_bounds", "recorded_at", "9999-12-31 00:00:00", D("1000.00")),
    Break("movements below zero", "arr_movements", 4, {"amount": "-400.00"},
          "movements_run_below_zero", "amount", "running ARR -100.00", D("-400.00"),
          without="subscriptions",
          also={"arr_movements": (5, {"amount": "400.00"})}),
    Break("a first movement that is not new", "arr_movements", 2, {"movement": "expansion"},
          "movements_start_with_new", "movement", "expansion", D("200.00")),
    Break("a return that is called new", "arr_movements", 5, {"movement": "new"},
          "return_only_with_reactivation", "movement", "new", D("300.00")),
    Break("a contraction to zero", "arr_movements", 6, {"movement": "contraction"},
          "reach_zero_only_with_churn", "movement", "contraction", D("-300.00")),
    Break("a subscription that no movement knows", "subscriptions", 2, {"arr": "201.01"},
          "arr_differs_from_subscriptions", "amount",
          "2024-03-01: movements 200.00, subscriptions 201.01 EUR", D("1.01"),
          found_in="arr_movements"),
    Break("an end that no movement knows", "subscriptions", 2, {"ends_on": "2024-06-01"},
          "arr_differs_from_subscriptions", "arr",
          "2024-06-01: movements 200.00, subscriptions 0.00 EUR", D("200.00")),
    Break("a closed renewal without a day", "renewals", 0, {"closed_on": ""},
          "closed_renewals_without_date", "closed_on", None, D("1000.00")),
    Break("a churned renewal with ARR", "renewals", 1, {"arr_renewed": "10"},
          "churned_renewals_with_arr", "arr_renewed", "10.00", D("300.00")),
    Break("a churned renewal that does not say 0", "renewals", 1, {"arr_renewed": ""},
          "churned_renewals_with_arr", "arr_renewed", None, D("300.00")),
    Break("a currency nobody gave a rate", "opportunities", 0, {"currency": "SEK"},
          "currency_without_rate", "currency", "SEK on 2025-10-01", D("50.00")),
    Break("a currency before its first rate", "opportunities", 0, {"created_on": "2023-12-31"},
          "currency_without_rate", "currency", "EUR on 2023-12-31", D("50.00")),
]  # fmt: skip


def concerned(company, broken):
    """The tables a rule looks at: its own, those it refers to, and what says the account's ARR."""
    if broken.rule in across_rows():
        return company
    names = {broken.table, *broken.also, "subscriptions", "fx_rates"}
    for table in reversed(contract.tables().values()):
        if table.name in names:
            names |= {column.references for column in table.columns}
    return {name: rows for name, rows in company.items() if name in names}


def named(violation):
    return (
        violation.table,
        violation.file,
        violation.row,
        violation.column,
        violation.rule,
        violation.value,
        violation.arr,
    )


def expected(broken, company):
    place = len(company[broken.table]) - 1 if broken.added else broken.place
    return (
        broken.found_in or broken.table,
        f"{broken.found_in or broken.table}.csv",
        place + 2,
        broken.column,
        broken.rule,
        broken.value,
        broken.arr,
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A warehouse of the company as it should be."""
    where = tmp_path_factory.mktemp("sound")
    write_csv(where / "files", COMPANY)
    report = imported(where / "files", where / "company.duckdb")
    assert report.loaded, report.violations
    return where / "company.duckdb"


def test_every_rule_has_a_break_and_words():
    rules = {*LEAVE_OUT, *across_rows()}
    assert {each.rule for each in BREAKS} == rules
    assert MEANINGS.keys() == rules | {"refers_to_left_out"}


def test_a_sound_company_breaks_no_rule(sound):
    assert check_warehouse(sound, policy=Policy()) == []


@pytest.mark.sampled(2)
@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.said)
def test_a_broken_rule_is_named_and_nothing_is_loaded(broken, company, folder, target, sound):
    target.parent.mkdir(parents=True)
    target.write_bytes(sound.read_bytes())
    broken(company)
    write_csv(folder, concerned(company, broken))

    report = imported(folder, target)

    assert [named(each) for each in report.violations] == [expected(broken, company)]
    assert [(each.rule, each.rows, each.arr) for each in report.sums] == [
        (broken.rule, 1, broken.arr)
    ]
    assert not report.loaded
    assert target.read_bytes() == sound.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == [target.name]


@pytest.fixture(scope="module")
def quarantined(tmp_path_factory):
    """A company with rows that cannot be read, of accounts that others refer to, and those left."""
    where = tmp_path_factory.mktemp("quarantined")
    company = deepcopy(COMPANY)
    company["accounts"].append(
        company["accounts"][0] | {"account_id": "a4", "customer_since": "soon", "csm_id": "m9"}
    )
    company["accounts"].append(company["accounts"][0] | {"account_id": "a5"})
    company["accounts"][-1]["parent_account_id"] = "a6"
    company["accounts"].append(company["accounts"][0] | {"account_id": "a6"})
    company["accounts"][-1]["parent_account_id"] = "a4"
    company["subscriptions"].append(
        {"subscription_id": "s9", "account_id": "a5", "starts_on": "2025-01-01", "arr": "70.00"}
    )
    company["renewals"][2] |= {"status": "renewed", "arr_renewed": "200.00"}
    company["opportunities"][0] |= {"currency": "SEK"}
    company["health_scores"].append(dict(company["health_scores"][0], score="81"))
    company["arr_movements"][6] |= {"movement": "contraction"}
    company["subscriptions"][2] |= {"arr": "250"}
    write_csv(where / "files", company)
    report = imported(where / "files", where / "company.duckdb", quarantine=True)
    assert report.loaded, report.refused
    return report, where / "company.duckdb"


def rows(path, query):
    with duckdb.connect(str(path), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


def test_rows_that_break_a_rule_of_their_own_are_kept_aside(quarantined):
    _, path = quarantined
    assert rows(
        path,
        "select table_name, file, row_number, column_name, rule, value from quarantine"
        " where rule <> 'refers_to_left_out' order by all",
    ) == [
        ("accounts", "accounts.csv", 5, "csm_id", "reference_missing", "m9"),
        ("accounts", "accounts.csv", 5, "customer_since", "unreadable", "soon"),
        ("health_scores", "health_scores.csv", 5, "account_id", "key_repeated",
         "a1 | 2025-12-01 | adoption"),
        ("opportunities", "opportunities.csv", 2, "currency", "currency_without_rate",
         "SEK on 2025-10-01"),
        ("renewals", "renewals.csv", 4, "closed_on", "closed_renewals_without_date", None),
    ]  # fmt: skip


def test_rows_that_refer_to_a_row_left_out_are_left_out_to_the_end(quarantined):
    _, path = quarantined
    assert rows(
        path,
        "select table_name, row_key, column_name, value from quarantine"
        " where rule = 'refers_to_left_out' order by all",
    ) == [
        ("accounts", "a5", "parent_account_id", "a6"),
        ("accounts", "a6", "parent_account_id", "a4"),
        ("forecast_calls", "f1", "renewal_id", "r3"),
        ("subscriptions", "s9", "account_id", "a5"),
    ]


def test_a_row_in_quarantine_is_there_as_its_file_wrote_it(quarantined):
    _, path = quarantined
    [(values,)] = rows(path, "select distinct row_values from quarantine where row_key = 'a4'")
    [(since, name)] = duckdb.execute(
        "select ?::json ->> 'customer_since', ?::json ->> 'account_name'", [values, values]
    ).fetchall()
    assert (since, name) == ("soon", "Ünïcode 🚀 GmbH")


def test_the_sound_rest_is_loaded_and_the_rows_left_out_are_counted(quarantined):
    report, path = quarantined
    counts = {
        name: (loaded, left_out)
        for name, loaded, left_out in rows(
            path, "select table_name, loaded_rows, quarantined_rows from loaded_tables"
        )
    }
    assert counts["accounts"] == (3, 3)
    assert counts["health_scores"] == (3, 1)
    assert counts["subscriptions"] == (6, 1)
    assert counts["team_members"] == (2, 0)
    assert report.rows_loaded["accounts"] == 3
    assert report.rows_quarantined == {
        "accounts": 3,
        "subscriptions": 1,
        "renewals": 1,
        "forecast_calls": 1,
        "health_scores": 1,
        "opportunities": 1,
    }


def test_rules_across_rows_leave_nothing_out_and_are_written_down(quarantined):
    _, path = quarantined
    assert rows(path, "select table_name, row_key, account_id, rule, arr from broken_rules") == [
        ("arr_movements", "v3", "a2", "arr_differs_from_subscriptions", D("50.00")),
        ("arr_movements", "v7", "a3", "reach_zero_only_with_churn", D("-300.00")),
    ]


def test_a_check_of_the_loaded_warehouse_finds_the_same_rules_across_rows(quarantined):
    _, path = quarantined
    assert {(each.rule, each.row_key) for each in check_warehouse(path, policy=Policy())} == {
        ("arr_differs_from_subscriptions", "v3"),
        ("reach_zero_only_with_churn", "v7"),
    }


def test_a_check_finds_what_was_broken_after_the_load_and_changes_nothing(sound, target):
    target.parent.mkdir(parents=True)
    target.write_bytes(sound.read_bytes())
    with duckdb.connect(str(target)) as warehouse:
        warehouse.execute("""
            update accounts set csm_id = 'm9' where account_id = 'a1';
            insert into products values ('p1', 'Again', 1);
            update health_scores set score = 'nan' where account_id = 'a2';
            update accounts set touch_model = 'odd' where account_id = 'a2';
            update accounts set account_name = '' where account_id = 'a2';
            update accounts set customer_since = '0001-01-01' where account_id = 'a3';
            update opportunities set probability = 2;
            update renewals set closed_on = null where renewal_id = 'r1';
            update subscriptions set arr = 0.5 where subscription_id = 's3';
        """)
    before = target.read_bytes()

    found = check_warehouse(target, policy=Policy())

    assert {(each.rule, each.column, each.row_key) for each in found} == {
        ("reference_missing", "csm_id", "a1"),
        ("key_repeated", "product_id", "p1"),
        ("not_finite", "score", "a2 | 2025-12-08 | nps"),
        ("vocabulary", "touch_model", "a2"),
        ("required", "account_name", "a2"),
        ("date_out_of_bounds", "customer_since", "a3"),
        ("range", "probability", "o1"),
        ("closed_renewals_without_date", "closed_on", "r1"),
        ("arr_differs_from_subscriptions", "amount", "v3"),
    }
    assert {each.file for each in found} == {f"{each.table}.csv" for each in found}
    assert target.read_bytes() == before


def test_what_is_no_warehouse_is_named_and_not_read(tmp_path):
    with pytest.raises(UnreachableError, match=r"no warehouse file gone\.duckdb"):
        check_warehouse(tmp_path / "gone.duckdb", policy=Policy())
    (tmp_path / "odd.duckdb").write_bytes(b"odd" * 10_000)
    with pytest.raises(WarehouseError, match="not a warehouse this version can read"):
        check_warehouse(tmp_path / "odd.duckdb", policy=Policy())
