"""Rows that any chart specification can draw, and a deck that shows every chart of the app."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import count, product
from typing import Any

import polars as pl

from dashboard.exhibit import Exhibit, Source
from dashboard.exports.deck import Slide
from tests.charts.test_charts import SPECIFICATIONS

CHARTS = {name: specify("light") for name, specify in SPECIFICATIONS.items()}
_NAMES = ("Alpha", "Beta", "Gamma")
_PLACES = ("x", "y", "xOffset", "yOffset", "color", "shape", "row", "column", "facet")
_OTHERS = ("x2", "y2", "text", "size", "order", "opacity", "fillOpacity", "fill", "stroke")


def layers(part: Mapping[str, Any], above: Mapping[str, Any] | None = None) -> Iterator[dict]:
    """Every layer of a specification with what it inherits."""
    encoding = {**(above or {}), **part.get("encoding", {})}
    if "layer" not in part:
        yield {**part, "encoding": encoding}
    for each in part.get("layer", []):
        yield from layers(each, encoding)


def sample(  # noqa: C901 -- channel by channel
    chart: Mapping[str, Any], amount: Callable[[], Any] | None = None, names: Sequence[str] = _NAMES
) -> pl.DataFrame:
    """Rows of the columns that a specification names: one for each place and group.

    Parameters
    ----------
    chart
        The specification.
    amount
        Gives each quantity; else they count up.
    names
        Of categories that the specification does not list.
    """
    numbers = count(1)
    amount = amount or (lambda: next(numbers) * 1.25)
    discrete: dict[str, list] = {}
    quantities: dict[str, None] = {}
    flags: set[str] = set()
    for layer in layers(chart):
        made = {step.get("as") for step in layer.get("transform", [])}
        for channel in (*_PLACES, *_OTHERS):
            encoding = layer["encoding"].get(channel, {})
            nested = encoding.get("condition") or {}
            encoding = encoding if "field" in encoding else nested
            if "test" in nested:
                flags.add(nested["test"].removeprefix("datum."))
            field, sort = encoding.get("field"), encoding.get("sort")
            if field is None or field in made or "aggregate" in str(layer.get("transform")):
                continue
            if channel in _PLACES and encoding["type"] == "temporal":
                days = [date(2026, 1, 1) + timedelta(days=31 * each) for each in range(4)]
                discrete.setdefault(field, days)
            elif channel in _PLACES and encoding["type"] in {"nominal", "ordinal"}:
                domain = (encoding.get("scale") or {}).get("domain")
                listed = sort if isinstance(sort, list) else domain
                discrete.setdefault(field, list(listed or names)[:4])
            else:
                quantities.setdefault(field)
            if isinstance(sort, dict):
                quantities.setdefault(sort["field"])
    words = {
        layer["encoding"]["text"].get("field")
        for layer in layers(chart)
        if layer["encoding"].get("text", {}).get("type") == "nominal"
    }
    rows = []
    for values in product(*discrete.values()):
        row: dict[str, Any] = dict(zip(discrete, values, strict=True))
        for field in quantities:
            if field not in row:
                row[field] = f"{field} of it" if field in words else amount()
        rows.append(row | {flag: len(rows) % 3 != 0 for flag in flags} | {"above": True})
    return pl.DataFrame(rows, infer_schema_length=None)


def table(rows: pl.DataFrame, **changed: Any) -> Exhibit:
    """An exhibit that is a table."""
    return exhibit("churn.by_part_chart", rows, chart=None, drawn=None, **changed)


def exhibit(name: str, given_rows: pl.DataFrame | None = None, **changed: Any) -> Exhibit:
    """An exhibit of a chart of the app."""
    rows = sample(CHARTS[name]) if given_rows is None else given_rows
    given = {
        "key": name.replace(".", "_"),
        "title": f"{name} says 42",
        "definition": "What it counts, in a sentence.",
        "frame": rows,
        "source": Source("renewals/due_by_quarter"),
        "chart": CHARTS[name],
        "drawn": rows,
    }
    return Exhibit(**(given | changed))


def every_chart() -> list[Slide]:
    """A slide for each chart of the app."""
    return [slide(exhibit(name)) for name in CHARTS]


def slide(shown: Exhibit | None = None, **changed: Any) -> Slide:
    """A slide of an exhibit."""
    given = {
        "title": shown.title if shown else "ARR is $61.5M",
        "subtitle": "All accounts · as of 31 October 2026",
        "notes": (("Filters", "All accounts"),),
        "exhibit": shown,
    }
    return Slide(**(given | changed))
