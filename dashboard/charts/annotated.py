"""Notes on a chart over time: a rule with a number on each day that somebody pinned one to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import polars as pl

from dashboard.charts.palette import FAINT, INK, Theme
from dashboard.exhibit import Specification, Timed

NUMBER, TEXT = "note_number", "note_text"
"""Columns of the rows that are notes; empty in those that are data."""
_MARKS: Final = frozenset({"mark", "encoding", "layer", "transform", "resolve", "name"})
_IS_NOTE: Final = f"isValid(datum.{NUMBER})"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as a chart shows it: its number, its day and what it says."""

    number: str
    pinned_on: date
    text: str


def annotated(chart: Specification, theme: Theme) -> Specification:
    """A chart over time with a layer for its notes, fed from the rows that ``with_notes`` adds.

    What was drawn before draws the other rows as it did, and is selected as it was.
    """
    x = _x_of(chart)
    if x is None:
        return chart
    inner = {name: part for name, part in chart.items() if name in _MARKS}
    outer = {name: part for name, part in chart.items() if name not in _MARKS}
    if "layer" not in inner and "params" in outer:
        # In layers a selection names the view it is made in.
        inner["name"] = "drawn"
        outer["params"] = [{**each, "views": ["drawn"]} for each in outer["params"]]  # type: ignore[attr-defined]
    inner["transform"] = [{"filter": f"!{_IS_NOTE}"}, *inner.get("transform", [])]  # type: ignore[misc]
    notes = {"transform": [{"filter": _IS_NOTE}]}
    tooltip = [
        {"field": TEXT, "type": "nominal", "title": "Note"},
    ]
    rule = notes | {
        "mark": {"type": "rule", "color": FAINT[theme], "strokeWidth": 1.5, "strokeDash": [2, 2]},
        "encoding": {"x": x, "tooltip": tooltip},
    }
    number = notes | {
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "top",
            "dx": 3,
            "fontWeight": 600,
            "color": INK[theme],
        },
        "encoding": {
            "x": x,
            "y": {"value": 2},
            "text": {"field": NUMBER, "type": "nominal"},
            "tooltip": tooltip,
        },
    }
    return {**outer, "layer": [inner, rule, number]}


def with_notes(
    drawn: pl.DataFrame, chart: Specification, timed: Timed, notes: Iterable[Note]
) -> pl.DataFrame:
    """What an annotated chart draws: its rows, and one for each note within its days.

    A note's row has the place of the period it falls into and nothing else of it.
    """
    x = _x_of(chart)
    if x is None:
        return drawn
    places = {str(x["field"]), timed.day}
    if isinstance(x.get("sort"), Mapping) and "field" in x["sort"]:
        places.add(str(x["sort"]["field"]))
    kept = [name for name in drawn.columns if name in places]
    rows = []
    for note in notes:
        period = period_of(drawn, timed, note.pinned_on)
        if period is not None:
            place = drawn.filter(pl.col(timed.day) == period).select(kept).head(1)
            rows.append(
                place.with_columns(pl.lit(note.number).alias(NUMBER), pl.lit(note.text).alias(TEXT))
            )
    return pl.concat([drawn, *rows], how="diagonal_relaxed") if rows else drawn


def period_of(rows: pl.DataFrame, timed: Timed, day: date) -> date | None:
    """The period of a chart's rows that a day falls into; ``None`` where it lies outside of all.

    The outermost periods are taken to be as long as the longest between two others; a chart of one
    period has no length, and holds the days on its own side.
    """
    if timed.day not in rows.columns or rows[timed.day].dtype != pl.Date:
        return None
    days: list[date] = rows[timed.day].drop_nulls().unique().sort().to_list()
    length = max((later - sooner for sooner, later in pairwise(days)), default=timedelta.max)
    if timed.is_end:
        found = next((each for each in days if each > day), None)
        outside = found is None or (found == days[0] and found - day > length)
    else:
        found = next((each for each in reversed(days) if each <= day), None)
        outside = found is None or (found == days[-1] and day - found >= length)
    return None if outside else found


def _x_of(chart: Mapping[str, Any]) -> dict[str, Any] | None:
    """The encoding of a chart's horizontal axis; ``None`` where it has none that is a column."""
    x = chart.get("encoding", {}).get("x")
    if isinstance(x, dict) and "field" in x:
        return x
    found = (_x_of(layer) for layer in chart.get("layer", []))
    return next((each for each in found if each is not None), None)
