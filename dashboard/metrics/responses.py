"""Metrics of response to surveys, over the columns of ``queries.responses.BY_MONTH``."""

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share
from dashboard.metrics.proportions import Interval, difference, wilson


@metric("Response rate", unit=Unit.SHARE, better="higher")
def response_rate(invitations: pl.DataFrame) -> float | None:
    """Answered invitations divided by all, of those sent long enough ago to have been answered:
    an invitation inside the days that the policy leaves for an answer counts on neither side.
    """
    return share(invitations["settled_answered"].sum(), invitations["settled"].sum())


@metric("Invitations", unit=Unit.COUNT, better="neither")
def sent(invitations: pl.DataFrame) -> int:
    """Survey invitations sent in the window."""
    return int(invitations["sent"].sum())


@metric("Answered", unit=Unit.COUNT, better="higher")
def answered(invitations: pl.DataFrame) -> int:
    """Invitations of the window that were answered by the as-of date, young ones included."""
    return int(invitations["answered"].sum())


@metric("Still open", unit=Unit.COUNT, better="neither")
def still_open(invitations: pl.DataFrame) -> int:
    """Invitations without an answer inside the days that the policy leaves for one: they are not
    counted as unanswered.
    """
    return int(invitations["still_open"].sum())


def is_another_rate(now: pl.DataFrame, then: pl.DataFrame) -> bool:
    """Whether two response rates differ by more than chance: Newcombe's interval has no zero."""
    gap = difference(
        int(now["settled_answered"].sum()),
        int(now["settled"].sum()),
        int(then["settled_answered"].sum()),
        int(then["settled"].sum()),
    )
    return gap is not None and not gap.has_zero


def rates(invitations: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Response rate by groups, with its Wilson interval: value, low, high and settled (n)."""
    sums = (
        invitations.group_by(keys, maintain_order=True)
        .agg(
            pl.col("sent", "answered", "no_answer", "still_open", "settled").sum(),
            pl.col("settled_answered").sum(),
        )
        .filter(pl.col("settled") > 0)
    )
    found: list[Interval | None] = [
        wilson(row["settled_answered"], row["settled"]) for row in sums.iter_rows(named=True)
    ]
    return sums.with_columns(
        pl.Series(name, [getattr(each, name) for each in found], dtype=pl.Float64)
        for name in ("value", "low", "high")
    )
