"""Net revenue retention at the end of the running fiscal year: what happened, and what may.

The customers at the start of the year, their ARR now, and then until the end: renewals by the
simulation, expansion by the pipeline and by what is usually not in it yet, losses outside renewals
by their usual rate.
"""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from dashboard.forecasts.scenarios import draws
from dashboard.forecasts.simulation import DRAWS, SEED, Dispersion, ranges

_RANGES: Final = ("expected", "low_50", "high_50", "low_80", "high_80")
_DAYS_A_QUARTER: Final = 365.25 / 4


def year_end(
    cohort: pl.DataFrame,
    renewals: pl.DataFrame,
    shares: pl.DataFrame,
    dispersion: Dispersion,
    expansion: pl.DataFrame,
    *,
    day: date,
) -> pl.DataFrame:
    """One row: opening ARR, ARR so far, what is expected until the end, and NRR with its ranges.

    Parameters
    ----------
    cohort
        Rows of ``queries.forecast.YEAR_COHORT``.
    renewals
        Rows of ``forecast/open_renewals``, perhaps ``scenarios.moved``, of customers at the start
        of the year.
    shares
        Rows of ``forecast/renewed_shares``.
    dispersion
        That of ``forecast/method``.
    expansion
        Rows of ``forecast/expansion_by_quarter``.
    day
        The as-of date.
    """
    until = cohort["period_end_on"][0]
    opening, arr = (float(cohort[name].cast(pl.Float64).sum()) for name in ("opening_arr", "arr"))
    due = renewals.filter(pl.col("due_quarter") < until)
    ahead = expansion.filter(pl.col("close_quarter") < until).sort("close_quarter")
    # Of the quarter that runs, only what is left of it.
    left = (until - day).days / _DAYS_A_QUARTER - (len(ahead) - 1)
    parts = [min(max(left, 0.0), 1.0), *([1.0] * (len(ahead) - 1))][: len(ahead)]
    usual = {
        name: arr * float(np.dot(parts, ahead[name].to_numpy()))
        for name in ("outside_share", "losses_share")
    }
    pipeline = float(ahead["expected"].cast(pl.Float64).sum())
    spread = float(ahead["spread_share"][0]) if len(ahead) else 0.0
    luck = np.random.default_rng([SEED, 5]).standard_normal(DRAWS)
    changes = pipeline + usual["outside_share"] + usual["losses_share"]
    changes = changes + arr * spread * np.sqrt(sum(parts)) * (luck - luck.mean())
    renewed = draws(due, shares, dispersion)[1].sum(axis=1) if len(due) else np.zeros(DRAWS)
    arr_due = float(due["arr_due"].cast(pl.Float64).sum())
    closing = np.maximum(arr + renewed - arr_due + changes, 0.0)
    known = {
        "period_start_on": cohort["period_start_on"][0],
        "period_end_on": until,
        "accounts": int(cohort["accounts"].sum()),
        "opening_arr": opening,
        "arr": arr,
        "renewals_due": arr_due,
        "renewals_expected": float(renewed.mean()),
        "pipeline_expected": pipeline,
        "outside_pipeline_expected": usual["outside_share"],
        "losses_expected": usual["losses_share"],
        "closing_expected": float(closing.mean()),
    }
    nrr = {f"nrr_{name}": value for name, value in ranges(closing / opening).items()}
    return pl.DataFrame([known | nrr])
