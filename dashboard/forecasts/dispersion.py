"""How far outcomes lie from forecasts, fitted to earlier forecasts and shrunk to a stated prior.

Three numbers: how much of the spread of independent coins is right (less where outcomes are more
even than chance, more where something is missing from the model), and how much the renewals of a
quarter and of a fiscal year move together. The first comes from the squared residuals of segments
in quarters, and from how often the ranges given earlier held: where 80 % ranges held more than
eight times in ten they become narrower, where less wider. The others come from the products of
residuals that share a quarter or a year.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

import numpy as np

from dashboard.forecasts.simulation import Cell, Dispersion

PRIOR: Final = Dispersion()
PRIOR_CELLS: Final = 48.0
"""How many past segments in quarters the prior of the coins' spread weighs as."""

HELD: Final = 0.8
"""Share of outcomes that an 80 % range shall hold."""

CORRECTION: Final = 0.05
"""By how much, in logarithms, one range that held too many or too few moves the spread."""

PRIOR_SPREAD: Final = 0.01
"""Standard deviation of the prior of the two correlations."""

LEAST_COINS, MOST_COINS = 0.5, 2.0
MOST_CORRELATION: Final = 0.2
FARTHEST: Final = 9.0
"""Squared residuals beyond three standard deviations count as this: one is no rule."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one day had forecast for a segment in a quarter, and what came."""

    day: date
    quarter: date
    year: date
    segment: str
    residual: float
    """What came beyond what was expected."""
    variance: float
    """Variance of independent coins."""
    shock_size: float
    held: bool
    """Whether the 80 % range of that day held it."""

    @property
    def place(self) -> tuple[date, str]:
        """The quarter and segment, which several days may have forecast."""
        return self.quarter, self.segment


def outcome(day: date, cell: Cell, actual: float, *, held: bool) -> Outcome:
    """What a day had forecast for a cell beside what came."""
    return Outcome(
        day=day,
        quarter=cell.quarter,
        year=cell.year,
        segment=cell.segment,
        residual=actual - cell.expected,
        variance=cell.coin_variance,
        shock_size=cell.shock_size,
        held=held,
    )


def fit_dispersion(outcomes: Sequence[Outcome]) -> Dispersion:
    """Spread and correlations of earlier forecasts; the prior's where there are none."""
    known = [each for each in outcomes if each.variance > 0]
    if not known:
        return PRIOR
    together = _correlation(known, _same_quarter, PRIOR.quarter + PRIOR.year)
    year = _correlation(known, _same_year, PRIOR.year)
    return Dispersion(
        coins=_coins(known),
        quarter=round(max(together - year, 0.0), 6),
        year=round(year, 6),
        quarters=len({each.quarter for each in known}),
    )


def _coins(known: Sequence[Outcome]) -> float:
    """Root of the mean squared residual, corrected by how often earlier ranges held.

    Residuals of one outcome forecast by several days count as one; ranges count each, as they do
    in the record.
    """
    times: dict[tuple[date, str], int] = {}
    for each in known:
        times[each.place] = times.get(each.place, 0) + 1
    total, weight, too_few = PRIOR_CELLS * PRIOR.coins**2, PRIOR_CELLS, 0.0
    for each in known:
        share = 1.0 / times[each.place]
        shocks = each.shock_size**2 * (PRIOR.quarter + PRIOR.year)
        total += share * min(each.residual**2 / (each.variance + shocks), FARTHEST)
        weight += share
        too_few += HELD - each.held
    spread = np.sqrt(total / weight) * np.exp(CORRECTION * too_few)
    return round(float(np.clip(spread, LEAST_COINS, MOST_COINS)), 6)


def _correlation(
    known: Sequence[Outcome], alike: Callable[[Outcome, Outcome], bool], prior: float
) -> float:
    """Weighted mean of what each pair of residuals says of their correlation."""
    precision = 1.0 / PRIOR_SPREAD**2
    total = prior * precision
    for one, other, share in _pairs(known, alike):
        sizes = one.shock_size * other.shock_size
        noise = one.variance * other.variance
        total += share * one.residual * other.residual * sizes / noise
        precision += share * sizes**2 / noise
    return float(np.clip(total / precision, 0.0, MOST_CORRELATION))


def _pairs(
    known: Sequence[Outcome], alike: Callable[[Outcome, Outcome], bool]
) -> Iterator[tuple[Outcome, Outcome, float]]:
    """Pairs of one day's forecasts, with the share that makes each pair of outcomes count once."""
    found: list[tuple[Outcome, Outcome]] = []
    times: dict[frozenset[tuple[date, str]], int] = {}
    by_day: dict[date, list[Outcome]] = {}
    for each in known:
        by_day.setdefault(each.day, []).append(each)
    for day in sorted(by_day):
        for one, other in combinations(by_day[day], 2):
            if alike(one, other):
                found.append((one, other))
                times[_pair(one, other)] = times.get(_pair(one, other), 0) + 1
    for one, other in found:
        yield one, other, 1.0 / times[_pair(one, other)]


def _pair(one: Outcome, other: Outcome) -> frozenset[tuple[date, str]]:
    return frozenset({one.place, other.place})


def _same_quarter(one: Outcome, other: Outcome) -> bool:
    return one.quarter == other.quarter and one.segment != other.segment


def _same_year(one: Outcome, other: Outcome) -> bool:
    return one.year == other.year and one.quarter != other.quarter
