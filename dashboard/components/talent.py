"""Views of Talent: raters, levels and skills, due reviews."""

import polars as pl

from dashboard import hidden_names, reviews
from dashboard.charts import talent as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.nine_block import SOURCE, UNSAID
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Exhibit, Source
from dashboard.filters import Filters
from dashboard.findings import talent as findings
from dashboard.metrics import team_reviews as metrics
from dashboard.queries import talent as queries
from dashboard.ratings import tables
from dashboard.reviews import Reviewed
from dashboard.session import load, policy, scope, theme

NOBODY = "Nobody you may see works on the as-of date."


def unsaid_params() -> tuple[str, ...]:
    """Parameters that would tell who is meant while names are hidden."""
    return UNSAID if hidden_names.are_hidden() else ()


def raters(reviewed: Reviewed, cycle: str, among: Filters) -> None:
    """How each reviewer's ratings differ from the group's, before calibration."""
    fewest = policy().talent.minimum_people
    rows = tables.raters(reviewed.ratings, cycle, fewest)
    if rows.is_empty():
        empty(f"Nobody you may see was rated in {cycle}.", scope().reason)
        return
    with kpi_row():
        for metric in (
            metrics.reviewers,
            metrics.performance,
            metrics.promotability,
            metrics.suppressed_reviewers,
        ):
            kpi(metric, rows)
    kpi_note(
        f"Cycle {cycle}, ratings before calibration, 1 to 3, of the people you may see. Of fewer "
        f"than {fewest} people no mean and no share is told: a setting."
    )
    added, unsaid = reviews.added(reviewed.ratings, cycle), unsaid_params()
    exhibit_card(
        Exhibit(
            key="raters",
            title=findings.raters(rows, fewest),
            definition=(
                "Mean of each reviewer's ratings before calibration against the mean of all of "
                "them, the reviewer's own included: meets some or low is 1, meets all or medium 2, "
                "exceeds or high 3. With few people a difference may be the people, not the "
                "reviewer: a reason to talk, not a verdict."
            ),
            frame=rows.select(
                *("reviewer_name", "people", "performance_mean", "performance_apart"),
                *("promotability_mean", "promotability_apart", "reviewer_id"),
            ),
            source=SOURCE,
            added=added,
            unsaid=unsaid,
        ),
        among,
    )
    for what, best in (("performance", "exceeds"), ("promotability", "high")):
        spread = tables.spread(reviewed.ratings, cycle, what, fewest)
        exhibit_card(
            Exhibit(
                key=f"spread_{what}",
                title=findings.spread(spread, what, best, fewest),
                definition=(
                    f"Each reviewer's ratings of {what} before calibration, as shares, with the "
                    "number of people behind the name; everybody's ratings on top. Reviewers of "
                    f"fewer than {fewest} people are in everybody's, and have no bar of their own."
                ),
                frame=spread.drop("rank"),
                source=SOURCE,
                chart=None if spread.is_empty() else charts.spread_chart(what, theme()),
                drawn=None if spread.is_empty() else charts.by_rater(spread),
                added=added,
                unsaid=unsaid,
            ),
            among,
        )
    left_out(
        (
            rows.filter("is_suppressed").height,
            "reviewer",
            f"with fewer than {fewest} people rated, listed without a mean",
        )
    )


def levels_and_skills(reviewed: Reviewed, cycle: str | None, among: Filters) -> None:
    """People on the career levels, and skills expected against assessed."""
    levels = load(queries.levels, among)
    team, rules = reviews.team(among), policy().talent
    members = tables.due_reviews(
        team, reviewed.ratings, as_of=among.as_of, within_days=rules.review_within_days
    )
    skills = tables.skills(
        reviews.skill_levels(among, reviewed.stored), team, cycle, rules.minimum_people
    )
    if levels.is_empty():
        empty(NOBODY, scope().reason)
        return
    fewest = rules.minimum_people
    with kpi_row():
        for metric in (metrics.people, metrics.contributors, metrics.managers):
            kpi(metric, levels)
        kpi(metrics.not_assessed, skills)
    kpi_note(
        f"CSMs and their managers who work on {among.as_of:%-d %b %Y}; skills of cycle "
        f"{cycle or 'n/a'}. Of fewer than {fewest} people no mean and no share of skills is told: "
        "a setting."
    )
    named = pl.Series(
        "level",
        [findings.level_name(*row) for row in levels.select("job_track", "job_level").rows()],
    )
    exhibit_card(
        Exhibit(
            key="levels",
            title=findings.levels(levels),
            definition=(
                "People by career level, CSM 1 to 6 and manager 1 to 8, and the median of the "
                "months they have been on it, of those whose first day on it is known."
            ),
            frame=levels.select(named, "people", "people_dated", "median_months"),
            source=Source("talent/levels"),
            unsaid=unsaid_params(),
        ),
        among,
    )
    longest = members.sort(
        "months_in_level", "member_id", descending=[True, False], nulls_last=True
    )
    exhibit_card(
        Exhibit(
            key="time_in_level",
            title=findings.longest(members),
            definition="Everybody by the time on the present level, the longest first.",
            frame=longest.select(
                pl.Series(
                    "level",
                    [
                        findings.level_name(*row)
                        for row in longest.select("job_track", "job_level").rows()
                    ],
                    dtype=pl.String,
                ),
                *("name", "months_in_level", "level_since_on", "manager_name", "member_id"),
            ),
            source=Source("talent/team"),
            unsaid=unsaid_params(),
        ),
        among,
    )
    _skills(skills, cycle, among)
    left_out(
        (int((levels["people"] - levels["people_dated"]).sum()), "person", _NO_LEVEL_DAY),
        *(
            (int(skills[name].max() or 0), "person", why)  # type: ignore[arg-type]
            for name, why in (
                ("people_missing", "without any skill assessed in the cycle"),
                ("people_gone", "assessed who do not work on the as-of date"),
            )
        ),
        (int(skills["incomplete"].sum()), "assessment", "without an expected or an assessed level"),
        (
            skills.filter("is_suppressed").height,
            "skill",
            f"assessed of fewer than {fewest} people, listed without a mean",
        ),
    )


_NO_LEVEL_DAY = "without a known first day on the level by the as-of date, in no median"


def _skills(skills: pl.DataFrame, cycle: str | None, among: Filters) -> None:
    if skills.is_empty():
        empty(
            f"No skill of anybody you may see was assessed in {cycle or 'any cycle'}.",
            "Choose another review cycle, or load skill_assessments.",
        )
        return
    exhibit_card(
        Exhibit(
            key="skills",
            title=findings.skills(skills, policy().talent.minimum_people),
            definition=(
                "For each skill the mean of the level assessed minus the level that the job "
                "expects, and the share of people below it, of people who work on the as-of date."
            ),
            frame=skills.sort(
                "below_share", descending=True, nulls_last=True, maintain_order=True
            ).select("skill", "people", "mean_gap", "below_share", "incomplete"),
            source=Source("talent/skill_levels"),
            added=(
                "Levels assessed in a rating given in the app stand in place of the loaded ones of "
                "the same person, cycle and skill. Expected is what was last loaded for the "
                "person, else what is most often expected of the same track and level."
            ),
            unsaid=unsaid_params(),
        ),
        among,
    )


def due(reviewed: Reviewed, among: Filters) -> None:
    """Whose review is overdue, and whose comes next."""
    rules = policy().talent
    members = tables.due_reviews(
        reviews.team(among),
        reviewed.ratings,
        as_of=among.as_of,
        within_days=rules.review_within_days,
    )
    if members.is_empty():
        empty(NOBODY, scope().reason)
        return
    with kpi_row():
        for metric in (metrics.overdue, metrics.never_reviewed, metrics.in_time):
            kpi(metric, members)
    kpi_note(
        f"CSMs and their managers who work on {among.as_of:%-d %b %Y}. A review is overdue when "
        f"the last one, or the first day of work where there was none, is older than "
        f"{rules.review_within_days} days: a setting. Reviews of the quarterly refresh count too."
    )
    exhibit_card(
        Exhibit(
            key="reviews",
            title=findings.reviews(members),
            definition=(
                "Everybody by the day the next review is due, the earliest first. Days overdue "
                "count from that day to the as-of date."
            ),
            frame=members.select(
                *("name", "manager_name", "review_state", "days_overdue", "last_reviewed_on"),
                *("due_on", "member_id"),
            ).sort("days_overdue", descending=True, nulls_last=True, maintain_order=True),
            source=Source("talent/team"),
            added=f"The last review is the latest rating of either source. {reviews.RULE}",
            unsaid=unsaid_params(),
        ),
        among,
    )
    state = members["review_state"]
    left_out(
        (int((state == "hired lately").sum()), "person", "hired lately, the first review not due"),
        (
            int((state == "reviewed on an unknown day").sum()),
            "person",
            "reviewed on a day that nobody wrote down",
        ),
    )
