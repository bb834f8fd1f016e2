"""What the surveys say."""

import polars as pl

from dashboard.charts.surveys import PERSONAS
from dashboard.formats import Unit, count_of
from dashboard.metrics.surveys import Level, difference, level


def over_time(months: pl.DataFrame, before: pl.DataFrame, span: str) -> str:
    """NPS of the window, its margin, and whether it differs from the window before."""
    reached = level(months)
    if reached is None:
        return "Nobody has answered in this window"
    answers = count_of(reached.responses, "answer")
    now = (
        f"NPS is {Unit.POINTS.text(reached.nps)} ± {reached.margin_of_error:.0f} over {span} "
        f"({answers})"
    )
    change = difference(reached, level(before))
    if change is None:
        return now
    if change.has_zero:
        return f"{now}: no detectable change from the {span} before"
    way = "up" if change.value > 0 else "down"
    return f"{now}, {way} {abs(change.value):.0f} from the {span} before"


def detractors(months: pl.DataFrame) -> str:
    """Share of detractors in the window."""
    answers = int(months["responses"].sum())
    if not answers:
        return "Nobody has answered in this window"
    share = int(months["detractors"].sum()) / answers
    return f"{share:.0%} of {count_of(answers, 'answer')} are detractors"


def disagreement(groups: pl.DataFrame) -> str:
    """Where decision-makers and end users part ways beyond chance; else the pooled NPS."""
    widest: tuple[float, str] | None = None
    compared = 0
    for (segment,), rows in groups.group_by("segment", maintain_order=True):
        both = {
            row["persona"]: Level(*(row[name] for name in Level._fields))
            for row in rows.iter_rows(named=True)
        }
        gap = difference(both.get("decision_maker"), both.get("end_user"))
        if gap is None:
            continue
        compared += 1
        if not gap.has_zero and (widest is None or abs(gap.value) > abs(widest[0])):
            widest = (gap.value, str(segment))
    if not compared:
        return "NPS by segment and persona"
    if widest is None:
        where = count_of(compared, "segment")
        return f"Decision-makers and end users agree within the margin of error in {where}"
    apart, where = widest
    first, second = (
        ("Decision-makers", "end users") if apart > 0 else ("End users", "decision-makers")
    )
    return f"{first} in {where} are {abs(apart):.0f} points happier than {second}"


def apart(months: pl.DataFrame) -> str:
    """How far decision-makers and end users are apart over all months shown, pooled."""
    decide = months.filter(pl.col("persona") == "decision_maker")
    use = months.filter(pl.col("persona") == "end_user")
    gap = difference(level(decide), level(use))
    if gap is None:
        return "NPS by persona"
    if gap.has_zero:
        return "Decision-makers and end users agree within the margin of error"
    first, second = (
        ("decision-makers", "end users") if gap.value > 0 else ("end users", "decision-makers")
    )
    return f"Over all segments {first} are {abs(gap.value):.0f} points happier than {second}"


def persona_name(persona: str | None) -> str:
    """A persona as people say it."""
    return PERSONAS.get(persona, persona or "")
