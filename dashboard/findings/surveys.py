"""What the surveys say."""

from typing import Final

import polars as pl

from dashboard.charts.surveys import PERSONAS
from dashboard.formats import Unit, count_of
from dashboard.metrics.surveys import margin_of_error, nps

ENOUGH: Final = 10
"""Answers below which a title states no comparison."""


def over_time(months: pl.DataFrame, before: pl.DataFrame, span: str) -> str:
    """NPS of the window, its margin, and whether it differs from the window before."""
    value, margin = nps(months), margin_of_error(months)
    answers = count_of(int(months["responses"].sum()), "answer")
    if value is None or margin is None:
        return "Nobody has answered in this window"
    now = f"NPS is {Unit.POINTS.text(value)} ± {margin:.0f} over {span} ({answers})"
    earlier, earlier_margin = nps(before), margin_of_error(before)
    few = min(int(months["responses"].sum()), int(before["responses"].sum())) < ENOUGH
    if earlier is None or earlier_margin is None or few:
        return now
    change = float(value) - float(earlier)
    if abs(change) <= (margin**2 + earlier_margin**2) ** 0.5:
        return f"{now}: no detectable change from the {span} before"
    return f"{now}, {'up' if change > 0 else 'down'} {abs(change):.0f} from the {span} before"


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
            row["persona"]: row
            for row in rows.iter_rows(named=True)
            if row["persona"] in {"decision_maker", "end_user"} and row["responses"] >= ENOUGH
        }
        if len(both) < 2:  # noqa: PLR2004 -- both personas
            continue
        compared += 1
        above, below = both["decision_maker"], both["end_user"]
        gap = above["nps"] - below["nps"]
        chance = (above["margin_of_error"] ** 2 + below["margin_of_error"] ** 2) ** 0.5
        if abs(gap) > chance and (widest is None or abs(gap) > abs(widest[0])):
            widest = (gap, str(segment))
    if not compared:
        return "NPS by segment and persona"
    if widest is None:
        where = count_of(compared, "segment")
        return f"Decision-makers and end users agree within the margin of error in {where}"
    gap, segment = widest
    first, second = (
        ("Decision-makers", "end users") if gap > 0 else ("End users", "decision-makers")
    )
    return f"{first} in {segment} are {abs(gap):.0f} points happier than {second}"


def apart(months: pl.DataFrame) -> str:
    """How far decision-makers and end users are apart over all months shown, pooled."""
    decide = months.filter(pl.col("persona") == "decision_maker")
    use = months.filter(pl.col("persona") == "end_user")
    above, below = nps(decide), nps(use)
    margins = margin_of_error(decide), margin_of_error(use)
    few = min(int(decide["responses"].sum()), int(use["responses"].sum())) < ENOUGH
    if above is None or below is None or margins[0] is None or margins[1] is None or few:
        return "NPS by persona"
    gap = float(above) - float(below)
    if abs(gap) <= (margins[0] ** 2 + margins[1] ** 2) ** 0.5:
        return "Decision-makers and end users agree within the margin of error"
    first, second = (
        ("decision-makers", "end users") if gap > 0 else ("end users", "decision-makers")
    )
    return f"Over all segments {first} are {abs(gap):.0f} points happier than {second}"


def persona_name(persona: str | None) -> str:
    """A persona as people say it."""
    return PERSONAS.get(persona, persona or "")
