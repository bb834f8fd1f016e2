"""Charts: a function gives a Vega-Lite specification, built once; the frame goes beside it."""

from collections.abc import Callable
from functools import cache
from typing import Final, TypeVar

import altair as alt

from dashboard.exhibit import Specification

F = TypeVar("F", bound=Callable[..., alt.TopLevelMixin])

MARK: Final = "mark"
"""Name of the selection that leads from a mark to the rows behind it."""


def specification(build: Callable[..., alt.TopLevelMixin]) -> Callable[..., Specification]:
    """Turn a function that builds a chart into one that gives its specification, from cache.

    Building an Altair chart takes milliseconds on every rerun; its specification depends on the
    options alone, never on the rows.
    """

    @cache
    def specified(*options: object) -> Specification:
        specification = build(*options).to_dict()
        for part in ("data", "datasets", "config", "$schema"):
            specification.pop(part, None)
        return specification

    specified.__doc__ = build.__doc__
    specified.__name__ = build.__name__
    specified.__module__ = build.__module__
    return specified


def selectable(*fields: str) -> alt.Parameter:
    """The selection of one mark by the columns that name it."""
    return alt.selection_point(name=MARK, fields=list(fields), on="click", clear="dblclick")


def focus(mark: alt.Parameter) -> alt.Opacity:
    """Full colour for the selected mark, the others paler; everything full where none is."""
    return alt.Opacity(condition={"param": MARK, "value": 1}, value=0.35) if mark else alt.Opacity()
