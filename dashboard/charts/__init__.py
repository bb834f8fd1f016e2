"""Charts: a function gives a Vega-Lite specification, built once; the frame goes beside it."""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, Final, TypeVar

import altair as alt

from dashboard.charts.palette import FAINT, INK, Theme
from dashboard.exhibit import Specification

F = TypeVar("F", bound=Callable[..., alt.TopLevelMixin])

ROWS: Final = "rows"
"""Name of the rows that a chart draws."""
FINDING: Final = "said_by_the_chart"
"""Column of the rows whose first value says what the chart found."""
MARK: Final = "mark"
"""Name of the selection that leads from a mark to the rows behind it."""


class Built(dict[str, object]):
    """A specification that many share, with its text, from which a copy is made in no time."""

    __slots__ = ("text",)

    def __init__(self, parts: dict[str, object]) -> None:
        super().__init__(parts)
        self.text = json.dumps(parts)


def to_write_into(shared: Specification) -> dict[str, Any]:
    """A copy of a specification down to its leaves: Streamlit writes into layers."""
    copied: dict[str, Any] = (
        json.loads(shared.text) if isinstance(shared, Built) else deepcopy(dict(shared))
    )
    return copied


def specification(build: Callable[..., alt.TopLevelMixin]) -> Callable[..., Specification]:
    """Turn a function that builds a chart into one that gives its specification, from cache.

    Building an Altair chart takes milliseconds on every rerun; its specification depends on the
    options alone, never on the rows.
    """

    @cache
    def specified(*options: object) -> Specification:
        built = build(*options).to_dict()
        for part in ("datasets", "config", "$schema"):
            built.pop(part, None)
        return Built(_without_data(built))

    specified.__doc__ = build.__doc__
    specified.__name__ = build.__name__
    specified.__module__ = build.__module__
    return specified


def _without_data(part: dict[str, object]) -> dict[str, object]:
    """The specification without Altair's empty data set in any layer: the frame's rows count."""
    if part.get("data") == {"name": "empty"}:
        del part["data"]
    layers = part.get("layer")
    if isinstance(layers, list):
        for layer in layers:
            _without_data(layer)
    return part


def selectable(*fields: str) -> alt.Parameter:
    """The selection of one mark by the columns that name it."""
    return alt.selection_point(name=MARK, fields=list(fields), on="click", clear="dblclick")


def focus() -> alt.Opacity:
    """Full colour for the selected mark, the others paler; everything full where none is."""
    return alt.Opacity(condition={"param": MARK, "value": 1}, value=0.35)


def spoken_title() -> dict[str, Any]:
    """A title for whoever listens, read from the first row of what is drawn.

    It stands above the chart for whoever looks. In the description it would be part of the
    specification: every filter would have the browser build the chart anew, which takes some ten
    times as long as new rows in a chart that is there.
    """
    rows = f"data('{ROWS}')"
    return {
        "title": {
            "text": {"expr": f"{rows}.length ? {rows}[0].{FINDING} : ''"},
            "color": "transparent",
            "fontSize": 1,
            "offset": 0,
            "anchor": "start",
        }
    }


def small_print(theme: Theme) -> dict[str, Any]:
    """Colours of axes, legends and headers that can be read: Streamlit's have 3.7 on white."""
    words = {"labelColor": FAINT[theme], "titleColor": FAINT[theme]}
    return {"axis": words, "header": words, "legend": words | {"labelColor": INK[theme]}}


NARROW: Final = "width < 480"
"""Vega expression for a chart on a telephone."""


def turned() -> dict[str, Any]:
    """Axis settings that turn the names of columns where they would run into each other."""
    return {
        "labelAngle": alt.ExprRef(f"{NARROW} ? -90 : 0"),
        "labelAlign": alt.ExprRef(f"{NARROW} ? 'right' : 'center'"),
        "labelBaseline": alt.ExprRef(f"{NARROW} ? 'middle' : 'top'"),
        "labelOverlap": False,
    }


def raised() -> dict[str, Any]:
    """The same for an axis at the top."""
    return turned() | {
        "labelAlign": alt.ExprRef(f"{NARROW} ? 'left' : 'center'"),
        "labelBaseline": alt.ExprRef(f"{NARROW} ? 'middle' : 'bottom'"),
        "orient": "top",
    }


def legend(wide: int, narrow: int = 2) -> dict[str, Any]:
    """Legend settings: above the chart, in as many columns as fit."""
    return {
        "orient": "top",
        "symbolStrokeWidth": 0,
        "labelLimit": 200,
        "columns": alt.ExprRef(f"{NARROW} ? {narrow} : {wide}"),
    }


def constant() -> alt.Data:
    """One row of a chart's own, for a mark that is drawn once and not per row of the frame."""
    return alt.Data(values=[{}])
