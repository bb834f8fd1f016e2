"""What the cohorts say."""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from dashboard.charts.cohorts import MEASURES
from dashboard.formats import Unit, count_of
from dashboard.metrics.cohorts import A_YEAR, SHARES, at_age

ENOUGH: Final = 5
"""Customers below which no cohort is named."""
SEVERAL: Final = 3
"""Cohorts on which the last point of the curve must rest to be said."""
_OF: Final = {"ARR gross": "gross ARR", "ARR net": "net ARR", "logos": "customers"}


def triangle(
    rows: pl.DataFrame,
    *,
    measure: str,
    period: str,
    label_of: Callable[[date], str],
    drawn_from: date,
) -> str:
    """What is left after a year, pooled, and the cohort of those drawn that kept least.

    Over the columns of ``queries.cohorts.TRIANGLE``. Where no cohort is a year old it is the
    highest age that one has completed.
    """
    name = MEASURES[measure]
    done = rows.filter(pl.col("is_complete"), pl.col(name).is_not_null(), pl.col("age") > 0)
    if done.is_empty():
        return f"No cohort has completed a {period} after its first"
    age = A_YEAR[period] if A_YEAR[period] in done["age"] else int(done["age"].max())  # type: ignore[arg-type]
    reached = at_age(rows, age).filter(pl.col(name).is_not_null())
    left = Unit.SHARE.text(SHARES[name](reached))
    verb = "are" if measure == "logos" else "is"
    said = (
        f"After {count_of(age, period)} {left} of the {_OF[measure]} {verb} left, "
        f"{count_of(len(reached), 'cohort')} pooled"
    )
    large = (pl.col("accounts") >= ENOUGH) & (pl.col("cohort_on") >= drawn_from)
    named = reached.filter(large).sort(name, "cohort_on")
    if len(named) < 2:  # noqa: PLR2004 -- least of several
        return said
    least = named.row(0, named=True)
    return f"{said}; {label_of(least['cohort_on'])} kept least, {Unit.SHARE.text(least[name])}"


def pooled_by_age(pooled: pl.DataFrame, *, period: str) -> str:
    """Where net, gross and customers stand at the highest age that several cohorts came to."""
    aged = pooled.filter(pl.col("age") > 0, pl.col("net_share").is_not_null())
    if aged.is_empty():
        return f"No cohort has completed a {period} after its first"
    several = aged.filter(pl.col("cohorts") >= SEVERAL)
    aged = aged.head(1) if several.is_empty() else several
    last = aged.sort("age").row(-1, named=True)
    net, gross, logos = (
        Unit.SHARE.text(last[name]) for name in ("net_share", "gross_share", "logo_share")
    )
    return (
        f"{count_of(last['age'], period)} on, {logos} of the customers are left with {gross} of "
        f"their ARR gross and {net} net ({count_of(last['cohorts'], 'cohort')})"
    )
