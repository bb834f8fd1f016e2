"""Contact with customers: the timeline, support cases and messages of digital programmes."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.draws import (
    NO_DAY,
    Days,
    Floats,
    Ints,
    as_days,
    chance,
    chosen,
    day_count,
    later,
    moments,
    text,
)
from dashboard.demo.health import ENGAGEMENT, SPONSOR_LEFT_DAYS_AGO, SUPPORT
from dashboard.demo.loading import numbered
from dashboard.demo.words import PROGRAMS, TOUCH_NOTES

_WEEKS_A_BUCKET: Final = 4
_TOUCHES: Final = np.array([1.7, 0.75, 0.25])
"""Touches in four weeks where engagement is perfect, by segment."""

_REVIEWS: Final = np.array([0.34, 0.16, 0.02])
_CASES: Final = np.array([1.5, 0.6, 0.25])
_KINDS: Final = ("call", "email", "meeting", "note")
_KIND_SHARES: Final = (0.34, 0.36, 0.2, 0.1)
_PERSONAS: Final = ("decision_maker", "end_user", "admin")
_EXECUTIVE_SHARE: Final = 0.2
_LINKED_SHARE: Final = 0.5
_PRIORITIES: Final = ("urgent", "high", "normal", "low")
_CSAT_SHARE: Final = 0.42
_OPEN_DAYS: Final = 45
_CONTROL_SHARE: Final = 0.2
_PROGRAM_SHARE: Final = np.array([0.25, 0.5, 0.8])
_REACHED, _ACTED_TEST, _ACTED_CONTROL = 0.58, 0.46, 0.13
SPONSOR_NOTE: Final = (
    "Executive sponsor Helena Brandt has left the company; no successor named yet."
)


def timeline_entries(batch: Batch) -> pl.DataFrame:
    """Rows of ``timeline_entries``: the better the engagement, the more touches."""
    rng = batch.stream("timeline")
    engaged = batch.measured.paths[:, ::_WEEKS_A_BUCKET, ENGAGEMENT] / 100
    segments = batch.profiles.segments
    account, day = _occurrences(rng, batch, _TOUCHES[segments][:, None] * engaged)
    reviewed, review_on = _occurrences(rng, batch, _REVIEWS[segments][:, None] * engaged**2)
    kinds = np.concatenate(
        [
            chosen(rng, _KINDS, len(account), _KIND_SHARES),
            np.full(len(reviewed), "ebr", dtype=object),
        ]
    )
    account, day = np.concatenate([account, reviewed]), np.concatenate([day, review_on])
    size = len(account)
    personas = chosen(rng, _PERSONAS, size, (0.4, 0.35, 0.25))
    executive = chance(rng, _EXECUTIVE_SHARE, size) & (personas == _PERSONAS[0])
    executive |= kinds == "ebr"
    personas[executive] = _PERSONAS[0]
    draws: Floats = rng.random(size)
    notes = np.full(size, None, dtype=object)
    for kind, phrases in TOUCH_NOTES.items():
        rows = kinds == kind
        notes[rows] = np.array(phrases, dtype=object)[(draws[rows] * len(phrases)).astype(int)]
    written = pl.DataFrame(
        {
            "account": account,
            "member_id": text(batch.csm_ids(account, day)),
            "kind": text(kinds),
            "persona": text(personas),
            "executive": executive,
            "happened_at": batch.history.capped(moments(rng, day)),
            "note": text(notes),
            "has_url": chance(rng, _LINKED_SHARE, size),
        }
    )
    written = pl.concat([_without_executives_at_northwind(batch, written), _sponsor_left(batch)])
    written = written.sort("account", "happened_at", maintain_order=True)
    entry_id = numbered(written, "N", first_account=batch.first_account, digits=4)
    return written.with_columns(
        entry_id=entry_id,
        account_id=batch.ids(written["account"].to_numpy()),
        url=pl.when("has_url").then(
            pl.concat_str(pl.lit("https://crm.demo.example/timeline/"), entry_id)
        ),
    )


def _sponsor_left(batch: Batch) -> pl.DataFrame:
    account = np.flatnonzero(batch.profiles.northwind)
    day = np.full(len(account), batch.history.days_ago(SPONSOR_LEFT_DAYS_AGO))
    return pl.DataFrame(
        {
            "account": account,
            "member_id": text(batch.csm_ids(account, day)),
            "kind": pl.Series(["note"] * len(account), dtype=pl.String),
            "persona": pl.Series(["decision_maker"] * len(account), dtype=pl.String),
            "executive": np.zeros(len(account), dtype=np.bool_),
            "happened_at": day.astype("datetime64[us]") + np.timedelta64(10, "h"),
            "note": pl.Series([SPONSOR_NOTE] * len(account), dtype=pl.String),
            "has_url": np.ones(len(account), dtype=np.bool_),
        }
    )


def _without_executives_at_northwind(batch: Batch, written: pl.DataFrame) -> pl.DataFrame:
    """Since the sponsor left nobody of the customer's executives has been seen."""
    northwind = pl.Series(batch.profiles.northwind).gather(written["account"])
    since = batch.history.days_ago(SPONSOR_LEFT_DAYS_AGO).item()
    return written.filter(
        ~(northwind & written["executive"] & (written["happened_at"].dt.date() >= since))
    )


def support_cases(batch: Batch) -> pl.DataFrame:
    """Rows of ``support_cases``: the worse the support score, the more and the slower."""
    rng, as_of = batch.stream("support"), batch.history.as_of
    poor = 1.4 - batch.measured.paths[:, ::_WEEKS_A_BUCKET, SUPPORT] / 100
    account, day = _occurrences(rng, batch, _CASES[batch.profiles.segments][:, None] * poor)
    size = len(account)
    score = batch.scores_on(account, day, SUPPORT)
    length = np.ceil(rng.exponential(np.interp(score, [20, 90], [11.0, 2.0])))
    closed_on = day + as_days(np.minimum(length, _OPEN_DAYS))
    is_closed = closed_on <= as_of
    rated = is_closed & chance(rng, _CSAT_SHARE, size)
    csat = np.clip(np.round(rng.normal(2.0 + 0.029 * score, 0.9)), 1, 5).astype(np.int64)
    opened_at = moments(rng, day)
    closed_at = moments(rng, np.where(is_closed, closed_on, NO_DAY))
    cases = pl.DataFrame(
        {
            "account": account,
            "priority": text(chosen(rng, _PRIORITIES, size, (0.08, 0.24, 0.48, 0.2))),
            "opened_at": batch.history.capped(opened_at),
            "closed_at": batch.history.capped(closed_at),
            "csat": csat,
        }
    ).with_columns(csat=pl.when(pl.Series(rated)).then("csat"))
    cases = cases.sort("account", "opened_at", maintain_order=True)
    return cases.with_columns(
        case_id=numbered(cases, "C", first_account=batch.first_account, digits=4),
        account_id=batch.ids(cases["account"].to_numpy()),
    )


def digital_touches(batch: Batch) -> pl.DataFrame:
    """Rows of ``digital_touches``: trials with a control arm, mostly for smaller customers."""
    rng, profiles, history = batch.stream("digital"), batch.profiles, batch.history
    size = len(profiles)
    takes_part = chance(rng, _PROGRAM_SHARE[profiles.segments])
    rows: list[pl.DataFrame] = []
    for number, program in enumerate(PROGRAMS):
        first = later(profiles.customer_since, np.full(size, 20 + 75 * number))
        first = np.maximum(first, history.starts_on)
        start = later(first, rng.integers(0, 300 * number + 1, size))
        until = np.where(np.isnat(batch.found.churned_on), history.as_of, batch.found.churned_on)
        account = np.flatnonzero(takes_part & (start < until))
        people = rng.integers(1, 4, len(account))
        place = np.arange(people.sum()) - np.repeat(np.cumsum(people) - people, people)
        account = np.repeat(account, people)
        control = chance(rng, _CONTROL_SHARE, size)[account]
        reached = ~control & chance(rng, _REACHED, len(account))
        acts = chance(rng, np.where(reached, _ACTED_TEST, np.where(control, _ACTED_CONTROL, 0.0)))
        sent_on = start[account]
        reached_on = sent_on + day_count(rng, 0, 4, len(account))
        acted_on = reached_on + day_count(rng, 0, 20, len(account))
        reached &= reached_on < history.as_of
        acts &= acted_on < history.as_of
        rows.append(
            pl.DataFrame(
                {
                    "account": account,
                    "respondent": place + 1,
                    "program": [program] * len(account),
                    "channel": text(chosen(rng, ("e-mail", "in-app"), len(account), (0.6, 0.4))),
                    "arm": text(np.where(control, "control", "test").astype(object)),
                    # Each moment lies on a later hour, so that none overtakes another.
                    "sent_at": sent_on.astype("datetime64[us]") + np.timedelta64(8, "h"),
                    "reached_at": np.where(reached, reached_on, NO_DAY).astype("datetime64[us]")
                    + np.timedelta64(11, "h"),
                    "acted_at": np.where(acts, acted_on, NO_DAY).astype("datetime64[us]")
                    + np.timedelta64(15, "h"),
                },
                schema_overrides={"program": pl.String},
            )
        )
    touches = pl.concat(rows).sort("account", "sent_at", "respondent", maintain_order=True)
    account_id = batch.ids(touches["account"].to_numpy())
    return touches.with_columns(
        touch_id=numbered(touches, "D", first_account=batch.first_account),
        account_id=account_id,
        respondent_id=pl.concat_str(account_id, pl.lit("-P"), pl.col("respondent")),
    )


def _occurrences(rng: np.random.Generator, batch: Batch, rate: Floats) -> tuple[Ints, Days]:
    """Accounts and days at which something happens, by its rate in four weeks while a customer."""
    live = batch.found.live[:, ::_WEEKS_A_BUCKET]
    times = rng.poisson(np.where(live, rate, 0.0))
    account, bucket = np.nonzero(times)
    repeats = times[account, bucket]
    account, bucket = np.repeat(account, repeats), np.repeat(bucket, repeats)
    first = batch.history.weeks[::_WEEKS_A_BUCKET][bucket]
    day = first + day_count(rng, 0, 7 * _WEEKS_A_BUCKET - 1, len(account))
    # Nothing on weekends, after the as-of date or after leaving.
    weekday = (day.astype(np.int64) + 3) % 7
    day = day - as_days(np.maximum(weekday - 4, 0))
    left_on = batch.found.churned_on[account]
    kept = (day < batch.history.as_of) & (np.isnat(left_on) | (day < left_on))
    kept &= day >= batch.profiles.customer_since[account]
    return account[kept], day[kept]
