"""Metrics of comments, over the columns of ``themes.questions.comments.BY_THEME``."""

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share
from dashboard.metrics.surveys import nps


@metric("Comments", unit=Unit.COUNT, better="neither")
def comments(themes: pl.DataFrame) -> int:
    """NPS answers of the window with a comment."""
    return int(themes["comments"].sum())


@metric("Themes", unit=Unit.COUNT, better="neither")
def found(themes: pl.DataFrame) -> int:
    """Themes that the words of the comments make."""
    return int(themes["theme"].count())


@metric("Of no theme", unit=Unit.SHARE, better="neither")
def without_theme(themes: pl.DataFrame) -> float | None:
    """Comments near no theme divided by all comments that were read."""
    read = themes.filter(pl.col("is_read"))
    none = read.filter(pl.col("theme").is_null())
    return share(none["comments"].sum(), read["comments"].sum())


@metric("NPS of who comments", unit=Unit.POINTS, better="higher")
def nps_of_comments(themes: pl.DataFrame) -> float | None:
    """NPS over the answers with a comment; who comments is not who answers."""
    value = nps(themes.rename({"comments": "responses"}))
    return None if value is None else float(value)
