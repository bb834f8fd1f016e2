"""The renewal model: a penalised logistic regression, shrunk to base rates and calibrated.

It learns from renewals as they were known on past snapshot days. Every renewal weighs the same,
on however many days it was seen. The penalty pulls each coefficient towards nothing, so that
probabilities of few data stay near the base rate. How much of the difference from the base rate
of the segment is kept is then decided on renewals of accounts left out of the fit: that
calibrates the probabilities, and keeps nothing where the model knows nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dashboard.forecasts.base_rates import BaseRates, base_rates, rate_of, rates
from dashboard.forecasts.features import columns_of, in_words, names_of
from dashboard.forecasts.history import each_once

Floats = npt.NDArray[np.float64]

FEWEST_RENEWALS: Final = 60
FEWEST_LOST: Final = 10
"""Decided renewals, and losses among them, below which no coefficient is fitted."""

INVERSE_PENALTY: Final = 0.05
"""C of the ridge penalty on standardised columns."""

FOLDS: Final = 5
SLOPES: Final = tuple(round(0.05 * step, 2) for step in range(29))
"""How much of the model's difference from the base rate is kept, from nothing to 1.4 times."""

DECIMALS: Final = 6
"""Probabilities are rounded, so that the last bits of a sum never decide an answer."""

LEAST, MOST = 0.005, 0.995
"""Nothing is certain before it is signed."""

_REASONS: Final = 2
_NOTABLE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A fitted regression over standardised columns."""

    segments: tuple[str, ...]
    means: Floats
    spreads: Floats
    weights: Floats
    intercept: float

    def standardised(self, rows: pl.DataFrame) -> Floats:
        """Columns of the rows around 0; what is not known is 0."""
        return np.nan_to_num((columns_of(rows, self.segments) - self.means) / self.spreads)

    def log_odds(self, rows: pl.DataFrame) -> Floats:
        """Log odds of renewal before calibration."""
        odds: Floats = self.standardised(rows) @ self.weights + self.intercept
        return odds


@dataclass(frozen=True, slots=True)
class RenewalModel:
    """Base rates and, where enough is known, what a single renewal adds to them."""

    base: BaseRates
    coefficients: Coefficients | None
    slope: float
    reason: str
    """Why there are no coefficients; empty where there are."""

    def probability(self, rows: pl.DataFrame) -> Floats:
        """Probability of renewal of each row."""
        chance = self.base.rate(rows["segment"])
        if self.coefficients is not None and len(rows):
            odds = _mixed(chance, self.coefficients.log_odds(rows), self.slope)
            chance = np.clip(_expit(odds), LEAST, MOST)
        rounded: Floats = np.round(chance, DECIMALS)
        return rounded

    def pushes(self, rows: pl.DataFrame) -> Mapping[str, Floats]:
        """What each group of columns adds to the log odds of renewal; empty without coefficients.

        Against a renewal that is like the average in everything.
        """
        if self.coefficients is None or rows.is_empty():
            return {}
        found = self.coefficients
        parts = found.standardised(rows) * found.weights * self.slope
        pushed: dict[str, Floats] = {}
        for name, part in zip(names_of(found.segments), parts.T, strict=True):
            pushed[name] = pushed[name] + part if name in pushed else part
        return pushed


def fit(decided: pl.DataFrame) -> RenewalModel:
    """The model of what was decided, rows of ``queries.forecast.RENEWALS_SEEN``.

    With too few renewals or losses it is the base rates and says why.
    """
    base = base_rates(decided)
    if base.decided < FEWEST_RENEWALS or min(base.lost, base.decided - base.lost) < FEWEST_LOST:
        return RenewalModel(base, None, 0.0, _too_few(base))
    rows = decided.sort("snapshot_on", "renewal_id")
    segments = tuple(rows["segment"].unique().sort())
    columns = columns_of(rows, segments)
    renewed = (rows["status"] == "renewed").to_numpy()
    each = 1.0 / rows.select(pl.len().over("renewal_id")).to_series().to_numpy()
    known = ~np.isnan(columns)
    table = _Table(np.where(known, columns, 0.0), known, renewed, each)
    slope = _calibrated(rows, table, segments)
    return RenewalModel(base, _regression(table, segments), slope, "")


def reasons(model: RenewalModel, rows: pl.DataFrame) -> pl.DataFrame:
    """``pushed_down`` and ``pushed_up`` of each row in words, the strongest first."""
    pushes = model.pushes(rows)
    down: list[str | None] = []
    up: list[str | None] = []
    for place, row in enumerate(rows.iter_rows(named=True)):
        ranked = sorted((float(part[place]), name) for name, part in pushes.items())
        down.append(_said(row, [name for push, name in ranked if push < -_NOTABLE]))
        up.append(_said(row, [name for push, name in reversed(ranked) if push > _NOTABLE]))
    return pl.DataFrame(
        {"pushed_down": down, "pushed_up": up},
        schema={"pushed_down": pl.String, "pushed_up": pl.String},
    )


def _said(row: dict[str, object], groups: list[str]) -> str | None:
    words = [said for group in groups if (said := in_words(row, group))]
    return "; ".join(words[:_REASONS]) or None


def _too_few(base: BaseRates) -> str:
    if not base.decided:
        return "No renewal was decided yet; the base rate is the prior of 90 %."
    return (
        f"{base.decided} renewals were decided, {base.lost} of them lost; a model takes "
        f"{FEWEST_RENEWALS} and {FEWEST_LOST} of each outcome, so base rates are used."
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """What a regression is fitted to, with 0 for what is not known."""

    filled: Floats
    known: npt.NDArray[np.bool_]
    renewed: npt.NDArray[np.bool_]
    each: Floats
    """How much a row weighs."""

    def of(self, rows: npt.NDArray[np.bool_]) -> "_Table":
        """Some of the rows."""
        return _Table(self.filled[rows], self.known[rows], self.renewed[rows], self.each[rows])

    def around(self, means: Floats, spreads: Floats) -> Floats:
        """Columns around 0; what is not known is 0."""
        standardised = self.filled - means
        standardised /= spreads
        standardised *= self.known
        return standardised


def _regression(table: _Table, segments: tuple[str, ...]) -> Coefficients:
    # Imported here: it takes a second that only forecasts need.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    weight = table.each[:, None] * table.known
    total = np.maximum(weight.sum(axis=0), 1e-9)
    means = (table.filled * weight).sum(axis=0) / total
    squares = table.filled - means
    squares *= squares
    squares *= weight
    spreads = np.sqrt(squares.sum(axis=0) / total)
    spreads = np.where(spreads > 1e-9, spreads, 1.0)  # noqa: PLR2004
    regression = LogisticRegression(C=INVERSE_PENALTY, solver="newton-cholesky")
    regression.fit(table.around(means, spreads), table.renewed, sample_weight=table.each)
    return Coefficients(
        segments, means, spreads, np.asarray(regression.coef_[0]), float(regression.intercept_[0])
    )


def _calibrated(rows: pl.DataFrame, table: _Table, segments: tuple[str, ...]) -> float:
    """The slope that makes renewals of accounts left out of the fit likeliest."""
    renewed, each = table.renewed, table.each
    accounts = rows["account_id"].unique().sort()
    fold = rows["account_id"].replace_strict(accounts, np.arange(len(accounts)) % FOLDS).to_numpy()
    base, odds = np.empty(len(rows)), np.empty(len(rows))
    once = each_once(rows.with_columns(pl.Series("fold", fold)))
    for number in range(FOLDS):
        out = fold == number
        if renewed[~out].all() or not renewed[~out].any():
            return 0.0
        found = _regression(table.of(~out), segments)
        company, by_segment = rates(once.filter(pl.col("fold") != number))
        base[out] = rate_of(rows["segment"].filter(pl.Series(out)), company, by_segment)
        held_out = table.of(out).around(found.means, found.spreads)
        odds[out] = held_out @ found.weights + found.intercept
    return max(SLOPES, key=lambda slope: _likelihood(_mixed(base, odds, slope), renewed, each))


def _likelihood(odds: Floats, renewed: npt.NDArray[np.bool_], each: Floats) -> float:
    chance = np.clip(_expit(odds), LEAST, MOST)
    return round(float((each * np.log(np.where(renewed, chance, 1 - chance))).sum()), DECIMALS)


def _mixed(base: Floats, odds: Floats, slope: float) -> Floats:
    start = np.log(base / (1 - base))
    mixed: Floats = start + slope * (odds - start)
    return mixed


def _expit(odds: Floats) -> Floats:
    chance: Floats = 1.0 / (1.0 + np.exp(-odds))
    return chance
