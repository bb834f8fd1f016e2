"""Metrics of the forecast, over the columns of ``forecast/open_renewals``, and of calls."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total

_MONEY: Final = pl.Decimal(38, 2)

STANDING: Final = ("unchanged", "amount changed", "re-classified")
"""What a call may have done that stands on both days."""


@metric("ARR due", unit=Unit.MONEY, better="neither")
def arr_due(renewals: pl.DataFrame) -> Decimal | None:
    """ARR before the renewal of every renewal open on the as-of date and due in the current fiscal
    quarter or the three after it, at the rates of the as-of date.
    """
    return total(renewals["arr_due"])


@metric("Expected to renew", unit=Unit.MONEY, better="higher")
def expected(renewals: pl.DataFrame) -> Decimal | None:
    """ARR due x probability of renewal x the share of the ARR due that renewals of the segment
    keep, summed over the renewals. Price rises and expansion at renewal count, so that it may
    exceed the ARR due.
    """
    return total(renewals["expected"])


@metric("Expected loss", unit=Unit.MONEY, better="lower")
def expected_loss(renewals: pl.DataFrame) -> Decimal | None:
    """ARR due less what is expected to renew: churn and contraction, less what renewals gain."""
    due, renewed = total(renewals["arr_due"]), total(renewals["expected"])
    return None if due is None or renewed is None else due - renewed


@metric("CSMs' call", unit=Unit.MONEY, better="higher")
def called(renewals: pl.DataFrame) -> Decimal | None:
    """ARR that the CSMs' latest calls of the last half year expect of these renewals; where a call
    names no amount, ARR due x the probability called. Renewals without a call are not in it.
    """
    return total(with_calls(renewals)["called_amount"])


@metric("Base rate", unit=Unit.MONEY, better="neither")
def base_rate(renewals: pl.DataFrame) -> Decimal | None:
    """What the share of past renewals of each segment that renewed would expect of the same ARR
    due, without looking at any customer.
    """
    return total(with_calls(renewals)["base_rate_expected"])


@metric("Year-end NRR", unit=Unit.SHARE, better="higher")
def year_end_nrr(year: pl.DataFrame) -> float | None:
    """ARR that the customers of the fiscal year's first day are expected to pay on its last day,
    divided by what they paid on the first: what happened so far, then renewals, the pipeline and
    what is usual outside both.
    """
    return None if year.is_empty() else year["nrr_expected"][0]


def with_calls(renewals: pl.DataFrame) -> pl.DataFrame:
    """Open renewals with ``called_amount``, null without a call, and ``base_rate_expected``."""
    due = pl.col("arr_due").cast(pl.Float64)
    by_likelihood = (due * pl.col("csm_likelihood")).round(2).cast(_MONEY)
    by_rate = due * pl.col("base_rate") * pl.col("expected_share")
    return renewals.with_columns(
        called_amount=pl.coalesce("csm_amount", by_likelihood).cast(_MONEY),
        base_rate_expected=by_rate.round(2).cast(_MONEY),
    )


def called_share(renewals: pl.DataFrame) -> float | None:
    """Share of the ARR due that has a CSM's call."""
    has_call = with_calls(renewals).filter(pl.col("called_amount").is_not_null())
    return share(total(has_call["arr_due"]), total(renewals["arr_due"]))


def call_steps(rows: pl.DataFrame, category: str | None = None) -> pl.DataFrame:
    """Rows of ``calls/between`` with the step that each takes part in, and its amount.

    Parameters
    ----------
    rows
        The rows.
    category
        Counts the calls of one category alone: a call that enters or leaves it is re-classified.

    Returns
    -------
    pl.DataFrame
        The rows that count on either day, with ``step``, ``opening``, ``closing`` and
        ``step_amount``, closing less opening.
    """
    before, after = pl.col("opening_amount"), pl.col("closing_amount")
    if category is not None:
        before = pl.when(pl.col("opening_category") == category).then(before)
        after = pl.when(pl.col("closing_category") == category).then(after)
    stands = pl.col("change_kind").is_in(STANDING)
    both = before.is_not_null() & after.is_not_null()
    step = pl.col("change_kind")
    if category is not None:
        changed = pl.when(before == after).then(pl.lit("unchanged"))
        step = (
            pl.when(stands & both)
            .then(changed.otherwise(pl.lit("amount changed")))
            .when(stands)
            .then(pl.lit("re-classified"))
            .otherwise(step)
        )
    nothing = pl.lit(0).cast(_MONEY)
    return (
        rows.filter(before.is_not_null() | after.is_not_null())
        .with_columns(
            step=step,
            opening=pl.coalesce(before, nothing),
            closing=pl.coalesce(after, nothing),
        )
        .with_columns(step_amount=(pl.col("closing") - pl.col("opening")).cast(_MONEY))
    )


def call_bridge(rows: pl.DataFrame, order: Sequence[str]) -> list[tuple[str, Decimal]]:
    """Opening call, steps and closing call in an order; steps that nothing took are left out.

    Takes what ``call_steps`` answers. The steps sum to the difference, to the cent.
    """
    sums = dict(rows.group_by("step").agg(pl.col("step_amount").sum()).iter_rows())
    sums |= {name: Decimal(rows[name].sum() or 0) for name in ("opening", "closing")}
    return [(step, sums[step]) for step in order if step in sums]
