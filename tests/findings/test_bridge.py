from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts.waterfall import DOWN, TOTAL, UP, waterfall
from dashboard.findings import bridge as findings
from dashboard.queries.bridge import BY_PERIOD, CORRECTIONS, MOVEMENTS
from dashboard.queries.retention import MOVEMENTS_BY_MONTH

ORDER = (
    "opening",
    "new",
    "reactivation",
    "expansion",
    "price",
    "fx",
    "contraction",
    "churn",
    "closing",
)


def steps(*amounts: int) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (date(2026, 7, 1), date(2026, 10, 1), step, Decimal(amount), 1)
            for step, amount in zip(ORDER, amounts, strict=True)
        ],
        schema=BY_PERIOD,
        orient="row",
    )


@pytest.mark.parametrize(
    ("amounts", "sentence"),
    [
        (
            (1000, 200, 0, 100, 0, 0, -40, -60, 1200),
            "ARR grew by $200 to $1.2K over FY26 Q3: $300 gained, $100 lost",
        ),
        (
            (1000, 0, 0, 0, 0, 0, 0, -60, 940),
            "ARR fell by $60 to $940 over FY26 Q3: $0 gained, $60 lost",
        ),
        (
            (1000, 60, 0, 0, 0, 0, 0, -60, 1000),
            "ARR stayed at $1.0K over FY26 Q3: $60 gained, $60 lost",
        ),
    ],
)
def test_bridge(amounts, sentence):
    assert findings.bridge(steps(*amounts), "FY26 Q3", currency="USD") == sentence


def test_the_waterfall_floats_between_its_totals():
    drawn = waterfall(
        [
            ("opening", "Opening ARR", Decimal(1000)),
            ("new", "New", Decimal(200)),
            ("churn", "Churn", Decimal(-300)),
            ("closing", "Closing ARR", Decimal(900)),
        ],
        currency="USD",
    )

    assert drawn.select("step", "start", "end", "kind", "text").rows() == [
        ("opening", 0.0, 1000.0, TOTAL, "$1.0K"),
        ("new", 1000.0, 1200.0, UP, "+$200"),
        ("churn", 1200.0, 900.0, DOWN, "-$300"),
        ("closing", 0.0, 900.0, TOTAL, "$900"),
    ]


def side_by_side(**differences: int) -> pl.DataFrame:
    return pl.DataFrame(
        [{"step": step, "difference": Decimal(differences.get(step, 0))} for step in ORDER],
        schema={"step": pl.String, "difference": pl.Decimal(38, 2)},
    )


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [
        ({}, "Nothing was restated since 1 Oct 2026"),
        (
            {"churn": -50, "closing": -50},
            "Closing ARR is restated by ($50.00) since 1 Oct 2026; 2 lines moved",
        ),
        (
            {"churn": -50, "contraction": 50},
            "Closing ARR stands as reported on 1 Oct 2026; 2 steps moved",
        ),
    ],
)
def test_restated(differences, sentence):
    found = findings.restated(side_by_side(**differences), "1 Oct 2026", currency="USD")

    assert found == sentence


def test_corrections_and_bookings_count_what_came_late():
    late = pl.DataFrame(
        [dict.fromkeys(CORRECTIONS) | {"amount": Decimal(-5)}] * 2, schema=CORRECTIONS
    )
    booked = pl.DataFrame(
        [dict.fromkeys(MOVEMENTS) | {"days_late": days} for days in (0, 30, 31)], schema=MOVEMENTS
    )

    assert findings.corrections(late, "1 Oct 2026", currency="USD") == (
        "2 movements booked after 1 Oct 2026 reached back before it, ($10.00) together"
    )
    assert findings.corrections(late.clear(), "1 Oct 2026", currency="USD") == (
        "No movement was booked late after 1 Oct 2026"
    )
    assert findings.booked(booked, "FY26 Q3") == (
        "3 movements booked for FY26 Q3, 1 of them more than 30 days late"
    )
    assert findings.booked(booked.clear(), "FY26 Q3") == "No movement was booked for FY26 Q3"


def test_the_month_with_the_most_lost_is_named():
    rows = pl.DataFrame(
        [
            (date(2026, 9, 1), "churn", 1, Decimal(-50)),
            (date(2026, 9, 1), "contraction", 1, Decimal(-20)),
            (date(2026, 10, 1), "churn", 1, Decimal(-60)),
            (date(2026, 10, 1), "new", 1, Decimal(900)),
        ],
        schema=MOVEMENTS_BY_MONTH,
        orient="row",
    )

    assert findings.movements_by_month(rows, currency="USD") == (
        "Most was lost in Sep 2026: $70 of churn and contraction"
    )
    assert findings.movements_by_month(rows.clear(), currency="USD") == (
        "No ARR was lost in these months"
    )
