"""Survey invitations and answers: NPS every quarter, CSAT now and then."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.batch import Batch
from dashboard.demo.draws import NO_DAY, Days, Flags, Floats, Texts, chance, day_count, text
from dashboard.demo.health import NPS, NPS_PARTING, SENTIMENT, SUPPORT
from dashboard.demo.loading import numbered
from dashboard.demo.team import MID_MARKET
from dashboard.demo.words import COMPLAINT, MIXED, PRAISE

DECISION_MAKER, END_USER, ADMIN = "decision_maker", "end_user", "admin"
_ASKED: Final = (
    (DECISION_MAKER, DECISION_MAKER, END_USER, END_USER, END_USER, ADMIN),
    (DECISION_MAKER, END_USER, END_USER, ADMIN),
    (DECISION_MAKER, END_USER),
)
"""Personas asked in each account, by segment."""

_EVERY_WEEKS: Final = 13
_FIRST_AFTER_WEEKS: Final = 8
_ANSWERS: Final = {DECISION_MAKER: 0.36, END_USER: 0.43, ADMIN: 0.48}
_SLOWEST_DAYS: Final = 18
_COMMENTS: Final = 0.34
_TONES: Final = {"nps": (6, 9), "csat": (2, 5)}
"""Unhappy up to the first answer, happy from the second on."""

_FOLLOWED_UP: Final = 0.64
_CSAT_SHARE: Final = 0.45
_PARTING_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Surveys:
    """Invitations of a batch, and where NPS is known."""

    responses: pl.DataFrame
    answered_in: Flags
    """Accounts x weeks: whether somebody answered an NPS survey in that week."""


def surveys(batch: Batch) -> Surveys:
    """Ask, and let some answer."""
    rng, history = batch.stream("surveys"), batch.history
    nps = _invitations(rng, batch, everybody=True)
    csat = _invitations(rng, batch, everybody=False)
    answered = pl.concat(
        [
            _answered(rng, batch, "nps", nps.with_columns(score=_nps_score(rng, batch, nps))),
            _answered(rng, batch, "csat", csat.with_columns(score=_csat_score(rng, batch, csat))),
        ]
    ).sort("account", "sent_on", "survey", "place", maintain_order=True)
    heard = answered.filter((pl.col("survey") == "nps") & pl.col("responded_on").is_not_null())
    answered_in = np.zeros(batch.found.live.shape, dtype=np.bool_)
    week = history.week_of(heard["responded_on"].to_numpy())
    answered_in[heard["account"].to_numpy(), week] = True
    account_id = batch.ids(answered["account"].to_numpy())
    responses = answered.with_columns(
        response_id=numbered(answered, "Q", first_account=batch.first_account),
        account_id=account_id,
        respondent_id=pl.concat_str(account_id, pl.lit("-P"), pl.col("place") + 1),
    )
    return Surveys(responses, answered_in)


def _invitations(rng: np.random.Generator, batch: Batch, *, everybody: bool) -> pl.DataFrame:
    """One row per person and quarter asked: everybody, or one person now and then."""
    profiles, history = batch.profiles, batch.history
    size, weeks = batch.found.live.shape
    week = np.arange(weeks)
    age = week - history.week_of(profiles.customer_since)[:, None]
    phase = rng.integers(0, _EVERY_WEEKS, (size, 1))
    asks = (week + phase) % _EVERY_WEEKS == 0
    # The last week is too young to have been asked on its third day.
    asks &= batch.found.live & (age > _FIRST_AFTER_WEEKS) & (week < weeks - 1)
    account, asked_in = np.nonzero(asks)
    if everybody:
        people = np.array([len(asked) for asked in _ASKED])[profiles.segments[account]]
        account = np.repeat(account, people)
        asked_in = np.repeat(asked_in, people)
        place = np.arange(len(account)) - np.repeat(np.cumsum(people) - people, people)
    else:
        kept = chance(rng, _CSAT_SHARE, len(account))
        account, asked_in = account[kept], asked_in[kept]
        place = (asked_in // _EVERY_WEEKS + account) % 2
    most = max(len(asked) for asked in _ASKED)
    personas = np.array([(*asked, *asked * most)[:most] for asked in _ASKED], dtype=object)
    return pl.DataFrame(
        {
            "account": account,
            "week": asked_in,
            "place": place,
            "persona": text(personas[profiles.segments[account], place]),
            "sent_on": history.weeks[asked_in] + day_count(rng, 1, 3, len(asked_in)),
        }
    )


def _nps_score(rng: np.random.Generator, batch: Batch, asked: pl.DataFrame) -> pl.Series:
    """Answers around the account's state; Mid-Market's end users part from its decision-makers."""
    account, week = asked["account"].to_numpy(), asked["week"].to_numpy()
    persona = asked["persona"].to_numpy()
    state = batch.measured.paths[account, week, NPS].astype(np.float64)
    days_left = (batch.history.as_of - asked["sent_on"].to_numpy()).astype(np.float64)
    parting = np.clip((_PARTING_DAYS - days_left) / 280, 0, 1)
    parting = np.where(batch.profiles.segments[account] == MID_MARKET, parting, 0.0)
    # The account's own score holds both sides; decision-makers never saw what pulled it down.
    mean = 4.6 + 0.058 * (state + NPS_PARTING * parting)
    mean = (
        mean - 2.9 * parting * (persona == END_USER) + 0.5 * parting * (persona == DECISION_MAKER)
    )
    return pl.Series(np.clip(np.round(rng.normal(mean, 1.45)), 0, 10).astype(np.int64))


def _csat_score(rng: np.random.Generator, batch: Batch, asked: pl.DataFrame) -> pl.Series:
    account, week = asked["account"].to_numpy(), asked["week"].to_numpy()
    both = batch.measured.paths[account, week][:, [SUPPORT, SENTIMENT]].mean(axis=1)
    score = np.clip(np.round(rng.normal(2.1 + 0.028 * both, 0.8)), 1, 5)
    return pl.Series(score.astype(np.int64))


def _answered(
    rng: np.random.Generator, batch: Batch, survey: str, asked: pl.DataFrame
) -> pl.DataFrame:
    size, as_of = len(asked), batch.history.as_of
    share = asked["persona"].replace_strict(_ANSWERS, return_dtype=pl.Float64).to_numpy()
    delay = np.minimum(rng.geometric(0.28, size), _SLOWEST_DAYS).astype("timedelta64[D]")
    responded_on = asked["sent_on"].to_numpy() + delay
    answers = chance(rng, share) & (responded_on <= as_of)
    # An account that fell silent answers no surveys either.
    answers &= (
        asked["week"].to_numpy() < batch.measured.silent_from[asked["account"].to_numpy()] - 2
    )
    responded_on = np.where(answers, responded_on, NO_DAY)
    unhappy_up_to, happy_from = _TONES[survey]
    low = answers & (asked["score"].to_numpy() <= unhappy_up_to)
    high = asked["score"].to_numpy() >= happy_from
    return asked.with_columns(
        survey=pl.lit(survey),
        responded_on=pl.Series(responded_on),
        score=pl.when(pl.Series(answers)).then("score"),
        comment=text(_comments(rng, answers, low=low, high=high)),
        followed_up_on=pl.Series(_follow_ups(rng, responded_on, low, as_of)),
    )


def _comments(rng: np.random.Generator, answers: Flags, *, low: Flags, high: Flags) -> Texts:
    size = len(answers)
    draws: Floats = rng.random(size)
    words = np.full(size, None, dtype=object)
    says = answers & chance(rng, _COMMENTS, size)
    for phrases, rows in ((COMPLAINT, low), (PRAISE, high & ~low), (MIXED, ~low & ~high)):
        options = np.array(phrases, dtype=object)
        words[says & rows] = options[(draws[says & rows] * len(options)).astype(int)]
    return words


def _follow_ups(
    rng: np.random.Generator, responded_on: Days, low: Flags, as_of: np.datetime64
) -> Days:
    """Somebody comes back to most detractors within three weeks."""
    day = responded_on + day_count(rng, 1, 20, len(responded_on))
    done = low & chance(rng, _FOLLOWED_UP, len(low)) & (day <= as_of)
    days: Days = np.where(done, day, NO_DAY)
    return days
