"""Expansion: what open opportunities will bring and when, by what became of earlier ones.

The weight of an opportunity is the share of earlier ones of its stage and forecast category that
were won, shrunk to that of its stage, which is shrunk to the stage's weight in the policy. When it
closes comes from how far earlier ones that were won had slipped.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dashboard.forecasts.history import QUARTERS
from dashboard.forecasts.simulation import DRAWS, SEED, ranges, with_mean
from dashboard.spelled import spelled

Floats = npt.NDArray[np.float64]

POLICY_OPPORTUNITIES: Final = 10.0
"""How many opportunities a stage's weight in the policy weighs as."""

STAGE_OPPORTUNITIES: Final = 10.0
"""How many opportunities the stage's weight weighs as against one forecast category of it."""

UNKNOWN_STAGE: Final = 0.2
"""Weight of a stage that the policy does not name: that of a first discussion."""

PUNCTUAL: Final = 10.0
"""How many opportunities that close when expected stand for what is not known of slipping."""

SLIPS: Final = (-2, -1, 0, 1, 2, 3)
"""Quarters between the expected close and the close; more counts as the last."""

_UNNAMED: Final = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """Probabilities of winning, and of how many quarters the close slips."""

    table: pl.DataFrame
    """stage, forecast_category, closed, won, policy_weight, weight; null category: any."""
    slips: Mapping[int, float]
    policy: Mapping[str, float]

    def weight(self, stage: str | None, category: str | None) -> float:
        """Probability of winning."""
        return self.weights([(stage, category)])[0]

    def weights(self, kinds: Iterable[tuple[str | None, str | None]]) -> list[float]:
        """Probabilities of winning, of stages with their forecast categories."""
        known: dict[tuple[str, str | None], float] = {
            (row[0], row[1]): row[2]
            for row in self.table.select("stage", "forecast_category", "weight").iter_rows()
        }
        found: list[float] = []
        for stage, category in kinds:
            name = plain(stage)
            fallback = known.get((name, None), self.policy.get(name, UNKNOWN_STAGE))
            found.append(known.get((name, category), fallback))
        return found


def plain(stage: str | None) -> str:
    """A stage's name as weights compare it: without case, ``_`` and ``-`` as spaces."""
    return re.sub("[_-]", " ", stage).strip().lower() if stage else _UNNAMED


def fit_weights(seen: pl.DataFrame, day: date, stage_weights: Mapping[str, float]) -> Weights:
    """Weights from what was closed by a day, rows of ``queries.forecast.OPPORTUNITIES_SEEN``.

    An opportunity seen on several days counts once in all, in parts where it had several stages.
    """
    policy = {plain(name): weight for name, weight in stage_weights.items()}
    closed = (
        seen.filter(
            pl.col("snapshot_on") < day,
            pl.col("status") != "open",
            pl.col("closed_on") <= day,
            pl.col("stage").is_not_null(),
        )
        .sort("snapshot_on", "opportunity_id")
        .pipe(spelled, stage=("stage", plain))
        .with_columns(
            part=1.0 / pl.len().over("opportunity_id"),
            won=(pl.col("status") == "won").cast(pl.Float64),
        )
    )
    counted = (
        pl.col("part").sum().alias("closed"),
        (pl.col("part") * pl.col("won")).sum().alias("won"),
    )
    stages = _shrunk(
        closed.group_by("stage")
        .agg(*counted)
        .with_columns(
            prior=pl.col("stage").replace_strict(
                policy, default=UNKNOWN_STAGE, return_dtype=pl.Float64
            )
        ),
        POLICY_OPPORTUNITIES,
    ).with_columns(policy_weight="prior", forecast_category=pl.lit(None, pl.String))
    of_stage = stages.select("stage", "policy_weight", prior="weight")
    both = _shrunk(
        closed.group_by("stage", "forecast_category").agg(*counted).join(of_stage, on="stage"),
        STAGE_OPPORTUNITIES,
    )
    names = ["stage", "forecast_category", "closed", "won", "policy_weight", "weight"]
    table = pl.concat([stages.select(names), both.select(names)]).sort(
        "stage", "forecast_category", nulls_last=False
    )
    return Weights(table, _slips(closed), policy)


def expected(open_now: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Open opportunities with their weight and the probability of a close in each quarter ahead.

    ``in_0`` to ``in_3`` are probabilities of winning in the current fiscal quarter and the three
    after it; without an expected close, or with one later, part of the weight lies beyond.
    """
    rows = open_now.sort("opportunity_id")
    kinds = rows.select("stage", "forecast_category").iter_rows()
    weight = np.array(weights.weights(kinds), dtype=np.float64)
    inside = np.zeros((len(rows), QUARTERS))
    for place, horizon in enumerate(rows["horizon"]):
        if horizon is None:
            continue
        for slip, chance in weights.slips.items():
            lands = max(horizon + slip, 0)
            if lands < QUARTERS:
                inside[place, lands] += chance * weight[place]
    return rows.with_columns(
        pl.Series("weight", weight),
        *(pl.Series(f"in_{quarter}", inside[:, quarter]) for quarter in range(QUARTERS)),
    )


def by_quarter(rows: pl.DataFrame, quarters: tuple[date, ...]) -> pl.DataFrame:
    """Expected expansion by fiscal quarter with ranges, of rows that ``expected`` returned."""
    amounts = rows["amount"].cast(pl.Float64).fill_null(0.0).to_numpy()
    chances = rows.select(f"in_{quarter}" for quarter in range(QUARTERS)).to_numpy()
    luck = np.random.default_rng([SEED, 4]).random((DRAWS, len(rows)))
    upper = np.cumsum(chances, axis=1)
    found: list[dict[str, float]] = []
    for quarter in range(len(quarters)):
        high = upper[:, quarter]
        lands = (luck >= high - chances[:, quarter]) & (luck < high)
        drawn = lands @ amounts
        wanted = float((chances[:, quarter] * amounts).sum())
        found.append(ranges(with_mean(drawn, wanted)))
    names = ("expected", "low_50", "high_50", "low_80", "high_80")
    starts = pl.Series("close_quarter", quarters, dtype=pl.Date)
    return pl.DataFrame(found, schema=dict.fromkeys(names, pl.Float64)).insert_column(0, starts)


def usual(seen: pl.DataFrame, changes: pl.DataFrame, day: date) -> pl.DataFrame:
    """What changes outside renewals and the pipeline, as shares of ARR, by quarter ahead.

    ``outside_share`` is the mean over past days of what was expanded in the quarter so far ahead
    less what was won in it of opportunities open on the day, not below zero; ``losses_share`` the
    mean of all past quarters, and ``spread_share`` the standard deviation of all changes.

    Parameters
    ----------
    seen
        Rows of ``queries.forecast.OPPORTUNITIES_SEEN``, of the whole company.
    changes
        Rows of ``queries.forecast.IN_TERM_CHANGES``, of the whole company.
    day
        The as-of date.
    """
    rows = changes.sort("period_start_on")
    arr, done, lost = (
        rows[name].cast(pl.Float64).to_numpy() for name in ("opening_arr", "expansion", "losses")
    )
    won = {
        (start, ahead): amount or 0.0
        for start, ahead, amount in seen.filter(
            pl.col("status") == "won", pl.col("closed_on") <= day
        )
        .group_by("snapshot_on", "closed_horizon")
        .agg(pl.col("amount").cast(pl.Float64).sum())
        .iter_rows()
    }
    # Before the first opportunity was written down, everything was outside the pipeline.
    first = seen["snapshot_on"].sort()[0] if len(seen) else day
    known = [place for place, start in enumerate(rows["period_start_on"]) if start >= first]
    # Where no past day saw so far ahead, the nearer quarter stands in; for that, all expansion.
    outside = [_share(float(done.sum()), float(arr.sum()))]
    for ahead in range(QUARTERS):
        places = [place for place in known if place + ahead < len(rows)]
        starts = [rows["period_start_on"][place] for place in places]
        seen_won = sum(won.get((start, ahead), 0.0) for start in starts)
        unseen = float(done[[place + ahead for place in places]].sum()) - seen_won
        share = max(_share(unseen, float(arr[places].sum())), 0.0)
        outside.append(share if places else outside[-1])
    shares = ((done + lost)[arr > 0]) / arr[arr > 0]
    spread = float(np.std(shares, ddof=1)) if len(shares) > 1 else 0.0
    return pl.DataFrame(
        {
            "horizon": list(range(QUARTERS)),
            "outside_share": outside[1:],
            "losses_share": [_share(float(lost.sum()), float(arr.sum()))] * QUARTERS,
            "spread_share": [round(spread, 6)] * QUARTERS,
        },
        schema_overrides={"horizon": pl.Int64},
    )


def _share(part: float, whole: float) -> float:
    return round(part / whole, 6) if whole > 0 else 0.0


def _shrunk(counted: pl.DataFrame, weight: float) -> pl.DataFrame:
    return counted.with_columns(
        weight=((pl.col("won") + weight * pl.col("prior")) / (pl.col("closed") + weight)).round(6)
    )


def _slips(closed: pl.DataFrame) -> dict[int, float]:
    known = closed.filter(
        pl.col("status") == "won", pl.col("horizon").is_not_null(), pl.col("closed_horizon") >= 0
    ).with_columns(slip=(pl.col("closed_horizon") - pl.col("horizon")).clip(SLIPS[0], SLIPS[-1]))
    times = dict(known.group_by("slip").agg(pl.col("part").sum()).iter_rows())
    total = sum(times.values()) + PUNCTUAL
    return {
        slip: round((times.get(slip, 0.0) + (PUNCTUAL if slip == 0 else 0.0)) / total, 6)
        for slip in SLIPS
    }
