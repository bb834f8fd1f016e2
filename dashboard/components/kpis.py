"""Key numbers: each with its name, what it means, what it is compared with, and how it came there.

A row of them is one piece of HTML. Streamlit's own metric draws each line as a chart of its own,
which took a browser 20 ms for every number on every click.
"""

import html
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from urllib.parse import quote

import polars as pl
import streamlit as st

from dashboard import session
from dashboard.charts.palette import FAINT, TONES
from dashboard.exhibit import Figure, Tone
from dashboard.formats import Number, plain, visible
from dashboard.metrics import Metric
from dashboard.shown import on_screen, shown

_TOLD: Final[dict[Tone, str]] = {"good": "for the better", "bad": "for the worse", "neutral": ""}
_row: Final[ContextVar[list[str] | None]] = ContextVar("row of key numbers", default=None)


def kpi(
    metric: Metric,
    now: pl.DataFrame,
    *,
    before: pl.DataFrame | None = None,
    versus: str = "",
    series: Sequence[Number | None] = (),
    year_ago: pl.DataFrame | None = None,
    year_ago_name: str = "",
    suffix: str = "",
    target: Number | None = None,
    detectable: bool = True,
) -> None:
    """One number with its name, definition, comparison and history, in the row around it.

    Parameters
    ----------
    metric
        What is counted; its docstring stands behind the help mark.
    now
        Rows of the period shown.
    before
        Rows of the period compared with, named by ``versus``.
    series
        The number in earlier periods, the oldest first, drawn as a line.
    year_ago
        Rows of a year before, named by ``year_ago_name``; said beside the first comparison.
    suffix
        Text after the value, such as a margin of error.
    target
        What was promised for the period, said beside the comparison.
    detectable
        Whether the change is more than chance; else it has no colour.
    """
    currency = session.policy().reporting_currency
    value = metric(now)

    def since(rows: pl.DataFrame | None) -> str | None:
        then = metric(rows) if rows is not None and not rows.is_empty() else None
        if value is None or then is None:
            return None
        return metric.unit.change(value, then, currency=currency)

    delta = since(before)
    said = [f"vs {versus}"] if delta else []
    if a_year := since(year_ago):
        said.append(f"{a_year} vs {year_ago_name}")
    if target is not None:
        said.append(f"target {metric.unit.text(target, currency=currency)}")
    figure = Figure(
        metric.label,
        metric.unit.text(value, currency=currency) + (suffix if value is not None else ""),
        delta,
        " · ".join(said) if delta else "",
        metric.definition,
        _tone(metric, delta) if detectable else "neutral",
    )
    shown().figures.append(figure)
    if on_screen():
        row = _row.get()
        assert row is not None, "a key number stands in a row"  # noqa: S101 -- for page authors
        past = [point for point in series if point is not None and math.isfinite(point)]
        spoken = [metric.unit.text(point, currency=currency) for point in past]
        row.append(card_of(figure, [float(point) for point in past], spoken))


def _tone(metric: Metric, delta: str | None) -> Tone:
    if delta is None or delta.startswith("±") or metric.better == "neither":
        return "neutral"
    return "good" if delta.startswith("+") == (metric.better == "higher") else "bad"


@contextmanager
def kpi_row() -> Iterator[None]:
    """The place of the cards: equally wide side by side, two in a row on a narrow screen."""
    cards: list[str] = []
    place = _row.set(cards)
    try:
        yield
    finally:
        _row.reset(place)
        if cards:
            st.html(f'<div class="kpis">{"".join(cards)}</div>')


def kpi_note(text: str) -> None:
    """A line under the cards that says what they are of."""
    shown().remarks.append(text)
    st.caption(plain(text))


def card_of(figure: Figure, past: Sequence[float], spoken: Sequence[str]) -> str:
    """One card as HTML, with its earlier values and how they read."""
    label, definition = (html.escape(visible(each)) for each in (figure.label, figure.definition))
    parts = [
        f'<div class="label"><span>{label}</span><details>'
        f'<summary aria-label="What {label} means">?</summary><p>{definition}</p></details></div>'
        f'<div class="value">{html.escape(visible(figure.value))}</div>'
    ]
    if figure.change:
        sign = {"+": "↑", "-": "↓"}.get(figure.change[0], "")
        told = f'<span class="unseen"> {_TOLD[figure.tone]}</span>' if _TOLD[figure.tone] else ""
        parts.append(
            f'<div class="change {figure.tone}">'
            f"{f'<span aria-hidden=true>{sign}</span> ' if sign else ''}"
            f"{html.escape(visible(figure.change))}{told}</div>"
            f'<div class="said">{html.escape(visible(figure.said))}</div>'
        )
    if len(past) > 1:
        parts.append(_line(past, spoken, figure.tone))
    return f'<section class="kpi" aria-label="{label}">{"".join(parts)}</section>'


def _line(past: Sequence[float], spoken: Sequence[str], tone: Tone) -> str:
    """Earlier values as a picture of a line, which says them to whoever points at it or listens."""
    low, high = min(past), max(past)
    size, step = high - low, 100 / (len(past) - 1)
    points = " ".join(
        f"{step * number:.1f},{28 - 26 * ((point - low) / size if size else 0.5):.1f}"
        for number, point in enumerate(past)
    )
    theme = session.theme()
    colour = TONES[theme][tone] if tone != "neutral" else FAINT[theme]
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 30" preserveAspectRatio="none">'
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6" '
        'stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>'
    )
    words = html.escape(f"{len(past)} values, the oldest first: {'; '.join(spoken)}")
    return f'<img alt="{words}" title="{words}" src="data:image/svg+xml,{quote(picture)}">'
