"""What changed one customer's score, as steps from one score to the other."""

from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.charts.health import NAMES
from dashboard.charts.waterfall import waterfall

WEIGHTS: Final = "Weights"
_CENT: Final = Decimal("0.01")


def steps(change: pl.DataFrame) -> pl.DataFrame:
    """What ``waterfall_chart`` draws, over the columns of ``queries.health.SCORE_CHANGE``.

    One step for what each measure's score did, one for all that weights did: measures that came,
    went or went stale, and those that took or gave up their weight.
    """
    moved = change.filter(pl.col("by_score").abs() > _LEAST)
    by_weight = float(change["by_weight"].sum())
    ways = [
        (row["measure"], NAMES[row["measure"]], _points(row["by_score"]))
        for row in moved.iter_rows(named=True)
    ]
    if (change["by_weight"].abs() > _LEAST).any():
        ways.append(("weights", WEIGHTS, _points(by_weight)))
    return waterfall(
        [
            ("before", "Then", _points(float(change["contribution_before"].sum()))),
            *ways,
            ("now", "Now", _points(float(change["contribution_now"].sum()))),
        ],
        currency=None,
    )


def _points(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_CENT)


_LEAST: Final = 0.005
