"""What the rules make of seven accounts, as it is printed where the rules are explained."""

import json
from collections import defaultdict
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.access import EVERYTHING
from dashboard.commands import main
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import bridge, retention
from dashboard.retention_policy import READY, RetentionPolicy
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.conftest import build
from tests.retention.seven import (
    SINCE,
    UNTIL,
    company,
    with_second_life,
    without_later_life,
)

LEFT_ON = next(
    row["effective_on"] for row in company()["arr_movements"] if row["movement"] == "churn"
)
YEAR = Filters(UNTIL, SINCE, UNTIL)
RETURNS_OUT = {"reactivated": "excluded"}
PRINTED = {
    "Board": ({}, {"nrr": 95.8, "grr": 93.3, "logo_retention": 100.0}),
    "Returns out": (RETURNS_OUT, {"nrr": 82.5, "grr": 80.0, "logo_retention": 83.3}),
    "Price out": ({"price_rises": "excluded"}, {"nrr": 95.0, "grr": 93.3}),
    "Bridge": ({"nrr": "bridge"}, {"nrr": 99.2}),
    "Bridge, returns out": ({"nrr": "bridge"} | RETURNS_OUT, {"nrr": 85.8}),
    "Sum of losses": ({"grr": "sum_of_losses"}, {"grr": 75.0, "logo_retention": 100.0}),
    "Churn only": ({"grr": "churn_only"}, {"grr": 83.3}),
}
SOURCES = {
    "lines and movements": {},
    "movements alone": {"lines": False},
    "lines alone": {"movements": False},
}
PRICES_UNKNOWN = {("lines alone", "Price out"): {"nrr": 95.8, "grr": 93.3}}
"""Without movements nobody says which part of a change is a price rise."""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """A warehouse for each kind of source."""
    folder = tmp_path_factory.mktemp("seven")
    for source, present in SOURCES.items():
        build(folder / f"{source}.duckdb", company(**present), policy=Policy(), as_of=UNTIL)
    return {source: folder / f"{source}.duckdb" for source in SOURCES}


@pytest.fixture(scope="module")
def warehouses(files) -> dict[str, EmbeddedWarehouse]:
    return {source: EmbeddedWarehouse(file, Policy()) for source, file in files.items()}


def per_cent(row: dict[str, object]) -> dict[str, float]:
    return {name: round(100 * row[name], 1) for name in ("nrr", "grr", "logo_retention")}


def asked(warehouse, policy: RetentionPolicy | None = None, period="custom") -> dict[str, object]:
    (row,) = retention.by_period(
        warehouse, EVERYTHING, YEAR, policy=policy, period=period
    ).iter_rows(named=True)
    return row


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", PRINTED)
def test_the_printed_numbers(warehouses, source, name):
    choices, printed = PRINTED[name]
    printed = PRICES_UNKNOWN.get((source, name), printed)

    row = asked(warehouses[source], RetentionPolicy(**choices))

    assert {key: per_cent(row)[key] for key in printed} == printed
    assert (row["opening_arr"], row["closing_arr"], row["accounts"]) == (600, 645, 6)


def test_who_names_no_policy_gets_the_boards(warehouses):
    warehouse = warehouses["lines and movements"]

    assert asked(warehouse) == asked(warehouse, READY[0])
    assert asked(warehouse, period="year") == asked(warehouse)


@pytest.mark.parametrize("source", SOURCES)
def test_the_bridge_names_each_step(warehouses, source):
    steps = bridge.by_period(warehouses[source], EVERYTHING, YEAR, period="custom")

    expansion, price = ((65, 3), (0, 0)) if source == "lines alone" else ((60, 2), (5, 1))
    assert steps.select("step", "amount", "accounts").rows() == [
        ("opening", 600, 6),
        ("new", 50, 1),
        ("reactivation", 80, 1),
        ("expansion", *expansion),
        ("price", *price),
        ("fx", 0, 0),
        ("contraction", -50, 2),
        ("churn", -100, 1),
        ("closing", 645, 7),
    ]


# ------------------------------------------------------------------ a later life

SECOND_LIVES = {
    "stays": [(8, 80, None)],
    "grows": [(8, 80, None), (10, 120, "seats")],
    "shrinks": [(8, 80, None), (10, 30, "seats")],
    "churns again": [(8, 80, None), (10, 0, None)],
    "pays more for the same": [(8, 80, None), (10, 95, "price")],
    "pays more and churns again": [(8, 80, None), (10, 95, "price"), (11, 0, None)],
    "comes back twice": [(6, 80, None), (7, 0, None), (9, 60, None), (11, 0, None)],
    "comes back larger": [(8, 300, None)],
}
CHOICES = ("nrr", "reactivated", "price_rises")
EVERY_RULE = [
    RetentionPolicy(**dict(zip(CHOICES, each, strict=True)))
    for each in product(("cohort", "bridge"), ("kept", "excluded"), ("included", "excluded"))
]


@pytest.fixture
def lives(warehouse_of):
    """The seven once for each second life of B, a segment each, and the same without that life."""
    whole, deleted = defaultdict(list), defaultdict(list)
    for life, steps in SECOND_LIVES.items():
        lived = with_second_life(*((LEFT_ON.replace(month=m), arr, why) for m, arr, why in steps))
        for into, tables in ((whole, lived), (deleted, without_later_life(lived, "B", LEFT_ON))):
            for table, rows in tables.items():
                into[table] += [segmented(row, life) for row in rows]
    return warehouse_of(**whole), warehouse_of(**deleted)


def segmented(row, life):
    """A row of the company that stands for one life."""
    ids = ("account_id", "subscription_id", "movement_id")
    named = {name: f"{life} {row[name]}" for name in ids if name in row}
    return row | named | ({"segment": life} if "segment" in row else {})


@pytest.mark.parametrize(
    "policy", EVERY_RULE, ids=lambda p: f"{p.nrr} {p.reactivated} {p.price_rises}"
)
def test_deleting_the_later_life_of_who_left_never_raises_nrr(lives, policy):
    """Nor does it change anything where a policy does not count who comes back."""
    before, after = (
        {
            row["part"]: row
            for row in retention.by_part(
                warehouse, EVERYTHING, YEAR, by="segment", policy=policy, period="custom"
            ).iter_rows(named=True)
        }
        for warehouse in lives
    )

    assert before.keys() == after.keys() == SECOND_LIVES.keys()
    for life in SECOND_LIVES:
        assert after[life]["opening_arr"] == 600
        assert after[life]["nrr"] <= before[life]["nrr"], life
        if policy.reactivated == "excluded":
            same = ("net_retained_arr", "kept")
            assert [after[life][each] for each in same] == [before[life][each] for each in same]


# ------------------------------------------------------------------ on the command line


@pytest.fixture
def ask(files, tmp_path, monkeypatch):
    """``ask retention/by_period`` over the seven, with policies of the company's own."""
    settings = tmp_path / "settings.toml"
    lines = []
    for name, (choices, _) in PRINTED.items():
        lines += [f'[policy.retention_policies."{name}"]']
        lines += [f'{choice} = "{value}"' for choice, value in choices.items()]
    settings.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("CS_DASHBOARD_SETTINGS", str(settings))

    def answer(source, policy):
        words = ["ask", "retention/by_period", "--format", "json", "--policy", policy]
        window = ["--since", f"{SINCE}", "--until", f"{UNTIL}", "--as-of", f"{UNTIL}"]
        options = [*window, "--period", "custom", "--warehouse", str(files[source])]
        result = CliRunner().invoke(main, [*words, *options])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return answer


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", PRINTED)
def test_the_printed_numbers_by_command(ask, source, name):
    printed = PRICES_UNKNOWN.get((source, name), PRINTED[name][1])

    (row,) = ask(source, name)

    assert (row["period_start_on"], row["period_end_on"]) == (f"{SINCE}", f"{UNTIL}")
    assert {key: per_cent(row)[key] for key in printed} == printed
    assert (row["opening_arr"], row["closing_arr"], row["accounts"]) == ("600.00", "645.00", 6)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("finance-ttm", {"nrr": 85.8, "grr": 75.0, "logo_retention": 83.3}),
        ("CS_renewals", {"nrr": 95.0, "grr": 93.3, "logo_retention": 100.0}),
    ],
)
def test_the_ready_policies_by_command(ask, name, printed):
    (row,) = ask("lines and movements", name)

    assert per_cent(row) == printed
