"""Ratings that were loaded and ratings given in the app, put together in one place.

Per person and cycle:

- A rating given in the app replaces the loaded one of the same reviewer, its calibration included.
- Of several reviewers the latest rating counts, the first reviewer by id on the same day.
- A calibration made in the app counts over a loaded one, whoever rated.
- What is older than ratings are kept is left out.

Nothing here reads a customer, an amount or a score of health.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Final, TypeVar

import polars as pl

from dashboard.queries.talent import NINE_BLOCK, PEOPLE
from dashboard.queries.talent import RATINGS as LOADED
from dashboard.queries.types import columns
from dashboard.store.base import SavedCalibration, SavedRating
from dashboard.talent_policy import BLOCKS

__all__ = ["BLOCKS"]

RATINGS: Final = columns(
    member_id=pl.String,
    name=pl.String,
    cycle=pl.String,
    reviewer_id=pl.String,
    reviewer_name=pl.String,
    performance=pl.String,
    promotability=pl.String,
    block=pl.String,
    performance_before=pl.String,
    promotability_before=pl.String,
    block_before_calibration=pl.String,
    block_without_move=pl.String,
    block_last_cycle=pl.String,
    action_plan=pl.String,
    reviewed_on=pl.Date,
    rated_in=pl.String,
    calibrated_in=pl.String,
    rating_version=pl.Int64,
    calibration_version=pl.Int64,
    counts=pl.Boolean,
)
"""One row per person, cycle and reviewer.

``performance`` and ``promotability`` are after calibration, those with ``_before`` as rated;
``block_without_move`` is where the person would stand without the app's own calibration.
``rated_in`` and ``calibrated_in`` are `app` or `loaded`; ``counts`` marks the one row of a person
and cycle that the blocks are made of, ``block_last_cycle`` is that row's block in the cycle before.
"""

V = TypeVar("V", SavedRating, SavedCalibration)
_ROW: Final = {"high": "1", "medium": "2", "low": "3"}
_COLUMN: Final = {"exceeds": "A", "meets_all": "B", "meets_some": "C"}
_LATEST: Final = {"descending": [True, False], "nulls_last": True, "maintain_order": True}


def block_of(performance: str, promotability: str) -> str:
    """The block of two judgements: ``1A`` for high and exceeds, ``2B`` in the centre."""
    return f"{_ROW[promotability]}{_COLUMN[performance]}"


def judgements_of(block: str) -> tuple[str, str]:
    """Performance and promotability of a block."""
    performance = {letter: word for word, letter in _COLUMN.items()}
    promotability = {number: word for word, number in _ROW.items()}
    return performance[block[1]], promotability[block[0]]


def as_they_stood(versions: Iterable[V], on: date) -> list[V]:
    """Of each saved thing the version that stood on a day; what was withdrawn is left out."""
    found = []
    for _, each in groupby(versions, key=lambda version: version.name):
        until = [version for version in each if _day(version) <= on]
        if until and until[-1].withdrawn is None:
            found.append(until[-1])
    return found


def _day(version: SavedRating | SavedCalibration) -> date:
    return version.reviewed_on if isinstance(version, SavedRating) else version.calibrated_on


def combined(
    loaded: pl.DataFrame,
    ratings: Iterable[SavedRating],
    calibrations: Iterable[SavedCalibration],
    *,
    names: Mapping[str, str],
    as_of: date,
    kept_since: date,
) -> pl.DataFrame:
    """Ratings of both sources by the rule of this module, with the columns of ``RATINGS``.

    Parameters
    ----------
    loaded
        Rows of ``queries.talent.RATINGS`` that the viewer may see.
    ratings, calibrations
        Every version of those that the viewer may see.
    names
        Name by member id, for rows that were not loaded.
    as_of
        The day that is looked at.
    kept_since
        The first day of which ratings are shown; what bears no day is shown.
    """
    own = _own(as_they_stood(ratings, as_of), names)
    keys = ["member_id", "cycle", "reviewer_id"]
    rows = pl.concat(
        [
            loaded.select(LOADED.names())
            .join(own, on=keys, how="anti", nulls_equal=True, maintain_order="left")
            .with_columns(rated_in=pl.lit("loaded"), rating_version=pl.lit(None, pl.Int64)),
            own,
        ]
    ).filter(pl.col("reviewed_on").is_null() | (pl.col("reviewed_on") >= kept_since))
    moved = _moved(as_they_stood(calibrations, as_of))
    rows = rows.join(moved, on=["member_id", "cycle"], how="left", maintain_order="left")
    loaded_performance = pl.coalesce("calibrated_performance", "performance")
    loaded_promotability = pl.coalesce("calibrated_promotability", "promotability")
    is_calibrated = pl.any_horizontal(
        pl.col("calibrated_performance", "calibrated_promotability").is_not_null()
    )
    rows = rows.with_columns(
        performance_before="performance",
        promotability_before="promotability",
        performance=pl.coalesce("moved_performance", loaded_performance),
        promotability=pl.coalesce("moved_promotability", loaded_promotability),
        block_before_calibration=_block(pl.col("performance"), pl.col("promotability")),
        block_without_move=_block(loaded_performance, loaded_promotability),
        calibrated_in=pl.when(pl.col("calibration_version").is_not_null())
        .then(pl.lit("app"))
        .when(is_calibrated)
        .then(pl.lit("loaded")),
    ).with_columns(block=_block(pl.col("performance"), pl.col("promotability")))
    return _with_last_cycle(rows).select(RATINGS.names()).cast(dict(RATINGS))  # type: ignore[arg-type]


def _own(ratings: Iterable[SavedRating], names: Mapping[str, str]) -> pl.DataFrame:
    rows = [
        (
            each.member_id,
            names.get(each.member_id, each.member_id),
            each.cycle,
            each.reviewer_id,
            names.get(each.reviewer_id),
            each.performance,
            each.promotability,
            None,
            None,
            each.action_plan,
            each.reviewed_on,
            "app",
            each.version,
        )
        for each in ratings
    ]
    schema = pl.Schema({**LOADED, "rated_in": pl.String(), "rating_version": pl.Int64()})
    return pl.DataFrame(rows, schema=schema, orient="row")


def _moved(calibrations: Iterable[SavedCalibration]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (each.member_id, each.cycle, each.performance, each.promotability, each.version)
            for each in calibrations
        ],
        schema={
            "member_id": pl.String,
            "cycle": pl.String,
            "moved_performance": pl.String,
            "moved_promotability": pl.String,
            "calibration_version": pl.Int64,
        },
        orient="row",
    )


def _block(performance: pl.Expr, promotability: pl.Expr) -> pl.Expr:
    return promotability.replace_strict(
        _ROW, default="3", return_dtype=pl.String
    ) + performance.replace_strict(_COLUMN, default="C", return_dtype=pl.String)


def _with_last_cycle(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with what counts marked, and the block of the person's cycle before."""
    rows = rows.sort("reviewed_on", "reviewer_id", **_LATEST).with_columns(  # type: ignore[arg-type]
        counts=pl.int_range(pl.len()).over("member_id", "cycle") == 0
    )
    counting = (
        rows.filter("counts", pl.col("cycle").is_not_null())
        .sort("cycle")
        .select(
            "member_id",
            "cycle",
            block_last_cycle=pl.col("block").shift(1).over("member_id", order_by="cycle"),
        )
    )
    return rows.join(counting, on=["member_id", "cycle"], how="left", maintain_order="left")


def in_cycle(ratings: pl.DataFrame, cycle: str) -> pl.DataFrame:
    """The one row of each person that counts in a cycle, by block and name."""
    return (
        ratings.filter("counts", pl.col("cycle") == cycle)
        .with_columns(has_action_plan=pl.col("action_plan").is_not_null())
        .sort("block", "name", "member_id")
    )


def people(ratings: pl.DataFrame, cycle: str) -> pl.DataFrame:
    """People in the blocks, with those columns of ``queries.talent.PEOPLE`` that ratings decide."""
    names = [name for name in PEOPLE.names() if name not in {"job_track", "job_level"}]
    return in_cycle(ratings, cycle).select(names)


def nine_block(people: pl.DataFrame) -> pl.DataFrame:
    """People by block, with the columns of ``queries.talent.NINE_BLOCK``."""
    return (
        people.group_by("performance", "promotability", "block")
        .agg(people=pl.len().cast(pl.Int64))
        .sort("block")
        .select(NINE_BLOCK.names())
    )


def sources(ratings: pl.DataFrame, cycle: str) -> dict[str, int]:
    """How many ratings of a cycle come from where, and how many people were moved where."""
    rows = ratings.filter(pl.col("cycle") == cycle)
    counting = rows.filter("counts")
    return {
        "loaded": rows.filter(pl.col("rated_in") == "loaded").height,
        "app": rows.filter(pl.col("rated_in") == "app").height,
        "calibrated loaded": counting.filter(pl.col("calibrated_in") == "loaded").height,
        "calibrated app": counting.filter(pl.col("calibrated_in") == "app").height,
    }
