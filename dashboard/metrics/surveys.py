"""Metrics of surveys, over promoters, passives and detractors of any grouping."""

import math
from typing import Final, NamedTuple

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric
from dashboard.metrics.proportions import Z_95, Interval

ENOUGH: Final = 10
"""Answers of each side below which two NPS are not compared."""


class Level(NamedTuple):
    """An NPS, half its 95 % interval in points, and how many answers it is of."""

    nps: float
    margin_of_error: float
    responses: int


@metric("NPS", unit=Unit.POINTS, better="higher")
def nps(answers: pl.DataFrame) -> float | None:
    """Share of answers 9 and 10 minus share of answers 0 to 6, in points, over all answers of the
    window pooled; never a mean of other NPS.
    """
    promoters, _, detractors, responses = _counts(answers)
    return 100 * (promoters - detractors) / responses if responses else None


@metric("Answers", unit=Unit.COUNT, better="higher")
def responses(answers: pl.DataFrame) -> int:
    """Answers to the recommendation question in the window."""
    return int(answers["responses"].sum())


@metric("Detractors", unit=Unit.SHARE, better="lower")
def detractor_share(answers: pl.DataFrame) -> float | None:
    """Answers of 0 to 6 divided by all answers of the window."""
    _, _, detractors, answered = _counts(answers)
    return detractors / answered if answered else None


@metric("Promoters", unit=Unit.SHARE, better="higher")
def promoter_share(answers: pl.DataFrame) -> float | None:
    """Answers of 9 and 10 divided by all answers of the window."""
    promoters, _, _, answered = _counts(answers)
    return promoters / answered if answered else None


def margin_of_error(answers: pl.DataFrame) -> float | None:
    """Half the 95 % interval of the pooled NPS, in points; ``None`` without answers."""
    promoters, _, detractors, answered = _counts(answers)
    if not answered:
        return None
    p, d = promoters / answered, detractors / answered
    return 100 * Z_95 * math.sqrt((p + d - (p - d) ** 2) / answered)


def level(answers: pl.DataFrame) -> Level | None:
    """The pooled NPS with its margin; ``None`` without answers."""
    value, margin = nps(answers), margin_of_error(answers)
    if value is None or margin is None:
        return None
    return Level(float(value), margin, int(answers["responses"].sum()))


def difference(one: Level | None, other: Level | None) -> Interval | None:
    """First NPS minus second with the 95 % interval of two independent samples, in points.

    ``None`` where a side is unknown, of fewer than ``ENOUGH`` answers, or of answers all of one
    kind: their spread says nothing about the next one.
    """
    if one is None or other is None or min(one.responses, other.responses) < ENOUGH:
        return None
    if not (one.margin_of_error and other.margin_of_error):
        return None
    gap, margin = one.nps - other.nps, math.hypot(one.margin_of_error, other.margin_of_error)
    return Interval(gap, gap - margin, gap + margin)


def is_detectable(now: pl.DataFrame, before: pl.DataFrame) -> bool:
    """Whether two pooled NPS differ by more than chance."""
    gap = difference(level(now), level(before))
    return gap is not None and not gap.has_zero


def _counts(answers: pl.DataFrame) -> tuple[int, int, int, int]:
    totals = [
        int(answers[name].sum()) for name in ("promoters", "passives", "detractors", "responses")
    ]
    return totals[0], totals[1], totals[2], totals[3]
