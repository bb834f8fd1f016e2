"""Risks: opened by rule when a measure turns red, or by hand."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.draws import NO_DAY, Ints, as_days, chance, chosen, day_count, text
from dashboard.demo.health import SPONSOR_LEFT_DAYS_AGO
from dashboard.demo.loading import numbered
from dashboard.demo.touches import SPONSOR_NOTE
from dashboard.demo.words import EXTERNAL_NOTES
from dashboard.policy import MEASURES

CATEGORIES: Final = (
    "Deployment",
    "Engagement",
    "Adoption",
    "ROI",
    "Overall",
    "Support",
    "Sentiment",
)
"""Category of the risk that each measure opens, in the order of the measures; NPS opens Overall."""

_LOOKS_EVERY_WEEKS: Final = 4
_OPENS_BELOW: Final = 36.0
_RESOLVES_FROM: Final = 50.0
_OPENED_SHARE: Final = 0.55
_GIVEN_UP_WEEKS: Final = 40
_MANUAL_SHARE: Final = 0.06
_ESCALATED_SHARE: Final = 0.22
_MANUAL_OF_OTHERS: Final = 0.15
_SEVERITIES: Final = ("high", "medium", "low")


def risks(batch: Batch) -> pl.DataFrame:
    """Rows of ``risks``."""
    rng, history = batch.stream("risks"), batch.history
    found = pl.concat([_by_rule(rng, batch), _by_hand(rng, batch), _northwind(batch)])
    account = found["account"].to_numpy()
    opened_on, resolved_on = found["opened_on"].to_numpy(), found["resolved_on"].to_numpy()
    left_on = batch.found.churned_on[account]
    # A risk of somebody who left is no risk any more.
    resolved_on = np.where(np.isnat(resolved_on) & ~np.isnat(left_on), left_on, resolved_on)
    escalated_on = opened_on + day_count(rng, 3, 30, len(found))
    until = np.where(np.isnat(resolved_on), history.as_of, resolved_on)
    escalated = found["is_escalated"].to_numpy() & (escalated_on < until)
    found = found.with_columns(
        account_id=batch.ids(account),
        owner_id=text(batch.csm_ids(account, np.minimum(until, history.as_of))),
        resolved_on=pl.Series(resolved_on),
        escalated_on=pl.Series(np.where(escalated, escalated_on, NO_DAY)),
    )
    found = found.filter(
        pl.col("resolved_on").is_null() | (pl.col("resolved_on") > pl.col("opened_on"))
    ).sort("account", "opened_on", "category", maintain_order=True)
    return found.with_columns(risk_id=numbered(found, "K", first_account=batch.first_account))


def _by_rule(rng: np.random.Generator, batch: Batch) -> pl.DataFrame:
    """One risk from each look that finds a measure red until one that finds it well again."""
    history = batch.history
    looks = np.arange(0, len(history.weeks), _LOOKS_EVERY_WEEKS)
    live = batch.found.live[:, looks]
    parts: list[pl.DataFrame] = []
    for measure in range(len(MEASURES)):
        path = batch.measured.paths[:, looks, measure]
        opened = np.full(len(path), -1)
        for look in range(len(looks)):
            is_open = opened >= 0
            ends = is_open & ((path[:, look] >= _RESOLVES_FROM) | ~live[:, look])
            parts.append(_found(measure, np.flatnonzero(ends), opened[ends], look))
            starts = ~is_open & live[:, look] & (path[:, look] < _OPENS_BELOW)
            opened = np.where(ends, -1, np.where(starts, look, opened))
        still = np.flatnonzero(opened >= 0)
        parts.append(_found(measure, still, opened[still], None))
    found = pl.concat(parts)
    found = found.filter(pl.Series(chance(rng, _OPENED_SHARE, len(found))))
    size = len(found)
    opened_on = history.weeks[looks[found["opened"].to_numpy()]]
    resolved = found["resolved"].fill_null(-1).to_numpy()
    resolved_on = history.weeks[looks[resolved]] - day_count(rng, 0, 6, size)
    resolved_on = np.where(resolved < 0, NO_DAY, resolved_on)
    # Nobody keeps a risk open for ever: old ones are closed although nothing has become better.
    given_up_on = opened_on + as_days(rng.integers(120, 7 * _GIVEN_UP_WEEKS, size))
    old = np.isnat(resolved_on) & (given_up_on < history.as_of)
    return pl.DataFrame(
        {
            "account": found["account"],
            "category": pl.Series(CATEGORIES).gather(found["measure"]),
            "source": text(
                np.where(chance(rng, _MANUAL_OF_OTHERS, size), "manual", "auto").astype(object)
            ),
            "severity": text(chosen(rng, _SEVERITIES, size, (0.25, 0.5, 0.25))),
            "opened_on": opened_on,
            "resolved_on": np.where(old, given_up_on, resolved_on),
            "note": pl.Series([None] * size, dtype=pl.String),
            "is_escalated": chance(rng, _ESCALATED_SHARE, size),
        }
    )


def _found(measure: int, account: Ints, opened: Ints, resolved: int | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account": account,
            "measure": np.full(len(account), measure),
            "opened": opened,
            "resolved": [resolved] * len(account),
        },
        schema_overrides={"resolved": pl.Int64},
    )


def _by_hand(rng: np.random.Generator, batch: Batch) -> pl.DataFrame:
    """Mergers, late payments and sponsors who left."""
    history, size = batch.history, len(batch.profiles)
    account = np.flatnonzero(chance(rng, _MANUAL_SHARE, size) & ~batch.profiles.northwind)
    until = np.where(np.isnat(batch.found.churned_on), history.as_of, batch.found.churned_on)[
        account
    ]
    opened_on = until - day_count(rng, 5, 200, len(account))
    opened_on = np.maximum(opened_on, batch.profiles.customer_since[account])
    resolved_on = opened_on + day_count(rng, 30, 150, len(account))
    resolved_on = np.where(resolved_on < until, resolved_on, NO_DAY)
    return pl.DataFrame(
        {
            "account": account,
            "category": pl.Series(["External"] * len(account), dtype=pl.String),
            "source": pl.Series(["manual"] * len(account), dtype=pl.String),
            "severity": text(chosen(rng, _SEVERITIES, len(account), (0.4, 0.45, 0.15))),
            "opened_on": opened_on,
            "resolved_on": resolved_on,
            "note": text(chosen(rng, EXTERNAL_NOTES, len(account))),
            "is_escalated": chance(rng, _ESCALATED_SHARE, len(account)),
        }
    )


def _northwind(batch: Batch) -> pl.DataFrame:
    account = np.flatnonzero(batch.profiles.northwind)
    day = batch.history.days_ago(SPONSOR_LEFT_DAYS_AGO - 1)
    return pl.DataFrame(
        {
            "account": account,
            "category": pl.Series(["External"] * len(account), dtype=pl.String),
            "source": pl.Series(["manual"] * len(account), dtype=pl.String),
            "severity": pl.Series(["high"] * len(account), dtype=pl.String),
            "opened_on": np.full(len(account), day),
            "resolved_on": np.full(len(account), NO_DAY),
            "note": pl.Series([SPONSOR_NOTE] * len(account), dtype=pl.String),
            "is_escalated": np.ones(len(account), dtype=np.bool_),
        }
    )
