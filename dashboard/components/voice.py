"""What the views of *Voice of the customer* share: their window, and people's words for codes."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard.charts.surveys import PERSONAS
from dashboard.filters import Filters
from dashboard.session import filters, month_of, quarter, until_as_of, years_before


@dataclass(frozen=True, slots=True)
class Window:
    """Twelve months up to the end of the quarter or the as-of date, and the twelve before."""

    since: date
    until: date
    among: Filters
    before: Filters

    @property
    def note(self) -> str:
        """The window in words."""
        return f"{self.since:%-d %b %Y} to before {self.until:%-d %b %Y}"


def window() -> Window:
    """The window of the page's quarter."""
    until = until_as_of(quarter())
    since = years_before(until, 1)
    return Window(since, until, filters(since, until), filters(years_before(until, 2), since))


def who(column: str = "persona") -> pl.Expr:
    """Personas as people say them."""
    return pl.col(column).replace(PERSONAS).fill_null("").alias("who")


def inside_month(among: Filters, month: date) -> Filters:
    """The part of a window that lies in a calendar month."""
    first, end = month_of(month)
    return among.window(max(first, among.since or first), min(end, among.until or end))
