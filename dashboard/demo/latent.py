"""The hidden state of every account, week by week: how well it is really doing, from 0 to 100."""

from typing import Final

import numpy as np

from dashboard.demo.draws import Days, Floats, Grid, Ints
from dashboard.demo.history import WEEKS_AHEAD, History

_PERSISTENCE: Final = 0.985
_FIXED_SHARE: Final = 0.5
"""Half of the differences between accounts stay for good, the others wander within a year or so."""

_NORMAL: Final = np.array([-3.0, -1.6, -0.85, 0.08, 0.9, 3.0])
_STATE: Final = np.array([12.0, 27.0, 40.0, 70.0, 84.0, 97.0])
"""Where a standard normal lies on the scale: about a fifth below 40, half below 70."""

DECLINE_DAYS: Final = 190


def hidden_state(rng: np.random.Generator, accounts: int, history: History) -> Grid:
    """State of accounts x weeks, from the first week to ``WEEKS_AHEAD`` after the last."""
    weeks = len(history.weeks) + WEEKS_AHEAD
    fixed = rng.standard_normal(accounts) * np.sqrt(_FIXED_SHARE)
    wander = rng.standard_normal(accounts)
    shocks = rng.standard_normal((weeks, accounts)) * np.sqrt(1 - _PERSISTENCE**2)
    state = np.empty((weeks, accounts), dtype=np.float32)
    for week in range(weeks):
        wander = _PERSISTENCE * wander + shocks[week]
        normal = fixed + np.sqrt(1 - _FIXED_SHARE) * wander
        state[week] = np.interp(normal, _NORMAL, _STATE)
    return np.ascontiguousarray(state.T)


def state_on(state: Grid, history: History, account: Ints, days: Days) -> Floats:
    """Hidden state of accounts on days; the first or last week stands in outside the history."""
    week = np.clip(history.week_of(days), 0, state.shape[1] - 1)
    return state[account, week].astype(np.float64)


def decline(state: Grid, history: History, account: Ints, until: Days, depth: Floats) -> None:
    """Let the state of accounts fall by ``depth`` over the half year before a day.

    It comes back within three months after, for those who stay.
    """
    week_days = history.weeks[0] + np.arange(state.shape[1]).astype("timedelta64[W]")
    for rows in np.array_split(np.arange(len(account)), max(1, len(account) // 512)):
        left = (until[rows, None] - week_days[None, :]).astype(np.float64)
        before = np.clip(1 - left / DECLINE_DAYS, 0, 1) ** 0.8
        after = np.clip(1 + left / 90, 0, 1)
        fall = depth[rows, None] * np.where(left >= 0, before, after)
        np.subtract.at(state, account[rows], fall.astype(np.float32))
    np.clip(state, 2, 98, out=state)
