"""From a chart's specification and its rows to what PowerPoint draws itself.

A specification says everything that is needed: marks, columns, order, colours, titles, formats. So
a new chart is exportable by existing; one that is not raises ``NoNativeFormError``.
"""

import polars as pl

from dashboard.exhibit import Specification
from dashboard.exports.categories import along_categories, is_discrete
from dashboard.exports.expressions import UnknownExpressionError
from dashboard.exports.forms import Native
from dashboard.exports.grids import grid
from dashboard.exports.layers import Layer, NoNativeFormError, layers_of
from dashboard.exports.points import points


def native(chart: Specification, drawn: pl.DataFrame) -> Native:
    """The native form of a chart: a plot with its series, or a grid of coloured cells.

    Parameters
    ----------
    chart
        Vega-Lite specification without data.
    drawn
        The rows that the specification draws.

    Raises
    ------
    NoNativeFormError
        A mark, transform or expression that nothing translates.
    """
    try:
        layers = layers_of(chart, drawn)
        return _form(layers)
    except UnknownExpressionError as unknown:
        raise NoNativeFormError(f"an expression: {unknown}") from unknown


def _form(layers: list[Layer]) -> Native:
    if unknown := {layer.mark for layer in layers} & {"arc", "geoshape", "image", "trail"}:
        raise NoNativeFormError(f"marks of the kind {', '.join(sorted(unknown))}")
    names_x, names_y = is_discrete(layers, "x"), is_discrete(layers, "y")
    if names_x and names_y:
        return grid(layers)
    if names_x:
        return along_categories(layers, "x")
    days_x = any(layer.kind("x") == "temporal" for layer in layers)
    if names_y:
        return points(layers) if days_x else along_categories(layers, "y")
    steps = any(str(layer.look.get("interpolate", "")).startswith("step") for layer in layers)
    if days_x and not steps:
        return along_categories(layers, "x")
    return points(layers)
