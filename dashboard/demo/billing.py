"""Contract lines and movements of ARR as the billing system holds them."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.draws import as_days, chance, moments
from dashboard.demo.loading import numbered
from dashboard.demo.usage import seats

_TRIAL_SHARE: Final = 0.02
_TRIAL_PRODUCTS: Final = (3, 4)
_LATE_EVERY: Final = 90
"""One in so many recent movements is booked more than a month late."""


def subscriptions(batch: Batch, due: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``subscriptions``, and a few trials that cost nothing."""
    rng, history = batch.stream("subscriptions"), batch.history
    lines = batch.contracts.lines
    size, account = len(lines), lines["account"].to_numpy()
    signed = (
        lines.select("account", pl.col("starts_on").alias("due_on"))
        .join(
            due.filter(pl.col("status") == "renewed").select("account", "due_on", "closed_on"),
            on=["account", "due_on"],
            how="left",
            maintain_order="left",
        )["closed_on"]
        .to_numpy()
    )
    before = lines["starts_on"].to_numpy() - as_days(rng.integers(2, 16, size))
    automatic = (
        rng.random(len(batch.profiles)) < np.array([0.25, 0.5, 0.7])[batch.profiles.segments]
    )
    notice = np.array([90, 60, 30])[batch.profiles.segments]
    rows = lines.select(
        subscription_id=batch.line_ids,
        account_id=batch.ids(account),
        product="product",
        signed_on=pl.Series(np.where(np.isnat(signed), before, signed)),
        starts_on="starts_on",
        ends_on="ends_on",
        arr=pl.col("cents") / 100,
        currency=batch.currencies(account),
        licensed_seats=pl.Series(seats(lines)),
        term_months=pl.col("months").replace(0, None),
        auto_renew=pl.Series(automatic[account]),
        notice_days=pl.Series(notice[account]),
        uplift_share=pl.col("uplift").replace(0.0, None),
    )
    tries = np.flatnonzero(
        np.isnat(batch.found.churned_on) & chance(rng, _TRIAL_SHARE, len(automatic))
    )
    starts_on = history.as_of - as_days(rng.integers(20, 300, len(tries)))
    known = starts_on > batch.profiles.customer_since[tries]
    tries, starts_on = tries[known], starts_on[known]
    trials = pl.DataFrame(
        {
            "subscription_id": "T" + batch.ids(tries).str.slice(1),
            "account_id": batch.ids(tries),
            "product": rng.choice(_TRIAL_PRODUCTS, len(tries)),
            "starts_on": starts_on,
            "ends_on": starts_on + np.timedelta64(30, "D"),
            "arr": np.zeros(len(tries)),
            "currency": batch.currencies(tries),
        }
    )
    return pl.concat([rows, trials], how="diagonal_relaxed")


def movements(batch: Batch) -> pl.DataFrame:
    """Rows of ``arr_movements``; booked within two days, a handful more than a month late."""
    rng, history = batch.stream("movements"), batch.history
    found = batch.contracts.movements
    size = len(found)
    effective_on = found["effective_on"].to_numpy()
    booked = effective_on + as_days(rng.integers(0, 2, size))
    late = effective_on + as_days(rng.integers(31, 70, size))
    lately = (effective_on > history.days_ago(900)) & (late < history.as_of)
    # Every ninetieth of the last years, so that any size of company has some.
    is_late = (
        lately
        & (np.cumsum(lately) % _LATE_EVERY == _LATE_EVERY // 2)
        & (found["movement"].to_numpy() != "new")
    )
    recorded_at = history.capped(moments(rng, np.where(is_late, late, booked)))
    return found.select(
        movement_id=numbered(found, "V", first_account=batch.first_account),
        account_id=batch.ids(found["account"].to_numpy()),
        product="product",
        subscription_id=batch.line_ids.gather(found["line"]),
        effective_on="effective_on",
        recorded_at=pl.Series(recorded_at),
        movement="movement",
        reason="reason",
        amount=pl.col("cents") / 100,
        currency=batch.currencies(found["account"].to_numpy()),
    )
