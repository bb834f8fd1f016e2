"""Where customers stand in their journey: the stages they went through."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.contracts import CHURNED, LEFT_EARLY, Contracts
from dashboard.demo.draws import NO_DAY, Days, Flags, as_days, chance
from dashboard.demo.history import History
from dashboard.demo.profiles import Profiles
from dashboard.demo.team import SMALL_BUSINESS

_ONBOARDING_DAYS: Final = np.array([74.0, 56.0, 40.0])
_STUCK_SHARE: Final = 0.72
_STUCK_WITHIN_DAYS: Final = 330
_PARENT_SHARE: Final = 0.03
_RENEWAL_DAYS: Final = 90
_SHORT_RENEWAL_DAYS: Final = 30
_SHORT_DAYS: Final = 180
_EXPANSION_DAYS: Final = 90
_MATURITY_DAYS: Final = (365, 900)
_MATURITY: Final = ("Starting", "Growing", "Advanced")


@dataclass(frozen=True, slots=True)
class Journeys:
    """Where the accounts of a batch stand."""

    stages: pl.DataFrame
    """account, stage, since"""
    onboarded_on: Days
    """Day onboarding ended; none for those still in it."""
    is_stuck: Flags
    churned_on: Days
    """Day of leaving, for those who are no customers on the as-of date."""
    live: Flags
    """Accounts x weeks: whether it was a customer on the week's Monday."""


def journeys(
    rng: np.random.Generator, profiles: Profiles, contracts: Contracts, history: History
) -> Journeys:
    """Follow every account from its onboarding on."""
    size = len(profiles)
    since = profiles.customer_since
    days = _ONBOARDING_DAYS[profiles.segments] * np.exp(rng.normal(0.0, 0.35, size))
    onboarded_on = since + as_days(days)
    newest = since > history.days_ago(_STUCK_WITHIN_DAYS)
    small = profiles.segments == SMALL_BUSINESS
    is_stuck = small & newest & chance(rng, _STUCK_SHARE, size)
    onboarded_on = np.where(is_stuck | (onboarded_on > history.as_of), NO_DAY, onboarded_on)

    gone = contracts.terms.filter(
        pl.col("outcome").is_in([CHURNED, LEFT_EARLY]) & (pl.col("ends_on") <= history.today)
    )
    stages = _stages(profiles, contracts, onboarded_on, gone, history)
    last = stages.group_by("account", maintain_order=True).last()
    churned_on = np.where(
        last["stage"].to_numpy() == "Churned", last["since"].to_numpy(), NO_DAY
    ).astype("datetime64[D]")
    return Journeys(stages, onboarded_on, is_stuck, churned_on, _live(size, contracts, history))


def _live(size: int, contracts: Contracts, history: History) -> Flags:
    lines = contracts.lines
    held = history.summed_by_week(
        size,
        lines["account"].to_numpy(),
        lines["starts_on"].to_numpy(),
        lines["ends_on"].to_numpy(),
        np.ones(len(lines)),
    )
    return held > 0


def _stages(
    profiles: Profiles,
    contracts: Contracts,
    onboarded_on: Days,
    gone: pl.DataFrame,
    history: History,
) -> pl.DataFrame:
    """Stage changes in order, without those that change nothing."""
    accounts = pl.DataFrame(
        {
            "account": np.arange(len(profiles)),
            "onboarded_on": onboarded_on,
            "customer_since": profiles.customer_since,
        }
    )
    first_gone = gone.group_by("account").agg(gone_on=pl.col("ends_on").min())
    terms = contracts.terms
    length = (pl.col("ends_on") - pl.col("starts_on")).dt.total_days()
    talks = pl.when(length < _SHORT_DAYS).then(_SHORT_RENEWAL_DAYS).otherwise(_RENEWAL_DAYS)
    renewal_on = pl.col("ends_on") - pl.duration(days=talks)
    bought = contracts.movements.filter(
        (pl.col("movement") == "expansion") & pl.col("reason").is_in(["seats", "product"])
    ).join_where(
        terms.select(
            pl.col("account").alias("buyer"),
            "starts_on",
            "ends_on",
            renewal_on.alias("renewal_on"),
        ),
        pl.col("account") == pl.col("buyer"),
        pl.col("effective_on") > pl.col("starts_on"),
        pl.col("effective_on") < pl.col("renewal_on"),
    )
    settled_on = pl.col("effective_on") + pl.duration(days=_EXPANSION_DAYS)
    returned = contracts.movements.filter(pl.col("movement") == "reactivation")
    events = pl.concat(
        [
            _event(accounts, "Onboarding", "customer_since"),
            _event(
                accounts.join(first_gone, on="account", how="left").filter(
                    pl.col("gone_on").is_null() | (pl.col("onboarded_on") < pl.col("gone_on"))
                ),
                "Adoption",
                "onboarded_on",
            ),
            _event(terms.filter(pl.col("outcome") != LEFT_EARLY), "Renewal", renewal_on),
            _event(terms.filter(pl.col("after") > 0), "Adoption", "ends_on"),
            _event(bought, "Expansion", "effective_on"),
            _event(bought.filter(settled_on < pl.col("renewal_on")), "Adoption", settled_on),
            _event(returned, "Adoption", "effective_on", is_return=True),
            _event(gone, "Churned", "ends_on"),
        ]
    )
    return (
        events.filter(pl.col("since") <= history.today)
        .join(accounts, on="account")
        .filter(
            pl.col("stage").is_in(["Onboarding", "Churned"])
            | (pl.col("since") >= pl.col("onboarded_on"))
            | pl.col("is_return")
        )
        .sort("account", "since", "order", maintain_order=True)
        .unique(["account", "since"], keep="last", maintain_order=True)
        .filter(pl.col("stage").ne_missing(pl.col("stage").shift().over("account")))
        .select("account", "stage", "since")
    )


def _event(
    frame: pl.DataFrame, stage: str, since: str | pl.Expr, *, is_return: bool = False
) -> pl.DataFrame:
    """Stage changes from the rows of a frame; of two on one day the later kind counts."""
    order = ("Onboarding", "Adoption", "Expansion", "Renewal", "Churned").index(stage)
    day = pl.col(since) if isinstance(since, str) else since
    return frame.select(
        pl.col("account").cast(pl.Int64),
        pl.lit(stage).alias("stage"),
        day.cast(pl.Date).alias("since"),
        pl.lit(value=order).alias("order"),
        pl.lit(value=is_return).alias("is_return"),
    ).drop_nulls("since")
