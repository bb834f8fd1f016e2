"""A cohort table printed on a public page: imported, and asked age by age."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from dashboard.commands import main

EXAMPLES = json.loads((Path(__file__).parent / "expected.json").read_text())["examples"]
COHORTS = next(each for each in EXAMPLES if each["example"] == "ex16")


def imported_and_asked(folder: Path, *words: str) -> list[dict[str, object]]:
    """The answer over the tables of a folder, by the command line alone."""
    where = ["--warehouse", str(folder / "cohorts.duckdb")]
    loaded = CliRunner().invoke(main, ["import", str(folder), *where])
    assert loaded.exit_code == 0, loaded.output
    asked = CliRunner().invoke(main, ["ask", *words, "--format", "json", *where])
    assert asked.exit_code == 0, asked.output
    return json.loads(asked.output)


def summed(rows: list[dict[str, object]], column: str) -> Decimal:
    return sum((Decimal(str(row[column])) for row in rows), Decimal(0))


def test_cohorts_pooled_by_age_are_the_printed_averages(tmp_path):
    """The page prints a table and no company: one customer per cohort that pays what is printed."""
    first_days = [date.fromisoformat(f"{month}-01") for month in COHORTS["cells"]]
    ages = len(COHORTS["exact"])
    accounts, subscriptions = [], []
    for first_on, printed in zip(first_days, COHORTS["cells"].values(), strict=True):
        account_id = f"{first_on:%Y-%m}"
        accounts.append({
            "account_id": account_id, "account_name": account_id, "segment": "ex16",
            "lifecycle_stage": "Adoption", "customer_since": first_on,
        })  # fmt: skip
        reached = [day for day in first_days if day >= first_on][:ages]
        for age, (starts_on, share) in enumerate(zip(reached, printed["pct"], strict=True)):
            next_on = reached[age + 1] if age + 1 < len(reached) else None
            subscriptions.append({
                "subscription_id": f"{account_id} {age}", "account_id": account_id,
                "starts_on": starts_on, "ends_on": next_on,
                "arr": Decimal(printed["initial_mrr"] * share) / 100,
            })  # fmt: skip
    for table, rows in (("accounts", accounts), ("subscriptions", subscriptions)):
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(tmp_path / f"{table}.parquet")
    rows = imported_and_asked(tmp_path, "cohorts/triangle", "--period=month", "--as-of=2022-10-31")

    pooled, cohorts = [], []
    for age in range(ages):
        reached = [row for row in rows if row["age"] == age and row["is_complete"]]
        share = summed(reached, "gross_arr") / summed(reached, "opening_arr")
        pooled.append(100 * float(share))
        cohorts.append(len(reached))
    assert pooled == pytest.approx(COHORTS["exact"], abs=0.0005)
    assert [round(share) for share in pooled] == (
        COHORTS["recomputed"]["weighted_average_by_month"]
    )
    # Cells are printed as whole per cent: an average of them may be a point off the printed one.
    assert pooled == pytest.approx(COHORTS["printed"]["weighted_average_by_month"], abs=1)
    assert cohorts == [16 - age for age in range(ages)]
    shares = {(row["cohort_on"], row["age"]): round(row["gross_share"], 9) for row in rows}
    assert {
        (f"{month}-01", age): share / 100
        for month, printed in COHORTS["cells"].items()
        for age, share in enumerate(printed["pct"])
    }.items() <= shares.items()
