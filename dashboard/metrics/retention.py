"""Metrics of retention, over the columns of ``queries.retention.BY_PERIOD``, one period."""

from decimal import Decimal
from typing import Final, Literal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric

Rate = Literal["nrr", "grr"]
Shown = Literal["nrr", "grr", "logo_retention"]
RATES: Final[tuple[Shown, ...]] = ("nrr", "grr", "logo_retention")
CHANGED: Final = "changed"
"""The part of those that changed from one part to another."""


@metric("NRR", unit=Unit.SHARE, better="higher")
def nrr(period: pl.DataFrame) -> float | None:
    """Net revenue retention: what the customers of the period's first day pay on its last day,
    divided by what they paid on the first, counted as the retention policy says. Customers who
    left count with nothing; customers won meanwhile are in neither part unless the policy sums
    movements.
    """
    return _last(period, "nrr")


@metric("GRR", unit=Unit.SHARE, better="higher")
def grr(period: pl.DataFrame) -> float | None:
    """Gross revenue retention: the part of the opening ARR that is left, without anything gained,
    counted as the retention policy says.
    """
    return _last(period, "grr")


@metric("Logo retention", unit=Unit.SHARE, better="higher")
def logo_retention(period: pl.DataFrame) -> float | None:
    """Share of the period's opening customers that are customers on its last day."""
    return _last(period, "logo_retention")


@metric("Opening ARR", unit=Unit.MONEY, better="neither")
def opening_arr(period: pl.DataFrame) -> Decimal | None:
    """ARR of the cohort on the period's first day: the denominator of NRR and GRR."""
    return None if period.is_empty() else period["opening_arr"][-1]


@metric("Closing ARR", unit=Unit.MONEY, better="higher")
def closing_arr(period: pl.DataFrame) -> Decimal | None:
    """ARR of every customer on the period's last day, those won meanwhile too, at the exchange
    rates the policy takes for the period.
    """
    return None if period.is_empty() else period["closing_arr"][-1]


@metric("Renewal rate", unit=Unit.SHARE, better="higher")
def renewal_rate(rates: pl.DataFrame) -> float | None:
    """Gross renewal rate of a fiscal period by the retention policy: ARR renewed, each renewal
    capped at what was due, by the ARR due of the renewals that are decided. Takes the columns of
    ``queries.renewals.RATES_BY_QUARTER``, one period.
    """
    return _last(rates, "gross_renewal_rate")


def rate_and_mix(parts: pl.DataFrame, rate: Rate) -> pl.DataFrame:
    """A change of NRR or GRR, taken apart: each part's own rate, its weight, and who changed part.

    Takes the columns of ``queries.retention.MOVED_PARTS``. A part's own rate counts at the mean of
    its two weights; a change of weight counts at the part's mean rate less the mean rate of the
    whole. Without customers in one of the two periods there is no rate to change, and the part's
    effect is all weight. The effects sum to the change.

    Returns
    -------
    pl.DataFrame
        part, label, before_rate, rate, before_weight, weight, rate_effect, mix_effect (Float64,
        shares), and is_changed for the part of those that changed.
    """
    retained = f"{rate.replace('nrr', 'net').replace('grr', 'gross')}_retained_arr"
    shares = parts.select(
        "part",
        "label",
        before_opening=pl.col("before_opening_arr").cast(pl.Float64),
        before_retained=pl.col(f"before_{retained}").cast(pl.Float64),
        opening=pl.col("opening_arr").cast(pl.Float64),
        retained=pl.col(retained).cast(pl.Float64),
    )
    before_kept, before_whole, kept, whole = (
        float(shares[name].sum())
        for name in ("before_retained", "before_opening", "retained", "opening")
    )
    if not before_whole or not whole:
        return shares.clear().select("part", "label", **_NO_EFFECT)
    mean = (before_kept / before_whole + kept / whole) / 2
    known = shares.with_columns(
        before_weight=pl.col("before_opening") / before_whole,
        weight=pl.col("opening") / whole,
        before_rate=_divided("before_retained", "before_opening"),
        rate=_divided("retained", "opening"),
    ).with_columns(
        before_used=pl.coalesce("before_rate", "rate", pl.lit(mean)),
        used=pl.coalesce("rate", "before_rate", pl.lit(mean)),
        # The bridge counts what customers won meanwhile did: a part may retain without opening ARR.
        before_extra=pl.when(pl.col("before_opening") == 0).then("before_retained").otherwise(0.0)
        / before_whole,
        extra=pl.when(pl.col("opening") == 0).then("retained").otherwise(0.0) / whole,
    )
    return known.select(
        "part",
        "label",
        "before_rate",
        "rate",
        "before_weight",
        "weight",
        rate_effect=(pl.col("used") - pl.col("before_used"))
        * (pl.col("weight") + pl.col("before_weight"))
        / 2
        + pl.col("extra")
        - pl.col("before_extra"),
        mix_effect=(pl.col("weight") - pl.col("before_weight"))
        * ((pl.col("used") + pl.col("before_used")) / 2 - mean),
        is_changed=pl.col("part") == CHANGED,
    )


def amounts_of(rate: Shown) -> Rate | None:
    """The rate if it is one of ARR; logos have no amounts to take apart."""
    return None if rate == "logo_retention" else rate


_NO_EFFECT = {
    name: pl.lit(None, pl.Float64)
    for name in ("before_rate", "rate", "before_weight", "weight", "rate_effect", "mix_effect")
} | {"is_changed": pl.lit(value=False)}


def _divided(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) != 0).then(pl.col(part) / pl.col(whole))


def _last(period: pl.DataFrame, name: str) -> float | None:
    return None if period.is_empty() else period[name][-1]
