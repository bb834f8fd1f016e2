"""What customers achieve, say in public and might buy next."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.draws import Floats, as_days, chance, chosen, day_count, later, text
from dashboard.demo.health import ROI, SENTIMENT
from dashboard.demo.loading import numbered
from dashboard.demo.reference import PRODUCTS
from dashboard.demo.words import ADVOCACY_KINDS, GOALS

_OBJECTIVES: Final = np.array([3, 2, 1])
_LOW_RETURN: Final = 40.0
_STALE_SHARE: Final = 0.28
_ADVOCATES_FROM: Final = 70.0
_ADVOCACY_A_YEAR: Final = np.array([0.55, 0.25, 0.07])
_FIT_SHARE: Final = 0.8
_INFLUENCES_SHARE: Final = 0.4
_IDS: Final = [product.product_id for product in PRODUCTS]


def objectives(batch: Batch) -> pl.DataFrame:
    """Rows of ``objectives``: how far depends on the return the customer sees."""
    rng, profiles, history = batch.stream("objectives"), batch.profiles, batch.history
    times = _OBJECTIVES[profiles.segments]
    account = np.repeat(np.arange(len(profiles)), times)
    size = len(account)
    left_on = batch.found.churned_on[account]
    seen_on = np.where(np.isnat(left_on), history.as_of, left_on)
    score = batch.scores_on(account, seen_on, ROI)
    kind = chosen(rng, tuple(GOALS), size)
    draws: Floats = rng.random(size)
    goal = [GOALS[k][int(d * len(GOALS[k]))] for k, d in zip(kind, draws.tolist(), strict=True)]
    baseline = np.round(rng.uniform(10, 60, size))
    wanted = np.round(baseline * rng.uniform(1.2, 2.0, size))
    progress = np.clip(score / 100 * 1.15 + rng.normal(0, 0.18, size), 0.0, 1.1)
    due_on = seen_on + day_count(rng, -60, 300, size)
    attained = progress >= 1
    status = np.select(
        [attained, due_on < seen_on, progress < np.where(score < _LOW_RETURN, 0.7, 0.35)],
        [np.full(size, word, dtype=object) for word in ("attained", "missed", "at_risk")],
        "on_track",
    )
    stale = chance(rng, _STALE_SHARE, size)
    days = np.where(stale, rng.integers(95, 260, size), rng.integers(2, 88, size))
    validated_on = np.maximum(seen_on - as_days(days), profiles.customer_since[account])
    found = pl.DataFrame(
        {
            "account": account,
            "account_id": batch.ids(account),
            "goal": goal,
            "kind": text(kind),
            "baseline_value": baseline,
            "goal_value": wanted,
            "current_value": np.round(baseline + (wanted - baseline) * progress, 1),
            "due_on": due_on,
            "status": text(status),
            "last_validated_on": validated_on,
        }
    )
    return found.with_columns(
        objective_id=numbered(found, "G", first_account=batch.first_account, digits=2)
    )


def advocacy_events(batch: Batch) -> pl.DataFrame:
    """Rows of ``advocacy_events``: customers who feel well speak for the company."""
    rng, profiles, history = batch.stream("advocacy"), batch.profiles, batch.history
    until = np.where(np.isnat(batch.found.churned_on), history.as_of, batch.found.churned_on)
    since = np.maximum(profiles.customer_since, history.starts_on)
    years = np.maximum((until - since).astype(np.float64), 0.0) / 365.25
    times = rng.poisson(2 * _ADVOCACY_A_YEAR[profiles.segments] * years)
    account = np.repeat(np.arange(len(profiles)), times)
    size = len(account)
    day = later(since[account], rng.random(size) * years[account] * 365.25)
    kept = batch.scores_on(account, day, SENTIMENT) >= _ADVOCATES_FROM
    kept &= (day < history.as_of) & ~profiles.northwind[account]
    account, day = account[kept], day[kept]
    kind = chosen(rng, tuple(ADVOCACY_KINDS), len(account), (30, 12, 6, 26, 18, 8))
    influenced = np.round(rng.lognormal(10.2, 0.8, len(account)) / 100) * 100
    counts = chance(rng, _INFLUENCES_SHARE, len(account))
    found = pl.DataFrame(
        {
            "account": account,
            "member_id": text(batch.csm_ids(account, day)),
            "kind": text(kind),
            "happened_on": day,
            "influenced_arr": influenced,
            "currency": batch.currencies(account),
        }
    ).with_columns(
        influenced_arr=pl.when(pl.Series(counts)).then("influenced_arr"),
        qualifies_as=pl.col("kind").replace_strict(ADVOCACY_KINDS, return_dtype=pl.String),
    )
    found = found.sort("account", "happened_on", maintain_order=True)
    return found.with_columns(
        event_id=numbered(found, "W", first_account=batch.first_account),
        account_id=batch.ids(found["account"].to_numpy()),
    )


def product_fit(batch: Batch) -> pl.DataFrame:
    """Rows of ``product_fit``: products that today's customers do not own."""
    rng, history = batch.stream("fit"), batch.history
    lines = batch.contracts.lines.filter(
        pl.col("ends_on").is_null() | (pl.col("ends_on") > history.today)
    )
    held = np.zeros((len(batch.profiles), len(PRODUCTS)), dtype=np.int64)
    where = (lines["account"].to_numpy(), lines["product"].to_numpy())
    np.add.at(held, where, lines["cents"].to_numpy())
    total = held.sum(axis=1) / 100
    misses = (held == 0) & (total > 0)[:, None] & (rng.random(held.shape) < _FIT_SHARE)
    account, product = np.nonzero(misses)
    today = np.full(len(account), history.as_of)
    mood = batch.overall_on(account, today) / 100
    propensity = np.clip(rng.beta(2, 6, len(account)) + 0.25 * (mood - 0.5), 0.01, 0.95)
    potential = np.round(total[account] * rng.uniform(0.08, 0.35, len(account)) / 100) * 100
    return pl.DataFrame(
        {
            "account_id": batch.ids(account),
            "product_id": pl.Series(_IDS).gather(product),
            "propensity": np.round(propensity, 3),
            "potential_arr": np.maximum(potential, 100.0),
            "currency": batch.currencies(account),
        }
    )
