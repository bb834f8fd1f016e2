from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.findings import health as findings
from dashboard.queries.health import BANDS_BY_WEEK, CONTRIBUTIONS, CROSSINGS


def heat(*rows: tuple[str, str, float, int | None]) -> pl.DataFrame:
    """Segment, measure, average score and red ARR, as the heatmap draws them."""
    return pl.DataFrame(
        [
            (segment, measure, measure.upper(), score, None if red is None else Decimal(red))
            for segment, measure, score, red in rows
        ],
        schema={
            "segment": pl.String,
            "measure": pl.String,
            "name": pl.String,
            "average_score": pl.Float64,
            "arr_red": pl.Decimal(38, 2),
        },
        orient="row",
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No customer has a health score"),
        ([("A", "overall", 41.2, 0)], "OVERALL in A is weakest: score 41 of 100"),
        (
            [("A", "overall", 10, 5), ("A", "roi", 50, None), ("B", "nps", 45.6, 1500)],
            "NPS in B is weakest: score 46 of 100, $1.5K of its ARR at red",
        ),
        ([("B", "roi", 50, 0), ("A", "roi", 50, 0)], "ROI in A is weakest: score 50 of 100"),
    ],
)
def test_by_segment_names_the_weakest_measure(rows, sentence):
    assert findings.by_segment(heat(*rows), currency="USD") == sentence


def bands(*rows: tuple[date, str | None, int]) -> pl.DataFrame:
    return pl.DataFrame([(*row, None) for row in rows], schema=BANDS_BY_WEEK, orient="row")


FIRST, LAST = date(2026, 10, 5), date(2026, 10, 26)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Customers by health band"),
        ([(FIRST, "red", 3)], "Customers by health band"),
        (
            [(FIRST, "red", 3), (LAST, "red", 5), (LAST, "green", 9)],
            "5 customers were red in the week of 26 Oct, 2 more than 3 weeks before",
        ),
        (
            [(FIRST, "red", 2), (date(2026, 10, 12), "red", 9), (LAST, "red", 1)],
            "1 customer was red in the week of 26 Oct, 1 fewer than 3 weeks before",
        ),
        (
            [(date(2026, 10, 19), "green", 2), (LAST, None, 2)],
            "0 customers were red in the week of 26 Oct, as many as 1 week before",
        ),
    ],
)
def test_bands_by_week_says_how_the_red_ones_moved(rows, sentence):
    assert findings.bands_by_week(bands(*rows)) == sentence


def crossings(*rows: tuple[str | None, str | None, int]) -> pl.DataFrame:
    names = ("band_before", "band_now", "arr")
    return pl.DataFrame(
        [dict.fromkeys(CROSSINGS) | dict(zip(names, row, strict=True)) for row in rows],
        schema=CROSSINGS,
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No customer changed its health band in 7 days"),
        (
            [("green", "red", 500)],
            "1 customer ($500) fell to a lower band in 7 days, 0 rose",
        ),
        (
            [("green", "amber", 500), ("amber", "red", 600), ("red", "green", 9), (None, "red", 7)],
            "2 customers ($1.1K) fell to a lower band in 7 days, 1 rose",
        ),
        ([("amber", None, 5)], "0 customers ($0) fell to a lower band in 7 days, 0 rose"),
    ],
)
def test_crossings_counts_those_that_fell_and_rose(rows, sentence):
    assert findings.crossings(crossings(*rows), 7, currency="USD") == sentence


def parts(*rows: tuple[str, float | None, float | None]) -> pl.DataFrame:
    """Measure, score and weight."""
    frame = pl.DataFrame(
        [
            dict.fromkeys(CONTRIBUTIONS) | {"measure": measure, "score": score, "weight": weight}
            for measure, score, weight in rows
        ],
        schema=CONTRIBUTIONS,
    )
    return frame.with_columns(contribution=pl.col("score") * pl.col("weight"))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Acme has no measurement that counts"),
        ([("roi", None, None)], "Acme has no measurement that counts"),
        (
            [("roi", 40, 0.5), ("nps", 20, 0.25), ("support", 100, 0.25), ("adoption", None, None)],
            "Acme scores 50; ROI costs most, 30 points",
        ),
        ([("nps", 20, 0.5), ("support", 90, 0.5)], "Acme scores 55; NPS costs most, 40 points"),
    ],
)
def test_contributions_names_what_holds_the_score_down(rows, sentence):
    assert findings.contributions(parts(*rows), "Acme") == sentence
