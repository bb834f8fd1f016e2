"""`map` as a person uses it: check, try, be asked, load."""

import json
import shutil
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from click.testing import CliRunner

from dashboard.__main__ import program
from dashboard.settings import ROOT
from tests.mapping.conftest import RATES
from tests.mapping.sources import SOURCES, write, write_tables

MAPPINGS = ROOT / "mappings"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_WAREHOUSE", str(tmp_path / "company.duckdb"))
    monkeypatch.setenv("CS_DASHBOARD_SETTINGS", "there is no such file.toml")

    monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'app.sqlite'}")

    def run(*words, code=0):
        words = words if words[0] == "ask" else ("map", *words)
        result = CliRunner().invoke(program, [*map(str, words)])
        assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
        return result

    return run


@pytest.fixture
def stripe(tmp_path):
    """Words of a load of Stripe's rows, and a way to change them."""
    files, beside = tmp_path / "files", tmp_path / "beside"
    write_tables(beside, RATES)

    def load(*more, items=None):
        shutil.rmtree(files, ignore_errors=True)
        tables = SOURCES["stripe"]
        if items is not None:
            tables = tables | {"subscription_item": tables["subscription_item"][:items]}
        write(files, {"stripe": tables})
        return ("load", MAPPINGS / "stripe", "--source", files, "--beside", beside,
                "--as-of", "2026-06-30", "--quarantine", *more)  # fmt: skip

    return load


def rows(tmp_path, query):
    with duckdb.connect(str(tmp_path / "company.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def live_lines(tmp_path):
    return rows(tmp_path, "select count(*) from subscriptions")[0][0]


def test_four_sources_meet_once_people_have_decided_who_is_who(run, tmp_path):
    names = ("salesforce", "stripe", "zendesk", "pendo")
    files = write(tmp_path / "files", {name: SOURCES[name] for name in names})
    decided = [
        {"source": "stripe", "source_id": f"cus_{letter}", "account_id": f"001{letter}"}
        for letter in "ABCD"
    ]
    decided.append({"source": "zendesk", "source_id": "52", "account_id": "001B"})
    write_tables(tmp_path / "decided", {"identity": decided})
    run("load", *(MAPPINGS / name for name in names), "--source", files,
        "--without", "stripe/accounts", "--without", "salesforce/products",
        "--identity", tmp_path / "decided" / "identity.csv",
        "--beside", write_tables(tmp_path / "beside", RATES),
        "--as-of", "2026-06-30", "--quarantine")  # fmt: skip

    # 12,000 + 5,000; 3,600; 2,160,000 yen at 0.0065. Dune's pounds have no rate and are kept aside.
    answer = run("ask", "accounts/customers", "--as-of", "2026-06-30", "--format", "json").stdout
    assert {row["account_id"]: float(row["arr"]) for row in json.loads(answer)} == {
        "001A": 17_000.0,
        "001B": 3_600.0,
        "001C": 14_040.0,
    }
    assert rows(
        tmp_path, "select account_id, count(*) from support_cases group by 1 order by 1"
    ) == [
        ("001A", 2),
        ("001B", 1),
    ]
    assert rows(tmp_path, "select distinct row_key, rule from quarantine") == [
        ("si_11", "currency_without_rate")
    ]


def test_hubspot_fills_customers_owners_and_deals(run, tmp_path):
    files = write(tmp_path / "files", {"hubspot": SOURCES["hubspot"]})
    run("load", MAPPINGS / "hubspot", "--source", files, "--as-of", "2026-06-30")
    assert rows(
        tmp_path, "select account_id, segment, customer_since from accounts order by 1"
    ) == [
        ("71", "Enterprise", date(2024, 1, 31)),
        ("73", "Unknown", date(2024, 5, 1)),
    ]
    assert rows(tmp_path, "select member_id, name, role from team_members") == [
        ("91", "Xena Ode", "csm")
    ]
    # A deal of two companies keeps its amount and has no account; a stage without a label its id.
    deals = (
        "select opportunity_id, account_id, amount, stage, probability, forecast_category,"
        " closed_on, won from opportunities order by 1"
    )
    assert rows(tmp_path, deals) == [
        ("801", "71", Decimal("12000.50"), "Discussion", 0.2, "best_case", None, None),
        ("802", "73", Decimal("400.00"), "Closed Won", 1.0, "closed", date(2026, 5, 31), True),
        ("804", None, Decimal("60.00"), "st9", None, "pipeline", None, None),
    ]


def test_a_load_says_everything_and_a_large_change_is_asked_about(run, stripe, tmp_path):
    said = run(*stripe()).output
    for part in (
        "Loaded 14 rows into 4 tables and kept 2 in quarantine.",
        "Left out by the mappings",
        "metered, without a fixed amount",
        "Every row and amount of the sources",
        "Worth knowing, no rule is broken",
        "There is no last load to compare with.",
    ):
        assert part in said
    assert live_lines(tmp_path) == 8

    # A day later six of the items are gone: 12,000 + 5,000 + 3,600 + 1,440,000 of 2,180,600 stay.
    dry = run(*stripe("--dry-run", items=6))
    assert "Against the last load" in dry.output
    assert "live ARR" in dry.output
    assert "2180600.00" in dry.output
    assert "1460600.00" in dry.output
    assert live_lines(tmp_path) == 8

    # Nobody there to answer is no agreement.
    refused = run(*stripe(items=6), code=1)
    assert "subscriptions: changed by more than 10%. Load it?" in refused.output
    assert live_lines(tmp_path) == 8

    told = json.loads(run(*stripe("--ask-above", "0.5", "--format", "json", items=6)).stdout)
    assert live_lines(tmp_path) == 6
    assert told["reconciled"][2]["source_amount"] == "1475000.00"
    assert told["changes"][0]["table_name"] == "subscriptions"
    assert not list(tmp_path.glob(".company.duckdb*"))


def test_mappings_are_checked_and_printed(run):
    folders = [MAPPINGS / name for name in ("salesforce", "zendesk", "pendo")]
    assert "salesforce/accounts.yaml: 9 columns of accounts" in run("check", *folders).output
    refused = run("check", MAPPINGS / "salesforce", MAPPINGS / "hubspot", code=1).output
    assert "table 'accounts' is filled twice" in refused
    said = run("sql", *folders, "--faults").output
    assert said.index("view account_identities") < said.index("view support_cases as")
    assert "create or replace view usage_weekly_faults as" in said


def test_identities_are_told_and_suggested_never_decided(run, tmp_path):
    files = write(tmp_path / "files", {name: SOURCES[name] for name in ("salesforce", "zendesk")})
    output = tmp_path / "suggested.csv"
    words = ("identity", MAPPINGS / "salesforce", MAPPINGS / "zendesk", "--source", files)
    said = run(*words, "--output", output).output
    assert "its rows are refused until identity.csv names one" in said
    assert output.read_text().splitlines()[1:] == [
        "zendesk,52,BIRCH MEDIA LLC,001B,Birch Media,97,equal domain and equal name"
    ]
    decided = tmp_path / "identity.csv"
    decided.write_text("source,source_id,account_id\nzendesk,52,001B\nzendesk,53,001C\n")
    said = run(*words, "--identity", decided).output
    assert "May be the same company: none" in said


def test_a_suggestion_is_written_once_and_the_meter_tells_what_is_missing(run, tmp_path):
    write_tables(tmp_path, {"deals": SOURCES["salesforce"]["opportunity"]})
    output = tmp_path / "opportunities.yaml"
    words = ("suggest", tmp_path / "deals.csv", "--table", "opportunities", "--output", output)
    assert "a proposal for opportunities" in run(*words).output
    assert "accepted: false" in output.read_text()
    assert "is there already" in run(*words, code=2).output
    assert (
        "There is no table" in run("suggest", tmp_path / "deals.csv", "--table", "x", code=2).output
    )

    said = run("complete", MAPPINGS / "salesforce").output
    assert "Voice of the customer" in said
    said = run("complete", MAPPINGS / "salesforce", "--page", "expansion").output
    assert "expansion/open_opportunities" in said
    assert "There is no warehouse file" in run("complete", code=1).output
