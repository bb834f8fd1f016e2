"""Talent: ratings of team members. Personal data, only for those above them."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import columns
from dashboard.warehouse.base import Warehouse

NINE_BLOCK = columns(
    performance=pl.String,
    promotability=pl.String,
    block=pl.String,
    people=pl.Int64,
)


def nine_block(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, cycle: str | None = None
) -> pl.DataFrame:
    """People by performance and promotability in one review cycle, after calibration.

    Grain
    -----
    One row per block that holds anybody.

    Columns
    -------
    performance : String
        `meets_some`, `meets_all` or `exceeds`.
    promotability : String
        `low`, `medium` or `high`.
    block : String
        `1A` to `3C`: 1 is high promotability, A exceeds.
    people : Int64
        People in the block.

    Source
    ------
    ``sql/talent/nine_block.sql`` over talent_reviews; HB fig. 14.1.
    """
    return warehouse.fetch(
        "talent/nine_block", schema=NINE_BLOCK, scope=scope, filters=filters, cycle=cycle
    )


PEOPLE = columns(
    member_id=pl.String,
    name=pl.String,
    job_track=pl.String,
    job_level=pl.Int64,
    reviewer_name=pl.String,
    cycle=pl.String,
    performance=pl.String,
    promotability=pl.String,
    block=pl.String,
    block_before_calibration=pl.String,
    block_last_cycle=pl.String,
    has_action_plan=pl.Boolean,
    reviewed_on=pl.Date,
)


def people(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, cycle: str | None = None
) -> pl.DataFrame:
    """People in the blocks.

    Grain
    -----
    One row per person rated in the cycle.

    Columns
    -------
    member_id : String
        Person.
    name : String
        Name.
    job_track : String
        `ic` or `manager`.
    job_level : Int64
        Level on the track.
    reviewer_name : String
        Who rated.
    cycle : String
        Review cycle.
    performance : String
        After calibration.
    promotability : String
        After calibration.
    block : String
        Block after calibration.
    block_before_calibration : String
        Block as first rated.
    block_last_cycle : String
        Block in the person's previous cycle; null where there is none.
    has_action_plan : Boolean
        Whether an action plan is written down.
    reviewed_on : Date
        Day of the rating.

    Source
    ------
    ``sql/talent/people.sql`` over talent_reviews, team_members.
    """
    return warehouse.fetch(
        "talent/people", schema=PEOPLE, scope=scope, filters=filters, cycle=cycle
    )


CYCLES = columns(
    cycle=pl.String,
    people=pl.Int64,
    last_reviewed_on=pl.Date,
)


def cycles(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Review cycles in which a visible person was rated, the latest first.

    Grain
    -----
    One row per cycle.

    Columns
    -------
    cycle : String
        Review cycle.
    people : Int64
        People rated.
    last_reviewed_on : Date
        Day of the last rating.

    Source
    ------
    ``sql/talent/cycles.sql`` over talent_reviews.
    """
    return warehouse.fetch("talent/cycles", schema=CYCLES, scope=scope, filters=filters)
