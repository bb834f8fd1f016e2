"""Customers from month to month: a shifted beta-geometric curve of how long they stay.

Each customer leaves at the end of a term with a probability of its own, beta distributed over
customers. Those likely to leave go first, so the longer a customer has stayed the likelier it
stays, which an exponential curve with one rate for all does not know. After P. Fader and B.
Hardie, "How to Project Customer Retention", Journal of Interactive Marketing 21 (2007).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dashboard.forecasts.history import GRACE_DAYS

Floats = npt.NDArray[np.float64]

PRIOR_MONTHLY_LOSS: Final = 0.03
"""Share of customers from month to month that leave a month, where nothing is known."""

PRIOR_CUSTOMERS: Final = 10.0
"""How many customers the prior weighs as, each followed over ``_PRIOR_TERMS`` terms."""

_PRIOR_TERMS: Final = 12
_PRIOR_ALPHA: Final = 1.0
_LOG_BOUND: Final = 12.0
DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class BetaGeometric:
    """A curve of survival over terms."""

    alpha: float
    beta: float

    def survival(self, terms: int) -> Floats:
        """Share of customers still there after 0, 1, ... ``terms`` terms."""
        return np.concatenate([[1.0], np.cumprod(1.0 - self.hazard(np.arange(1, terms + 1)))])

    def hazard(self, term: npt.ArrayLike) -> Floats:
        """Probability of leaving at the end of a term, the first being 1, if still there."""
        number = np.asarray(term, dtype=np.float64)
        return np.asarray(self.alpha / (self.alpha + self.beta + number - 1.0))


@dataclass(frozen=True, slots=True)
class Survival:
    """Curves by length of term in months, and what they were fitted to."""

    curves: dict[int, BetaGeometric]
    ended: int
    """Terms that ended with a known outcome."""

    def renewal(self, rows: pl.DataFrame) -> Floats:
        """Probability of renewal of rows of ``queries.forecast.RENEWALS_SEEN`` of short terms."""
        months = rows["term_months"].clip(1).to_numpy()
        days = (rows["tenure_days"] + rows["days_to_due"]).to_numpy()
        number = np.maximum(np.round(days / (30.4375 * months)), 1.0)
        chance = [
            1.0 - float(self.curve(int(month)).hazard(term))
            for month, term in zip(months, number, strict=True)
        ]
        return np.array([round(each, DECIMALS) for each in chance], dtype=np.float64)

    def curve(self, months: int) -> BetaGeometric:
        """The curve of a length of term; the prior's where none of that length ended."""
        return self.curves.get(months) or prior(months)


def prior(months: int) -> BetaGeometric:
    """The curve that stands in where nothing is known."""
    loss = 1.0 - (1.0 - PRIOR_MONTHLY_LOSS) ** months
    return BetaGeometric(_PRIOR_ALPHA, _PRIOR_ALPHA * (1.0 / loss - 1.0))


def fit_terms(ended: pl.DataFrame, day: date) -> Survival:
    """Curves from ``queries.forecast.SHORT_TERMS``, as known on a day, shrunk to the prior's."""
    known = ended.filter(
        pl.col("status") != "open",
        pl.col("due_on") < day - timedelta(days=GRACE_DAYS),
        pl.coalesce("closed_on", "due_on") <= day,
    )
    curves: dict[int, BetaGeometric] = {}
    for months in known["term_months"].unique().sort():
        own = known.filter(pl.col("term_months") == months)
        counts = (
            own.group_by("term_number")
            .agg(exposed=pl.len(), lost=(pl.col("status") == "churned").sum())
            .sort("term_number")
        )
        expected = prior(months)
        numbers = np.arange(1, _PRIOR_TERMS + 1)
        exposed = PRIOR_CUSTOMERS * expected.survival(_PRIOR_TERMS)[:-1]
        curves[months] = fit_hazards(
            np.concatenate([counts["term_number"].to_numpy(), numbers]),
            np.concatenate([counts["exposed"].to_numpy(), exposed]),
            np.concatenate([counts["lost"].to_numpy(), exposed * expected.hazard(numbers)]),
        )
    return Survival(curves, len(known))


def fit_cohort(survivors: Sequence[float]) -> BetaGeometric:
    """The curve of one cohort, from how many were there after 0, 1, 2, ... terms."""
    counts = np.asarray(survivors, dtype=np.float64)
    return fit_hazards(np.arange(1, len(counts)), counts[:-1], counts[:-1] - counts[1:])


def fit_hazards(term: npt.ArrayLike, exposed: npt.ArrayLike, lost: npt.ArrayLike) -> BetaGeometric:
    """Maximum likelihood of a curve, from who could leave at the end of each term and who did."""
    # Imported here: it is slow to import and only forecasts need it.
    from scipy.optimize import minimize  # noqa: PLC0415

    number, could, did = (np.asarray(each, dtype=np.float64) for each in (term, exposed, lost))

    def unlikelihood(logs: Floats) -> float:
        hazard = BetaGeometric(*np.exp(logs)).hazard(number)
        return -float((did * np.log(hazard) + (could - did) * np.log1p(-hazard)).sum())

    bounds = [(-_LOG_BOUND, _LOG_BOUND)] * 2
    found = minimize(
        unlikelihood,
        np.zeros(2),
        bounds=bounds,
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4000},
    )
    alpha, beta = np.exp(found.x)
    return BetaGeometric(round(float(alpha), DECIMALS), round(float(beta), DECIMALS))
