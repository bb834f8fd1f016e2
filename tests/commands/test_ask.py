import csv
import io
import json
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from click.testing import CliRunner

from dashboard.access import EVERYTHING
from dashboard.commands import main
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import renewals
from dashboard.questions import questions
from dashboard.retention_policy import PERIODS
from dashboard.warehouse.embedded import EmbeddedWarehouse

OWN = {
    "accounts/named": ["--account-ids", "A000001"],
    "account/facts": ["--account-id", "A000001"],
    "account/family": ["--account-id", "A000001"],
    "account/people": ["--account-id", "A000001"],
    "account/timeline": ["--account-id", "A000001"],
    "account/weeks": ["--account-id", "A000001"],
    "account_records/arr_history": ["--account-id", "A000001"],
    "account_records/lines": ["--account-id", "A000001"],
    "account_records/objectives": ["--account-id", "A000001"],
    "account_records/opportunities": ["--account-id", "A000001"],
    "account_records/renewals": ["--account-id", "A000001"],
    "account_records/risks": ["--account-id", "A000001"],
    "account_records/support_cases": ["--account-id", "A000001"],
    "account_records/surveys": ["--account-id", "A000001"],
    "behaviours/accounts": ["--behaviour", "Used the API"],
    "health/contributions": ["--account-id", "A000001"],
    "health/score_change": ["--account-id", "A000001"],
    "health/in_band": ["--week-on", "2026-10-26", "--band", "green"],
}


CUSTOM = ["ask", "retention/by_period", "--period", "custom"]


@pytest.mark.parametrize("question", questions())
def test_every_question_answers_with_exactly_its_columns(run, question):
    result = run("ask", question, "--format", "json", *OWN.get(question, []))

    assert result.exit_code == 0, result.output
    rows = json.loads(result.output)
    assert all(list(row) == questions()[question].schema.names() for row in rows)


def test_questions_lists_each_with_its_params_and_columns():
    listed = json.loads(CliRunner().invoke(main, ["questions", "--format", "json"]).output)

    by_name = {each["question"]: each for each in listed}
    assert set(by_name) == set(questions())
    assert by_name["renewals/due_by_quarter"]["columns"] == [
        "due_quarter",
        "segment",
        "health_band",
        "renewals",
        "arr_due",
        "renewed",
        "arr_renewed",
        "arr_renewed_capped",
        "churned",
        "open",
        "arr_open",
    ]
    assert {"as_of", "since", "until", "segment"} <= set(
        by_name["renewals/due_by_quarter"]["params"]
    )


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        (
            "surveys/nps_by_month",
            "month responses promoters passives detractors nps margin_of_error",
        ),
        (
            "expansion/pipeline_by_month",
            "month forecast_category opportunities amount weighted_amount without_amount",
        ),
        ("health/by_segment", "segment measure accounts average_score arr arr_red"),
        (
            "renewals/rates_by_quarter",
            "due_quarter renewals arr_due decided "
            "gross_renewal_rate net_renewal_rate logo_renewal_rate",
        ),
        ("retention/arr_on", "on arr accounts"),
        (
            "retention/by_period",
            "period_start_on period_end_on opening_arr closing_arr nrr grr logo_retention accounts",
        ),
        ("retention/movements_by_month", "month movement accounts amount"),
        ("talent/nine_block", "performance promotability block people"),
    ],
)
def test_columns_that_other_tools_rely_on(question, columns):
    assert questions()[question].schema.names() == columns.split()


def test_coverage_starts_with_the_columns_that_other_tools_rely_on():
    columns = questions()["coverage/by_csm"].schema.names()

    assert columns[:5] == ["member_id", "name", "segment", "accounts", "arr"]


def test_json_is_what_the_query_returns_with_iso_dates_and_money_as_text(ask, demo_file):
    warehouse = EmbeddedWarehouse(demo_file, Policy())
    frame = renewals.due_by_quarter(warehouse, EVERYTHING, Filters(date(2026, 10, 31)))

    rows = ask("renewals/due_by_quarter")

    assert [date.fromisoformat(row["due_quarter"]) for row in rows] == frame[
        "due_quarter"
    ].to_list()
    assert [Decimal(row["arr_due"]) for row in rows] == frame["arr_due"].to_list()
    assert all(isinstance(row["arr_due"], str) for row in rows)
    assert all(isinstance(row["renewals"], int) for row in rows)


def test_the_window_takes_its_first_day_and_leaves_out_its_last(ask):
    every = ask("renewals/due")
    days = sorted({row["due_on"] for row in every})
    first, last = days[3], days[-3]

    inside = ask("renewals/due", "--since", first, "--until", last)

    assert {row["due_on"] for row in inside} == {day for day in days if first <= day < last}


@pytest.mark.parametrize("policy", ["board", "finance-ttm", "CS renewals"])
@pytest.mark.parametrize("period", PERIODS)
def test_retention_takes_a_policy_and_a_period(ask, policy, period):
    window = ["--since", "2025-01-01", "--until", "2026-10-01"]

    rows = ask("retention/by_period", "--policy", policy, "--period", period, *window)

    assert rows
    assert all(row["period_start_on"] >= "2025-01-01" for row in rows)
    assert all(row["period_end_on"] <= "2026-10-01" for row in rows)
    if period == "custom":
        assert [(row["period_start_on"], row["period_end_on"]) for row in rows] == [
            ("2025-01-01", "2026-10-01")
        ]


def test_csv_and_parquet_hold_the_same_rows_as_json(run, ask, tmp_path):
    rows = ask("renewals/due")

    as_csv = run("ask", "renewals/due", "--format", "csv")
    file = tmp_path / "due.parquet"
    run("ask", "renewals/due", "--format", "parquet", "--output", str(file))

    read = list(csv.DictReader(io.StringIO(as_csv.output)))
    assert [row["renewal_id"] for row in read] == [row["renewal_id"] for row in rows]
    assert sum(Decimal(row["arr_due"]) for row in read) == sum(
        Decimal(row["arr_due"]) for row in rows
    )
    assert pl.read_parquet(file)["renewal_id"].to_list() == [row["renewal_id"] for row in rows]


def test_a_csm_gets_the_own_book_and_no_rating(run, ask):
    books = ask("coverage/by_csm")
    member = next(row for row in books if row["member_id"] and row["accounts"])
    email = f"{member['name'].lower().replace(' ', '.')}@demo.example"

    seen = ask("accounts/customers", "--viewer", email.upper())

    assert {row["csm_id"] for row in seen} == {member["member_id"]}
    assert ask("talent/nine_block", "--viewer", email) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ask", "no/such"], 2, "no/such"),
        (["ask", "renewals/due", "--as-of", "2026-02-30"], 2, "2026-02-30"),
        (["ask", "renewals/due", "--viewer", "nobody@demo.example"], 2, "nobody@demo.example"),
        (["ask", "renewals/due", "--since", "2026-02-01", "--until", "2026-01-01"], 2, "after"),
        (["ask", "health/contributions"], 2, "account"),
        (["ask", "expansion/pipeline_by_month", "--stage-weights", "a=2"], 2, "between 0 and 1"),
        (
            ["ask", "retention/by_period", "--policy", "CFO"],
            *(2, "There is no retention policy 'CFO'. There are: Board, CS renewals, Finance TTM."),
        ),
        (["ask", "retention/by_period", "--period", "week"], 2, "There is no period 'week'."),
        (["ask", "bridge/by_period", "--basis", "final"], 2, "There is no basis 'final'."),
        (["ask", "retention/by_part", "--by", "size"], 2, "There is no part 'size'."),
        (["ask", "retention/by_period", "--period", "custom"], 2, "needs both its days"),
        (["ask", "retention/accounts", "--since", "2026-01-01"], 2, "needs both its days"),
        (
            [*CUSTOM, "--since", "2026-01-01", "--until", "2026-11-01"],
            *(2, "The period ends on 2026-11-01, after 2026-10-31."),
        ),
        ([*CUSTOM, "--since", "2026-01-01", "--until", "2026-01-01"], 2, "has no length"),
        (["ask", "retention/arr_on", "--on", "2026-11-01"], 2, "is not known on 2026-10-31."),
        (["demo", "--accounts", "3"], 2, "accounts"),
        (["import", "/no/such/folder"], 2, "folder"),
    ],
)
def test_misuse_exits_with_2_and_says_what_was_wrong(run, words, code, said):
    result = run(*words)

    assert result.exit_code == code
    assert said in result.output


def test_a_warehouse_that_is_not_there_exits_with_1_and_says_how_to_make_one(tmp_path):
    missing = tmp_path / "none.duckdb"

    result = CliRunner().invoke(main, ["ask", "renewals/due", "--warehouse", str(missing)])

    assert result.exit_code == 1
    assert "python -m dashboard demo" in result.output


def test_a_file_that_is_no_warehouse_exits_with_1_and_shows_no_path(tmp_path):
    file = tmp_path / "broken.duckdb"
    file.write_bytes(b"not a database" * 1000)

    result = CliRunner().invoke(main, ["ask", "renewals/due", "--warehouse", str(file)])

    assert result.exit_code == 1
    assert "broken.duckdb" in result.output
    assert str(tmp_path) not in result.output


def test_an_option_that_changes_nothing_is_said_so_beside_the_answer(run):
    result = run("ask", "data/tables", "--since", "2026-01-01", "--format", "json")

    assert result.exit_code == 0
    assert "data/tables takes no --since" in result.stderr
    assert json.loads(result.stdout)


def test_the_demo_keeps_every_rule_of_the_contract(run):
    result = run("check", "--format", "json")

    assert result.exit_code == 0, result.output
    assert json.loads(result.output) == []
