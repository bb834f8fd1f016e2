"""What a day speaks with: model or base rate, and how wide its ranges are, by its own record.

Days are walked in order. Each learns from what was decided by it, is tested on the forecasts that
earlier days had made and that were decided by it, and only then speaks. So the choice between
model and base rate, and the width of the ranges, are themselves part of what is tested.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl
from threadpoolctl import threadpool_limits

from dashboard.forecasts.dispersion import Outcome, fit_dispersion, outcome
from dashboard.forecasts.history import GRACE_DAYS, QUARTERS, decided_by, forecast_on
from dashboard.forecasts.renewal_model import RenewalModel, fit
from dashboard.forecasts.simulation import DRAWS, Dispersion, cells, ranges, simulate
from dashboard.forecasts.survival import Survival, fit_terms

FEWEST_TESTED: Final = 30
"""Decided forecasts below which nothing shows that the model beats the base rate."""

SIDE_BY_SIDE: Final = 2
"""Models of past days that are fitted at once."""


@dataclass(frozen=True, slots=True)
class Method:
    """Everything needed to forecast on one day, and why it is done that way."""

    day: date
    model: RenewalModel
    survival: Survival
    uses_model: bool
    reason: str
    """In a sentence, why the model is used, or why the base rate is."""
    dispersion: Dispersion
    quarters: tuple[date, ...]
    """First days of the fiscal quarters it forecasts."""

    def forecast(self, seen: pl.DataFrame) -> pl.DataFrame:
        """Renewals that the day forecasts, with probabilities and expected amounts.

        ``probability`` is what is used; ``base_rate`` that of the segment; ``modelled`` what the
        model says, used or not. Customers from month to month have the survival curve's
        probability in all three.
        """
        rows = forecast_on(seen, self.day)
        base = self.model.base
        curve = pl.Series(self._curve(rows), dtype=pl.Float64)
        used = "modelled" if self.uses_model else "base_rate"
        amount = pl.col("arr_due").cast(pl.Float64) * pl.col("expected_share")
        return (
            rows.with_columns(
                modelled=pl.Series(self.model.probability(rows), dtype=pl.Float64),
                base_rate=pl.Series(base.rate(rows["segment"]), dtype=pl.Float64).round(6),
                expected_share=pl.Series(base.mean_share(rows["segment"]), dtype=pl.Float64),
            )
            .with_columns(
                pl.when("is_short_term").then(curve).otherwise(name).alias(name)
                for name in ("modelled", "base_rate")
            )
            .with_columns(probability=pl.col(used))
            .with_columns(
                expected=amount * pl.col("probability"),
                base_rate_expected=amount * pl.col("base_rate"),
            )
        )

    def _curve(self, rows: pl.DataFrame) -> list[float | None]:
        """Probability by the survival curve where a term is short."""
        chance: list[float | None] = [None] * len(rows)
        short = rows.with_row_index("place").filter("is_short_term")
        for place, value in zip(short["place"], self.survival.renewal(short), strict=True):
            chance[place] = float(value)
        return chance


def methods(seen: pl.DataFrame, ended: pl.DataFrame) -> Mapping[date, Method]:
    """The method of each snapshot day, from what was known on it alone.

    Parameters
    ----------
    seen
        Rows of ``queries.forecast.RENEWALS_SEEN``, of the whole company.
    ended
        Rows of ``queries.forecast.SHORT_TERMS``, of the whole company.
    """
    found: dict[date, Method] = {}
    made: dict[date, pl.DataFrame] = {}
    past: list[Outcome] = []
    counted: dict[date, date] = {}
    days = seen["snapshot_on"].unique().sort().to_list()
    for day, model in zip(days, _models(seen, days), strict=True):
        uses_model, reason = _choice(model, list(made.values()), day)
        for earlier, method in found.items():
            # Each quarter counts once, as it was known when it was first over: without days of
            # grace, for the sooner a range is known to have failed the sooner the next is right.
            fresh = made[earlier].filter(
                pl.col("due_quarter_end") <= day,
                pl.col("closed_on") <= day,
                pl.col("due_quarter") >= counted.get(earlier, earlier),
            )
            if len(fresh):
                past += outcomes(method, fresh)
                counted[earlier] = fresh["due_quarter_end"].max()  # type: ignore[assignment]
        found[day] = Method(
            day=day,
            model=model,
            survival=fit_terms(ended, day),
            uses_model=uses_model,
            reason=reason,
            dispersion=fit_dispersion(past),
            quarters=_quarters(seen.filter(pl.col("snapshot_on") == day)),
        )
        made[day] = found[day].forecast(seen)
    return found


def _models(seen: pl.DataFrame, days: Sequence[date]) -> list[RenewalModel]:
    """The model of each day, fitted side by side: none looks at another."""

    def model(day: date) -> RenewalModel:
        return fit(decided_by(seen, day).filter(~pl.col("is_short_term")))

    # The tables are narrow: threads within one product of matrices only wait for each other.
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(model, reversed(days)))[::-1]


def decided(forecast: pl.DataFrame, day: date) -> pl.DataFrame:
    """Forecasts whose renewal was decided by a day; the rest counts neither way."""
    return forecast.filter(
        pl.col("due_on") < day - timedelta(days=GRACE_DAYS),
        pl.col("status") != "open",
        pl.col("closed_on") <= day,
    )


def over(forecast: pl.DataFrame, day: date) -> pl.DataFrame:
    """Decided forecasts of quarters that were over and past the days of grace on a day."""
    return decided(forecast, day).filter(
        pl.col("due_quarter_end") <= day - timedelta(days=GRACE_DAYS)
    )


def outcomes(method: Method, ended: pl.DataFrame) -> list[Outcome]:
    """What a method had said of each segment and quarter, and what came: rows that are ``over``."""
    came = {
        (quarter, segment): float(amount)
        for quarter, segment, amount in ended.group_by("due_quarter", "segment")
        .agg(pl.col("arr_renewed").cast(pl.Float64).sum())
        .iter_rows()
    }
    parts = cells(ended, method.model.base.shares_by(ended["segment"]))
    drawn = simulate(parts, method.dispersion, draws=DRAWS // 2)
    found: list[Outcome] = []
    for part, column in zip(parts, drawn.T, strict=True):
        actual, held = came[part.quarter, part.segment], ranges(column)
        inside = held["low_80"] <= actual <= held["high_80"]
        found.append(outcome(method.day, part, actual, held=inside))
    return found


def _quarters(seen: pl.DataFrame) -> tuple[date, ...]:
    """Starts of the quarters ahead: those in which something is due, and those that follow one."""
    starts: dict[int, date] = {}
    places = seen.select("horizon", "due_quarter", "due_quarter_end").drop_nulls().unique()
    for horizon, start_on, end_on in places.iter_rows():
        starts |= {horizon: start_on, horizon + 1: end_on}
    return tuple(starts[horizon] for horizon in range(QUARTERS) if horizon in starts)


def _choice(model: RenewalModel, made: list[pl.DataFrame], day: date) -> tuple[bool, str]:
    """Whether the model may speak, by the Brier scores of what earlier days would have said."""
    if model.reason:
        return False, model.reason
    tested = [decided(each, day).filter(~pl.col("is_short_term")) for each in made]
    rows = pl.concat(tested) if tested else None
    if rows is None or len(rows) < FEWEST_TESTED:
        count = 0 if rows is None else len(rows)
        return False, (
            f"Only {count} earlier forecasts are decided, too few to show that the model beats "
            "the base rate, so base rates are used."
        )
    renewed = (pl.col("status") == "renewed").cast(pl.Float64)
    by_model, by_base = (
        rows.select(((pl.col(name) - renewed) ** 2).mean()).item()
        for name in ("modelled", "base_rate")
    )
    scores = f"{by_model:.3f} against {by_base:.3f} on {len(rows):,} earlier forecasts"
    if by_model < by_base:
        return True, f"The model's Brier score beats the base rate's: {scores}."
    return False, (
        f"The model's Brier score does not beat the base rate's: {scores}, so base rates are used."
    )
