"""One company in every warehouse, and the ways in which each question is asked of all of them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.demo import build_demo
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.questions import Question, questions
from dashboard.retention_policy import RetentionPolicy
from dashboard.warehouse.base import Warehouse
from dashboard.warehouse.embedded import EmbeddedWarehouse

AS_OF: Final = date(2026, 10, 31)
MAY_BE_EMPTY: Final = {
    "account/family",
    "accounts/without_rate",
    "bridge/corrections",
    "churn/flags",
    "data/broken_rows",
    "data/broken_rules",
    "data/notices",
    "data/quarantine",
    "data/refused_rows",
    "data/unmapped_values",
    "forecast/short_terms",
    "renewals/overdue",
}
"""Questions about faults, families and short terms that the small company does not have."""
LOOKS_BACK: Final = {
    "retention/accounts",
    "retention/moved_parts",
    "won/in_retention",
    "won/in_retention_accounts",
}
"""Questions about a window that has ended."""


@pytest.fixture(scope="session")
def values(embedded) -> dict[str, Any]:
    """Values of the company for filters and for the parameters that questions have of their own."""
    as_of = embedded.freshness().as_of

    def answer(question: str, **own: object) -> pl.DataFrame:
        return questions()[question].function(embedded, EVERYTHING, Filters(as_of), **own)

    green = answer("health/bands_by_week").filter(health_band="green")
    customer = answer("accounts/customers").drop_nulls().row(0, named=True)
    return {
        "age": 2,
        "as_of": as_of,
        "segment": customer["segment"],
        "region": customer["region"],
        "csm": customer["csm_id"],
        "band": "green",
        "behaviour": "Used the API",
        "basis": "restated",
        "by": "product",
        "week_on": green["week_on"].max(),
        "account_id": customer["account_id"],
        "account_ids": (customer["account_id"],),
        "cohort_on": answer("cohorts/triangle").filter(age=2)["cohort_on"].max(),
        "compared_on": as_of - timedelta(days=35),
        "compared_since": as_of - timedelta(days=400),
        "compared_until": as_of - timedelta(days=90),
        "cycle": answer("talent/cycles")["cycle"].min(),
        "dated": "left",
        "day_on": as_of.replace(day=1) - timedelta(days=1),
        "days": 30,
        "days_before": 120,
        "definition": '{"minimum_coverage": 0.75, "overall": {"red_below": 50}}',
        "due_until": as_of + timedelta(days=120),
        "measure": "nps",
        "most": 3,
        "on": as_of - timedelta(days=300),
        "part": answer("retention/by_part", by="product")["part"].max(),
        "period": "quarter",
        "personas": ("decision_maker",),
        "policy": "board",
        "quadrant": "both good",
        "quarters": 6,
        "scorecard": "engagement",
        "source": "manager",
        "target_scope": customer["segment"],
        "state": "fresh",
        "stage_weights": {"Discussion": 0.25, "Contract sent": 0.5},
    }


def own(question: Question, values: dict[str, Any], *, optional: bool) -> dict[str, Any]:
    wanted = [param.name for param in question.own_params if param.required or optional]
    lacking = [name for name in wanted if name not in values]
    assert not lacking, f"add an example of {', '.join(lacking)} to the fixture `values`"
    return {name: values[name] for name in wanted}


CASES: Final = {
    "of everything": lambda v: (EVERYTHING, Filters(v["as_of"]), False),
    "in a window": lambda v: (
        EVERYTHING,
        Filters(v["as_of"], v["as_of"] - timedelta(days=200), v["as_of"] + timedelta(days=100)),
        True,
    ),
    "filtered half a year ago": lambda v: (
        EVERYTHING,
        Filters(
            v["as_of"] - timedelta(days=182),
            segments=(v["segment"], "none"),
            regions=(v["region"],),
        ),
        False,
    ),
    "of one CSM": lambda v: (Scope(member_ids=(v["csm"],)), Filters(v["as_of"]), False),
    "for nobody": lambda v: (Scope(), Filters(v["as_of"]), False),
}


def answer(
    question: Question, case: str, values: dict[str, Any], warehouse: Warehouse
) -> pl.DataFrame:
    """The answer of a warehouse to a question as a case asks it."""
    scope, filters, optional = CASES[case](values)
    params = own(question, values, optional=optional)
    if question.name in LOOKS_BACK and filters.until:
        filters = filters.window(filters.since, min(filters.until, filters.as_of))
    return question.function(warehouse, scope, filters, **params)


OTHER_RULES: Final = RetentionPolicy(
    renewal_base="total_arr",
    late_renewals="churned",
    early_renewals="close_date",
    multi_year="anniversaries",
    month_to_month="counted",
)
"""Rules of renewals that are no default."""


@pytest.fixture(scope="session")
def company(tmp_path_factory) -> Path:
    """An embedded warehouse, and beside it each of its tables as a file in ``tables``."""
    path = tmp_path_factory.mktemp("company") / "company.duckdb"
    build_demo(path, policy=Policy(), as_of=AS_OF, seed=1, accounts=60, years=2)
    tables = path.with_name("tables")
    tables.mkdir()
    with duckdb.connect(str(path), read_only=True) as connection:
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            connection.table(table).write_parquet(str(tables / f"{table}.parquet"))
    return path


@pytest.fixture(scope="session")
def embedded(company) -> EmbeddedWarehouse:
    return EmbeddedWarehouse(company, Policy())
