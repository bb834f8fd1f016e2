"""Metrics of raters, levels, skills and due reviews, over ``queries.talent``.

``RATERS``, ``LEVELS``, ``SKILLS`` and ``MEMBERS`` are the columns; each metric names its own.
"""

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share


@metric("Reviewers", unit=Unit.COUNT, better="neither")
def reviewers(raters: pl.DataFrame) -> int:
    """People who rated somebody you may see in the cycle."""
    return raters.height


@metric("Reviewers without a mean", unit=Unit.COUNT, better="neither")
def suppressed_reviewers(raters: pl.DataFrame) -> int:
    """Reviewers who rated too few people for a mean; they are listed with their number."""
    return raters.filter("is_suppressed").height


@metric("Mean performance", unit=Unit.RATING, better="neither")
def performance(raters: pl.DataFrame) -> float | None:
    """Mean performance of all ratings before calibration, 1 for meets some to 3 for exceeds.

    Undefined where too few people were rated.
    """
    return raters["performance_group"].first() if raters.height else None  # type: ignore[return-value]


@metric("Mean promotability", unit=Unit.RATING, better="neither")
def promotability(raters: pl.DataFrame) -> float | None:
    """Mean promotability of all ratings before calibration, 1 for low to 3 for high.

    Undefined where too few people were rated.
    """
    return raters["promotability_group"].first() if raters.height else None  # type: ignore[return-value]


@metric("People on the team", unit=Unit.COUNT, better="neither")
def people(levels: pl.DataFrame) -> int:
    """CSMs and their managers you may see who work on the as-of date."""
    return int(levels["people"].sum())


@metric("Individual contributors", unit=Unit.COUNT, better="neither")
def contributors(levels: pl.DataFrame) -> int:
    """Of them, those on the track of CSM 1 to 6."""
    return int(levels.filter(pl.col("job_track") == "ic")["people"].sum())


@metric("Managers", unit=Unit.COUNT, better="neither")
def managers(levels: pl.DataFrame) -> int:
    """Of them, those on the track of manager 1 to 8."""
    return int(levels.filter(pl.col("job_track") == "manager")["people"].sum())


@metric("Not assessed", unit=Unit.COUNT, better="lower")
def not_assessed(skills: pl.DataFrame) -> int | None:
    """People you may see who work on the as-of date and have no skill assessed in the cycle.

    Undefined where nobody's skills were assessed.
    """
    return int(skills["people_missing"].max()) if skills.height else None  # type: ignore[arg-type]


@metric("Overdue reviews", unit=Unit.COUNT, better="lower")
def overdue(members: pl.DataFrame) -> int:
    """People whose last review is older than the policy allows, or who never had one.

    Who was hired so lately that the first review is not due yet is not counted.
    """
    return members.filter(pl.col("review_state").is_in(["overdue", "never reviewed"])).height


@metric("Never reviewed", unit=Unit.COUNT, better="lower")
def never_reviewed(members: pl.DataFrame) -> int:
    """Of the overdue, people without any review by the as-of date."""
    return members.filter(pl.col("review_state") == "never reviewed").height


@metric("Reviewed in time", unit=Unit.SHARE, better="higher")
def in_time(members: pl.DataFrame) -> float | None:
    """Share of people whose last review is not older than the policy allows.

    Of those with a review due: who was hired lately and whose review bears no date are left out.
    Undefined of fewer than five people.
    """
    judged = members.filter(pl.col("review_state").is_in(["in time", "overdue", "never reviewed"]))[
        "review_state"
    ]
    return share((judged == "in time").sum(), len(judged)) if len(judged) >= _FEWEST else None


_FEWEST = 5
"""Of fewer people no share is told, whatever the policy."""
