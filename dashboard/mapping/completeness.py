"""Which questions have an answer with what is loaded or mapped, and what the rest miss."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboard import contract, questions
from dashboard.mapping.folders import Mapped
from dashboard.queries.types import columns
from dashboard.warehouse import sql
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.build import MARTS

PAGES: Final = {
    "Overview": ("overview",),
    "Renewals": ("renewals", "renewal_watch"),
    "Retention": ("retention",),
    "ARR bridge": ("bridge",),
    "Cohorts": ("cohorts",),
    "Churn": ("churn",),
    "Forecast": ("forecast", "calls"),
    "Health": ("health", "scorecards", "quadrants", "outcome_check"),
    "Risks": ("risks", "triggers", "priorities"),
    "Account": ("account", "account_records", "accounts"),
    "Customer lifecycle": ("lifecycle", "onboarding"),
    "Success plans": ("plans",),
    "Voice of the customer": ("surveys", "personas", "responses", "loops", "csat", "themes"),
    "Expansion": ("expansion", "pipeline", "white_space", "won"),
    "Advocacy": ("advocacy",),
    "Digital programmes": ("digital", "behaviours"),
    "Team capacity": ("coverage",),
    "One-on-one": ("one_on_one",),
    "Talent": ("talent",),
    "Definitions and data": ("data",),
}
"""Subjects of questions by the page that mainly asks them."""

ARR_TABLES: Final = frozenset({"subscriptions", "arr_movements"})
"""Where ARR comes from one of the two, the other is not missed."""

NEVER_MISSED: Final = frozenset({"fiscal_periods", "fx_rates"})
"""Derived from the settings; needed for a second currency only, and refused without it."""

FILLED: Final = columns(table_name=pl.String, column_name=pl.String)
"""Columns that hold something, or will once the mapping is loaded."""

ANSWERS: Final = columns(
    page=pl.String,
    question=pl.String,
    answer=pl.String,
    lacks=pl.String,
    missing_tables=pl.String,
    missing_columns=pl.String,
)
"""``answer`` is ``whole``, ``in part`` (something it looks at is empty) or ``none``.

``lacks`` are tables without which there is no answer, the others it would only look at.
"""

METER: Final = columns(
    page=pl.String,
    questions=pl.Int64,
    whole=pl.Int64,
    in_part=pl.Int64,
    none=pl.Int64,
    complete=pl.Float64,
    missing_tables=pl.String,
    missing_columns=pl.String,
)
"""``complete`` is the share of a page's questions that have an answer, those in part by half."""

COSTS: Final = columns(
    missing=pl.String, without_answer=pl.Int64, in_part=pl.Int64, pages=pl.String
)
"""Of each missing table or column how many questions it costs, and on which pages."""

_READ: Final = re.compile(r"\b(?:from|join)\s+(\w+)", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")
_WHO_SEES: Final = re.compile(r"visible_accounts as \(\n\n.*?\n\n\)", re.DOTALL)
"""In front of every question on accounts: what it reads decides who sees a row and on which day."""

_EMPTY_SAYS_SOMETHING: Final = re.compile(r"\bempty (?:is|has)\b|may be unknown", re.IGNORECASE)
MAY_BE_EMPTY: Final = frozenset(
    {"churned_on", "currency", "ends_on", "parent_account_id", "resolved_on", "escalated_on"}
)
"""Columns whose emptiness is an answer, so that nothing is missing; others say so themselves."""


def filled_in(warehouse: Path) -> pl.DataFrame:
    """Columns of a warehouse with at least one value.

    Raises
    ------
    WarehouseError
        The file is no warehouse of this version.
    """
    queries = []
    for table in contract.tables().values():
        counts = ", ".join(f"count({each.name}) as {each.name}" for each in table.columns)
        queries.append((table.name, f"select {counts} from {table.name}"))  # noqa: S608
    rows = []
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for table_name, query in queries:
                counted = connection.sql(query).pl().row(0, named=True)
                rows += [(table_name, name) for name, count in counted.items() if count]
    except duckdb.Error as error:
        raise WarehouseError(f"{warehouse.name} is not a warehouse of this version.") from error
    return pl.DataFrame(rows, schema=FILLED, orient="row")


def filled_by(mappings: Iterable[Mapped]) -> pl.DataFrame:
    """Columns that mappings fill."""
    rows = [(one.table, name) for one in mappings for name in one.mapping.columns]
    return pl.DataFrame(rows, schema=FILLED, orient="row")


def answers(filled: pl.DataFrame) -> pl.DataFrame:
    """Every question with what is missing for it, by page.

    Parameters
    ----------
    filled
        Rows of ``FILLED``; a table without any is missing.
    """
    filled_columns = set(filled.select("table_name", "column_name").iter_rows())
    tables = {table for table, _ in filled_columns}
    rows = []
    for page, subjects in PAGES.items():
        for name, (needs, reads, looked_at) in _needs().items():
            if name.partition("/")[0] not in subjects:
                continue
            lacking = [each for each in needs if each not in tables]
            known = tables | NEVER_MISSED | (ARR_TABLES if tables & ARR_TABLES else set())
            beside = [each for each in reads if each not in {*known, *lacking}]
            empty = [
                f"{table}.{column}"
                for table, column in looked_at
                if table in tables and (table, column) not in filled_columns
            ]
            answer = "none" if lacking else "in part" if beside or empty else "whole"
            rows.append((page, name, answer, *map(", ".join, (lacking, beside, empty))))
    return pl.DataFrame(rows, schema=ANSWERS, orient="row")


def meter(answered: pl.DataFrame) -> pl.DataFrame:
    """How complete each page is, in the order of the menu."""

    def several(*names: str) -> pl.Expr:
        parts = pl.concat_str(names, separator=", ").str.split(", ").explode()
        return parts.filter(parts != "").unique().sort().str.join(", ")

    counted = answered.group_by("page", maintain_order=True).agg(
        questions=pl.len(),
        whole=(pl.col("answer") == "whole").sum(),
        in_part=(pl.col("answer") == "in part").sum(),
        none=(pl.col("answer") == "none").sum(),
        missing_tables=several("lacks", "missing_tables"),
        missing_columns=several("missing_columns"),
    )
    return (
        counted.with_columns(
            complete=(pl.col("whole") + pl.col("in_part") / 2) / pl.col("questions")
        )
        .select(METER.names())
        .cast(METER)
    )


def costs(answered: pl.DataFrame) -> pl.DataFrame:
    """What each missing table and column costs, the dearest first."""

    def each(answer: str, *names: str) -> pl.DataFrame:
        parts = pl.concat_str(names, separator=", ").str.split(", ")
        return answered.select("page", answer=pl.lit(answer), missing=parts).explode("missing")

    return (
        pl.concat([each("none", "lacks"), each("in part", "missing_tables", "missing_columns")])
        .filter(pl.col("missing") != "")
        .group_by("missing")
        .agg(
            without_answer=(pl.col("answer") == "none").sum(),
            in_part=(pl.col("answer") == "in part").sum(),
            pages=pl.col("page").unique(maintain_order=True).str.join(", "),
        )
        .sort("without_answer", "in_part", "missing", descending=[True, True, False])
        .select(COSTS.names())
        .cast(COSTS)
    )


@cache
def _needs() -> dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]]:
    """Of each question the tables it needs, those it reads, and the columns it looks at."""
    found = {}
    for name, question in questions.questions().items():
        texts = [sql.read(each) for each in question.asks]
        needs = {need: None for text in texts for need in text.rests_on}
        if any("visible_accounts" in text.text for text in texts):
            needs = {"accounts": None} | needs
        whole = _WHO_SEES.sub("", "\n".join(text.text for text in texts))
        reads = _tables_of(whole)
        words = set(_WORD.findall(whole))
        looked_at = tuple(
            (table, column.name)
            for table in reads
            for column in contract.tables()[table].columns
            if not column.required
            and column.name in words
            and column.name not in MAY_BE_EMPTY
            and not _EMPTY_SAYS_SOMETHING.search(column.comment)
        )
        found[name] = (tuple(needs), reads, looked_at)
    return found


def _tables_of(text: str, seen: frozenset[str] = frozenset()) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _READ.findall(text):
        if name in contract.tables():
            found[name] = None
        elif name in MARTS and name not in seen:
            below = _tables_of(sql.read(f"marts/{name}").text, seen | {name})
            found |= dict.fromkeys(below)
    return tuple(found)
