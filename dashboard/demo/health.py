"""Weekly health scores: the hidden state seen through seven measures, each with its own noise."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dashboard.demo.books import Books
from dashboard.demo.draws import Floats, Grid, Ints, chance
from dashboard.demo.history import History
from dashboard.demo.journeys import Journeys
from dashboard.demo.profiles import Profiles
from dashboard.demo.team import LEFT_DAYS_AGO, MID_MARKET, Team
from dashboard.policy import MEASURES

DEPLOYMENT, ENGAGEMENT, ADOPTION, ROI, NPS, SUPPORT, SENTIMENT = range(7)
SPONSOR_LEFT_DAYS_AGO: Final = 122
"""When Northwind's sponsor left."""

_OUTCOMES: Final = (DEPLOYMENT, ENGAGEMENT, ADOPTION, ROI)
_SHIFT: Final = np.array([3.0, 0.0, 1.0, -3.0, 1.0, 2.0, 0.0])
_OFFSET_SPREAD: Final = 6.0
_GROUP_SPREAD: Final = 6.0
_PERSISTENCE: Final = 0.9
_NOISE: Final = 6.0
_SILENT_SHARE: Final = 0.011
NPS_PARTING: Final = 14.0
"""How far Mid-Market's NPS score falls over the last year, on the hundred scale."""

_LEAST, _MOST = 1.0, 99.0


@dataclass(frozen=True, slots=True)
class Health:
    """Scores of a batch."""

    paths: Grid
    """Accounts x weeks x measures, known or not."""
    silent_from: Ints
    """Week from which an account's telemetry says nothing any more; past the last for most."""


def health(
    rng: np.random.Generator,
    state: Grid,
    *,
    profiles: Profiles,
    books: Books,
    team: Team,
    found: Journeys,
    history: History,
) -> Health:
    """Every measure of every account and week, and whose telemetry stopped."""
    size, weeks = len(profiles), len(history.weeks)
    offset = rng.normal(0.0, _OFFSET_SPREAD, (size, len(MEASURES))) + _SHIFT
    lean = rng.normal(0.0, _GROUP_SPREAD, size)
    offset += np.where(np.isin(np.arange(len(MEASURES)), _OUTCOMES), 0.5, -0.5) * lean[:, None]
    noise = rng.normal(0.0, _NOISE, (size, len(MEASURES))).astype(np.float32)
    spread = np.float32(_NOISE * np.sqrt(1 - _PERSISTENCE**2))
    paths = np.empty((size, weeks, len(MEASURES)), dtype=np.float32)
    for week in range(weeks):
        shocks = rng.standard_normal((size, len(MEASURES)), dtype=np.float32) * spread
        noise = np.float32(_PERSISTENCE) * noise + shocks
        paths[:, week] = state[:, week, None] + offset + noise

    days_left = (history.as_of - history.weeks).astype(np.float64)
    since_hand_over = np.clip((LEFT_DAYS_AGO - days_left) / 80, 0, 1)
    paths[books.today == team.overloaded, :, ENGAGEMENT] -= (24 * since_hand_over).astype(
        np.float32
    )
    last_year = np.clip((365 - days_left) / 300, 0, 1)
    paths[profiles.segments == MID_MARKET, :, NPS] -= (NPS_PARTING * last_year).astype(np.float32)
    stuck = np.flatnonzero(found.is_stuck)
    level = rng.uniform(10, 30, (len(stuck), 1)) + rng.normal(0, 2, (len(stuck), weeks))
    paths[stuck, :, DEPLOYMENT] = level
    paths[stuck, :, ADOPTION] -= 18
    for row in np.flatnonzero(profiles.northwind):
        paths[row] = _northwind(rng, days_left)
    np.clip(paths, _LEAST, _MOST, out=paths)
    silent = chance(rng, _SILENT_SHARE, size) & ~profiles.northwind
    stops = weeks - rng.integers(11, 26, size)
    return Health(paths, np.where(silent, stops, weeks + 1))


def _northwind(rng: np.random.Generator, days_left: Floats) -> Floats:
    """Healthy until the sponsor leaves; engagement falls first, sentiment and NPS weeks later."""
    healthy = np.array([84.0, 86.0, 80.0, 78.0, 84.0, 80.0, 86.0])
    at_last = np.array([58.0, 12.0, 44.0, 34.0, 14.0, 50.0, 16.0])
    starts = SPONSOR_LEFT_DAYS_AGO - np.array([50, 0, 45, 60, 42, 55, 42])
    fallen = np.clip((starts - days_left[:, None]) / 60, 0, 1)
    path: Floats = healthy + (at_last - healthy) * fallen
    return path + rng.normal(0, 2.0, path.shape)
