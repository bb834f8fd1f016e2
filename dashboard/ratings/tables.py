"""Tables of the talent review over ratings of both sources: plans, raters, skills, due reviews.

Each answers in the columns of the question of ``queries.talent`` that answers from the warehouse
alone, so that findings and cards are the same; a test holds them against each other.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.queries.talent import (
    ACTION_PLANS,
    CYCLES,
    MEMBERS,
    RATERS,
    SKILL_LEVELS,
    SKILLS,
)
from dashboard.store.base import SavedRating
from dashboard.vocabulary import PERFORMANCES, PROMOTABILITIES

_DAYS_IN_MONTH: Final = 30.4375
_PERSON_SKILL: Final = ["member_id", "skill"]


def cycles(ratings: pl.DataFrame) -> pl.DataFrame:
    """Review cycles with the people rated in them, the latest first."""
    return (
        ratings.group_by("cycle")
        .agg(
            people=pl.col("member_id").n_unique().cast(pl.Int64),
            last_reviewed_on=pl.col("reviewed_on").max(),
        )
        .sort("cycle", descending=True, nulls_last=True)
        .select(CYCLES.names())
    )


def action_plans(people: pl.DataFrame) -> pl.DataFrame:
    """People with and without an action plan, by block."""
    return (
        people.group_by("block")
        .agg(
            people=pl.len().cast(pl.Int64),
            with_plan=pl.col("has_action_plan").sum().cast(pl.Int64),
            without_plan=(~pl.col("has_action_plan")).sum().cast(pl.Int64),
        )
        .sort("block")
        .select(ACTION_PLANS.names())
    )


def raters(ratings: pl.DataFrame, cycle: str, minimum: int) -> pl.DataFrame:
    """Mean of each reviewer's ratings before calibration against that of all of them."""
    rows = ratings.filter(pl.col("cycle") == cycle).with_columns(
        performance_as_number=_number("performance_before", PERFORMANCES),
        promotability_as_number=_number("promotability_before", PROMOTABILITIES),
    )
    enough = rows["member_id"].n_unique() >= minimum
    told = rows.group_by("cycle", "reviewer_id").agg(
        pl.col("reviewer_name").first(),
        people=pl.col("member_id").n_unique().cast(pl.Int64),
        performance_mean=pl.col("performance_as_number").mean(),
        promotability_mean=pl.col("promotability_as_number").mean(),
    )
    suppressed = pl.col("people") < minimum
    for what in ("performance", "promotability"):
        group = rows[f"{what}_as_number"].mean() if enough else None
        told = told.with_columns(
            pl.when(~suppressed).then(f"{what}_mean").alias(f"{what}_mean"),
            pl.lit(group, pl.Float64).alias(f"{what}_group"),
        ).with_columns(
            (pl.col(f"{what}_mean") - pl.col(f"{what}_group")).alias(f"{what}_apart"),
        )
    return (
        told.with_columns(is_suppressed=suppressed)
        .sort(
            "people",
            "reviewer_name",
            "reviewer_id",
            descending=[True, False, False],
            nulls_last=True,
        )
        .select(RATERS.names())
    )


def spread(ratings: pl.DataFrame, cycle: str, what: str, minimum: int) -> pl.DataFrame:
    """How many of each judgement a reviewer gave before calibration, and all of them together.

    One row per reviewer and judgement; ``share`` is of the reviewer's ratings. Of fewer people
    than the minimum no share is told, and such reviewers have no row.
    """
    words = PERFORMANCES if what == "performance" else PROMOTABILITIES
    rows = ratings.filter(pl.col("cycle") == cycle).select(
        "reviewer_id", "reviewer_name", judgement=f"{what}_before"
    )
    everybody = rows.with_columns(
        reviewer_id=pl.lit(""), reviewer_name=pl.lit("Everybody's ratings")
    )
    every_word = pl.DataFrame({"judgement": list(words), "rank": range(len(words))})
    given = (
        pl.concat([everybody, rows])
        .group_by("reviewer_id", "judgement")
        .agg(people=pl.len().cast(pl.Int64))
    )
    return (
        pl.concat([everybody, rows])
        .group_by("reviewer_id")
        .agg(pl.col("reviewer_name").first(), rated=pl.len().cast(pl.Int64))
        .filter(pl.col("rated") >= minimum)
        .join(every_word, how="cross")
        .join(given, on=["reviewer_id", "judgement"], how="left", nulls_equal=True)
        .with_columns(pl.col("people").fill_null(0))
        .with_columns(share=pl.col("people") / pl.col("rated"))
        .sort(
            pl.col("reviewer_id") != "",
            pl.col("rated"),
            pl.col("reviewer_name"),
            pl.col("reviewer_id"),
            pl.col("rank"),
            descending=[False, True, False, False, False],
            nulls_last=True,
        )
        .select("reviewer_name", "judgement", "people", "rated", "share", "rank", "reviewer_id")
    )


def _number(name: str, words: tuple[str, ...]) -> pl.Expr:
    return pl.col(name).replace_strict(
        {word: number for number, word in enumerate(words, start=1)},
        default=1,
        return_dtype=pl.Float64,
    )


def due_reviews(
    team: pl.DataFrame, ratings: pl.DataFrame, *, as_of: date, within_days: int
) -> pl.DataFrame:
    """People who work on the day with their last review and the next one's day."""
    last = ratings.group_by("member_id").agg(
        last_reviewed_on=pl.col("reviewed_on").max(),
        undated=pl.col("reviewed_on").null_count(),
    )
    within = timedelta(days=within_days)
    due = pl.col("due_on")
    return (
        team.join(last, on="member_id", how="left")
        .with_columns(pl.col("undated").fill_null(0))
        .with_columns(
            due_on=pl.when(pl.col("last_reviewed_on").is_not_null())
            .then(pl.col("last_reviewed_on") + within)
            .when(pl.col("undated") == 0)
            .then(pl.col("hired_on") + within),
            months_in_level=(pl.lit(as_of) - pl.col("level_since_on")).dt.total_days()
            / _DAYS_IN_MONTH,
        )
        .with_columns(
            days_overdue=pl.when(due < as_of).then((pl.lit(as_of) - due).dt.total_days()),
            review_state=pl.when(pl.col("last_reviewed_on").is_not_null() & (due < as_of))
            .then(pl.lit("overdue"))
            .when(pl.col("last_reviewed_on").is_not_null())
            .then(pl.lit("in time"))
            .when(pl.col("undated") > 0)
            .then(pl.lit("reviewed on an unknown day"))
            .when(due >= as_of)
            .then(pl.lit("hired lately"))
            .otherwise(pl.lit("never reviewed")),
        )
        .sort("due_on", "name", "member_id", nulls_last=[False, True, True])
        .select(MEMBERS.names())
        .cast(dict(MEMBERS))  # type: ignore[arg-type]
    )


def progress(team: pl.DataFrame, ratings: pl.DataFrame, cycle: str) -> pl.DataFrame:
    """People rated of those expected in a cycle, by the manager who is to rate them."""
    rated = ratings.filter(pl.col("cycle") == cycle).select("member_id").unique()
    return (
        team.join(rated.with_columns(is_rated=True), on="member_id", how="left")
        .group_by("manager_id")
        .agg(
            pl.col("manager_name").first(),
            expected=pl.len().cast(pl.Int64),
            rated=pl.col("is_rated").fill_null(value=False).sum().cast(pl.Int64),
        )
        .with_columns(rated_share=pl.col("rated") / pl.col("expected"))
        .sort("rated_share", "manager_name", "manager_id", nulls_last=True)
        .select("manager_name", "expected", "rated", "rated_share", "manager_id")
    )


def expected_levels(levels: pl.DataFrame, team: pl.DataFrame) -> pl.DataFrame:
    """What the job of each person on the team expects, skill by skill.

    As last loaded for the person; where nothing was, the level most often expected of people of
    the same track and level; else unknown.
    """
    skills = levels.select("skill").unique().sort("skill")
    own = (
        levels.filter(pl.col("expected_level").is_not_null())
        .sort("cycle", maintain_order=True)
        .unique(_PERSON_SKILL, keep="last", maintain_order=True)
        .select(*_PERSON_SKILL, own="expected_level")
    )
    usual = (
        levels.filter(pl.col("expected_level").is_not_null(), pl.col("job_level").is_not_null())
        .group_by("job_track", "job_level", "skill")
        .agg(usual=pl.col("expected_level").mode().min())
    )
    return (
        team.select("member_id", "job_track", "job_level")
        .join(skills, how="cross")
        .join(own, on=_PERSON_SKILL, how="left")
        .join(usual, on=["job_track", "job_level", "skill"], how="left")
        .select(*_PERSON_SKILL, expected_level=pl.coalesce("own", "usual"))
        .sort(_PERSON_SKILL)
    )


def skills_of(rating: SavedRating) -> Mapping[str, int]:
    """Levels assessed in a rating, by skill."""
    return {
        str(skill): level
        for skill, level in json.loads(rating.skills).items()
        if isinstance(level, int)
    }


def with_own_skills(
    levels: pl.DataFrame, ratings: Iterable[SavedRating], team: pl.DataFrame
) -> pl.DataFrame:
    """Loaded levels with those that ratings in the app assessed in their place."""
    # The rating that counts comes last, so that its levels stand.
    ordered = sorted(ratings, key=lambda each: each.reviewer_id, reverse=True)
    ordered.sort(key=lambda each: each.reviewed_on)
    assessed = {
        (each.member_id, each.cycle, skill): level
        for each in ordered
        for skill, level in skills_of(each).items()
    }
    own = pl.DataFrame(
        [(*key, level) for key, level in assessed.items()],
        schema={
            "member_id": pl.String,
            "cycle": pl.String,
            "skill": pl.String,
            "assessed_level": pl.Int64,
        },
        orient="row",
    )
    keys = ["member_id", "cycle", "skill"]
    as_loaded = levels.select(*keys, loaded="expected_level")
    jobs = team.select("member_id", "job_track", "job_level")
    added = (
        own.join(jobs, on="member_id", how="left")
        .join(as_loaded, on=keys, how="left")
        .join(expected_levels(levels, team), on=_PERSON_SKILL, how="left")
        .with_columns(expected_level=pl.coalesce("loaded", "expected_level"))
        .select(SKILL_LEVELS.names())
    )
    return pl.concat([levels.join(own, on=keys, how="anti", maintain_order="left"), added])


def skills(
    levels: pl.DataFrame, team: pl.DataFrame, cycle: str | None, minimum: int
) -> pl.DataFrame:
    """Skills expected against assessed in a cycle, of people who still work."""
    rows = levels.filter(pl.col("cycle").eq_missing(pl.lit(cycle, pl.String))).join(
        team.select("member_id", works=pl.lit(value=True)), on="member_id", how="left"
    )
    gap = pl.col("assessed_level") - pl.col("expected_level")
    works = pl.col("works").fill_null(value=False)
    reached = rows.filter(works)["member_id"].n_unique()
    return (
        rows.group_by("skill", "cycle")
        .agg(
            people=(works & gap.is_not_null()).sum().cast(pl.Int64),
            mean_gap=gap.filter(works).cast(pl.Float64).mean(),
            below=(works & (gap < 0)).sum(),
            incomplete=(works & gap.is_null()).sum().cast(pl.Int64),
            people_gone=(~works).sum().cast(pl.Int64),
        )
        .with_columns(is_suppressed=pl.col("people") < minimum)
        .with_columns(
            mean_gap=pl.when(~pl.col("is_suppressed")).then("mean_gap"),
            below_share=pl.when(~pl.col("is_suppressed")).then(
                pl.col("below") / pl.col("people").cast(pl.Float64)
            ),
            people_missing=pl.lit(team.height - reached, pl.Int64),
        )
        .sort("skill")
        .select(SKILLS.names())
    )
