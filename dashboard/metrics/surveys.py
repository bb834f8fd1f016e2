"""Metrics of surveys, over promoters, passives and detractors of any grouping."""

import math
from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric

Z_95: Final = 1.959963985
"""Two-sided 95 % quantile of the normal distribution."""


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


def _counts(answers: pl.DataFrame) -> tuple[int, int, int, int]:
    totals = [
        int(answers[name].sum()) for name in ("promoters", "passives", "detractors", "responses")
    ]
    return totals[0], totals[1], totals[2], totals[3]
