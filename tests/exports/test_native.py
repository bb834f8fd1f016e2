"""Every chart has a native form, and its numbers are those of the frame."""

from collections import Counter
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.charts import waterfall
from dashboard.charts.annotated import Note, annotated, with_notes
from dashboard.exhibit import Timed
from dashboard.exports.expressions import UnknownExpressionError, expression
from dashboard.exports.forms import Grid, Plot, spans_of
from dashboard.exports.layers import NoNativeFormError
from dashboard.exports.native import native
from tests.charts.test_charts import declared
from tests.exports.samples import CHARTS, layers, sample

CENTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
PILES = [
    name
    for name, chart in CHARTS.items()
    if len(parts := list(layers(chart))) == 1
    and parts[0]["mark"]["type"] == "bar"
    and "xOffset" not in parts[0]["encoding"]
    and "yOffset" not in parts[0]["encoding"]
]


def quantity(chart) -> str:
    encoding = next(layers(chart))["encoding"]
    return next(
        encoding[channel]["field"]
        for channel in ("x", "y")
        if encoding[channel]["type"] == "quantitative"
    )


def test_every_chart_of_the_app_is_here():
    assert declared() == set(CHARTS)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_a_native_form(name):
    form = native(CHARTS[name], sample(CHARTS[name]))

    if isinstance(form, Grid):
        assert form.columns
        assert form.rows
        assert any(cell.lines for cell in form.cells.values())
    else:
        assert any(value is not None for each in form.series for value in each.values)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_without_rows_is_no_error(name):
    native(CHARTS[name], sample(CHARTS[name]).clear())


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_nothing_known_is_no_error(name):
    native(CHARTS[name], sample(CHARTS[name], amount=lambda: None))


@pytest.mark.parametrize("name", CHARTS)
def test_a_plot_is_square(name):
    """Each series has a value for each place, and spans for each value."""
    form = native(CHARTS[name], sample(CHARTS[name]))
    if isinstance(form, Plot):
        for series in form.series:
            assert len(series.values) == len(form.categories or series.x)
            assert all(len(column) == len(series.values) for _, column in spans_of(series))
            assert not series.labels or len(series.labels) == len(series.values)


@pytest.mark.parametrize("name", PILES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_series_of_a_pile_sum_to_the_frame(name, data):
    """To the cent, with amounts of any sign, and with some that are not known."""
    amount = st.one_of(st.none(), CENTS)
    chart, field = CHARTS[name], quantity(CHARTS[name])
    drawn = sample(chart)
    amounts = data.draw(st.lists(amount, min_size=len(drawn), max_size=len(drawn)))
    column = pl.Series(field, amounts, dtype=pl.Decimal(38, 2))

    form = native(chart, drawn.with_columns(column))

    assert isinstance(form, Plot)
    found = [value for each in form.series for value in each.values if value is not None]
    assert sum(found, Decimal(0)) == sum((a for a in amounts if a is not None), Decimal(0))
    assert Counter(found) == Counter(a for a in amounts if a is not None)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), CENTS), max_size=40))
def test_rows_of_one_place_are_added_to_the_cent(rows):
    chart = {
        "mark": "bar",
        "encoding": {
            "x": {"field": "where", "type": "nominal"},
            "y": {"field": "arr", "type": "quantitative"},
            "color": {"field": "what", "type": "nominal"},
        },
    }
    schema = {"where": pl.String, "what": pl.String, "arr": pl.Decimal(38, 2)}

    form = native(chart, pl.DataFrame(rows, schema=schema, orient="row"))

    for series in form.series if rows else ():
        for (where,), value in zip(form.categories, series.values, strict=True):
            here = [arr for place, what, arr in rows if (place, what) == (where, series.name)]
            assert value == (sum(here) if here else None)


@pytest.mark.parametrize("name", CHARTS)
def test_every_value_of_lines_and_marks_is_drawn(name):
    drawn = sample(CHARTS[name])
    form = native(CHARTS[name], drawn)
    if isinstance(form, Grid) or any("share a place" in remark for remark in form.remarks):
        return
    found = {float(v) for each in form.series for v in (*each.values, *each.high) if v is not None}
    for layer in layers(CHARTS[name]):
        if layer["mark"]["type"] not in {"line", "point", "circle", "rule"}:
            continue
        if layer["mark"].get("opacity") == 0 or layer.get("transform"):
            continue
        for channel in ("x", "y", "x2", "y2"):
            encoding = layer["encoding"].get(channel, {})
            is_place = any(
                layer["encoding"].get(other, {}).get("type") in {"nominal", "ordinal", "temporal"}
                for other in ("x", "y")
            )
            if encoding.get("type", "quantitative") == "quantitative" and "field" in encoding:
                wanted = {float(value) for value in drawn[encoding["field"]]}
                places = {float(x) for each in form.series for x in each.x if x is not None}
                assert wanted <= (found if is_place else found | places), (channel, encoding)


def test_values_that_hide_each_other_are_counted():
    chart = CHARTS["capacity.moved_chart"]

    form = native(chart, sample(chart))

    assert "6 values share a place with another." in form.remarks


def test_an_unknown_amount_is_an_empty_point_never_zero():
    chart = CHARTS["won.by_quarter_chart"]
    drawn = sample(chart).with_columns(
        pl.when(pl.col("part") == "CSM").then(None).otherwise(pl.col("amount")).alias("amount")
    )

    form = native(chart, drawn)

    assert {each.name: each.values for each in form.series}["CSM"] == (None, None, None)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_an_empty_point(value):
    chart = CHARTS["churn.by_part_chart"]

    form = native(chart, sample(chart, amount=lambda: value))

    assert {value for each in form.series for value in each.values} == {None}


def test_names_order_and_colours_are_those_of_the_specification():
    chart = CHARTS["renewals.due_by_quarter"]
    states = ["open: red", "closed: kept", "open: green", "closed: lost"]
    ranks = {"closed: kept": 0, "closed: lost": 1, "open: green": 2, "open: red": 3}
    drawn = pl.DataFrame(
        [
            {"quarter": q, "due_quarter": on, "state": s, "rank": ranks[s], "arr": 1.0}
            for q, on in (("FY27 Q1", date(2026, 11, 1)), ("FY26 Q4", date(2026, 8, 1)))
            for s in states
        ]
    )

    form = native(chart, drawn)

    assert form.kind == "column stacked"
    assert form.categories == (("FY26 Q4",), ("FY27 Q1",))
    assert [(each.name, each.colour) for each in form.series] == [
        ("closed: kept", "#8FA1B7"),
        ("closed: lost", "#374151"),
        ("open: ✓ green", "#2A9D8F"),
        ("open: ✕ red", "#9D0208"),
    ]
    assert form.value_axis.title == "ARR due"
    assert form.value_axis.low == 0


def test_a_bridge_stands_on_a_base_that_is_not_drawn_and_keeps_its_cents():
    steps = [
        ("a", "Opening", Decimal("100.10")),
        ("b", "New", Decimal("20.20")),
        ("c", "Churn", Decimal("-30.35")),
        ("d", "Closing", Decimal("89.95")),
    ]

    form = native(CHARTS["waterfall.waterfall_chart"], waterfall.waterfall(steps, currency="USD"))

    series = {each.name: each.values for each in form.series}
    assert series["up to the bar (not drawn)"] == (0.0, 100.1, 89.95, 0.0)
    assert series["total"] == (100.1, None, None, 89.95)
    assert series["▲ adds"] == (None, 20.2, None, None)
    assert series["▼ takes"] == (None, None, 30.35, None)


def test_a_bridge_below_zero_is_drawn_below_zero():
    steps = [
        ("a", "Opening", Decimal(10)),
        ("b", "Churn", Decimal(-25)),
        ("c", "Closing", Decimal(-15)),
    ]

    form = native(CHARTS["waterfall.waterfall_chart"], waterfall.waterfall(steps, currency=None))

    series = {each.name: each.values for each in form.series}
    assert series["▼ takes"] == (None, 10.0, None)
    assert series["▼ takes, below zero"] == (None, -15.0, None)
    assert series["total, below zero"] == (None, None, -15.0)


def test_a_forecast_keeps_its_range():
    drawn = sample(CHARTS["forecast.churn_chart"]).with_columns(
        churn=pl.lit(5.0), low_80=pl.lit(2.0), high_80=pl.lit(9.0)
    )

    form = native(CHARTS["forecast.churn_chart"], drawn)

    span = next(each for each in form.series if each.kind == "range")
    assert span.name == "80% range"
    assert set(span.values) == {2.0}
    assert set(span.high) == {9.0}
    assert form.value_axis.high >= 9
    assert not form.is_lying


def test_a_note_on_a_chart_is_no_value_of_it():
    chart, timed = CHARTS["churn.by_quarter_chart"], Timed("quarter_on")
    drawn = sample(chart).with_columns(quarter_on=pl.lit(date(2026, 1, 1)))
    noted = annotated(chart, "light")

    rows = with_notes(drawn, noted, timed, [Note("1", date(2026, 1, 3), "An outage")])

    assert len(rows) == len(drawn) + 1
    with_note, without = native(noted, rows), native(chart, drawn)
    assert with_note.series == without.series
    assert native(noted, drawn).series == without.series


@pytest.mark.parametrize(
    "chart",
    [
        {"mark": "arc", "encoding": {"theta": {"field": "arr", "type": "quantitative"}}},
        {"hconcat": []},
        {"mark": "bar", "transform": [{"window": []}], "encoding": {}},
        {"mark": "bar", "transform": [{"filter": "sin(datum.arr) > 0"}], "encoding": {}},
    ],
)
def test_what_nothing_translates_is_refused_and_not_guessed(chart):
    with pytest.raises(NoNativeFormError):
        native(chart, pl.DataFrame({"arr": [1.0]}))


@pytest.mark.parametrize(
    ("source", "row", "value"),
    [
        ("datum.points >= 0", {"points": -1}, False),
        ("datum.points < 0", {"points": None}, False),
        ("(datum.bar !== 'ARR due')", {"bar": "expected"}, True),
        ("!isValid(datum.note_number)", {}, True),
        ("datum.top * 1.2", {"top": Decimal(10)}, 12.0),
        ("({'red': '✕ red'})[datum.label] || datum.label", {"label": "red"}, "✕ red"),
        ("({'red': '✕ red'})[datum.label] || datum.label", {"label": "so"}, "so"),
        ("width < 480 ? -90 : 0", {}, 0),
        (
            "utcFormat(utcParse(datum.label, '%Y-%m-%d'), '%-d %b')",
            {"label": "2026-08-03"},
            "3 Aug",
        ),
        (
            "'$' + replace(replace(format(datum.value, '~s'), 'G', 'B'), 'k', 'K')",
            {"value": 1500},
            "$1.5K",
        ),
    ],
)
def test_an_expression_means_what_vega_means(source, row, value):
    assert expression(source)(row) == value


@pytest.mark.parametrize("source", ["alert(1)", "datum.", "datum.a +", "window.x", "1 2", "`x`"])
def test_an_expression_that_is_not_understood_is_an_error(source):
    with pytest.raises(UnknownExpressionError):
        expression(source)
