"""What the method would have said at the start of each past quarter, and how wrong it was.

Only renewals decided by the as-of date, in quarters that are over and past the days of grace,
count, in what was expected as in what came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from dashboard.forecasts.features import called
from dashboard.forecasts.method import Method, over
from dashboard.forecasts.simulation import cells, ranges, simulate

DECILES: Final = 10
_RANGES: Final = ("expected", "low_50", "high_50", "low_80", "high_80")
_KEYS: Final = ("snapshot_on", "due_quarter", "segment", "horizon")


def past_forecasts(found: Mapping[date, Method], seen: pl.DataFrame, day: date) -> pl.DataFrame:
    """Every renewal that an earlier day forecast and that counts, with what its CSM called.

    ``renewed`` is 1 or 0; ``call`` the probability called, null without a call;
    ``called_amount`` the ARR expected by the call, else probability x amount due.
    """
    parts = [over(method.forecast(seen), day) for earlier, method in found.items() if earlier < day]
    if not parts:
        return pl.DataFrame()
    rows = pl.concat(parts)
    call = pl.Series(called(rows, "csm"), dtype=pl.Float64).fill_nan(None)
    return rows.with_columns(
        renewed=(pl.col("status") == "renewed").cast(pl.Float64),
        call=call,
        called_amount=pl.coalesce(
            pl.col("csm_amount").cast(pl.Float64), pl.col("arr_due").cast(pl.Float64) * call
        ),
    )


def by_segment(found: Mapping[date, Method], past: pl.DataFrame) -> pl.DataFrame:
    """Past forecasts by day, quarter and segment, beside what came, the base rate and the calls.

    Where a renewal had no call, the base rate stands in for it; ``called_share`` is the share of
    the ARR due that had one.
    """
    due = pl.col("arr_due").cast(pl.Float64)
    is_called = pl.col("called_amount").is_not_null()
    sums = past.group_by(*_KEYS, maintain_order=True).agg(
        renewals=pl.len().cast(pl.Int64),
        arr_due=due.sum(),
        actual=pl.col("arr_renewed").cast(pl.Float64).sum(),
        base_rate_expected=pl.col("base_rate_expected").sum(),
        calls_expected=pl.when(is_called.any()).then(
            pl.coalesce("called_amount", "base_rate_expected").sum()
        ),
        called_share=due.filter(is_called).sum() / due.sum(),
    )
    rows: list[dict[str, object]] = []
    for (day,), ended in past.group_by("snapshot_on", maintain_order=True):
        method = found[day]
        parts = cells(ended, method.model.base.shares_by(ended["segment"]))
        drawn = simulate(parts, method.dispersion)
        rows += [
            {"snapshot_on": day, "due_quarter": part.quarter, "segment": part.segment}
            | ranges(column)
            for part, column in zip(parts, drawn.T, strict=True)
        ]
    types = {name: past.schema[name] for name in _KEYS[:3]} | dict.fromkeys(_RANGES, pl.Float64)
    ahead = pl.DataFrame(rows, schema=types)
    return sums.join(ahead, on=list(_KEYS[:3])).sort(*_KEYS)


def calibration(past: pl.DataFrame) -> pl.DataFrame:
    """Past forecasts in ten groups of like probability: how many of each group renewed."""
    ranked = past.sort("probability", "snapshot_on", "renewal_id").with_columns(
        decile=pl.int_range(pl.len()) * DECILES // pl.len() + 1
    )
    return (
        ranked.group_by("decile")
        .agg(
            forecasts=pl.len().cast(pl.Int64),
            renewals=pl.col("renewal_id").n_unique().cast(pl.Int64),
            probability=pl.col("probability").mean(),
            renewed=pl.col("renewed").mean(),
            base_rate=pl.col("base_rate").mean(),
        )
        .sort("decile")
    )


@dataclass(frozen=True, slots=True)
class Record:
    """How good past forecasts were; ``None`` where there are none to judge by."""

    forecasts: int
    brier: float | None
    brier_base_rate: float | None
    called: int
    brier_of_called: float | None
    """Brier score of forecasts whose renewal had a call, to set beside ``brier_calls``."""
    brier_calls: float | None
    cells: int
    held_50: float | None
    held_80: float | None
    arr_error: float | None
    """Sum of absolute errors of segments in quarters / ARR that came."""
    arr_error_base_rate: float | None
    arr_error_calls: float | None
    """Of segments in quarters most of whose ARR due had a call; ``arr_error_of_called`` beside."""
    arr_error_of_called: float | None


NO_RECORD: Final = Record(0, None, None, 0, None, None, 0, None, None, None, None, None, None)
MOSTLY: Final = 0.5
"""Share of the ARR due that must have had a call for calls to be compared."""


def record(past: pl.DataFrame, segments: pl.DataFrame) -> Record:
    """How good past forecasts were.

    Parameters
    ----------
    past
        Rows of ``past_forecasts``.
    segments
        Rows of ``by_segment`` over them.
    """
    with_call = past.filter(pl.col("call").is_not_null())
    mostly = segments.filter(pl.col("called_share") >= MOSTLY)
    return Record(
        forecasts=len(past),
        brier=_brier(past, "probability"),
        brier_base_rate=_brier(past, "base_rate"),
        called=len(with_call),
        brier_of_called=_brier(with_call, "probability"),
        brier_calls=_brier(with_call, "call"),
        cells=len(segments),
        held_50=_held(segments, "low_50", "high_50"),
        held_80=_held(segments, "low_80", "high_80"),
        arr_error=_error(segments, "expected"),
        arr_error_base_rate=_error(segments, "base_rate_expected"),
        arr_error_calls=_error(mostly, "calls_expected"),
        arr_error_of_called=_error(mostly, "expected"),
    )


def _brier(rows: pl.DataFrame, name: str) -> float | None:
    if rows.is_empty():
        return None
    return float(np.mean((rows[name] - rows["renewed"]).to_numpy() ** 2))


def _held(rows: pl.DataFrame, low: str, high: str) -> float | None:
    if rows.is_empty():
        return None
    return float(np.mean(rows["actual"].is_between(rows[low], rows[high]).to_numpy()))


def _error(rows: pl.DataFrame, name: str) -> float | None:
    came = float(rows["actual"].sum())
    if rows.is_empty() or not came:
        return None
    return float((rows[name] - rows["actual"]).abs().sum()) / came
