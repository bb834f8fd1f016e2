"""Notes on charts: in the period of their day, and what was drawn before drawn as before."""

from datetime import date

import altair as alt
import polars as pl
import pytest

from dashboard.charts import account, bridge, churn, health, retention, surveys
from dashboard.charts.annotated import NUMBER, TEXT, Note, annotated, period_of, with_notes
from dashboard.exhibit import Timed

CHARTS = {
    "health of all": health.bands_by_week("ARR", "light"),
    "NPS": surveys.nps_by_month("light"),
    "answers": surveys.answers_by_month("light"),
    "retention": retention.over_time_chart(("NRR",), "opening ARR", "Customers", "light"),
    "bridge": bridge.movements_by_month_chart("USD", "light"),
    "churn": churn.by_quarter_chart("ARR", "FY26 Q1", "USD", "light"),
    "health of one": account.health_by_week(40.0, 70.0, "light"),
    "ARR of one": account.arr_over_time("week_on", "USD", "light"),
    "use": account.use_by_week("People", "light"),
}
every_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
MONTHS = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)]


@every_chart
def test_an_annotated_chart_is_valid_and_keeps_what_was_drawn(chart):
    made = annotated(chart, "light")
    alt.LayerChart.from_dict({**made, "data": {"name": "rows"}})  # Raises where it is not valid.
    drawn, rule, number = made["layer"]
    assert drawn["transform"][0] == {"filter": f"!isValid(datum.{NUMBER})"}
    for name in ("mark", "encoding", "layer", "resolve"):
        assert drawn.get(name) == chart.get(name)
    assert rule["encoding"]["x"] == number["encoding"]["x"]
    assert number["encoding"]["text"]["field"] == NUMBER
    assert rule["encoding"]["tooltip"][0]["field"] == TEXT
    assert {each["name"] for each in made.get("params", [])} == {
        each["name"] for each in chart.get("params", [])
    }
    for each in made.get("params", []):
        assert each["views"]
    assert "data" not in made


@every_chart
def test_the_chart_that_was_built_once_is_not_changed(chart):
    before = repr(chart)
    annotated(chart, "dark")
    assert repr(chart) == before


def test_a_chart_without_a_horizontal_column_stays_as_it_is():
    chart = {"mark": "arc", "encoding": {"theta": {"field": "x"}}}
    assert annotated(chart, "light") is chart


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), MONTHS[0]),
        (date(2026, 1, 31), MONTHS[0]),
        (date(2026, 2, 1), MONTHS[1]),
        (date(2026, 3, 31), MONTHS[1]),
        (date(2026, 4, 1), MONTHS[2]),
        (date(2026, 5, 29), MONTHS[2]),
        (date(2026, 5, 30), None),
    ],
)
def test_a_day_falls_into_the_period_that_began_last(day, period):
    rows = pl.DataFrame({"month": MONTHS})
    assert period_of(rows, Timed("month"), day) == period


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2025, 11, 2), None),
        (date(2025, 11, 3), MONTHS[0]),
        (date(2025, 12, 31), MONTHS[0]),
        (date(2026, 1, 1), MONTHS[1]),
        (date(2026, 3, 31), MONTHS[2]),
        (date(2026, 4, 1), None),
    ],
)
def test_a_day_falls_into_the_period_that_ends_next(day, period):
    rows = pl.DataFrame({"until": MONTHS})
    assert period_of(rows, Timed("until", is_end=True), day) == period


def test_without_rows_or_days_there_is_no_period():
    timed = Timed("month")
    assert (
        period_of(pl.DataFrame({"month": []}, schema={"month": pl.Date}), timed, MONTHS[0]) is None
    )
    assert period_of(pl.DataFrame({"month": ["x"]}), timed, MONTHS[0]) is None
    assert period_of(pl.DataFrame({"other": [1]}), timed, MONTHS[0]) is None
    assert period_of(pl.DataFrame({"month": MONTHS[:1]}), timed, date(2026, 3, 1)) == MONTHS[0]


def test_a_note_is_a_row_with_the_place_of_its_period_and_nothing_else_of_it():
    rows = pl.DataFrame(
        {
            "month": MONTHS,
            "month_label": ["Jan", "Feb", "Apr"],
            "amount": [1.0, 2.0, 3.0],
            "movement": ["new", "new", "churn"],
        }
    )
    notes = [
        Note("1", date(2026, 2, 14), "Prices"),
        Note("2", date(2026, 2, 20), "Outage"),
        Note("3", date(2020, 1, 1), "long before"),
    ]
    drawn = with_notes(rows, CHARTS["bridge"], Timed("month"), notes)
    assert drawn.head(3).select(rows.columns).equals(rows)
    assert drawn.head(3)[NUMBER].to_list() == [None] * 3
    assert drawn.tail(-3).rows() == [
        (MONTHS[1], "Feb", None, None, "1", "Prices"),
        (MONTHS[1], "Feb", None, None, "2", "Outage"),
    ]
    assert with_notes(rows, CHARTS["bridge"], Timed("month"), notes[2:]) is rows
