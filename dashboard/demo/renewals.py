"""Renewals, what was forecast for them, and customers who left outside one."""

from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.contracts import CHURNED, LEFT_EARLY, RENEWED
from dashboard.demo.draws import (
    NO_DAY,
    Days,
    Flags,
    Floats,
    Texts,
    as_days,
    chance,
    chosen,
    later,
    moments,
    only,
    text,
)
from dashboard.demo.loading import numbered
from dashboard.demo.words import CHURN_REASONS, UNCONTROLLABLE

_CLOSED_EARLY: Final = 0.85
_SURVEYED_DAYS: Final = 180
_SURVEYED: Final = 0.45
_CALLED_FOR_DAYS: Final = 730
_CALLS: Final = (
    ("csm", 120),
    ("csm", 90),
    ("manager", 85),
    ("csm", 60),
    ("csm", 30),
    ("manager", 28),
    ("csm", 10),
)
"""Who calls, and how many days before the due day."""

_CALL_KEPT: Final = 0.85
_LIKELY_FROM, _UNSURE_FROM = 0.72, 0.45
_COMMIT_FROM, _BEST_CASE_FROM = 0.80, 0.52


def renewals(batch: Batch) -> pl.DataFrame:
    """Terms that came or will come to their end, with what the rest of the tables need.

    Beside the columns of ``renewals`` the frame has ``account``, ``stays`` (the outcome, known or
    hidden) and ``starts_on``.
    """
    rng, history = batch.stream("renewals"), batch.history
    terms = batch.contracts.terms.filter(pl.col("outcome") != LEFT_EARLY)
    size = len(terms)
    account, due_on = terms["account"].to_numpy(), terms["ends_on"].to_numpy()
    stays = terms["outcome"].to_numpy() == RENEWED
    is_open = (due_on > history.as_of) | terms["is_late"].to_numpy()
    closed_on = np.where(is_open, NO_DAY, _closing_days(batch, due_on, stays))
    # Nobody believes in Northwind since its sponsor has left.
    stays &= ~(is_open & batch.profiles.northwind[account])
    seen_on = np.minimum(due_on, history.as_of)
    sure = _likelihood(
        rng, stays, batch.overall_on(account, seen_on), (due_on - seen_on).astype(float)
    )
    asked = due_on > history.days_ago(_CALLED_FOR_DAYS)
    asked &= (due_on - history.as_of < as_days(np.array([_SURVEYED_DAYS]))) & chance(
        rng, _SURVEYED, size
    )
    answer = np.select(
        [sure >= _LIKELY_FROM, sure >= _UNSURE_FROM],
        [np.full(size, "likely", object), np.full(size, "unsure", object)],
        "not_likely",
    )
    churned = ~is_open & ~stays
    reason = chosen(rng, tuple(CHURN_REASONS), size, [20, 15, 18, 10, 17, 6, 6, 6, 2])
    status = np.select(
        [is_open, stays], [np.full(size, "open", object), np.full(size, "renewed", object)], CHURNED
    )
    return terms.with_columns(
        renewal_id=numbered(terms, "R", first_account=batch.first_account),
        account_id=batch.ids(account),
        subscription_id=batch.line_ids.gather(terms["line"]),
        due_on=pl.col("ends_on"),
        arr_due=pl.col("due") / 100,
        currency=batch.currencies(account),
        status=text(status),
        closed_on=pl.Series(closed_on),
        arr_renewed=pl.Series(np.where(is_open, np.nan, terms["after"].to_numpy() / 100)).fill_nan(
            None
        ),
        forecast_category=text(_category(sure)),
        renewal_likelihood=text(only(asked, answer)),
        churn_reason=text(only(churned, reason)),
        churn_controllable=pl.when(pl.Series(churned)).then(_controllable(reason)),
        stays=pl.Series(stays),
    )


def _closing_days(batch: Batch, due_on: Days, stays: Flags) -> Days:
    """A few days before the due day mostly; some signatures come after it, notices well before."""
    rng, size = batch.stream("closings"), len(due_on)
    early = due_on - as_days(np.minimum(rng.geometric(0.12, size) - 1, 25))
    tardy = due_on + as_days(rng.integers(1, 13, size))
    notice = due_on - as_days(rng.integers(3, 61, size))
    closed_on = np.where(chance(rng, _CLOSED_EARLY, size), early, tardy)
    days: Days = np.minimum(np.where(stays, closed_on, notice), batch.history.as_of)
    return days


def _likelihood(
    rng: np.random.Generator, stays: Flags, overall: Floats, days_left: Floats
) -> Floats:
    """What a colleague believes: half is the health seen, half a feeling that grows surer."""
    feeling = 0.5 + np.where(stays, 0.42, -0.42) * np.clip(1 - days_left / 260, 0.25, 1)
    seen = np.interp(overall, [25, 45, 70], [0.3, 0.75, 0.96])
    sure: Floats = 0.5 * feeling + 0.5 * seen + rng.normal(0, 0.07, len(stays))
    return np.clip(sure, 0.02, 0.99)


def _category(sure: Floats) -> Texts:
    size = len(sure)
    category: Texts = np.select(
        [sure >= _COMMIT_FROM, sure >= _BEST_CASE_FROM],
        [np.full(size, "commit", object), np.full(size, "best_case", object)],
        "at_risk",
    )
    return category


def _controllable(reason: Texts) -> pl.Series:
    return ~text(reason).is_in(UNCONTROLLABLE)


def forecast_calls(batch: Batch, due: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``forecast_calls``: CSM and manager call in the months before the due day."""
    rng, history = batch.stream("forecast calls"), batch.history
    recent = due.filter(pl.col("due_on") > history.days_ago(_CALLED_FOR_DAYS).item())
    size = len(recent) * len(_CALLS)
    row = np.repeat(np.arange(len(recent)), len(_CALLS))
    days_left = np.tile(np.array([days for _, days in _CALLS]), len(recent))
    by_manager = np.tile(np.array([source == "manager" for source, _ in _CALLS]), len(recent))
    account, due_on = recent["account"].to_numpy()[row], recent["due_on"].to_numpy()[row]
    day = later(due_on, rng.integers(-3, 4, size) - days_left)
    ends = recent["closed_on"].fill_null(history.today).to_numpy()[row]
    sure = _likelihood(
        rng,
        recent["stays"].to_numpy()[row],
        batch.overall_on(account, day),
        days_left.astype(float),
    )
    csm = batch.csm_ids(account, day)
    callers = text(only(~by_manager, csm)).fill_null(text(batch.manager_ids(account)))
    kept = chance(rng, _CALL_KEPT, size) & (day < np.minimum(ends, history.as_of))
    kept &= day > recent["starts_on"].to_numpy()[row]
    expected = np.round(
        recent["arr_due"].to_numpy()[row] * np.interp(sure, [0.2, 0.8], [0.0, 1.0]), 2
    )
    calls = pl.DataFrame(
        {
            "account": account,
            "renewal_id": recent["renewal_id"].gather(row),
            "called_by": callers,
            "called_at": moments(rng, day),
            "source": text(np.where(by_manager, "manager", "csm")),
            "forecast_category": text(_category(sure)),
            "amount": expected,
            "likelihood": np.round(sure, 2),
        }
    ).filter(pl.Series(kept))
    calls = calls.sort("account", "called_at", maintain_order=True)
    return calls.with_columns(call_id=numbered(calls, "F", first_account=batch.first_account))


def churn_events(batch: Batch) -> pl.DataFrame:
    """Rows of ``churn_events``: who left in the middle of a term, for reasons of their own."""
    rng = batch.stream("churn events")
    left = batch.contracts.terms.filter(
        (pl.col("outcome") == LEFT_EARLY) & (pl.col("ends_on") <= batch.history.today)
    )
    reason = chosen(rng, UNCONTROLLABLE, len(left))
    return left.select(
        event_id=numbered(left, "E", first_account=batch.first_account),
        account_id=batch.ids(left["account"].to_numpy()),
        churned_on="ends_on",
        reason=text(reason),
        controllable=pl.lit(value=False),
        note=pl.lit("Left in the middle of the term."),
    )
