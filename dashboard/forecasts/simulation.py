"""The distribution of renewed ARR by simulation, quarters and segments moving together.

A renewal comes with its probability and then at one of the renewed shares of its segment. All
renewals of a quarter share a shock, and all quarters of a fiscal year another: a bad year is bad
for everybody, so the ranges of a year are wider than independent coins would say. How large the
shocks are, and how much of the coins' own spread is right, comes from the residuals of earlier
forecasts (``backtest``). The same rows and the same dispersion give the same draws, and a renewal
keeps its luck when a scenario moves a probability: two scenarios differ by what was changed.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]

DRAWS: Final = 4_000
SEED: Final = 20_261
FEW: Final = 200
"""Renewals of a quarter and segment up to which each is drawn; more are drawn as one normal."""

BINS: Final = 60
"""Levels of probability that stand for more renewals than that."""

QUANTILES: Final = (0.10, 0.25, 0.75, 0.90)


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How far outcomes lie from expectations, and how much they do so together."""

    coins: float = 1.0
    """Spread of renewals beyond the shocks, against independent coins; below 1 is more even."""
    quarter: float = 0.005
    """Correlation of renewals of the same quarter beyond that of the year."""
    year: float = 0.005
    """Correlation of renewals of the same fiscal year."""
    quarters: int = 0
    """Past quarters it was fitted to."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Renewals of one quarter and segment: amounts, probabilities and possible shares."""

    quarter: date
    """First day of the fiscal quarter: those of one quarter share its shock."""
    year: date
    """First day of the fiscal year: those of one year share another."""
    segment: str
    amounts: Floats
    probabilities: Floats
    shares: Floats
    """Renewed shares given renewal, equally likely."""

    @property
    def expected(self) -> float:
        """Expected renewed ARR."""
        return float((self.amounts * self.probabilities).sum() * self.shares.mean())

    @property
    def coin_variance(self) -> float:
        """Variance of renewed ARR if every renewal were a coin of its own."""
        mean, square = self.shares.mean(), (self.shares**2).mean()
        chance = self.probabilities
        return float((self.amounts**2 * (chance * square - (chance * mean) ** 2)).sum())

    @property
    def shock_size(self) -> float:
        """Change of expected ARR when the latent state of all renewals moves by 1."""
        from scipy.special import ndtri  # noqa: PLC0415 -- slow to import

        density = np.exp(-0.5 * ndtri(self.probabilities) ** 2) / np.sqrt(2 * np.pi)
        return float((self.amounts * density).sum() * self.shares.mean())


def cells(forecast: pl.DataFrame, shares: Mapping[str, Floats]) -> list[Cell]:
    """Forecast renewals by quarter and segment.

    Parameters
    ----------
    forecast
        Rows with ``renewal_id``, ``due_quarter``, ``due_year``, ``segment``, ``arr_due`` and
        ``probability``.
    shares
        Renewed shares given renewal by segment, equally likely.
    """
    parts = forecast.sort("due_quarter", "segment", "renewal_id").partition_by(
        "due_quarter", "segment", maintain_order=True
    )
    return [_cell(rows, shares) for rows in parts]


def _cell(rows: pl.DataFrame, shares: Mapping[str, Floats]) -> Cell:
    first = rows.row(0, named=True)
    return Cell(
        quarter=first["due_quarter"],
        year=first["due_year"],
        segment=first["segment"],
        amounts=rows["arr_due"].cast(pl.Float64).to_numpy(),
        probabilities=rows["probability"].to_numpy(),
        shares=shares[first["segment"]],
    )


def simulate(
    parts: Sequence[Cell], dispersion: Dispersion, *, draws: int = DRAWS, seed: int = SEED
) -> Floats:
    """Renewed ARR in each draw: draws x cells."""
    years = _shocks(seed, 1, (each.year for each in parts), draws)
    quarters = _shocks(seed, 2, (each.quarter for each in parts), draws)
    drawn = np.zeros((draws, len(parts)))
    for place, each in enumerate(parts):
        shock = np.sqrt(dispersion.year) * years[each.year]
        shock = shock + np.sqrt(dispersion.quarter) * quarters[each.quarter]
        name = zlib.crc32(each.segment.encode())
        rng = np.random.default_rng([seed, 3, each.quarter.toordinal(), name])
        few = len(each.amounts) <= FEW
        outcome = (_each_drawn if few else _drawn_together)(each, shock, dispersion, rng)
        drawn[:, place] = with_mean(outcome, each.expected)
    return drawn


def with_mean(outcome: Floats, expected: float) -> Floats:
    """Draws, none below zero, scaled to the mean they have but for the luck of their number."""
    above = np.maximum(outcome, 0.0)
    mean = float(above.mean())
    scaled: Floats = above * (expected / mean) if mean > 0 else above
    return scaled


def ranges(drawn: Floats) -> dict[str, float]:
    """Expected value with the 50 % and 80 % range of a column of draws, or of a sum of columns.

    Where one large renewal decides, the expected value lies beyond a quantile: ranges then reach
    to it.
    """
    expected = float(drawn.mean())
    low_80, low_50, high_50, high_80 = (float(each) for each in np.quantile(drawn, QUANTILES))
    return {
        "expected": expected,
        "low_50": min(low_50, expected),
        "high_50": max(high_50, expected),
        "low_80": min(low_80, expected),
        "high_80": max(high_80, expected),
    }


def _each_drawn(
    each: Cell, shock: Floats, dispersion: Dispersion, rng: np.random.Generator
) -> Floats:
    size = len(each.amounts)
    luck = rng.random((len(shock), size))
    place = rng.integers(0, len(each.shares), (len(shock), size))
    chance = _given(each.probabilities, shock, dispersion)
    amounts = np.where(luck < chance, each.shares[place], 0.0) @ each.amounts
    usual: Floats = (chance @ each.amounts) * each.shares.mean()
    return usual + dispersion.coins * (amounts - usual)


def _drawn_together(
    each: Cell, shock: Floats, dispersion: Dispersion, rng: np.random.Generator
) -> Floats:
    """Of many renewals only mean and variance count; both come from bins of like probability."""
    order = np.argsort(each.probabilities, kind="stable")
    bins = np.array_split(order, BINS)
    levels = np.array([each.probabilities[rows].mean() for rows in bins])
    amounts = np.array([each.amounts[rows].sum() for rows in bins])
    chance = _given(levels, shock, dispersion)
    usual: Floats = (chance @ amounts) * each.shares.mean()
    spread = dispersion.coins * np.sqrt(each.coin_variance)
    together: Floats = usual + spread * rng.standard_normal(len(shock))
    return together


def _given(probabilities: Floats, shock: Floats, dispersion: Dispersion) -> Floats:
    """Probabilities in each draw, given its shock; their mean over draws is what they were."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 -- slow to import

    alone = np.sqrt(1.0 - dispersion.quarter - dispersion.year)
    chance: Floats = ndtr((ndtri(probabilities)[None, :] + shock[:, None]) / alone)
    return chance


def _shocks(seed: int, kind: int, starts: Iterable[date], draws: int) -> dict[date, Floats]:
    return {
        start: np.random.default_rng([seed, kind, start.toordinal()]).standard_normal(draws)
        for start in set(starts)
    }
