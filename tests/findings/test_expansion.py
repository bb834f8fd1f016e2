from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.findings import expansion as findings
from dashboard.queries.expansion import (
    CATEGORY_CHANGES,
    OPEN_OPPORTUNITIES,
    PIPELINE_BY_MONTH,
)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No expansion opportunity is open"),
        (
            [(date(2026, 11, 1), "commit", 1, Decimal(500), Decimal(100), 0)],
            "1 open opportunity worth $500, $100 weighted",
        ),
        (
            [
                (date(2026, 11, 1), "commit", 2, Decimal(1_500_000), Decimal(100_000), 0),
                (None, "omitted", 1_200, Decimal(0), Decimal(0), 1_200),
            ],
            "1,202 open opportunities worth $1.5M, $100.0K weighted",
        ),
    ],
)
def test_pipeline_says_what_is_open_and_what_it_weighs(rows, sentence):
    pipeline = pl.DataFrame(rows, schema=PIPELINE_BY_MONTH, orient="row")
    assert findings.pipeline(pipeline, currency="USD") == sentence


def opportunities(*rows: tuple[str | None, date | None, int | None]) -> pl.DataFrame:
    names = ("account_name", "expected_close_on", "amount")
    return pl.DataFrame(
        [dict.fromkeys(OPEN_OPPORTUNITIES) | dict(zip(names, row, strict=True)) for row in rows],
        schema=OPEN_OPPORTUNITIES,
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "0 open opportunities"),
        ([("Acme", None, 5)], "1 open opportunity"),
        (
            [("Acme", date(2026, 11, 3), 500), ("Bolt", date(2026, 12, 3), 9), ("C", None, 1)],
            "2 of 3 open opportunities to close in 30 days, worth $509",
        ),
        (
            [("Acme", date(2026, 12, 4), 500), ("Bolt", date(2026, 11, 2), 70)],
            "0 of 2 open opportunities to close in 30 days, worth $0; "
            "1 worth $70 is past the expected day",
        ),
        (
            [(None, date(2026, 11, 30), None)],
            "1 of 1 open opportunity to close in 30 days, worth n/a",
        ),
    ],
)
def test_open_opportunities_says_what_closes_soon_and_what_is_late(rows, sentence):
    found = findings.open_opportunities(opportunities(*rows), date(2026, 11, 3), currency="USD")
    assert found == sentence


def changes(*rows: tuple[str | None, str | None]) -> pl.DataFrame:
    names = ("category_before", "category_after")
    return pl.DataFrame(
        [dict.fromkeys(CATEGORY_CHANGES) | dict(zip(names, row, strict=True)) for row in rows],
        schema=CATEGORY_CHANGES,
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No forecast category changed in the last 7 days"),
        ([("pipeline", "commit")], "1 forecast changed in the last 7 days: 1 up, 0 down, 0 closed"),
        (
            [("commit", "best_case"), ("omitted", "closed"), (None, "commit"), ("x", "omitted")],
            "4 forecasts changed in the last 7 days: 0 up, 1 down, 1 closed",
        ),
    ],
)
def test_category_changes_counts_those_up_and_those_down(rows, sentence):
    assert findings.category_changes(changes(*rows), 7) == sentence
