"""Rows of the health scores: what was measured, when, and for whom."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.draws import Flags
from dashboard.demo.health import NPS
from dashboard.policy import MEASURES

_EVERY_WEEKS: Final = np.array([1, 1, 1, 4, 4, 1, 2])
_FIRST_AFTER_WEEKS: Final = np.array([0, 2, 4, 13, 9, 1, 5])
_NEVER_SHARE: Final = np.array([0.0, 0.02, 0.0, 0.10, 0.0, 0.03, 0.06])
_SURVEYED_WEEKS: Final = 26


def scores(batch: Batch, answered_in: Flags) -> pl.DataFrame:
    """Rows of ``health_scores``, account by account.

    Parameters
    ----------
    batch
        The accounts.
    answered_in
        Accounts x weeks: whether somebody answered an NPS survey in that week.
    """
    rng, profiles, measured = batch.stream("scores"), batch.profiles, batch.measured
    size, weeks, measures = measured.paths.shape
    week = np.arange(weeks)
    age = week - batch.history.week_of(profiles.customer_since)[:, None]
    audible = week < measured.silent_from[:, None]
    # Not everyone is measured in the same week.
    due = (week[None, :, None] + profiles.numbers[:, None, None]) % _EVERY_WEEKS == 0
    due &= (age[:, :, None] > _FIRST_AFTER_WEEKS) & (batch.found.live & audible)[:, :, None]
    never = (rng.random((size, measures)) < _NEVER_SHARE) & ~profiles.northwind[:, None]
    due &= ~never[:, None, :]
    due[:, :, NPS] &= _lately(answered_in)
    rows, weeks_on, measure = np.nonzero(due)
    return pl.DataFrame(
        {
            "account_id": batch.ids(rows),
            "measured_on": batch.history.weeks[weeks_on],
            "measure": pl.Series(MEASURES, dtype=pl.String).gather(measure),
            "score": np.round(measured.paths[due].astype(np.float64), 1),
        }
    )


def _lately(answered_in: Flags) -> Flags:
    """Whether somebody answered within the last half year, by week."""
    answers = np.cumsum(answered_in, axis=1, dtype=np.int32)
    before = np.zeros_like(answers)
    before[:, _SURVEYED_WEEKS:] = answers[:, :-_SURVEYED_WEEKS]
    return (answers - before) > 0
