"""Product telemetry: weekly use, and the first time each behaviour was seen."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.draws import ONE_DAY, Floats, Ints, as_days
from dashboard.demo.health import ADOPTION, DEPLOYMENT
from dashboard.demo.reference import PRODUCTS
from dashboard.demo.words import BEHAVIOURS

_FEATURES_A_PRODUCT: Final = 8
_FEWEST_SEATS: Final = 3
_SEAT_PRICES: Final = np.array([product.seat_price for product in PRODUCTS])
_EASY: Final = np.array([0.96, 0.90, 0.85, 0.72, 0.55, 0.48, 0.40, 0.52])
"""Share of customers who ever come to each behaviour."""

_TYPICAL_DAYS: Final = np.array([9.0, 21.0, 30.0, 42.0, 60.0, 75.0, 110.0, 80.0])


def seats(lines: pl.DataFrame) -> Ints:
    """Seats of each contract line, by the price of a seat of its product."""
    price = _SEAT_PRICES[lines["product"].to_numpy()]
    count: Ints = np.maximum(lines["cents"].to_numpy() // (price * 100), _FEWEST_SEATS)
    return count


def weekly(batch: Batch) -> pl.DataFrame:
    """Rows of ``usage_weekly``, account by account; none where telemetry fell silent."""
    rng, history, measured = batch.stream("usage"), batch.history, batch.measured
    found, lines = batch.found, batch.contracts.lines
    size, weeks = found.live.shape
    span = (
        lines["account"].to_numpy(),
        lines["starts_on"].to_numpy(),
        lines["ends_on"].to_numpy(),
    )
    licensed = history.summed_by_week(size, *span, seats(lines))
    entitled = history.summed_by_week(size, *span, np.full(len(lines), _FEATURES_A_PRODUCT))
    seen = found.live & (np.arange(weeks) < measured.silent_from[:, None])
    rows, week = np.nonzero(seen)
    licence = licensed[seen].astype(np.int64)
    features = np.minimum(entitled[seen].astype(np.int64), _FEATURES_A_PRODUCT * len(PRODUCTS))
    deployed = measured.paths[:, :, DEPLOYMENT][seen].astype(np.float64) / 100
    adopted = measured.paths[:, :, ADOPTION][seen].astype(np.float64) / 100
    wobble: Floats = rng.normal(1.0, 0.04, len(rows))
    # One in three of the seats that are rolled out is active even where adoption is poor.
    active = licence * np.sqrt(deployed) * (0.3 + 0.68 * adopted) * wobble
    used = features * (0.15 + 0.75 * adopted) * rng.normal(1.0, 0.03, len(rows))
    return pl.DataFrame(
        {
            "account_id": batch.ids(rows),
            "week_on": history.weeks[week],
            "active_users": np.clip(np.round(active), 0, licence).astype(np.int64),
            "licensed_seats": licence,
            "features_used": np.clip(np.round(used), 0, features).astype(np.int64),
            "features_entitled": features,
        }
    )


def events(batch: Batch) -> pl.DataFrame:
    """Rows of ``usage_events``: those who will do well do the right things early."""
    rng, profiles, found = batch.stream("usage events"), batch.profiles, batch.found
    early = batch.overall_on(
        np.arange(len(profiles)), profiles.customer_since + np.timedelta64(90, "D")
    )
    size = len(profiles)
    left = ~np.isnat(found.churned_on)
    # Leavers did fewer of these and later: what "key behaviours" shall find again.
    mood = (early[:, None] - 60) / 100 - 0.18 * left[:, None]
    does = rng.random((size, len(BEHAVIOURS))) < np.clip(_EASY + 0.5 * mood, 0.05, 0.99)
    slow = np.where(found.is_stuck, 2.5, 1.0)[:, None] * np.exp(-mood)
    days = _TYPICAL_DAYS * slow * np.exp(rng.normal(0.0, 0.5, does.shape))
    day = profiles.customer_since[:, None] + as_days(days + 1)
    until = np.where(left, found.churned_on, batch.history.as_of + ONE_DAY)[:, None]
    does &= day < until
    rows, behaviour = np.nonzero(does)
    return pl.DataFrame(
        {
            "account_id": batch.ids(rows),
            "behaviour": pl.Series(BEHAVIOURS, dtype=pl.String).gather(behaviour),
            "first_done_on": day[does],
        }
    )
