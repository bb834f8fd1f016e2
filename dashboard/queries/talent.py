"""Talent: ratings of team members. Personal data, only for those above them.

These questions answer from the warehouse alone, on the command line too. The pages read
``ratings``, ``skill_levels`` and ``team`` and put beside them what the app's own database holds:
see ``dashboard/reviews.py``. Where it holds nothing, both agree.
"""

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
    The warehouse alone, without what was rated or calibrated in the app.
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
    The warehouse alone, without what was rated or calibrated in the app.
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
    The warehouse alone, without what was rated or calibrated in the app.
    """
    return warehouse.fetch("talent/cycles", schema=CYCLES, scope=scope, filters=filters)


ACTION_PLANS = columns(block=pl.String, people=pl.Int64, with_plan=pl.Int64, without_plan=pl.Int64)


def action_plans(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, cycle: str | None = None
) -> pl.DataFrame:
    """Action plans by block in one review cycle, after calibration.

    Grain
    -----
    One row per block that holds anybody.

    Columns
    -------
    block : String
        `1A` to `3C`.
    people : Int64
        People in the block.
    with_plan : Int64
        Of them, those with an action plan written down.
    without_plan : Int64
        Of them, those without one.

    Source
    ------
    ``sql/talent/action_plans.sql`` over talent_reviews.
    The warehouse alone, without what was rated or calibrated in the app.
    """
    return warehouse.fetch(
        "talent/action_plans", schema=ACTION_PLANS, scope=scope, filters=filters, cycle=cycle
    )


RATERS = columns(
    reviewer_id=pl.String,
    reviewer_name=pl.String,
    cycle=pl.String,
    people=pl.Int64,
    performance_mean=pl.Float64,
    performance_group=pl.Float64,
    performance_apart=pl.Float64,
    promotability_mean=pl.Float64,
    promotability_group=pl.Float64,
    promotability_apart=pl.Float64,
    is_suppressed=pl.Boolean,
)


def raters(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, cycle: str | None = None
) -> pl.DataFrame:
    """Ratings before calibration by who rated, against those of everybody in line.

    Grain
    -----
    One row per reviewer, most people first.

    Columns
    -------
    reviewer_id : String
        Who rated.
    reviewer_name : String
        Name; null where the person is not known.
    cycle : String
        Review cycle.
    people : Int64
        People rated.
    performance_mean : Float64
        Mean performance, 1 to 3; null where suppressed.
    performance_group : Float64
        Mean of all ratings in line; null of too few people.
    performance_apart : Float64
        The first minus the second.
    promotability_mean : Float64
        Mean promotability, 1 to 3; null where suppressed.
    promotability_group : Float64
        Mean of all ratings in line; null of too few people.
    promotability_apart : Float64
        The first minus the second.
    is_suppressed : Boolean
        Fewer people than the policy's minimum.

    Source
    ------
    ``sql/talent/raters.sql`` over talent_reviews, team_members; HB ch. 14.
    The warehouse alone, without what was rated or calibrated in the app.
    """
    return warehouse.fetch(
        "talent/raters", schema=RATERS, scope=scope, filters=filters, cycle=cycle
    )


LEVELS = columns(
    job_track=pl.String,
    job_level=pl.Int64,
    people=pl.Int64,
    people_dated=pl.Int64,
    median_months=pl.Float64,
)


def levels(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """CSMs and their managers by career level on the as-of date.

    Grain
    -----
    Track x level.

    Columns
    -------
    job_track : String
        `ic` or `manager`; null where not known on the day.
    job_level : Int64
        Level on the track; null where not known on the day.
    people : Int64
        People who work on the day.
    people_dated : Int64
        Of them, those whose first day on the level is known.
    median_months : Float64
        Median time on the level of those, in months of 30.4375 days.

    Source
    ------
    ``sql/talent/levels.sql`` over team_members; HB table 14.1 to 14.3.
    """
    return warehouse.fetch("talent/levels", schema=LEVELS, scope=scope, filters=filters)


SKILLS = columns(
    skill=pl.String,
    cycle=pl.String,
    people=pl.Int64,
    mean_gap=pl.Float64,
    below_share=pl.Float64,
    is_suppressed=pl.Boolean,
    incomplete=pl.Int64,
    people_missing=pl.Int64,
    people_gone=pl.Int64,
)


def skills(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, cycle: str | None = None
) -> pl.DataFrame:
    """Skills expected and assessed in one review cycle, of people who still work.

    Grain
    -----
    One row per skill.

    Columns
    -------
    skill : String
        Skill.
    cycle : String
        Review cycle.
    people : Int64
        People with an expected and an assessed level.
    mean_gap : Float64
        Mean of assessed minus expected, in levels; null where suppressed.
    below_share : Float64
        Share of people assessed below what is expected; null where suppressed.
    is_suppressed : Boolean
        Fewer people than the policy's minimum.
    incomplete : Int64
        Assessments that lack the expected or the assessed level.
    people_missing : Int64
        People in line without any assessment in the cycle, the same in every row.
    people_gone : Int64
        People assessed who do not work any more, or not yet.

    Source
    ------
    ``sql/talent/skills.sql`` over skill_assessments, talent_reviews, team_members.
    The warehouse alone, without what was rated or calibrated in the app.
    """
    return warehouse.fetch(
        "talent/skills", schema=SKILLS, scope=scope, filters=filters, cycle=cycle
    )


MEMBERS = columns(
    member_id=pl.String,
    name=pl.String,
    manager_name=pl.String,
    job_track=pl.String,
    job_level=pl.Int64,
    level_since_on=pl.Date,
    months_in_level=pl.Float64,
    last_reviewed_on=pl.Date,
    due_on=pl.Date,
    days_overdue=pl.Int64,
    review_state=pl.String,
)


def members(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """CSMs and their managers on the as-of date, with their level and their last review.

    Grain
    -----
    One row per person, the review due first on top.

    Columns
    -------
    member_id : String
        Person.
    name : String
        Name.
    manager_name : String
        Whom the person reports to.
    job_track : String
        `ic` or `manager`; null where not known on the day.
    job_level : Int64
        Level on the track; null where not known on the day.
    level_since_on : Date
        First day on the level.
    months_in_level : Float64
        Time since then, in months of 30.4375 days.
    last_reviewed_on : Date
        Day of the last review by the as-of date; null where there is none.
    due_on : Date
        Day by which the next review is due; null where nothing says.
    days_overdue : Int64
        Days since then; null where it is not past.
    review_state : String
        `in time`, `overdue`, `never reviewed`, `hired lately` or `reviewed on an unknown day`.

    Source
    ------
    ``sql/talent/members.sql`` over team_members, talent_reviews; HB ch. 14.
    The warehouse alone, without what was rated or calibrated in the app.
    """
    return warehouse.fetch("talent/members", schema=MEMBERS, scope=scope, filters=filters)


RATINGS = columns(
    member_id=pl.String,
    name=pl.String,
    cycle=pl.String,
    reviewer_id=pl.String,
    reviewer_name=pl.String,
    performance=pl.String,
    promotability=pl.String,
    calibrated_performance=pl.String,
    calibrated_promotability=pl.String,
    action_plan=pl.String,
    reviewed_on=pl.Date,
)


def ratings(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Ratings as they were loaded, before and after calibration.

    Grain
    -----
    Person x cycle x reviewer.

    Columns
    -------
    member_id : String
        Person rated.
    name : String
        Name.
    cycle : String
        Review cycle.
    reviewer_id : String
        Person who rated.
    reviewer_name : String
        Name; null where the person is not known.
    performance : String
        As rated: `meets_some`, `meets_all` or `exceeds`.
    promotability : String
        As rated: `low`, `medium` or `high`.
    calibrated_performance : String
        After calibration; null where the rating stands.
    calibrated_promotability : String
        After calibration; null where the rating stands.
    action_plan : String
        What follows from the rating; null where nothing is written down.
    reviewed_on : Date
        Day of the rating; null where nobody wrote it down.

    Source
    ------
    ``sql/talent/ratings.sql`` over talent_reviews, team_members.
    """
    return warehouse.fetch("talent/ratings", schema=RATINGS, scope=scope, filters=filters)


SKILL_LEVELS = columns(
    member_id=pl.String,
    job_track=pl.String,
    job_level=pl.Int64,
    cycle=pl.String,
    skill=pl.String,
    expected_level=pl.Int64,
    assessed_level=pl.Int64,
)


def skill_levels(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Skills expected and assessed as they were loaded.

    Grain
    -----
    Person x cycle x skill.

    Columns
    -------
    member_id : String
        Person.
    job_track : String
        `ic` or `manager`, as of today.
    job_level : Int64
        Level on the track, as of today.
    cycle : String
        Review cycle.
    skill : String
        Skill.
    expected_level : Int64
        Level that the job expects.
    assessed_level : Int64
        Level seen.

    Source
    ------
    ``sql/talent/skill_levels.sql`` over skill_assessments, team_members.
    """
    return warehouse.fetch("talent/skill_levels", schema=SKILL_LEVELS, scope=scope, filters=filters)


TEAM = columns(
    member_id=pl.String,
    name=pl.String,
    manager_id=pl.String,
    manager_name=pl.String,
    job_track=pl.String,
    job_level=pl.Int64,
    level_since_on=pl.Date,
    hired_on=pl.Date,
)


def team(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """CSMs and their managers who work on the as-of date: whom a cycle of reviews is about.

    Grain
    -----
    One row per person.

    Columns
    -------
    member_id : String
        Person.
    name : String
        Name.
    manager_id : String
        Whom the person reports to.
    manager_name : String
        Name; null where the person is not known.
    job_track : String
        `ic` or `manager`; null where not known on the day.
    job_level : Int64
        Level on the track; null where not known on the day.
    level_since_on : Date
        First day on the level.
    hired_on : Date
        First day of work.

    Source
    ------
    ``sql/talent/team.sql`` over team_members; HB ch. 14.
    """
    return warehouse.fetch("talent/team", schema=TEAM, scope=scope, filters=filters)
