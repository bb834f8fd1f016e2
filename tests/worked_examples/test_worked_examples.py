"""Examples printed on public pages: the import loads them, and ``ask`` gives their numbers.

``expected.json`` names each source; the tables are the smallest that realise the printed figures.
"""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.commands import main

HERE = Path(__file__).parent
EXPECTED = json.loads((HERE / "expected.json").read_text())
ANSWERS = EXPECTED["questions"]["tables"]
WEIGHTS = ",".join(f"{stage}={weight}" for stage, weight in EXPECTED["stage_weights"].items())
Ask = Callable[..., list[dict[str, object]]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory) -> Ask:
    """``python -m dashboard ask`` over the imported examples, answered as JSON."""
    warehouse = tmp_path_factory.mktemp("examples") / "examples.duckdb"
    loaded = CliRunner().invoke(main, ["import", str(HERE / "tables"), "--warehouse", warehouse])
    assert loaded.exit_code == 0, loaded.output

    def answer(question: str, *options: str) -> list[dict[str, object]]:
        command = ["ask", question, "--warehouse", str(warehouse), "--format", "json", *options]
        asked = CliRunner().invoke(main, command)
        assert asked.exit_code == 0, asked.output
        return json.loads(asked.output)

    return answer


def quarter_name(day: object) -> str:
    first = date.fromisoformat(str(day))
    return f"{first.year}-Q{(first.month - 1) // 3 + 1}"


def summed(rows: list[dict[str, object]], column: str) -> Decimal:
    return sum((Decimal(str(row[column])) for row in rows), Decimal(0))


@pytest.mark.parametrize(
    "expected",
    [row | {"segment": None} for row in ANSWERS["renewals_by_quarter"]]
    + ANSWERS["renewals_by_quarter@segment"],
    ids=lambda row: f"{row['segment'] or 'all'} {row['quarter']}",
)
def test_renewals_by_quarter(ask, expected):
    options = ["--segment", expected["segment"]] if expected["segment"] else []
    rows = [
        row
        for row in ask("renewals/due_by_quarter", *options)
        if quarter_name(row["due_quarter"]) == expected["quarter"]
    ]

    found = {
        "due_count": summed(rows, "renewals"),
        "due_arr": summed(rows, "arr_due"),
        "renewed_count": summed(rows, "renewed"),
        "churned_count": summed(rows, "churned"),
        "open_count": summed(rows, "open"),
        "open_arr": summed(rows, "arr_open"),
        "renewed_arr": summed(rows, "arr_renewed"),
        "gross_renewed_arr": summed(rows, "arr_renewed_capped"),
    }
    assert found == {name: Decimal(expected[name]) for name in found}


@pytest.mark.parametrize(
    "expected",
    [row | {"segment": None} for row in ANSWERS["renewals_by_quarter"]]
    + ANSWERS["renewals_by_quarter@segment"],
    ids=lambda row: f"{row['segment'] or 'all'} {row['quarter']}",
)
def test_renewal_rates_by_quarter(ask, expected):
    """On a day on which the one that is open is past its due date, and within the grace."""
    options = ["--segment", expected["segment"]] if expected["segment"] else []
    (row,) = (
        row
        for row in ask("renewals/rates_by_quarter", "--as-of", "2026-03-01", *options)
        if quarter_name(row["due_quarter"]) == expected["quarter"]
    )

    assert row["renewals"] == expected["due_count"]
    assert Decimal(row["arr_due"]) == expected["due_arr"]
    assert row["decided"] == expected["renewed_count"] + expected["churned_count"]
    for name in ("gross_renewal_rate", "net_renewal_rate", "logo_renewal_rate"):
        assert row[name] == (
            None if expected[name] is None else pytest.approx(expected[name], abs=1e-9)
        )


@pytest.mark.parametrize(
    "expected",
    [row | {"segment": None} for row in ANSWERS["nps_by_month"]] + ANSWERS["nps_by_month@segment"],
    ids=lambda row: row["segment"] or "all",
)
def test_nps_by_month(ask, expected):
    options = ["--segment", expected["segment"]] if expected["segment"] else []

    (row,) = ask("surveys/nps_by_month", *options)

    assert row["month"] == f"{expected['month']}-01"
    counts = ("responses", "promoters", "passives", "detractors")
    assert [row[name] for name in counts] == [expected[name] for name in counts]
    assert row["nps"] == pytest.approx(expected["nps"], abs=1e-8)
    assert row["margin_of_error"] == pytest.approx(expected["moe95"], abs=1e-8)


@pytest.mark.parametrize(
    "expected",
    [row | {"segment": None} for row in ANSWERS["weighted_pipeline"]]
    + ANSWERS["weighted_pipeline@segment"],
    ids=lambda row: f"{row['segment'] or 'all'} {row['month']}",
)
def test_weighted_pipeline(ask, expected):
    options = ["--segment", expected["segment"]] if expected["segment"] else []
    rows = ask("expansion/pipeline_by_month", "--stage-weights", WEIGHTS, *options)
    if expected["month"] != "all":
        rows = [row for row in rows if row["month"] == f"{expected['month']}-01"]

    assert summed(rows, "opportunities") == expected["count"]
    assert summed(rows, "amount") == expected["amount"]
    assert summed(rows, "weighted_amount") == expected["weighted"]


def test_pipeline_by_month_and_category(ask):
    rows = ask("expansion/pipeline_by_month", "--stage-weights", WEIGHTS)

    found = [(row["month"], row["forecast_category"], row["opportunities"]) for row in rows]
    expected = ANSWERS["pipeline_by_month_category"]
    assert found == [
        (f"{each['month']}-01", each["forecast_category"], each["count"]) for each in expected
    ]


@pytest.mark.parametrize("expected", ANSWERS["arr_at"], ids=lambda row: row["on"])
def test_arr_of_all_books_on_a_day(ask, expected):
    rows = ask("coverage/by_csm", "--as-of", expected["on"])

    assert summed(rows, "arr") == expected["arr"]
    assert summed(rows, "accounts") == expected["logos"]


@pytest.mark.parametrize(
    "expected",
    [row | {"segment": None} for row in ANSWERS["retention"]] + ANSWERS["retention@segment"],
    ids=lambda row: f"{row['segment'] or 'all'} to {row['end']}",
)
def test_retention_of_a_period(ask, expected):
    """By the policy that nobody has to name."""
    options = ["--segment", expected["segment"]] if expected["segment"] else []
    window = ["--since", expected["start"], "--until", expected["end"]]

    (row,) = ask("retention/by_period", "--period", "custom", *window, *options)

    assert (row["period_start_on"], row["period_end_on"]) == (expected["start"], expected["end"])
    assert Decimal(row["opening_arr"]) == expected["opening_arr"]
    assert row["accounts"] == expected["opening_logos"]
    for name in ("grr", "nrr", "logo_retention"):
        assert row[name] == pytest.approx(expected[name], abs=1e-9)


@pytest.mark.parametrize("expected", ANSWERS["arr_at"], ids=lambda row: row["on"])
def test_arr_on_a_day(ask, expected):
    (row,) = ask("retention/arr_on", "--on", expected["on"])

    assert row == {
        "on": expected["on"],
        "arr": f"{expected['arr']:.2f}",
        "accounts": expected["logos"],
    }


MOVEMENTS = ("new", "reactivation", "expansion", "contraction", "churn")
SEGMENTS = sorted({row["segment"] for row in ANSWERS["movements_by_month@segment"]})


@pytest.mark.parametrize("segment", [None, *SEGMENTS], ids=lambda segment: segment or "all")
def test_movements_by_month(ask, segment):
    options = ["--segment", segment] if segment else []
    asked_for = ANSWERS["movements_by_month@segment" if segment else "movements_by_month"]

    rows = ask("retention/movements_by_month", *options)

    assert [
        (row["month"], row["movement"], Decimal(row["amount"]), row["accounts"]) for row in rows
    ] == sorted(
        (f"{each['period']}-01", kind, Decimal(str(each[f"{kind}_arr"])), each[f"{kind}_count"])
        for each in asked_for
        if each.get("segment") == segment
        for kind in MOVEMENTS
        if each[f"{kind}_count"]
    )
