"""Metrics of who answers, over ``queries.surveys.NPS_BY_SEGMENT_AND_PERSONA`` and ``personas``."""

from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, total
from dashboard.metrics.surveys import Level, difference, nps

PAIRS: Final = (("decision_maker", "end_user"), ("decision_maker", "admin"), ("end_user", "admin"))


@metric("NPS of decision-makers", unit=Unit.POINTS, better="higher")
def decision_maker_nps(groups: pl.DataFrame) -> float | None:
    """NPS over the answers of decision-makers in the window, all segments pooled."""
    return _of(groups, "decision_maker")


@metric("NPS of end users", unit=Unit.POINTS, better="higher")
def end_user_nps(groups: pl.DataFrame) -> float | None:
    """NPS over the answers of end users in the window, all segments pooled."""
    return _of(groups, "end_user")


@metric("NPS of administrators", unit=Unit.POINTS, better="higher")
def admin_nps(groups: pl.DataFrame) -> float | None:
    """NPS over the answers of administrators in the window, all segments pooled."""
    return _of(groups, "admin")


@metric("Customers in disagreement", unit=Unit.COUNT, better="lower")
def customers_in_disagreement(customers: pl.DataFrame) -> int:
    """Customers one side of whom, decision-makers or end users, has more promoters than detractors
    and the other has fewer.
    """
    return len(customers)


@metric("Their ARR", unit=Unit.MONEY, better="lower")
def arr_in_disagreement(customers: pl.DataFrame) -> Decimal | None:
    """ARR on the as-of date of the customers whose decision-makers and end users disagree."""
    return total(customers["arr"])


def _of(groups: pl.DataFrame, persona: str) -> float | None:
    value = nps(groups.filter(pl.col("persona") == persona))
    return None if value is None else float(value)


def differences(groups: pl.DataFrame) -> pl.DataFrame:
    """NPS of one persona minus that of another by segment, with the 95 % interval.

    The samples are independent: the margin is the root of the sum of both margins squared. Where
    one side gave too few answers, or all of one kind so that its margin is nothing, there is no
    interval and no verdict.

    Returns
    -------
    segment, one, other, value, low, high, one_answers, other_answers, verdict: ``apart``,
    ``no detectable difference`` or ``too few answers``
    """
    rows = []
    for (segment,), found in groups.group_by("segment", maintain_order=True):
        by_persona = {row["persona"]: row for row in found.iter_rows(named=True)}
        for one, other in PAIRS:
            if one not in by_persona or other not in by_persona:
                continue
            first, second = by_persona[one], by_persona[other]
            gap = difference(
                *(Level(*(row[name] for name in Level._fields)) for row in (first, second))
            )
            verdict = (
                "too few answers"
                if gap is None
                else "no detectable difference"
                if gap.has_zero
                else "apart"
            )
            rows.append(
                {
                    "segment": segment,
                    "one": one,
                    "other": other,
                    "value": first["nps"] - second["nps"],
                    "low": max(gap.low, -200.0) if gap else None,
                    "high": min(gap.high, 200.0) if gap else None,
                    "one_answers": first["responses"],
                    "other_answers": second["responses"],
                    "verdict": verdict,
                }
            )
    return pl.DataFrame(rows, schema=DIFFERENCES)


DIFFERENCES: Final = pl.Schema(
    {
        "segment": pl.String,
        "one": pl.String,
        "other": pl.String,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "one_answers": pl.Int64,
        "other_answers": pl.Int64,
        "verdict": pl.String,
    }
)
