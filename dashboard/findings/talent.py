"""What the talent review says."""

import polars as pl

from dashboard.formats import count_of


def nine_block(blocks: pl.DataFrame, cycle: str) -> str:
    """Who is ready; over the columns of ``queries.talent.NINE_BLOCK``."""
    people = int(blocks["people"].sum())
    ready = int(blocks.filter(pl.col("block") == "1A")["people"].sum())
    if not people:
        return f"Nobody you may see was rated in {cycle}"
    if not ready:
        return f"Nobody stands in 1A: {count_of(people, 'person')} rated in {cycle}"
    return (
        f"{count_of(ready, 'person', 'people')} of {people} rated in {cycle} stand in 1A".replace(
            "1 person of", "1 of"
        ).replace("stand in", "stands in" if ready == 1 else "stand in")
    )


def moved(people: pl.DataFrame, cycle: str) -> str:
    """Who stands in another block than before; over ``queries.talent.PEOPLE``."""
    before = people.filter(pl.col("block_last_cycle").is_not_null())
    if before.is_empty():
        return f"Nobody rated in {cycle} was rated in an earlier cycle: no movement to show"
    changed = before.filter(pl.col("block_last_cycle") != pl.col("block"))
    rated = count_of(before.height, "person")
    if changed.is_empty():
        return f"None of {rated} rated twice changed block in {cycle}"
    return f"{changed.height} of {rated} rated twice changed block in {cycle}"


def calibrated(people: pl.DataFrame, cycle: str) -> str:
    """Whom calibration moved; over ``queries.talent.PEOPLE``."""
    changed = people.filter(pl.col("block_before_calibration") != pl.col("block")).height
    rated = count_of(people.height, "person")
    if not changed:
        return f"Calibration moved nobody of {rated} rated in {cycle}"
    return f"Calibration moved {changed} of {rated} rated in {cycle} to another block"


def lacking_plan(people: pl.DataFrame) -> str:
    """Who must have a plan and has none; over people with ``plan_required``."""
    required = people.filter("plan_required")
    lacking = required.filter(~pl.col("has_action_plan")).height
    if required.is_empty():
        return "Nobody stands in a block where an action plan is required"
    whole = count_of(required.height, "person")
    if not lacking:
        return f"Everybody of whom an action plan is required has one: {whole}"
    verb = "has" if lacking == 1 else "have"
    return f"{lacking} of {whole} of whom an action plan is required {verb} none"


def spread(rows: pl.DataFrame, what: str, best: str, minimum: int) -> str:
    """Who gives the best rating most often; over the rows of ``ratings.tables.spread``."""
    given = rows.filter(pl.col("judgement") == best)
    group = given.filter(pl.col("reviewer_id") == "")
    each = given.filter(pl.col("reviewer_id") != "")
    word = best.replace("_", " ")
    if group.is_empty() or each.is_empty():
        return f"No reviewer rated {minimum} people or more: the spread of {what} is not told"
    top = each.sort("share", descending=True, maintain_order=True).row(0, named=True)
    return (
        f"{top['reviewer_name'] or 'A reviewer'} rates {what} as {word} for {top['share']:.0%} of "
        f"{count_of(top['rated'], 'person')}; everybody together for {group['share'][0]:.0%}"
    )


def cycles(rows: pl.DataFrame) -> str:
    """What is open; over the cycles of both sources."""
    taking = rows.filter(pl.col("cycle_state").is_in(["open", "late"]))["cycle"].to_list()
    if taking:
        return f"{' and '.join(taking)} {'is' if len(taking) == 1 else 'are'} open for ratings"
    known = f": {count_of(rows.height, 'cycle')} known" if rows.height else ""
    return f"No review cycle is open{known}"


def moves(rows: pl.DataFrame, cycle: str) -> str:
    """How many moves a session made; over the moves of a cycle."""
    if rows.is_empty():
        return f"No move was made in the app in {cycle}"
    people = rows["member_id"].n_unique()
    return f"{count_of(rows.height, 'move')} of {count_of(people, 'person')} made in {cycle}"


def progress(rows: pl.DataFrame, cycle: str) -> str:
    """How far a cycle is; over the rows of ``ratings.tables.progress``."""
    rated, expected = int(rows["rated"].sum()), int(rows["expected"].sum())
    if not expected:
        return f"Nobody you may see is to be rated in {cycle}"
    behind = rows.filter(pl.col("rated") < pl.col("expected")).height
    said = f"{rated} of {count_of(expected, 'person')} {'is' if rated == 1 else 'are'} rated in"
    still = f"; {count_of(behind, 'manager')} still to finish" if behind else ""
    return f"{said} {cycle}{still}"


def action_plans(plans: pl.DataFrame) -> str:
    """How many lack a plan; over ``queries.talent.ACTION_PLANS``."""
    without, rated = int(plans["without_plan"].sum()), int(plans["people"].sum())
    if not without:
        return f"Everybody has an action plan: {count_of(rated, 'person')} rated"
    most = plans.sort("without_plan", "block", descending=[True, False]).row(0, named=True)
    return (
        f"{without} of {count_of(rated, 'person')} {'has' if without == 1 else 'have'} no action "
        f"plan, most in {most['block']}: {most['without_plan']} of {most['people']}"
    )


def raters(rows: pl.DataFrame, minimum: int) -> str:
    """Who rates farthest from the group; over ``queries.talent.RATERS``."""
    told = rows.filter(pl.col("performance_apart").is_not_null())
    if told.is_empty():
        return f"None of {count_of(rows.height, 'reviewer')} rated {minimum} people or more"
    if rows.height == 1:
        return "One reviewer rated everybody: there is no group to differ from"
    apart = told.with_columns(size=pl.col("performance_apart").abs()).sort(
        "size", descending=True, maintain_order=True
    )
    far = apart.row(0, named=True)
    difference = f"{far['size']:.2f}"
    if difference == "0.00":
        return f"Every reviewer of {minimum} people or more rates performance as the group does"
    return (
        f"{far['reviewer_name'] or 'A reviewer'} rates performance {difference} "
        f"{'above' if far['performance_apart'] > 0 else 'below'} the group's mean of "
        f"{far['performance_group']:.2f}"
        f"{', the farthest of ' + str(told.height) + ' with a mean' if told.height > 1 else ''}"
    )


def level_name(track: str | None, level: int | None) -> str:
    """Level as the company says it: ``CSM 3``, ``Mgr 2``."""
    if track is None or level is None:
        return "Not known"
    return f"{'CSM' if track == 'ic' else 'Mgr'} {level}"


def levels(rows: pl.DataFrame) -> str:
    """Where most people stand; over ``queries.talent.LEVELS``."""
    known = rows.filter(pl.col("job_track").is_not_null() & pl.col("job_level").is_not_null())
    people = int(rows["people"].sum())
    if known.is_empty():
        return f"No level is known of {count_of(people, 'person')}"
    most = known.sort("people", descending=True, maintain_order=True).row(0, named=True)
    name = level_name(most["job_track"], most["job_level"])
    median = most["median_months"]
    since = f", {median:.0f} months at the median" if median is not None else ""
    return (
        f"{most['people']} of {count_of(people, 'person')} "
        f"{'stands' if most['people'] == 1 else 'stand'} at {name}{since}"
    )


def longest(members: pl.DataFrame) -> str:
    """Who stands on a level longest; over ``queries.talent.MEMBERS``."""
    known = members.filter(pl.col("months_in_level").is_not_null())
    if known.is_empty():
        return "Of nobody is the first day on the level known"
    long = known.filter(pl.col("months_in_level") >= _LONG).height
    return (
        f"{long} of {count_of(known.height, 'person')} "
        f"{'has' if long == 1 else 'have'} been on the same level for two years or longer"
    )


_LONG = 24


def skills(rows: pl.DataFrame, minimum: int) -> str:
    """Which skill falls short most; over ``queries.talent.SKILLS``."""
    told = rows.filter(pl.col("below_share").is_not_null())
    if told.is_empty():
        return f"No skill was assessed of {minimum} people or more"
    most = told.sort("below_share", descending=True, maintain_order=True).row(0, named=True)
    if not most["below_share"]:
        return f"Nobody is below what the level expects in {count_of(told.height, 'skill')}"
    return (
        f"{most['skill']} falls short most: {most['below_share']:.0%} of "
        f"{count_of(most['people'], 'person')} are below what their level expects"
    )


def reviews(members: pl.DataFrame) -> str:
    """What is overdue and what comes next; over ``queries.talent.MEMBERS``."""
    late = members.filter(pl.col("review_state").is_in(["overdue", "never reviewed"]))
    people = count_of(members.height, "person")
    if not late.is_empty():
        days = late["days_overdue"].max()
        longest_late = f", the longest for {count_of(int(str(days)), 'day')}" if days else ""
        verb = "is" if late.height == 1 else "are"
        return f"{late.height} of {people} {verb} overdue for a review{longest_late}"
    due = members["due_on"].drop_nulls().sort()
    if due.is_empty():
        return f"No review is known to be overdue: {people}"
    return f"No review of {people} is overdue; the next is due on {due[0]:%-d %b %Y}"
