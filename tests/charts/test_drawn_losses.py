"""What the charts of churn and cohorts draw from an answer: every mark is the sum of its rows."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.charts import before_leaving, churn, cohorts
from dashboard.filters import Filters
from dashboard.metrics.churn import left
from dashboard.metrics.cohorts import pooled
from dashboard.queries import churn as churn_queries
from dashboard.queries import cohorts as cohort_queries
from tests.factories import AS_OF

WINDOW = Filters(AS_OF, since=date(2025, 11, 1), until=date(2026, 11, 1))


def marks(drawn: pl.DataFrame, *keys: str) -> dict[tuple, tuple[Decimal, int]]:
    """ARR and number of each mark of a chart."""
    assert drawn.select(keys).is_unique().all()
    assert len(drawn) > 1, "a comparison of nothing"
    return {row[:-2]: row[-2:] for row in drawn.select(*keys, "arr_lost", "losses").iter_rows()}


def sums(rows: pl.DataFrame, *keys: pl.Expr | str) -> dict[tuple, tuple[Decimal, int]]:
    """The same of the rows behind them."""
    summed = rows.group_by(*keys).agg(pl.col("arr_lost").sum(), pl.len())
    return {row[:-2]: row[-2:] for row in summed.iter_rows()}


@pytest.fixture(scope="module")
def lost(demo) -> pl.DataFrame:
    return churn_queries.lost(demo, EVERYTHING, WINDOW)


def test_quarters_are_the_losses_of_their_state(demo, lost):
    rows = churn_queries.by_quarter(demo, EVERYTHING, WINDOW)
    drawn = churn.by_quarter(rows, label_of=lambda day: f"{day:%Y-%m}")

    month = (pl.col("lost_on").dt.truncate("1q")).dt.to_string("%Y-%m")
    expected = sums(lost, month.alias("quarter"), churn.state().alias("state"))
    assert marks(drawn, "quarter", "state") == expected
    assert drawn["quarter"].to_list() == sorted(drawn["quarter"])
    assert set(drawn["state"]) <= set(churn.STATES)


def test_reasons_are_the_losses_of_their_name_and_state(demo, lost):
    drawn = churn.by_reason(churn_queries.by_reason(demo, EVERYTHING, WINDOW))

    expected = sums(lost, "movement", "reason", churn.state().alias("state"))
    assert marks(drawn, "movement", "reason", "state") == expected
    movements = drawn.unique("name", maintain_order=True)["movement"].to_list()
    assert movements == sorted(movements), "the reasons of churn come first"
    assert drawn.select("name", "state").is_unique().all()


@pytest.mark.parametrize("by", churn_queries.PARTS)
def test_parts_are_the_losses_of_their_movement(demo, by):
    rows = churn_queries.lost(demo, EVERYTHING, WINDOW, by=by)
    parts = churn_queries.by_part(demo, EVERYTHING, WINDOW, by=by)

    expected = sums(rows, pl.col("part").fill_null(""), "movement")
    assert marks(churn.by_part(parts, most=1000), "part", "movement") == expected
    assert churn.by_part(parts, most=2)["part"].n_unique() == 2
    assert churn.by_part(parts.clear(), most=2).is_empty()


def test_bands_and_spans_are_the_losses_that_left(lost):
    gone = left(lost)

    band = pl.col("best_band").fill_null("not scored").alias("band")
    assert marks(before_leaving.by_band(gone), "band") == sums(gone, band)
    span = before_leaving.span().alias("span")
    assert marks(before_leaving.by_days_from_red(gone), "span") == sums(gone, span)


@pytest.mark.parametrize(
    ("days", "band", "span"),
    [
        (1, "red", "up to 30 days"),
        (30, "red", "up to 30 days"),
        (31, "amber", "31 to 90"),
        (90, "green", "31 to 90"),
        (91, None, "91 to 180"),
        (270, "red", "181 to 270"),
        (271, "red", "271 to 365"),
        (365, "red", "271 to 365"),
        (None, "green", "never red"),
        (None, None, "not scored"),
    ],
)
def test_days_from_red_fall_into_spans(days, band, span):
    types = {"days_from_red": pl.Int64, "best_band": pl.String}
    row = pl.DataFrame({"days_from_red": [days], "best_band": [band]}, schema=types)
    assert row.select(before_leaving.span()).item() == span


@pytest.mark.parametrize("measure", cohorts.MEASURES)
def test_cells_are_the_latest_cohorts_and_all_of_them_pooled(demo, measure):
    triangle = cohort_queries.triangle(demo, EVERYTHING, Filters(AS_OF))
    drawn = cohorts.cells(
        triangle, pooled(triangle), measure=measure, label_of=lambda day: f"{day}", most=6
    )

    together = drawn.filter(pl.col("cohort") == cohorts.ALL)
    assert drawn.select("cohort", "age").is_unique().all()
    assert drawn["cohort"].n_unique() == 7
    assert drawn["age"].max() == 5
    # The running quarter is drawn and hatched, but never pooled.
    assert drawn.filter(~pl.col("is_complete"))["state"].unique().to_list() == ["so far"]
    assert together["is_complete"].all()
    assert together["cohorts"].to_list() == sorted(together["cohorts"], reverse=True)
    complete = triangle.filter(pl.col("is_complete"), pl.col("age") == 4)
    at_four = together.filter(pl.col("age") == 4)
    for name in ("accounts", "kept", "opening_arr", "gross_arr", "net_arr"):
        assert at_four[name].item() == complete[name].sum()
    assert len(complete) > 6, "the pooled row holds cohorts that are too early to be drawn"
    assert drawn.sort("rank")["cohort"].to_list()[-1] == cohorts.ALL
