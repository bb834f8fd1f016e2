"""Ratings of the team twice a year, before and after calibration, and skills."""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.draws import Flags, Floats, Ints, chance, chosen, only, stream, text
from dashboard.demo.history import History
from dashboard.demo.team import Team
from dashboard.demo.words import ACTION_PLANS, SKILLS

PERFORMANCE: Final = ("meets_some", "meets_all", "exceeds")
PROMOTABILITY: Final = ("low", "medium", "high")
_CYCLES: Final = 4
_REVIEW_DAY: Final = 10
_REVIEWED_IN: Final = {1: 6, 2: 12}
_STEADY: Final = 0.8
_KIND: Final = 1.4
_CORRECTED_SHARE: Final = 0.65
_PLAN_SHARE: Final = 0.72
_CUTS: Final = (-0.75, 0.75)
_HIGHEST: Final = 2


def cycles(history: History) -> list[tuple[str, date]]:
    """The last half-years whose reviews have begun, with the day they did."""
    today = history.today
    found = [
        (f"{year}-H{half}", date(year, month, _REVIEW_DAY))
        for year in range(today.year - 3, today.year + 1)
        for half, month in _REVIEWED_IN.items()
    ]
    return [(name, day) for name, day in found if day <= today][-_CYCLES:]


def _reviewed(team: Team, day: date) -> Ints:
    """Codes of CSMs and managers employed on the day."""
    members = team.members.with_row_index("code")
    return (
        members.filter(
            pl.col("role").is_in(["csm", "cs_manager"])
            & (pl.col("hired_on") < day)
            & (pl.col("left_on").is_null() | (pl.col("left_on") > day))
        )["code"]
        .cast(pl.Int64)
        .to_numpy()
    )


def talent_reviews(seed: int, team: Team, history: History) -> pl.DataFrame:
    """Rows of ``talent_reviews``: each person by the manager, who may be too kind."""
    rng = stream(seed, "talent")
    everyone = len(team.members)
    skill, drive = rng.normal(0, 1, everyone), rng.normal(0, 1, everyone)
    kind = team.manager == team.kind_manager
    ids = team.ids
    parts: list[pl.DataFrame] = []
    for name, day in cycles(history):
        skill = _STEADY * skill + np.sqrt(1 - _STEADY**2) * rng.normal(0, 1, everyone)
        drive = _STEADY * drive + np.sqrt(1 - _STEADY**2) * rng.normal(0, 1, everyone)
        people = _reviewed(team, day)
        size = len(people)
        corrected = chance(rng, _CORRECTED_SHARE, size)
        ratings: dict[str, pl.Series] = {}
        for what, words, level in (
            ("performance", PERFORMANCE, skill),
            ("promotability", PROMOTABILITY, drive),
        ):
            rated = _rated(level[people], too_kind=kind[people])
            fair = np.where(
                corrected, _rated(level[people], too_kind=np.zeros_like(corrected)), rated
            )
            ratings[what] = pl.Series(words).gather(rated)
            ratings[f"calibrated_{what}"] = pl.Series(words).gather(fair)
        days = np.datetime64(day, "D") + rng.integers(0, 12, size).astype("timedelta64[D]")
        plans = chosen(rng, ACTION_PLANS, size)
        parts.append(
            pl.DataFrame(
                {
                    "member_id": text(ids[people]),
                    "cycle": [name] * size,
                    "reviewer_id": text(ids[team.manager[people]]),
                    **ratings,
                    "action_plan": text(only(chance(rng, _PLAN_SHARE, size), plans)),
                    "reviewed_on": np.minimum(days, history.as_of),
                },
                schema_overrides={"cycle": pl.String},
            )
        )
    return pl.concat(parts)


def _rated(level: Floats, *, too_kind: Flags) -> Ints:
    seen = level + np.where(too_kind, _KIND, 0.0)
    rated: Ints = np.clip(np.searchsorted(_CUTS, seen), 0, _HIGHEST)
    return rated


def skill_assessments(seed: int, team: Team, history: History) -> pl.DataFrame:
    """Rows of ``skill_assessments``: what the level expects, and what was seen."""
    rng = stream(seed, "skills")
    parts: list[pl.DataFrame] = []
    for name, day in cycles(history):
        people = np.repeat(_reviewed(team, day), len(SKILLS))
        level = team.members["job_level"].to_numpy()[people].astype(np.int64)
        expected = np.clip(level, 1, 5)
        seen = expected + rng.choice([-1, 0, 1], len(people), p=[0.3, 0.5, 0.2])
        parts.append(
            pl.DataFrame(
                {
                    "member_id": text(team.ids[people]),
                    "cycle": [name] * len(people),
                    "skill": list(SKILLS) * (len(people) // len(SKILLS)),
                    "expected_level": expected,
                    "assessed_level": np.clip(seen, 0, 5),
                },
                schema_overrides={"cycle": pl.String, "skill": pl.String},
            )
        )
    return pl.concat(parts)
