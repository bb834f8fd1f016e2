"""Forecasts summed over renewals, and what they would be if something were otherwise.

Frames in, frames out, without a warehouse: a page loads the renewals, the renewed shares and the
method once and asks again with every change.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dashboard.forecasts.simulation import Cell, Dispersion, cells, ranges, simulate
from dashboard.queries.types import MONEY, columns

Floats = npt.NDArray[np.float64]

_ENDS: Final = ("low_50", "high_50", "low_80", "high_80")
SUMS: Final = columns(
    arr_due=MONEY,
    expected=MONEY,
    low_50=MONEY,
    high_50=MONEY,
    low_80=MONEY,
    high_80=MONEY,
    base_rate_expected=MONEY,
)


def expected_arr(probability: str = "probability") -> pl.Expr:
    """Expected renewed ARR of a renewal by one of its probabilities, to the cent."""
    whole = pl.col("arr_due").cast(pl.Float64) * pl.col("expected_share")
    return (whole * pl.col(probability)).round(2).cast(MONEY)


def moved(
    renewals: pl.DataFrame,
    *,
    by_segment: Mapping[str, float] | None = None,
    by_band: Mapping[str, float] | None = None,
    saved: Sequence[str] = (),
    lost: Sequence[str] = (),
) -> pl.DataFrame:
    """Open renewals with other probabilities.

    Parameters
    ----------
    renewals
        Rows of ``forecast/open_renewals``.
    by_segment, by_band
        What is added to the probability of a segment or of a health band, such as -0.05; the
        result stays within 0 to 1. Renewals that are not scored have the band ``not scored``.
    saved, lost
        Accounts whose every renewal renews, or none; named in both, they are lost.
    """
    added = pl.lit(0.0)
    if by_segment:
        added += pl.col("segment").replace_strict(
            dict(by_segment), default=0.0, return_dtype=pl.Float64
        )
    if by_band:
        added += (
            pl.col("health_band")
            .fill_null("not scored")
            .replace_strict(dict(by_band), default=0.0, return_dtype=pl.Float64)
        )
    account = pl.col("account_id")
    return renewals.with_columns(
        probability=pl.when(account.is_in(list(lost)))
        .then(0.0)
        .when(account.is_in(list(saved)))
        .then(1.0)
        .otherwise((pl.col("probability") + added).clip(0.0, 1.0))
    )


def by_quarter(
    renewals: pl.DataFrame, shares: pl.DataFrame, dispersion: Dispersion
) -> pl.DataFrame:
    """Renewed ARR of each quarter: expected, with ranges, beside the base rate's.

    Parameters
    ----------
    renewals
        Rows of ``forecast/open_renewals``, perhaps ``moved``.
    shares
        Rows of ``forecast/renewed_shares``.
    dispersion
        That of ``forecast/method``.
    """
    return _forecast(renewals, shares, dispersion, ("due_quarter",))


def by_segment(
    renewals: pl.DataFrame, shares: pl.DataFrame, dispersion: Dispersion
) -> pl.DataFrame:
    """Renewed ARR of each quarter and segment, as ``by_quarter``."""
    return _forecast(renewals, shares, dispersion, ("due_quarter", "segment"))


def summed(
    renewals: pl.DataFrame,
    parts: Sequence[Cell],
    drawn: Floats,
    keys: tuple[str, ...],
) -> pl.DataFrame:
    """Renewals added up by some of their columns, to the cent as they are listed, with ranges.

    Parameters
    ----------
    renewals
        Rows of ``forecast/open_renewals``; their ``expected`` is what is added up.
    parts, drawn
        What ``draws`` gives for them.
    keys
        ``due_quarter``, ``segment``, both or none, which is one row of all together.

    Returns
    -------
    pl.DataFrame
        The keys, ``renewals`` (their number) and the columns of ``SUMS``. Ends of ranges do not
        add up.
    """
    amounts = [
        pl.len().cast(pl.Int64).alias("renewals"),
        pl.col("arr_due").sum(),
        pl.col("expected").sum(),
        expected_arr("base_rate").sum().alias("base_rate_expected"),
    ]
    places: dict[tuple[object, ...], list[int]] = {}
    for place, part in enumerate(parts):
        named = {"due_quarter": part.quarter, "segment": part.segment}
        places.setdefault(tuple(named[key] for key in keys), []).append(place)
    rows = [
        dict(zip(keys, key, strict=True)) | ranges(drawn[:, columns_of].sum(axis=1))
        for key, columns_of in places.items()
    ]
    types = {key: renewals.schema[key] for key in keys} | dict.fromkeys(_ENDS, pl.Float64)
    found = pl.DataFrame(rows, schema=types)
    if keys:
        joined = renewals.group_by(*keys).agg(amounts).join(found, on=keys, nulls_equal=True)
    else:
        joined = pl.concat([renewals.select(amounts), found], how="horizontal")
    return (
        joined.with_columns(pl.col(name).round(2).cast(MONEY) for name in _ENDS)
        .with_columns(
            *(pl.min_horizontal(name, "expected").alias(name) for name in ("low_50", "low_80")),
            *(pl.max_horizontal(name, "expected").alias(name) for name in ("high_50", "high_80")),
        )
        .select(*keys, "renewals", *SUMS)
        .sort(*keys or ["renewals"])
    )


def draws(
    renewals: pl.DataFrame, shares: pl.DataFrame, dispersion: Dispersion
) -> tuple[list[Cell], Floats]:
    """Quarters by segment, and the renewed ARR of each in every draw."""
    parts = cells(renewals, _by_segment(shares))
    return parts, simulate(parts, dispersion)


def _by_segment(shares: pl.DataFrame) -> dict[str, Floats]:
    return {
        rows["segment"][0]: rows["renewed_share"].to_numpy()
        for rows in shares.sort("segment", "place").partition_by("segment", maintain_order=True)
    }


def _forecast(
    renewals: pl.DataFrame,
    shares: pl.DataFrame,
    dispersion: Dispersion,
    keys: tuple[str, ...],
) -> pl.DataFrame:
    parts, drawn = draws(renewals, shares, dispersion)
    expected = renewals.with_columns(expected=expected_arr())
    return summed(expected, parts, drawn, keys).select(*keys, *SUMS)
