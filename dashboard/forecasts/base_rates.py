"""Base rates: how often and at what size renewals of a segment renewed, shrunk where few did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dashboard.forecasts.history import each_once

Floats = npt.NDArray[np.float64]

PRIOR_RATE: Final = 0.90
"""Share of renewals that renew where nothing is known of the company."""

PRIOR_RENEWALS: Final = 20.0
"""How many renewals the prior weighs as, against those of the company."""

COMPANY_RENEWALS: Final = 20.0
"""How many renewals the company's rate weighs as, against those of a segment."""

MOST_SHARE: Final = 3.0
"""Renewed shares above are read as this: one contract that grew tenfold says nothing of others."""

SHARES_KEPT: Final = 100
"""Quantiles kept of the renewed shares of a segment."""


@dataclass(frozen=True, slots=True)
class BaseRates:
    """What is known without looking at the single renewal."""

    company: float
    by_segment: Mapping[str, float]
    shares: Mapping[str, Floats]
    """Renewed share, given renewal, of each segment: quantiles in ascending order."""
    company_shares: Floats
    decided: int
    lost: int

    def rate(self, segments: pl.Series) -> Floats:
        """Probability of renewal by segment; the company's for one not seen."""
        return rate_of(segments, self.company, self.by_segment)

    def shares_of(self, segment: str) -> Floats:
        """Renewed shares given renewal of a segment; the company's for one not seen."""
        return self.shares.get(segment, self.company_shares)

    def shares_by(self, segments: pl.Series) -> dict[str, Floats]:
        """``shares_of`` every segment named."""
        return {each: self.shares_of(each) for each in segments.unique().sort()}

    def mean_share(self, segments: pl.Series) -> Floats:
        """Expected renewed share given renewal, by segment."""
        means = {name: float(shares.mean()) for name, shares in self.shares_by(segments).items()}
        return rate_of(segments, float(self.company_shares.mean()), means)


def base_rates(decided: pl.DataFrame) -> BaseRates:
    """Base rates from rows whose outcome is known, each renewal counted once.

    The company's rate is shrunk to ``PRIOR_RATE``, a segment's rate and shares to the company's.
    """
    rows = each_once(decided)
    company, by_segment = rates(rows)
    renewed = rows.filter(pl.col("status") == "renewed")
    known = _shares(renewed)
    whole = _quantiles(np.concatenate([known, np.ones(0 if len(known) else 1)]))
    return BaseRates(
        company=company,
        by_segment=by_segment,
        shares={
            segment: _pooled(_shares(renewed.filter(pl.col("segment") == segment)), whole)
            for segment in by_segment
        },
        company_shares=whole,
        decided=len(rows),
        lost=len(rows) - len(renewed),
    )


def rates(rows: pl.DataFrame) -> tuple[float, dict[str, float]]:
    """Renewal rates of the company and by segment, from rows that name each renewal once."""
    counts = (
        rows.group_by("segment")
        .agg(decided=pl.len(), renewed=(pl.col("status") == "renewed").sum())
        .sort("segment")
    )
    kept = int(counts["renewed"].sum())
    company = (kept + PRIOR_RENEWALS * PRIOR_RATE) / (len(rows) + PRIOR_RENEWALS)
    return company, {
        segment: (renewed + COMPANY_RENEWALS * company) / (decided + COMPANY_RENEWALS)
        for segment, decided, renewed in counts.iter_rows()
    }


def rate_of(segments: pl.Series, company: float, by_segment: Mapping[str, float]) -> Floats:
    """Rates of segments; the company's for one not known."""
    rate: Floats = (
        segments.replace_strict(dict(by_segment), default=company, return_dtype=pl.Float64)
        .to_numpy()
        .astype(np.float64)
    )
    return rate


def _shares(renewed: pl.DataFrame) -> Floats:
    known = renewed["renewed_share"].drop_nulls().clip(0.0, MOST_SHARE).sort()
    return known.filter(known.is_finite()).to_numpy().astype(np.float64)


def _pooled(own: Floats, whole: Floats) -> Floats:
    """Quantiles of a segment's shares among ``COMPANY_RENEWALS`` of the company's."""
    values = np.concatenate([own, whole])
    weights = np.concatenate(
        [np.ones(len(own)), np.full(len(whole), COMPANY_RENEWALS / len(whole))]
    )
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) - weights[order] / 2
    at = (np.arange(SHARES_KEPT) + 0.5) / SHARES_KEPT * weights.sum()
    quantiles = np.interp(at, reached, values[order])
    mean = float(np.average(values, weights=weights))
    return _around(quantiles, mean)


def _quantiles(values: Floats) -> Floats:
    at = (np.arange(SHARES_KEPT) + 0.5) / SHARES_KEPT
    return _around(np.quantile(values, at), float(values.mean()))


def _around(quantiles: Floats, mean: float) -> Floats:
    """Quantiles moved so that they have the mean of what they were taken from."""
    moved: Floats = np.maximum(np.round(quantiles + (mean - quantiles.mean()), 9), 0.0)
    return moved
