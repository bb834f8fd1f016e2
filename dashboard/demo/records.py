"""The accounts as the CRM holds them, today and in the past."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.books import UNASSIGNED
from dashboard.demo.draws import Days, Ints, Texts, as_days, chance, only, text
from dashboard.demo.profiles import REGIONS
from dashboard.demo.reference import CURRENCIES
from dashboard.demo.team import MID_MARKET, SEGMENTS

_PARENT_SHARE: Final = 0.03
_MATURITY_DAYS: Final = (365, 900)
_MATURITY: Final = ("Starting", "Growing", "Advanced")


def account_history(batch: Batch) -> pl.DataFrame:
    """Rows of ``account_history``: segment, region, CSM, stage and touch model over time."""
    rng, profiles, books = batch.stream("past"), batch.profiles, batch.books
    size, history = len(profiles), batch.history
    account = np.arange(size)
    since = profiles.customer_since
    segments = np.array(SEGMENTS, dtype=object)
    grew = ~np.isnat(books.grew_on)
    before = np.where(grew, profiles.segments + 1, profiles.segments)
    tech = (profiles.touch_models == "tech") & (since < history.days_ago(800))
    tech &= chance(rng, 0.12, size)
    tech_on = history.as_of - as_days(rng.integers(200, 500, size))
    parts = [
        _attribute("segment", account, segments[before], since),
        _attribute(
            "segment", account[grew], segments[profiles.segments[grew]], books.grew_on[grew]
        ),
        _attribute("region", account, np.array(REGIONS, dtype=object)[profiles.regions], since),
        _attribute(
            "touch_model", account[tech], np.full(int(tech.sum()), "low", object), since[tech]
        ),
        _attribute(
            "touch_model", account[tech], np.full(int(tech.sum()), "tech", object), tech_on[tech]
        ),
        batch.found.stages.select(
            "account",
            pl.lit("lifecycle_stage").alias("field"),
            pl.col("stage").alias("value"),
            pl.col("since").alias("valid_from_on"),
        ),
    ]
    for place in range(books.since.shape[1]):
        held = ~np.isnat(books.since[:, place])
        codes = books.holders[held, place]
        names = only(codes != UNASSIGNED, batch.member_ids[codes])
        parts.append(_attribute("csm_id", account[held], names, books.since[held, place]))
    spans = (
        pl.concat(parts)
        .sort("account", "field", "valid_from_on", maintain_order=True)
        .with_columns(
            valid_to_on=pl.col("valid_from_on").shift(-1).over("account", "field"),
        )
        # A span without a CSM is told by the absence of a row.
        .drop_nulls("value")
    )
    return spans.with_columns(account_id=batch.ids(spans["account"].to_numpy()))


def _attribute(field: str, account: Ints, value: Texts, valid_from_on: Days) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account": account,
            "field": [field] * len(account),
            "value": text(value),
            "valid_from_on": valid_from_on,
        },
        schema_overrides={"field": pl.String},
    )


def accounts(batch: Batch) -> pl.DataFrame:
    """Rows of ``accounts``; a few small ones belong to a large one of the same batch."""
    rng, profiles = batch.stream("accounts"), batch.profiles
    size, history = len(profiles), batch.history
    last = batch.found.stages.group_by("account", maintain_order=True).last()
    codes = batch.books.today
    large = np.flatnonzero((profiles.segments == 0) & ~profiles.northwind)
    child = (profiles.segments >= MID_MARKET) & chance(rng, _PARENT_SHARE, size)
    child &= len(large) > 0
    parents = profiles.ids[rng.choice(large, size) if len(large) else np.zeros(size, dtype=int)]
    tenure = (history.as_of - profiles.customer_since).astype(int)
    return pl.DataFrame(
        {
            "account_id": batch.ids(np.arange(size)),
            "account_name": text(profiles.names),
            "parent_account_id": text(only(child, parents)),
            "segment": pl.Series(SEGMENTS).gather(profiles.segments),
            "industry": text(profiles.industries),
            "region": pl.Series(REGIONS).gather(profiles.regions),
            "csm_id": text(only(codes != UNASSIGNED, batch.member_ids[codes])),
            "touch_model": text(profiles.touch_models),
            "lifecycle_stage": last["stage"],
            "stage_entered_on": last["since"],
            "maturity": pl.Series(_MATURITY).gather(np.searchsorted(_MATURITY_DAYS, tenure)),
            "customer_since": profiles.customer_since,
            "churned_on": batch.found.churned_on,
            "currency": pl.Series(CURRENCIES).gather(profiles.euro.astype(np.int64)),
        }
    )
