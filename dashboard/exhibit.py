"""A chart with the data behind it: what a card shows is what a download and a slide carry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

Specification = Mapping[str, object]
"""A Vega-Lite specification without its data."""
Tone = Literal["good", "bad", "neutral"]
Mark = Mapping[str, object]
"""Values of the selected mark's key columns."""


@dataclass(frozen=True, slots=True)
class Source:
    """The question an exhibit answers, so that it can be asked again."""

    question: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drill:
    """From a mark to the rows behind it.

    ``rows`` answers the rows of one mark; the sum of their ``amount`` column is the mark's value,
    to the cent (their number, where ``amount`` is ``None``).
    """

    keys: tuple[str, ...]
    rows: Callable[[Mark], pl.DataFrame]
    source: Source
    amount: str | None = None
    noun: str = "account"
    label: Callable[[Mark], str] = lambda mark: ", ".join(str(value) for value in mark.values())


@dataclass(frozen=True, slots=True)
class Timed:
    """Where the periods of a chart over time lie: a column of days in what it draws.

    ``is_end`` where it is the first day after each period, else it is the first day of it.
    """

    day: str
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a card as it reads, with what it is compared with and what it means.

    ``said`` is what stands beside the change: the comparison and the target. ``tone`` says whether
    the change is for the better.
    """

    label: str
    value: str
    change: str | None
    said: str
    definition: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One finding: its title, its chart, the rows it was drawn from, and what they mean.

    ``frame`` holds the answer's rows (the *Table* and the downloads), ``drawn`` the same rows with
    the labels, ranks and floats a chart needs. Without a chart the table is the exhibit.
    """

    key: str
    title: str
    definition: str
    frame: pl.DataFrame
    source: Source
    chart: Specification | None = None
    drawn: pl.DataFrame | None = None
    drill: Drill | None = None
    notes: tuple[str, ...] = ()
    lead: Callable[[], None] | None = None
    """Draws something of its own where there is no chart; the rows are then behind *Table*."""
    timed: Timed | None = None
    """Says that notes can be pinned to the days of the chart."""
    pinned: tuple[str, ...] = ()
    """The notes that are, for whoever takes the rows away."""
    added: str = ""
    """What the app's own database adds to the answer of the question."""
    unsaid: tuple[str, ...] = ()
    """Parameters of the question whose values are not shown."""
    value: str | None = None
